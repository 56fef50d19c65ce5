"""One small fact file, and every quad that it stands for."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TypeVar

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest.fact_file_reader import FactBase
from graph_builder.ingest.fact_files import read_facts
from graph_builder.ingest.model import Entity, Fact
from graph_builder.ingest.quad_builder import compile_facts
from graph_builder.ingest.quad_groups import format_nquads
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.store.graph import Graph
from graph_builder.store.loading import load_nquads

R = TypeVar("R", Entity, Fact)

MERGE = DefaultGraph()
DIGEST = "0" * 64
FACTS = f"""\
source:
  {{id: full, title: Titre, title-language: fr, publisher: P, rests-on: bare,
   address: "https://example.org/a", date: "2025-02-11", kind: law text, language: en,
   licence: open, verification: official-copy, note: read twice,
   text: {{length: 90, sha256: "{DIGEST}"}}}}
entities:
  - {{id: "event:talk", class: Event, label: {{en: Talk, fr: Débat}}}}
  - {{id: "event:guess", class: Event, label: {{en: Guess}}}}
  - {{id: "event:unused", class: Event, label: {{en: Unused}}}}
facts:
  - {{subject: "actor:IND", relation: hosted, object: "event:talk", section: lead,
     anchor: hosted it, start: 5, end: 14, modality: reported, from: "2025-02", to: "2025-03-01",
     verification: press, reason: because, note: aside}}
  - {{subject: "actor:FRA", relation: attended, object: "event:talk", section: b,
     modality: intended, as-of: "2025"}}
  - {{subject: "actor:IND", relation: attended, object: "event:guess", section: c,
     modality: reported, basis: inferred, reason: it seems}}
  - {{subject: "event:talk", relation: name, object: The talk, section: d, modality: reported}}
  - {{subject: "event:talk", relation: name, object: Le débat, section: d, modality: reported,
     language: fr}}
  - {{subject: "event:talk", relation: startDate, object: "2025-02-10", section: e,
     modality: reported}}
"""
BARE = """\
source: {id: bare, title: T, publisher: Q, address: unknown, date: undated, kind: k, language: hi,
  licence: l, verification: press}
"""
#: What is said of the fuller source, and of the bare one: predicate and object.
FULL_RECORD = f"""
  a aigg:Source ; dcterms:title "Titre"@fr ; aigg:publisherName "P" ; dcterms:source source:bare ;
  aigg:origin "Q" ; schema:url <https://example.org/a> ; dcterms:issued "2025-02-11"^^xsd:date ;
  aigg:sourceKind "law text" ; dcterms:language "en" ; dcterms:rights "open"@en ;
  aigg:verification verification:official-copy ; skos:note "read twice"@en ;
  aigg:textLength 90 ; aigg:textDigest "{DIGEST}" .
"""
BARE_RECORD = """
  a aigg:Source ; dcterms:title "T"@hi ; aigg:publisherName "Q" ; aigg:origin "Q" ;
  aigg:sourceKind "k" ; dcterms:language "hi" ; dcterms:rights "l"@en ;
  aigg:verification verification:press .
"""
HOSTED = """
  rdf:subject actor:IND ; rdf:predicate aigg:hosted ; rdf:object event:talk ;
  prov:wasDerivedFrom source:full ; aigg:section "lead" ; aigg:anchor "hosted it" ;
  oa:start 5 ; oa:end 14 ; aigg:validFrom "2025-02"^^xsd:gYearMonth ;
  aigg:validTo "2025-03-01"^^xsd:date ;
  a aigg:Assertion , aigg:Affirmation ; prov:wasQuotedFrom source:full ;
  aigg:modality modality:reported ; aigg:basis basis:stated ;
  aigg:verification verification:press ; aigg:reason "because"@en ; skos:note "aside"@en .
"""
PLANNED = """
  rdf:subject actor:FRA ; rdf:predicate aigg:attended ; rdf:object event:talk ;
  prov:wasDerivedFrom source:full ; aigg:section "b" ; aigg:asOf "2025"^^xsd:gYear ;
  a aigg:Assertion ;
  aigg:modality modality:intended ; aigg:basis basis:stated ;
  aigg:verification verification:official-copy .
