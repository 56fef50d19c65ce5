"""The facts of a relation with their evidence, and what a kind or a relation leaves unsaid."""

import csv
import io
from typing import Any

import pytest

from graph_builder.core.vocabulary import expand
from graph_builder.query.explanation import explain
from graph_builder.query.relation_names import resolve_relation
from graph_builder.store.graph import Graph
from tests.conftest import Run


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("name", "relation"),
    [
        ("endorsed", "aigg:endorsed"),
        ("ENDORSED", "aigg:endorsed"),
        ("endorsers", "aigg:endorsed"),
        ("hosted by", "aigg:hosted"),
        ("signatories", "aigg:signed"),
        ("declined to endorse", "aigg:declinedToEndorse"),
        ("declinedToEndorse", "aigg:declinedToEndorse"),
        ("declined-to-endorse", "aigg:declinedToEndorse"),
        ("start date", "schema:startDate"),
        ("startDate", "schema:startDate"),
        ("schema:startDate", "schema:startDate"),
        (expand("aigg:amount"), "aigg:amount"),
    ],
)
def test_a_relation_is_found_by_any_name(name: str, relation: str, graph: Graph) -> None:
    assert resolve_relation(graph, name) == expand(relation)


def test_each_label_and_id_of_a_relation_that_is_used_finds_it(graph: Graph) -> None:
    answer: Any = graph.query("SELECT DISTINCT ?r { ?a rdf:predicate ?r }")
    used = [row[0].value for row in answer]
    assert len(used) > 50
    assert [iri for iri in used if resolve_relation(graph, graph.label(iri)) != iri] == []
    names = {iri: iri.rpartition("/")[2].rpartition("#")[2] for iri in used}
    assert [iri for iri, name in names.items() if resolve_relation(graph, name) != iri] == []


def test_all_facts_of_a_relation_are_listed_with_their_evidence(graph: Graph, run: Run) -> None:
    rows = _rows(run("facts", "endorsed", "-F", "csv").stdout)
    answer: Any = graph.query(
        "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a rdf:predicate aigg:endorsed ; aigg:section ?s }"
    )
    assert len(rows) == int(next(iter(answer))[0].value)
    assert {row["relation"] for row in rows} == {expand("aigg:endorsed")}
    assert all(row["source"] and row["section"] and row["modality"] for row in rows)


@pytest.mark.slow
def test_facts_of_a_thing_on_a_day(run: Run) -> None:
    every = _rows(run("facts", "hosted", "-F", "csv").stdout)
    uk = _rows(run("facts", "hosted", "--of", "United Kingdom", "-F", "csv").stdout)
    assert [row for row in every if expand("actor:GBR") in (row["subject"], row["object"])] == uk
    then = run("facts", "hosted", "--of", "United Kingdom", "--at", "2024-06", "-F", "csv").stdout
    assert 0 < len(_rows(then)) < len(uk)
    assert {row["holds"] for row in _rows(then)} <= {"yes", "not known"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("facts", "hosst"), 2, "unknown relation 'hosst'; did you mean hosted"),
        (("facts", "Country"), 2, "unknown relation 'Country'"),
        (("facts", "hosted", "--of", "Nowhereland"), 2, "unknown thing 'Nowhereland'"),
        (("facts", "hosted", "--of", "actor:anssi"), 0, "there are rows for of = all"),
        (("find", "--kind", "person", "Bletchley Declaration"), 1, "of other kinds: Bletchley"),
        (("find", "--kind", "event", "India"), 0, "of another kind: India (actor:IND, country)"),
        (("find", "--kind", "event", "zzqqy"), 1, "nothing of kind event in the graph has the"),
    ],
)
def test_what_is_missing_is_said(words: tuple[str, ...], code: int, message: str, run: Run) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert message in result.stderr


def test_a_relation_to_dates_or_numbers_is_explained_by_its_facts(graph: Graph, run: Run) -> None:
    rows = explain(graph, "start date")
    assert {row["relation"] for row in rows} == {expand("schema:startDate")}
    assert run("explain", "start date").stdout.endswith(f"\n{len(rows)} facts\n")
    assert run("explain", "endorsed").stdout.endswith(
        " facts; aigg facts aigg:endorsed lists them\n"
    )
