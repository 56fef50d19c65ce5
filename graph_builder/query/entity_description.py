"""Describe an entity itself: its class, definition, broader terms and matches elsewhere."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.core.text import MAX_TEXT, shorten
from graph_builder.store.graph import Graph

#: The heading of each line and the property that it shows.
_DESCRIPTION_LINES = (
    ("definition", "skos:definition"),
    ("broader", "skos:broader"),
    ("broader", "rdfs:subClassOf"),
    ("broader", "rdfs:subPropertyOf"),
    ("exact match", "skos:exactMatch"),
    ("close match", "skos:closeMatch"),
    ("canonical theme, as the editors file it", "aigg:canonicalTheme"),
    ("how it differs", "skos:editorialNote"),
    ("same as", "schema:sameAs"),
    ("note", "skos:note"),
    ("published by", "aigg:publisherName"),
    ("rests on", "dcterms:source"),
    ("origin", "aigg:origin"),
    ("address", "schema:url"),
)
_USING_PROPERTIES = (
    *("rdf:predicate", "aigg:modality", "aigg:basis", "aigg:verification"),
    "prov:wasDerivedFrom",
)
_EXTERNAL_PROPERTIES = ("skos:exactMatch", "skos:closeMatch", "schema:sameAs", "schema:url")
_DECLARING_GRAPHS = (v.ONTOLOGY_GRAPH, v.SCHEMES_GRAPH, v.ALIGNMENTS_GRAPH, v.REGISTRY_GRAPH)


def describe_entity(graph: Graph, iri: str) -> list[str]:
    """Return lines on an entity: class, definition, broader terms, matches, domain and range."""
    class_ = graph.class_of(iri)
    lines = [graph.label(class_)] if class_ else []
    for name, predicate in _DESCRIPTION_LINES:
        if values := list_property_values(graph, iri, predicate):
            lines.append(f"{name}: {', '.join(values)}")
    ends = [
        " or ".join(list_property_values(graph, iri, predicate))
        for predicate in ("schema:domainIncludes", "schema:rangeIncludes")
    ]
    return [*lines, f"joins: {ends[0]} — {ends[1]}"] if all(ends) else lines


def count_uses(graph: Graph, iri: str) -> int:
    """Return how many assertions use a relation, a modality, basis or verification, or a source."""
    quads = (
        quad
        for name in _USING_PROPERTIES
        for quad in _iter_quads(graph, None, name, NamedNode(iri))
    )
    subjects = {getattr(quad.subject, "value", "") for quad in quads}
    return sum(subject.startswith(v.PREFIXES["assertion"]) for subject in subjects)


def list_property_values(graph: Graph, iri: str, predicate: str) -> list[str]:
    """Return the values of a property but the entity itself.

    Definitions are only those of the ontology and the registry.
    """
    return sorted(
        {
            _format_value(quad.object, predicate, graph)
            for quad in _iter_quads(graph, NamedNode(iri), predicate, None)
            if quad.object != quad.subject
            and (
                predicate != "skos:definition"
                or getattr(quad.graph_name, "value", "") in _DECLARING_GRAPHS
            )
        }
    )


def _format_value(term: object, predicate: str, graph: Graph) -> str:
    """Return an entity as its label, but an external resource as its address."""
    value = str(getattr(term, "value", term))
    is_external = predicate in _EXTERNAL_PROPERTIES and not value.startswith(v.BASE)
    return shorten(value, MAX_TEXT) if is_external else graph.format_term(term)


def _iter_quads(
    graph: Graph, subject: NamedNode | None, predicate: str, object_: NamedNode | None
) -> Iterator[Quad]:
    return graph.engine.quads(subject, NamedNode(v.expand(predicate)), object_, None)
