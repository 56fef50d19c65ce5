"""The article's facts: all of them, as strong as the article says them, and nothing more."""

import csv

import pytest

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import load_ontology
from graph_builder.query.explanation import explain
from graph_builder.query.named_questions import ask, list_text_rows
from graph_builder.store.graph import Graph
from tests.conftest import DATA

TABLE = DATA / "roundtable-rows.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
ROUNDTABLE = "event:india-france-ai-policy-roundtable-2"
RECORDS = """
SELECT ?subject ?predicate ?object ?start ?end ?modality ?basis WHERE {
  { ?a a aigg:Assertion } UNION { GRAPH graph:inferred { ?a a aigg:Assertion } }
  GRAPH ?g { ?a rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
     oa:start ?start ; oa:end ?end ; aigg:modality ?modality ; aigg:basis ?basis }
}
"""


def _records(graph: Graph) -> set[tuple[str, ...]]:
    names = {relation.iri: name for name, relation in load_ontology().relations.items()}
    found = list_text_rows(graph.query(RECORDS))  # type: ignore[arg-type]
    return {
        (
            v.compact(row["subject"]),
            names[row["predicate"]],
            v.compact(row["object"]),
            row["start"],
            row["end"],
            row["modality"].rpartition("/")[2],
        )
        for row in found
    }


def test_every_row_of_the_article_is_in_the_graph(article: Graph) -> None:
    wanted = {
        tuple(row[key] for key in ("subject", "relation", "object", "start", "end", "modality"))
        for row in ROWS
    }
    assert wanted - _records(article) == set()
    assert len({row["row"] for row in ROWS}) == 112


def test_nothing_else_is_stated(article: Graph) -> None:
    stated = list_text_rows(
        article.query("SELECT ?a WHERE { ?a a aigg:Assertion ; aigg:basis ?b }")  # type: ignore[arg-type]
    )
    apart = list_text_rows(
        article.query(  # type: ignore[arg-type]
            "SELECT ?a ?basis WHERE { GRAPH graph:inferred { ?a aigg:basis ?basis } }"
        )
    )
    assert len(stated) == len(ROWS)
    assert {r["basis"].rpartition("/")[2] for r in apart} == {"inferred", "background"}


def test_exactly_four_organisers_and_no_state_body_of_france(article: Graph) -> None:
    found = [(r["role"], v.compact(r["organiser"])) for r in ask(article, "organisers")]
    lead, co = v.NS + "leadOrganizer", v.NS + "coOrganizer"
    assert found == [
        (lead, "actor:government-of-india"),
        (co, "actor:indiaai-mission"),
        (co, "actor:indian-institute-of-science"),
        (co, "actor:sciences-po-paris"),
    ]


def test_government_of_india_and_india_are_two_nodes(article: Graph) -> None:
    assert article.class_of(v.expand("actor:government-of-india")) == v.NS + "GovernmentBody"
    assert article.class_of(v.expand("actor:IND")) == v.NS + "Country"


def test_there_is_no_commitment_but_four_takeaways_with_three_sectors(article: Graph) -> None:
    outcomes = ask(article, "commitments-and-takeaways")
    assert [r["class"] for r in outcomes] == [v.NS + "Takeaway"] * 4
    sectors = {v.compact(r["sector"]) for r in ask(article, "sectors")}
    assert sectors == {"sector:cybersecurity", "sector:education", "sector:healthcare"}


def test_bengaluru_organises_nothing(article: Graph) -> None:
    about = explain(article, "Bengaluru")
    assert {v.compact(r["relation"]) for r in about} == {"aigg:basedIn", "aigg:locatedIn"}


def test_five_emphasised_themes_are_tied_to_india_by_a_heading_only(article: Graph) -> None:
    emphasised = {
        r["wording"] for r in ask(article, "event-themes") if r["relation"] == v.NS + "emphasised"
    }
    assert len(emphasised) == 5
    ties = [
        (r["subject"], v.compact(r["basis"]))
        for theme in emphasised
        for r in ask(article, "facts-of", thing=theme)
        if v.expand("actor:IND") in (r["subject"], r["object"])
    ]
    assert ties == [(v.expand("actor:IND"), "basis:editorial")] * 5


@pytest.mark.parametrize("modality", ["potential", "intended", "predicted", "background"])
def test_what_is_merely_planned_is_a_record_and_no_plain_triple(
    article: Graph, modality: str
) -> None:
    known = load_ontology()
    planned = [
        row
        for row in ROWS
        if row["modality"] == modality
        and not known.is_affirmed(modality, known.relations[row["relation"]])
    ]
    assert planned
    for row in planned:
        relation = load_ontology().relations[row["relation"]].iri
        triple = f"<{v.expand(row['subject'])}> <{relation}> <{v.expand(row['object'])}>"
        assert not article.query(f"ASK {{ {{ {triple} }} UNION {{ GRAPH ?g {{ {triple} }} }} }}")


def test_inferred_facts_are_not_in_the_merge(article: Graph) -> None:
    place = "<https://w3id.org/aigg/place/paris>"
    assert not article.query(f"ASK {{ {{ {place} ?p ?o }} UNION {{ ?s ?q {place} }} }}")
    assert article.query(f"ASK {{ GRAPH graph:inferred {{ ?s aigg:locatedIn {place} }} }}")


def test_the_summit_has_no_date_as_the_article_gives_none(article: Graph) -> None:
    summit = v.expand("event:ai-action-summit-2025")
    assert article.value(summit, v.expand("schema:startDate")) == ""
    assert article.value(v.expand(ROUNDTABLE), v.expand("schema:startDate")) == "2025-02-10"


def test_what_the_article_only_encourages_explores_or_aims_at_is_told_so(article: Graph) -> None:
    described = {
        row["subject"].rpartition("/")[2]: row["object"]
        for row in ask(
            article,
            "SELECT ?subject ?object { ?subject dcterms:description ?object } ORDER BY ?subject",
        )
    }
    assert described["ai-driven-economic-growth"].startswith("Exploring what AI could be used for")
    assert described["joint-ai-research-and-development"].startswith("Encouraging partnerships")
    rows = ask(article, "participants", event="event:india-france-ai-policy-roundtable-2")
    assert {row["modality"] for row in rows} == {v.expand("modality:enabled")}
    aim = "SELECT ?aim { actor:india-france-ai-collaboration aigg:aim ?aim }"
    assert [row["aim"] for row in ask(article, aim)] == [
        v.expand("position:global-benchmarks-for-ethical-ai-policies")
    ]


@pytest.mark.parametrize(
    ("position", "label"),
    [
        ("address-risks", "Addressing risks"),
        ("technology-benefits-societies", "Benefits for societies"),
        ("transformative-potential-of-ai", "Transformative potential of AI"),
        ("need-for-global-partnerships", "Need for global partnerships"),
        ("significant-step", "A significant step in AI cooperation"),
    ],
)
def test_no_label_states_an_aim_as_a_fact(article: Graph, position: str, label: str) -> None:
    assert article.label(v.expand(f"position:{position}")) == label
