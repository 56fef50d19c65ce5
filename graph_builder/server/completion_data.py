"""Completion data of the workbench: prefixes, classes, relations and entities."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import BASE, ONTOLOGY_GRAPH, PREFIXES, compact, expand
from graph_builder.server.sparql_task import Reply, build_text_reply
from graph_builder.store.graph import Graph

#: The most entities offered by name.
MAX_ENTITIES = 5_000

_ONTOLOGY = NamedNode(ONTOLOGY_GRAPH)
_DOMAINS = ("schema:domainIncludes", "rdfs:domain")
_RANGES = ("schema:rangeIncludes", "rdfs:range")
_USED_PROPERTIES = "SELECT DISTINCT ?used WHERE { ?thing ?used ?value } ORDER BY ?used"


def build_completion_data(graph: Graph, _: Mapping[str, Any], most: int) -> Reply:
    """Return the completion data as JSON, IRIs as prefixed names; raises HTTPError."""
    found = {
        "prefixes": PREFIXES,
        "classes": [
            _describe_class(iri, graph) for iri in _find_subjects("rdf:type", "owl:Class", graph)
        ],
        "relations": [_describe_relation(iri, graph) for iri in _find_relations(graph)],
        "things": list(_iter_entities(graph)),
    }
    return build_text_reply("application/json", json.dumps(found), most)


def _describe_class(iri: str, graph: Graph) -> dict[str, Any]:
    return {
        **_describe_term(iri, graph),
        "above": sorted(map(compact, _find_superclasses(iri, graph))),
    }


def _describe_relation(iri: str, graph: Graph) -> dict[str, Any]:
    ends = {"from": _DOMAINS, "to": _RANGES}
    joined = {
        end: sorted({compact(to) for name in names for to in _find_objects(iri, name, graph)})
        for end, names in ends.items()
    }
    return {**_describe_term(iri, graph), **joined}


def _describe_term(iri: str, graph: Graph) -> dict[str, str]:
    said = graph.value(iri, expand("skos:definition"))
    return {"name": compact(iri), "label": graph.label(iri), "note": said}


def _find_relations(graph: Graph) -> list[str]:
    """Return the properties that the ontology declares or the merged graph uses."""
    kinds = ("owl:ObjectProperty", "owl:DatatypeProperty", "rdf:Property", "aigg:Relation")
    declared = {iri for kind in kinds for iri in _find_subjects("rdf:type", kind, graph)}
    used = {row[0].value for row in graph.query(_USED_PROPERTIES)}  # type: ignore[union-attr]
    return sorted(declared | used)


def _iter_entities(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Yield label, prefixed name, class and aliases of our entities that have a label."""
    aliases = graph.label_index.list_aliases()
    shown = (expand("skos:prefLabel"), expand("dcterms:title"))
    iris = {
        iri
        for predicate in shown
        for iri in graph.values_by_subject(predicate)
        if iri.startswith(BASE)
    }
    labelled = sorted((graph.label(iri), iri) for iri in iris)
    for label, iri in labelled[:MAX_ENTITIES]:
        yield label, compact(iri), compact(graph.class_of(iri)), *aliases.get(iri, ())


def _find_superclasses(iri: str, graph: Graph) -> set[str]:
    """Return a class and all its superclasses."""
    found, new = {iri}, {iri}
    while (
        new := {up for each in new for up in _find_objects(each, "rdfs:subClassOf", graph)} - found
    ):
        found |= new
    return found


def _find_subjects(predicate: str, object_: str, graph: Graph) -> list[str]:
    quads = graph.store.quads_for_pattern(
        None, NamedNode(expand(predicate)), NamedNode(expand(object_)), _ONTOLOGY
    )
    return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})


def _find_objects(subject: str, predicate: str, graph: Graph) -> list[str]:
    quads = graph.store.quads_for_pattern(
        NamedNode(subject), NamedNode(expand(predicate)), None, _ONTOLOGY
    )
    return sorted({quad.object.value for quad in quads if isinstance(quad.object, NamedNode)})
