"""Checks of judgements: two that contradict each other, and those without effect."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graph_builder.core.text import quote_id
from graph_builder.ingest.checked_facts import CheckedFact
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.statement_ranks import DEPRECATED, PREFERRED, excludes_value, has_value

if TYPE_CHECKING:
    from graph_builder.ingest.model import Fact


def check_judgements(facts: Iterable[CheckedFact]) -> Diagnostics:
    """Return a finding for each judgement that contradicts an earlier one."""
    diagnostics = Diagnostics()
    earlier: dict[tuple[str, str], list[CheckedFact]] = {}
    for each in (each for each in facts if each.record.rank):
        same = earlier.setdefault((each.record.subject, each.record.relation), [])
        other = next((one for one in same if _contradict(one, each)), None)
        if other:
            message = (
                f"the judgement in {other.location} has {quote_id(other.record.object)} "
                f"{other.record.rank}; keep one of the two"
            )
            diagnostics.add(each.location, message, "rank")
        same.append(each)
    return diagnostics


def _contradict(one: CheckedFact, other: CheckedFact) -> bool:
    """Return whether two judgements on one relation of a thing cannot both be followed.

    A month may be right and one of its days wrong, but not the other way round.
    """
    first, second = one.record, other.record
    preferred, rejected = (first, second) if first.rank == PREFERRED else (second, first)
    if (preferred.rank, rejected.rank) == (PREFERRED, DEPRECATED):
        is_one_day = None in (first.as_of, second.as_of) or first.as_of == second.as_of
        return is_one_day and has_value(preferred, rejected)
    is_same = has_value(first, second) or has_value(second, first)
    both_preferred = first.rank == second.rank == PREFERRED
    return both_preferred and not is_same and excludes_value(first, second, one.relation)


def find_ineffective_judgements(
    judgements: Iterable[CheckedFact], facts: Iterable[CheckedFact]
) -> Diagnostics:
    """Return a finding for each judgement that prefers a value which no source affirms."""
    diagnostics = Diagnostics()
    affirmed: dict[tuple[str, str], list[Fact]] = {}
    for fact in (each.record for each in facts if each.is_affirmed):
        affirmed.setdefault((fact.subject, fact.relation), []).append(fact)
    for each in (each for each in judgements if each.record.rank == PREFERRED):
        values = affirmed.get((each.record.subject, each.record.relation), [])
        if not any(has_value(value, each.record) for value in values):
            message = (
                f"no source affirms {quote_id(each.record.object)}, so that preferring it has no "
                "effect; prefer a value that a source affirms, or delete the rank"
            )
            diagnostics.add(each.location, message, "rank")
    return diagnostics
