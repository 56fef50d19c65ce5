"""The landscape: the counts of the official texts, late accessions, and sources that differ."""

from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest.fact_files import read_facts
from graph_builder.ingest.model import UNDATED
from graph_builder.pages.entity_page import render_entity_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import list_text_rows
from graph_builder.store.graph import Graph
from tests.conftest import FACTS

CANONICAL = NamedNode(v.expand("aigg:canonicalTheme"))
THEME_MAPPING = NamedNode(v.THEME_MAPPING_GRAPH)
ENDORSERS = """
SELECT DISTINCT ?actor ?class WHERE {{
  ?a rdf:subject ?actor ; rdf:predicate {relation} ; rdf:object {text} ;
     prov:wasDerivedFrom ?source .
  FILTER (?source != source:editors)
  ?actor rdf:type ?class .
  {more}
}}
"""


def _ask(graph: Graph, query: str) -> list[dict[str, str]]:
    answer: Any = graph.query(query)
    return list_text_rows(answer)


def _who(graph: Graph, text: str, more: str = "", relation: str = "aigg:endorsed") -> list[str]:
    query = ENDORSERS.format(text=f"instrument:{text}", more=more, relation=relation)
    return sorted(v.compact(row["actor"]) for row in _ask(graph, query))


def _on(day: str) -> str:
    return f'?a aigg:validFrom "{day}"^^xsd:date .'


def _by(source: str, kind: str = "") -> str:
    return f"VALUES ?source {{ source:{source} }}" + (f" ?actor a aigg:{kind} ." if kind else "")


def test_bletchley_has_28_states_and_the_union_and_new_zealand_later(graph: Graph) -> None:
    first = _who(graph, "bletchley-declaration", _on("2023-11-01"))
    assert len(first) == 29
    assert "actor:european-union" in first
    assert _who(graph, "bletchley-declaration", _on("2024-10-23")) == ["actor:NZL"]
    assert len(_who(graph, "bletchley-declaration")) == 30


def test_the_seoul_declaration_has_ten_states_and_the_union(graph: Graph) -> None:
    assert len(_who(graph, "seoul-declaration", "?actor a aigg:Country .")) == 10
    assert _who(graph, "seoul-declaration", "?actor a aigg:Bloc .") == ["actor:european-union"]


def test_new_delhi_has_88_by_the_official_list_and_91_with_what_the_press_adds(
    graph: Graph,
) -> None:
    assert len(_who(graph, "new-delhi-declaration", _by("p-delhi", "Country"))) == 86
    others = set(_who(graph, "new-delhi-declaration", _by("p-delhi")))
    assert {name for name in others if name[6:].islower()} == {"actor:european-union", "actor:ifad"}
    assert len(others) == 88
    assert len(_who(graph, "new-delhi-declaration")) == 91


def test_sixteen_firms_made_the_frontier_commitments_and_four_joined(graph: Graph) -> None:
    assert len(_who(graph, "frontier-ai-safety-commitments", _on("2024-05-21"))) == 16
    assert len(_who(graph, "frontier-ai-safety-commitments")) == 20


def test_the_paris_statement_has_a_list_and_five_dated_counts(graph: Graph) -> None:
    assert len(_who(graph, "paris-statement", _by("ali", "Country"))) == 63
    counts = _ask(
        graph,
        "SELECT ?count ?day WHERE { ?a rdf:subject instrument:paris-statement ; "
        "rdf:predicate aigg:statedEndorserCount ; rdf:object ?count ; aigg:asOf ?day }",
    )
    assert {row["count"] for row in counts} == {"53", "58", "60", "61", "64"}
    assert all(row["day"].startswith("2025-02") for row in counts)


def test_no_signature_of_the_convention_is_dated_by_the_adoption_of_its_text(graph: Graph) -> None:
    text = "council-of-europe-convention-on-ai"
    assert len(_who(graph, text, relation="aigg:signed")) == 20
    assert _who(graph, text, _on("2024-05-17"), relation="aigg:signed") == []


@pytest.mark.parametrize("relation", ["memberOf", "holderOf", "heads", "parentBody", "chairs"])
def test_the_day_of_a_report_is_no_start_unless_a_note_says_why(relation: str) -> None:
    documents = read_facts(FACTS).documents.values()
    states = [
        (fact.record, document.source.date)
        for document in documents
        for fact in document.facts
        if fact.record.relation == relation
    ]
    assert states
    unexplained = [fact for fact, day in states if fact.from_ == day and not fact.note]
    assert unexplained == []


