"""Decide which facts hold on a day (``--at``), by their own dates and by those of their ends.

The ontology says of which kind a relation is. An act is done from its day on. A state holds within
its period. Any other fact describes an entity and holds as long as the entity exists. No fact holds
before its subject and object have begun, except those that prepare them.

The dates are valid time (C. S. Jensen et al., A Consensus Glossary of Temporal Database Concepts,
SIGMOD Record 23, 1994); the date on which a source reports is not. Period arithmetic is in
:mod:`graph_builder.core.validity_period`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import Relation, load_ontology
from graph_builder.core.validity_period import DateRange, TruthValue, ValidityPeriod
from graph_builder.store.assertion_table import AssertionTable
from graph_builder.store.graph import Graph


@dataclass(frozen=True)
class Validity:
    """Whether the fact of each assertion holds on a day, and the entities that have not begun."""

    holds: Mapping[str, TruthValue]
    not_yet_begun: frozenset[str]


def evaluate_validity(
    graph: Graph, day: DateRange, assertions: AssertionTable | None = None
) -> Validity:
    """Return which facts of a graph hold on a day, by the IRIs of their assertions.

    The ``assertions`` of the graph are read if they are not given.
    """
    evaluator = _ValidityEvaluator(graph, day, assertions or AssertionTable(graph))
    return Validity(evaluator.evaluate_all(), evaluator.find_not_yet_begun())


@dataclass(frozen=True)
class _Assertion:
    subject: str
    relation: Relation | None
    object: str
    source: str


class _ValidityEvaluator:
    """Evaluates the assertions of a graph for one day."""

    def __init__(self, graph: Graph, day: DateRange, assertions: AssertionTable) -> None:
        self._day = day
        self._values = {
            name: graph.values_by_subject(v.expand(name))
            for name in (
                *("aigg:validFrom", "aigg:validTo", "aigg:asOf"),
                *("prov:wasDerivedFrom", "dcterms:issued"),
            )
        }
        relations = load_ontology().relations_by_iri
        self._assertions = {
            iri: _Assertion(
                getattr(subject, "value", ""),
                relations.get(getattr(predicate, "value", "")),
                getattr(object_, "value", ""),
                self._get_value("prov:wasDerivedFrom", iri),
            )
            for iri, (subject, predicate, object_) in assertions.facts.items()
        }
        self._affirmed = assertions.affirmations
        self._beginnings: dict[str, DateRange] = {}
        self._find_beginnings()

    def evaluate_all(self) -> dict[str, TruthValue]:
        """Return whether the fact of each assertion holds on the day."""
        holds = {
            iri: self._decide_whether_fact_holds(iri, each)
            for iri, each in self._assertions.items()
        }
        return holds | dict.fromkeys(self._find_ended(holds), TruthValue.NO)

    def _find_ended(self, holds: Mapping[str, TruthValue]) -> Iterator[str]:
        """Yield the assertions of states that ended before the day by another assertion.

        A state may have begun again, if an assertion has it after that end.
        """
        periods: dict[tuple[str, Relation | None, str], dict[str, ValidityPeriod]] = defaultdict(
            dict
        )
        with_end = {
            (each.subject, each.relation, each.object)
            for each in map(self._assertions.get, self._values["aigg:validTo"])
            if each and _is_instance_of(each.relation, "StateRelation")
        }
        for iri, each in self._assertions.items():
            if (key := (each.subject, each.relation, each.object)) in with_end:
                periods[key][iri] = self._get_period(iri, each)
        for found in periods.values():
            ends = [period.end for iri, period in found.items() if iri in self._affirmed]
            ended = max((end.last for end in ends if end), default=None)
            begun = [day for period in found.values() for day in (period.start, period.as_of)]
            again = ended and any(day.last > ended for day in begun if day)
            if ended and ended < self._day.first and not again:
                yield from (iri for iri in found if holds[iri] is TruthValue.UNKNOWN)

    def find_not_yet_begun(self) -> frozenset[str]:
        """Return the entities that by all sources begin after the day."""
        beginnings = self._beginnings.items()
        return frozenset(iri for iri, begun in beginnings if self._day.last < begun.first)

    def _decide_whether_fact_holds(self, iri: str, assertion: _Assertion) -> TruthValue:
        """Return whether a fact holds on the day: by its own dates, else by those of its ends."""
        period = self._get_period(iri, assertion)
        by_dates = _evaluate_own_dates(period, assertion.relation, self._day)
        dated = period.start or (period.as_of and by_dates is TruthValue.YES)
        if dated or by_dates is TruthValue.NO:
            return by_dates
        ends = [self._beginnings.get(end) for end in (assertion.subject, assertion.object)]
        if not _is_instance_of(assertion.relation, "ProspectiveRelation") and any(
            begun and self._day.last < begun.first for begun in ends
        ):
            return TruthValue.NO
        if _is_instance_of(assertion.relation, "ActRelation") and not period.as_of:
            return self._evaluate_undated_act(assertion)
        return by_dates

    def _evaluate_undated_act(self, assertion: _Assertion) -> TruthValue:
        """Return whether an undated act is done: yes for one at an event that has begun."""
        prefix = v.PREFIXES["event"]
        ends = (assertion.subject, assertion.object)
        events = [self._beginnings.get(end) for end in ends if end.startswith(prefix)]
        done = any(begun and begun.last <= self._day.first for begun in events)
        prospective = _is_instance_of(assertion.relation, "ProspectiveRelation")
        return TruthValue.YES if done and not prospective else TruthValue.UNKNOWN

    def _get_period(self, iri: str, assertion: _Assertion) -> ValidityPeriod:
        names = ("aigg:validFrom", "aigg:validTo", "aigg:asOf")
        start, end, as_of = (DateRange.parse_or_none(self._get_value(name, iri)) for name in names)
        issued = DateRange.parse_or_none(self._get_value("dcterms:issued", assertion.source))
        has_dates = _is_instance_of(assertion.relation, "ActRelation") or _is_instance_of(
            assertion.relation, "StateRelation"
        )
        return ValidityPeriod(start, end, as_of if has_dates else None, issued)

    def _get_value(self, name: str, subject: str) -> str:
        return self._values[name].get(subject, "")

    def _find_beginnings(self) -> None:
        """Record the earliest beginning of each entity by any source.

        An entity may begin with an event, so the beginnings of events come first.
        """
        beginnings = [
            (iri, assertion)
            for iri, assertion in self._assertions.items()
            if _is_instance_of(assertion.relation, "BeginningRelation")
        ]
        for iri, assertion in beginnings:
            start = (
                DateRange.parse_or_none(assertion.object) or self._get_period(iri, assertion).start
            )
            self._record_beginning(assertion, start)
        for iri, assertion in beginnings:
            if not self._get_period(iri, assertion).start:
                self._record_beginning(assertion, self._beginnings.get(assertion.object))

    def _record_beginning(self, assertion: _Assertion, begun: DateRange | None) -> None:
        known = self._beginnings.get(assertion.subject)
        if begun and (known is None or begun.first < known.first):
            self._beginnings[assertion.subject] = begun


def _evaluate_own_dates(
    period: ValidityPeriod, relation: Relation | None, day: DateRange
) -> TruthValue:
    """Return whether a fact holds by its own dates: as an act, a state, or a description."""
    if _is_instance_of(relation, "ActRelation"):
        return period.act_is_done(day)
    if _is_instance_of(relation, "StateRelation") or period.start or period.end:
        return period.state_holds(day)
    return TruthValue.YES


def _is_instance_of(relation: Relation | None, kind: str) -> bool:
    return relation is not None and v.NS + kind in relation.kinds
