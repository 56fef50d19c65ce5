"""schema.org markup of entities, by the ontology's superclasses and superproperties.

A class or relation becomes the nearest schema.org term above it; without one it is left out, so
that a page tells a search engine no more than the graph says.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode

from graph_builder.core.vocabulary import BASE, INFERRED_GRAPH, NS, ONTOLOGY_GRAPH, PREFIXES, expand
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph

CONTEXT = "https://schema.org/"
_SCHEMA = PREFIXES["schema"]
#: schema.org names of terms of other vocabularies.
_CLASS_NAMES = {
    "foaf:Person": "Person",
    "org:Organization": "Organization",
    "foaf:Document": "CreativeWork",
    "skos:Concept": "DefinedTerm",
    "skos:ConceptScheme": "DefinedTermSet",
    "foaf:Agent": "Organization",
    "prov:Entity": "CreativeWork",
}
_PROPERTY_NAMES = {
    "skos:prefLabel": "name",
    "dcterms:title": "name",
    "skos:altLabel": "alternateName",
    "aigg:name": "alternateName",
    "skos:definition": "description",
    "dcterms:description": "description",
    "dcterms:issued": "datePublished",
    "dcterms:language": "inLanguage",
    "dcterms:rights": "copyrightNotice",
    "aigg:publisherName": "publisher",
    "skos:exactMatch": "sameAs",
}
_INFERRED = NamedNode(INFERRED_GRAPH)
_SUPER_PREDICATES = {"class": "rdfs:subClassOf", "property": "rdfs:subPropertyOf"}


class SchemaOrgMarkup:
    """Describes entities in schema.org terms; ``address`` returns the URL of a page, or ""."""

    def __init__(self, graph: Graph, address: Callable[[str], str]) -> None:
        """Keep the graph and the function that returns the URL of an IRI's page."""
        self._graph = graph
        self._address = address
        self._known: dict[str, str] = {}

    def thing(self, iri: str) -> dict[str, Any]:
        """Return an entity as a JSON-LD object without context; {} if it has no class or name."""
        class_ = self._class(iri)
        if not class_:
            return {}
        found: dict[str, list[Any]] = {}
        for quad in self._graph.quads(NamedNode(iri)):
            name = self._property(quad.predicate.value)
            if name and quad.graph_name != _INFERRED:
                value = self._value(quad.object, name)
                if value not in found.setdefault(name, []):
                    found[name].append(value)
        if address := self._address(iri):
            found["mainEntityOfPage"] = [address]
        values = {
            name: _unwrap_single(sorted(each, key=str)) for name, each in sorted(found.items())
        }
        return {"@type": class_, "@id": iri, **values} if "name" in found else {}

    def _class(self, iri: str) -> str:
        return self._find_schema_org_term(self._graph.class_of(iri), "class", self._classes)

    def _property(self, iri: str) -> str:
        return self._find_schema_org_term(iri, "property", self._properties)

    def _value(self, term: Any, name: str) -> Any:
        if isinstance(term, Literal):
            if name == "publisher":
                return {"@type": "Organization", "name": term.value}
            return (
                {"@value": term.value, "@language": term.language} if term.language else term.value
            )
        iri = to_text(term)
        if not iri.startswith(BASE):
            return iri
        return {"@id": iri, "name": self._graph.whole_label(iri)}

    def _find_schema_org_term(self, iri: str, sort: str, outside: dict[str, str]) -> str:
        """Return the nearest schema.org name at or above a term (breadth-first), or ""."""
        if iri not in self._known:
            seen, rim, found = {iri}, [iri] if iri else [], ""
            while rim and not found:
                named = (outside.get(each) or _get_schema_org_name(each) for each in rim)
                found = next(filter(None, named), "")
                rim = sorted(
                    {up for each in rim for up in self._superterms[sort].get(each, ())} - seen
                )
                seen.update(rim)
            self._known[iri] = found
        return self._known[iri]

    @cached_property
    def _classes(self) -> dict[str, str]:
        return {expand(name): called for name, called in _CLASS_NAMES.items()}

    @cached_property
    def _properties(self) -> dict[str, str]:
        return {expand(name): called for name, called in _PROPERTY_NAMES.items()}

    @cached_property
    def _superterms(self) -> dict[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = {sort: {} for sort in _SUPER_PREDICATES}
        for sort, name in _SUPER_PREDICATES.items():
            ontology = NamedNode(ONTOLOGY_GRAPH)
            for quad in self._graph.quads(None, NamedNode(expand(name)), None, ontology):
                found[sort].setdefault(to_text(quad.subject), set()).add(to_text(quad.object))
        return found


def describe_dataset(
    graph: Graph, files: Iterable[tuple[str, str, str]], base: str
) -> dict[str, Any]:
    """Return the graph as a schema.org Dataset with its files: name, URL, media type."""
    ontology = NS.removesuffix("#")
    return {
        "@type": "Dataset",
        "@id": BASE,
        **({"url": base} if base else {}),
        "name": "AI Governance Graph",
        "description": "Who does what in the governance of artificial intelligence, and for every "
        "fact: who says so, where, and how strongly.",
        "license": graph.value(ontology, expand("dcterms:license")) or None,
        "distribution": [
            {"@type": "DataDownload", "name": name, "contentUrl": url, "encodingFormat": media}
            for name, url, media in files
        ],
    }


def _get_schema_org_name(iri: str) -> str:
    return iri.removeprefix(_SCHEMA) if iri.startswith(_SCHEMA) else ""


def _unwrap_single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
