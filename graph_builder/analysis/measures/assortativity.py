"""Assortativity: whether like is tied to like, by kind, by region of the world and by bloc.

M. Newman, Mixing patterns in networks, Physical Review E 67, 026126, 2003, equation 2, with ties by
their weight. A node of which the group is not known is left out with its ties.
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

if TYPE_CHECKING:
    import networkx as nx

#: How many members of a bloc there are at least, and how many groups.
_MIN_GROUPS = 2
_Group = TypeVar("_Group", bound=Hashable)
#: How much weight joins a node of one group to one of another.
MixingMatrix = Mapping[tuple[_Group, _Group], float]


def build_mixing_matrix(
    graph: "nx.Graph[str]", group: Callable[[str], _Group]
) -> MixingMatrix[_Group]:
    """Return the weights between groups, both ways where a network has no directions.

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
    """Return the assortativity: 1 if all ties stay in their group, 0 as by chance.

    Raises MeasureError if there are no two groups.
    """
    total = sum(weights.values())
    sources: defaultdict[_Group, float] = defaultdict(float)
    targets: defaultdict[_Group, float] = defaultdict(float)
    for (source, target), weight in weights.items():
        sources[source] += weight
        targets[target] += weight
    if len({*sources, *targets}) < _MIN_GROUPS:
        raise MeasureError("not meaningful: all ties whose ends are known join one group")
    inside = sum(weight for (source, target), weight in weights.items() if source == target)
    chance = sum(sources[group] * targets[group] for group in [*sources]) / total**2
    return (inside / total - chance) / (1 - chance)


def _measure_attribute(graph: "nx.Graph[str]", attribute: str) -> Mapping[str, float]:
    known = sum(bool(held[attribute]) for held in graph.nodes.values())
    if known < MIN_NODES_FOR_GROUPS:
        raise MeasureError(
            f"not meaningful: the {attribute} of {known} nodes is known; "
            f"it takes {MIN_NODES_FOR_GROUPS}"
        )
    weights = build_mixing_matrix(graph, lambda node: graph.nodes[node][attribute])
    everything = build_mixing_matrix(graph, lambda _: None)
    return {
        "assortativity": compute_assortativity(weights),
        "share of ties": sum(weights.values()) / sum(everything.values()),
    }


def _measure_blocs(graph: "nx.Graph[str]") -> Mapping[str, float]:
    if graph.graph.get("projected") == "bodies":
        raise MeasureError("not meaningful: members of a bloc are tied by being members")
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
        raise MeasureError("not meaningful: the graph gives no bloc with two members here")
    return found


def _build_bloc_mixing_matrix(
    graph: "nx.Graph[str]", nodes: set[str], members: set[str]
) -> MixingMatrix[bool | str]:
    """Return the weights between members and others, of some nodes."""
    return build_mixing_matrix(graph, lambda node: node in members if node in nodes else "")


def _define_measure(
    name: str, reading: str, compute: "Callable[[nx.Graph[str]], Mapping[str, float]]"
) -> Measure:
    sorts: frozenset[NetworkType] = frozenset({"one", "directed"})
    return Measure(
        f"assortativity-{name}",
        "network",
        reading,
        "Newman 2003",
        compute,
        sorts,
        MIN_NODES_FOR_GROUPS,
    )


ASSORTATIVITY_MEASURES = (
    _define_measure(
        "kind",
        "Whether actors are tied to others of their kind: 1 to no others, 0 as by chance, below 0 "
        "less than that; countries and companies are kinds.",
        partial(_measure_attribute, attribute="kind"),
    ),
    _define_measure(
        "region",
        "Whether countries are tied to others of their region of the world (UN M49): 1 to no "
        "others, 0 as by chance; what is no country is left out with its ties.",
        partial(_measure_attribute, attribute="region"),
    ),
    _define_measure(
        "bloc",
        "For each bloc, whether its members are tied to members and others to others: 1 to nobody "
        "else, 0 as by chance; a member is who is one by a source, others may be too.",
        _measure_blocs,
    ),
)
