"""Each shipped body has a country or a parent, each person a post, each text a day or an issuer."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from graph_builder.analysis.networks.edge_assertions import query_edge_assertions
from graph_builder.analysis.networks.network_definition import find_network_definition
from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import NS, compact, expand
from graph_builder.ingest.fact_files import read_facts
from graph_builder.ingest.model import Entity, Fact
from graph_builder.query.named_questions import list_text_rows
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import FACTS
from tests.graph_sample import keep_assertions_about

BODIES = ("Institution", "Network", "Bloc", "Collaboration")
#: Relations that say where a body is or belongs, what a person is, and how a text came about; the
#: end of a fact at which the thing stands.
PLACES = {("basedIn", "subject"), ("parentBody", "subject")}
ROLES = {("holderOf", "subject"), ("heads", "subject"), ("memberOf", "subject")}
DAYS = {("adoptedOn", "subject"), ("adoptedAt", "subject")}
ORIGINS = {
    *DAYS,
    *(("issuedBy", "subject"), ("party", "subject")),
    *(("adopted", "object"), ("approved", "object"), ("sponsored", "object")),
}
#: Bodies, days, and who heads them then.
HEADED: list[tuple[str, str, dict[str, str]]] = [
    ("uk-ai-security-institute", "2024-02-05", {"actor:ian-hogarth": "yes"}),
    ("uk-ai-security-institute", "2025-06-01", {"actor:ian-hogarth": "not known"}),
    # On 7 February she was announced; a source of 30 August has her in the post.
    ("us-caisi", "2024-02-07", {"actor:elizabeth-kelly": "not known"}),
    ("us-caisi", "2024-08-30", {"actor:elizabeth-kelly": "yes"}),
    ("european-ai-office", "2024-06-16", {"actor:lucilla-sioli": "not known"}),
    ("european-ai-office", "2025-08-28", {"actor:lucilla-sioli": "yes"}),
    ("korea-ai-safety-institute", "2024-11-26", {}),
    ("korea-ai-safety-institute", "2024-11-27", {"actor:kim-myuhng-joo": "yes"}),
    # Sources of 2023-11 name the other one.
    (
        "uk-dsit",
        "2025-08-01",
        {"actor:peter-kyle": "yes", "actor:michelle-donelan": "not known"},
    ),
]
HEADS = "SELECT ?who {{ ?who aigg:heads actor:{body} }} ORDER BY ?who"


@cache
def read_entities() -> tuple[Entity, ...]:
    """Return the entities that the shipped files declare."""
    return tuple(located.record for located in read_facts(FACTS).entities)


@cache
def list_facts() -> tuple[Fact, ...]:
    """Return the shipped facts."""
    documents = read_facts(FACTS).documents.values()
    return tuple(located.record for document in documents for located in document.facts)


def find_without(*classes: str, ends: set[tuple[str, str]]) -> list[str]:
    """Return the ids of entities of some classes with neither a fact at these ends nor a note."""
    ontology = load_ontology()
    wanted = [NS + name for name in classes]
    found = {
        getattr(fact, end)
        for fact in list_facts()
        for relation, end in ends
        if fact.relation == relation
    }
    return [
        entity.id
        for entity in read_entities()
        if ontology.is_a([NS + entity.class_], wanted)
        if entity.id not in found and not entity.note
    ]


def list_noted(words: str) -> list[Entity]:
    """Return the entities whose notes have these words."""
    return [entity for entity in read_entities() if words in (entity.note or "")]


def ask(graph: Graph, query: str) -> list[dict[str, str]]:
    """Return the rows of an answer as text, ids shortened."""
    answer: Any = graph.query(query)
    return [{key: compact(value) for key, value in row.items()} for row in list_text_rows(answer)]


@pytest.fixture(scope="module")
def heads_on(graph: Graph) -> Callable[[str, str], list[dict[str, str]]]:
    """Return a function that tells who headed a body on a day, and how surely."""
    part = keep_assertions_about(graph, *(f"actor:{body}" for body, *_ in HEADED))
    return lambda body, day: ask(select(part, at=day), HEADS.format(body=body))


def test_each_body_has_a_country_or_a_parent_or_a_note_why_not() -> None:
    assert find_without(*BODIES, ends=PLACES) == []


def test_each_person_has_a_post_or_a_body_or_a_note_why_not() -> None:
    assert find_without("Person", ends=ROLES) == []


def test_each_text_has_a_day_or_an_issuer_or_a_note_why_not() -> None:
    assert find_without("PolicyInstrument", ends=ORIGINS | {("hasStatus", "subject")}) == []


def test_each_post_is_in_a_body_or_country() -> None:
    assert find_without("Post", ends={("postIn", "subject")}) == []


def test_a_body_without_country_parent_and_note_is_noticed() -> None:
    assert find_without(*BODIES, ends=set()) != []


#: Words of a note that say what no source gives, and the facts that would prove the note wrong.
ABSENCES = {
    "country it has": PLACES,
    "where it has its seat": {("basedIn", "subject")},
    "gives it a seat": PLACES,
    "gives no post": ROLES,
    "day of its adoption": DAYS,
    "day of its signature": DAYS,
    "gives no day of signature": DAYS,
    "its issuer": ORIGINS,
}


@pytest.mark.parametrize(("words", "ends"), ABSENCES.items())
def test_no_note_says_that_something_is_missing_that_a_source_gives(
    words: str, ends: set[tuple[str, str]]
) -> None:
    given = {
        getattr(fact, end) for fact in list_facts() for name, end in ends if fact.relation == name
    }
    assert [entity.id for entity in list_noted(words) if entity.id in given] == []


def test_each_note_of_something_missing_is_compared_with_the_facts() -> None:
    noted = list_noted("o source") + list_noted("The text gives no")
    assert len(noted) > len(ABSENCES)
    assert [
        entity.id for entity in noted if not any(map((entity.note or "").count, ABSENCES))
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize(("body", "day", "expected"), HEADED)
def test_who_heads_a_body_on_a_day(
    heads_on: Callable[[str, str], list[dict[str, str]]],
    body: str,
    day: str,
    expected: dict[str, str],
) -> None:
    assert {row["who"]: row["holds"] for row in heads_on(body, day)} == expected


#: Words of a quotation that speak of what is to come; laws say "shall" of what they order.
TO_COME = re.compile(r"\b(will|(is|are) to|to be|plans? to|va|vont|sera|seront)\b", re.IGNORECASE)
#: What is taken for granted in passing, such as that a post is one of a body, is no act.
NOT_DONE = {"announced", "intended", "predicted", "presupposed"}


def test_an_act_that_its_quotation_puts_into_the_future_is_not_told_as_done() -> None:
    to_come = [
        fact
        for fact in list_facts()
        if TO_COME.search(fact.anchor or "") and fact.object != "status:announced"
    ]
    assert to_come
    assert [fact for fact in to_come if fact.modality not in NOT_DONE] == []


def test_only_the_convention_is_a_treaty_so_far(graph: Graph) -> None:
    rows = ask(graph, "SELECT ?text { ?text a aigg:Treaty }")
    assert [row["text"] for row in rows] == ["instrument:council-of-europe-convention-on-ai"]


def test_binding_laws_in_force_on_a_day_by_country(graph: Graph) -> None:
    rows = ask(
        graph,
        "SELECT ?where ?law { ?law aigg:isBinding true ; aigg:jurisdiction ?where ; "
        'aigg:inForceOn ?day . FILTER(?day <= "2025-12-31"^^xsd:date) } ORDER BY ?where ?law',
    )
    laws = {(row["where"], row["law"]) for row in rows}
    assert laws >= {
        ("actor:european-union", "instrument:eu-ai-act"),
        ("actor:ITA", "instrument:italy-law-132-2025"),
        ("actor:JPN", "instrument:japan-ai-promotion-act"),
        ("actor:CHN", "instrument:china-generative-ai-measures"),
    }
    later = {"vietnam-ai-law", "korea-ai-basic-act", "california-sb-53", "colorado-sb-26-189"}
    assert {f"instrument:{name}" for name in later} & {law for _, law in laws} == set()


def test_a_law_that_is_to_come_into_force_is_not_told_to_be_in_force(graph: Graph) -> None:
    law = "instrument:colorado-sb-26-189"
    assert ask(graph, f"SELECT ?day {{ {law} aigg:inForceOn ?day }}") == []
    assert ask(graph, f"SELECT ?a {{ ?a rdf:subject {law} ; rdf:predicate aigg:inForceOn }}")


def test_the_office_of_the_adviser_belongs_to_the_government_by_inference(graph: Graph) -> None:
    belongs = (
        "actor:office-of-the-principal-scientific-adviser aigg:parentBody actor:government-of-india"
    )
    assert not graph.query(f"ASK {{ {belongs} }}")
    assert graph.query(f"ASK {{ GRAPH graph:inferred {{ {belongs} }} }}")


def test_the_secretary_general_is_a_post_with_a_holder(graph: Graph) -> None:
    rows = ask(
        graph,
        "SELECT ?who ?body { ?who aigg:holderOf ?post . ?post aigg:postIn ?body ; "
        "aigg:established actor:un-high-level-advisory-body-on-ai }",
    )
    assert rows == [{"who": "actor:antonio-guterres", "body": "actor:united-nations"}]
    assert "actor:un-secretary-general" not in {entity.id for entity in read_entities()}


def test_the_holy_see_is_not_the_state_that_it_governs(graph: Graph) -> None:
    assert {fact.subject for fact in list_facts()} & {"actor:VAT"} == set()
    assert graph.query("ASK { actor:holy-see a aigg:GovernmentBody }")


@pytest.mark.parametrize(
    "body",
    ["united-nations", "g7", "g20", "council-of-europe", "african-union", "european-commission"],
)
def test_a_body_that_acts_in_the_field_is_a_node_with_facts(graph: Graph, body: str) -> None:
    about = f"{{ ?a rdf:subject actor:{body} }} UNION {{ ?a rdf:object actor:{body} }}"
    assert graph.query(f"ASK {{ {about} }}")


def test_who_presides_chairs_and_does_not_lead() -> None:
    presiding = [fact for fact in list_facts() if "presides" in (fact.note or "")]
    assert presiding
    assert {fact.relation for fact in presiding} == {"chairs"}


def test_a_judgement_decides_where_days_of_adoption_differ(graph: Graph) -> None:
    rows = ask(graph, "SELECT ?day { instrument:italy-law-132-2025 aigg:adoptedOn ?day }")
    assert rows == [{"day": "2025-09-17"}]


@pytest.mark.parametrize("network", ["co-endorsement", "actor-instrument"])
def test_no_undated_signature_is_dated_by_the_adoption_of_its_text(
    graph: Graph, network: str
) -> None:
    signed = [
        assertion
        for assertion in query_edge_assertions(graph, find_network_definition(network))
        if assertion.target == expand("instrument:council-of-europe-convention-on-ai")
        if assertion.relation == expand("aigg:signed")
    ]
    assert signed
    assert {"2024-05-17"} & {assertion.date for assertion in signed} == set()
