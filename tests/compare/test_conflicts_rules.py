"""Where sources disagree, one rule a test, in graphs of a few assertions."""

import pytest
from pyoxigraph import Literal, Quad

from graph_builder.compare.conflict_classification import Verdict
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.named_questions import to_text
from tests.small_facts import FactMaker, node, read

#: What the questions ask of the ontology, for the relations used here.
TERMS = read(
    """aigg:budget a aigg:SingleValued . aigg:heldIn a aigg:SingleValued .
    schema:startDate a aigg:SingleValued . aigg:venue a aigg:SingleValued .
    aigg:statedMemberCount aigg:counts aigg:memberOf . aigg:endorsed aigg:lists rdf:subject .""",
    "graph:ontology",
) + read("modality:judgement skos:member modality:evaluative , modality:figurative .")


@pytest.fixture
def make() -> FactMaker:
    """Return what makes assertions."""
    return FactMaker()


def _differ(make: FactMaker, fact: str, *values: str) -> list[Quad]:
    """Return what sources s0, s1 ... say, a value each."""
    said = (make.say(f"{fact} {value}", source=f"s{n}") for n, value in enumerate(values))
    return [quad for quads in said for quad in quads]


def _judge(make: FactMaker, fact: str, modality: str = "evaluative") -> list[Quad]:
    return make.say(fact, source="editors", modality=modality)


def _found(quads: list[Quad]) -> list[tuple[str, str, Verdict]]:
    places = disagreements([*TERMS, *quads])
    return [(compact(p.thing), compact(p.relation), p.verdict) for p in places]


def _values(sides: tuple[ConflictSide, ...]) -> list[str]:
    return [compact(to_text(side["value"])) for side in sides]


def _place(*sides: dict[str, Literal], **more: object) -> Conflict:
    given = {"thing": "t", "relation": "r", "object": None, "verdict": Verdict.PLAN, **more}
    return Conflict(**given, sides=sides, judgements=())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (('"INR 2.5 crore"', '"INR 3 crore"'), Verdict.ROUNDING),
        (('"INR 2 crore"', '"INR 3 crore"'), Verdict.CONTRADICTION),
    ],
)
def test_values_are_classified_and_each_source_is_a_side(
    values: tuple[str, str], verdict: Verdict, make: FactMaker
) -> None:
    quads = [*TERMS, *_differ(make, "actor:m aigg:budget", *values)]
    (place,) = disagreements(quads)
    assert (place.thing, place.relation) == (expand("actor:m"), expand("aigg:budget"))
    assert (place.verdict, place.object) == (verdict, None)
    assert [to_text(side["value"]) for side in place.sides] == [v.strip('"') for v in values]
    assert [side["source"] for side in place.sides] == [node("source:s0"), node("source:s1")]
    assert place.judgements == ()
    assert place.holds == ""


def test_an_intended_value_beside_an_affirmed_one_is_a_plan(make: FactMaker) -> None:
    planned = 'event:e schema:startDate "2025-02-11"'
    quads = make.say('event:e schema:startDate "2025-02-10"')
    quads += make.say(planned, source="t", modality="intended")
    assert _found(quads) == [("event:e", "schema:startDate", Verdict.PLAN)]


