"""Exports: each format comes back as the same graph, and plain Turtle keeps every source."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import ReadError, UnknownNameError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.option_values import MERGED_FORMATS
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.rdf12 import reify, unreify
from graph_builder.store.serialization import FORMATS, export, export_formats, write_turtle
from tests.conftest import Run, sample_file

RDFLIB = {"ttl": "turtle", "nt": "nt", "trig": "trig", "nq": "nquads", "jsonld": "json-ld"}


def _default(graph: Graph) -> set[Quad]:
    return set(graph.store.quads_for_pattern(None, None, None, DefaultGraph()))


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
def test_a_round_trip_gives_the_same_graph(extension: str, sample: Graph) -> None:
    text = export(sample.quads(), extension)
    back = set(unreify(parse(text.encode(), FORMATS[extension])))
    assert back == (_default(sample) if extension in MERGED_FORMATS else set(sample.quads()))
    assert export(back, extension) == text


@pytest.mark.slow
@pytest.mark.parametrize("extension", RDFLIB)
def test_rdflib_reads_the_same_graph(extension: str, sample: Graph, article: Graph) -> None:
    """Rdflib is slow: it reads the sample of the graph in one of the formats."""
    graph = sample if extension == "trig" else article
    text = export(graph.quads(), extension)
    expected = rdflib.Graph().parse(data=export(graph.quads(), "nt"), format="nt")
    if extension in MERGED_FORMATS:
        assert set(rdflib.Graph().parse(data=text, format=RDFLIB[extension])) == set(expected)
        return
    dataset = rdflib.Dataset().parse(data=text, format=RDFLIB[extension])
    assert set(dataset.default_graph) == set(expected)
    assert set(Graph.wrap(dataset).quads()) == set(graph.quads())


def test_quads_are_sorted_by_the_values_of_their_terms() -> None:
    """An IRI comes before those that begin with it, whatever they go on with."""
    iris = [NamedNode(f"urn:a{end}") for end in ("", "#", "-b", ".", "/c", "1", "z")]
    objects: list[Any] = [
        *iris,
        Literal("a <b> ."),
        Literal('"'),
        Literal("a b", language="en"),
        Literal(5),
    ]
    graphs: list[Any] = [DefaultGraph(), *iris]
    chance = random.Random(1)  # noqa: S311 -- not a secret
    quads = [
        Quad(
            chance.choice(iris), chance.choice(iris), chance.choice(objects), chance.choice(graphs)
        )
        for _ in range(500)
    ]

    def by_values(quad: Any) -> tuple[str, str, bool, str, str]:
        graph = getattr(quad.graph_name, "value", "")
        is_other = quad.predicate.value != v.expand("rdf:type")
        return graph, quad.subject.value, is_other, quad.predicate.value, str(quad.object)

    expected = sorted({*quads}, key=by_values)
    assert [*parse(export({*quads}, "nq").encode(), RdfFormat.N_QUADS)] == expected


@pytest.mark.parametrize(
    ("object_", "prefixes"),
    [
        ('"a"', {"xsd"}),
        ('"a actor:b <https://w3id.org/aigg/event/c>"', {"xsd"}),
        ('"a"@en', {"rdf"}),
        ('"a"@en-gb', {"rdf"}),
        ('"2025-02-10"^^xsd:date', {"xsd"}),
        ("event:a", {"event"}),
        ("aigg:Event", {"aigg"}),
        ("<https://example.org/a>", set()),
        ("[]", set()),
        ("<<( actor:a <urn:p> event:b )>>", {"actor", "event"}),
        ('<<( <urn:s> <urn:p> "a"@en )>>', {"rdf"}),
    ],
)
def test_the_prefixes_that_are_used_are_declared(object_: str, prefixes: set[str]) -> None:
    known = "".join(f"PREFIX {name}: <{space}> " for name, space in v.PREFIXES.items())
    text = export(parse(f"{known} <urn:s> <urn:p> {object_} .", RdfFormat.TURTLE), "ttl")
    assert {*re.findall(r"^@prefix (\w+):", text, re.MULTILINE)} == prefixes


def test_plain_turtle_keeps_the_source_of_every_fact(sample: Graph) -> None:
    store = Store()
    store.load(write_turtle(sample.quads()).encode(), RdfFormat.TURTLE)
    kept: Any = Graph(store).query("""
        SELECT ?s ?p ?o WHERE {
          ?a rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?source .
          ?source dcterms:title ?title ; aigg:publisherName ?publisher .
        }""")
    sourced = {tuple(row) for row in kept}
    schemes = sample.store.quads_for_pattern(None, None, None, NamedNode(v.SCHEMES_GRAPH))
    known = {tuple(quad.triple) for quad in schemes}
    relations = {relation.iri for relation in load_ontology().relations.values()}
    facts = {tuple(q.triple) for q in store if q.predicate.value in relations} - known
    assert facts
    assert facts - sourced == set()
    records: Any = Graph(store).query("SELECT ?a WHERE { ?a a aigg:Assertion }")
    merged: Any = sample.query("SELECT ?a WHERE { ?a a aigg:Assertion }")
    assert {row[0] for row in records} == {row[0] for row in merged} != set()


def test_turtle_is_sorted_by_subject_with_one_prefix_a_kind(sample: Graph) -> None:
    lines = write_turtle(sample.quads()).splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix ")]
    assert prefixes == sorted(prefixes) == lines[: len(prefixes)]
    subjects = [line.split(" ")[0] for line in lines if line and line[0] not in "\t@"]
    iris = [s.strip("<>") if s.startswith("<") else v.expand(s) for s in subjects]
    assert iris == sorted(iris)
    assert {"actor:IND", "event:ai-action-summit-2025", "theme:ai"} <= set(subjects)


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
def test_the_command_writes_what_the_library_gives(
    extension: str, article: Graph, run: Run, tmp_path: Path
) -> None:
    """The sample of the graph is written in one of the formats, the article's in the others."""
    own, target = tmp_path / "article.nq", tmp_path / f"graph.{extension}"
    own.write_text(export(article.quads(), "nq"), encoding="utf-8")
    store = ("-s", sample_file() if extension == "trig" else own)
    assert run("export", *store, "-o", target).exit_code == 0
    expected = export(open_graph(store[1]).quads(), extension)
    assert target.read_text(encoding="utf-8") == expected
    assert export(open_graph(target).quads(), extension) == expected
    answer = run("query", "organisers", "-s", target, "-F", "csv")
    assert answer.stdout.count("\n") > 2
    assert answer.stdout == run("query", "organisers", *store, "-F", "csv").stdout


