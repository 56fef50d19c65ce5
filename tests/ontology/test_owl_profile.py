"""The vocabulary is OWL 2 DL, free of contradictions, and each class can have members.

The structural rules are those of sections 3, 5 and 11 of OWL 2 Structural Specification and
Functional-Style Syntax (W3C, 2012) that a vocabulary without blank nodes can break.
"""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, URIRef

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import BASE, NS
from graph_builder.store.graph import Graph as AiggGraph

RESERVED = tuple(map(str, (RDF, RDFS, OWL, XSD)))
KINDS_OF_PROPERTY = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
BUILT_IN_ANNOTATIONS = {
    *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy),
    *(OWL.deprecated, OWL.versionInfo, OWL.priorVersion),
}
DATATYPE_MAP = {
    *(RDF.langString, XSD.string, XSD.boolean, XSD.decimal, XSD.integer, XSD.double),
    *(XSD.dateTime, XSD.anyURI),
}
BUILT_IN_CLASSES = {
    *(OWL.Class, OWL.Ontology, OWL.TransitiveProperty),
    *KINDS_OF_PROPERTY,
}


@cache
def vocabulary() -> Graph:
    """Return terms and schemes as one graph."""
    graph = Graph()
    for pattern in ("terms/*.ttl", "schemes/*.ttl"):
        for path in sorted(find_data_folder("ontology").glob(pattern)):
            graph.parse(path)
    return graph


def find_violations(graph: Graph) -> list[str]:
    """Return what OWL 2 DL does not allow in a graph, sorted."""
    found = {message for s, p, o in graph for message in _check_triple(graph, _iri(s), _iri(p), o)}
    for term in set(graph.subjects()):
        kinds = KINDS_OF_PROPERTY & set(graph.objects(term, RDF.type))
        if len(kinds) > 1:
            found.add(f"{term} is more than one kind of property")
    return sorted(found)


def _iri(term: Any) -> URIRef:
    return term if isinstance(term, URIRef) else URIRef("")


def _check_triple(graph: Graph, subject: URIRef, predicate: URIRef, value: Any) -> list[str]:
    if not subject or isinstance(value, BNode):
        return ["there is a blank node"]
    if predicate in AXIOMS:
        return AXIOMS[predicate](graph, subject, value)
    kind = _find_kind(graph, predicate)
    if kind is None:
        return [f"{predicate} is not declared as a property"]
    if isinstance(value, URIRef):
        return [f"{predicate} leads to a thing"] if kind == OWL.DatatypeProperty else []
    if kind == OWL.ObjectProperty:
        return [f"{predicate} leads to a literal"]
    return _check_datatype(value.datatype or RDF.langString)


def _find_kind(graph: Graph, property_: URIRef) -> Any:
    if property_ in BUILT_IN_ANNOTATIONS:
        return OWL.AnnotationProperty
    kinds = KINDS_OF_PROPERTY & set(graph.objects(property_, RDF.type))
    return min(kinds, default=None)


def _check_type(graph: Graph, _: URIRef, class_: Any) -> list[str]:
    return [] if class_ in BUILT_IN_CLASSES else _check_class(graph, class_)


def _check_two_classes(graph: Graph, one: URIRef, other: Any) -> list[str]:
    return _check_class(graph, one) + _check_class(graph, other)


def _check_domain(graph: Graph, _: URIRef, class_: Any) -> list[str]:
    return _check_class(graph, class_)


def _check_range(graph: Graph, property_: URIRef, value: Any) -> list[str]:
    is_datatype = _find_kind(graph, property_) == OWL.DatatypeProperty
    return _check_datatype(value) if is_datatype else _check_class(graph, value)


def _check_superproperty(graph: Graph, property_: URIRef, above: Any) -> list[str]:
    if _find_kind(graph, property_) == _find_kind(graph, above):
        return []
    return [f"{property_} and {above} are different kinds of properties"]


def _check_inverse(graph: Graph, property_: URIRef, other: Any) -> list[str]:
    if {_find_kind(graph, each) for each in (property_, other)} == {OWL.ObjectProperty}:
        return []
    return [f"{property_} or {other} has no inverse"]


def _check_datatype(datatype: Any) -> list[str]:
    return [] if datatype in DATATYPE_MAP else [f"{datatype} is not a datatype of OWL 2"]


def _check_class(graph: Graph, class_: Any) -> list[str]:
    if str(class_).startswith(RESERVED):
        return [f"{class_} is reserved"]
    if (class_, RDF.type, OWL.Class) not in graph:
        return [f"{class_} is not declared as a class"]
    return []


