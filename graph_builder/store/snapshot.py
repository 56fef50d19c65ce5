"""A graph narrowed to some of its assertions: as it stood on a day, or as far as it was checked.

What an assertion that is left out alone affirmed goes with it. On a day some facts surely held,
some surely did not, and of the others it is not known; so a question is put to two graphs, one of
the facts that surely held and one of those that may have. An answer of both is certain, an answer
of one is possible (T. Imieliński and W. Lipski, Incomplete Information in Relational Databases,
Journal of the ACM 31, 1984).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from graph_builder.core import vocabulary as v
from graph_builder.core.choices import VERIFICATION_LEVELS
from graph_builder.core.errors import QueryError
from graph_builder.core.intervals import DateRange, TruthValue
from graph_builder.core.text import quote
from graph_builder.store.engine import build_solutions, build_triples_answer, list_bindings
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.temporal_validity import evaluate_validity

#: The column that a question to a graph on a day has besides its own.
HOLDS_COLUMN = "holds"
#: What a number is called there that only what surely held makes up, or also what may have held.
AT_LEAST, AT_MOST = "at least", "at most"
_COUNT_EXPRESSION = re.compile(r"\(\s*COUNT\s*\([^()]*\)\s+AS\s+\?\w+\s*\)", re.IGNORECASE)
#: What else may make a number smaller where there are more facts, or hide what does.
_NOT_ONLY_COUNTS = re.compile(
    r"\\|\bSELECT\b.*\bSELECT\b"
    r"|\b(?:AS|AVG|COUNT|EXISTS|GROUP_CONCAT|HAVING|MAX|MIN|MINUS|OPTIONAL|SAMPLE|SUM)\b",
    re.IGNORECASE | re.DOTALL,
)
_LIMIT_CLAUSE = re.compile(r"\b(?:LIMIT|OFFSET)\s+\d", re.IGNORECASE)


def select(graph: GraphLike, *, at: str | None = None, verified: str | None = None) -> Graph:
    """Return a graph narrowed to what was verified at least so well, and to a day.

    ``verified`` is a verification such as ``official-copy``. ``at`` is a day, month or year: the
    answers then have the column ``holds``, which is ``yes`` or ``not known``, or, where a query
    does no more than count what fits a pattern, ``at least`` or ``at most``. Raises QueryError.
    """
    narrowed = Graph.wrap(graph)
    if at or verified:
        narrowed = narrowed.to_local()
    if verified:
        narrowed = _filter_by_verification(narrowed, verified)
    return SnapshotGraph(narrowed, at) if at else narrowed


class SnapshotGraph(Graph):
    """A graph on a day: what surely or possibly held then, each answer with which of the two."""

    def __init__(self, graph: Graph, at: str) -> None:
        """Narrow a graph to a day, month or year; ``whole`` keeps all of it."""
        self.at = at
        self.verified = graph.verified
        self.whole = graph
        known = evaluate_validity(graph, DateRange.parse(at))
        self._held = known.held
        possible = _exclude_assertions(graph, lambda iri: self._held[iri] is TruthValue.NO)
        super().__init__(possible.store)
        self.without = graph.without | (possible.without & known.unbegun)

    @cached_property
    def certain(self) -> Graph:
        """Return the graph of what surely held."""
        return _exclude_assertions(self.whole, lambda iri: self._held[iri] is not TruthValue.YES)

    def holds_on_day(self, assertion: str) -> TruthValue:
        """Return whether the fact of an assertion, given by IRI, held on the day."""
        return self._held[assertion]

    def query(self, text: str, name: str = "query") -> QuerySolutions | QueryTriples:
        """Return the answer, its rows with ``holds``; a graph's triples are the certain ones.

        A yes-or-no question is answered in one row: yes, no, or not known. Raises QueryError.
        """
        if _LIMIT_CLAUSE.search(text):
            raise QueryError(
                f"{name}: LIMIT and OFFSET cut two answers apart; with a day, leave them out"
            )
        possible = super().query(text, name)
        certain: Any = self.certain.query(text, name)
        if isinstance(possible, QueryTriples):
            return build_triples_answer({*possible} & {*certain})
        if isinstance(possible, QueryBoolean):
            return build_solutions(
                [HOLDS_COLUMN],
                [
                    {
                        HOLDS_COLUMN: _build_literal(
                            _combine_booleans({bool(possible), bool(certain)})
                        )
                    }
                ],
            )
        columns = [variable.value for variable in possible.variables]
        if HOLDS_COLUMN in columns:
            raise QueryError(
                f"{name}: the column {HOLDS_COLUMN} is made by the day; call it otherwise"
            )
        unsure = (
            (AT_MOST, AT_LEAST)
            if _is_count_query(text)
            else (TruthValue.UNKNOWN, TruthValue.UNKNOWN)
        )
        rows = _merge_rows(list_bindings(possible), list_bindings(certain), unsure)
        return build_solutions([*columns, HOLDS_COLUMN], rows)


def _combine_booleans(answers: set[bool]) -> TruthValue:
    """Return what the two answers to a yes-or-no question come to."""
    if answers == {True, False}:
        return TruthValue.UNKNOWN
    return TruthValue.YES if True in answers else TruthValue.NO


def _is_count_query(text: str) -> bool:
    """Return whether a query's numbers are counts that can but grow with what there is to count.

    All else in a row then is what the counts are grouped by.
    """
    rest, number = _COUNT_EXPRESSION.subn("", text)
    return number > 0 and not _NOT_ONLY_COUNTS.search(rest)


def _merge_rows(
    possible: list[Any], certain: list[Any], unsure: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the possible answer, then what the certain one has besides.

    ``unsure`` says what the rows are that only the first has, and those that only the second has.
    """
    left = Counter(map(_get_row_key, certain))
    for row in possible:
        surely = left[_get_row_key(row)] > 0
        left[_get_row_key(row)] -= surely
        yield {**row, HOLDS_COLUMN: _build_literal(TruthValue.YES if surely else unsure[0])}
    for row in certain:
        if left[_get_row_key(row)] > 0:
            left[_get_row_key(row)] -= 1
            yield {**row, HOLDS_COLUMN: _build_literal(unsure[1])}


