"""Parts of a facts network: neighbourhoods and subgraphs, with the sources of their facts."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_FULL_NETWORKS: "WeakKeyDictionary[Graph, dict[bool, nx.MultiDiGraph[str]]]" = WeakKeyDictionary()


def get_full_network(graph: Graph, *, inferred: bool) -> "nx.MultiDiGraph[str]":
    """Return the network of all facts, built once for each graph; do not change it."""
    networks = _FULL_NETWORKS.setdefault(graph, {})
    if inferred not in networks:
        networks[inferred] = build_facts_network(graph, source="all", inferred=inferred)
    return networks[inferred]


def forget_full_network(graph: Graph) -> None:
    """Free the memory of the network of all facts of a graph."""
    _FULL_NETWORKS.pop(graph, None)


def get_neighbours(network: "nx.MultiDiGraph[str]", node: str) -> set[str]:
    """Return the neighbours of a node, whichever way edges point."""
    return {*network.successors(node), *network.predecessors(node)} - {node}


def find_nodes_within(network: "nx.MultiDiGraph[str]", centre: set[str], steps: int) -> set[str]:
    """Return the nodes at most so many steps away from the centre, whichever way edges point."""
    nodes, rim = set(centre), set(centre)
    for _ in range(steps):
        rim = {other for node in rim for other in get_neighbours(network, node)} - nodes
        nodes |= rim
    return nodes


def extract_subgraph(
    network: "nx.MultiDiGraph[str]", nodes: Iterable[str]
) -> "nx.MultiDiGraph[str]":
    """Return a copy of the subgraph of some nodes, with the sources of its facts."""
    return attach_sources(network.subgraph(nodes).copy(), network)


def attach_sources(
    subgraph: "nx.MultiDiGraph[str]", network: "nx.MultiDiGraph[str]"
) -> "nx.MultiDiGraph[str]":
    """Add to a subgraph the sources of its facts and the day of the network; return it."""
    used = {fact["source"] for fact in list_network_facts(subgraph)}
    sources = network.graph["sources"]
    subgraph.graph["sources"] = {name: sources[name] for name in sorted(used) if name in sources}
    subgraph.graph["inverses"] = network.graph["inverses"]
    subgraph.graph["at"] = network.graph["at"]
    return subgraph


def filter_network_by_facts(
    network: "nx.MultiDiGraph[str]", facts: Iterable[Mapping[str, Any]]
) -> "nx.MultiDiGraph[str]":
    """Return a copy with only these facts of the network, and the edges and nodes that have any."""
    kept = {id(fact) for fact in facts}
    subgraph = network.copy()
    for attributes in (*subgraph.nodes.values(), *subgraph.edges.values()):
        attributes["facts"] = [fact for fact in attributes["facts"] if id(fact) in kept]
    bare_edges = [e for e in subgraph.edges(keys=True) if not subgraph.edges[e]["facts"]]
    subgraph.remove_edges_from(bare_edges)
    bare_nodes = [n for n in network if not subgraph.nodes[n]["facts"] and not subgraph.degree(n)]
    subgraph.remove_nodes_from(bare_nodes)
    return attach_sources(subgraph, network)
