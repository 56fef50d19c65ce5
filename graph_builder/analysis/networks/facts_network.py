"""The network of facts: entities as nodes, relations as edges, each with the facts behind it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypedDict

from pyoxigraph import Literal, NamedNode

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError
from graph_builder.core.ontology import load_ontology
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, load_question, to_text
from graph_builder.store.graph import HOLDS_COLUMN, Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx


#: The columns of a question that makes a network.
COLUMNS = (
    *("subject", "relation", "object", "modality", "basis", "verification"),
    *("source", "section", "passage", "start", "end", "reason", "note"),
)


#: What a network tells of a source, and the property of each.
_SOURCE_PROPERTIES = {
    "title": "dcterms:title",
    "publisher": "aigg:publisherName",
    "origin": "aigg:origin",
    "url": "schema:url",
    "date": "dcterms:issued",
    "licence": "dcterms:rights",
    "note": "skos:note",
}


class FactEvidence(TypedDict):
    """One fact in readable text, with the passage of the source that states it."""

    subject: str
    relation: str
    object: str
    modality: str
    basis: str
    verification: str
    affirmed: bool
    source: str
    section: str
    anchor: str
    start: int | None
    end: int | None
    from_: str
    to: str
    as_of: str
    holds: str
    reason: str
    note: str


def build_facts_network(
    graph: GraphLike, asked: str = "network", *, inferred: bool = False, **parameters: str
) -> "nx.MultiDiGraph[str]":
    """Return the answer of a question as a directed multigraph over the IRIs of entities.

    Raises QueryError for a question without the columns of ``network``. With ``inferred``, facts
    that are only inferred of the same source or entity are added. Nodes carry ``label``, ``kind``,
    ``kind_label`` and ``facts`` (those whose object is a literal); edges are keyed by the IRI of
    the relation and carry ``relation`` (its label) and ``facts``. ``graph["sources"]`` describes
    sources by id, independent ones by different ``origin``; ``graph["inverses"]`` has the inverse
    label of each relation by its label; ``graph["at"]`` is the day to which the
    graph was narrowed, or "".
    """
    opened = Graph.wrap(graph)
    if not set(COLUMNS) <= set(load_question(asked).columns):
        raise QueryError(
            f"{asked} cannot make a network; it lacks some of the columns {', '.join(COLUMNS)}"
        )
    names = (asked, "facts-inferred") if inferred else (asked,)
    return build_network_from_rows(ask_for_rows(opened, *names, **parameters), opened)


def build_network_from_rows(
    rows: Iterable[Mapping[str, OptionalTerm]], opened: Graph
) -> "nx.MultiDiGraph[str]":
    """Return rows with subject, relation and object as a network, with their evidence.

    A row whose subject is a literal states nothing (``aigg validate`` names it) and is left out.
    """
    from graph_builder.analysis.networks.evidenced_graph import EvidencedMultiDiGraph

    found = EvidencedMultiDiGraph()
    inverses: dict[str, str] = {}
    filled = [
        {**dict.fromkeys(COLUMNS), **row} for row in rows if not isinstance(row["subject"], Literal)
    ]
    _add_nodes(found, filled, opened)
    for row in filled:
        subject, object_, relation = (
            to_text(row[name]) for name in ("subject", "object", "relation")
        )
        fact = _build_fact_evidence(row, opened)
        if isinstance(row["object"], Literal):
            found.nodes[subject]["facts"].append(fact)
            continue
        if not found.has_edge(subject, object_, relation):
            found.add_edge(subject, object_, relation, relation=fact["relation"], facts=[])
            inverses[fact["relation"]] = opened.inverse_label(relation)
        found.edges[subject, object_, relation]["facts"].append(fact)
    found.graph["sources"] = _describe_sources(opened, filled)
    found.graph["inverses"] = inverses
    found.graph["at"] = opened.at
    return found


def list_network_facts(network: "nx.MultiDiGraph[str]") -> list[FactEvidence]:
    """Return the facts behind a network, those of its nodes before those of its edges."""
    held = [*network.nodes.values(), *network.edges.values()]
    return [fact for each in held for fact in each["facts"]]


def _add_nodes(
    network: "nx.MultiDiGraph[str]", rows: list[dict[str, OptionalTerm]], graph: Graph
) -> None:
    ends = [row[name] for row in rows for name in ("subject", "object")]
    classes = graph.classes_of(term.value for term in ends if isinstance(term, NamedNode))
    for term in ends:
        if (iri := to_text(term)) not in network and not isinstance(term, Literal):
            class_ = classes.get(iri, "")
            network.add_node(
                iri,
                label=_format_term(term, graph),
                kind=class_.removeprefix(v.NS),
                kind_label=graph.whole_label(class_),
                facts=[],
            )


def _format_term(term: OptionalTerm, graph: Graph) -> str:
    return graph.whole_label(term.value) if isinstance(term, NamedNode) else to_text(term)


def _build_fact_evidence(row: Mapping[str, OptionalTerm], graph: Graph) -> FactEvidence:
    words = {name: to_text(term) for name, term in row.items()}
    return FactEvidence(
        subject=_format_term(row["subject"], graph),
        relation=_format_term(row["relation"], graph),
        object=_format_term(row["object"], graph),
        modality=_get_local_name(words["modality"]),
        affirmed=_is_affirmed(words["relation"], _get_local_name(words["modality"]))
        and not words.get("setAside"),
        basis=_get_local_name(words["basis"]),
        verification=_get_local_name(words["verification"]),
        source=_get_local_name(words["source"]),
        section=words["section"],
        anchor=words["passage"],
        start=int(words["start"]) if words["start"] else None,
        end=int(words["end"]) if words["end"] else None,
        from_=words.get("from", ""),
        to=words.get("to", ""),
        as_of=words.get("asOf", ""),
        holds=words.get(HOLDS_COLUMN, ""),
        reason=words["reason"],
        note=words["note"],
    )


def _is_affirmed(relation: str, modality: str) -> bool:
    """Return whether a fact of this relation and modality is also a plain triple."""
    known = load_ontology().relations_by_iri.get(relation)
    return known is None or load_ontology().is_affirmed(modality, known)


def _get_local_name(iri: str) -> str:
    return iri.rpartition("/")[2]


def _describe_sources(
    graph: Graph, rows: Iterable[Mapping[str, OptionalTerm]]
) -> dict[str, dict[str, str]]:
    """Return what is told of each source of some rows, by its id, in the order of the rows."""
    iris = [*filter(None, dict.fromkeys(to_text(row["source"]) for row in rows))]
    known = graph.values_of(iris, map(v.expand, _SOURCE_PROPERTIES.values()))
    parts = [(name, v.expand(term)) for name, term in _SOURCE_PROPERTIES.items()]
    described: dict[str, dict[str, str]] = {}
    for iri in iris:
        values = {name: known[iri][predicate] for name, predicate in parts}
        described.setdefault(_get_local_name(iri), values)
    return described
