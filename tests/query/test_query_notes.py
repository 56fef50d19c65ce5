"""Notes on answers: terms that a graph does not use, the nearest ones, and what absence means."""

import json
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import QueryBoolean

from graph_builder.core.errors import QueryError, QueryWarning
from graph_builder.core.vocabulary import expand
from graph_builder.query import query_notes
from graph_builder.query.named_questions import answer_question, ask, questions
from graph_builder.query.query_notes import (
    ABSENCE_NOTE,
    DENIED_NOTE,
    NO_EVIDENCE_NOTE,
    annotate_answer,
    find_term_notes,
)
from graph_builder.query.result_format import format_answer
from graph_builder.store import ask_interpretation
from graph_builder.store.engine import parse_json_results
from graph_builder.store.graph import Graph
from graph_builder.store.query_text import uses_negation_or_aggregation
from graph_builder.store.snapshot import select
from tests.conftest import Run
from tests.counting_engine import CountingEngine
from tests.small_facts import FactMaker, read

NOWHERE, MEANT = "is not used in this graph", "; did you mean"
START = f"aigg:startDate {NOWHERE}{MEANT} schema:startDate?"
TEXT, HTTP = "instrument:bletchley-", "<http://schema.org/startDate>"
WRONG = {
    "?x aigg:startDate ?d": START,
    "?x aigg:endorsd ?d": f"aigg:endorsd {NOWHERE}{MEANT} aigg:endorsed?",
    "aigg:IND ?p ?o": f"aigg:IND {NOWHERE}{MEANT} actor:IND?",
    "actor:ind ?p ?o": f"actor:ind {NOWHERE}{MEANT} actor:IND?",
    f"{TEXT}declration ?p ?o": f"{TEXT}declration {NOWHERE}{MEANT} {TEXT}declaration?",
    "?x a schema:Country": "schema:Country leaves out its narrower classes (aigg:Country);"
    " write a/rdfs:subClassOf* schema:Country",
    "<http://nowhere.example/x> ?p ?o": f"<http://nowhere.example/x> {NOWHERE}",
    "GRAPH graph:no-such { ?s ?p ?o }": f"graph:no-such {NOWHERE}",
    "actor:france ?p ?o": f"actor:france {NOWHERE}{MEANT} actor:FRA?",
    "actor:United-Kingdom ?p ?o": f"actor:United-Kingdom {NOWHERE}{MEANT} actor:GBR?",
    "actor:UK ?p ?o": f"actor:UK {NOWHERE}{MEANT} actor:GBR?",
    "actor:FR ?p ?o": f"actor:FR {NOWHERE}{MEANT} actor:FRA?",
    "actor:inde ?p ?o": f"actor:inde {NOWHERE}{MEANT} actor:IND?",
    f"?x {HTTP} ?d": f"{HTTP} {NOWHERE}{MEANT} schema:startDate?",
    '?x skos:prefLabel "Inde"': f'"Inde" {NOWHERE}{MEANT} "Inde"@fr?',
    '?x schema:startDate "2025-02-10"': f'"2025-02-10" {NOWHERE}{MEANT} "2025-02-10"^^xsd:date?',
}


@pytest.mark.parametrize(("pattern", "note"), WRONG.items())
def test_a_term_that_the_graph_does_not_use_is_named_with_the_nearest(
    graph: Graph, pattern: str, note: str
) -> None:
    assert find_term_notes(graph, f"SELECT * {{ {pattern} }}") == [note]


@pytest.mark.parametrize(
    "pattern",
    [
        "?x schema:startDate ?d ; a aigg:Country",
        "?x skos:prefLabel 'aigg:no'@en # aigg:nothing",
        "GRAPH graph:inferred { ?s ?p ?o }",
        "GRAPH graph:ontology { ?c a owl:Class }",
        '?x schema:startDate "2025-02-10"^^xsd:date',
        '?x skos:prefLabel "Inde"@fr',
        '?x skos:prefLabel ?l FILTER (STR(?l) = "Inde")',
        '?x skos:prefLabel "no such name"',
    ],
)
def test_terms_in_use_are_not(graph: Graph, pattern: str) -> None:
    assert find_term_notes(graph, f"SELECT * {{ {pattern} }}") == []


def test_a_literal_of_a_template_is_none_that_is_asked_for(graph: Graph) -> None:
    made = 'CONSTRUCT { ?s skos:note "France" } WHERE { ?s skos:prefLabel "France"@en }'
    assert find_term_notes(graph, made) == []


