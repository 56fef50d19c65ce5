"""The graph as it stood on a day: yes, no or not known; and as far as it was verified."""

import csv
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError, QueryError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.option_values import VERIFICATION_LEVELS
from graph_builder.core.validity_period import DateRange, ValidityPeriod
from graph_builder.core.vocabulary import NS, expand
from graph_builder.pictures.view_registry import draw
from graph_builder.query.explanation import explain, format_explanation
from graph_builder.query.named_questions import ask
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import SnapshotGraph, select
from tests.conftest import Run
from tests.facts_sample import build_sample

pytestmark = pytest.mark.slow

ENDORSERS = "SELECT ?who { ?who aigg:endorsed instrument:bletchley-declaration } ORDER BY ?who"
NEW_ZEALAND = "ASK { actor:NZL aigg:endorsed instrument:bletchley-declaration }"


On = Callable[[str], SnapshotGraph]


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Return the graph of some of the shipped facts."""
    return build_sample()


@pytest.fixture(scope="module")
def on(graph: Graph) -> On:
    """Return a function that narrows the graph to a day, to each day once."""

    def narrow(day: str) -> SnapshotGraph:
        narrowed = select(graph, at=day)
        assert isinstance(narrowed, SnapshotGraph)
        return narrowed

    return cache(narrow)


def span(text: str) -> DateRange | None:
    return DateRange.parse_or_none(text) if text else None


@pytest.mark.parametrize(
    ("start", "end", "as_of", "said", "day", "state", "act"),
    [
        ("", "", "", "2025-01-01", "2024-06-01", "not known", "not known"),
        ("2024-03-05", "", "", "2025-01-01", "2024-03-04", "no", "no"),
        ("2024-03-05", "", "", "2025-01-01", "2024-03-05", "yes", "yes"),
        ("2024-03-05", "", "", "2025-01-01", "2025-01-01", "yes", "yes"),
        ("2024-03-05", "", "", "2025-01-01", "2025-01-02", "not known", "yes"),
        ("2024-03-05", "", "", "", "2024-03-06", "not known", "yes"),
        ("2024-03", "", "", "2025-01-01", "2024-02-29", "no", "no"),
        ("2024-03", "", "", "2025-01-01", "2024-03-15", "not known", "not known"),
        ("2024-03", "", "", "2025-01-01", "2024-03-31", "yes", "yes"),
        ("2024", "2025", "", "", "2024-12-31", "yes", "yes"),
        ("2024", "2025", "", "", "2025-06-01", "not known", "yes"),
        ("2024", "2025", "", "", "2026-01-01", "no", "yes"),
        ("", "2025-05-05", "", "", "2025-05-06", "no", "not known"),
        ("", "", "2024-03-05", "2024-03-05", "2024-03-04", "not known", "not known"),
        ("", "", "2024-03-05", "2024-03-05", "2024-03-05", "yes", "yes"),
        ("", "", "2024-03-05", "2024-03-05", "2024-03-06", "not known", "yes"),
        ("", "", "2024", "", "2024-03-06", "not known", "not known"),
        ("", "", "2024", "", "2024", "yes", "not known"),
        ("2024-03-05", "", "", "2025-01-01", "2024-03", "not known", "not known"),
        ("2024-03-05", "", "", "2025-01-01", "2024-04", "yes", "yes"),
        ("2024-03-05", "", "", "2025-01-01", "2023", "no", "no"),
    ],
)
def test_dates_decide_or_leave_open(
    *, start: str, end: str, as_of: str, said: str, day: str, state: str, act: str
) -> None:
    period = ValidityPeriod(span(start), span(end), span(as_of), span(said))
    asked = DateRange.parse(day)
    assert (period.state_holds(asked).value, period.act_is_done(asked).value) == (state, act)


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-02-30", "20250210", "2025-W05-1", "2025-2-1", "2025-02-10Z"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="is not a date; write 2025-02-10, 2025-02 or 2025"):
        DateRange.parse(text)


def test_months_and_years_end_when_the_calendar_says() -> None:
    assert str(DateRange.parse("2024-02").last) == "2024-02-29"
    assert str(DateRange.parse("2025").last) == "2025-12-31"


@pytest.mark.parametrize(
    ("day", "answer"),
    [("2023", "no"), ("2024-10-22", "no"), ("2024-10", "not known"), ("2024-10-23", "yes")],
)
def test_new_zealand_joined_late(on: On, day: str, answer: str) -> None:
    rows = [solution["holds"] for solution in solutions(on(day), NEW_ZEALAND)]
    assert [row.value for row in rows] == [answer]


def solutions(graph: Graph, text: str) -> QuerySolutions:
    answer = graph.query(text)
    assert isinstance(answer, QuerySolutions)
    return answer


def held(graph: Graph, text: str) -> Counter[str]:
    return Counter(solution["holds"].value for solution in solutions(graph, text))


def test_the_list_of_endorsers_is_that_of_the_day(on: On) -> None:
    assert held(on("2023-10-31"), ENDORSERS) == {}
    assert held(on("2023-11-02"), ENDORSERS) == {"yes": 29}
    assert held(on("2025-01-01"), ENDORSERS) == {"yes": 30}


def test_the_day_of_a_report_is_no_start(on: On) -> None:
    signed = (
        "SELECT ?w { ?w aigg:signed instrument:council-of-europe-convention-on-ai } ORDER BY ?w"
    )
    armenia = expand("actor:ARM")
    by_day = {
        day: {s["w"].value: s["holds"].value for s in solutions(on(day), signed)}
        for day in ("2024-09-04", "2024-09-05", "2026-01-26", "2026-01-27")
    }
    assert armenia not in by_day["2024-09-04"] or by_day["2024-09-04"][armenia] == "not known"
    assert by_day["2026-01-26"][armenia] == "not known"
    assert by_day["2026-01-27"][armenia] == "yes"


def test_nothing_is_said_of_an_event_before_it_began(on: On) -> None:
    event = "event:india-france-ai-policy-roundtable-2"
    assert ask(on("2025-02-09"), "organisers", event=event) == []
    rows = ask(on("2025-02-10"), "organisers", event=event)
    assert {row["holds"] for row in rows} == {"yes"}


def test_a_plan_may_be_older_than_what_it_plans(graph: Graph, on: On) -> None:
    announced = "SELECT ?x { ?x rdf:predicate aigg:announced ; prov:wasDerivedFrom ?s } ORDER BY ?x"
    whole = {s["x"].value for s in solutions(graph, announced)}
    later = {s["x"].value for s in solutions(on("2026-06-01"), announced)}
    assert whole == later


def test_a_graph_is_answered_with_what_surely_held(on: On) -> None:
    construct = "CONSTRUCT { ?w aigg:endorsed ?t } WHERE { ?w aigg:endorsed ?t }"
    answer = on("2024-01-01").query(construct)
    assert isinstance(answer, QueryTriples)
    assert len(list(answer)) == held(on("2024-01-01"), ENDORSERS)["yes"]


def test_what_becomes_false_with_more_facts_is_not_known(on: On) -> None:
    texts = "?t a/rdfs:subClassOf* aigg:PolicyInstrument"
    without = f"SELECT DISTINCT ?t {{ {texts} MINUS {{ ?x aigg:endorsed ?t }} }} ORDER BY ?t"
    day = on("2024-01-01")
    certain = {s["t"].value for s in solutions(day.certain, without)}
    possible = {s["t"].value for s in solutions(Graph(day.store), without)}
    rows = {s["t"].value: s["holds"].value for s in solutions(day, without)}
    assert rows == {t: "yes" if t in possible else "not known" for t in certain}
    assert "not known" in rows.values()


MEMBERS = "?who aigg:memberOf ?body"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT (COUNT(?who) AS ?n) {{ {MEMBERS} }}",
        f"select (count(distinct ?who) as ?n) where {{ {MEMBERS} filter (?who != actor:IND) }}",
        f"SELECT ( COUNT ( * ) AS ?n ) {{ {{ {MEMBERS} }} UNION {{ ?who aigg:endorsed ?body }} }}",
        f"PREFIX x: <http://x/> SELECT (COUNT(?who) AS ?n) {{ {MEMBERS} }} # of all",
    ],
)
def test_a_number_is_known_from_below_and_from_above(text: str, on: On) -> None:
    day = on("2024-01-01")
    rows = {row["holds"].value: int(row["n"].value) for row in solutions(day, text)}
    (least,) = solutions(day.certain, text)
    (most,) = solutions(Graph(day.store), text)
    assert rows == {"at most": int(most[0].value), "at least": int(least[0].value)}
    assert rows["at least"] < rows["at most"]


def test_the_numbers_of_groups_are_known_from_both_sides_too(on: On) -> None:
    text = "SELECT ?t (COUNT(?who) AS ?n) { ?who aigg:endorsed ?t } GROUP BY ?t ORDER BY ?t"
    rows = solutions(on("2023-11-15"), text)
    assert {row["holds"].value for row in rows} == {"yes", "at most"}


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT (COUNT(?who) AS ?n) {{ ?who a aigg:Country MINUS {{ {MEMBERS} }} }}",
        f"SELECT (COUNT(?who) AS ?n) {{ ?who a aigg:Country FILTER NOT EXISTS {{ {MEMBERS} }} }}",
        f"SELECT (COUNT(*) AS ?n) {{ ?who a aigg:Actor OPTIONAL {{ {MEMBERS} }} }}",
        f"SELECT (200 - COUNT(?who) AS ?n) {{ {MEMBERS} }}",
        f"SELECT (COUNT(?body) AS ?n) {{ {MEMBERS} }} GROUP BY ?who HAVING (COUNT(?body) < 2)",
        f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT ?who {{ {MEMBERS} }} GROUP BY ?who }} }}",
        f"SELECT (SUM(?m) AS ?n) {{ {MEMBERS} BIND (-1 AS ?m) }}",
    ],
)
def test_a_number_that_may_become_smaller_has_no_bounds(text: str, on: On) -> None:
    rows = solutions(on("2024-01-01"), text)
    assert {row["holds"].value for row in rows} <= {"yes", "not known"}


def test_equal_rows_are_counted(on: On) -> None:
    text = "SELECT ?t { ?x aigg:endorsed ?t } ORDER BY ?t"
    possible = on("2025-02-10")
    assert sum(held(possible, text).values()) == len(list(solutions(Graph(possible.store), text)))


def test_a_column_of_that_name_is_refused(on: On) -> None:
    with pytest.raises(QueryError, match="the column holds is added"):
        on("2024-01-01").query("SELECT ?holds { ?holds a aigg:Source }")


@pytest.mark.parametrize("least", VERIFICATION_LEVELS)
def test_less_verified_facts_are_left_out_with_what_they_affirm(graph: Graph, least: str) -> None:
    narrowed = select(graph, verified=least)
    text = (
        "SELECT DISTINCT ?v { GRAPH ?g { ?x a aigg:Assertion ; aigg:verification ?v } } ORDER BY ?v"
    )
    kept = {s["v"].value.rpartition("/")[2] for s in solutions(narrowed, text)}
    assert kept <= {*VERIFICATION_LEVELS[: VERIFICATION_LEVELS.index(least) + 1]}
    assert least in kept
    assert ask(narrowed, "unsourced") == []
    assert not ([] if least == "press" else _unsupported(narrowed, graph))


def _unsupported(narrowed: Graph, whole: Graph) -> list[object]:
    """Return endorsements that stand though no assertion that affirms them is left."""
    text = """SELECT ?w ?t { ?w aigg:endorsed ?t
        FILTER NOT EXISTS { ?x a aigg:Affirmation ; rdf:subject ?w ; rdf:object ?t } }"""
    assert len(narrowed) < len(whole)
    return list(solutions(narrowed, text))


def test_the_order_of_verifications_is_that_of_the_ontology(graph: Graph) -> None:
    ranks = graph.values_by_subject(expand("aigg:rank"))
    by_rank = sorted(
        graph.instances_of(expand("aigg:Verification")), key=lambda iri: int(ranks[iri])
    )
    assert tuple(iri.rpartition("/")[2] for iri in by_rank) == VERIFICATION_LEVELS


def test_an_unknown_verification_is_refused(graph: Graph) -> None:
    with pytest.raises(QueryError, match="unknown verification 'rumour'; use primary, "):
        select(graph, verified="rumour")


def test_day_and_verification_go_together(graph: Graph) -> None:
    narrowed = select(graph, at="2025-02-11", verified="primary")
    rows = ask(narrowed, "facts-of", thing="instrument:bletchley-declaration")
    assert {row["verification"] for row in rows} == {expand("verification:primary")}
    assert {row["holds"] for row in rows} <= {"yes", "not known"}


def test_explain_says_of_each_fact_whether_it_held(on: On) -> None:
    text = format_explanation(on("2024-01-01"), "Bletchley Declaration")
    assert "\n    true on 2024-01-01: yes\n" in text
    assert "\n    true on 2024-01-01: not known\n" in text
    not_true = text.split("Not true on 2024-01-01:\n")[1]
    assert not_true.startswith(
        "    New Zealand — endorsed — Bletchley Declaration, from 2024-10-23"
    )


def test_what_sources_say_and_what_is_inferred_are_one_answer_on_a_day(on: On) -> None:
    day, thing = on("2026"), "event:india-france-ai-policy-roundtable-2"
    rows = list(csv.DictReader(format_explanation(day, thing, "csv").splitlines()))
    assert rows == [*ask(day, "facts-of", thing=thing), *ask(day, "facts-inferred", thing=thing)]
    assert list(rows[0])[-1] == "holds"
    assert {row["basis"].rpartition("/")[2] for row in rows} == {"stated", "inferred", "judged"}
    assert explain(day, thing) == rows


def test_the_picture_is_that_of_the_day(graph: Graph, on: On) -> None:
    whole = list_network_facts(build_facts_network(graph, source="p-bletch"))
    at = on("2024-01-01")
    kept = list_network_facts(build_facts_network(at, source="p-bletch"))
    assert {fact["subject"] for fact in whole} - {fact["subject"] for fact in kept} == {
        "New Zealand"
    }
    page = draw(at, source="p-bletch")
    assert "As it stood on 1 January 2024: " in page
    assert "Held on 1 January 2024: yes" in page
    assert "When: from 1 November 2023" in page


def test_every_relation_is_of_one_kind_at_most() -> None:
    kinds = {NS + "ActRelation", NS + "StateRelation"}
    for relation in load_ontology().relations.values():
        assert len(relation.kinds & kinds) <= 1, relation.name


def test_the_graph_without_options_stays_itself(graph: Graph) -> None:
    assert select(graph) is graph


def test_a_foreign_graph_with_dates_that_are_none_is_answered(graph: Graph) -> None:
    broken = [quad for quad in graph.quads() if quad.predicate.value != expand("dcterms:issued")]
    ours = "source:p-bletch"
    wrong = Quad(
        NamedNode(expand(ours)), NamedNode(expand("dcterms:issued")), Literal("some day in spring")
    )
    day = select([*broken, wrong], at="2024-01-01")
    assert held(day, ENDORSERS) == {"yes": 29}


def test_options_on_the_command_line(graph: Graph, run: Run, tmp_path: Path) -> None:
    store = ("-s", tmp_path / "graph.nq")
    graph.store.dump(store[1], RdfFormat.N_QUADS)
    asked = run("query", *store, "--text", NEW_ZEALAND, "--at", "2024-01-01", "-F", "csv")
    assert asked.stdout == "holds\nno\n"
    assert run("query", *store, "organisers", "--at", "soon").exit_code == 2
    shown = run("explain", *store, "Bletchley Declaration", "--verified", "primary")
    assert "; primary\n" in shown.stdout
    assert "; press\n" not in shown.stdout


def test_an_answer_that_is_cut_is_refused_since_two_would_be_cut_apart(on: On) -> None:
    with pytest.raises(QueryError, match="LIMIT and OFFSET cannot be used with a day"):
        on("2024-01-01").query(ENDORSERS + " limit 5")


def test_a_day_before_everything_leaves_nothing_to_draw(on: On) -> None:
    with pytest.raises(PictureError, match="no fact held in 1990"):
        draw(on("1990"), source="p-seoul")
