"""Core and periphery: a few nodes linked to all, the others linked to the core alone.

S. Borgatti, M. Everett, Models of core/periphery structures, Social Networks 21 (4), 2000: the
discrete model, in which the ideal pattern has an edge wherever one end is in the core. The fit is
the correlation of the weights of all pairs of nodes with that pattern. The search for the best core
moves nodes between the sides, each once, the best first, and goes back to the best split on the way
(B. Kernighan, S. Lin, An efficient heuristic procedure for partitioning graphs, Bell System
Technical Journal 49 (2), 1970), from several starts with fixed seeds. A better core may be missed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heapreplace
from math import comb, sqrt
from random import Random
from typing import TYPE_CHECKING

from graph_builder.analysis.measures.matrices import EdgeList
from graph_builder.analysis.measures.measure_definition import MIN_NODES_FOR_GROUPS, Measure
from graph_builder.core.errors import MeasureError

if TYPE_CHECKING:
    import networkx as nx

#: A fit is better only by more than this, since sums depend on their order.
_MIN_IMPROVEMENT = 1e-12
#: The search goes back after this many moves without an improvement.
_MAX_MOVES_WITHOUT_GAIN = 50
#: Up to this many nodes the search has several random starts.
_MAX_NODES_RANDOM_STARTS = 1_000
#: From this many nodes on, nodes are only added and never moved back.
_MIN_NODES_GREEDY = 20_000
#: The number of starts that are random halves of the nodes.
_RANDOM_STARTS = 20


@dataclass(frozen=True)
class CorePeriphery:
    """The core, strongest links to the periphery first, and its correlation with the ideal."""

    core: tuple[str, ...]
    correlation: float


class _Split:
    """A split of the nodes of a network into core and periphery, and how well it fits."""

    def __init__(self, network: EdgeList, number: int) -> None:
        """Start with all ``number`` nodes in the periphery, also those without an edge."""
        self.number, self.pairs = number, comb(number, 2)
        self.edges: list[dict[int, float]] = [{} for _ in range(len(network))]
        for one, other, weight in network:
            self.edges[one][other] = self.edges[other][one] = weight
        self.mean = sum(network.weights) / self.pairs
        squares = sum(weight**2 for weight in network.weights) / self.pairs
        self.deviation = sqrt(max(0.0, squares - self.mean**2))
        self.core: set[int] = set()
        self.covered = 0.0
        #: The edge weight of each node to the periphery.
        self.outward = [*network.strengths]

    def fit(self, size: int, covered: float) -> float:
        """Return the correlation for a core of this size whose edges have this total weight."""
        share = 1 - comb(self.number - size, 2) / self.pairs
        if not 0 < share < 1:
            return -1.0
        spread = self.deviation * sqrt(share * (1 - share))
        return (covered / self.pairs - self.mean * share) / spread

    def move_node(self, node: int) -> None:
        """Move a node to the other side."""
        side = -1 if node in self.core else 1
        self.covered += side * self.outward[node]
        self.core ^= {node}
        for other, weight in self.edges[node].items():
            self.outward[other] -= side * weight

    def find_greedy_core(self) -> list[int]:
        """Add nodes one by one, most weight to the periphery first, and return the best core."""
        heap = [(-weight, node) for node, weight in enumerate(self.outward)]
        heapify(heap)
        added: list[int] = []
        fits: list[float] = []
        while heap and len(added) < self.number - 2:
            weight, node = heap[0]
            if -weight == self.outward[node]:
                heappop(heap)
                self.move_node(node)
                added.append(node)
                fits.append(self.fit(len(added), self.covered))
            else:
                heapreplace(heap, (-self.outward[node], node))
        return added[: fits.index(max(fits)) + 1]

    def search_from(self, core: Iterable[int]) -> float:
        """Start from a core, improve it as long as that works, and return how well it fits."""
        for node in sorted(self.core ^ {*core}):
            self.move_node(node)
        while len(self.edges) < _MIN_NODES_GREEDY and self.run_improvement_pass():
            pass
        return self.fit(len(self.core), self.covered)

    def run_improvement_pass(self) -> bool:
        """Move each node once, the best first, and go back to where the fit was best."""
        best, kept = self.fit(len(self.core), self.covered) + _MIN_IMPROVEMENT, 0
        moved: list[int] = []
        free = set(range(len(self.edges)))
        while free and len(moved) - kept < _MAX_MOVES_WITHOUT_GAIN:
            fit, node = max(self._moves(free))
            self.move_node(node)
            moved.append(node)
            free.remove(node)
            if fit > best:
                best, kept = fit, len(moved)
        for node in reversed(moved[kept:]):
            self.move_node(node)
        return kept > 0

    def _moves(self, free: set[int]) -> Iterator[tuple[float, int]]:
        """Return the best node to add and the best to leave out, each with the fit after it."""
        size = len(self.core)
        if outside := free - self.core:
            node = max(outside, key=lambda node: (self.outward[node], -node))
            yield self.fit(size + 1, self.covered + self.outward[node]), node
        if inside := free & self.core:
            node = min(inside, key=lambda node: (self.outward[node], node))
            yield self.fit(size - 1, self.covered - self.outward[node]), node


def detect_core_periphery(graph: "nx.Graph[str]") -> CorePeriphery:
    """Return the core of a network and how well it fits the ideal, from -1 to 1 (alike).

    Raises MeasureError where all pairs of nodes have the same weight.
    """
    return _search_core(EdgeList.from_graph(graph), len(graph))


@lru_cache(maxsize=8)
def _search_core(network: EdgeList, number: int) -> CorePeriphery:
    everybody = len(network.pairs) == comb(number, 2) and len({*network.weights}) == 1
    if everybody or not network.pairs:
        raise MeasureError("not meaningful: all pairs of nodes are linked alike")
    split = _Split(network, number)
    starts = _build_start_cores(split)
    correlation = split.search_from(max(starts, key=split.search_from))
    core = sorted(split.core, key=lambda node: (-split.outward[node], node))
    return CorePeriphery(tuple(network.nodes[node] for node in core), correlation)


def _build_start_cores(split: _Split) -> list[list[int]]:
    """Return the cores to start from."""
    grown, number = split.find_greedy_core(), len(split.edges)
    if number > _MAX_NODES_RANDOM_STARTS:
        return [grown]
    chance = Random(0)  # noqa: S311 -- nothing secret
    halves = [chance.sample(range(number), number // 2) for _ in range(_RANDOM_STARTS)]
    return [grown, grown[:1], *halves]


def _compute_core_membership(graph: "nx.Graph[str]") -> Mapping[str, float]:
    core = {*detect_core_periphery(graph).core}
    return {node: float(node in core) for node in graph}


def _compute_core_fit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    found = detect_core_periphery(graph)
    return {"correlation": found.correlation, "core": float(len(found.core))}


CORE_PERIPHERY_MEASURES = (
    Measure(
        "core-member",
        "nodes",
        "1: the node is in the core, which is linked to core and periphery. 0: the node is in the "
        "periphery, which is linked to the core. 'core-periphery' says whether there is a core.",
        "Borgatti and Everett 2000",
        _compute_core_membership,
        frozenset({"one"}),
        MIN_NODES_FOR_GROUPS,
        is_categorical=True,
        name_categories=lambda _: {1.0: "core", 0.0: "periphery"},
    ),
    Measure(
        "core-periphery",
        "network",
        "How well the network fits a core linked to all and a periphery linked to the core alone. "
        "1 is a perfect fit; near 0, there is no such core. A fit is no proof of power.",
        "Borgatti and Everett 2000",
        _compute_core_fit,
        frozenset({"one"}),
        MIN_NODES_FOR_GROUPS,
    ),
)
