"""The whole in groups of what has close ties, with what is told inside them and between them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.measures.communities import groups
from graph_builder.pictures.limits import GROUPS

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
