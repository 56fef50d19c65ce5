"""A graph narrowed to a day or to what was verified so well, in graphs of a few assertions."""

import pytest
from pyoxigraph import Quad, QuerySolutions, QueryTriples

from graph_builder.core.errors import QueryError
from graph_builder.core.vocabulary import compact, expand
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import SnapshotGraph, select
from tests.small_facts import FactMaker, node, read

BODY = "aigg:memberOf actor:body"
NO_MEMBER = f"?who a aigg:Actor MINUS {{ ?who {BODY} }}"
MEMBERS = f"SELECT ?who {{ ?who {BODY} }} ORDER BY ?who"


@pytest.fixture
def make() -> FactMaker:
    """Return what makes assertions."""
    return FactMaker()


def _members(make: FactMaker) -> list[Quad]:
    """Return members: ``sure`` throughout 2020, ``maybe`` at no known time, ``late`` from 2021."""
    sure = make.say(f"actor:sure {BODY}", from_="2019", to="2022")
    return sure + make.say(f"actor:maybe {BODY}") + make.say(f"actor:late {BODY}", from_="2021")


def _rows(graph: Graph, text: str) -> list[tuple[str, ...]]:
    answer = graph.query(text)
    assert isinstance(answer, QuerySolutions)
    return [tuple(compact(getattr(term, "value", "")) for term in row) for row in answer]


def _has(graph: Graph, fact: str, name: str = "") -> bool:
    return read(f"{fact} .", name)[0] in graph.store


def test_what_a_kept_assertion_affirms_too_stays(make: FactMaker) -> None:
    both, gone = "actor:a aigg:endorsed instrument:i", "actor:b aigg:endorsed instrument:i"
    quads = make.say(both) + make.say(both, verification="primary") + make.say(gone)
    narrowed = select(quads, verified="primary")
    assert _has(narrowed, both)
    assert not _has(narrowed, gone)


def test_what_is_affirmed_in_one_graph_does_not_stay_in_another(make: FactMaker) -> None:
    fact = "actor:a aigg:endorsed instrument:i"
    quads = make.say(fact, graph="graph:one")
    quads += make.say(fact, graph="graph:two", verification="primary")
    narrowed = select(quads, verified="primary")
    assert not _has(narrowed, fact, "graph:one")
    assert _has(narrowed, fact, "graph:two")


def test_an_assertion_goes_with_all_that_is_said_of_it_in_every_graph(make: FactMaker) -> None:
    quads = make.say("actor:a aigg:endorsed instrument:i", graph="graph:one")
    quads += read("assertion:1 skos:note 'aside' . source:s dcterms:title 'S' .")
    kept = select(quads, verified="primary").quads()
    assert [quad.subject for quad in kept] == [node("source:s")]


def test_a_triple_that_a_dropped_plan_is_about_stands_if_none_had_to_affirm_it(
    make: FactMaker,
) -> None:
    plan = make.say("actor:a aigg:endorsed instrument:i", modality="intended")
    plain = read("actor:a aigg:endorsed instrument:i .")
    assert select(plan + plain, verified="primary").quads() == plain


def test_a_kept_plan_affirms_nothing(make: FactMaker) -> None:
    fact = "actor:a aigg:endorsed instrument:i"
    quads = make.say(fact) + make.say(fact, modality="intended", verification="primary")
    narrowed = select(quads, verified="primary")
    assert not _has(narrowed, fact)
    assert _has(narrowed, f"assertion:2 rdf:subject {fact.split(maxsplit=1)[0]}")


def test_a_narrowed_graph_is_without_the_things_that_only_dropped_assertions_are_about(
    make: FactMaker,
) -> None:
    quads = make.say("actor:a aigg:endorsed instrument:i")
    quads += make.say("actor:b aigg:endorsed instrument:i", verification="primary")
    quads += make.say('actor:c aigg:name "C"')
    narrowed = select(quads, verified="primary")
    assert {*map(compact, narrowed.excluded)} == {"actor:a", "actor:c"}
    assert narrowed.verified == "primary"
    assert narrowed.at == ""


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("primary", {"1"}),
        ("official-copy", {"1", "2"}),
        ("cross-checked", {"1", "2", "3"}),
        ("dataset", {"1", "2", "3", "4"}),
        ("press", {"1", "2", "3", "4", "5"}),
    ],
)
def test_verified_so_well_or_better(wanted: str, kept: set[str], make: FactMaker) -> None:
    levels = ("primary", "official-copy", "cross-checked", "dataset", "press", "hearsay")
    quads = [q for n in levels for q in make.say(f"actor:{n} {BODY}", verification=n)]
    found = select(quads, verified=wanted).instances_of(expand("aigg:Assertion"))
    assert {iri.rpartition("/")[2] for iri in found} == kept


