"""The whole in groups of what has close ties, with what is told inside them and between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.analysis.measures.communities import groups
from graph_builder.core.content_security import make_encodable
from graph_builder.pictures.palette import Group, group_in
from graph_builder.pictures.truncation import GROUPS
from graph_builder.pictures.view_model import Bundle

if TYPE_CHECKING:
    import networkx as nx


#: What groups calls the last of them: what is tied to nothing, and small groups beyond the limit.
OTHERS = "others"
#: The facts between two groups, by their places in the list of groups.
Between = dict[tuple[int, int], list[Any]]


@dataclass(frozen=True)
class Cluster:
    """Things with close ties, first the one with the most facts, and the facts among them.

    ``told`` are facts of the members alone and of what ties them to each other.
    """

    name: str
    members: tuple[str, ...]
    told: list[Any]


def grouped(network: "nx.MultiDiGraph[str]") -> tuple[list[Cluster], Between]:
    """Return a network of facts in groups, largest first, and the facts between each two.

    Each thing is in one; those tied to nothing, and the smallest of many groups, are the last.
    """
    clusters = [Cluster(each.name, each.members, []) for each in groups(_weighed(network), GROUPS)]
    home = {node: at for at, cluster in enumerate(clusters) for node in cluster.members}
    between: Between = {}
    for node, held in sorted(network.nodes.items()):
        clusters[home[node]].told.extend(held["facts"])
    for (source, target, _), held in sorted(network.edges.items()):
        one, other = sorted((home[source], home[target]))
        told = clusters[one].told if one == other else between.setdefault((one, other), [])
        told.extend(held["facts"])
    return clusters, between


def _weighed(network: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    """Return a network in which each line weighs as many facts as it stands for."""
    found = network.copy()
    for *_, held in found.edges(data=True):
        held["weight"] = float(len(held["facts"]))
    return found


#: Members from which on it is told what most of them are.
_SEVERAL = 4


class Listed(NamedTuple):
    """A group as the stage lists it: its name, its members, and what most of them are.

    ``told`` is the number of facts among them, ``unseen`` for how many of them is no room.
    """

    bundle: Bundle
    name: Any
    group: Group
    most: str
    told: int
    unseen: int
    members: Any


def listed(
    clusters: Sequence[Cluster], bundles: Sequence[Bundle], drawn: "nx.MultiDiGraph[str]"
) -> list[Listed]:
    """Return groups with their bundles as they are listed, with the members that are drawn."""
    return [
        Listed(
            bundle=bundle,
            name=make_encodable(cluster.name),
            group=_commonest(cluster, drawn),
            most=_most(cluster, drawn),
            told=len(cluster.told),
            unseen=sum(each not in drawn for each in cluster.members),
            members=[(each, _label(drawn, each)) for each in cluster.members if each in drawn],
        )
        for cluster, bundle in zip(clusters, bundles, strict=True)
    ]


def _label(drawn: "nx.MultiDiGraph[str]", thing: str) -> object:
    return make_encodable(str(drawn.nodes[thing]["label"]))


def _commonest(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> Group:
    """Return the sort of thing that most members are, or the first of them among equals."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    return max(found, key=found.count) if found else group_in({})


def _most(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> str:
    """Return what more than half of the members are, in words, "" where there is no such sort."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    group = _commonest(cluster, drawn)
    return group.label.lower() if 2 * found.count(group) > len(found) >= _SEVERAL else ""
