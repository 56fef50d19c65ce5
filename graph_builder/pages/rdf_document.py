"""The RDF document of an IRI: its triples, the assertions about it, and their sources."""

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad

from graph_builder.core.vocabulary import (
    BASE,
    ID_KINDS,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    expand,
)
from graph_builder.pages.entity_facts import list_assertions
from graph_builder.pages.index_pages import list_entities_by_kind
from graph_builder.pages.iri_paths import ONTOLOGY_IRI
from graph_builder.store.graph import Graph

_DEFAULT = DefaultGraph()
_TRIPLE_PROPERTIES = ("rdf:subject", "rdf:predicate", "rdf:object")


def build_document(graph: Graph, iri: str) -> set[Quad]:
    """Return the triples of the document of an IRI, as quads of the default graph.

    For the ontology or a named graph: all its triples. For a kind: the names of its entities. For
    an entity: its own triples, the assertions about it with the triples that they affirm, and the
    names of everything mentioned. An inferred fact is in its assertion only.
    """
    if iri == ONTOLOGY_IRI:
        return _drop_graph_names(graph.quads(None, None, None, NamedNode(ONTOLOGY_GRAPH)))
    if iri.startswith(PREFIXES["graph"]) and (
        held := graph.quads(None, None, None, NamedNode(iri))
    ):
        return _drop_graph_names(held) | _get_own_triples(graph, iri)
    if iri.removeprefix(BASE) in ID_KINDS:
        return build_list_document(graph, iri, list_entities_by_kind(graph)[iri.removeprefix(BASE)])
    found = _get_own_triples(graph, iri)
    for assertion in list_assertions(graph, iri):
        found |= _get_asserted_triples(graph, assertion)
    if iri.startswith(PREFIXES["assertion"]):
        found |= _get_asserted_triples(graph, iri)
    others = {term.value for quad in found for term in _iter_subject_and_object(quad)} - {iri}
    return found.union(*map(graph.read_naming_triples, sorted(others)))


def build_list_document(graph: Graph, iri: str, every: Iterable[str]) -> set[Quad]:
    """Return the document of a kind: its own triples, and the names of all entities of it."""
    return _get_own_triples(graph, iri).union(*map(graph.read_naming_triples, every))


def _iter_subject_and_object(quad: Quad) -> Iterator[NamedNode]:
    yield from (term for term in (quad.subject, quad.object) if isinstance(term, NamedNode))


def _get_own_triples(graph: Graph, iri: str) -> set[Quad]:
    """Return the triples of an IRI as subject, and those of its equivalents elsewhere."""
    node = NamedNode(iri)
    equals = graph.quads(None, NamedNode(expand("foaf:focus")), node)
    return _drop_graph_names(graph.quads(node)) | _drop_graph_names(equals)


def _get_asserted_triples(graph: Graph, assertion: str) -> set[Quad]:
    """Return the triples of an assertion, and the triple it asserts if the graph holds it."""
    found = _drop_graph_names(graph.quads(NamedNode(assertion)), also_inferred=True)
    terms = {quad.predicate.value: quad.object for quad in found}
    subject, predicate, object_ = (terms.get(expand(name)) for name in _TRIPLE_PROPERTIES)
    if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and object_:
        found |= {*graph.quads(subject, predicate, object_, _DEFAULT)}
    return found


def _drop_graph_names(quads: Iterable[Quad], *, also_inferred: bool = False) -> set[Quad]:
    """Return quads moved to the default graph, without inferred ones unless asked for."""
    return {
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if also_inferred or getattr(quad.graph_name, "value", "") != INFERRED_GRAPH
    }