def test_several_formats_are_written_as_each_alone(sample: Graph) -> None:
    triples = [Quad(quad.subject, quad.predicate, quad.object) for quad in sample.quads()]
    written = export_formats(triples, "ttl", "jsonld", "nt")
    assert written == [export(triples, extension) for extension in ("ttl", "jsonld", "nt")]


@pytest.mark.parametrize("prefix", v.PREFIXES)
def test_a_name_is_shortened_by_its_namespace(prefix: str) -> None:
    space = v.PREFIXES[prefix]
    assert v.compact(f"{space}a/b#c\nd") == f"{prefix}:a/b#c\nd"
    assert v.compact(space) == space
    assert v.compact(space[:-1]) == space[:-1]
    assert v.compact(f"x{space}a") == f"x{space}a"


def test_an_unknown_format_gets_the_nearest(sample: Graph, run: Run, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        export(sample.quads(), "trg")
    result = run("export", "-o", tmp_path / "graph.turtle")
    assert result.exit_code == 2
    assert "unknown format 'turtle'" in result.stderr
    assert list(tmp_path.iterdir()) == []


REIFIES = NamedNode(f"{v.PREFIXES['rdf']}reifies")
STATEMENT = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<x:a> rdf:subject <x:s> ; rdf:predicate <x:p> ; rdf:object "o" ; <x:q> 1 .
"""


@pytest.mark.slow
def test_in_turtle_of_rdf_1_2_each_assertion_is_a_reifier(sample: Graph, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl12"
    path.write_text(export(sample.quads(), "ttl12"), encoding="utf-8")
    triples = {
        (q.subject, q.object)
        for q in parse(path=path, format=RdfFormat.TURTLE)
        if q.predicate == REIFIES
    }
    subject = NamedNode(f"{v.PREFIXES['rdf']}subject")
    assertions = {q.subject for q in _default(sample) if q.predicate == subject}
    assert {reifier for reifier, _ in triples} == assertions
    assert len(triples) == len(assertions)
    assert export(open_graph(path).quads(), "ttl") == export(sample.quads(), "ttl")


@pytest.mark.parametrize(
    ("more", "reifiers"),
    [
        ("", 1),
        ("<x:b> rdf:subject <x:s> .", 1),
        ("<x:a> rdf:object 2 .", 0),
        ("<x:b> rdf:subject <x:s> ; rdf:predicate 1 ; rdf:object 2 .", 1),
        ("<x:b> rdf:subject 1 ; rdf:predicate <x:p> ; rdf:object 2 .", 1),
    ],
)
def test_a_statement_that_is_not_whole_stays_as_it_is(more: str, reifiers: int) -> None:
    quads = set(parse(STATEMENT + more, RdfFormat.TURTLE))
    reified = reify(quads)
    assert [quad.predicate for quad in reified].count(REIFIES) == reifiers
    assert set(unreify(reified)) == quads


@pytest.mark.parametrize(
    "text",
    [
        "<x:a> rdf:reifies <<( <x:s> <x:p> 1 )>> , <<( <x:s> <x:p> 2 )>> .",
        "<x:a> <x:b> <<( <x:s> <x:p> 1 )>> .",
    ],
)
def test_other_triple_terms_are_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "terms.ttl"
    path.write_text(f"@prefix rdf: <{v.PREFIXES['rdf']}> .\n{text}", encoding="utf-8")
    with pytest.raises(
        ReadError, match=r"terms\.ttl: a triple term is read only after rdf:reifies"
    ):
        open_graph(path)
