"""Where sources disagree: the places known beforehand appear, and others by the same rules."""

import csv
import io
import json
from collections.abc import Iterable

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph_builder.compare.conflict_classification import Verdict
from graph_builder.compare.conflicts import Conflict, disagreements
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import UnknownNameError
from graph_builder.store.graph import Graph
from tests.conftest import Run

C, L, P, G, R = (
    Verdict.CONTRADICTION,
    Verdict.LIST,
    Verdict.PLAN,
    Verdict.GROWTH,
    Verdict.ROUNDING,
)
ROUNDTABLE = "event:india-france-ai-policy-roundtable-2"
NETWORK = "actor:international-network-for-advanced-ai-measurement"
GPAI = "actor:global-partnership-on-ai"
#: Places at which reading the sources found a difference, by the number of the note on it.
PLACES = [
    ("c01", ROUNDTABLE, "aigg:leadOrganizer", Verdict.PRECISION),
    ("c04", "instrument:paris-statement", "aigg:statedEndorserCount", C),
    ("c04", "instrument:paris-statement", "aigg:statedEndorserCount", L),
    ("c05", "instrument:paris-statement", "aigg:endorsed", L),
    ("c06", "instrument:bletchley-declaration", "aigg:statedEndorserCount", C),
    ("c08", "instrument:seoul-ministerial-statement", "aigg:statedEndorserCount", C),
    ("c09", NETWORK, "aigg:memberOf", L),
    ("c10", "event:ai-safety-institutes-network-meeting-1", "schema:startDate", P),
    ("c10", "event:ai-safety-institutes-network-meeting-1", "schema:endDate", P),
    ("c11", NETWORK, "aigg:name", C),
    ("c12", "instrument:new-delhi-declaration", "aigg:statedEndorserCount", G),
    ("c12", "instrument:new-delhi-declaration", "aigg:statedEndorserCount", L),
    ("c13", "event:ai-impact-summit-2026", "schema:startDate", C),
    ("c13", "event:ai-impact-summit-2026", "schema:endDate", C),
    ("c17", GPAI, "aigg:foundingMemberOf", L),
    ("c17", GPAI, "aigg:statedFoundingMemberCount", L),
    ("c18", GPAI, "aigg:statedMemberCount", C),
    ("c18", GPAI, "aigg:statedMemberCount", L),
    ("c19", "actor:inesia", "aigg:establishedOn", P),
    (
        "c20",
        "actor:coalition-for-environmentally-sustainable-ai",
        "aigg:statedMemberCount",
        C,
    ),
    ("c21", "actor:current-ai", "aigg:statedFoundingMemberCount", C),
    ("c21", "actor:current-ai", "aigg:statedFoundingMemberCount", L),
    ("c22", "event:ai-action-summit-2025", "aigg:attended", P),
    ("c23", "event:ai-action-summit-2025", "schema:startDate", C),
    ("c23", "event:ai-action-summit-2025", "schema:endDate", C),
    ("c24", "instrument:au-continental-ai-strategy", "aigg:adoptedOn", C),
    ("c25", "actor:un-high-level-advisory-body-on-ai", "aigg:statedMemberCount", C),
    ("c27", "actor:european-ai-board", "aigg:chairRule", C),
    ("c28", "instrument:eu-ai-act", "aigg:statedBodyCount", C),
    ("c28", "instrument:eu-ai-act", "aigg:statedBodyCount", L),
    ("c29", "actor:hiroshima-ai-process-friends-group", "aigg:statedMemberCount", G),
    ("c30", "instrument:unga-resolution-78-265", "aigg:statedSponsorCount", C),
    ("c31", "event:reaim-summit-first", "schema:startDate", C),
    ("c32", "actor:australian-ai-safety-institute", "aigg:openedOn", P),
    ("c33", "actor:indiaai-mission", "aigg:budget", R),
    ("c36", "instrument:oecd-ai-principles", "aigg:statedEndorserCount", G),
    ("Japan's law", "instrument:japan-ai-promotion-act", "aigg:adoptedOn", C),
    ("Italy's law", "instrument:italy-law-132-2025", "aigg:adoptedOn", C),
    ("China's measures", "instrument:china-labelling-measures", "aigg:adoptedOn", C),
]
#: Places on which the notes say nothing firm, so that there is no judgement.
UNJUDGED = {"c05", "c08", "c19", "c20", "c21", "c29", "c30", "c32"}

#: A record: id, subject, relation, object, source, and more (modality reported unless it says so).
RECORD = """
  assertion:{} rdf:subject {} ; rdf:predicate {} ; rdf:object {} ; prov:wasDerivedFrom source:{} ;
    aigg:verification verification:press ; aigg:section "lead" ; {} a aigg:Assertion .
"""
YES = "aigg:modality modality:reported ; a aigg:Affirmation ;"


@pytest.fixture(scope="module")
def places(graph: Graph) -> list[Conflict]:
    return disagreements(graph)


