"""A network measured: its figures with all that one needs to read them, of which graph and how."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.measures.matrices import kept
from graph_builder.analysis.measures.measure_definition import Measure, Measured, apply, sort_of
from graph_builder.analysis.networks.construct import make
from graph_builder.analysis.networks.edge_dates import ties_of
from graph_builder.analysis.networks.network_definition import Network, network
from graph_builder.analysis.reports.measure_registry import MEASURES
from graph_builder.core.errors import UnknownNameError
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx

    from graph_builder.analysis.networks.projection import Weighting

#: The measures that are shown where none are named: first those of nodes, then of the network.
USUAL = (
    *("degree", "strength", "betweenness", "closeness", "community"),
    *("cohesion", "communities", "chance"),
)
#: Stands for all measures that a network has.
ALL = "all"
#: The filters of ties and of the graph; what is not wanted is "".
FILTERS = ("kind", "modality", "basis", "verified", "at")
#: What takes the name of what is worked at, to tell somebody who waits.
Say = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Report:
    """A network with measures of it, and the options that it was made with.

    ``graph`` is what it was made of and has the labels; ``options`` has ``weighting`` and the
    FILTERS.
    """

    declared: Network
    network: "nx.Graph[str]"
    graph: Graph
    options: Mapping[str, str]
    measured: Sequence[Measured] = ()

    def of(self, kind: str) -> list[Measured]:
        """Return the measures of nodes, or of the network, that have values."""
        return [m for m in self.measured if m.measure.of == kind and not m.missing]

    @property
    def missing(self) -> list[Measured]:
        """The measures that would mean nothing, each with the reason."""
        return [each for each in self.measured if each.missing]

    @cached_property
    def nodes(self) -> list[str]:
        """The nodes, those with the highest value of the first measure of amounts first."""
        ranked = [each.values for each in self.of("nodes") if not each.measure.groups]
        first = ranked[0] if ranked else {}
        return sorted(self.network, key=lambda node: (-first.get(node, -inf), node))

    @cached_property
    def days(self) -> list[str]:
        """The date of each tie, earliest first, "" for those that have none."""
        return sorted(tie.date for tie in ties_of(self.network))

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: self.options[name] for name in FILTERS if self.options[name]}


def report(
    graph: GraphLike, name: str, names: Iterable[str] = (), *, say: Say = silent, **options: Any
) -> Report:
    """Return a network with measures of it, those of USUAL where none are named.

    The name ``all`` stands for all that the network is defined for. The options are those of
    ``unmeasured``. Raises UnknownNameError.
    """
    wanted = [*names]
    chosen(wanted)
    found = unmeasured(graph, name, say=say, **options)
    return replace(found, measured=measured(found.network, wanted, say))


def unmeasured(
    graph: GraphLike,
    name: str,
    *,
    weighting: "Weighting" = "count",
    kind: str = "",
    modality: str = "",
    basis: str = "",
    say: Say = silent,
) -> Report:
    """Return a network as it is made, with no measures of it.

    To a day or a verification, narrow the graph first (``select``). Raises UnknownNameError.
    """
    opened, declared = Graph.wrap(graph), network(name)
    say(f"making the network {name}")
    made = make(opened, name, weighting=weighting, kind=kind, modality=modality, basis=basis)
    options = {
        "weighting": weighting if declared.projected else "",
        "kind": kind,
        "modality": modality,
        "basis": basis,
        "verified": opened.verified,
        "at": opened.at,
    }
    return Report(declared, made, opened, options)


def measured(made: "nx.Graph[str]", names: Sequence[str], say: Say = silent) -> list[Measured]:
    """Return measures of a network, each once, those named or the usual ones.

    Of measures that nobody named, those that are defined for such networks alone.
    """
    found = []
    with kept():
        for each in chosen(names):
            if (names and ALL not in names) or sort_of(made) in each.sorts:
                say(f"working out {each.name}")
                found.append(apply(each, made))
    return found


def chosen(names: Sequence[str]) -> list[Measure]:
    """Return measures by their names; raises UnknownNameError with the nearest names."""
    for name in names:
        if name not in {*MEASURES, ALL}:
            raise UnknownNameError("measure", name, MEASURES)
    if ALL in names:
        return [*MEASURES.values()]
    if names:
        return [MEASURES[name] for name in dict.fromkeys(names)]
    return [each for each in MEASURES.values() if each.name in USUAL]