def test_what_lies_in_the_future_is_a_record_and_no_triple(graph: Graph) -> None:
    for year in ("2027", "2028"):
        summit = f"event:ai-summit-{year}"
        records = _ask(graph, f"SELECT ?a WHERE {{ ?a rdf:object {summit} ; rdf:predicate ?p }}")
        assert records
        assert _ask(graph, f"SELECT ?s WHERE {{ ?s aigg:hosted {summit} }}") == []


def test_what_comes_after_its_source_is_not_told_as_done() -> None:
    ontology = load_ontology()
    early = [
        (document.source.id, fact.relation, day)
        for document in read_facts(FACTS).documents.values()
        for fact in (located.record for located in document.facts)
        for day in (fact.object if fact.relation == "startDate" else fact.from_,)
        if day and ontology.is_affirmed(fact.modality, ontology.relations[fact.relation])
        if day[: len(document.source.date)] > document.source.date[: len(day)]
        if document.source.date != UNDATED
    ]
    assert early == []


def test_a_renamed_body_is_one_thing_with_dated_names(graph: Graph) -> None:
    body = "actor:uk-ai-security-institute"
    found = _ask(
        graph,
        f"SELECT ?name ?to WHERE {{ ?a rdf:subject {body} ; rdf:predicate aigg:name ; "
        "rdf:object ?name OPTIONAL { ?a aigg:validTo ?to } }",
    )
    names = {row["name"]: row["to"] for row in found}
    assert names == {"UK AI Security Institute": "", "UK AI Safety Institute": "2025-02-14"}


def test_an_acronym_of_two_bodies_leads_to_both(graph: Graph) -> None:
    found = _ask(graph, 'SELECT ?s WHERE { ?s skos:altLabel ?n FILTER(STR(?n) = "CAISI") }')
    assert {v.compact(row["s"]) for row in found} == {
        "actor:us-caisi",
        "actor:canadian-ai-safety-institute",
    }


def test_each_theme_that_facts_use_is_filed_under_a_canonical_one(graph: Graph) -> None:
    used = _ask(
        graph,
        """SELECT DISTINCT ?theme WHERE {
             ?assertion rdf:subject|rdf:object ?theme . ?theme a aigg:PolicyTheme
             FILTER NOT EXISTS { ?theme aigg:canonicalTheme ?canonical }
           }""",
    )
    assert [v.compact(row["theme"]) for row in used] == ["theme:ai"]  # what all themes are about
    canonical = _ask(
        graph,
        """SELECT DISTINCT ?theme WHERE {
             ?wording aigg:canonicalTheme ?theme
             FILTER NOT EXISTS { theme:canonical skos:member ?theme }
           }""",
    )
    assert canonical == []
    filed = {quad.subject for quad in graph.quads(None, CANONICAL, None, THEME_MAPPING)}
    assert len(filed) > 80


def test_the_page_and_the_explanation_of_a_wording_name_its_canonical_themes(graph: Graph) -> None:
    wording = v.expand("theme:innovation-and-culture")
    page = render_entity_page(graph, wording, PageLinks("/"))
    said = format_explanation(graph, "theme:innovation-and-culture")
    for text in (page, said):
        assert "anonical theme, as the editors file it" in text
        assert "culture and creative work" in text
        assert "Names two subjects at once" in text
    canonical = render_entity_page(graph, v.expand("theme:ai-innovation"), PageLinks("/"))
    assert "Wordings filed under it" in canonical
    assert "innovation and culture" in canonical
    assert "anonical theme, as" not in canonical
    assert "anonical theme, as" not in format_explanation(graph, "theme:ai-innovation")


def test_the_dataset_under_cc_by_is_credited(graph: Graph) -> None:
    rights = graph.value(v.expand("source:ali"), v.expand("dcterms:rights"))
    assert "CC BY 4.0" in rights
    assert "B. Alikhanov" in rights
    assert "B. Alikhanov" in (FACTS.parent / "LICENSE-data").read_text(encoding="utf-8")


def test_each_relation_is_used_or_older_than_the_landscape() -> None:
    facts = [f.record for d in read_facts(FACTS).documents.values() for f in d.facts]
    used = {fact.relation for fact in facts}
    for name in ("relations-of-bodies", "relations-of-texts"):
        quads = parse(
            path=find_data_folder("ontology") / "terms" / f"{name}.ttl", format=RdfFormat.TURTLE
        )
        terms = {quad.subject.value.removeprefix(v.NS) for quad in quads}
        assert terms - used <= {"ratified", "holdsPost"}
