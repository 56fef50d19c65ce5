"""Whether a fact held on a day, one rule a row: its own dates, its kind, and what it joins."""

from typing import TypedDict

import pytest
from pyoxigraph import Quad

from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import compact, expand
from graph_builder.store.graph import Graph
from graph_builder.store.temporal_validity import evaluate_validity
from tests.small_facts import FactMaker, read


class Dates(TypedDict, total=False):
    """The dates that a source gives of a fact."""

    from_: str
    to: str
    as_of: str


#: The event begins on 10 February 2025, the body in March 2025, the text on 1 January 2025.
BEGINNINGS = (
    'event:e schema:startDate "2025-02-10"',
    'actor:body aigg:establishedOn "2025-03"',
    'instrument:text aigg:adoptedOn "2025-01-01"',
)
NAMED = 'event:e aigg:name "The event"'
ATTENDED = "actor:a aigg:attended event:e"
DISCUSSED = "event:e aigg:discussed theme:x"
ANNOUNCED = "actor:a aigg:announced event:e"
MEMBER = "actor:a aigg:memberOf actor:body"
SIGNED = "actor:a aigg:signed instrument:text"
OTHER = "actor:a aigg:memberOf actor:old"
NO_RELATION = "actor:a skos:related actor:old"


def _held(quads: list[Quad], day: str, assertion: str = "assertion:1") -> str:
    known = evaluate_validity(Graph.wrap(quads), DateRange.parse(day))
    return str(known.holds[expand(assertion)])


def _unbegun(quads: list[Quad], day: str) -> set[str]:
    return {*map(compact, evaluate_validity(Graph.wrap(quads), DateRange.parse(day)).not_yet_begun)}


def _beginnings(make: FactMaker) -> list[Quad]:
    return [quad for fact in BEGINNINGS for quad in make.say(fact)]


def test_an_end_that_another_assertion_gives_ends_a_state() -> None:
    make = FactMaker()
    begun, ended = make.say(OTHER, from_="2014"), make.say(OTHER, to="2022-12-31")
    both = [*begun, *ended]
    assert _held(both, "2023-01-01") == "no"
    assert _held(both, "2022-12-30") == "not known"
    assert _held([*begun], "2023-01-01") == "not known"
    assert _held([*both, *make.say(OTHER, as_of="2024-05")], "2023-01-01") == "not known"
    planned = make.say(OTHER, to="2022-12-31", modality="intended")
    assert _held([*begun, *planned], "2023-01-01") == "not known"


