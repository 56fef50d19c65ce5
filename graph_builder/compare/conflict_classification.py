"""Classify conflicts: contradiction, rounding, precision, growth, planned versus actual, or lists.

The rules see only values as text, not the entity or the source. Two values contradict each other
unless a rule applies; a rule applies to a conflict only if it applies to every pair of values.
"""

import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from graph_builder.core.validity_period import DATE_PATTERN, is_finer_date

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)

#: Returns whether the first of two values is part of the second, as a town is of its country.
PartOf = Callable[[str, str], bool]


class Verdict(StrEnum):
    """The classes of conflicts."""

    CONTRADICTION = "contradiction"
    LIST = "list differs"
    PLAN = "plan and fact"
    GROWTH = "growth"
    PRECISION = "precision"
    ROUNDING = "rounding"


#: The meaning of each verdict in words for users.
VERDICT_MEANINGS = {
    Verdict.CONTRADICTION: "not all of these can be right",
    Verdict.LIST: "the lists differ in names or length; leaving a name out does not deny it",
    Verdict.PLAN: "one says what was planned or expected, another what happened",
    Verdict.GROWTH: "a larger number at a later date; each can be right for its date",
    Verdict.PRECISION: "one is more precise than the other; both can be right",
    Verdict.ROUNDING: "one is the other rounded; both can be right",
}
#: A noun for one and for several conflicts of each verdict.
VERDICT_NOUNS = {
    Verdict.CONTRADICTION: ("contradiction", "contradictions"),
    Verdict.LIST: ("list that differs", "lists that differ"),
    Verdict.PLAN: ("plan beside a fact", "plans beside facts"),
    Verdict.GROWTH: ("number that grew", "numbers that grew"),
    Verdict.PRECISION: ("more precise value", "more precise values"),
    Verdict.ROUNDING: ("rounded number", "rounded numbers"),
}


def classify_values(values: Collection[str], part_of: PartOf | None = None) -> Verdict | None:
    """Return how the values of a single-valued relation differ, or None if all are equal."""
    pairs = combinations(sorted(set(values)), 2)
    found = {_classify_pair(one, other, part_of) for one, other in pairs}
    for verdict in (Verdict.CONTRADICTION, Verdict.ROUNDING, Verdict.PRECISION):
        if verdict in found:
            return verdict
    return None


def classify_planned_vs_actual(
    affirmed: Collection[str], planned: Collection[str], part_of: PartOf
) -> Verdict:
    """Return how values differ if some are affirmed and others only planned or expected."""
    actual = classify_values(affirmed, part_of)
    if affirmed and planned and actual is not Verdict.CONTRADICTION:
        return Verdict.PLAN
    return actual or classify_values(planned, part_of) or Verdict.CONTRADICTION


def classify_growth(dated: Iterable[tuple[str, str]]) -> Verdict:
    """Return whether dated numbers have grown or contradict each other.

    Each date is a day, month or year, or "". Numbers have grown if each larger number can have a
    later day than each smaller one; within a month or year any day is possible. Values that are not
    numbers contradict each other.
    """
    numbers = set(dated)
    if not all(_NUMBER.fullmatch(value) for value, _ in numbers):
        return Verdict.CONTRADICTION
    ordered = sorted((Decimal(value), day) for value, day in numbers)
    increases = ((one, other) for one, other in combinations(ordered, 2) if one[0] < other[0])
    grown = all(_can_precede(one[1], other[1]) for one, other in increases)
    return Verdict.GROWTH if grown else Verdict.CONTRADICTION


def _classify_pair(one: str, other: str, part_of: PartOf | None) -> Verdict:
    for is_within in (is_finer_date, part_of):
        if is_within and (is_within(one, other) or is_within(other, one)):
            return Verdict.PRECISION
    return Verdict.ROUNDING if _is_rounding(one, other) else Verdict.CONTRADICTION


def _is_rounding(one: str, other: str) -> bool:
    """Return whether texts are equal but for numbers, and these are equal when rounded.

    Numbers stated on a day, such as counts of members, are not asked: see classify_growth.
    """
    if _NUMBER.split(one) != _NUMBER.split(other) or DATE_PATTERN.fullmatch(one):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(_are_equal_when_rounded(Decimal(a), Decimal(b)) for a, b in pairs)


def _are_equal_when_rounded(one: Decimal, other: Decimal) -> bool:
    """Return whether numbers differ by at most half a unit in the last place of the coarser one."""
    last = max(int(one.as_tuple().exponent), int(other.as_tuple().exponent))
    return abs(one - other) <= Decimal(5).scaleb(last - 1)


def _can_precede(day: str, later: str) -> bool:
    """Return whether a day, month or year can be earlier than another."""
    shared = min(len(day), len(later))
    return bool(shared) and day != later and day[:shared] <= later[:shared]
