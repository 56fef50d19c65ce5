"""Service description of the endpoint (SPARQL 1.1 Service Description, W3C 2013)."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode, Quad

from graph_builder.core.vocabulary import expand
from graph_builder.server.content_negotiation import GRAPH_FORMATS, RESULT_FORMATS
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import Reply, build_graph_reply
from graph_builder.store.graph import Graph

_SD = "http://www.w3.org/ns/sparql-service-description#"


def describe_service(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the description of the service at ``base``; raises HTTPError."""
    try:
        quads = {Quad(*map(NamedNode, triple)) for triple in _iter_triples(graph, asked["base"])}
    except ValueError as error:
        raise HTTPError(400, f"The request's address is not an IRI: {error}.") from error
    return build_graph_reply(quads, asked["accept"], most)


def _iter_triples(graph: Graph, base: str) -> Iterator[tuple[str, str, str]]:
    type_, service, dataset = expand("rdf:type"), f"{base}#service", f"{base}#dataset"
    yield service, type_, f"{_SD}Service"
    yield service, f"{_SD}endpoint", base
    yield service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"
    for media in (*RESULT_FORMATS, *GRAPH_FORMATS):
        if media in _FORMATS:
            yield service, f"{_SD}resultFormat", f"http://www.w3.org/ns/formats/{_FORMATS[media]}"
    yield service, f"{_SD}defaultDataset", dataset
    yield dataset, type_, f"{_SD}Dataset"
    yield dataset, f"{_SD}defaultGraph", f"{base}#default-graph"
    yield f"{base}#default-graph", type_, f"{_SD}Graph"
    names = sorted(name.value for name in graph.store.named_graphs() if isinstance(name, NamedNode))
    for number, name in enumerate(names, 1):
        named = f"{base}#graph-{number}"
        yield dataset, f"{_SD}namedGraph", named
        yield named, type_, f"{_SD}NamedGraph"
        yield named, f"{_SD}name", name


#: The names of the formats at the W3C.
_FORMATS = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "text/n3": "N3",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}
