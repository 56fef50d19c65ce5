"""What is not there yet, or no more, is shown as such wherever its name is."""

import pytest

from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.view_registry import draw
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run
from tests.small_facts import FactMaker, read

BODY = "actor:world-ai-cooperation-organization"
NAMED = """status:proposed skos:prefLabel "proposed"@en . status:active skos:prefLabel "active"@en .
status:not-there skos:member status:proposed . actor:body skos:prefLabel "Body"@en ."""


def small(*statuses: tuple[str, str]) -> Graph:
    make = FactMaker()
    facts = (
        make.say(f"actor:body aigg:hasStatus status:{name}", as_of=day) for name, day in statuses
    )
    return Graph.wrap([*read(NAMED), *(quad for quads in facts for quad in quads)])


@pytest.mark.parametrize(
    ("statuses", "label"),
    [
        ((), "Body"),
        ((("proposed", "2025-07"),), "Body (proposed)"),
        ((("proposed", "2025-07"), ("active", "2026-01-01")), "Body"),
        ((("active", "2025-01-01"), ("proposed", "2025-07")), "Body (proposed)"),
        ((("proposed", ""),), "Body (proposed)"),
    ],
)
def test_the_latest_status_counts(statuses: tuple[tuple[str, str], ...], label: str) -> None:
    assert small(*statuses).label(expand("actor:body")) == label


def test_the_ontology_says_which_statuses_are_shown(graph: Graph) -> None:
    members = load_ontology().members["status:not-there"]
    shown = {iri.rpartition("/")[2] for iri in members}
    assert shown == {
        "announced", "cancelled", "dissolved", "planned", "proposed", "repealed", "withdrawn",
    }  # fmt: skip
    (label,) = graph.labels(expand("status:not-there")).values()
    assert label == "not there"


def test_a_plan_for_a_body_is_no_status() -> None:
    planned = FactMaker().say("actor:body aigg:hasStatus status:proposed", modality="predicted")
    assert Graph.wrap([*read(NAMED), *planned]).label(expand("actor:body")) == "Body"


def test_queries_pages_and_pictures_show_it(graph: Graph, run: Run) -> None:
    bodies = run("query", "--text", "SELECT ?x { ?x a aigg:IntergovernmentalOrganisation }").stdout
    assert "World AI Cooperation Organization (proposed)" in bodies
    picture = draw(graph, "ego", BODY)
    assert "World AI Cooperation Organization (proposed)" in picture
    assert "(proposed)" in run("explain", BODY).stdout.splitlines()[0]
    events = run("query", "--text", "SELECT ?x { ?x a aigg:Event }").stdout
    assert events.count("(planned)") == 3


def test_before_a_status_is_said_a_day_does_not_know_it(graph: Graph) -> None:
    assert select(graph, at="2025-07-26").label(expand(BODY)).endswith("(proposed)")
