"""Whose ties lead to those who matter themselves: eigenvector centrality and PageRank."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graph_builder.errors import MeasureError
from graph_builder.measures.arrays import matrix
from graph_builder.measures.registry import FEW, Measure
from graph_builder.measures.tiers import is_large

if TYPE_CHECKING:
    import networkx as nx

#: The share of steps that follow a tie.
DAMPING = 0.85
#: Ranks are final when all of them together change by less than this; their error is six times it.
PRECISION = 1e-13
STEPS = 10_000


def eigenvector(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the eigenvector centrality of the nodes of the largest component, of length 1.

    P. Bonacich, Factoring and weighting approaches to status scores and clique identification,
    Journal of Mathematical Sociology 2 (1), 1972. Components tell nothing of each other, so the
    others have no values. Raises MeasureError where none is the largest, or it is too small.
    """
    import networkx as nx

    first, *rest = sorted(nx.connected_components(graph), key=len, reverse=True)
    if len(first) < FEW:
        raise MeasureError(f"not meaningful: no component has {FEW} nodes")
    if rest and len(rest[0]) == len(first):
        raise MeasureError(
            f"not meaningful: two components have {len(first)} nodes, and none is the largest"
        )
    part = _only(graph, first)
    large = is_large("iterations", len(graph))
    return _eigenvector_by_matrix(part) if large else _eigenvector_by_networkx(part)


def pagerank(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the share of time that a random walk over the ties spends at each node; sum 1.

    S. Brin, L. Page, The anatomy of a large-scale hypertextual web search engine, Computer Networks
    30, 1998: with a probability of 0.85 a step follows a tie, in proportion to its weight, and else
    leads anywhere, as it does from a node without a tie that leads away.
    """
    large = is_large("iterations", len(graph))
    return _pagerank_by_matrix(graph) if large else _pagerank_by_walk(graph)


def _only(graph: "nx.Graph[str]", nodes: "set[str]") -> "nx.Graph[str]":
    """Return the part of a network on some nodes, in the order of the network, unlike subgraph."""
    if len(nodes) == len(graph):
        return graph
    part = graph.copy()
    part.remove_nodes_from(set(graph) - nodes)
    return part


def _eigenvector_by_networkx(part: "nx.Graph[str]") -> Mapping[str, float]:
    import networkx as nx

    try:
        return nx.eigenvector_centrality(part, max_iter=STEPS, tol=1e-15, weight="weight")
    except nx.PowerIterationFailedConvergence as error:
        raise _unsteady() from error


def _eigenvector_by_matrix(part: "nx.Graph[str]") -> Mapping[str, float]:
    import numpy as np
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    try:
        start = np.ones(len(part))
        _, vectors = eigsh(matrix(part), k=1, which="LA", v0=start, maxiter=STEPS)
    except ArpackNoConvergence as error:
        raise _unsteady() from error
    return dict(zip(part, np.abs(vectors[:, 0]).tolist(), strict=True))


def _unsteady() -> MeasureError:
    return MeasureError("not meaningful: the network is so drawn out that no centre shows")


def _pagerank_by_walk(graph: "nx.Graph[str]") -> Mapping[str, float]:
    away = {node: sum(held["weight"] for held in ties.values()) for node, ties in graph.adjacency()}
    rank, change = dict.fromkeys(graph, 1 / len(graph)), 1.0
    while change > PRECISION:
        lost = sum(rank[node] for node, weight in away.items() if not weight)
        step = dict.fromkeys(graph, (1 - DAMPING + DAMPING * lost) / len(graph))
        for node, ties in graph.adjacency():
            for other, held in ties.items():
                step[other] += DAMPING * rank[node] * held["weight"] / away[node]
        change = sum(abs(step[node] - rank[node]) for node in graph)
        rank = step
    return rank


def _pagerank_by_matrix(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import numpy as np

    ties = matrix(graph)
    away: np.ndarray[tuple[int], np.dtype[np.float64]] = np.asarray(ties.sum(axis=1))
    onward = ties.T.tocsr()
    rank, change = np.full(len(graph), 1 / len(graph)), 1.0
    while change > PRECISION:
        shared = np.divide(rank, away, out=np.zeros_like(rank), where=away > 0)
        lost = rank[away == 0].sum()
        step = DAMPING * (onward @ shared) + (1 - DAMPING + DAMPING * lost) / len(graph)
        change = float(np.abs(step - rank).sum())
        rank = step
    return dict(zip(graph, rank.tolist(), strict=True))


MEASURES = (
    Measure(
        "eigenvector",
        "nodes",
        "Whether a node is tied to those that have strong ties themselves; only nodes of the "
        "largest component have a value, and a single large event may decide it.",
        "Bonacich 1972",
        eigenvector,
        sorts=frozenset({"one"}),
    ),
    Measure(
        "pagerank",
        "nodes",
        "Where one ends up most often by following ties at random; where ties have no direction "
        "it is close to strength.",
        "Brin and Page 1998",
        pagerank,
        sorts=frozenset({"one", "directed"}),
    ),
)
