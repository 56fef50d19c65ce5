"""Networks by name as NetworkX graphs, and the regions and blocs that their nodes belong to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion, query_edge_assertions
from graph_builder.analysis.networks.facts_network import COLUMNS, build_facts_network
from graph_builder.analysis.networks.network_definition import (
    NetworkDefinition,
    find_network_definition,
    load_network_definitions,
)
from graph_builder.analysis.networks.projection import Incidence, Weighting, project_incidence
from graph_builder.core.errors import UnknownNameError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.validity_period import TruthValue
from graph_builder.core.vocabulary import NS, PREFIXES
from graph_builder.query.named_questions import questions
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx


class Bloc(NamedTuple):
    """A bloc: its IRI, its label, and for each member the IRIs of the assertions of membership."""

    iri: str
    label: str
    members: Mapping[str, Sequence[str]]


def load_country_regions() -> dict[str, str]:
    """Return the region of the world (UN M49) of each country that has one, by IRI."""
    known = load_ontology().countries.values()
    return {PREFIXES["actor"] + each.alpha3: each.region for each in known if each.region}


def find_blocs(graph: Graph) -> list[Bloc]:
    """Return the blocs whose members the graph names, sorted by IRI.

    The lists may be incomplete: an actor that is missing from them may still be a member.
    """
    said = [
        assertion
        for assertion in query_edge_assertions(graph, find_network_definition("co-membership"))
        if assertion.relation == NS + "memberOf"
    ]
    classes = graph.classes_of(assertion.target for assertion in said)
    found: dict[str, dict[str, list[str]]] = {}
    for assertion in said:
        if classes[assertion.target] == NS + "Bloc":
            found.setdefault(assertion.target, {}).setdefault(assertion.source, []).append(
                assertion.evidence
            )
    return [Bloc(iri, graph.whole_label(iri), members) for iri, members in sorted(found.items())]


#: The mode of a bipartite network.
_TWO_MODE = 2
#: How many edges join two nodes to something they share, at least.
_MIN_SHARED_EDGES = 2


class ProjectedEdgeEvidence(Sequence[EdgeAssertion]):
    """The edge assertions behind an edge of a projection, looked up on access."""

    __slots__ = ("_incidence", "_pair")

    def __init__(self, incidence: Incidence, one: str, other: str) -> None:
        """Keep a reference to the incidence; nothing is copied, since networks can be large."""
        self._incidence, self._pair = incidence, (one, other)

    @property
    def shared(self) -> list[str]:
        """The IRIs of the targets that both ends share, sorted."""
        return self._incidence.list_shared(*self._pair)

    @property
    def _ties(self) -> list[EdgeAssertion]:
        return self._incidence.evidence(*self._pair)

    @overload
    def __getitem__(self, index: int) -> EdgeAssertion: ...

    @overload
    def __getitem__(self, index: slice) -> list[EdgeAssertion]: ...

    def __getitem__(self, index: int | slice) -> EdgeAssertion | list[EdgeAssertion]:
        """Return one assertion or a slice of them."""
        return self._ties[index]

    def __len__(self) -> int:
        """Return the number of assertions."""
        return len(self._ties)

    def __eq__(self, other: object) -> bool:
        """Return whether the assertions are equal."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the assertions as a list shows them."""
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
    ``weight`` and ``evidence``, a sequence of ``EdgeAssertion``; those that are no projection have
    ``relations``, those of a graph of a day ``holds``. ``graph`` has the name, the mode, what an
    edge means, the weighting, the day and the blocs with their members. The other arguments are
    filters, see ``query_edge_assertions``; to a day or a verification, narrow the graph first
    (``select``). Raises UnknownNameError.
    """
    opened = Graph.wrap(graph)
    definition = find_network_definition(name)
    found = query_edge_assertions(opened, definition, kind=kind, modality=modality, basis=basis)
    return build_network_from_assertions(found, definition, opened, weighting)


def build_network_from_assertions(
    found: list[EdgeAssertion],
    definition: NetworkDefinition,
    opened: Graph,
    weighting: Weighting = "count",
) -> "nx.Graph[str]":
    """Return the network of some edge assertions, such as those up to a day."""
    made = (
        _build_projection(found, weighting)
        if definition.projected
        else _build_direct_network(found, definition)
    )
    _add_node_attributes(made, opened)
    _add_edge_attributes(made, opened)
    made.graph.update(_describe_network(definition, opened), weighting=weighting)
    return made


def _describe_network(definition: NetworkDefinition, graph: Graph) -> dict[str, Any]:
    return {
        "name": definition.name,
        "mode": definition.mode,
        "edge": definition.edge,
        "projected": definition.projected,
        "at": graph.at,
    }


def _build_direct_network(
    found: list[EdgeAssertion], definition: NetworkDefinition
) -> "nx.Graph[str]":
    from graph_builder.analysis.networks.evidenced_graph import EvidencedDiGraph, EvidencedGraph

    made: nx.Graph[str] = EvidencedDiGraph() if definition.directed else EvidencedGraph()
    sides = {assertion.target: 1 for assertion in found} | {
        assertion.source: 0 for assertion in found
    }
    for iri, side in sorted(sides.items()):
        made.add_node(iri, **({"bipartite": side} if definition.mode == _TWO_MODE else {}))
    edges: dict[tuple[str, str], list[EdgeAssertion]] = {}
    for assertion in found:
        edges.setdefault((assertion.source, assertion.target), []).append(assertion)
    for (one, other), held in edges.items():
        made.add_edge(one, other, weight=max(assertion.weight for assertion in held), evidence=held)
    return made


def _build_projection(found: list[EdgeAssertion], weighting: Weighting) -> "nx.Graph[str]":
    from graph_builder.analysis.networks.evidenced_graph import EvidencedGraph

    incidence = Incidence(found)
    made = EvidencedGraph()
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
        held["label"] = graph.whole_label(iri)
        held["kind"] = classes.get(iri, "").removeprefix(NS)
        held["region"] = known.get(iri, "")
        held["blocs"] = "; ".join(b.label for b in made.graph["blocs"] if iri in b.members)


def _add_edge_attributes(made: "nx.Graph[str]", graph: Graph) -> None:
    """Add the labels of the relations where that is quick and, on a day, whether the edge holds."""
    for _, _, held in made.edges(data=True):
        if isinstance(held["evidence"], list):
            relations = {graph.whole_label(assertion.relation) for assertion in held["evidence"]}
            held["relations"] = "; ".join(sorted(relations))
        if graph.at:
            held["holds"] = _compute_edge_truth(held["evidence"]).value


def _compute_edge_truth(evidence: Sequence[EdgeAssertion]) -> TruthValue:
    """Return ``yes`` where an assertion surely holds or, in a projection, both of a pair do."""
    sure = {
        (assertion.source, assertion.target)
        for assertion in evidence
        if assertion.holds == TruthValue.YES
    }
    if isinstance(evidence, list):
        return TruthValue.YES if sure else TruthValue.UNKNOWN
    both = Counter(target for _, target in sure)
    return TruthValue.YES if _MIN_SHARED_EDGES in both.values() else TruthValue.UNKNOWN


def to_networkx(graph: GraphLike, network: str = "network", **options: Any) -> "nx.Graph[str]":
    """Return a network by name as a NetworkX Graph, DiGraph or MultiDiGraph.

    The name is that of a declared network, such as ``co-endorsement`` (options: see
    ``build_network``), or of a question with the columns of ``network`` (options: its parameters;
    see ``build_facts_network``). NetworkX can write it to files, without its evidence. Raises
    UnknownNameError and QueryError.
    """
    definitions = load_network_definitions()
    if network in definitions:
        return build_network(graph, network, **options)
    if network not in questions():
        names = (each.name for each in questions().values() if {*COLUMNS} <= {*each.columns})
        raise UnknownNameError("network", network, [*definitions, *names])
    return build_facts_network(graph, network, **options)