def _get_row_key(row: Any) -> str:
    return json.dumps(row, sort_keys=True)


def _build_literal(value: str) -> dict[str, str]:
    return {"type": "literal", "value": str(value)}


def _filter_by_verification(graph: Graph, wanted: str) -> Graph:
    """Return a graph without the assertions that were verified less well than is wanted."""
    if wanted not in VERIFICATION_LEVELS:
        raise QueryError(
            f"unknown verification {quote(wanted)}; use {', '.join(VERIFICATION_LEVELS)}"
        )
    better = VERIFICATION_LEVELS[: VERIFICATION_LEVELS.index(wanted) + 1]
    enough = {v.PREFIXES["verification"] + name for name in better}
    verification = graph.values_by_subject(v.expand("aigg:verification"))
    kept = _exclude_assertions(graph, lambda iri: verification.get(iri) not in enough)
    kept.verified = wanted
    return kept


def _exclude_assertions(graph: Graph, dropped: Callable[[str], bool]) -> Graph:
    """Return a graph without some assertions and without what only they affirm in their graph.

    It is without the things, too, that only they are about, though these keep their names.
    """
    predicates, objects = (
        graph.objects_by_subject(v.expand(f"rdf:{part}")) for part in ("predicate", "object")
    )
    affirming = {*graph.instances_of(v.expand("aigg:Affirmation"))}
    gone: set[str] = set()
    affirmed: tuple[set[Any], set[Any]] = (set(), set())
    for stated in graph.engine.quads(None, NamedNode(v.expand("rdf:subject")), None):
        iri = getattr(stated.subject, "value", "")
        if drop := dropped(iri):
            gone.add(iri)
        if iri in affirming:
            triple = (stated.object, predicates.get(iri), objects.get(iri), stated.graph_name)
            affirmed[drop].add(triple)
    unsupported = affirmed[True] - affirmed[False]
    kept = Store()
    kept.bulk_extend(
        quad
        for quad in graph.quads()
        if getattr(quad.subject, "value", "") not in gone and (*quad,) not in unsupported
    )
    narrowed = Graph(kept)
    narrowed.without = _find_excluded_entities(graph, gone)
    return narrowed


def _find_excluded_entities(graph: Graph, gone: set[str]) -> frozenset[str]:
    """Return the things that no assertions are about but those that are gone."""
    found: tuple[set[str], set[str]] = (set(), set())
    for end in ("rdf:subject", "rdf:object"):
        for stated in graph.engine.quads(None, NamedNode(v.expand(end)), None):
            if isinstance(stated.object, NamedNode):
                found[getattr(stated.subject, "value", "") in gone].add(stated.object.value)
    return frozenset(found[True] - found[False])
