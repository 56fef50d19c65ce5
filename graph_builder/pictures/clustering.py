"""Clusters of closely linked nodes, with the facts within and between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.analysis.measures.communities import detect_node_groups
from graph_builder.core.content_security import make_encodable
from graph_builder.core.text import MAX_LABEL, shorten
from graph_builder.pictures.palette import NodeStyle, get_node_style
from graph_builder.pictures.truncation import MAX_CLUSTERS
from graph_builder.pictures.view_definition import Bundle

if TYPE_CHECKING:
    import networkx as nx


#: The name of the last cluster: nodes without edges, and small clusters beyond MAX_CLUSTERS.
OTHERS_NAME = "others"
#: Members from which on a cluster's main kind is given.
_MIN_DESCRIBED_MEMBERS = 4
#: The facts between two clusters, by their indices in the list of clusters.
FactsBetween = dict[tuple[int, int], list[Any]]


@dataclass(frozen=True)
class Cluster:
    """Closely linked nodes, the one with the most facts first, and the facts within the cluster."""

    name: str
    members: tuple[str, ...]
    facts: list[Any]


class ClusterEntry(NamedTuple):
    """A cluster as a page lists it: its label, style and members, and what kind most of them are.

    ``hidden_count`` is the number of members that the page has no room for.
    """

    bundle: Bundle
    name: Any
    style: NodeStyle
    main_kind: str
    fact_count: int
    hidden_count: int
    members: list[tuple[str, Any]]


def cluster_network(network: "nx.MultiDiGraph[str]") -> tuple[list[Cluster], FactsBetween]:
    """Return the clusters of a facts network, largest first, and the facts between each two.

    Each node is in one cluster; nodes without edges and the smallest clusters are in the last.
    """
    communities = detect_node_groups(_weight_edges(network), MAX_CLUSTERS)
    clusters = [Cluster(shorten(each.name, MAX_LABEL), each.members, []) for each in communities]
    home = {node: index for index, each in enumerate(clusters) for node in each.members}
    between: FactsBetween = {}
    for node, attributes in sorted(network.nodes.items()):
        clusters[home[node]].facts.extend(attributes["facts"])
    for (source, target, _), attributes in sorted(network.edges.items()):
        one, other = sorted((home[source], home[target]))
        facts = clusters[one].facts if one == other else between.setdefault((one, other), [])
        facts.extend(attributes["facts"])
    return clusters, between


def build_cluster_entries(
    clusters: Sequence[Cluster], bundles: Sequence[Bundle], drawn: "nx.MultiDiGraph[str]"
) -> list[ClusterEntry]:
    """Return the entries of clusters, each with its bundle and those members that are drawn."""
    return [
        _build_entry(cluster, bundle, drawn)
        for cluster, bundle in zip(clusters, bundles, strict=True)
    ]


def _weight_edges(network: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    """Return a copy of a network in which the weight of an edge is its number of facts."""
    weighted = network.copy()
    for *_, attributes in weighted.edges(data=True):
        attributes["weight"] = float(len(attributes["facts"]))
    return weighted


def _build_entry(cluster: Cluster, bundle: Bundle, drawn: "nx.MultiDiGraph[str]") -> ClusterEntry:
    members = [node for node in cluster.members if node in drawn]
    styles = [get_node_style(drawn.nodes[node]) for node in members]
    # among styles of equal number the first
    style = max(styles, key=styles.count) if styles else get_node_style({})
    is_majority = 2 * styles.count(style) > len(styles) >= _MIN_DESCRIBED_MEMBERS
    return ClusterEntry(
        bundle=bundle,
        name=make_encodable(cluster.name),
        style=style,
        main_kind=style.label.lower() if is_majority else "",
        fact_count=len(cluster.facts),
        hidden_count=len(cluster.members) - len(members),
        members=[(node, make_encodable(str(drawn.nodes[node]["label"]))) for node in members],
    )