def test_a_broad_class_is_named_unless_the_query_asks_for_narrower_ones(graph: Graph) -> None:
    (note,) = find_term_notes(graph, "SELECT * { ?x a aigg:Institution }")
    listed = "aigg:AcademicInstitution, aigg:CivilSociety, aigg:Company, …"
    assert note.startswith(f"aigg:Institution leaves out its narrower classes ({listed});")
    whole = "SELECT * { ?x a/rdfs:subClassOf* aigg:Institution }"
    assert not any("narrower" in note for note in find_term_notes(graph, whole))
    assert find_term_notes(graph, "SELECT * { ?x a aigg:Assertion }") == []


def test_a_class_that_takes_in_what_is_not_there_yet_is_named_with_it(graph: Graph) -> None:
    planned = (
        "aigg:IntergovernmentalOrganisation takes in what is not there yet, or no more: World AI "
        "Cooperation Organization (proposed); see aigg:hasStatus"
    )
    asked = "SELECT * { ?x a aigg:IntergovernmentalOrganisation %s }"
    assert find_term_notes(graph, asked % "") == [planned]
    assert find_term_notes(graph, asked % "; aigg:hasStatus ?status") == []
    (note,) = find_term_notes(graph, "SELECT * { ?x a/rdfs:subClassOf* aigg:Institution }")
    assert note.startswith("aigg:Institution takes in what is not there yet, or no more: ")
    assert "World AI Cooperation Organization (proposed)" in note
    assert find_term_notes(graph, "SELECT * { ?x a aigg:Commitment }") == []


def test_a_class_axiom_is_no_use_of_a_term() -> None:
    axioms = "aigg:Bill rdfs:subClassOf aigg:PolicyInstrument . aigg:amends a aigg:Relation ."
    described = [*read(axioms), *read(axioms, "graph:ontology")]
    few = Graph.wrap([*FactMaker().say("actor:FRA aigg:endorsed instrument:t"), *described])
    for pattern in ("?x a aigg:Bill", "?x aigg:amends ?y"):
        (note,) = find_term_notes(few, f"SELECT * {{ {pattern} }}")
        assert note.endswith("is in the vocabulary, but no fact in this graph uses it")


def test_what_only_a_named_graph_holds_is_said_with_the_graph() -> None:
    kept_apart = Graph.wrap(
        [
            *FactMaker().say("actor:FRA aigg:endorsed instrument:t"),
            *read("actor:FRA aigg:signed instrument:t .", "graph:inferred"),
        ]
    )
    asked = "SELECT * { ?x aigg:signed ?y }"
    assert find_term_notes(kept_apart, asked) == [
        "aigg:signed is used only in graph:inferred; ask there: GRAPH graph:inferred { … }"
    ]
    in_graph = "SELECT * { GRAPH ?g { ?x aigg:signed ?y } }"
    assert find_term_notes(kept_apart, in_graph) == []


@pytest.mark.slow
def test_on_a_day_the_terms_are_those_of_the_whole_graph(graph: Graph) -> None:
    text = "SELECT * { instrument:new-delhi-declaration aigg:statedEndorserCount ?n }"
    assert find_term_notes(select(graph, at="2024-01-01"), text) == []


def test_absence_and_missing_evidence_are_said(graph: Graph) -> None:
    counted = "SELECT (COUNT(?x) AS ?n) { ?x aigg:endorsed instrument:paris-statement }"
    silent = "ASK { actor:ISR aigg:endorsed instrument:paris-statement }"
    refused = "ASK { actor:USA aigg:endorsed instrument:paris-statement }"
    notes = [
        annotate_answer(graph, text, graph.query(text)).notes for text in (counted, silent, refused)
    ]
    assert notes == [(ABSENCE_NOTE,), (NO_EVIDENCE_NOTE,), (DENIED_NOTE,)]


#: Questions in which negation or numbers serve the order, the choice of a label or a comparison of
#: what is recorded, so that silence changes no answer.
TECHNICAL = {
    "changes", "disagreements", "disagreements-dates", "disagreements-denials",
    "disagreements-plans", "facts-inferred", "joined-late", "labels-missing", "members-on",
    "changes-since", "relation-facts", "relations", "timeline", "unsourced",
}  # fmt: skip


def test_questions_that_rest_on_absence_say_what_it_means() -> None:
    resting = {
        name for name, each in questions().items() if uses_negation_or_aggregation(each.text)
    }
    saying = {name for name, each in questions().items() if each.absence}
    assert resting - TECHNICAL == saying
    assert resting >= TECHNICAL


