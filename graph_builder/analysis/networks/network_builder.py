"""Which groups of the world actors are in: the regions of countries, the members of blocs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion, query_edge_assertions
from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.analysis.networks.network_definition import (
    NetworkDefinition,
    find_network_definition,
    load_network_definitions,
)
from graph_builder.analysis.networks.projection import Incidence, Weighting, project_incidence
from graph_builder.core.intervals import TruthValue
from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import NS, PREFIXES
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx


class Bloc(NamedTuple):
    """A bloc: its IRI, its name, and the assertions that make each actor a member, by IRI."""

    iri: str
    label: str
    members: Mapping[str, Sequence[str]]


def load_country_regions() -> dict[str, str]:
    """Return the region of the world of each country that is in one, by IRI."""
    known = load_ontology().countries.values()
    return {PREFIXES["actor"] + each.alpha3: each.region for each in known if each.region}


def find_blocs(graph: Graph) -> list[Bloc]:
    """Return the blocs that the graph gives members of, sorted by IRI.

    Who is in no list that the graph holds may still be a member.
    """
    said = [
        tie
        for tie in query_edge_assertions(graph, find_network_definition("co-membership"))
        if tie.relation == NS + "memberOf"
    ]
    classes = graph.classes_of(tie.target for tie in said)
    found: dict[str, dict[str, list[str]]] = {}
    for tie in said:
        if classes[tie.target] == NS + "Bloc":
            found.setdefault(tie.target, {}).setdefault(tie.source, []).append(tie.evidence)
    return [Bloc(iri, graph.label(iri), members) for iri, members in sorted(found.items())]


#: The mode of a network whose nodes are of two sorts.
_TWO_MODE = 2
#: How many ties to what they share two nodes have at least.
_MIN_SHARED_EDGES = 2


class ProjectedEdgeEvidence(Sequence[EdgeAssertion]):
    """The ties that an edge of a projection stands on, looked up when they are asked for."""

    __slots__ = ("_incidence", "_pair")

    def __init__(self, incidence: Incidence, one: str, other: str) -> None:
        """Remember where to look; nothing is copied, since a network may have many edges."""
        self._incidence, self._pair = incidence, (one, other)

    @property
    def shared(self) -> list[str]:
        """The IRIs of what both ends share, sorted."""
        return self._incidence.shared(*self._pair)

    @property
    def _ties(self) -> list[EdgeAssertion]:
        return self._incidence.evidence(*self._pair)

    @overload
    def __getitem__(self, index: int) -> EdgeAssertion: ...

    @overload
    def __getitem__(self, index: slice) -> list[EdgeAssertion]: ...

    def __getitem__(self, index: int | slice) -> EdgeAssertion | list[EdgeAssertion]:
        """Return a tie, or some."""
        return self._ties[index]

    def __len__(self) -> int:
        """Return how many ties there are."""
        return len(self._ties)

    def __eq__(self, other: object) -> bool:
        """Return whether the ties are equal."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the ties as a list shows them."""
        return repr(self._ties)


def build_network(
    graph: GraphLike,
    name: str,
    *,
    weighting: Weighting = "count",
    kind: str = "",
    modality: str = "",
    basis: str = "",
) -> "nx.Graph[str]":
    """Return a network as a NetworkX Graph, or a DiGraph where it is directed.

    Nodes are IRIs with ``label``, ``kind``, ``region`` of the world, the names of their ``blocs``
    and, in a network of two modes, ``bipartite`` (0 for sources, 1 for targets). Edges have
    ``weight`` and ``evidence``, a sequence of ``Tie``; those that are no projection have
    ``relations``, those of a graph of a day ``holds``. ``graph`` has the name, the mode, what an
    edge means, the weighting, the day and the blocs with their members. The other arguments are
    filters, see ``ties``; to a day or a verification, narrow the graph first (``select``). Raises
    UnknownNameError.
    """
    opened = Graph.wrap(graph)
    declared = find_network_definition(name)
    found = query_edge_assertions(opened, declared, kind=kind, modality=modality, basis=basis)
    return build_network_from_assertions(found, declared, opened, weighting)


