"""What it means that sources differ: a contradiction, or a rounding, a finer value, growth, a plan.

The rules know values as text, never which thing or source they are of. Two values exclude each
other unless a rule says otherwise; a rule holds for a place only where it holds for every pair.
"""

import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

_DATE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)

#: Whether the first of two values is part of the second, as a town is of its country.
PartOf = Callable[[str, str], bool]


class Verdict(StrEnum):
    """In which way sources differ."""

    CONTRADICTION = "contradiction"
    LIST = "list differs"
    PLAN = "plan and fact"
    GROWTH = "growth"
    PRECISION = "precision"
    ROUNDING = "rounding"


#: What each verdict says, in words for a reader.
VERDICT_MEANINGS = {
    Verdict.CONTRADICTION: "not all of this can be right",
    Verdict.LIST: "other names, or another number of them; absence is no denial",
    Verdict.PLAN: "one tells what was planned or expected, another what came",
    Verdict.GROWTH: "a larger number of a later day; each may be right for its day",
    Verdict.PRECISION: "one is finer than the other, both may be right",
    Verdict.ROUNDING: "one is the other rounded, both may be right",
}


def classify_values(values: Collection[str], part_of: PartOf | None = None) -> Verdict | None:
    """Return how values of a single-valued relation differ, None where all are the same."""
    pairs = combinations(sorted(set(values)), 2)
    found = {_classify_pair(one, other, part_of) for one, other in pairs}
    for verdict in (Verdict.CONTRADICTION, Verdict.ROUNDING, Verdict.PRECISION):
        if verdict in found:
            return verdict
    return None


def classify_planned_vs_actual(
    affirmed: Collection[str], planned: Collection[str], part_of: PartOf
) -> Verdict:
    """Return how values differ of which some are said to be so, others only to be planned."""
    among = classify_values(affirmed, part_of)
    if affirmed and planned and among is not Verdict.CONTRADICTION:
        return Verdict.PLAN
    return among or classify_values(planned, part_of) or Verdict.CONTRADICTION


def classify_counts(dated: Iterable[tuple[str, str]]) -> Verdict:
    """Return how numbers differ, each with its day, month or year, "" where it has none.

    They have grown if days can be chosen, within the month or year where no day is given, on which
    no number is larger than a later one; two numbers of one and the same day cannot. What is no
    number cannot grow.
    """
    said = set(dated)
    if not all(_NUMBER.fullmatch(value) for value, _ in said):
        return Verdict.CONTRADICTION
    ordered = sorted((Decimal(value), day) for value, day in said)
    steps = ((one, other) for one, other in combinations(ordered, 2) if one[0] < other[0])
    grown = all(_can_precede(one[1], other[1]) for one, other in steps)
    return Verdict.GROWTH if grown else Verdict.CONTRADICTION


def _classify_pair(one: str, other: str, part_of: PartOf | None) -> Verdict:
    for finer in (_is_finer_date, part_of):
        if finer and (finer(one, other) or finer(other, one)):
            return Verdict.PRECISION
    return Verdict.ROUNDING if _is_rounding(one, other) else Verdict.CONTRADICTION


def _is_finer_date(fine: str, coarse: str) -> bool:
    """Return whether a date lies in the month or year that the other names."""
    dates = _DATE.fullmatch(fine) and _DATE.fullmatch(coarse)
    return bool(dates) and fine.startswith(coarse + "-")


def _is_rounding(one: str, other: str) -> bool:
    """Return whether texts are equal but for numbers, and these at the fewer decimals."""
    if _NUMBER.split(one) != _NUMBER.split(other) or _DATE.fullmatch(one):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(_are_equal_when_rounded(Decimal(a), Decimal(b)) for a, b in pairs)


def _are_equal_when_rounded(one: Decimal, other: Decimal) -> bool:
    """Return whether numbers differ by no more than half a unit of the one with fewer decimals."""
    last = max(int(one.as_tuple().exponent), int(other.as_tuple().exponent))
    return abs(one - other) <= Decimal(5).scaleb(last - 1)


def _can_precede(day: str, later: str) -> bool:
    """Return whether a day can be earlier than another one."""
    shared = min(len(day), len(later))
    return bool(shared) and day != later and day[:shared] <= later[:shared]