AXIOMS: dict[URIRef, Callable[[Graph, URIRef, Any], list[str]]] = {
    RDF.type: _check_type,
    RDFS.subClassOf: _check_two_classes,
    OWL.disjointWith: _check_two_classes,
    RDFS.subPropertyOf: _check_superproperty,
    RDFS.domain: _check_domain,
    RDFS.range: _check_range,
    OWL.inverseOf: _check_inverse,
    OWL.versionIRI: lambda *_: [],
}


def test_the_vocabulary_is_in_owl_2_dl() -> None:
    assert find_violations(vocabulary()) == []


@pytest.mark.parametrize(
    ("turtle", "violation"),
    [
        ("aigg:Relation rdfs:subClassOf rdf:Property .", f"{RDF.Property} is reserved"),
        ("aigg:Assertion rdfs:subClassOf rdf:Statement .", f"{RDF.Statement} is reserved"),
        (
            "aigg:name rdfs:subPropertyOf rdfs:label .",
            f"{NS}name and {RDFS.label} are different kinds of properties",
        ),
        ("aigg:Actor rdfs:subClassOf aigg:Agent .", f"{NS}Agent is not declared as a class"),
        ("aigg:signed aigg:since 'x' .", f"{NS}since is not declared as a property"),
        ("aigg:rank a owl:ObjectProperty .", f"{NS}rank is more than one kind of property"),
        ("aigg:rank rdfs:range xsd:gYear .", f"{XSD.gYear} is not a datatype of OWL 2"),
        ("aigg:x aigg:rank '2025'^^xsd:gYear .", f"{XSD.gYear} is not a datatype of OWL 2"),
        ("aigg:x aigg:rank aigg:y .", f"{NS}rank leads to a thing"),
        ("aigg:x aigg:modality 'y' .", f"{NS}modality leads to a literal"),
        ("aigg:rank owl:inverseOf aigg:basis .", f"{NS}rank or {NS}basis has no inverse"),
        ("aigg:basis rdfs:domain [] .", "there is a blank node"),
    ],
)
def test_a_construct_of_owl_full_is_found(turtle: str, violation: str) -> None:
    prefixes = f"@prefix aigg: <{NS}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> . "
    prefixes += f"@prefix owl: <{OWL}> . @prefix xsd: <{XSD}> . "
    graph = vocabulary() + Graph().parse(data=prefixes + turtle, format="turtle")
    assert find_violations(graph) == [violation]


@cache
def reason(extra: str = "") -> set[str] | None:
    """Return the classes that HermiT finds unsatisfiable; None if all contradicts itself."""
    if not shutil.which("java"):
        pytest.skip("java is not installed (Debian's default-jre-headless), so HermiT did not run")
    import tempfile

    import owlready2

    graph = vocabulary() + Graph().parse(data=extra, format="nt")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "vocabulary.nt")
        graph.serialize(file, format="nt", encoding="utf-8")
        world = owlready2.World()
        loaded = world.get_ontology(file.as_uri()).load()
        assert len(list(loaded.classes())) == len(set(graph.subjects(RDF.type, OWL.Class)))
        try:
            owlready2.sync_reasoner_hermit(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        return {class_.iri for class_ in world.inconsistent_classes()} - {str(OWL.Nothing)}


@pytest.mark.slow
def test_hermit_finds_it_consistent_and_no_class_unsatisfiable() -> None:
    assert reason() == set()


@pytest.mark.slow
def test_hermit_finds_a_class_that_nothing_can_be_in() -> None:
    both = f"<{NS}Both> <{RDFS.subClassOf}> <{NS}Person> , <{NS}Event> ; a <{OWL.Class}> ."
    prefixed = Graph().parse(data=both, format="turtle")
    assert reason(prefixed.serialize(format="nt")) == {f"{NS}Both"}


@pytest.mark.slow
def test_hermit_finds_a_thing_of_two_classes_that_exclude_each_other() -> None:
    thing = f"<urn:x> a <{NS}Country> , <{NS}Person> ."
    assert reason(Graph().parse(data=thing, format="turtle").serialize(format="nt")) is None


def test_no_foreign_term_is_given_a_label_or_note_of_ours() -> None:
    told = {
        subject
        for predicate in (RDFS.label, SKOS.prefLabel, SKOS.scopeNote, SKOS.definition)
        for subject in vocabulary().subjects(predicate, None)
    }
    assert {subject for subject in told if not str(subject).startswith(BASE)} == set()


def test_no_thing_of_the_shipped_graph_has_two_classes_that_exclude_each_other(
    graph: AiggGraph,
) -> None:
    rows: Any = graph.query(
        """SELECT ?thing ?one ?other {
  { SELECT DISTINCT ?one ?other ?first ?second {
    GRAPH graph:ontology {
      ?first owl:disjointWith ?second .
      ?one rdfs:subClassOf* ?first . ?other rdfs:subClassOf* ?second .
    }
  } }
  ?thing a ?one , ?other .
}"""
    )
    assert [str(row) for row in rows] == []
