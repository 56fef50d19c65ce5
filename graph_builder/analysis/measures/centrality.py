"""Centrality: degree, strength, betweenness, closeness, eigenvector centrality and PageRank."""

from collections.abc import Mapping
from math import lcm
from typing import TYPE_CHECKING

from graph_builder.analysis.measures.backends import is_large_workload, limit_to_one_thread
from graph_builder.analysis.measures.matrices import build_networkit_graph, get_adjacency_matrix
from graph_builder.analysis.measures.measure_definition import MIN_NODES, Measure, get_network_type
from graph_builder.core.errors import MeasureError

if TYPE_CHECKING:
    import networkx as nx


def compute_degree(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the number of neighbours of each node, in either direction.

    L. C. Freeman, Centrality in social networks: conceptual clarification, Social Networks 1 (3),
    1978.
    """
    return {node: float(number) for node, number in graph.degree()}


def compute_degree_centrality(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the degree centrality of each node: its degree as a share of the possible, 0 to 1.

    L. C. Freeman, Centrality in social networks: conceptual clarification, Social Networks 1 (3),
    1978; of two modes, where these are the nodes of the other side: S. Borgatti, M. Everett,
    Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    if get_network_type(graph) != "two":
        return {node: number / (len(graph) - 1) for node, number in graph.degree()}
    side: dict[str, int] = {node: held["bipartite"] for node, held in graph.nodes(data=True)}
    others = {0: sum(side.values()), 1: len(side) - sum(side.values())}
    return {node: number / others[side[node]] for node, number in graph.degree()}


def compute_strength(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the sum of the edge weights of each node.

    A. Barrat, M. Barthélemy, R. Pastor-Satorras, A. Vespignani, The architecture of complex
    weighted networks, PNAS 101 (11), 2004.
    """
    return {node: float(number) for node, number in graph.degree(weight="weight")}


DEGREE_MEASURES = (
    Measure(
        "degree",
        "nodes",
        "How many nodes a node is linked to; it grows with how well a node is documented.",
        "Freeman 1978",
        compute_degree,
        min_nodes=2,
    ),
    Measure(
        "degree-share",
        "nodes",
        "The share of the possible neighbours that a node is linked to. Use it to compare "
        "networks of different sizes, or the two sides of one.",
        "Freeman 1978; of two modes Borgatti and Everett 1997",
        compute_degree_centrality,
        network_types=frozenset({"one", "two"}),
        min_nodes=2,
    ),
    Measure(
        "strength",
        "nodes",
        "The sum of a node's edge weights, for example how often it met anybody.",
        "Barrat, Barthélemy, Pastor-Satorras and Vespignani 2004",
        compute_strength,
        min_nodes=2,
    ),
)


#: The units that make up length 1; the lengths 1/1 to 1/24 are whole numbers of them.
LENGTH_UNITS = lcm(*range(1, 25))


def compute_betweenness(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the share of shortest paths between others on which each node lies, 0 to 1.

    L. C. Freeman, A set of measures of centrality based on betweenness, Sociometry 40 (1), 1977; of
    two modes, as a share of the most that is possible on a node's side: S. Borgatti, M. Everett,
    Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    _check_indirect_paths(graph)
    between = (
        _compute_betweenness_networkit
        if is_large_workload("paths", len(graph))
        else _compute_betweenness_networkx
    )
    most = _compute_max_betweenness(graph)
    return {node: value / (most[node] or 1) for node, value in between(graph).items()}


def compute_closeness(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how near each node is to all others, those out of reach counting against it.

    The least number of steps to those within reach, divided by the sum of the distances to them,
    times the share of the others that is within reach: S. Wasserman, K. Faust, Social Network
    Analysis, Cambridge 1994, page 201. It is 0 to 1, and more only where heavy edges are shorter
    than a step. Of two modes the least is 1 to the other side and 2 to one's own: S. Borgatti, M.
    Everett, Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    import networkx as nx

    found = {}
    total = _sum_distances(graph)
    for part in nx.connected_components(graph):
        least = _compute_min_distance_sums(graph, part)
        share = (len(part) - 1) / (len(graph) - 1)
        found.update({node: share * least[node] / total[node] for node in part if total[node]})
    return {node: found.get(node, 0.0) for node in graph}


def _get_length_units(graph: "nx.Graph[str]") -> int:
    """Return the length of an edge of weight 1 in units, or 0 where each edge is one step."""
    return LENGTH_UNITS if graph.graph.get("projected") else 0


def _check_indirect_paths(graph: "nx.Graph[str]") -> None:
    if graph.is_directed() and graph.graph["mode"] != 1:
        raise MeasureError("not meaningful: all edges lead from one side to the other")


def _build_length_graph(graph: "nx.Graph[str]") -> "nx.Graph[str]":
    """Return the network with edge lengths in whole units, the inverse of the weights.

    Its attributes are plain dictionaries, of which those who look for paths read millions.
    """
    import networkx as nx

    found: nx.Graph[str] = nx.DiGraph() if graph.is_directed() else nx.Graph()
    found.add_nodes_from(graph)
    found.add_edges_from(
        (one, other, {"length": max(round(LENGTH_UNITS / held["weight"]), 1)})
        for one, other, held in graph.edges(data=True)
    )
    return found


def _compute_betweenness_networkx(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkx as nx

    if _get_length_units(graph):
        return nx.betweenness_centrality(
            _build_length_graph(graph), normalized=False, weight="length"
        )
    return nx.betweenness_centrality(graph, normalized=False)


def _compute_betweenness_networkit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkit

    made = build_networkit_graph(graph, _get_length_units(graph))
    with limit_to_one_thread():
        scores = networkit.centrality.Betweenness(made).run().scores()
    times = 1 if graph.is_directed() else 2
    return {node: score / times for node, score in zip(graph, scores, strict=True)}


def _sum_distances(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the sum of the distances of each node to those within reach."""
    if is_large_workload("paths", len(graph)):
        return _sum_distances_networkit(graph)
    import networkx as nx

    if not _get_length_units(graph):
        return {node: sum(to.values()) for node, to in nx.all_pairs_shortest_path_length(graph)}
    found = nx.all_pairs_dijkstra_path_length(_build_length_graph(graph), weight="length")
    return {node: sum(to.values()) / LENGTH_UNITS for node, to in found}


def _sum_distances_networkit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkit
    import networkx as nx

    unit, kind = _get_length_units(graph), networkit.centrality.ClosenessVariant.GENERALIZED
    made = build_networkit_graph(graph, unit)
    scores = networkit.centrality.Closeness(made, normalized=True, variant=kind).run().scores()
    others = {node: len(part) - 1 for part in nx.connected_components(graph) for node in part}
    most = (len(graph) - 1) * (unit or 1)
    return {
        node: others[node] ** 2 / (score * most) if score else 0.0
        for node, score in zip(graph, scores, strict=True)
    }


def _split_modes(graph: "nx.Graph[str]", nodes: "set[str]") -> tuple[set[str], set[str]]:
    side = graph.nodes(data="bipartite")
    targets = {node for node in nodes if side[node]}
    return nodes - targets, targets


def _compute_min_distance_sums(graph: "nx.Graph[str]", part: "set[str]") -> Mapping[str, float]:
    """Return the least sum of distances that each node of a component could have."""
    if get_network_type(graph) != "two":
        return dict.fromkeys(part, len(part) - 1.0)
    one, other = _split_modes(graph, part)
    return {
        **dict.fromkeys(one, len(other) + 2.0 * (len(one) - 1)),
        **dict.fromkeys(other, len(one) + 2.0 * (len(other) - 1)),
    }


def _compute_max_betweenness(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the greatest number of pairs of others that each node could lie between."""
    if get_network_type(graph) != "two":
        pairs = (len(graph) - 1) * (len(graph) - 2)
        return dict.fromkeys(graph, pairs if graph.is_directed() else pairs / 2)
    one, other = _split_modes(graph, set(graph))
    return {
        **dict.fromkeys(one, _compute_max_betweenness_of_mode(len(one), len(other))),
        **dict.fromkeys(other, _compute_max_betweenness_of_mode(len(other), len(one))),
    }


def _compute_max_betweenness_of_mode(own: int, other: int) -> float:
    """Return the most pairs between which one of a side can lie (Borgatti and Everett 1997)."""
    s, t = divmod(own - 1, other)
    return (other**2 * (s + 1) ** 2 + other * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2


PATH_MEASURES = (
    Measure(
        "betweenness",
        "nodes",
        "How often a node lies on a shortest path between two others. It shows who could connect "
        "or hold up others, not who does.",
        "Freeman 1977; of two modes Borgatti and Everett 1997",
        compute_betweenness,
    ),
    Measure(
        "closeness",
        "nodes",
        "How few steps away a node is from all others; nodes out of reach count against it. In a "
        "dense network nearly all are close.",
        "Wasserman and Faust 1994; of two modes Borgatti and Everett 1997",
        compute_closeness,
        network_types=frozenset({"one", "two"}),
    ),
)


#: The share of steps that follow an edge.
DAMPING = 0.85
#: Iteration stops when all ranks together change by less than this; the error is six times it.
PAGERANK_TOLERANCE = 1e-13
MAX_ITERATIONS = 10_000


def compute_eigenvector_centrality(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the eigenvector centrality of the nodes of the largest component, of length 1.

    P. Bonacich, Factoring and weighting approaches to status scores and clique identification,
    Journal of Mathematical Sociology 2 (1), 1972. The nodes of other components have no values.
    Raises MeasureError where two components are the largest, or the largest is too small.
    """
    import networkx as nx

    first, *rest = sorted(nx.connected_components(graph), key=len, reverse=True)
    if len(first) < MIN_NODES:
        raise MeasureError(f"not meaningful: no connected part has {MIN_NODES} nodes")
    if rest and len(rest[0]) == len(first):
        raise MeasureError(
            f"not meaningful: two connected parts have {len(first)} nodes, and none is the largest"
        )
    part = _extract_subgraph(graph, first)
    large = is_large_workload("iterations", len(graph))
    return _compute_eigenvector_scipy(part) if large else _compute_eigenvector_networkx(part)


def compute_pagerank(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the PageRank of each node: the share of time a random walk spends there; sum 1.

    S. Brin, L. Page, The anatomy of a large-scale hypertextual web search engine, Computer Networks
    30, 1998: with a probability of 0.85 a step follows an edge, in proportion to its weight, and
    else leads anywhere, as it does from a node without an outgoing edge.
    """
    large = is_large_workload("iterations", len(graph))
    return _compute_pagerank_scipy(graph) if large else _compute_pagerank_python(graph)


def _extract_subgraph(graph: "nx.Graph[str]", nodes: "set[str]") -> "nx.Graph[str]":
    """Return the subgraph on some nodes in the order of the network, which ``subgraph`` loses."""
    if len(nodes) == len(graph):
        return graph
    part = graph.copy()
    part.remove_nodes_from(set(graph) - nodes)
    return part


def _compute_eigenvector_networkx(part: "nx.Graph[str]") -> Mapping[str, float]:
    import networkx as nx

    try:
        return nx.eigenvector_centrality(part, max_iter=MAX_ITERATIONS, tol=1e-15, weight="weight")
    except nx.PowerIterationFailedConvergence as error:
        raise _build_convergence_error() from error


def _compute_eigenvector_scipy(part: "nx.Graph[str]") -> Mapping[str, float]:
    import numpy as np
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    try:
        start = np.ones(len(part))
        _, vectors = eigsh(
            get_adjacency_matrix(part), k=1, which="LA", v0=start, maxiter=MAX_ITERATIONS
        )
    except ArpackNoConvergence as error:
        raise _build_convergence_error() from error
    return dict(zip(part, np.abs(vectors[:, 0]).tolist(), strict=True))


def _build_convergence_error() -> MeasureError:
    return MeasureError("not meaningful: the network is so drawn out that no centre shows")


def _compute_pagerank_python(graph: "nx.Graph[str]") -> Mapping[str, float]:
    away = {
        node: sum(held["weight"] for held in neighbours.values())
        for node, neighbours in graph.adjacency()
    }
    rank, change = dict.fromkeys(graph, 1 / len(graph)), 1.0
    while change > PAGERANK_TOLERANCE:
        lost = sum(rank[node] for node, weight in away.items() if not weight)
        step = dict.fromkeys(graph, (1 - DAMPING + DAMPING * lost) / len(graph))
        for node, neighbours in graph.adjacency():
            for other, held in neighbours.items():
                step[other] += DAMPING * rank[node] * held["weight"] / away[node]
        change = sum(abs(step[node] - rank[node]) for node in graph)
        rank = step
    return rank


def _compute_pagerank_scipy(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import numpy as np

    weights = get_adjacency_matrix(graph)
    away: np.ndarray[tuple[int], np.dtype[np.float64]] = np.asarray(weights.sum(axis=1))
    onward = weights.T.tocsr()
    rank, change = np.full(len(graph), 1 / len(graph)), 1.0
    while change > PAGERANK_TOLERANCE:
        shared = np.divide(rank, away, out=np.zeros_like(rank), where=away > 0)
        lost = rank[away == 0].sum()
        step = DAMPING * (onward @ shared) + (1 - DAMPING + DAMPING * lost) / len(graph)
        change = float(np.abs(step - rank).sum())
        rank = step
    return dict(zip(graph, rank.tolist(), strict=True))


SPECTRAL_MEASURES = (
    Measure(
        "eigenvector",
        "nodes",
        "Whether a node is linked to nodes with strong links. Only nodes of the largest connected "
        "part have a value, and a single large event may decide it.",
        "Bonacich 1972",
        compute_eigenvector_centrality,
        network_types=frozenset({"one"}),
    ),
    Measure(
        "pagerank",
        "nodes",
        "How often a walk that follows edges at random comes to a node. Where edges have no "
        "direction, the result is close to strength.",
        "Brin and Page 1998",
        compute_pagerank,
        network_types=frozenset({"one", "directed"}),
    ),
)