def test_an_unknown_verification_is_refused_with_those_there_are() -> None:
    with pytest.raises(QueryError) as refused:
        select([], verified="rumour")
    levels = "primary, official-copy, cross-checked, dataset, press"
    assert str(refused.value) == f"unknown verification 'rumour'; use {levels}"


def test_each_row_says_whether_it_surely_held(make: FactMaker) -> None:
    day = select(_members(make), at="2020")
    assert _rows(day, MEMBERS) == [("actor:maybe", "not known"), ("actor:sure", "yes")]
    assert isinstance(day, SnapshotGraph)
    assert day.at == "2020"
    assert [str(day.get_truth_value(expand(f"assertion:{n}"))) for n in (1, 2, 3)] == [
        *("yes", "not known", "no")
    ]
    assert len(day.whole.quads()) > len(day.quads()) > len(day.certain.quads())


def test_a_row_of_the_certain_answer_alone_is_not_known_and_comes_last(make: FactMaker) -> None:
    quads = _members(make) + read("actor:sure a aigg:Actor . actor:maybe a aigg:Actor .")
    text = f"SELECT ?who {{ {NO_MEMBER} }} ORDER BY ?who"
    assert _rows(select(quads, at="2020"), text) == [("actor:maybe", "not known")]


def test_equal_rows_are_told_apart_by_their_number(make: FactMaker) -> None:
    day = select(_members(make), at="2020")
    rows = _rows(day, "SELECT ?body { ?who aigg:memberOf ?body } ORDER BY ?body")
    assert rows == [("actor:body", "yes"), ("actor:body", "not known")]


@pytest.mark.parametrize(
    ("who", "day", "answer"),
    [
        ("sure", "2020", "yes"),
        ("maybe", "2020", "not known"),
        ("late", "2020", "no"),
        ("late", "2021", "not known"),
        ("nobody", "2020", "not recorded"),
    ],
)
def test_a_yes_or_no_question_has_four_answers(
    who: str, day: str, answer: str, make: FactMaker
) -> None:
    graph = select(_members(make), at=day)
    assert _rows(graph, f"ASK {{ actor:{who} {BODY} }}") == [(answer,)]
    answered = graph.query(f"ASK {{ actor:{who} {BODY} }}")
    assert isinstance(answered, QuerySolutions)
    assert [variable.value for variable in answered.variables] == ["holds"]


def test_a_graph_is_answered_with_the_triples_of_both_answers(make: FactMaker) -> None:
    quads = _members(make) + read("actor:sure a aigg:Actor . actor:maybe a aigg:Actor .")
    day = select(quads, at="2020")
    answer = day.query(f"CONSTRUCT {{ ?who a aigg:Actor }} {{ ?who {BODY} }}")
    assert isinstance(answer, QueryTriples)
    assert [compact(triple.subject.value) for triple in answer] == ["actor:sure"]
    none = day.query(f"CONSTRUCT {{ ?who a aigg:Actor }} {{ {NO_MEMBER} }}")
    assert isinstance(none, QueryTriples)
    assert [*none] == []


