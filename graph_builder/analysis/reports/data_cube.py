"""A measured network as RDF: a data set of the RDF Data Cube Vocabulary (W3C, 2014).

Each value is an observation of a node, or of the network as a whole, by a measure. The data set
says of which network and how that was made; its IRI depends on the ties, so that the values of two
states of the graph stay apart. Nothing depends on the day of writing.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph_builder.analysis.measures.measure_definition import MeasureResult
from graph_builder.analysis.networks.edge_dates import list_edge_assertions
from graph_builder.analysis.reports.network_report import NetworkReport
from graph_builder.core.vocabulary import BASE, MEASURES_GRAPH, PREFIXES, compact, expand

_STRUCTURE = NamedNode(BASE + "measures")
_SCHEME = NamedNode(BASE + "measure")
Term = NamedNode | Literal
Triple = tuple[NamedNode, str, Term]


def quads(found: NetworkReport) -> Iterator[Quad]:
    """Yield the values of a report, in the default graph and in ``graph:measures``."""
    for subject, predicate, term in _triples(found):
        for graph in (DefaultGraph(), NamedNode(MEASURES_GRAPH)):
            yield Quad(subject, NamedNode(expand(predicate)), term, graph)


def digest(found: NetworkReport) -> str:
    """Return the SHA-256 digest of the ties of a network and of how it was made of them."""
    made = [
        found.declared.name,
        sorted(found.options.items()),
        sorted(list_edge_assertions(found.network)),
    ]
    return hashlib.sha256(json.dumps(made, ensure_ascii=False).encode()).hexdigest()


def _triples(found: NetworkReport) -> Iterator[Triple]:
    network = NamedNode(PREFIXES["network"] + found.declared.name)
    dataset = f"{PREFIXES['measurement']}{found.declared.name}-{digest(found)[:16]}"
    yield from _of_network(found, network)
    yield from _of_dataset(found, NamedNode(dataset), network)
    yield _SCHEME, "rdf:type", _iri("skos:ConceptScheme")
    yield _SCHEME, "skos:prefLabel", _text("Measures of networks")
    for measured in found.measured:
        for figure in _figures(measured):
            yield from _of_measure(measured, figure)
        for thing, figure, value in _values(measured, network):
            concept = _concept(measured, figure)
            local = concept.value.removeprefix(PREFIXES["measure"])
            name = f"{dataset}/{local}/{quote(compact(thing.value), safe=':')}"
            observation = NamedNode(name)
            yield observation, "rdf:type", _iri("qb:Observation")
            yield observation, "qb:dataSet", NamedNode(dataset)
            yield observation, "aigg:measuredThing", thing
            yield observation, "aigg:measuredBy", concept
            yield observation, "aigg:measuredValue", Literal(float(value))


def _of_network(found: NetworkReport, network: NamedNode) -> Iterator[Triple]:
    yield network, "rdf:type", _iri("skos:Concept")
    yield network, "skos:prefLabel", _text(found.declared.name)
    yield network, "skos:scopeNote", _text(f"An edge means: {found.declared.edge}.")


def _of_dataset(found: NetworkReport, dataset: NamedNode, network: NamedNode) -> Iterator[Triple]:
    options = ", ".join(f"{name} {value}" for name, value in found.options.items() if value)
    title = f"Measures of the network {found.declared.name}{f' ({options})' if options else ''}"
    yield dataset, "rdf:type", _iri("qb:DataSet")
    yield dataset, "dcterms:title", _text(title)
    yield dataset, "qb:structure", _STRUCTURE
    yield dataset, "aigg:measuredNetwork", network
    yield dataset, "aigg:nodeCount", Literal(len(found.network))
    yield dataset, "aigg:edgeCount", Literal(found.network.number_of_edges())
    yield dataset, "aigg:tiesDigest", Literal(digest(found))
    if weighting := found.options["weighting"]:
        yield dataset, "aigg:weighting", Literal(weighting)
    for name, value in found.filters.items():
        yield dataset, "aigg:networkFilter", Literal(f"{name} {value}")
    for each in found.missing:
        yield dataset, "skos:note", _text(f"{each.measure.name}: {each.missing}.")


def _of_measure(measured: MeasureResult, figure: str) -> Iterator[Triple]:
    concept, measure = _concept(measured, figure), measured.measure
    yield concept, "rdf:type", _iri("skos:Concept")
    yield concept, "skos:inScheme", _SCHEME
    yield concept, "skos:prefLabel", _text(": ".join(dict.fromkeys((measure.name, figure))))
    yield concept, "skos:scopeNote", _text(measure.reading)
    yield concept, "dcterms:bibliographicCitation", Literal(measure.source)


def _figures(measured: MeasureResult) -> list[str]:
    of_nodes = measured.measure.of == "nodes"
    return [measured.measure.name] if of_nodes and measured.values else [*measured.values]


def _values(measured: MeasureResult, network: NamedNode) -> Iterator[tuple[NamedNode, str, float]]:
    for name, value in measured.values.items():
        if measured.measure.of == "nodes":
            yield NamedNode(name), measured.measure.name, value
        else:
            yield network, name, value


def _concept(measured: MeasureResult, figure: str) -> NamedNode:
    names = dict.fromkeys((measured.measure.name, figure))
    local = ".".join(re.sub(r"[^\w-]+", "-", name) for name in names)
    return NamedNode(PREFIXES["measure"] + quote(local))


def _iri(name: str) -> NamedNode:
    return NamedNode(expand(name))


def _text(text: str) -> Literal:
    return Literal(text, language="en")
