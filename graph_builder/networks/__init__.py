"""Networks out of the graph: that of the facts, and those that queries/networks/ declares."""

from typing import TYPE_CHECKING, Any

from graph_builder.networks.declaration import networks
from graph_builder.networks.facts import facts_network
from graph_builder.networks.making import make
from graph_builder.store import GraphLike

if TYPE_CHECKING:
    import networkx as nx


def to_networkx(graph: GraphLike, network: str = "network", **options: Any) -> "nx.Graph[str]":
    """Return a network by name as a NetworkX Graph, DiGraph or MultiDiGraph.

    The name is that of a declared network, such as ``co-endorsement`` (options: see ``make``), or
    of a question with the columns of ``network`` (options: its parameters; see ``facts_network``).
    Raises UnknownNameError and QueryError.
    """
    if network in networks():
        return make(graph, network, **options)
    return facts_network(graph, network, **options)