def build_network_from_assertions(
    found: list[EdgeAssertion],
    declared: NetworkDefinition,
    opened: Graph,
    weighting: Weighting = "count",
) -> "nx.Graph[str]":
    """Return the same for ties at hand, such as those that there were up to a day."""
    made = (
        _build_projection(found, weighting)
        if declared.projected
        else _build_direct_network(found, declared)
    )
    _add_node_attributes(made, opened)
    _add_edge_attributes(made, opened)
    made.graph.update(_describe_network(declared, opened), weighting=weighting)
    return made


def _describe_network(declared: NetworkDefinition, graph: Graph) -> dict[str, Any]:
    return {
        "name": declared.name,
        "mode": declared.mode,
        "edge": declared.edge,
        "projected": declared.projected,
        "at": graph.at,
    }


def _build_direct_network(
    found: list[EdgeAssertion], declared: NetworkDefinition
) -> "nx.Graph[str]":
    import networkx as nx

    made: nx.Graph[str] = nx.DiGraph() if declared.directed else nx.Graph()
    sides = {tie.target: 1 for tie in found} | {tie.source: 0 for tie in found}
    for iri, side in sorted(sides.items()):
        made.add_node(iri, **({"bipartite": side} if declared.mode == _TWO_MODE else {}))
    edges: dict[tuple[str, str], list[EdgeAssertion]] = {}
    for tie in found:
        edges.setdefault((tie.source, tie.target), []).append(tie)
    for (one, other), held in edges.items():
        made.add_edge(one, other, weight=max(tie.weight for tie in held), evidence=held)
    return made


def _build_projection(found: list[EdgeAssertion], weighting: Weighting) -> "nx.Graph[str]":
    import networkx as nx

    incidence = Incidence(found)
    made: nx.Graph[str] = nx.Graph()
    made.add_nodes_from(sorted(incidence.by_source))
    made.add_edges_from(
        (one, other, {"weight": weight, "evidence": ProjectedEdgeEvidence(incidence, one, other)})
        for (one, other), weight in project_incidence(incidence, weighting).items()
    )
    made.graph["incidence"] = incidence
    return made


def _add_node_attributes(made: "nx.Graph[str]", graph: Graph) -> None:
    classes, known = graph.classes_of(made), load_country_regions()
    made.graph["blocs"] = find_blocs(graph)
    for iri, held in made.nodes(data=True):
        held["label"] = graph.label(iri)
        held["kind"] = classes.get(iri, "").removeprefix(NS)
        held["region"] = known.get(iri, "")
        held["blocs"] = "; ".join(b.label for b in made.graph["blocs"] if iri in b.members)


def _add_edge_attributes(made: "nx.Graph[str]", graph: Graph) -> None:
    """Say how each edge ties, where that is quick, and on a day whether it surely does."""
    for _, _, held in made.edges(data=True):
        if isinstance(held["evidence"], list):
            relations = {graph.label(tie.relation) for tie in held["evidence"]}
            held["relations"] = "; ".join(sorted(relations))
        if graph.at:
            held["holds"] = _compute_edge_truth(held["evidence"])


def _compute_edge_truth(evidence: Sequence[EdgeAssertion]) -> str:
    """Return ``yes`` where a tie surely held, or both ties to something shared."""
    sure = {(tie.source, tie.target) for tie in evidence if tie.holds == TruthValue.YES}
    if isinstance(evidence, list):
        return TruthValue.YES if sure else TruthValue.UNKNOWN
    both = Counter(target for _, target in sure)
    return TruthValue.YES if _MIN_SHARED_EDGES in both.values() else TruthValue.UNKNOWN


def to_networkx(graph: GraphLike, network: str = "network", **options: Any) -> "nx.Graph[str]":
    """Return a network by name as a NetworkX Graph, DiGraph or MultiDiGraph.

    The name is that of a declared network, such as ``co-endorsement`` (options: see ``make``), or
    of a question with the columns of ``network`` (options: its parameters; see ``facts_network``).
    Raises UnknownNameError and QueryError.
    """
    if network in load_network_definitions():
        return build_network(graph, network, **options)
    return build_facts_network(graph, network, **options)