"""
INFERRED = """
  rdf:subject actor:IND ; rdf:predicate aigg:attended ; rdf:object event:guess ;
  prov:wasDerivedFrom source:full ; aigg:section "c" ;
  a aigg:Assertion ;
  aigg:modality modality:reported ; aigg:basis basis:inferred ;
  aigg:verification verification:official-copy ; aigg:reason "it seems"@en .
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of the two sources, with nothing of the shipped facts."""
    return _build(tmp_path_factory.mktemp("facts"), FACTS, BARE)


def _build(folder: Path, *files: str) -> Graph:
    for number, text in enumerate(files):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    groups = compile_facts(read_facts(folder), load_ontology(), _ontology())
    return load_nquads(format_nquads(groups))


def _ontology() -> Path:
    return find_data_folder("ontology")


def _node(name: str) -> NamedNode:
    return NamedNode(v.expand(name))


def _read(subject: str, record: str) -> set[Quad]:
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in v.PREFIXES.items())
    return {Quad(*q.triple) for q in parse(prefixes + subject + record, format=RdfFormat.TURTLE)}


def _said(graph: Graph, name: NamedNode | DefaultGraph, subject: NamedNode) -> set[Quad]:
    found = graph.store.quads_for_pattern(subject, None, None, name)
    return {Quad(*quad.triple) for quad in found}


def _where(graph: Graph, subject: str, predicate: str, value: str) -> set[str]:
    """Return the graphs in which a triple of prefixed names stands, "" for the merge."""
    triple = _node(subject), _node(predicate), _node(value)
    found = graph.store.quads_for_pattern(*triple, None)
    return {getattr(quad.graph_name, "value", "") for quad in found}


def _find_assertion(graph: Graph, section: str) -> NamedNode:
    found = graph.store.quads_for_pattern(None, _node("aigg:section"), Literal(section), None)
    (assertion,) = {quad.subject for quad in found}
    assert isinstance(assertion, NamedNode)
    return assertion


@pytest.mark.parametrize(("source", "record"), [("full", FULL_RECORD), ("bare", BARE_RECORD)])
def test_a_source_is_described_alike_in_its_own_graph_and_in_the_merge(
    source: str, record: str, built: Graph
) -> None:
    expected = _read(f"source:{source}", record)
    for name in (_node(f"graph:{source}"), MERGE):
        assert _said(built, name, _node(f"source:{source}")) == expected


@pytest.mark.parametrize("source", ["full", "bare"])
def test_a_graph_says_in_itself_and_in_the_merge_which_source_it_is_of(
    source: str, built: Graph
) -> None:
    own = f"graph:{source}"
    where = _where(built, own, "prov:wasDerivedFrom", f"source:{source}")
    assert where == {v.expand(own), ""}


@pytest.mark.parametrize(("section", "record"), [("lead", HOSTED), ("b", PLANNED)])
def test_a_fact_has_its_whole_record_in_its_source_and_in_the_merge(
    section: str, record: str, built: Graph
) -> None:
    assertion = _find_assertion(built, section)
    expected = _read(str(assertion), record)
    for name in (_node("graph:full"), MERGE):
        assert _said(built, name, assertion) == expected
    assert not _said(built, NamedNode(v.INFERRED_GRAPH), assertion)


def test_what_is_inferred_stands_among_the_inferred_facts_and_nowhere_else(built: Graph) -> None:
    assertion = _find_assertion(built, "c")
    expected = _read(str(assertion), INFERRED)
    assert _said(built, NamedNode(v.INFERRED_GRAPH), assertion) == expected
    assert {q.graph_name for q in built.quads(assertion)} == {NamedNode(v.INFERRED_GRAPH)}
    assert _where(built, "actor:IND", "aigg:attended", "event:guess") == {v.INFERRED_GRAPH}


def test_only_an_affirmed_fact_stands_as_a_plain_triple(built: Graph) -> None:
    held = _where(built, "actor:IND", "aigg:hosted", "event:talk")
    assert held == {v.expand("graph:full"), ""}
    assert _where(built, "actor:FRA", "aigg:attended", "event:talk") == set()


def test_an_object_that_is_words_has_its_language_and_one_that_is_a_date_its_datatype(
    built: Graph,
) -> None:
    named = built.store.quads_for_pattern(_node("event:talk"), _node("aigg:name"), None, MERGE)
    assert {quad.object for quad in named} == {
        Literal("The talk", language="en"),
        Literal("Le débat", language="fr"),
    }
    begun = built.store.quads_for_pattern(_node("event:talk"), _node("schema:startDate"), None)
    day = Literal("2025-02-10", datatype=_node("xsd:date"))
    assert {quad.object for quad in begun} == {day}


def test_an_assertion_is_named_by_statement_source_passage_and_period_in_this_order(
    built: Graph,
) -> None:
    pairs = (
        ("rdf:subject", _node("actor:FRA")),
        ("rdf:predicate", _node("aigg:attended")),
        ("rdf:object", _node("event:talk")),
        ("prov:wasDerivedFrom", _node("source:full")),
        ("aigg:section", Literal("b")),
        ("aigg:asOf", Literal("2025", datatype=_node("xsd:gYear"))),
    )
    lines = "".join(f"{_node(name)} {term}\n" for name, term in pairs)
    name = hashlib.sha256(lines.encode()).hexdigest()
    assert _find_assertion(built, "b") == _node(f"assertion:{name}")


def test_the_registry_has_the_entries_of_what_facts_name_and_the_merge_those_it_needs(
    built: Graph,
) -> None:
    registry = NamedNode(v.REGISTRY_GRAPH)
    entry = """ a aigg:Event ; skos:prefLabel "Talk"@en , "Débat"@fr ;
      rdfs:isDefinedBy graph:registry ."""
    for name in (registry, MERGE):
        own = {q for q in _said(built, name, _node("event:talk")) if _is_of_registry(q)}
        assert own == _read("event:talk", entry)
    assert _said(built, registry, _node("event:guess")) == _read(
        "event:guess",
        ' a aigg:Event ; skos:prefLabel "Guess"@en ; rdfs:isDefinedBy graph:registry .',
    )
    assert not _said(built, MERGE, _node("event:guess"))
    assert not [*built.quads(_node("event:unused"))]


def _is_of_registry(quad: Quad) -> bool:
    kinds = ("rdf:type", "skos:prefLabel", "rdfs:isDefinedBy")
    return quad.predicate.value in map(v.expand, kinds)


def test_a_country_that_a_fact_names_is_registered_with_its_codes_and_no_other_is(
    built: Graph,
) -> None:
    for name in (NamedNode(v.REGISTRY_GRAPH), MERGE):
        told = _said(built, name, _node("actor:FRA"))
        assert told >= _read(
            "actor:FRA",
            """ a aigg:Country ; skos:prefLabel "France"@en , "France"@fr ; aigg:alpha2 "FR" ;
            aigg:alpha3 "FRA" ; rdfs:isDefinedBy graph:registry .""",
        )
    assert not [*built.quads(_node("actor:DEU"))]


def _of_files(pattern: str) -> Iterable[Quad]:
    for path in sorted(_ontology().glob(pattern)):
        yield from parse(path=path, format=RdfFormat.TURTLE)


@pytest.mark.parametrize(
    ("files", "name", "is_merged"),
    [
        ("terms/*.ttl", v.ONTOLOGY_GRAPH, False),
        ("schemes/*.ttl", v.SCHEMES_GRAPH, True),
        ("alignments.ttl", v.ALIGNMENTS_GRAPH, False),
        ("graphs.ttl", v.REGISTRY_GRAPH, True),
    ],
)
def test_the_files_of_the_ontology_stand_in_their_graphs_and_some_in_the_merge(
    files: str, name: str, built: Graph, *, is_merged: bool
) -> None:
    triples = [quad.triple for quad in _of_files(files) if isinstance(quad.subject, NamedNode)]
    assert triples
    assert {Quad(s, p, o, NamedNode(name)) in built.store for s, p, o in triples} == {True}
    if name == v.ONTOLOGY_GRAPH:
        triples = [triple for triple in triples if not _is_class_axiom(*triple)]
    assert {Quad(*triple) in built.store for triple in triples} == {is_merged}


def _is_class_axiom(subject: object, predicate: NamedNode, value: object) -> bool:
    if predicate == NamedNode(v.expand("rdf:type")):
        return value == NamedNode(v.expand("aigg:Relation"))
    is_ours = str(subject).startswith(f"<{v.NS}")
    return is_ours and predicate == NamedNode(v.expand("rdfs:subClassOf"))


def test_the_class_axioms_of_the_ontology_are_in_the_merge(built: Graph) -> None:
    axioms = [quad.triple for quad in _of_files("terms/*.ttl") if _is_class_axiom(*quad.triple)]
    assert len(axioms) > 100
    assert {Quad(*triple) in built.store for triple in axioms} == {True}


JUDGED = """\
source: {id: judge, title: J, publisher: R, address: unknown, date: undated, kind: k, language: en,
  licence: l, verification: press}
