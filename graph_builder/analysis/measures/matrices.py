"""A network as a sparse adjacency matrix, an edge list or a NetworKit graph."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.measures.backends import is_large_workload

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from scipy.sparse import csr_array

    Matrix = csr_array[np.float64, tuple[int, int]]


_MATRIX_CACHE: ContextVar["dict[nx.Graph[str], Matrix] | None"] = ContextVar("kept", default=None)


@contextmanager
def cache_matrices() -> Iterator[None]:
    """Cache adjacency matrices within a block, in which no network may change."""
    token = _MATRIX_CACHE.set({})
    try:
        yield
    finally:
        _MATRIX_CACHE.reset(token)


def get_adjacency_matrix(graph: "nx.Graph[str]") -> "Matrix":
    """Return the weighted adjacency matrix, rows and columns in the order of the network's nodes.

    It is symmetric for an undirected network; else a row holds the outgoing edges.
    """
    known = _MATRIX_CACHE.get()
    if known is None:
        return _build_adjacency_matrix(graph)
    if graph not in known:
        known[graph] = _build_adjacency_matrix(graph)
    return known[graph]


def _build_adjacency_matrix(graph: "nx.Graph[str]") -> "Matrix":
    import numpy as np
    from scipy.sparse import csr_array

    place = {node: number for number, node in enumerate(graph)}
    edges = [held for _, held in graph.adjacency()]
    columns = np.fromiter(map(place.__getitem__, chain.from_iterable(edges)), np.int32)
    held = chain.from_iterable(each.values() for each in edges)
    weights = np.fromiter(map(methodcaller("get", "weight", 1.0), held), np.float64)
    ends = np.cumsum([0, *map(len, edges)])
    return csr_array((weights, columns, ends), shape=(len(place), len(place)))


def build_edge_tuples(
    graph: "nx.Graph[str]",
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[float, ...]]:
    """Return the fields of an EdgeList: nodes that have an edge, pairs and weights."""
    import numpy as np
    from scipy.sparse import triu

    held = get_adjacency_matrix(graph)
    upper = triu(held + held.T if graph.is_directed() else held, k=1).tocoo()
    every = list(graph)
    places = np.unique(np.concatenate((upper.row, upper.col)))
    order = sorted(places.tolist(), key=every.__getitem__)
    rank = np.empty(len(every), np.int64)
    rank[order] = np.arange(len(order))
    one, other = rank[upper.row], rank[upper.col]
    pairs = np.minimum(one, other) * len(order) + np.maximum(one, other)
    ascending = np.argsort(pairs)
    return (
        tuple(every[place] for place in order),
        tuple(pairs[ascending].tolist()),
        tuple(upper.data[ascending].tolist()),
    )


def build_networkit_graph(graph: "nx.Graph[str]", unit: int = 0) -> Any:
    """Return a network as a NetworKit graph, its nodes numbered in the order of the network.

    Edges have no weight or, with ``unit``, their length: the inverse of the weight, in units.
    """
    import networkit
    import numpy as np
    from scipy.sparse import triu

    edges = (
        get_adjacency_matrix(graph) if graph.is_directed() else triu(get_adjacency_matrix(graph))
    )
    found = edges.tocoo()
    lengths = np.maximum(np.rint(unit / found.data), 1)
    return networkit.GraphFromCoo(
        (lengths, (found.row, found.col)),
        n=len(graph),
        weighted=unit > 0,
        directed=graph.is_directed(),
    )


@dataclass(frozen=True)
class EdgeList:
    """The edges of a network without directions and self-loops, parallel ones added up.

    A node is its position in ``nodes``, which are those that have an edge, sorted. A pair is the
    lesser position times the number of nodes plus the greater; pairs ascend. Equal edge lists have
    equal hashes.
    """

    nodes: tuple[str, ...]
    pairs: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def from_graph(cls, graph: "nx.Graph[str]") -> "EdgeList":
        """Return the edge list of a network; an edge without ``weight`` weighs 1.

        Raises LibraryError where a large network needs libraries that are not installed.
        """
        if not graph.is_multigraph() and is_large_workload("iterations", len(graph)):
            return cls(*build_edge_tuples(graph))
        edges = [edge for edge in graph.edges(data="weight", default=1.0) if edge[0] != edge[1]]
        nodes = tuple(sorted({end for edge in edges for end in edge[:2]}))
        place, number = {node: place for place, node in enumerate(nodes)}, len(nodes)
        found: dict[int, float] = {}
        for source, target, weight in edges:
            one, other = place[source], place[target]
            pair = min(one, other) * number + max(one, other)
            found[pair] = found.get(pair, 0.0) + weight
        pairs = tuple(sorted(found))
        return cls(nodes, pairs, tuple(found[pair] for pair in pairs))

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.nodes)

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        """Yield the positions of both ends and the weight of each edge."""
        number = len(self)
        for pair, weight in zip(self.pairs, self.weights, strict=True):
            yield pair // number, pair % number, weight

    @cached_property
    def strengths(self) -> Sequence[float]:
        """The sum of the edge weights of each node."""
        found = [0.0] * len(self)
        for one, other, weight in self:
            found[one] += weight
            found[other] += weight
        return found
