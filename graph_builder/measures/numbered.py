"""A network as numbers: what an algorithm works on, the same whatever the order of the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graph_builder.measures import arrays
from graph_builder.measures.tiers import is_large

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Numbered:
    """The ties of a network, without directions and loops, the weights of parallel ones together.

    A node is its place among ``nodes``, those that have a tie, sorted. A pair is the lesser place
    times the number of nodes plus the greater; pairs ascend. Equal ties are equal and have one
    hash.
    """

    nodes: tuple[str, ...]
    pairs: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, graph: "nx.Graph[str]") -> "Numbered":
        """Return the ties of a network as numbers; one without ``weight`` weighs 1.

        Raises LibraryError for a network that takes the second tier, which is not installed.
        """
        if not graph.is_multigraph() and is_large("iterations", len(graph)):
            return cls(*arrays.numbered(graph))
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