@pytest.mark.parametrize(
    ("fact", "dates", "day", "answer"),
    [
        # a description lasts as long as the thing
        (NAMED, {}, "2025-02-09", "no"),
        (NAMED, {}, "2025-02-10", "yes"),
        (NAMED, {}, "2031", "yes"),
        (NAMED, {}, "2025-02", "yes"),
        # it has a period if the source gives one, and the day of the report is none
        (NAMED, {"from_": "2025-03-01"}, "2025-02-20", "no"),
        (NAMED, {"from_": "2024-03-01"}, "2024-03-01", "yes"),
        (NAMED, {"to": "2026"}, "2027", "no"),
        (NAMED, {"to": "2026"}, "2026-01-01", "not known"),
        (NAMED, {"as_of": "2026"}, "2025-03-01", "yes"),
        # an act at an event was done once that had begun
        (ATTENDED, {}, "2025-02-09", "no"),
        (ATTENDED, {}, "2025-02-10", "yes"),
        (ATTENDED, {}, "2025-02", "not known"),
        (DISCUSSED, {}, "2025-02-09", "no"),
        (DISCUSSED, {}, "2025-02-11", "yes"),
        (SIGNED, {}, "2024-12-31", "no"),
        (SIGNED, {}, "2030", "not known"),
        # its own dates decide before those of the event
        (ATTENDED, {"from_": "2025-02-11"}, "2025-02-10", "no"),
        (ATTENDED, {"from_": "2025-01-11"}, "2025-02-01", "yes"),
        (ATTENDED, {"from_": "2025-01"}, "2025-01-11", "not known"),
        (ATTENDED, {"as_of": "2025-01-01"}, "2025-02-01", "yes"),
        (ATTENDED, {"as_of": "2025-03-01"}, "2025-02-09", "no"),
        (ATTENDED, {"as_of": "2025-03-01"}, "2025-02-20", "not known"),
        (ATTENDED, {"as_of": "2025-03-01"}, "2025-03-01", "yes"),
        # what prepares a thing is older than it, and not done by the thing's beginning
        (ANNOUNCED, {}, "2025-02-09", "not known"),
        (ANNOUNCED, {}, "2025-03-01", "not known"),
        (ANNOUNCED, {"from_": "2024"}, "2025-01-01", "yes"),
        # a state holds within its period and not before what it is of
        (MEMBER, {}, "2025-02-28", "no"),
        (MEMBER, {}, "2025-03-01", "not known"),
        (MEMBER, {"as_of": "2025-01-01"}, "2025-01-01", "yes"),
        (MEMBER, {"as_of": "2025-01-01"}, "2025-01-02", "no"),
        (MEMBER, {"as_of": "2026-01-01"}, "2026-01-02", "not known"),
        (OTHER, {}, "1990", "not known"),
        (OTHER, {"from_": "2020-05-05"}, "2020-05-05", "yes"),
        (OTHER, {"from_": "2020-05-05"}, "2026-06-01", "yes"),
        (OTHER, {"from_": "2020-05-05"}, "2026-06-02", "not known"),
        (OTHER, {"to": "2020-05-05"}, "2020-05-06", "no"),
        (OTHER, {"to": "2020-05-05"}, "2020-05-05", "not known"),
        # of a relation that the ontology does not know nothing is known but its dates
        (NO_RELATION, {}, "1990", "yes"),
        (NO_RELATION, {"from_": "2020"}, "2019", "no"),
    ],
)
def test_whether_a_fact_held(fact: str, dates: Dates, day: str, answer: str) -> None:
    make = FactMaker()
    quads = make.say(fact, **dates) + _beginnings(make)
    assert _held(quads + read('source:s dcterms:issued "2026-06-01" .'), day) == answer


def test_a_state_is_not_known_to_last_until_a_source_without_a_day() -> None:
    quads = FactMaker().say(OTHER, from_="2020-05-05")
    assert _held(quads, "2021") == "not known"
    assert _held([*quads, *read('source:other dcterms:issued "2030" .')], "2021") == "not known"


@pytest.mark.parametrize(
    ("day", "unbegun"),
    [
        ("2024-12-31", {"event:e", "actor:body", "instrument:text"}),
        ("2025-01-01", {"event:e", "actor:body"}),
        ("2025", set()),
        ("2025-02-10", {"actor:body"}),
        ("2025-02", {"actor:body"}),
        ("2025-03-01", set()),
    ],
)
def test_a_thing_has_not_begun_where_the_day_is_over_before_it_can_have(
    day: str, unbegun: set[str]
) -> None:
    assert _unbegun(_beginnings(FactMaker()), day) == unbegun


@pytest.mark.parametrize("order", [("2025-02-10", "2025-02-08"), ("2025-02-08", "2025-02-10")])
def test_of_several_beginnings_the_earliest_counts(order: tuple[str, str]) -> None:
    make = FactMaker()
    quads = [q for day in order for q in make.say(f'event:e schema:startDate "{day}"')]
    assert _unbegun(quads, "2025-02-07") == {"event:e"}
    assert _unbegun(quads, "2025-02-08") == set()


def test_what_is_adopted_at_an_event_begins_with_it() -> None:
    make = FactMaker()
    quads = make.say("instrument:i aigg:adoptedAt event:e") + _beginnings(make)
    assert "instrument:i" in _unbegun(quads, "2025-02-09")
    assert "instrument:i" not in _unbegun(quads, "2025-02-10")
    assert _held(quads, "2025-02-10") == "yes"


def test_a_day_of_adoption_stands_before_that_of_the_event() -> None:
    make = FactMaker()
    dated = make.say("instrument:i aigg:adoptedAt event:e", from_="2025-02-12")
    quads = dated + _beginnings(make)
    assert "instrument:i" in _unbegun(quads, "2025-02-11")
    assert "instrument:i" not in _unbegun(quads, "2025-02-12")


def test_what_is_adopted_at_an_event_without_a_day_has_no_beginning() -> None:
    quads = FactMaker().say("instrument:i aigg:adoptedAt event:undated")
    assert _unbegun(quads, "1900") == set()
    assert _held(quads, "1900") == "not known"
