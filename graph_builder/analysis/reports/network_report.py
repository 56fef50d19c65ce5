"""Network reports: a network with its measures and the options it was built with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.measures.matrices import cache_matrices
from graph_builder.analysis.measures.measure_definition import (
    Measure,
    MeasureResult,
    compute_measure,
    get_network_type,
)
from graph_builder.analysis.networks.edge_dates import list_edge_assertions
from graph_builder.analysis.networks.network_builder import build_network
from graph_builder.analysis.networks.network_definition import (
    NetworkDefinition,
    find_network_definition,
)
from graph_builder.analysis.reports.measure_registry import MEASURES
from graph_builder.core.errors import UnknownNameError
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx

    from graph_builder.analysis.networks.projection import Weighting

#: The measures that are shown where none are named: first those of nodes, then of the network.
DEFAULT_MEASURES = (
    *("degree", "strength", "betweenness", "closeness", "community"),
    *("cohesion", "communities", "chance"),
)
#: Stands for all measures that a network has.
ALL_MEASURES = "all"
#: The filters of edges and of the graph; "" for none.
NETWORK_FILTERS = ("kind", "modality", "basis", "verified", "at")
#: Takes the name of each step, to show progress.
ProgressCallback = Callable[[str], None]


def ignore_progress(_: str) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class NetworkReport:
    """A network with measures of it, and the options that it was made with.

    ``graph`` is what it was made of and has the labels; ``options`` has ``weighting`` and the
    FILTERS.
    """

    definition: NetworkDefinition
    network: "nx.Graph[str]"
    graph: Graph
    options: Mapping[str, str]
    results: Sequence[MeasureResult] = ()

    def get_results(self, level: str) -> list[MeasureResult]:
        """Return the measures of nodes, or of the network, that have values."""
        return [m for m in self.results if m.measure.level == level and not m.missing]

    @property
    def missing(self) -> list[MeasureResult]:
        """The measures without values, each with the reason."""
        return [each for each in self.results if each.missing]

    @cached_property
    def nodes(self) -> list[str]:
        """The nodes, those with the highest value of the first measure of amounts first."""
        ranked = [
            each.values for each in self.get_results("nodes") if not each.measure.is_categorical
        ]
        first = ranked[0] if ranked else {}
        return sorted(self.network, key=lambda node: (-first.get(node, -inf), node))

    @cached_property
    def days(self) -> list[str]:
        """The date of each edge assertion, earliest first, "" for those that have none."""
        return sorted(assertion.date for assertion in list_edge_assertions(self.network))

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: self.options[name] for name in NETWORK_FILTERS if self.options[name]}


def build_network_report(
    graph: GraphLike,
    name: str,
    names: Iterable[str] = (),
    *,
    say: ProgressCallback = ignore_progress,
    **options: Any,
) -> NetworkReport:
    """Return a network with measures of it, those of USUAL where none are named.

    The name ``all`` stands for all that the network is defined for. The options are those of
    ``unmeasured``. Raises UnknownNameError.
    """
    wanted = [*names]
    select_measures(wanted)
    found = build_unmeasured_report(graph, name, say=say, **options)
    return replace(found, results=compute_report_measures(found.network, wanted, say))


def build_unmeasured_report(
    graph: GraphLike,
    name: str,
    *,
    weighting: "Weighting" = "count",
    kind: str = "",
    modality: str = "",
    basis: str = "",
    say: ProgressCallback = ignore_progress,
) -> NetworkReport:
    """Return a network as it is made, with no measures of it.

    To a day or a verification, narrow the graph first (``select``). Raises UnknownNameError.
    """
    opened, definition = Graph.wrap(graph), find_network_definition(name)
    say(f"making the network {name}")
    made = build_network(
        opened, name, weighting=weighting, kind=kind, modality=modality, basis=basis
    )
    options = {
        "weighting": weighting if definition.projected else "",
        "kind": kind,
        "modality": modality,
        "basis": basis,
        "verified": opened.verified,
        "at": opened.at,
    }
    return NetworkReport(definition, made, opened, options)


def compute_report_measures(
    made: "nx.Graph[str]", names: Sequence[str], say: ProgressCallback = ignore_progress
) -> list[MeasureResult]:
    """Return measures of a network, each once, those named or the usual ones.

    Of measures that nobody named, those that are defined for such networks alone.
    """
    found = []
    with cache_matrices():
        for each in select_measures(names):
            if (names and ALL_MEASURES not in names) or get_network_type(
                made
            ) in each.network_types:
                say(f"working out {each.name}")
                found.append(compute_measure(each, made))
    return found


def select_measures(names: Sequence[str]) -> list[Measure]:
    """Return measures by their names; raises UnknownNameError with the nearest names."""
    for name in names:
        if name not in {*MEASURES, ALL_MEASURES}:
            raise UnknownNameError("measure", name, MEASURES)
    if ALL_MEASURES in names:
        return [*MEASURES.values()]
    if names:
        return [MEASURES[name] for name in dict.fromkeys(names)]
    return [each for each in MEASURES.values() if each.name in DEFAULT_MEASURES]
