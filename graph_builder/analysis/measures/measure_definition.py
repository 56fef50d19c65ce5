"""Measures: definition, result, and whether a measure applies to a network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from graph_builder.core.errors import LibraryError, MeasureError
from graph_builder.core.text import format_count

if TYPE_CHECKING:
    import networkx as nx

NetworkType = Literal["one", "two", "directed"]
#: Fewer nodes than these are easier to read from the network itself than from a measure.
MIN_NODES = 5
#: Fewer nodes than these hardly make two groups of more than a pair or two.
MIN_NODES_FOR_GROUPS = 10


@dataclass(frozen=True)
class Measure:
    """A measure: its name, how to read it in one sentence, and the source of its method.

    ``level`` is ``nodes`` for a value per node and ``network`` for figures of the whole network.
    ``network_types`` are the networks that it is defined for: one-mode, two-mode, directed.
    ``compute`` takes a network of ``build_network``, which it does not change, and returns values
    by node or by the name of the figure. ``is_categorical`` values, such as communities, are
    numbers of groups without an order; ``name_categories`` returns the names of these groups.
    ``compute`` raises MeasureError where a value would mean nothing, and LibraryError where a
    library is missing.
    """

    name: str
    level: Literal["nodes", "network"]
    reading: str
    source: str
    compute: "Callable[[nx.Graph[str]], Mapping[str, float]]"
    network_types: frozenset[NetworkType] = frozenset({"one", "two", "directed"})
    min_nodes: int = MIN_NODES
    is_categorical: bool = False
    name_categories: "Callable[[nx.Graph[str]], Mapping[float, str]] | None" = None


@dataclass(frozen=True)
class MeasureResult:
    """The values of a measure for a network, or the reason why it has none.

    ``values`` maps nodes to numbers, or figures of the network to numbers. A node for which the
    measure is not defined is left out. ``category_names`` maps the numbers of groups to names.
    """

    measure: Measure
    values: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""
    category_names: Mapping[float, str] = field(default_factory=dict)


def get_network_type(graph: "nx.Graph[str]") -> NetworkType:
    """Return whether a network is one-mode, two-mode or directed."""
    if graph.is_directed():
        return "directed"
    return "two" if graph.graph["mode"] == 2 else "one"  # noqa: PLR2004 -- two modes


def compute_measure(measure: Measure, graph: "nx.Graph[str]") -> MeasureResult:
    """Return the values of a measure for a network, or the reason why it has none."""
    if missing := _explain_inapplicability(measure, graph):
        return MeasureResult(measure, missing=missing)
    try:
        plain = _remove_self_loops(graph)
        names = measure.name_categories(plain) if measure.name_categories else {}
        return MeasureResult(measure, measure.compute(plain), category_names=names)
    except (LibraryError, MeasureError) as reason:
        return MeasureResult(measure, missing=str(reason))


def _remove_self_loops(graph: "nx.Graph[str]") -> "nx.Graph[str]":
    """Return the network without self-loops, which say nothing about other nodes."""
    loops = [node for node, neighbours in graph.adjacency() if node in neighbours]
    if not loops:
        return graph
    others = graph.copy()
    others.remove_edges_from((node, node) for node in loops)
    return others


def _explain_inapplicability(measure: Measure, graph: "nx.Graph[str]") -> str:
    sort = get_network_type(graph)
    if sort not in measure.network_types:
        names = {"one": "one-mode", "two": "two-mode", "directed": "directed"}
        return f"not defined for {names[sort]} networks"
    if len(graph) < measure.min_nodes:
        nodes = format_count(len(graph), "node")
        return f"not meaningful for {nodes}; at least {measure.min_nodes} are needed"
    if not any(neighbours for _, neighbours in graph.adjacency()):
        return "not meaningful without an edge"
    if (shared := _find_single_shared_target(graph)) and sort == "one":
        return f"not meaningful: all edges come from only one of the {shared}"
    return ""


def _find_single_shared_target(graph: "nx.Graph[str]") -> str:
    """Return what the nodes share where a projection has a single target, such as one event."""
    incidence = graph.graph.get("incidence")
    return graph.graph["projected"] if incidence and len(incidence.by_target) == 1 else ""
