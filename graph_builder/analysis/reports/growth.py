"""Growth of a network: its measures at the end of each year or event.

A stage is cumulative: it has all edges that surely existed by its end, since an act once done stays
done. So an edge dated by month or year counts from the last day of it, and an edge without a date
is in no stage. An event is a stage if edges dated to its days lead to it, or to a text adopted at
it; edges between two events belong to the later one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from typing import Literal

from pyoxigraph import NamedNode

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.edge_dates import get_date_sort_key, list_edge_assertions
from graph_builder.analysis.networks.network_builder import build_network_from_assertions
from graph_builder.analysis.reports.network_report import (
    NetworkReport,
    ProgressCallback,
    compute_report_measures,
    ignore_progress,
)
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.validity_period import DateRange
from graph_builder.store.graph import Graph

StageUnit = Literal["year", "event"]
#: The name of the stage of edges after the last event.
LATER_STAGE = "later"


@dataclass(frozen=True)
class GrowthStage:
    """A network at the end of a year or event: its name, its events and its report."""

    name: str
    events: str
    report: NetworkReport

    def ranks(self, measure: str) -> dict[str, int]:
        """Return the rank of each node by a measure, 1 for the highest; equals share a rank."""
        values = self.values(measure)
        found: dict[str, int] = {}
        last, rank = float("nan"), 0
        for place, node in enumerate(sorted(values, key=lambda n: (-values[n], n)), 1):
            if not isclose(values[node], last, rel_tol=1e-9, abs_tol=1e-12):
                last, rank = values[node], place
            found[node] = rank
        return found

    def values(self, measure: str) -> Mapping[str, float]:
        """Return the values of a measure in this stage, none where it would mean nothing."""
        return next((m.values for m in self.report.results if m.measure.name == measure), {})


@dataclass(frozen=True)
class Growth:
    """A network in stages; ``whole`` is the network with all edges, also the undated ones."""

    whole: NetworkReport
    by: StageUnit
    stages: Sequence[GrowthStage]
    undated: int

    @property
    def ranked(self) -> list[str]:
        """The measures of nodes whose values can be ranked, and that any stage has."""
        found = (m.measure for stage in self.stages for m in stage.report.get_results("nodes"))
        return [*dict.fromkeys(measure.name for measure in found if not measure.is_categorical)]

    def moves(self, measure: str) -> list[tuple[int, str]]:
        """Return by how many ranks nodes of the first and last stage fell (or, below 0, rose)."""
        stages = [stage for stage in self.stages if stage.values(measure)]
        if not stages:
            return []
        old, new = stages[0].ranks(measure), stages[-1].ranks(measure)
        return sorted((new[node] - old[node], node) for node in old if node in new)


def measure_growth(
    whole: NetworkReport,
    by: StageUnit,
    names: Sequence[str] = (),
    say: ProgressCallback = ignore_progress,
) -> Growth:
    """Return the stages in which a network grew, each with measures of it.

    Raises QueryError where no edge is dated, or none leads to an event.
    """
    every = list_edge_assertions(whole.network)
    dated = sorted(
        (assertion for assertion in every if DateRange.parse_or_none(assertion.date)),
        key=_get_last_day,
    )
    find = _iter_years if by == "year" else _iter_events
    stages = []
    for day, name, events in find(dated, whole.graph):
        say(f"{by} {name}")
        held = sorted(assertion for assertion in dated if _get_last_day(assertion) <= day)
        made = build_network_from_assertions(
            held, whole.definition, whole.graph, _get_weighting(whole)
        )
        found = replace(whole, network=made, results=compute_report_measures(made, names, say))
        stages.append(GrowthStage(name, events, found))
    if every and not stages:
        lacks = "leads to an event; use --by year" if dated else "has a date"
        raise QueryError(f"no edge of {whole.definition.name} {lacks}")
    return Growth(whole, by, stages, len(every) - len(dated))


def _get_weighting(whole: NetworkReport) -> Literal["count", "newman"]:
    return "newman" if whole.options["weighting"] == "newman" else "count"


def _get_last_day(assertion: EdgeAssertion) -> date:
    return get_date_sort_key(assertion.date)[0]


def _iter_years(dated: Sequence[EdgeAssertion], _: Graph) -> Iterator[tuple[date, str, str]]:
    for year in sorted({_get_last_day(assertion).year for assertion in dated}):
        yield date(year, 12, 31), str(year), ""


def _iter_events(dated: Sequence[EdgeAssertion], graph: Graph) -> Iterator[tuple[date, str, str]]:
    """Yield the last day of each event that added edges, with its label; one row per day."""
    held, adopted = _find_event_dates(graph), _find_property_values(graph, "aigg:adoptedAt")
    found: dict[date, set[str]] = {}
    for assertion in dated:
        for event in (end for of in assertion[:2] for end in (of, *adopted.get(of, ()))):
            if event in held and held[event][0] <= _get_last_day(assertion) <= held[event][1]:
                found.setdefault(held[event][1], set()).add(graph.label(event))
    for last, labels in sorted(found.items()):
        yield last, last.isoformat(), "; ".join(sorted(labels))
    if found and max(found) < _get_last_day(dated[-1]):
        yield date.max, LATER_STAGE, ""


def _find_event_dates(graph: Graph) -> dict[str, tuple[date, date]]:
    """Return the first and last day of each event, the widest span that the sources give."""
    starts, ends = (
        _find_property_values(graph, f"schema:{which}Date") for which in ("start", "end")
    )
    classes, vocabulary = graph.classes_of(starts), load_ontology()
    found: dict[str, tuple[date, date]] = {}
    for iri, days in starts.items():
        spans = [
            span for day in (*days, *ends.get(iri, ())) if (span := DateRange.parse_or_none(day))
        ]
        if spans and vocabulary.is_a([classes.get(iri, "")], [v.expand("aigg:Event")]):
            found[iri] = min(span.first for span in spans), max(span.last for span in spans)
    return found


def _find_property_values(graph: Graph, name: str) -> dict[str, list[str]]:
    """Return all values of a property by subject."""
    found: dict[str, list[str]] = {}
    for quad in graph.engine.quads(None, NamedNode(v.expand(name)), None):
        value = getattr(quad.object, "value", "")
        found.setdefault(getattr(quad.subject, "value", ""), []).append(value)
    return found


def select_largest_moves(moves: Iterable[tuple[int, str]], *, up: bool, most: int) -> list[str]:
    """Return the nodes that rose, or fell, by the most ranks."""
    found = [(change if up else -change, node) for change, node in moves]
    return [node for change, node in sorted(found)[:most] if change < 0]
