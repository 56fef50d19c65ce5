"""The update that brings a graph of ontology 0.2 to 0.3: what it changes, and that it validates."""

from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store

from graph_builder.core.ontology import read_ontology_quads
from graph_builder.core.resources import find_data_folder
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from tests.conftest import Run

OLD = Path(__file__).parents[1] / "data" / "migrations" / "graph-0.2.ttl"
UPDATE = find_data_folder("ontology") / "migrations" / "0.2-to-0.3.ru"


def _migrate_with_oxigraph() -> Graph:
    store = Store()
    store.load(path=OLD, format=RdfFormat.TURTLE)
    store.update(UPDATE.read_text(encoding="utf-8"))
    return Graph(store)


def _migrate_with_rdflib() -> Graph:
    graph = rdflib.Graph().parse(OLD)
    graph.update(UPDATE.read_text(encoding="utf-8"))
    return Graph.wrap(graph)


def _rows(graph: Graph, text: str) -> list[tuple[str, ...]]:
    rows: Any = graph.query(text)
    return [tuple(getattr(term, "value", "") for term in row) for row in rows]


@pytest.fixture(scope="module")
def migrated() -> Graph:
    """Return the graph of 0.2 after the update."""
    return _migrate_with_oxigraph()


def test_both_engines_give_the_same(migrated: Graph) -> None:
    assert {quad.triple for quad in _migrate_with_rdflib().quads()} == {
        quad.triple for quad in migrated.quads()
    }


def test_members_are_read_from_the_member(migrated: Graph) -> None:
    asked = """SELECT ?s ?o { ?s aigg:memberOf ?o .
      ?record a aigg:Affirmation ; rdf:subject ?s ; rdf:predicate aigg:memberOf ; rdf:object ?o }"""
    base = "https://w3id.org/aigg/actor/"
    assert _rows(migrated, asked) == [(f"{base}FRA", f"{base}harbour-council")]
    assert not migrated.query("ASK { ?s org:hasMember ?o }")


def test_a_title_becomes_a_post_of_its_holder(migrated: Graph) -> None:
    asked = """SELECT ?person ?title { ?person aigg:holderOf ?post .
      ?post a aigg:Post ; skos:prefLabel ?title .
      ?record rdf:predicate aigg:holderOf ; rdf:object ?post ; rdf:subject ?person
    } ORDER BY ?person"""
    found = [(iri.rpartition("/")[2], title) for iri, title in _rows(migrated, asked)]
    assert found == [("ada-quay", "Minister"), ("bo-pier", "Minister")]
    assert len(_rows(migrated, "SELECT DISTINCT ?post { ?post a aigg:Post }")) == 2
    assert not migrated.query("ASK { ?s ?p aigg:holdsPost }")


def test_a_report_has_another_id_and_class(migrated: Graph) -> None:
    asked = "SELECT ?class { report:state-of-the-science-report a ?class }"
    assert _rows(migrated, asked) == [("https://w3id.org/aigg/ns#Report",)]
    assert not migrated.query("ASK { instrument:state-of-the-science-report ?p ?o }")
    assert migrated.query("ASK { ?record rdf:object report:state-of-the-science-report }")


def test_only_repeated_words_are_quotations(migrated: Graph) -> None:
    asked = "SELECT ?words { ?record prov:wasQuotedFrom ?source ; aigg:anchor ?words }"
    assert _rows(migrated, asked) == [("minister Ada Quay",)]
    assert len(_rows(migrated, "SELECT ?r { ?r prov:wasQuotedFrom ?source }")) == 1


def _violations(graph: Graph) -> list[str]:
    """Return what breaks rules in a graph, with the concept schemes that an export has."""
    schemes = read_ontology_quads(find_data_folder("ontology"), "schemes/*.ttl")
    found = validate([*graph.quads(), *schemes])
    return [str(each) for each in found if each.severity == "violation"]


def test_the_old_graph_breaks_rules_and_the_new_one_none(migrated: Graph) -> None:
    store = Store()
    store.load(path=OLD, format=RdfFormat.TURTLE)
    assert _violations(Graph(store))
    assert _violations(migrated) == []


def test_a_fact_file_of_the_old_version_is_told_what_to_write(run: Run) -> None:
    done = run("check", OLD.with_name("facts-0.2.yaml"))
    assert done.exit_code == 2
    lines = [line.partition(": ")[2] for line in done.stderr.splitlines()]
    found = [line for line in lines if line.startswith("'")]
    report = "state-of-the-science-report"
    assert f"unknown id 'instrument:{report}'; did you mean report:{report}?" in lines
    withdrawn = "'holdsPost' was withdrawn; write 'holderOf', whose object is a Post"
    assert found == [
        "'hasMember' is not used in facts; write 'memberOf' and swap subject and object",
        *[f"{withdrawn} to declare under entities"] * 2,
    ]
