"""The whole in groups of what has close ties, with what is told inside them and between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.analysis.measures.communities import detect_node_groups
from graph_builder.core.content_security import make_encodable
from graph_builder.pictures.palette import NodeStyle, get_node_style
from graph_builder.pictures.truncation import MAX_CLUSTERS
from graph_builder.pictures.view_definition import Bundle

if TYPE_CHECKING:
    import networkx as nx


#: What groups calls the last of them: what is tied to nothing, and small groups beyond the limit.
OTHERS_NAME = "others"
#: The facts between two groups, by their places in the list of groups.
FactsBetween = dict[tuple[int, int], list[Any]]


@dataclass(frozen=True)
class Cluster:
    """Things with close ties, first the one with the most facts, and the facts among them.

    ``told`` are facts of the members alone and of what ties them to each other.
    """

    name: str
    members: tuple[str, ...]
    told: list[Any]


def cluster_network(network: "nx.MultiDiGraph[str]") -> tuple[list[Cluster], FactsBetween]:
    """Return a network of facts in groups, largest first, and the facts between each two.

    Each thing is in one; those tied to nothing, and the smallest of many groups, are the last.
    """
    clusters = [
        Cluster(each.name, each.members, [])
        for each in detect_node_groups(_weight_edges(network), MAX_CLUSTERS)
    ]
    home = {node: at for at, cluster in enumerate(clusters) for node in cluster.members}
    between: FactsBetween = {}
    for node, held in sorted(network.nodes.items()):
        clusters[home[node]].told.extend(held["facts"])
    for (source, target, _), held in sorted(network.edges.items()):
        one, other = sorted((home[source], home[target]))
        told = clusters[one].told if one == other else between.setdefault((one, other), [])
        told.extend(held["facts"])
    return clusters, between


def _weight_edges(network: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    """Return a network in which each line weighs as many facts as it stands for."""
    found = network.copy()
    for *_, held in found.edges(data=True):
        held["weight"] = float(len(held["facts"]))
    return found


#: Members from which on it is told what most of them are.
_MIN_DESCRIBED_MEMBERS = 4


class ClusterEntry(NamedTuple):
    """A group as the stage lists it: its name, its members, and what most of them are.

    ``told`` is the number of facts among them, ``unseen`` for how many of them is no room.
    """

    bundle: Bundle
    name: Any
    group: NodeStyle
    most: str
    told: int
    unseen: int
    members: Any


def build_cluster_entries(
    clusters: Sequence[Cluster], bundles: Sequence[Bundle], drawn: "nx.MultiDiGraph[str]"
) -> list[ClusterEntry]:
    """Return groups with their bundles as they are listed, with the members that are drawn."""
    return [
        ClusterEntry(
            bundle=bundle,
            name=make_encodable(cluster.name),
            group=_get_commonest_style(cluster, drawn),
            most=_describe_main_kind(cluster, drawn),
            told=len(cluster.told),
            unseen=sum(each not in drawn for each in cluster.members),
            members=[(each, _get_label(drawn, each)) for each in cluster.members if each in drawn],
        )
        for cluster, bundle in zip(clusters, bundles, strict=True)
    ]


def _get_label(drawn: "nx.MultiDiGraph[str]", thing: str) -> object:
    return make_encodable(str(drawn.nodes[thing]["label"]))


def _get_commonest_style(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> NodeStyle:
    """Return the sort of thing that most members are, or the first of them among equals."""
    found = [get_node_style(drawn.nodes[each]) for each in cluster.members if each in drawn]
    return max(found, key=found.count) if found else get_node_style({})


def _describe_main_kind(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> str:
    """Return what more than half of the members are, in words, "" where there is no such sort."""
    found = [get_node_style(drawn.nodes[each]) for each in cluster.members if each in drawn]
    group = _get_commonest_style(cluster, drawn)
    return (
        group.label.lower() if 2 * found.count(group) > len(found) >= _MIN_DESCRIBED_MEMBERS else ""
    )
