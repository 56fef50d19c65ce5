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
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
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
from graph_builder.store.engine import build_solutions, build_triples_answer, list_bindings
from graph_builder.store.graph import HOLDS_COLUMN, Graph, GraphLike
from graph_builder.store.query_text import has_negation
from graph_builder.store.temporal_validity import evaluate_validity

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
_INFERRED = NamedNode(v.INFERRED_GRAPH)
_REASON = NamedNode(v.expand("aigg:reason"))
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


class SnapshotGraph(Graph):
    """The facts that possibly hold on a day; answers say which rows are certain."""

    def __init__(self, graph: Graph, at: str) -> None:
        """Restrict a graph to a day, month or year; ``whole`` is the unrestricted graph."""
        self.at = at
        self.verified = graph.verified
        self._whole = graph
        validity = evaluate_validity(graph, DateRange.parse(at))
        self._holds = validity.holds
        possible = _exclude_certainly_false(graph, self._holds)
        super().__init__(possible.store)
        self.excluded = graph.excluded | (possible.excluded & validity.not_yet_begun)

    @cached_property
    def certain(self) -> Graph:
        """The graph of the facts that certainly hold."""
        return _keep_certainly_true(self, self._holds)

    def get_truth_value(self, assertion: str) -> TruthValue:
        """Return whether the fact of an assertion, given by IRI, holds on the day."""
        return self._holds[assertion]

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


def _exclude_certainly_false(graph: Graph, holds: Mapping[str, TruthValue]) -> Graph:
    """Return a graph without the facts that certainly do not hold; those not known stay."""
    return exclude_assertions(graph, lambda iri: holds[iri] is TruthValue.NO)


def _keep_certainly_true(graph: Graph, holds: Mapping[str, TruthValue]) -> Graph:
    """Return a graph of the facts that certainly hold, without those not known."""
    return exclude_assertions(graph, lambda iri: holds[iri] is not TruthValue.YES)


def _restrict_to_day(graph: Graph, at: str) -> SnapshotGraph:
    return SnapshotGraph(graph, at)


def _filter_by_verification(graph: Graph, minimum: str) -> Graph:
    """Return a graph without the assertions verified less well than the minimum."""
    if minimum not in VERIFICATION_LEVELS:
        levels = ", ".join(VERIFICATION_LEVELS)
        raise QueryError(f"unknown verification {quote(minimum)}; use {levels}")
    accepted = VERIFICATION_LEVELS[: VERIFICATION_LEVELS.index(minimum) + 1]
    iris = {v.PREFIXES["verification"] + name for name in accepted}
    verifications = graph.values_by_subject(v.expand("aigg:verification"))
    selected = exclude_assertions(graph, lambda iri: verifications.get(iri) not in iris)
    selected.verified = minimum
    return selected


def exclude_assertions(graph: Graph, is_excluded: Callable[[str], bool]) -> Graph:
    """Return a graph without some assertions and the triples that only these affirm.

    A triple stays in a graph if another assertion there affirms it. What is set aside affirms none
    in the merge, and what is inferred only one among inferred facts. Of a judgement that is
    excluded, the reason stays, since what it sets aside stays set aside. Entities that only
    excluded assertions are about are listed in ``excluded``; their names stay.
    """
    predicates, objects = (
        graph.objects_by_subject(v.expand(f"rdf:{part}")) for part in ("predicate", "object")
    )
    standing, set_aside = (
        {*graph.instances_of(v.expand(name))} for name in ("aigg:Affirmation", "aigg:SetAside")
    )
    excluded: dict[str, Any] = {}
    affirmed: dict[bool, set[Any]] = {True: set(), False: set()}
    for quad in graph.engine.quads(None, NamedNode(v.expand("rdf:subject")), None):
        iri = getattr(quad.subject, "value", "")
        drop = is_excluded(iri)
        if drop:
            excluded[iri] = quad.subject
        if (
            iri in standing
            or quad.graph_name == _INFERRED
            or (iri in set_aside and quad.graph_name != DefaultGraph())
        ):
            triple = (quad.object, predicates.get(iri), objects.get(iri), quad.graph_name)
            affirmed[drop].add(triple)
    store = Store()
    store.bulk_extend(graph.engine.quads(None, None, None))
    for quad in _iter_quads_about(graph, excluded.values()):
        store.remove(quad)
    for triple in affirmed[True] - affirmed[False]:
        if _is_statement(triple):
            store.remove(Quad(*triple))
    selected = Graph(store)
    selected.excluded = _find_excluded_entities(graph, excluded.keys())
    return selected


def _iter_quads_about(graph: Graph, assertions: Iterable[Any]) -> Iterator[Quad]:
    """Yield what is said of assertions, but the reason of a judgement."""
    judgements = graph.objects_by_subject(v.expand("aigg:givesRank"))
    for assertion in assertions:
        for quad in graph.engine.quads(assertion, None, None):
            if quad.predicate != _REASON or assertion.value not in judgements:
                yield quad


def _is_statement(triple: tuple[Any, ...]) -> bool:
    """Return whether the parts that an assertion names can be those of a triple."""
    subject, predicate, object_, _ = triple
    is_resource = isinstance(subject, NamedNode | BlankNode)
    return is_resource and isinstance(predicate, NamedNode) and object_ is not None


def _find_excluded_entities(graph: Graph, excluded: AbstractSet[str]) -> frozenset[str]:
    """Return the entities that only excluded assertions are about."""
    mentioned: dict[bool, set[str]] = {True: set(), False: set()}
    for end in ("rdf:subject", "rdf:object"):
        for quad in graph.engine.quads(None, NamedNode(v.expand(end)), None):
            if isinstance(quad.object, NamedNode):
                by_excluded = getattr(quad.subject, "value", "") in excluded
                mentioned[by_excluded].add(quad.object.value)
    return frozenset(mentioned[True] - mentioned[False])
