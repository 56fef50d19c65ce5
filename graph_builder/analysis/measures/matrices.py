"""A network as a sparse matrix, which is what the second tier works on."""

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
    """Make the matrix of a network once and not each time, while the network does not change."""
    token = _MATRIX_CACHE.set({})
    try:
        yield
    finally:
        _MATRIX_CACHE.reset(token)


def get_adjacency_matrix(graph: "nx.Graph[str]") -> "Matrix":
    """Return the weights of all ties, a row and a column a node in the order of the network.

    It is symmetric where the network is not directed; else a row holds the ties that lead away.
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
    ties = [held for _, held in graph.adjacency()]
    columns = np.fromiter(map(place.__getitem__, chain.from_iterable(ties)), np.int32)
    held = chain.from_iterable(each.values() for each in ties)
    weights = np.fromiter(map(methodcaller("get", "weight", 1.0), held), np.float64)
    ends = np.cumsum([0, *map(len, ties)])
    return csr_array((weights, columns, ends), shape=(len(place), len(place)))


def build_edge_tuples(
    graph: "nx.Graph[str]",
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[float, ...]]:
    """Return the nodes that have a tie, the pairs that are tied and their weights: see Numbered."""
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
    """Return a network as one of NetworKit, its nodes numbered in the order of the network.

    Its ties weigh nothing, or their length, the inverse of their weight, in so many units.
    """
    import networkit
    import numpy as np
    from scipy.sparse import triu

    ties = get_adjacency_matrix(graph) if graph.is_directed() else triu(get_adjacency_matrix(graph))
    found = ties.tocoo()
    lengths = np.maximum(np.rint(unit / found.data), 1)
    return networkit.GraphFromCoo(
        (lengths, (found.row, found.col)),
        n=len(graph),
        weighted=unit > 0,
        directed=graph.is_directed(),
    )


@dataclass(frozen=True)
class EdgeList:
    """The ties of a network, without directions and loops, the weights of parallel ones together.

    A node is its place among ``nodes``, those that have a tie, sorted. A pair is the lesser place
    times the number of nodes plus the greater; pairs ascend. Equal ties are equal and have one
    hash.
    """

    nodes: tuple[str, ...]
    pairs: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, graph: "nx.Graph[str]") -> "EdgeList":
        """Return the ties of a network as numbers; one without ``weight`` weighs 1.

        Raises LibraryError for a network that takes the second tier, which is not installed.
        """
        if not graph.is_multigraph() and is_large_workload("iterations", len(graph)):
            return cls(*build_edge_tuples(graph))
        ties = [tie for tie in graph.edges(data="weight", default=1.0) if tie[0] != tie[1]]
        nodes = tuple(sorted({end for tie in ties for end in tie[:2]}))
        place, number = {node: place for place, node in enumerate(nodes)}, len(nodes)
        found: dict[int, float] = {}
        for source, target, weight in ties:
            one, other = place[source], place[target]
            pair = min(one, other) * number + max(one, other)
            found[pair] = found.get(pair, 0.0) + weight
        pairs = tuple(sorted(found))
        return cls(nodes, pairs, tuple(found[pair] for pair in pairs))

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.nodes)

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        """Return the places of both ends and the weight of each tie."""
        number = len(self)
        for pair, weight in zip(self.pairs, self.weights, strict=True):
            yield pair // number, pair % number, weight

    @cached_property
    def strengths(self) -> Sequence[float]:
        """The weights of all ties of each node together."""
        found = [0.0] * len(self)
        for one, other, weight in self:
            found[one] += weight
            found[other] += weight
        return found
