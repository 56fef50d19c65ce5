"""A no needs evidence: silence, a thing that does not exist and a misspelt name are none."""

import pytest
from pyoxigraph import QuerySolutions

from graph_builder.core.validity_period import TruthValue
from graph_builder.store.ask_interpretation import interpret_ask
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.graph_sample import keep_assertions_about
from tests.small_facts import FactMaker

ENDORSED = "ASK {{ actor:{0} aigg:endorsed instrument:{1} }}"


def judge(graph: Graph, text: str) -> str:
    return interpret_ask(graph, text, answer=bool(graph.query(text))).value


@pytest.fixture(scope="module")
def small() -> Graph:
    make = FactMaker()
    facts = (
        make.say("actor:FRA aigg:endorsed instrument:t"),
        make.say("actor:USA aigg:declinedToEndorse instrument:t"),
        make.say("actor:GBR aigg:declinedToEndorse instrument:t", modality="intended"),
        make.say("actor:DEU aigg:endorsed instrument:t", modality="denied"),
        make.say("actor:ITA aigg:endorsed instrument:t", modality="withdrawn"),
        make.say("actor:JPN aigg:endorsed instrument:t", modality="intended"),
    )
    return Graph.wrap(quad for quads in facts for quad in quads)


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("FRA", "yes"),
        ("USA", "no"),
        ("DEU", "no"),
        ("ITA", "no"),
        ("GBR", "not recorded"),
        ("JPN", "not recorded"),
        ("ISR", "not recorded"),
    ],
)
def test_only_a_denial_or_a_refusal_that_happened_is_a_no(
    small: Graph, who: str, answer: str
) -> None:
    assert judge(small, ENDORSED.format(who, "t")) == answer
    assert judge(small, ENDORSED.format(who, "unknown")) == "not recorded"
    assert judge(small, f"ASK {{ actor:{who} aigg:endorsd instrument:t }}") == "not recorded"


def test_a_refusal_is_evidence_in_a_longer_pattern_too(small: Graph) -> None:
    shared = "ASK {{ actor:{0} aigg:endorsed ?text . actor:FRA aigg:endorsed ?text }}"
    assert judge(small, shared.format("USA")) == "no"
    assert judge(small, shared.format("ISR")) == "not recorded"


@pytest.mark.parametrize(
    "pattern",
    [
        "VALUES ?who { actor:USA actor:ISR } ?who aigg:endorsed instrument:t",
        "{ actor:USA aigg:endorsed instrument:t } UNION { actor:ISR aigg:endorsed instrument:t }",
        "?who aigg:endorsed instrument:t FILTER (?who IN (actor:USA, actor:ISR))",
        "actor:USA aigg:endorsed|aigg:signed instrument:t",
    ],
)
def test_that_one_of_several_ways_is_denied_is_no_denial_of_all(small: Graph, pattern: str) -> None:
    assert judge(small, f"ASK {{ {pattern} }}") == "not recorded"


def test_what_rests_on_absence_is_no_evidence(small: Graph) -> None:
    absent = (
        "ASK {{ actor:{0} aigg:endorsed ?text FILTER NOT EXISTS {{ ?text aigg:adoptedAt ?e }} }}"
    )
    assert judge(small, absent.format("FRA")) == "yes"
    assert judge(small, absent.format("ISR")) == "not known"


@pytest.fixture(scope="module")
def shipped_part(graph: Graph) -> Graph:
    """Return what the shipped graph holds of two countries and two texts."""
    texts = ("instrument:paris-statement", "instrument:bletchley-declaration")
    return keep_assertions_about(graph, "actor:ISR", "actor:NZL", *texts)


@pytest.mark.parametrize(
    ("text", "day", "answer"),
    [
        (ENDORSED.format("ISR", "paris-statement"), "2026-01-01", "not recorded"),
        (ENDORSED.format("ISR", "no-such-text"), "2026-01-01", "not recorded"),
        ("ASK { actor:ISR aigg:endorsd instrument:paris-statement }", "2026", "not recorded"),
        (ENDORSED.format("NZL", "bletchley-declaration"), "2024-10-22", "no"),
        (ENDORSED.format("NZL", "bletchley-declaration"), "2024-10", "not known"),
        (ENDORSED.format("NZL", "bletchley-declaration"), "2024-10-23", "yes"),
    ],
)
def test_on_a_day_too(shipped_part: Graph, text: str, day: str, answer: str) -> None:
    found = select(shipped_part, at=day).query(text)
    assert isinstance(found, QuerySolutions)
    assert [row["holds"].value for row in found] == [answer]


def test_the_words_are_those_that_users_read() -> None:
    assert [*TruthValue] == ["yes", "no", "not known", "not recorded"]
