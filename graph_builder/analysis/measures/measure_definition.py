"""What a measure is, and whether it means anything for a network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from graph_builder.core.errors import LibraryError, MeasureError

if TYPE_CHECKING:
    import networkx as nx

NetworkType = Literal["one", "two", "directed"]
#: Below so many nodes hardly any measure tells more than a look at the network does.
MIN_NODES = 5
#: Below so many there are hardly two groups, each of more than a pair or two.
MIN_NODES_FOR_GROUPS = 10


@dataclass(frozen=True)
class Measure:
    """A measure: its name, what it says in one sentence, and the source of its method.

    ``of`` is ``nodes`` where there is a value a node and ``network`` where there is one for all.
    ``sorts`` are the sorts of network that it is defined for: of one mode, of two, directed.
    ``compute`` takes a network as ``networks.make`` gives it and leaves it as it is; it returns
    values by node, or by the names of the figures where they are of the network. Values that are
    ``groups``, such as communities, are numbers of groups and have no order; ``names`` says what
    these are called. Where values would mean nothing it raises MeasureError, and LibraryError where
    it takes what is missing.
    """

    name: str
    of: Literal["nodes", "network"]
    reading: str
    source: str
    compute: "Callable[[nx.Graph[str]], Mapping[str, float]]"
    sorts: frozenset[NetworkType] = frozenset({"one", "two", "directed"})
    least: int = MIN_NODES
    groups: bool = False
    names: "Callable[[nx.Graph[str]], Mapping[float, str]] | None" = None


@dataclass(frozen=True)
class MeasureResult:
    """The values of a measure, or the reason why it has none for a network.

    ``values`` maps nodes to numbers, or figures of the network to numbers. A node for which the
    measure is not defined is left out. ``names`` maps the numbers of groups to what these are
    called.
    """

    measure: Measure
    values: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""
    names: Mapping[float, str] = field(default_factory=dict)


def get_network_type(graph: "nx.Graph[str]") -> NetworkType:
    """Return of which sort a network is."""
    if graph.is_directed():
        return "directed"
    return "two" if graph.graph["mode"] == 2 else "one"  # noqa: PLR2004 -- two modes


def compute_measure(measure: Measure, graph: "nx.Graph[str]") -> MeasureResult:
    """Return the values of a measure for a network, or why they would mean nothing."""
    if missing := _explain_inapplicability(measure, graph):
        return MeasureResult(measure, missing=missing)
    try:
        plain = _remove_self_loops(graph)
        names = measure.names(plain) if measure.names else {}
        return MeasureResult(measure, measure.compute(plain), names=names)
    except (LibraryError, MeasureError) as reason:
        return MeasureResult(measure, missing=str(reason))


def _remove_self_loops(graph: "nx.Graph[str]") -> "nx.Graph[str]":
    """Return a network in which no node is tied to itself, which would say nothing of others."""
    loops = [node for node, ties in graph.adjacency() if node in ties]
    if not loops:
        return graph
    others = graph.copy()
    others.remove_edges_from((node, node) for node in loops)
    return others


def _explain_inapplicability(measure: Measure, graph: "nx.Graph[str]") -> str:
    sort = get_network_type(graph)
    if sort not in measure.sorts:
        names = {"one": "of one mode", "two": "of two modes", "directed": "directed"}
        return f"not defined for a network that is {names[sort]}"
    if len(graph) < measure.least:
        return f"not meaningful for {len(graph)} nodes; it takes {measure.least}"
    if not any(ties for _, ties in graph.adjacency()):
        return "not meaningful without an edge"
    if (shared := _find_single_shared_target(graph)) and sort == "one":
        return f"not meaningful: all edges come of one of the {shared}"
    return ""


def _find_single_shared_target(graph: "nx.Graph[str]") -> str:
    """Return what nodes share in a projection that rests on one thing alone, such as one event."""
    incidence = graph.graph.get("incidence")
    return graph.graph["projected"] if incidence and len(incidence.by_target) == 1 else ""
