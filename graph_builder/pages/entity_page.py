"""The entity page: labels, class, properties, and all facts with their evidence."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.core.text import MAX_LABEL, shorten
from graph_builder.core.vocabulary import BASE, INFERRED_GRAPH, PREFIXES, compact, expand
from graph_builder.pages import entity_facts
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.pages.paging import list_pagings
from graph_builder.pages.progress_summary import describe_progress
from graph_builder.query.entity_description import count_uses, list_property_values
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.store.graph import Graph

#: Headings of properties, in the order of the page; others follow by name.
_PROPERTY_HEADINGS = {
    "aigg:publisherName": "Published by",
    "dcterms:issued": "Published on",
    "schema:url": "Address",
    "aigg:sourceKind": "Kind of source",
    "dcterms:language": "Language",
    "aigg:verification": "How checked",
    "dcterms:source": "Based on",
    "aigg:origin": "Origin",
    "prov:wasDerivedFrom": "Source",
    "dcterms:rights": "Rights",
    "skos:altLabel": "Also called",
    "aigg:alpha2": "ISO 3166 codes",
    "aigg:alpha3": "ISO 3166 codes",
    "skos:scopeNote": "What it is not",
    "skos:example": "Example",
    "rdfs:comment": "Contents",
    "dcterms:description": "Description",
    "skos:broader": "Broader",
    "aigg:canonicalTheme": "Canonical theme, as the editors file it",
    "skos:editorialNote": "How it differs",
    "skos:exactMatch": "The same on other sites",
    "skos:closeMatch": "Nearly the same on other sites",
    "skos:broadMatch": "Broader on other sites",
    "skos:narrowMatch": "Narrower on other sites",
    "skos:relatedMatch": "Related on other sites",
    "schema:sameAs": "The same on other sites",
    "skos:member": "Members",
    "skos:inScheme": "Scheme",
    "aigg:rank": "Rank",
    "dcterms:license": "Licence",
    "skos:note": "Note",
}
#: Headings of properties read backwards, on the page of the object.
_INVERSE_HEADINGS = {
    "skos:broader": "Narrower",
    "aigg:canonicalTheme": "Wordings filed under it",
    "skos:member": "In the collection",
    "skos:inScheme": "Concepts",
    "foaf:focus": "The same on other sites",
    "dcterms:source": "Sources based on it",
    "prov:wasDerivedFrom": "Named graph",
    "schema:sameAs": "The same on other sites",
    "owl:versionIRI": "Version of",
}
_SHOWN_ELSEWHERE = {
    *("rdf:type", "rdfs:label", "skos:prefLabel", "dcterms:title", "skos:definition"),
    *("rdfs:isDefinedBy", "skos:topConceptOf", "skos:hasTopConcept"),
    *("rdf:subject", "rdf:predicate", "rdf:object", "prov:wasQuotedFrom"),
}
#: The most values of a property on a page.
MAX_VALUES_ON_PAGE = 400
_MATCHES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
_RECORD_PROPERTIES = ("aigg:", "oa:", "prov:", "skos:note")


@dataclass(frozen=True)
class PropertyValues:
    """The values of a property on a page, below a heading; ``number`` counts those of all pages."""

    heading: str
    terms: list[OptionalTerm]
    number: int


@dataclass(frozen=True)
class LocalizedLabel:
    """A label with its language tag, or ""."""

    text: str
    language: str


def render_entity_page(graph: Graph, iri: str, to: PageLinks) -> str:
    """Return the page of an entity, concept, source, named graph or assertion.

    Where ``to`` has further pages, it is the first of ``render_entity_pages``.
    """
    return next(render_entity_pages(graph, iri, to))


def render_entity_pages(graph: Graph, iri: str, to: PageLinks) -> Iterator[str]:
    """Yield the pages of an entity, one unless it has more facts or values than a page may have.

    Only one is yielded if ``to`` has no further pages; it tells how many facts are left out.
    """
    stated = entity_facts.find_fact_of_assertion(graph, iri)
    is_source = iri.startswith(PREFIXES["source"])
    found = (
        entity_facts.get_facts_of_source(graph, iri)
        if is_source
        else entity_facts.get_facts_of_entity(graph, iri)
    )
    properties = _list_properties(graph, iri, found[0], is_record=stated is not None)
    values = {
        "class_": graph.class_of(iri),
        "definitions": list_property_values(graph, iri, "skos:definition"),
        "iri": iri,
        "is_source": is_source,
        "kind": iri.removeprefix(BASE).partition("/")[0],
        "local": iri.rpartition("/")[2],
        "names": _list_labels(graph, iri),
        "stated": stated,
        "summary": describe_progress(graph, iri),
        "title": compose_title(graph, iri, stated),
        "uses": 0 if found[0].number else count_uses(graph, iri),
    }
    most = MAX_VALUES_ON_PAGE if to.has_pages else sys.maxsize
    longest = max((len(terms) for _, terms in properties), default=0)
    total = max(len(found), -(-longest // most)) if to.has_pages else 1
    nothing = replace(found[-1], groups=(), shown=0)
    for paging in list_pagings(lambda number: to.page(iri, number), total):
        first = most * (paging.number - 1)
        yield render_page(
            "entity.html",
            PageContext(graph, to),
            **values,
            facts=found[paging.number - 1] if paging.number <= len(found) else nothing,
            paging=paging,
            properties=[
                PropertyValues(name, terms[first : first + most], len(terms))
                for name, terms in properties
                if len(terms) > first
            ],
        )


def compose_title(graph: Graph, iri: str, stated: entity_facts.EvidencedFact | None = None) -> str:
    """Return the title of a page: an assertion as a sentence, a named graph by its source."""
    if stated:
        subject, object_ = (graph.format_term(each) for each in (stated.subject, stated.object))
        return f"{subject} {graph.label(stated.relation)} {object_}"
    if iri.startswith(PREFIXES["graph"]) and not graph.labels(iri):
        source = graph.value(iri, expand("prov:wasDerivedFrom"))
        return f"What one source says: {graph.label(source)}" if source else compact(iri)
    return graph.label(iri)


def _list_labels(graph: Graph, iri: str) -> list[LocalizedLabel]:
    """Return the labels of an entity in all languages, English first."""
    labels = graph.labels(iri).items()
    ordered = sorted(labels, key=lambda pair: (pair[0] != "en", pair[0]))
    return [LocalizedLabel(shorten(label, MAX_LABEL), language) for language, label in ordered]


def _list_properties(
    graph: Graph, iri: str, found: entity_facts.EntityFacts, *, is_record: bool
) -> list[tuple[str, list[OptionalTerm]]]:
    """Return the other properties of an entity: heading and values."""
    node = NamedNode(iri)
    left = {compact(group.relation) for group in found.contents} | _SHOWN_ELSEWHERE
    there = _group_by_predicate(graph.quads(node), left)
    if is_record:
        there = {
            name: each for name, each in there.items() if not name.startswith(_RECORD_PROPERTIES)
        }
    for name, called in _INVERSE_HEADINGS.items():
        back = graph.quads(None, NamedNode(expand(name)), node)
        if things := {quad.subject for quad in back if _is_no_assertion(quad)} - {node}:
            there.setdefault(called, set()).update(things)
    return _merge_by_heading(there, graph)


def _is_no_assertion(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(
        PREFIXES["assertion"]
    )


def _group_by_predicate(quads: Iterable[Quad], left: set[str]) -> dict[str, set[OptionalTerm]]:
    found: dict[str, set[OptionalTerm]] = defaultdict(set)
    for quad in quads:
        name = compact(quad.predicate.value)
        is_shown = name not in left and quad.object != quad.subject
        if name in _MATCHES and getattr(quad.object, "value", "").startswith(BASE):
            is_shown = False  # a canonical theme stands for it, or it is a tag without a page
        if is_shown and getattr(quad.graph_name, "value", "") != INFERRED_GRAPH:
            found[name].add(quad.object)
    return found


def _merge_by_heading(
    found: Mapping[str, set[OptionalTerm]], graph: Graph
) -> list[tuple[str, list[OptionalTerm]]]:
    """Return values by the heading of their property, in the order of the headings."""
    order = [*_PROPERTY_HEADINGS, *_INVERSE_HEADINGS.values()]
    rows: dict[str, set[OptionalTerm]] = {}
    for name in sorted(found, key=lambda n: (order.index(n) if n in order else len(order), n)):
        rows.setdefault(
            _PROPERTY_HEADINGS.get(name) or _get_property_heading(name, graph), set()
        ).update(found[name])
    return [
        (label, sorted(terms, key=lambda each: _get_sort_key(each, graph)))
        for label, terms in rows.items()
    ]


def _get_property_heading(name: str, graph: Graph) -> str:
    """Return the heading of a property, given as a prefixed name."""
    label = graph.label(expand(name) if name.partition(":")[0] in PREFIXES else name)
    return label[:1].upper() + label[1:] if label != name else label


def _get_sort_key(term: OptionalTerm, graph: Graph) -> tuple[str, str]:
    shown = graph.format_term(term)
    return shown.casefold(), term.language or "" if isinstance(term, Literal) else ""
