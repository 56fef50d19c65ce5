"""Networks: the answer of a query as a NetworkX graph, each edge with its evidence."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from graph_builder import vocabulary as v
from graph_builder.catalogue import ask
from graph_builder.store import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx


class Evidence(TypedDict):
    """One fact in readable words, and the passage of the source that states it."""

    subject: str
    relation: str
    object: str
    modality: str
    basis: str
    verification: str
    source: str
    section: str
    anchor: str
    start: int | None
    end: int | None
    reason: str
    note: str


def to_networkx(
    graph: GraphLike, network: str = "network", **parameters: str
) -> "nx.MultiDiGraph[str]":
    """Return the answer of a question as a directed multigraph over the IRIs of things.

    The question has the columns of ``network``. Nodes carry ``label``, ``kind``, ``kind_label`` and
    ``facts`` (those whose object is a literal); edges are keyed by the IRI of the relation and
    carry ``relation`` (its label) and ``facts``. ``graph["sources"]`` describes sources by id.
    """
    import networkx as nx

    opened = Graph.of(graph)
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    sources: dict[str, dict[str, str]] = {}
    for row in ask(opened, network, **parameters):
        subject, object_, relation = row["subject"], row["object"], row["relation"]
        fact = _evidence(row, opened)
        sources.setdefault(fact["source"], _source(opened, row["source"]))
        _add_node(found, subject, opened)
        if not object_.startswith(v.BASE):
            found.nodes[subject]["facts"].append(fact)
            continue
        _add_node(found, object_, opened)
        if not found.has_edge(subject, object_, relation):
            found.add_edge(subject, object_, relation, relation=fact["relation"], facts=[])
        found.edges[subject, object_, relation]["facts"].append(fact)
    found.graph["sources"] = sources
    return found


def _add_node(network: "nx.MultiDiGraph[str]", iri: str, graph: Graph) -> None:
    if iri not in network:
        class_ = graph.class_of(iri)
        network.add_node(
            iri,
            label=graph.label(iri),
            kind=class_.removeprefix(v.NS),
            kind_label=graph.label(class_),
            facts=[],
        )


def _evidence(row: Mapping[str, str], graph: Graph) -> Evidence:
    object_ = row["object"]
    return Evidence(
        subject=graph.label(row["subject"]),
        relation=graph.label(row["relation"]),
        object=graph.label(object_) if object_.startswith(v.BASE) else object_,
        modality=_local(row["modality"]),
        basis=_local(row["basis"]),
        verification=_local(row["verification"]),
        source=_local(row["source"]),
        section=row["section"],
        anchor=row["passage"],
        start=int(row["start"]) if row["start"] else None,
        end=int(row["end"]) if row["end"] else None,
        reason=row["reason"],
        note=row["note"],
    )


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def _source(graph: Graph, iri: str) -> dict[str, str]:
    parts = {
        "title": "dcterms:title",
        "publisher": "aigg:publisherName",
        "url": "schema:url",
        "date": "dcterms:issued",
        "licence": "dcterms:rights",
        "note": "skos:note",
    }
    return {name: graph.value(iri, v.expand(predicate)) for name, predicate in parts.items()}