entities:
  - {id: "event:talk", class: Event, label: {en: Talk}}
  - {id: "theme:tides", class: PolicyTheme, label: {en: Tides}, definition: What the sea does,
     broader: "theme:accountability"}
  - {id: "theme:waves", class: PolicyTheme, label: {en: Waves}, definition: What the wind does,
     close-match: "theme:ai-safety"}
facts:
  - {subject: "event:talk", relation: startDate, object: "2025-02-10", section: a,
     modality: reported}
  - {subject: "event:talk", relation: startDate, object: "2025-02-10", section: c,
     modality: evaluative, rank: preferred, reason: it is so}
  - {subject: "event:talk", relation: hasTheme, object: "theme:tides", section: d,
     modality: reported}
  - {subject: "event:talk", relation: hasTheme, object: "theme:waves", section: e,
     modality: reported}
  - {subject: "actor:CSK", relation: attended, object: "event:talk", section: f,
     modality: reported, basis: inferred, reason: it seems}
"""
OTHER = """\
source: {id: other, title: O, publisher: S, address: unknown, date: undated, kind: k, language: en,
  licence: l, verification: press}
facts:
  - {subject: "event:talk", relation: startDate, object: "2025-02-11", section: b,
     modality: reported}
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of two sources with a judgement, two themes and a country of the past."""
    return _build(tmp_path_factory.mktemp("judged"), OTHER, JUDGED)


def test_what_a_judgement_ranks_is_said_in_the_merge_alone(judged: Graph) -> None:
    judgement = _find_assertion(judged, "c")
    for section, rank in (("a", "rank:preferred"), ("b", "rank:normal")):
        ranked = judged.quads(_find_assertion(judged, section), _node("aigg:statementRank"))
        assert {(quad.object, quad.graph_name) for quad in ranked} == {(_node(rank), MERGE)}
        by = judged.quads(_find_assertion(judged, section), _node("aigg:rankedBy"))
        assert {(quad.object, quad.graph_name) for quad in by} == {(judgement, MERGE)}


def test_a_fact_that_is_set_aside_is_no_triple_of_the_merge(judged: Graph) -> None:
    begun = judged.quads(_node("event:talk"), _node("schema:startDate"))
    parts = ((quad.object, quad.graph_name) for quad in begun)
    found = {tuple(getattr(part, "value", "") for part in pair) for pair in parts}
    assert found == {
        ("2025-02-10", v.expand("graph:judge")),
        ("2025-02-10", ""),
        ("2025-02-11", v.expand("graph:other")),
        ("2025-02-11", v.SET_ASIDE_GRAPH),
    }


@pytest.mark.parametrize(
    ("theme", "record", "canonical"),
    [
        (
            "tides",
            'skos:definition "What the sea does"@en ; skos:broader theme:accountability',
            "theme:accountability",
        ),
        (
            "waves",
            'skos:definition "What the wind does"@en ; skos:closeMatch theme:ai-safety',
            "theme:ai-safety",
        ),
    ],
)
def test_a_theme_of_a_source_is_a_concept_and_leads_to_a_canonical_one(
    theme: str, record: str, canonical: str, judged: Graph
) -> None:
    name = _node(f"theme:{theme}")
    entry = f""" a aigg:PolicyTheme , skos:Concept ; skos:prefLabel "{theme.title()}"@en ;
      skos:inScheme <{v.BASE}theme> ; rdfs:isDefinedBy graph:registry ; {record} ."""
    assert _said(judged, NamedNode(v.REGISTRY_GRAPH), name) == _read(str(name), entry)
    where = _where(judged, f"theme:{theme}", "aigg:canonicalTheme", canonical)
    assert where == {v.THEME_MAPPING_GRAPH, ""}


def test_a_country_has_no_code_that_it_does_not_have(judged: Graph) -> None:
    told = judged.quads(_node("actor:CSK"), None, None, NamedNode(v.REGISTRY_GRAPH))
    predicates = {quad.predicate.value for quad in told}
    assert v.expand("aigg:alpha3") in predicates
    assert v.expand("schema:dissolutionDate") in predicates
    assert v.expand("aigg:alpha2") not in predicates


@pytest.mark.slow
def test_compiling_grows_with_the_things_that_facts_are_about(tmp_path: Path) -> None:
    """Eight times the things take about eight times as long; each with each, over thirty times."""
    (tmp_path / "full.yaml").write_text(FACTS.replace("rests-on: bare,", ""), encoding="utf-8")
    base = read_facts(tmp_path)
    document = base.documents["full"]
    (talk, *_), (hosted, *_) = base.entities, document.facts

    def measure(things: int) -> float:
        names = [f"event:talk-{number}" for number in range(things)]
        entities = tuple(_change(talk, id=name) for name in names)
        facts = [_change(hosted, object=name) for name in names]
        made = FactBase(entities, {"full": replace(document, facts=facts)})
        begin = process_time()
        assert sum(1 for _ in compile_facts(made, load_ontology(), _ontology())) > 3 * things
        return process_time() - begin

    small = min(measure(2_000) for _ in range(3))
    assert measure(16_000) < 16 * small


def _change(located: LocatedRecord[R], **values: str) -> LocatedRecord[R]:
    return replace(located, record=located.record.model_copy(update=values))
