"""Select assertions by day or verification, and query a graph as of a day (``--at``).

``temporal_validity`` decides which facts hold on the day. Some hold for certain, some do not, and
for others the dates do not tell. So each query runs on two graphs: one of the facts that certainly
hold, and one of those that possibly hold. A row of both answers is certain, a row of one is only
possible (T. Imieliński and W. Lipski, Incomplete Information in Relational Databases, Journal of
the ACM 31, 1984).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import (
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError
from graph_builder.core.option_values import VERIFICATION_LEVELS
from graph_builder.core.text import quote
from graph_builder.core.validity_period import DateRange, TruthValue
from graph_builder.store.ask_interpretation import interpret_ask
from graph_builder.store.assertion_table import AssertionTable
from graph_builder.store.engine import Engine, build_solutions, build_triples_answer, list_bindings
from graph_builder.store.graph import HOLDS_COLUMN, Graph, GraphLike
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.query_text import has_negation
from graph_builder.store.temporal_validity import Validity, evaluate_validity

#: The values of that column for counts: over the certain facts, and over the possible facts.
AT_LEAST, AT_MOST = "at least", "at most"
#: The value for a count of what something is not recorded of, the same over both.
AS_RECORDED = "as recorded"
_COUNT_EXPRESSION = re.compile(r"\(\s*COUNT\s*\([^()]*\)\s+AS\s+\?\w+\s*\)", re.IGNORECASE)
#: Whatever can make a number smaller when facts are added, or can hide something that does.
_NOT_ONLY_COUNTS = re.compile(
    r"\\|\bSELECT\b.*\bSELECT\b"
    r"|\b(?:AS|AVG|COUNT|EXISTS|GROUP_CONCAT|HAVING|MAX|MIN|MINUS|OPTIONAL|SAMPLE|SUM)\b",
    re.IGNORECASE | re.DOTALL,
)
#: The code that decides with ours what holds on a day.
_CORE = Path(__file__).parents[1] / "core"
_LIMIT_CLAUSE = re.compile(r"\b(?:LIMIT|OFFSET)\s+\d", re.IGNORECASE)


def select(graph: GraphLike, *, at: str | None = None, verified: str | None = None) -> Graph:
    """Return the part of a graph that holds on a day and is verified at a level or better.

    ``verified`` is the weakest level of verification to keep, such as ``official-copy``. ``at`` is
    a day, month or year; the answers then have a further column ``holds``: ``yes`` or
    ``not known``, or, for a query that only counts, ``at least`` or ``at most``; a count of what
    something is not recorded of is ``as recorded``. Raises QueryError.
    """
    selected = Graph.wrap(graph)
    if at or verified:
        selected = selected.to_local()
    if verified:
        selected = _filter_by_verification(selected, verified)
    return _restrict_to_day(selected, at) if at else selected


class _Part(Graph):
    """A part of a graph without some assertions, which is made when it is asked for.

    That of a graph on disk is kept in the cache, as a store of its own, and opened the next time.
    """

    def __init__(self, graph: Graph, name: str, is_excluded: Callable[[str], bool]) -> None:
        """Leave out the assertions that are excluded; the ``name`` tells which.

        A part without a name is not kept.
        """
        self._base = graph
        self._name = name
        self._is_excluded = is_excluded

    @property
    def origin(self) -> Graph:
        """The graph of which this is a part, or of which that one is."""
        return self._base.origin

    def to_memory(self) -> Graph:
        """Return the part itself if it is in memory, otherwise the same of a copy in memory."""
        origin = self.origin.to_memory()
        if origin is self.origin:
            return self
        return select(origin, at=self.at, verified=self.verified)

    @property
    def engine(self) -> Engine:
        """The engine of the part."""
        return self._made_engine

    @cached_property
    def _made_engine(self) -> Engine:
        engine = self._base.engine
        if isinstance(engine, LocalEngine) and engine.folder and self._name:
            from graph_builder.store.loading import find_place

            place = find_place(f"{engine.digest} {self._name}", _CORE)
            found = place.find() or place.derive_part(engine, self._iter_excluded_quads)
            if found is not None:
                return found.engine
        return _copy_without(self._base, self._iter_excluded_quads()).engine

    @cached_property
    def _assertions(self) -> AssertionTable:
        return AssertionTable(self._base)

    def _iter_excluded_quads(self) -> Iterator[Quad]:
        return self._assertions.iter_quads_of(self._is_excluded)

    @property
    def excluded(self) -> frozenset[str]:
        """The IRIs of entities that only excluded assertions are about."""
        return self._assertions.find_entities_of(self._is_excluded)


class VerifiedGraph(_Part):
    """The facts that are verified at a level or better."""

    def __init__(self, graph: Graph, minimum: str) -> None:
        """Leave out assertions verified less well; raises QueryError for an unknown level."""
        if minimum not in VERIFICATION_LEVELS:
            levels = ", ".join(VERIFICATION_LEVELS)
            raise QueryError(f"unknown verification {quote(minimum)}; use {levels}")
        accepted = VERIFICATION_LEVELS[: VERIFICATION_LEVELS.index(minimum) + 1]
        self._accepted = {v.PREFIXES["verification"] + name for name in accepted}
        super().__init__(graph, f"verified {minimum}", self._is_not_verified)
        self.verified = minimum

    def _is_not_verified(self, assertion: str) -> bool:
        return self._verifications.get(assertion) not in self._accepted

    @cached_property
    def _verifications(self) -> Mapping[str, str]:
        return self._base.values_by_subject(v.expand("aigg:verification"))


class _CertainGraph(_Part):
    """The facts that certainly hold on the day of a snapshot."""

    def __init__(self, snapshot: "SnapshotGraph") -> None:
        """Leave out of a snapshot the facts of which it is not known."""
        super().__init__(snapshot, f"certainly at {snapshot.at}", snapshot.is_uncertain)
        self._snapshot = snapshot

    def _iter_excluded_quads(self) -> Iterator[Quad]:
        return self._snapshot.iter_uncertain_quads()


class SnapshotGraph(_Part):
    """The facts that possibly hold on a day; answers say which rows are certain."""

    def __init__(self, graph: Graph, at: str) -> None:
        """Restrict a graph to a day, month or year; ``whole`` is the unrestricted graph."""
        self._day = DateRange.parse(at)
        super().__init__(graph, f"possibly at {at}", self._certainly_fails)
        self.at = at
        self.verified = graph.verified
        self._whole = graph

    @cached_property
    def _validity(self) -> Validity:
        return evaluate_validity(self.whole, self._day, self._assertions)

    def _certainly_fails(self, assertion: str) -> bool:
        """Return whether a fact certainly does not hold; those not known stay."""
        return self._validity.holds[assertion] is TruthValue.NO

    def is_uncertain(self, assertion: str) -> bool:
        """Return whether a fact does not certainly hold."""
        return self._validity.holds[assertion] is not TruthValue.YES

    def iter_uncertain_quads(self) -> Iterator[Quad]:
        """Yield the quads that are in this graph and not in that of what certainly holds."""
        return self._assertions.iter_quads_of(self.is_uncertain, self._certainly_fails)

    @cached_property
    def certain(self) -> Graph:
        """The graph of the facts that certainly hold, without those not known."""
        return _CertainGraph(self)

    @property
    def excluded(self) -> frozenset[str]:
        """The IRIs of entities that by all sources begin later, with those of the whole graph."""
        return self.whole.excluded | (super().excluded & self._validity.not_yet_begun)

    def get_truth_value(self, assertion: str) -> TruthValue:
        """Return whether the fact of an assertion, given by IRI, holds on the day."""
        return self._validity.holds[assertion]

    def query(self, text: str, name: str = "query") -> QuerySolutions | QueryTriples:
        """Return the rows of the answer with the column ``holds``, or the certain triples.

        An ASK query is answered by one row: yes, no, not known or not recorded. Raises QueryError.
        """
        if _LIMIT_CLAUSE.search(text):
            raise QueryError(f"{name}: LIMIT and OFFSET cannot be used with a day; leave them out")
        possible = super().query(text, name)
        certain: Any = self.certain.query(text, name)
        if isinstance(possible, QueryTriples):
            return build_triples_answer({*possible} & {*certain})
        if isinstance(possible, QueryBoolean):
            holds = self._combine_booleans(text, possible=bool(possible), certain=bool(certain))
            return build_solutions([HOLDS_COLUMN], [{HOLDS_COLUMN: _build_literal(holds)}])
        columns = [variable.value for variable in possible.variables]
        if HOLDS_COLUMN in columns:
            raise QueryError(
                f"{name}: with a day, the column {HOLDS_COLUMN} is added; rename yours"
            )
        rows = _merge_rows(list_bindings(possible), list_bindings(certain), _choose_words(text))
        return build_solutions([*columns, HOLDS_COLUMN], rows)

    def _combine_booleans(self, text: str, *, possible: bool, certain: bool) -> TruthValue:
        """Return the answer to an ASK query from its answers over both graphs.

        If both are false, it is no if the facts are recorded, so that their dates exclude them.
        """
        if possible is not certain:
            return TruthValue.UNKNOWN
        if certain:
            return TruthValue.YES
        judged = interpret_ask(self.whole, text, answer=bool(self.whole.query(text)))
        return TruthValue.NO if judged is TruthValue.YES else judged


def _choose_words(text: str) -> tuple[str, str, str]:
    """Return the values of ``holds`` for rows of both answers, of the possible one, of the other.

    How many do not have something is never certain: they may have it, and no source says so.
    """
    if _is_count_query(text):
        return TruthValue.YES, AT_MOST, AT_LEAST
    is_negated_count = has_negation(text) and _COUNT_EXPRESSION.search(text)
    both = AS_RECORDED if is_negated_count else TruthValue.YES
    return both, TruthValue.UNKNOWN, TruthValue.UNKNOWN


def _is_count_query(text: str) -> bool:
    """Return whether all numbers of a query are counts, which can only grow when facts are added.

    All other columns are then those that the counts are grouped by.
    """
    rest, number = _COUNT_EXPRESSION.subn("", text)
    return number > 0 and not _NOT_ONLY_COUNTS.search(rest)


def _merge_rows(
    possible: list[Any], certain: list[Any], words: tuple[str, str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the possible answer, then those that only the certain one has.

    ``words`` are the values of the column ``holds``, as ``_choose_words`` returns them.
    """
    in_both, in_possible, in_certain = words
    unmatched = Counter(map(_get_row_key, certain))
    for row in possible:
        is_certain = unmatched[_get_row_key(row)] > 0
        unmatched[_get_row_key(row)] -= is_certain
        yield {**row, HOLDS_COLUMN: _build_literal(in_both if is_certain else in_possible)}
    for row in certain:
        if unmatched[_get_row_key(row)] > 0:
            unmatched[_get_row_key(row)] -= 1
            yield {**row, HOLDS_COLUMN: _build_literal(in_certain)}


def _get_row_key(row: Any) -> str:
    return json.dumps(row, sort_keys=True)


def _build_literal(value: str) -> dict[str, str]:
    return {"type": "literal", "value": str(value)}


def _restrict_to_day(graph: Graph, at: str) -> SnapshotGraph:
    return SnapshotGraph(graph, at)


def _filter_by_verification(graph: Graph, minimum: str) -> VerifiedGraph:
    return VerifiedGraph(graph, minimum)


def exclude_assertions(graph: Graph, is_excluded: Callable[[str], bool]) -> Graph:
    """Return a graph without some assertions and the triples that only these affirm.

    A triple stays in a graph if another assertion there affirms it. What is set aside affirms none
    in the merge, and what is inferred only one among inferred facts. Of a judgement that is
    excluded, the reason stays, since what it sets aside stays set aside. Entities that only
    excluded assertions are about are listed in ``excluded``; their names stay.
    """
    return _Part(graph, "", is_excluded)


def _copy_without(graph: Graph, quads: Iterable[Quad]) -> Graph:
    """Return a graph in memory without some quads."""
    store = Store()
    store.bulk_extend(graph.engine.quads(None, None, None))
    for quad in quads:
        store.remove(quad)
    return Graph(store)