@pytest.mark.parametrize(
    ("dates", "issued", "verdict"),
    [
        (("2023", "2024"), ("", ""), Verdict.GROWTH),
        (("2024", "2023"), ("", ""), Verdict.CONTRADICTION),
        (("", ""), ("2023", "2024"), Verdict.GROWTH),
        (("", ""), ("2024", "2023"), Verdict.CONTRADICTION),
        (("2023", "2024"), ("2024", "2023"), Verdict.GROWTH),
        (("", ""), ("", ""), Verdict.CONTRADICTION),
    ],
)
def test_a_number_is_of_the_day_that_it_is_said_of_else_of_that_of_its_source(
    dates: tuple[str, str], issued: tuple[str, str], verdict: Verdict, make: FactMaker
) -> None:
    quads: list[Quad] = []
    for n, (day, published) in enumerate(zip(dates, issued, strict=True)):
        fact = f'actor:n aigg:statedMemberCount "{10 + n}"'
        quads += make.say(fact, source=f"s{n}", as_of=day)
        quads += read(f'source:s{n} dcterms:issued "{published}" .') if published else []
    assert _found(quads) == [("actor:n", "aigg:statedMemberCount", verdict)]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (("place:hall", "place:town"), Verdict.PRECISION),
        (("place:hall", "actor:land"), Verdict.PRECISION),
        (("actor:office", "actor:land"), Verdict.PRECISION),
        (("place:hall", "place:other"), Verdict.CONTRADICTION),
        (("place:town", "place:circle"), Verdict.CONTRADICTION),
        (("place:circle", "place:round"), Verdict.PRECISION),
        (("place:hall", '"a hall of the town"'), Verdict.CONTRADICTION),
    ],
)
def test_a_place_in_another_however_far_is_only_finer(
    values: tuple[str, str], verdict: Verdict, make: FactMaker
) -> None:
    inside = read(
        """place:hall aigg:locatedIn place:town ; skos:related place:other .
        place:town aigg:locatedIn actor:land .
        place:circle aigg:locatedIn place:round . place:round aigg:locatedIn place:circle .""",
        "graph:one",
    ) + read("actor:office aigg:parentBody actor:land .")
    quads = _differ(make, "event:e aigg:heldIn", *values) + inside
    assert _found(quads) == [("event:e", "aigg:heldIn", verdict)]


def test_a_judgement_on_a_place_stands_with_it_and_is_no_side(make: FactMaker) -> None:
    quads = _differ(make, "actor:m aigg:budget", '"1"', '"9"') + _judge(
        make, 'actor:m aigg:budget "9"'
    )
    quads += _judge(make, 'actor:other aigg:budget "9"') + _judge(make, 'actor:m aigg:venue "9"')
    quads += _judge(make, 'actor:m aigg:budget "1"', "figurative")
    (place,) = disagreements([*TERMS, *quads])
    assert _values(place.judgements) == ["9"]
    assert [side["source"] for side in place.judgements] == [node("source:editors")]
    assert _values(place.sides) == ["1", "1", "9"]  # a turn of speech is a side


def test_a_judgement_is_shown_once_though_two_questions_find_the_place(make: FactMaker) -> None:
    """One value is denied and another one given, so the place is found in two ways."""
    fact = "event:e aigg:venue"
    quads = _differ(make, fact, "place:a", "place:b") + _judge(make, f"{fact} place:a")
    quads += make.say(f"{fact} place:b", source="t", modality="denied")
    places = disagreements([*TERMS, *quads])
    assert [place.relation for place in places] == [expand("aigg:venue")] * 2
    assert [_values(place.judgements) for place in places] == [["place:a"], []]


def test_a_judgement_on_dates_stands_with_the_fact_that_it_is_of(make: FactMaker) -> None:
    quads: list[Quad] = []
    for text in ("one", "two"):
        for source, day in (("s", "2024"), ("t", "2025")):
            fact = f"actor:a aigg:endorsed instrument:{text}"
            quads += make.say(fact, source=source, from_=day)
    quads += _judge(make, "actor:a aigg:endorsed instrument:two")
    places = disagreements([*TERMS, *quads])
    assert [(to_text(p.object), len(p.judgements)) for p in places] == [
        (expand("instrument:one"), 0),
        (expand("instrument:two"), 1),
    ]
    assert {place.verdict for place in places} == {Verdict.CONTRADICTION}
    assert [_values(place.sides) for place in places] == [["2024", "2025"]] * 2


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(("2024", "2024-05"), Verdict.PRECISION), (("2024-04", "2024-05"), Verdict.CONTRADICTION)],
)
def test_dates_of_a_fact_are_classified_too(
    days: tuple[str, str], verdict: Verdict, make: FactMaker
) -> None:
    said = [
        make.say("actor:a aigg:endorsed instrument:i", source=f"s{n}", from_=day)
        for n, day in enumerate(days)
    ]
    assert _found([q for quads in said for q in quads]) == [("actor:a", "aigg:endorsed", verdict)]


def test_a_fact_with_two_starts_and_two_ends_is_two_places(make: FactMaker) -> None:
    fact = "actor:a aigg:memberOf actor:body"
    quads = make.say(fact, source="s", from_="2020", to="2024")
    quads += make.say(fact, source="t", from_="2021", to="2025")
    places = disagreements([*TERMS, *quads])
    assert [_values(place.sides) for place in places] == [["2020", "2021"], ["2024", "2025"]]


