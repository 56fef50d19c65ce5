"""Groups of things as a page lists them: each with its members, and what most of them are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.pictures.grouping import Cluster
from graph_builder.pictures.model import Bundle
from graph_builder.pictures.palette import Group, group_in
from graph_builder.pictures.safety import plain

if TYPE_CHECKING:
    import networkx as nx

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
            name=plain(cluster.name),
            group=_commonest(cluster, drawn),
            most=_most(cluster, drawn),
            told=len(cluster.told),
            unseen=sum(each not in drawn for each in cluster.members),
            members=[(each, _label(drawn, each)) for each in cluster.members if each in drawn],
        )
        for cluster, bundle in zip(clusters, bundles, strict=True)
    ]


def _label(drawn: "nx.MultiDiGraph[str]", thing: str) -> object:
    return plain(str(drawn.nodes[thing]["label"]))


def _commonest(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> Group:
    """Return the sort of thing that most members are, or the first of them among equals."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    return max(found, key=found.count) if found else group_in({})


def _most(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> str:
    """Return what more than half of the members are, in words, "" where there is no such sort."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    group = _commonest(cluster, drawn)
    return group.label.lower() if 2 * found.count(group) > len(found) >= _SEVERAL else ""
