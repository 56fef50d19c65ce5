"""Who is near to all, and who lies between: measures of shortest paths.

In a projection a tie is the shorter the more it weighs, its length being 1/weight (M. Newman,
Scientific collaboration networks II, Physical Review E 64, 016132, 2001); in every other network
each tie is one step. Lengths are counted in whole units, so that two paths of the same length are
equal in whatever order they are added up: with fractions 1/3 + 1/3 + 1/3 may differ from 1.
"""

from collections.abc import Mapping
from math import lcm
from typing import TYPE_CHECKING

from graph_builder.errors import MeasureError
from graph_builder.measures.arrays import networkit_graph
from graph_builder.measures.registry import Measure, sort_of
from graph_builder.measures.tiers import is_large, one_thread

if TYPE_CHECKING:
    import networkx as nx

#: How many units make up the length 1; the lengths 1/1 to 1/24 are whole numbers of them.
UNIT = lcm(*range(1, 25))


def betweenness(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the share of shortest paths between others on which each node lies, 0 to 1.

    L. C. Freeman, A set of measures of centrality based on betweenness, Sociometry 40 (1), 1977; of
    two modes, as a share of the most that is possible on a node's side: S. Borgatti, M. Everett,
    Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    _passable(graph)
    between = _by_networkit if is_large("paths", len(graph)) else _by_networkx
    most = _most_between(graph)
    return {node: value / (most[node] or 1) for node, value in between(graph).items()}


def closeness(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how near each node is to all others, those out of reach counting against it.

    The least number of steps to those within reach, divided by the sum of the distances to them,
    times the share of the others that is within reach: S. Wasserman, K. Faust, Social Network
    Analysis, Cambridge 1994, page 201. It is 0 to 1, and more only where heavy ties are shorter
    than a step. Of two modes the least is 1 to the other side and 2 to one's own: S. Borgatti, M.
    Everett, Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    import networkx as nx

    found = {}
    total = _distances(graph)
    for part in nx.connected_components(graph):
        least = _least_distances(graph, part)
        share = (len(part) - 1) / (len(graph) - 1)
        found.update({node: share * least[node] / total[node] for node in part if total[node]})
    return {node: found.get(node, 0.0) for node in graph}


def _unit(graph: "nx.Graph[str]") -> int:
    """Return how many units a tie of weight 1 is long, or 0 where each tie is one step."""
    return UNIT if graph.graph.get("projected") else 0


def _passable(graph: "nx.Graph[str]") -> None:
    if graph.is_directed() and graph.graph["mode"] != 1:
        raise MeasureError("not meaningful: all ties lead from one side to the other")


def _measured(graph: "nx.Graph[str]") -> "nx.Graph[str]":
    """Return the nodes of a network with the lengths of their ties in whole units."""
    found = graph.__class__()
    found.add_nodes_from(graph)
    found.add_edges_from(
        (one, other, {"length": max(round(UNIT / held["weight"]), 1)})
        for one, other, held in graph.edges(data=True)
    )
    return found


def _by_networkx(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkx as nx

    if _unit(graph):
        return nx.betweenness_centrality(_measured(graph), normalized=False, weight="length")
    return nx.betweenness_centrality(graph, normalized=False)


def _by_networkit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkit

    made = networkit_graph(graph, _unit(graph))
    with one_thread():
        scores = networkit.centrality.Betweenness(made).run().scores()
    times = 1 if graph.is_directed() else 2
    return {node: score / times for node, score in zip(graph, scores, strict=True)}


def _distances(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the sum of the distances of each node to those within reach."""
    if is_large("paths", len(graph)):
        return _distances_by_networkit(graph)
    import networkx as nx

    if not _unit(graph):
        return {node: sum(to.values()) for node, to in nx.all_pairs_shortest_path_length(graph)}
    found = nx.all_pairs_dijkstra_path_length(_measured(graph), weight="length")
    return {node: sum(to.values()) / UNIT for node, to in found}


def _distances_by_networkit(graph: "nx.Graph[str]") -> Mapping[str, float]:
    import networkit
    import networkx as nx

    unit, kind = _unit(graph), networkit.centrality.ClosenessVariant.GENERALIZED
    made = networkit_graph(graph, unit)
    scores = networkit.centrality.Closeness(made, normalized=True, variant=kind).run().scores()
    others = {node: len(part) - 1 for part in nx.connected_components(graph) for node in part}
    most = (len(graph) - 1) * (unit or 1)
    return {
        node: others[node] ** 2 / (score * most) if score else 0.0
        for node, score in zip(graph, scores, strict=True)
    }


def _sides(graph: "nx.Graph[str]", nodes: "set[str]") -> tuple[set[str], set[str]]:
    side = graph.nodes(data="bipartite")
    targets = {node for node in nodes if side[node]}
    return nodes - targets, targets


def _least_distances(graph: "nx.Graph[str]", part: "set[str]") -> Mapping[str, float]:
    """Return the least sum of distances that each node of a component could have."""
    if sort_of(graph) != "two":
        return dict.fromkeys(part, len(part) - 1.0)
    one, other = _sides(graph, part)
    return {
        **dict.fromkeys(one, len(other) + 2.0 * (len(one) - 1)),
        **dict.fromkeys(other, len(one) + 2.0 * (len(other) - 1)),
    }


def _most_between(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the greatest number of pairs of others that each node could lie between."""
    if sort_of(graph) != "two":
        pairs = (len(graph) - 1) * (len(graph) - 2)
        return dict.fromkeys(graph, pairs if graph.is_directed() else pairs / 2)
    one, other = _sides(graph, set(graph))
    return {
        **dict.fromkeys(one, _most_of_side(len(one), len(other))),
        **dict.fromkeys(other, _most_of_side(len(other), len(one))),
    }


def _most_of_side(own: int, other: int) -> float:
    """Return the most pairs between which one of a side can lie (Borgatti and Everett 1997)."""
    s, t = divmod(own - 1, other)
    return (other**2 * (s + 1) ** 2 + other * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2


MEASURES = (
    Measure(
        "betweenness",
        "nodes",
        "How often a node lies on the shortest way between two others; it says who could connect "
        "or hold up, not who does.",
        "Freeman 1977; of two modes Borgatti and Everett 1997",
        betweenness,
    ),
    Measure(
        "closeness",
        "nodes",
        "How few steps a node is from all others, those that it cannot reach counting against it; "
        "in a dense network nearly all are close.",
        "Wasserman and Faust 1994; of two modes Borgatti and Everett 1997",
        closeness,
        sorts=frozenset({"one", "two"}),
    ),
)
