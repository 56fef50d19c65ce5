"""What the data is, in VoID (W3C Interest Group Note, 2011): where to ask, how much of what."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.core.vocabulary import expand
from graph_builder.pages.iri_paths import ONTOLOGY_IRI
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import Reply, build_graph_reply
from graph_builder.store.graph import Graph

_VOID = "http://rdfs.org/ns/void#"
_FOAF = "http://xmlns.com/foaf/0.1/"
#: Of many classes or properties, the numbers of the largest are told.
_LARGEST_FIRST = "GROUP BY ?term ORDER BY DESC(?n) ?term LIMIT 500"
_NUMBERS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
}
#: Of each kind of part: what it is told of, what is counted, and how.
_PARTITIONS = {
    "class": ("entities", "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term FILTER(ISIRI(?term)) }"),
    "property": ("triples", "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o }"),
}
_Triple = tuple[str, str, NamedNode | Literal]


def describe_dataset(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the description of the data served at ``base``; raises HTTPError."""
    try:
        quads = [
            Quad(NamedNode(subject), NamedNode(predicate), value)
            for subject, predicate, value in _iter_triples(graph, asked["base"])
        ]
    except ValueError as error:
        raise HTTPError(400, f"The request's address is not an IRI: {error}.") from error
    return build_graph_reply(quads, asked["accept"], most)


def _iter_triples(graph: Graph, base: str) -> Iterator[_Triple]:
    document, type_ = f"{base}/void", expand("rdf:type")
    dataset = f"{document}#dataset"
    yield document, type_, NamedNode(f"{_VOID}DatasetDescription")
    yield document, f"{_FOAF}primaryTopic", NamedNode(dataset)
    yield dataset, type_, NamedNode(f"{_VOID}Dataset")
    yield dataset, f"{_FOAF}homepage", NamedNode(f"{base}/")
    yield dataset, f"{_VOID}sparqlEndpoint", NamedNode(f"{base}/sparql")
    if licence := _find_licence(graph):
        yield dataset, expand("dcterms:license"), NamedNode(licence)
    for format_ in ("JSON-LD", "N-Triples", "RDF_XML", "Turtle"):
        yield dataset, f"{_VOID}feature", NamedNode(f"http://www.w3.org/ns/formats/{format_}")
    for name, query in _NUMBERS.items():
        yield dataset, f"{_VOID}{name}", _select(graph, query)[0][0]
    for kind, (counted, query) in _PARTITIONS.items():
        found = _select(graph, f"{query} {_LARGEST_FIRST}")
        for number, (term, count) in enumerate(found, 1):
            part = f"{document}#{kind}-{number}"
            yield dataset, f"{_VOID}{kind}Partition", NamedNode(part)
            yield part, f"{_VOID}{kind}", term
            yield part, f"{_VOID}{counted}", count


def _find_licence(graph: Graph) -> str:
    """Return the licence of this project's facts, which is that of its ontology; "" for others."""
    kind, ours = NamedNode(expand("rdf:type")), NamedNode(expand("aigg:Assertion"))
    has_facts = any(graph.engine.quads(None, kind, ours))
    return graph.value(ONTOLOGY_IRI, expand("dcterms:license")) if has_facts else ""


def _select(graph: Graph, query: str) -> list[Any]:
    found: Any = graph.store.query(query)
    return [tuple(row) for row in found]
