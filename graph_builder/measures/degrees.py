"""How many ties a node has, and how much they weigh."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graph_builder.measures.registry import Measure, sort_of

if TYPE_CHECKING:
    import networkx as nx


def degree(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how many others each node is tied to, in either direction.

    L. C. Freeman, Centrality in social networks: conceptual clarification, Social Networks 1 (3),
    1978.
    """
    return {node: float(number) for node, number in graph.degree()}


def degree_share(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return to which share of those that it could be tied to each node is tied, 0 to 1.

    L. C. Freeman, Centrality in social networks: conceptual clarification, Social Networks 1 (3),
    1978; of two modes, where these are the nodes of the other side: S. Borgatti, M. Everett,
    Network analysis of 2-mode data, Social Networks 19 (3), 1997.
    """
    if sort_of(graph) != "two":
        return {node: number / (len(graph) - 1) for node, number in graph.degree()}
    side: dict[str, int] = {node: held["bipartite"] for node, held in graph.nodes(data=True)}
    others = {0: sum(side.values()), 1: len(side) - sum(side.values())}
    return {node: number / others[side[node]] for node, number in graph.degree()}


def strength(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return the sum of the weights of the ties of each node.

    A. Barrat, M. Barthélemy, R. Pastor-Satorras, A. Vespignani, The architecture of complex
    weighted networks, PNAS 101 (11), 2004.
    """
    return {node: float(number) for node, number in graph.degree(weight="weight")}


MEASURES = (
    Measure(
        "degree",
        "nodes",
        "How many others a node is tied to; it grows with how well a node is documented.",
        "Freeman 1978",
        degree,
        least=2,
    ),
    Measure(
        "degree-share",
        "nodes",
        "To which share of those that it could be tied to a node is tied; it compares networks of "
        "different size, and sides of one.",
        "Freeman 1978; of two modes Borgatti and Everett 1997",
        degree_share,
        sorts=frozenset({"one", "two"}),
        least=2,
    ),
    Measure(
        "strength",
        "nodes",
        "The weights of all ties of a node together, for example how often it met anybody.",
        "Barrat, Barthélemy, Pastor-Satorras and Vespignani 2004",
        strength,
        least=2,
    ),
)
