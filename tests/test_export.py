"""Exports: each format comes back as the same graph, and plain Turtle keeps every source."""

from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph_builder import vocabulary as v
from graph_builder.errors import UnknownNameError
from graph_builder.formats import MERGED
from graph_builder.opening import open_graph
from graph_builder.store import Graph
from graph_builder.terms import load
from graph_builder.turtle import FORMATS, export, write_turtle
from tests.conftest import Run

RDFLIB = {"ttl": "turtle", "nt": "nt", "trig": "trig", "nq": "nquads", "jsonld": "json-ld"}


def _default(graph: Graph) -> set[Quad]:
    return set(graph.store.quads_for_pattern(None, None, None, DefaultGraph()))


@pytest.mark.parametrize("extension", FORMATS)
def test_a_round_trip_gives_the_same_graph(extension: str, graph: Graph) -> None:
    text = export(graph.quads(), extension)
    back = set(parse(text.encode(), FORMATS[extension]))
    assert back == (_default(graph) if extension in MERGED else set(graph.quads()))
    assert export(back, extension) == text


@pytest.mark.slow
@pytest.mark.parametrize("extension", FORMATS)
def test_rdflib_reads_the_same_graph(extension: str, graph: Graph) -> None:
    text = export(graph.quads(), extension)
    expected = rdflib.Graph().parse(data=export(graph.quads(), "nt"), format="nt")
    if extension in MERGED:
        assert set(rdflib.Graph().parse(data=text, format=RDFLIB[extension])) == set(expected)
        return
    dataset = rdflib.Dataset().parse(data=text, format=RDFLIB[extension])
    assert set(dataset.default_graph) == set(expected)
    assert set(Graph.of(dataset).quads()) == set(graph.quads())


def test_plain_turtle_keeps_the_source_of_every_fact(graph: Graph) -> None:
    store = Store()
    store.load(write_turtle(graph.quads()).encode(), RdfFormat.TURTLE)
    kept: Any = Graph(store).query("""
        SELECT ?s ?p ?o WHERE {
          ?a rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?source .
          ?source dcterms:title ?title ; aigg:publisherName ?publisher .
        }""")
    sourced = {tuple(row) for row in kept}
    schemes = graph.store.quads_for_pattern(None, None, None, NamedNode(v.SCHEMES_GRAPH))
    known = {tuple(quad.triple) for quad in schemes}
    relations = {relation.iri for relation in load().relations.values()}
    facts = {tuple(q.triple) for q in store if q.predicate.value in relations} - known
    assert facts
    assert facts - sourced == set()
    records: Any = Graph(store).query("SELECT ?a WHERE { ?a a aigg:Assertion }")
    merged: Any = graph.query("SELECT ?a WHERE { ?a a aigg:Assertion }")
    assert {row[0] for row in records} == {row[0] for row in merged} != set()


def test_turtle_is_sorted_by_subject_with_one_prefix_a_kind(graph: Graph) -> None:
    lines = write_turtle(graph.quads()).splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix ")]
    assert prefixes == sorted(prefixes) == lines[: len(prefixes)]
    subjects = [line.split(" ")[0] for line in lines if line and line[0] not in "\t@"]
    iris = [s.strip("<>") if s.startswith("<") else v.expand(s) for s in subjects]
    assert iris == sorted(iris)
    assert {"actor:IND", "event:ai-action-summit-2025", "theme:ai"} <= set(subjects)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_command_writes_what_the_library_gives(
    extension: str, graph: Graph, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / f"graph.{extension}"
    assert run("export", "-o", target).exit_code == 0
    assert target.read_text(encoding="utf-8") == export(graph.quads(), extension)
    back = open_graph(target)
    assert export(back.quads(), extension) == export(graph.quads(), extension)
    answer = run("query", "organisers", "-s", target, "-F", "csv")
    assert answer.stdout == run("query", "organisers", "-F", "csv").stdout


def test_an_unknown_format_gets_the_nearest(graph: Graph, run: Run, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        export(graph.quads(), "trg")
    result = run("export", "-o", tmp_path / "graph.turtle")
    assert result.exit_code == 2
    assert "unknown format 'turtle'" in result.stderr
    assert list(tmp_path.iterdir()) == []