def _found(places: Iterable[Conflict]) -> list[tuple[str, str, Verdict]]:
    return [(v.compact(p.thing), v.compact(p.relation), p.verdict) for p in places]


def _with(graph: Graph, *records: tuple[str, str, str, str, str]) -> Graph:
    """Return a graph with records added: subject, relation, object, source, and the rest."""
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in v.PREFIXES.items())
    text = "".join(RECORD.format(f"test{n}", *record) for n, record in enumerate(records))
    more = [Quad(*q.triple) for q in parse(prefixes + text, format=RdfFormat.TURTLE)]
    return Graph.wrap([*graph.quads(), *more])


def _of(graph: Graph, thing: str) -> list[tuple[str, Verdict]]:
    return [
        (relation, verdict) for at, relation, verdict in _found(disagreements(graph)) if at == thing
    ]


@pytest.mark.parametrize(("note", "thing", "relation", "verdict"), PLACES)
def test_a_place_that_was_noted_appears_with_its_verdict(
    note: str, thing: str, relation: str, verdict: Verdict, places: list[Conflict]
) -> None:
    here = [p for p in places if _found([p]) == [(thing, relation, verdict)]]
    assert len(here) == 1, note


def test_no_other_place_appears(places: list[Conflict]) -> None:
    assert sorted(_found(places)) == sorted(place[1:] for place in PLACES)


def test_the_editors_judge_what_the_notes_judge_and_hide_no_side(places: list[Conflict]) -> None:
    judged = {_found([place])[0][:2] for place in places if place.judgements}
    noted = {(thing, relation) for note, thing, relation, _ in PLACES if note not in UNJUDGED}
    counted = {(GPAI, "aigg:statedFoundingMemberCount")}
    open_ = {("instrument:paris-statement", "aigg:endorsed")}  # the Holy See: to be confirmed
    assert judged == noted - counted | open_
    editors = v.expand("source:editors")
    for place in places:
        assert {getattr(j["source"], "value", "") for j in place.judgements} <= {editors}
        assert all(j["reason"] for j in place.judgements)
        assert editors not in {getattr(s.get("source"), "value", "") for s in place.sides}
        assert len(place.sides) > 1 or place.verdict is L


def test_a_judgement_is_no_affirmation_and_no_triple(graph: Graph) -> None:
    for pattern in (
        "?a prov:wasDerivedFrom source:editors ; a aigg:Affirmation",
        'instrument:au-continental-ai-strategy aigg:adoptedOn "2024-07"^^xsd:gYearMonth',
    ):
        assert not graph.query(f"ASK {{ {pattern} }}")


@pytest.mark.slow
def test_what_one_denies_and_another_says_is_a_contradiction(sample: Graph) -> None:
    fact = ("actor:USA", "aigg:endorsed", "instrument:seoul-declaration")
    denied = _with(sample, (*fact, "x", "aigg:modality modality:denied ;"))
    assert ("aigg:endorsed", C) in _of(denied, "actor:USA")
    assert _of(sample, "actor:USA") == []


@pytest.mark.slow
def test_a_plan_that_came_is_no_difference(sample: Graph) -> None:
    fact = ("actor:zhang-guoqing", "aigg:attended", "event:reaim-summit-2024")
    plan = (*fact, "x", "aigg:modality modality:intended ;")
    others = ("actor:ding-xuexiang", *fact[1:], "y", YES)
    nobody = ("actor:nobody", *fact[1:], "y", YES)
    assert _of(_with(sample, plan, (*fact, "y", YES)), "event:reaim-summit-2024") == []
    assert _of(_with(sample, plan, nobody), "event:reaim-summit-2024") == []
    assert _of(_with(sample, plan, others), "event:reaim-summit-2024") == [("aigg:attended", P)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("place:paris", "actor:FRA", Verdict.PRECISION),
        ("place:paris", "place:bengaluru", C),
        ("place:paris", "place:paris", None),
    ],
)
def test_a_place_in_another_is_only_finer(
    one: str, other: str, verdict: Verdict | None, sample: Graph
) -> None:
    at = ("event:ai-summit-2028", "aigg:heldIn")
    found = _of(_with(sample, (*at, one, "x", YES), (*at, other, "y", YES)), at[0])
    assert [each for relation, each in found if relation == at[1]] == ([verdict] if verdict else [])


@pytest.mark.slow
def test_a_selection_leaves_nobody_out(graph: Graph) -> None:
    """Two names of eleven are no list, six of eleven with one more are."""
    text = "instrument:seoul-declaration"

    def named(*codes: str) -> list[tuple[Verdict, list[str]]]:
        records = [(f"actor:{code}", "aigg:endorsed", text, "x", YES) for code in codes]
        found = disagreements(_with(graph, *records), text)
        return [(p.verdict, [v.compact(s["value"].value) for s in p.sides]) for p in found]  # type: ignore[union-attr]

    assert named("AUS", "CAN") == []
    assert named("AUS", "CAN", "IND") == [(L, ["actor:IND"])]
    ((verdict, names),) = named("AUS", "CAN", "DEU", "FRA", "GBR", "IND")
    assert verdict is L
    assert set(names) > {"actor:IND", "actor:USA"}
    assert len(names) == 7


