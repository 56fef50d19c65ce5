"""Parts of a network: what is near a thing, and a part with the sources that it rests on."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_FULL_NETWORKS: "WeakKeyDictionary[Graph, dict[bool, nx.MultiDiGraph[str]]]" = WeakKeyDictionary()


def get_full_network(graph: Graph, *, inferred: bool) -> "nx.MultiDiGraph[str]":
    """Return the network of all facts, made once for each graph; whoever draws takes a part."""
    made = _FULL_NETWORKS.setdefault(graph, {})
    if inferred not in made:
        made[inferred] = build_facts_network(graph, source="all", inferred=inferred)
    return made[inferred]


def get_neighbours(network: "nx.MultiDiGraph[str]", thing: str) -> set[str]:
    """Return what a thing is tied to, whichever way lines point."""
    return {*network.successors(thing), *network.predecessors(thing)} - {thing}


def find_nodes_within(network: "nx.MultiDiGraph[str]", centre: set[str], steps: int) -> set[str]:
    """Return the things that are at most so many steps away, whichever way lines point."""
    seen, rim = set(centre), set(centre)
    for _ in range(steps):
        rim = {far for each in rim for far in get_neighbours(network, each)} - seen
        seen |= rim
    return seen


def extract_subgraph(
    network: "nx.MultiDiGraph[str]", things: Iterable[str]
) -> "nx.MultiDiGraph[str]":
    """Return the network of some things, their lines, and the sources that these rest on."""
    found = network.subgraph(things).copy()
    return attach_sources(found, network)


def attach_sources(
    found: "nx.MultiDiGraph[str]", network: "nx.MultiDiGraph[str]"
) -> "nx.MultiDiGraph[str]":
    """Return a network made of facts of another one, after it was given their sources and day."""
    named = {fact["source"] for fact in list_network_facts(found)}
    every = network.graph["sources"]
    found.graph["sources"] = {name: every[name] for name in sorted(named) if name in every}
    found.graph["at"] = network.graph["at"]
    return found


def filter_network_by_facts(
    network: "nx.MultiDiGraph[str]", facts: Iterable[Mapping[str, Any]]
) -> "nx.MultiDiGraph[str]":
    """Return the network of some of its facts: their lines, and the things that these are about."""
    wanted = {id(fact) for fact in facts}
    found = network.copy()
    for held in (*found.nodes.values(), *found.edges.values()):
        held["facts"] = [fact for fact in held["facts"] if id(fact) in wanted]
    bare = [edge for edge in found.edges(keys=True) if not found.edges[edge]["facts"]]
    found.remove_edges_from(bare)
    found.remove_nodes_from(
        [n for n in network if not found.nodes[n]["facts"] and not found.degree(n)]
    )
    return attach_sources(found, network)
