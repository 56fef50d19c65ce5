"""Cohesion: core numbers, articulation points, density and components."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from graph_builder.analysis.measures.backends import is_large_workload
from graph_builder.analysis.measures.matrices import build_networkit_graph, get_adjacency_matrix
from graph_builder.analysis.measures.measure_definition import Measure, get_network_type

if TYPE_CHECKING:
    import networkx as nx


def compute_core_number(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the core number of each node: the greatest k for which it is in a k-core.

    S. Seidman, Network structure and minimum degree, Social Networks 5 (3), 1983.
    """
    import networkx as nx

    if is_large_workload("walks", len(graph)):
        return _compute_core_number_networkit(graph)
    return {node: float(number) for node, number in nx.core_number(graph).items()}


def compute_components_added_by_removal(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how many components removing each node would add, directions aside.

    Nodes with more than 0 are its articulation points: J. Hopcroft, R. Tarjan, Efficient algorithms
    for graph manipulation, Communications of the ACM 16 (6), 1973.
    """
    plain = graph.to_undirected() if graph.is_directed() else graph
    large = is_large_workload("walks", len(graph))
    blocks = _find_blocks_networkit(plain) if large else _find_blocks_networkx(plain)
    pieces = Counter(chain.from_iterable(blocks))
    return {node: float(max(pieces[node] - 1, 0)) for node in graph}


def compute_cohesion(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return figures of the network: nodes, edges, density, components, share of the largest.

    S. Wasserman, K. Faust, Social Network Analysis, Cambridge 1994, chapter 4. The density is the
    share of the possible edges that exist; of two modes only edges between the modes are possible.
    Components are weak: directions do not count.
    """
    sizes, edges = _compute_component_sizes(graph), graph.number_of_edges()
    return {
        "nodes": float(len(graph)),
        "ties": float(edges),
        "density": edges / _count_possible_edges(graph),
        "components": float(len(sizes)),
        "share of the largest component": max(sizes) / len(graph),
        "nodes without a tie": float(sum(size == 1 for size in sizes)),
    }


def _compute_core_number_networkit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkit

    scores = networkit.centrality.CoreDecomposition(build_networkit_graph(graph)).run().scores()
    return dict(zip(graph, scores, strict=True))


def _find_blocks_networkx(graph: "nx.Graph[str]") -> Iterable[Iterable[str]]:
    """Return the biconnected components."""
    import networkx as nx

    return nx.biconnected_components(graph)  # type: ignore[return-value]  # the stubs err


def _find_blocks_networkit(graph: "nx.Graph[str]") -> Iterable[Iterable[str]]:
    import networkit

    # The search does not keep the graph alive that it walks over, so a name does.
    made, nodes = build_networkit_graph(graph), list(graph)
    found = networkit.components.BiconnectedComponents(made).run().getComponents()
    return ((nodes[number] for number in part) for part in found)


def _compute_component_sizes(graph: "nx.Graph[str]") -> list[int]:
    import networkx as nx

    if not is_large_workload("walks", len(graph)):
        plain = graph.to_undirected(as_view=True) if graph.is_directed() else graph
        return [len(part) for part in nx.connected_components(plain)]
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    _, numbers = connected_components(get_adjacency_matrix(graph), directed=False)
    sizes: list[int] = np.bincount(numbers).tolist()
    return sizes


def _count_possible_edges(graph: "nx.Graph[str]") -> float:
    if get_network_type(graph) == "two":
        targets = sum(1 for _, side in graph.nodes(data="bipartite") if side)
        return targets * (len(graph) - targets)
    pairs = len(graph) * (len(graph) - 1)
    return pairs if graph.is_directed() else pairs / 2


COHESION_MEASURES = (
    Measure(
        "core",
        "nodes",
        "How dense a group a node is in: each member of the group has at least this many links "
        "within it. One large event is enough for a high number.",
        "Seidman 1983",
        compute_core_number,
        network_types=frozenset({"one"}),
    ),
    Measure(
        "cut",
        "nodes",
        "How many more pieces the network would fall into without the node, as far as sources "
        "show; 0 for most.",
        "Hopcroft and Tarjan 1973",
        compute_components_added_by_removal,
    ),
    Measure(
        "cohesion",
        "network",
        "How much of the network is connected, and how many of the possible edges sources show.",
        "Wasserman and Faust 1994",
        compute_cohesion,
        min_nodes=2,
    ),
)
