"""Ranks of facts, by which judgements say which of several values stands.

As in Wikidata (https://www.wikidata.org/wiki/Help:Ranking), a fact is preferred, normal or
deprecated, and only those of the best rank are plain triples of the merge. A preferred value sets
the others aside where a thing has one value only, or one number on a day; a deprecated one is set
aside itself. No fact is lost: it stays in the graph of its source, with the judgement.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph_builder.core.ontology import Ontology, Relation
from graph_builder.core.option_values import VERIFICATION_LEVELS
from graph_builder.core.validity_period import is_finer_date
from graph_builder.ingest.model import Fact

PREFERRED, NORMAL, DEPRECATED = "preferred", "normal", "deprecated"


@dataclass(frozen=True)
class RankedFact:
    """A fact that may be ranked: its assertion, and whether its source affirms it, how verified."""

    fact: Fact
    assertion: str
    verification: str
    is_affirmed: bool


@dataclass(frozen=True)
class Ranking:
    """The rank of a fact, the assertion of the judgement that decides it, and what follows."""

    rank: str
    judgement: str
    is_set_aside: bool


class StatementRanks:
    """The rankings of the facts that judgements decide, by their assertions."""

    def __init__(self, facts: Iterable[RankedFact], ontology: Ontology) -> None:
        """Rank the facts of all sources by the judgements among them."""
        self._values: dict[tuple[str, str], list[RankedFact]] = defaultdict(list)
        judgements: list[RankedFact] = []
        for each in facts:
            pair = each.fact.subject, each.fact.relation
            (judgements if each.fact.rank else self._values[pair]).append(each)
        self.rankings: dict[str, Ranking] = {}
        for judgement in sorted(judgements, key=_is_rejection):
            relation = ontology.relations[judgement.fact.relation]
            values = self._get_values(judgement.fact)
            self.rankings |= _rank_values(judgement, values, relation)

    def find_verification(self, judgement: Fact) -> str:
        """Return how well a judgement is verified: as the best source that affirms what it prefers.

        One that sets a value aside rests on what others do not say, and is the least verified.
        """
        if judgement.rank == DEPRECATED:
            return VERIFICATION_LEVELS[-1]
        levels = [
            VERIFICATION_LEVELS.index(each.verification)
            for each in self._get_values(judgement)
            if each.is_affirmed and has_value(each.fact, judgement)
        ]
        return VERIFICATION_LEVELS[min(levels, default=-1)]

    def _get_values(self, judgement: Fact) -> Sequence[RankedFact]:
        return self._values.get((judgement.subject, judgement.relation), ())


def _is_rejection(judgement: RankedFact) -> bool:
    """Return whether a judgement rejects a value; such a one is followed last."""
    return judgement.fact.rank == DEPRECATED


def _rank_values(
    judgement: RankedFact, values: Sequence[RankedFact], relation: Relation
) -> dict[str, Ranking]:
    """Return what a judgement says of the values that sources give."""
    same = [each for each in values if has_value(each.fact, judgement.fact)]
    rank = judgement.fact.rank or NORMAL
    aside = rank == DEPRECATED
    rankings = {each.assertion: Ranking(rank, judgement.assertion, aside) for each in same}
    if rank == PREFERRED and any(each.is_affirmed for each in same):
        for each in values:
            if each not in same and excludes_value(judgement.fact, each.fact, relation):
                rankings[each.assertion] = Ranking(NORMAL, judgement.assertion, is_set_aside=True)
    return rankings


def has_value(fact: Fact, judgement: Fact) -> bool:
    """Return whether a fact has the value of a judgement, or a day in its month or year."""
    return fact.object == judgement.object or is_finer_date(fact.object, judgement.object)


def excludes_value(judgement: Fact, other: Fact, relation: Relation) -> bool:
    """Return whether the preferred value of a judgement leaves no room for another one."""
    if relation.is_count:
        return judgement.as_of in (None, other.as_of)
    return relation.is_single_valued