def test_python_warns_of_a_term_and_keeps_all_notes(graph: Graph) -> None:
    with pytest.warns(QueryWarning, match="did you mean schema:startDate"):
        table = ask(graph, "SELECT (COUNT(*) AS ?n) { ?x aigg:startDate ?d }")
    assert table.notes == (START, ABSENCE_NOTE)
    assert ask(graph, "heads").notes == ("asked with body = all, default",)
    asked, absence = ask(graph, "signed-not-ratified").notes
    assert asked.startswith("asked with treaty = Council of Europe Framework Convention on AI")
    assert absence.startswith("not recorded does not mean refused")


def test_a_question_without_an_answer_names_what_the_graph_lacks() -> None:
    small = Graph.wrap(FactMaker().say("actor:FRA aigg:endorsed instrument:t"))
    notes = ask(small, "venue").notes
    assert "aigg:venue is not used in this graph" in notes


def test_a_prefix_that_nothing_declares_is_named(graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"query:2:7: unknown prefix 'skso'; did you mean skos\?"):
        graph.query("# first\nASK { skso:prefLabel a ?x }")
    with pytest.raises(QueryError, match="unknown prefix 'qqqqqqqq'; declare it: PREFIX name"):
        graph.query("ASK { ?x qqqqqqqq:a ?y }")
    own = "PREFIX skso: <https://example.org/> ASK { skso:a ?p ?y }"
    assert isinstance(graph.query(own), QueryBoolean)


def test_an_answer_is_judged_and_its_terms_looked_up_once(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def count(module: ModuleType, name: str) -> None:
        original = getattr(module, name)

        def call(*values: object, **named: object) -> object:
            asked.append(name)
            return original(*values, **named)

        monkeypatch.setattr(module, name, call)

    count(ask_interpretation, "interpret_ask")
    count(query_notes, "find_term_notes")
    text = "ASK { actor:USA aigg:endorsed instrument:paris-statement }"
    answered = annotate_answer(graph, text, graph.query(text))
    assert format_answer(answered, None, graph) == "no\n"
    with pytest.warns(QueryWarning):
        ask(graph, "SELECT ?x { ?x aigg:startDate ?d }")
    assert asked == ["interpret_ask", "find_term_notes", "find_term_notes"]


@pytest.mark.parametrize(
    ("who", "word"), [("actor:FRA", "yes"), ("actor:USA", "no"), ("actor:ISR", "not recorded")]
)
def test_rows_of_a_yes_or_no_have_the_word(run: Run, who: str, word: str) -> None:
    text = f"ASK {{ {who} aigg:endorsed instrument:paris-statement }}"
    said = {each: run("query", "--text", text, "-F", each).stdout for each in ("csv", "tsv", "md")}
    assert said == {"csv": f"answer\n{word}\n", "tsv": f"answer\n{word}\n", "md": f"{word}\n"}
    written = json.loads(run("query", "--text", text, "-F", "json").stdout)
    note = {"yes": None, "no": [DENIED_NOTE], "not recorded": [NO_EVIDENCE_NOTE]}[word]
    assert (written["boolean"], written.get("notes")) == (word == "yes", note)


@pytest.mark.slow
def test_the_command_says_it_beside_the_answer_and_in_json(run: Run) -> None:
    text = "SELECT ?x { ?x aigg:startDate ?d }"
    result = run("query", "--text", text, "-F", "json")
    assert json.loads(result.stdout)["notes"] == [START]
    rows: Any = parse_json_results(result.stdout)  # the engine reads nothing after the rows
    assert [*rows] == []
    assert result.stderr == f"note: {START}\n"
    assert run("query", "--text", text, "-F", "csv").stdout == "x\n"
    silent = run("query", "--text", "ASK { actor:ISR aigg:endorsed instrument:paris-statement }")
    assert (silent.stdout, silent.stderr) == ("not recorded\n", f"note: {NO_EVIDENCE_NOTE}\n")
    assert run("query", "heads").stderr == ""


def test_notes_cost_a_question_with_rows_no_further_query(sample: Graph) -> None:
    counting = CountingEngine(sample.engine)
    graph = Graph(counting)
    # looks up all statuses, once a graph, and the label of the event that is asked about
    graph.label(expand("event:india-france-ai-policy-roundtable-2"))
    counting.asked = 0
    answered = answer_question(graph, "organisers", {})
    assert format_answer(answered, "csv", graph).count("\n") > 2
    assert counting.asked == 1


def test_a_term_that_is_no_class_is_not_asked_about_as_one(sample: Graph) -> None:
    counting = CountingEngine(sample.engine)
    asked = "SELECT ?x { ?x aigg:attended ?event }"
    assert find_term_notes(Graph(counting), asked) == []
    assert counting.asked == 2