def test_a_judgement_on_a_list_names_the_member_whichever_end_the_thing_is(
    make: FactMaker,
) -> None:
    quads: list[Quad] = []
    for source, names in (("s", "abc"), ("t", "ab")):
        for name in names:
            quads += make.say(f"actor:{name} aigg:endorsed instrument:i", source=source)
    quads += _judge(make, "actor:c aigg:endorsed instrument:i")
    (place,) = disagreements([*TERMS, *quads])
    assert (place.thing, place.verdict) == (expand("instrument:i"), Verdict.LIST)
    assert _values(place.sides) == ["actor:c"]
    assert _values(place.judgements) == ["actor:c"]


def test_the_plan_of_one_actor_and_the_act_of_another_are_no_conflict(make: FactMaker) -> None:
    quads = make.say("actor:a aigg:endorsed instrument:i")
    fact = "actor:b aigg:endorsed instrument:i"
    for source in ("s", "t"):
        assert _found([*quads, *make.say(fact, source=source, modality="intended")]) == []


def test_one_representative_is_planned_and_another_came(make: FactMaker) -> None:
    quads = [*make.say("actor:a aigg:attended event:e"), *read("event:e a aigg:Event .")]
    quads += make.say("actor:b aigg:attended event:e", source="t", modality="intended")
    quads += make.say("actor:a aigg:represented actor:c")
    assert _found(quads) == []
    quads += make.say("actor:b aigg:represented actor:c", source="t", modality="intended")
    assert _found(quads) == [("event:e", "aigg:attended", Verdict.PLAN)]
    came = make.say("actor:b aigg:attended event:e", source="u")
    assert _found([*quads, *came]) == []


def test_places_are_sorted_by_name_then_thing_then_relation(make: FactMaker) -> None:
    quads = [
        *_differ(make, "actor:x aigg:venue", "place:a", "place:b"),
        *_differ(make, "actor:x aigg:budget", '"1"', '"9"'),
        *_differ(make, "actor:z aigg:budget", '"1"', '"9"'),
        *_differ(make, "actor:y aigg:budget", '"1"', '"9"'),
        *read('actor:z skos:prefLabel "alpha" . actor:x skos:prefLabel "Beta" .'),
        *read('actor:y skos:prefLabel "beta" .'),
    ]
    assert [found[:2] for found in _found(quads)] == [
        ("actor:z", "aigg:budget"),
        ("actor:x", "aigg:budget"),
        ("actor:x", "aigg:venue"),
        ("actor:y", "aigg:budget"),
    ]


@pytest.mark.parametrize(
    ("term", "things"),
    [
        ("actor:m", ["actor:m"]),
        ("aigg:budget", ["actor:m", "actor:n"]),
        ("source:s1", ["actor:m", "actor:n", "event:e"]),
        ("place:a", ["event:e"]),
        ("place:c", []),
        (None, ["actor:m", "actor:n", "event:e"]),
    ],
)
def test_a_term_keeps_the_places_that_name_it_anywhere(
    term: str | None, things: list[str], make: FactMaker
) -> None:
    quads = [
        *_differ(make, "actor:m aigg:budget", '"1"', '"9"'),
        *_differ(make, "actor:n aigg:budget", '"1"', '"9"'),
        *_differ(make, "event:e aigg:venue", "place:a", "place:b"),
        *read("place:c a aigg:Place ."),
    ]
    places = disagreements([*TERMS, *quads], term)
    assert [compact(place.thing) for place in places] == things


def test_a_place_mentions_its_ends_its_object_and_who_is_left_out() -> None:
    side = {name: Literal(name) for name in ("value", "source", "notIn", "section")}
    place = _place(side, {"value": Literal("other")}, object=Literal("object"))
    named = ("t", "r", "object", "value", "source", "notIn", "other")
    assert all(map(place.mentions, named))
    assert not any(map(place.mentions, ("section", "x")))


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        (["yes", "not known"], "yes"),
        (["not known", "yes"], "yes"),
        (["not known", "not known"], "not known"),
        (["at least"], "at least"),
    ],
)
def test_a_place_holds_on_a_day_if_one_side_surely_does(said: list[str], holds: str) -> None:
    assert _place(*({"holds": Literal(word)} for word in said)).holds == holds


def test_a_place_of_a_graph_without_a_day_holds_nothing_to_say() -> None:
    assert _place({}, {}).holds == ""
