"""Who stands between those who have no tie to each other: structural holes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from graph_builder.analysis.measures.measure_definition import Measure

if TYPE_CHECKING:
    import networkx as nx

#: The weights of the ties of each node, or what is made of them.
EdgeWeights = Mapping[str, Mapping[str, float]]
_Aggregate = Callable[[Iterable[float]], float]


def compute_constraint(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how far the ties of each node lead to others that are tied to each other.

    R. Burt, Structural Holes, Harvard 1992: the sum over a node's contacts of the squared share of
    its ties that goes to them, directly or through its other contacts. It is less than 1 but for
    nodes of few contacts. A node without a tie has no value.
    """
    shares = _normalize_weights(_get_edge_weights(graph), sum)
    return {
        node: sum(_compute_investment(shares, node, contact) ** 2 for contact in ties)
        for node, ties in shares.items()
        if ties
    }


def compute_effective_size(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how many contacts of each node are left when those tied to each other are set off.

    R. Burt, Structural Holes, Harvard 1992. Without weights it is the number of contacts less the
    mean number of ties that each of them has to the others (S. Borgatti, Structural holes:
    unpacking Burt's redundancy measures, Connections 20 (1), 1997). A node without a tie has no
    value.
    """
    weights = _get_edge_weights(graph)
    shares, likeness = _normalize_weights(weights, sum), _normalize_weights(weights, max)
    return {
        node: sum(1 - _compute_redundancy(shares[node], likeness[contact]) for contact in ties)
        for node, ties in weights.items()
        if ties
    }


def _get_edge_weights(graph: "nx.Graph[str]") -> EdgeWeights:
    return {
        node: {other: held["weight"] for other, held in ties.items()}
        for node, ties in graph.adjacency()
    }


def _normalize_weights(weights: EdgeWeights, whole: _Aggregate) -> EdgeWeights:
    """Return each tie as a share of what all ties of its node make up."""
    found = {}
    for node, ties in weights.items():
        all_ = whole(ties.values()) if ties else 1.0
        found[node] = {other: weight / all_ for other, weight in ties.items()}
    return found


def _iter_common_neighbours(one: Mapping[str, float], other: Mapping[str, float]) -> Iterator[str]:
    """Yield whom two nodes are both tied to."""
    few, many = sorted((one, other), key=len)
    return (node for node in few if node in many)


def _compute_investment(shares: EdgeWeights, node: str, contact: str) -> float:
    own = shares[node]
    through = _iter_common_neighbours(own, shares[contact])
    return own[contact] + sum(own[other] * shares[other][contact] for other in through)


def _compute_redundancy(own: Mapping[str, float], likeness: Mapping[str, float]) -> float:
    return sum(own[other] * likeness[other] for other in _iter_common_neighbours(own, likeness))


STRUCTURAL_HOLE_MEASURES = (
    Measure(
        "constraint",
        "nodes",
        "How far a node's contacts are tied to each other; the lower, the more it can mediate. "
        "Those who met at one event all count as tied.",
        "Burt 1992",
        compute_constraint,
        sorts=frozenset({"one"}),
    ),
    Measure(
        "effective-size",
        "nodes",
        "How many circles a node's contacts amount to; contacts who are all tied to each other "
        "count as about one.",
        "Burt 1992",
        compute_effective_size,
        sorts=frozenset({"one"}),
    ),
)
