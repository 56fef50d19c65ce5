"""Assortativity: whether nodes are linked to nodes like them, by kind, world region and bloc.

M. Newman, Mixing patterns in networks, Physical Review E 67, 026126, 2003, equation 2, with
weighted edges. A node whose group is not known is left out with its edges.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from graph_builder.analysis.measures.measure_definition import (
    MIN_NODES_FOR_GROUPS,
    Measure,
    NetworkType,
)
from graph_builder.core.errors import MeasureError
from graph_builder.core.text import format_count

if TYPE_CHECKING:
    import networkx as nx

#: How many groups there must be, and how many members a bloc must have.
_MIN_GROUPS = 2
_Group = TypeVar("_Group", bound=Hashable)
#: The total edge weight between each two groups.
MixingMatrix = Mapping[tuple[_Group, _Group], float]


def build_mixing_matrix(
    graph: "nx.Graph[str]", group: Callable[[str], _Group]
) -> MixingMatrix[_Group]:
    """Return the edge weights between groups, counted in both directions in an undirected network.

    A node whose group is "" is left out.
    """
    found: defaultdict[tuple[_Group, _Group], float] = defaultdict(float)
    for source, target, weight in graph.edges(data="weight", default=1.0):
        ends = group(source), group(target)
        if "" not in ends:
            found[ends] += weight
            if not graph.is_directed():
                found[ends[::-1]] += weight
    return found


def compute_assortativity(weights: MixingMatrix[_Group]) -> float:
    """Return the assortativity: 1 if all edges stay within groups, 0 as by chance.

    Raises MeasureError if there are no two groups.
    """
    total = sum(weights.values())
    sources: defaultdict[_Group, float] = defaultdict(float)
    targets: defaultdict[_Group, float] = defaultdict(float)
    for (source, target), weight in weights.items():
        sources[source] += weight
        targets[target] += weight
    if len({*sources, *targets}) < _MIN_GROUPS:
        raise MeasureError("not meaningful: all edges whose ends are known stay in one group")
    inside = sum(weight for (source, target), weight in weights.items() if source == target)
    chance = sum(sources[group] * targets[group] for group in [*sources]) / total**2
    return (inside / total - chance) / (1 - chance)


def _measure_attribute(graph: "nx.Graph[str]", attribute: str) -> Mapping[str, float]:
    known = sum(bool(held[attribute]) for held in graph.nodes.values())
    if known < MIN_NODES_FOR_GROUPS:
        raise MeasureError(
            f"not meaningful: the {attribute} of only {format_count(known, 'node')} is known; "
            f"at least {MIN_NODES_FOR_GROUPS} are needed"
        )
    weights = build_mixing_matrix(graph, lambda node: graph.nodes[node][attribute])
    everything = build_mixing_matrix(graph, lambda _: None)
    return {
        "assortativity": compute_assortativity(weights),
        "share of ties": sum(weights.values()) / sum(everything.values()),
    }


def _measure_blocs(graph: "nx.Graph[str]") -> Mapping[str, float]:
    if graph.graph.get("projected") == "bodies":
        raise MeasureError(
            "not meaningful: the links are memberships, so members of a bloc are linked anyway"
        )
    found = {}
    for bloc in graph.graph.get("blocs", ()):
        present = bloc.members.keys() & graph
        kinds = {graph.nodes[node]["kind"] for node in present}
        alike = {node for node, held in graph.nodes(data=True) if held["kind"] in kinds}
        if _MIN_GROUPS <= len(present) < len(alike):
            found[bloc.label] = compute_assortativity(
                _build_bloc_mixing_matrix(graph, alike, present)
            )
    if not found:
        raise MeasureError(
            "not meaningful: no bloc has two members and a non-member in this network"
        )
    return found


def _build_bloc_mixing_matrix(
    graph: "nx.Graph[str]", nodes: set[str], members: set[str]
) -> MixingMatrix[bool | str]:
    """Return the edge weights between members and other nodes, among the given nodes."""
    return build_mixing_matrix(graph, lambda node: node in members if node in nodes else "")


def _define_measure(
    name: str, reading: str, compute: "Callable[[nx.Graph[str]], Mapping[str, float]]"
) -> Measure:
    network_types: frozenset[NetworkType] = frozenset({"one", "directed"})
    return Measure(
        f"assortativity-{name}",
        "network",
        reading,
        "Newman 2003",
        compute,
        network_types,
        MIN_NODES_FOR_GROUPS,
    )


ASSORTATIVITY_MEASURES = (
    _define_measure(
        "kind",
        "Whether actors are linked to actors of their own kind, such as countries or companies: "
        "1 only to those, 0 as by chance, below 0 less than by chance.",
        partial(_measure_attribute, attribute="kind"),
    ),
    _define_measure(
        "region",
        "Whether countries are linked to countries of their own world region (UN M49): 1 only to "
        "those, 0 as by chance. Nodes that are not countries are left out, with their edges.",
        partial(_measure_attribute, attribute="region"),
    ),
    _define_measure(
        "bloc",
        "For each bloc, whether members are linked to members and non-members to non-members: 1 "
        "only so, 0 as by chance. Members are those that a source names; there may be more.",
        _measure_blocs,
    ),
)
