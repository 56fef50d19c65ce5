"""Which facts of a graph held on a day: by their own dates, then by those of what they join.

An act has been done from its day on, a state holds within its period, and whatever else a fact
describes, it describes for as long as there is the thing. Nothing is said of a thing that had not
begun yet, except what prepares it. Which relation is of which kind, the ontology says. The dates
are those of valid time (C. S. Jensen et al., A Consensus Glossary of Temporal Database Concepts,
SIGMOD Record 23, 1994); the day of a report is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graph_builder.core import vocabulary as v
from graph_builder.core.intervals import DateRange, TruthValue, ValidityPeriod
from graph_builder.core.ontology import Relation, load_ontology
from graph_builder.store.graph import Graph


@dataclass(frozen=True)
class Validity:
    """What is known of a day: by IRIs, whether facts of assertions held, and what had not begun."""

    held: Mapping[str, TruthValue]
    unbegun: frozenset[str]


def evaluate_validity(graph: Graph, day: DateRange) -> Validity:
    """Return what the assertions of a graph say of a day."""
    facts = _ValidityEvaluator(graph, day)
    return Validity(facts.held(), facts.unbegun())


@dataclass(frozen=True)
class _Assertion:
    subject: str
    relation: Relation | None
    object: str
    source: str


class _ValidityEvaluator:
    """The assertions of a graph, each with what its dates say of a day."""

    def __init__(self, graph: Graph, day: DateRange) -> None:
        self._day = day
        self._read = {
            name: graph.values_by_subject(v.expand(name))
            for name in (
                *("rdf:subject", "rdf:predicate", "rdf:object", "prov:wasDerivedFrom"),
                *("aigg:validFrom", "aigg:validTo", "aigg:asOf", "dcterms:issued"),
            )
        }
        relations = load_ontology().by_iri
        self._statements = {
            iri: _Assertion(
                subject,
                relations.get(self._value("rdf:predicate", iri)),
                self._value("rdf:object", iri),
                self._value("prov:wasDerivedFrom", iri),
            )
            for iri, subject in self._read["rdf:subject"].items()
        }
        self._beginnings: dict[str, DateRange] = {}
        self._find_beginnings()

    def held(self) -> dict[str, TruthValue]:
        """Return whether the fact held on the day, for each assertion."""
        return {iri: self._holds(iri, stated) for iri, stated in self._statements.items()}

    def unbegun(self) -> frozenset[str]:
        """Return the things that by every source had not begun on the day."""
        begun = self._beginnings.items()
        return frozenset(thing for thing, span in begun if self._day.last < span.first)

    def _holds(self, iri: str, stated: _Assertion) -> TruthValue:
        period = self._period(iri, stated)
        by_dates = _check_own_dates(period, stated.relation, self._day)
        if (
            period.start
            or by_dates is TruthValue.NO
            or (period.as_of and by_dates is TruthValue.YES)
        ):
            return by_dates
        begun = [self._beginnings.get(end) for end in (stated.subject, stated.object)]
        if not _is_of_kind(stated.relation, "ProspectiveRelation") and any(
            span and self._day.last < span.first for span in begun
        ):
            return TruthValue.NO
        if _is_of_kind(stated.relation, "ActRelation") and not period.as_of:
            return self._at_event(stated)
        return by_dates

    def _at_event(self, stated: _Assertion) -> TruthValue:
        """Return whether an undated act was done: one at an event was, once that had begun."""
        prefix = v.PREFIXES["event"]
        events = [end for end in (stated.subject, stated.object) if end.startswith(prefix)]
        spans = [self._beginnings.get(end) for end in events]
        done = any(span and span.last <= self._day.first for span in spans)
        prospective = _is_of_kind(stated.relation, "ProspectiveRelation")
        return TruthValue.YES if done and not prospective else TruthValue.UNKNOWN

    def _period(self, iri: str, stated: _Assertion) -> ValidityPeriod:
        names = ("aigg:validFrom", "aigg:validTo", "aigg:asOf")
        start, end, as_of = (DateRange.read(self._value(name, iri)) for name in names)
        said = DateRange.read(self._value("dcterms:issued", stated.source))
        describes = not (
            _is_of_kind(stated.relation, "ActRelation")
            or _is_of_kind(stated.relation, "StateRelation")
        )
        return ValidityPeriod(start, end, None if describes else as_of, said)

    def _value(self, name: str, subject: str) -> str:
        return self._read[name].get(subject, "")

    def _find_beginnings(self) -> None:
        """Keep the earliest beginning that any source gives of a thing.

        Those that follow from the beginning of an event come last, when that is known.
        """
        found = [
            (iri, stated)
            for iri, stated in self._statements.items()
            if _is_of_kind(stated.relation, "BeginningRelation")
        ]
        for iri, stated in found:
            self._begin(stated, DateRange.read(stated.object) or self._period(iri, stated).start)
        for iri, stated in found:
            if not self._period(iri, stated).start:
                self._begin(stated, self._beginnings.get(stated.object))

    def _begin(self, stated: _Assertion, span: DateRange | None) -> None:
        known = self._beginnings.get(stated.subject)
        if span and (known is None or span.first < known.first):
            self._beginnings[stated.subject] = span


def _check_own_dates(
    period: ValidityPeriod, relation: Relation | None, day: DateRange
) -> TruthValue:
    """Return what the fact's own dates say: of an act, a state, or a lasting description."""
    if _is_of_kind(relation, "ActRelation"):
        return period.act(day)
    if _is_of_kind(relation, "StateRelation") or period.start or period.end:
        return period.state(day)
    return TruthValue.YES


def _is_of_kind(relation: Relation | None, kind: str) -> bool:
    return relation is not None and v.NS + kind in relation.kinds