@pytest.mark.slow
@pytest.mark.parametrize("term", ["INESIA", "actor:inesia", "source:sipoch-inesia-january"])
def test_a_term_keeps_the_places_that_name_it(term: str, graph: Graph) -> None:
    assert _found(disagreements(graph, term)) == [("actor:inesia", "aigg:establishedOn", P)]


@pytest.mark.slow
def test_a_relation_is_a_term_too(graph: Graph) -> None:
    found = _found(disagreements(graph, "start date"))
    assert {relation for _, relation, _ in found} == {"schema:startDate"}
    assert len(found) == 4


@pytest.mark.slow
def test_what_nobody_differs_on_has_no_place(graph: Graph, run: Run) -> None:
    assert disagreements(graph, "Bengaluru") == []
    result = run("disagreements", "Bengaluru")
    assert (result.exit_code, result.stdout) == (0, "0 disagreements\n")
    assert json.loads(run("disagreements", "Bengaluru", "-F", "json").stdout) == []


@pytest.mark.slow
def test_the_text_has_both_sides_the_verdict_and_the_judgement(run: Run) -> None:
    shown = " ".join(run("disagreements", "First REAIM summit").stdout.split())
    assert "start date — contradiction" in shown
    assert "2022 — Note on REAIM (reported, press)" in shown
    assert "judgements: 2023, because a report of 2024" in shown
    assert shown.endswith("1 disagreement: 1 contradiction")


@pytest.mark.slow
def test_who_is_missing_from_a_list_is_said_with_care(run: Run) -> None:
    shown = " ".join(run("disagreements", GPAI).stdout.split())
    assert "Canada, France — listed by Global IndiaAI Summit" in shown
    assert "not listed by Entry on the launch" in shown
    assert "leaving a name out does not deny it" in shown


@pytest.mark.slow
def test_each_format_has_every_side(run: Run, places: list[Conflict]) -> None:
    sides = sum(len(place.sides) + len(place.judgements) for place in places)
    rows = list(csv.DictReader(io.StringIO(run("disagreements", "-F", "csv").stdout)))
    assert len(rows) == sides
    tabs = io.StringIO(run("disagreements", "-F", "tsv").stdout)
    assert list(csv.DictReader(tabs, delimiter="\t")) == rows
    data = json.loads(run("disagreements", "-F", "json").stdout)
    assert len(data) == len(places)
    assert sum(len(place["sides"]) + len(place["judgements"]) for place in data) == sides
    assert len(run("disagreements", "-F", "md").stdout.splitlines()) == sides + 2
    assert run("disagreements").stdout == run("disagreements").stdout


@pytest.mark.parametrize(
    "term", ["", "\x1b[31m", "x" * 10_000, '"> } DROP ALL #', "actor:IND> } #", "{}", "ЖЖЖЖ"]
)
def test_a_hostile_term_is_one_sentence(term: str, run: Run) -> None:
    result = run("disagreements", term)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.output
    assert len(result.stderr) < 300


def test_an_unknown_term_gets_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="did you mean INESIA"):
        disagreements(graph, "INESA")


@pytest.mark.slow
def test_a_query_takes_one_thing_or_everything(run: Run) -> None:
    one = run("query", "disagreements", "-p", "thing=INESIA", "-F", "csv").stdout.splitlines()
    everything = run("query", "disagreements", "-F", "csv").stdout.splitlines()
    assert len(one) == 1 + 2
    assert set(one) < set(everything)


@pytest.mark.slow
def test_on_a_day_a_place_says_whether_sources_surely_differ_then(run: Run) -> None:
    asked = ("disagreements", "--at", "2023-11-01", "-F", "json")
    held = {(p["label"], p["verdict"]): p["holds"] for p in json.loads(run(*asked).stdout)}
    assert held["Bletchley Declaration", C] == "yes"
    assert held["Bletchley Declaration", L] == "not known"
    assert "holds" not in json.loads(run("disagreements", "-F", "json").stdout)[0]
    rows = list(csv.DictReader(io.StringIO(run(*asked[:3], "-F", "csv").stdout)))
    assert {(row["verdict"], row["holds"]) for row in rows} >= {(C, "yes"), (L, "not known")}
    assert all(row["holds"] for row in rows)
    assert "holds" not in run("disagreements", "-F", "csv").stdout.splitlines()[0].split(",")
    head = run(*asked[:3], "-F", "md").stdout.splitlines()[0]
    assert head.startswith("| thing | relation | verdict | holds | value |")
    shown = run("disagreements", "Bletchley Declaration", "--at", "2023-11-01").stdout
    assert shown.count("sources differ on 2023-11-01: not known") == 1
