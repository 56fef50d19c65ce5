"""How many ties a node has, and how much they weigh."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graph_builder.measures.registry import Measure

if TYPE_CHECKING:
    import networkx as nx


def degree(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how many others each node is tied to, in either direction.

    L. C. Freeman, Centrality in social networks: conceptual clarification, Social Networks 1 (3),
    1978.
    """
    return {node: float(number) for node, number in graph.degree()}


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
        "strength",
        "nodes",
        "The weights of all ties of a node together, for example how often it met anybody.",
        "Barrat, Barthélemy, Pastor-Satorras and Vespignani 2004",
        strength,
        least=2,
    ),
)