@pytest.mark.parametrize(
    ("select_", "pattern", "numbers", "words"),
    [
        ("(COUNT(?who) AS ?n)", "", (2, 1), ("at most", "at least")),
        ("( count ( * ) as ?n )", "", (2, 1), ("at most", "at least")),
        ("(COUNT(DISTINCT ?who) AS ?n)", "", (2, 1), ("at most", "at least")),
        ("(COUNT(?who) AS ?n)", "FILTER(?who != actor:sure)", (1, 0), ("at most", "at least")),
        ("(SUM(1) AS ?n)", "", (2, 1), ("not known", "not known")),
        ("(COUNT(?who) + 1 AS ?n)", "", (3, 2), ("not known", "not known")),
        ("(COUNT(?who) AS ?n)", "OPTIONAL { ?who a ?c }", (2, 1), ("not known", "not known")),
        ("(COUNT(?who) AS ?n)", "{ SELECT * {} }", (2, 1), ("not known", "not known")),
        ("(COUNT(?who) AS ?n)", "\n{ SELECT * {} }", (2, 1), ("not known", "not known")),
    ],
)
def test_only_plain_counts_are_known_from_above_and_below(
    select_: str, pattern: str, numbers: tuple[int, int], words: tuple[str, str], make: FactMaker
) -> None:
    day = select(_members(make), at="2020")
    text = f"SELECT {select_} WHERE {{ ?who {BODY} {pattern} }}"
    assert _rows(day, text) == [*zip(map(str, numbers), words, strict=True)]


def test_a_row_without_a_count_has_no_bounds(make: FactMaker) -> None:
    rows = _rows(select(_members(make), at="2020"), f"SELECT ?who {{ ?who {BODY} }} ORDER BY ?who")
    assert {row[-1] for row in rows} == {"yes", "not known"}


@pytest.mark.parametrize("clause", ["LIMIT 1", "limit 5", "OFFSET 2", "Offset\n1"])
def test_an_answer_that_is_cut_is_refused_by_the_name_of_the_question(
    clause: str, make: FactMaker
) -> None:
    with pytest.raises(QueryError) as refused:
        select(_members(make), at="2020").query(f"{MEMBERS} {clause}", "members")
    assert str(refused.value).startswith("members: LIMIT and OFFSET ")


def test_a_column_of_the_name_of_the_days_own_is_refused(make: FactMaker) -> None:
    with pytest.raises(QueryError) as refused:
        select(_members(make), at="2020").query(f"SELECT ?holds {{ ?holds {BODY} }}", "members")
    assert str(refused.value).startswith("members: ")
    assert "the column holds" in str(refused.value)


def test_a_mistake_in_a_query_is_told_by_the_name_of_the_question(make: FactMaker) -> None:
    with pytest.raises(QueryError, match=r"^members:"):
        select(_members(make), at="2020").query("SELECT", "members")


def test_a_thing_that_had_not_begun_is_not_there_on_the_day(make: FactMaker) -> None:
    quads = make.say('event:later schema:startDate "2025-02-10"')
    quads += make.say("actor:a aigg:attended event:later")
    quads += make.say("actor:b aigg:announced event:planned")
    quads += make.say('event:planned schema:startDate "2026-01-01"')
    day = select(quads, at="2025-02-09")
    assert {*map(compact, day.excluded)} == {"event:later"}
    assert select(quads, at="2026-01-01").excluded == frozenset()


def test_day_and_verification_narrow_together(make: FactMaker) -> None:
    quads = make.say(f"actor:a {BODY}", from_="2019", to="2022", verification="primary")
    quads += make.say(f"actor:b {BODY}", from_="2019", to="2022")
    day = select(quads, at="2020", verified="primary")
    assert _rows(day, MEMBERS) == [("actor:a", "yes")]
    assert (day.at, day.verified) == ("2020", "primary")
    assert {*map(compact, day.excluded)} == {"actor:b"}


def test_a_graph_that_is_not_narrowed_stays_itself(make: FactMaker) -> None:
    graph = Graph.wrap(_members(make))
    assert select(graph) is graph
    assert select(graph, at="", verified="") is graph


def test_a_count_of_what_is_not_recorded_is_no_certain_number() -> None:
    graph = Graph.wrap(FactMaker().say("actor:FRA aigg:endorsed instrument:t", from_="2024-01-01"))
    text = """SELECT (COUNT(?x) AS ?n) {
      ?x aigg:endorsed ?t FILTER NOT EXISTS { ?x aigg:endorsed instrument:t }
    }"""
    assert _rows(select(graph, at="2025-01-01"), text) == [("0", "as recorded")]
