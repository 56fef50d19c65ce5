"""Structural holes: nodes whose contacts are not linked to each other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from graph_builder.analysis.measures.measure_definition import Measure

if TYPE_CHECKING:
    import networkx as nx

#: For each node the weights of the edges to its neighbours, or shares of these.
EdgeWeights = Mapping[str, Mapping[str, float]]
_Aggregate = Callable[[Iterable[float]], float]


def compute_constraint(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return Burt's constraint: how far the contacts of each node are linked to each other.

    R. Burt, Structural Holes, Harvard 1992: the sum over a node's contacts of the squared share of
    its edge weight that goes to them, directly or through its other contacts. It is less than 1
    except for nodes of few contacts. An isolated node has no value.
    """
    shares = _normalize_weights(_get_edge_weights(graph), sum)
    return {
        node: sum(_compute_investment(shares, node, contact) ** 2 for contact in neighbours)
        for node, neighbours in shares.items()
        if neighbours
    }


def compute_effective_size(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return Burt's effective size: the number of contacts of each node that are not redundant.

    R. Burt, Structural Holes, Harvard 1992. Without weights it is the number of contacts less the
    mean number of edges that each of them has to the others (S. Borgatti, Structural holes:
    unpacking Burt's redundancy measures, Connections 20 (1), 1997). An isolated node has no
    value.
    """
    weights = _get_edge_weights(graph)
    shares, likeness = _normalize_weights(weights, sum), _normalize_weights(weights, max)
    return {
        node: sum(
            1 - _compute_redundancy(shares[node], likeness[contact]) for contact in neighbours
        )
        for node, neighbours in weights.items()
        if neighbours
    }


def _get_edge_weights(graph: "nx.Graph[str]") -> EdgeWeights:
    return {
        node: {other: held["weight"] for other, held in neighbours.items()}
        for node, neighbours in graph.adjacency()
    }


def _normalize_weights(weights: EdgeWeights, whole: _Aggregate) -> EdgeWeights:
    """Return the weights of each node as shares of their sum or maximum."""
    found = {}
    for node, neighbours in weights.items():
        all_ = whole(neighbours.values()) if neighbours else 1.0
        found[node] = {other: weight / all_ for other, weight in neighbours.items()}
    return found


def _iter_common_neighbours(one: Mapping[str, float], other: Mapping[str, float]) -> Iterator[str]:
    """Yield the common neighbours of two nodes."""
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
        "How far a node's contacts are linked to each other; the lower, the more the node can "
        "mediate. All who met at one event count as linked.",
        "Burt 1992",
        compute_constraint,
        network_types=frozenset({"one"}),
    ),
    Measure(
        "effective-size",
        "nodes",
        "How many separate circles a node's contacts form; contacts who are all linked to each "
        "other count as about one.",
        "Burt 1992",
        compute_effective_size,
        network_types=frozenset({"one"}),
    ),
)
