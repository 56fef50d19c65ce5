"""An answer without rows names values that have some, and every answer what it was asked with."""

import json
import re

import pytest

from graph_builder.query.named_questions import ask, load_question
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "values", "note"),
    [
        ("overdue", {"day": "1990"}, "there are rows for day = 2026-09-01"),
        ("bridges", {"least": "99"}, "there are rows for least = 5"),
        ("heads", {"body": "actor:brics"}, "there are rows for body = all"),
        ("votes", {"thing": "actor:anssi"}, "there are rows for thing = all"),
        ("shared-texts", {"one": "actor:meity"}, "there are rows for one = India (actor:IND)"),
        ("facts-of", {"thing": "aigg:endorsed"}, "there are rows for thing = 2nd India-France"),
        ("members-on", {"body": "actor:IND"}, "there are rows for body = Global Partnership"),
    ],
)
def test_values_that_have_rows_are_named(
    question: str, values: dict[str, str], note: str, graph: Graph
) -> None:
    answer = ask(graph, question, **values)
    assert [*answer] == []
    (found,) = [each for each in answer.notes if each.startswith("there are rows")]
    assert found.startswith(note)


def test_values_are_tried_for_some_seconds_at_most(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.query.values_with_rows.MAX_SECONDS", 0)
    notes = ask(graph, "overdue", day="1990").notes
    assert not any("there are rows" in note for note in notes)


def test_each_value_that_is_named_has_rows(graph: Graph) -> None:
    notes = ask(graph, "facts-of", thing="aigg:endorsed").notes
    (note,) = [each for each in notes if each.startswith("there are rows")]
    named = [each for each in re.findall(r"\(([^()]*)\)", note) if ":" in each]
    assert len(named) == 5
    assert note.endswith(" or others")
    assert all(ask(graph, "facts-of", thing=each) for each in named)


@pytest.mark.slow
def test_a_graph_without_the_default_has_no_proposal(graph: Graph) -> None:
    small = Graph(type(graph.store)())
    assert not any("there are rows" in note for note in ask(small, "organisers").notes)
    early = select(graph, at="1900")
    assert not any("there are rows" in note for note in ask(early, "votes").notes)


SHOWN = "event = 2nd India-France AI Policy Roundtable (event:india-france-ai-policy-roundtable-2)"


def test_each_format_says_what_was_asked(run: Run) -> None:
    assert run("query", "venue").stdout.startswith(f"{SHOWN}, default\n\n".replace(" (", "\n  ("))
    assert run("query", "venue", "-F", "md").stdout.startswith(f"- {SHOWN}, default\n\n| ")
    answer = json.loads(run("query", "venue", "-F", "json").stdout)
    assert answer["parameters"] == [
        {
            "name": "event",
            "value": "https://w3id.org/aigg/event/india-france-ai-policy-roundtable-2",
            "label": "2nd India-France AI Policy Roundtable",
            "origin": "default",
        }
    ]
    for extension in ("csv", "tsv"):
        result = run("query", "venue", "-F", extension)
        assert result.stderr == f"note: asked with {SHOWN}, default\n"
        assert "default" not in result.stdout


def test_what_is_given_is_shown_as_it_was_understood(run: Run) -> None:
    text = run("query", "owed", "-p", "actor=germany", "-p", "day=2026-01").stdout
    assert text.splitlines()[:2] == ["actor = Germany (actor:DEU), given", "day = 2026-01, given"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("votes", "-p", "text=x"), "unknown parameter of votes (which has thing) 'text'"),
        (("venue", "-p", "evnt=x"), "unknown parameter of venue 'evnt'; did you mean event?"),
        (("owed", "-p", "day=soon"), "day: 'soon' is not a date such as 2025-02-10, 2025-02 or"),
        (("bridges", "-p", "least=few"), "least: 'few' is not a whole number"),
        (("venue", "-p", "event=a", "-p", "event=b"), "'event' is given more than once"),
    ],
)
def test_a_wrong_parameter_is_one_sentence(words: tuple[str, ...], message: str, run: Run) -> None:
    result = run("query", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_default_is_a_value_as_users_type_it() -> None:
    assert load_question("labels-missing").parameters["language"].default_text == "fr"
    assert load_question("heads").parameters["body"].default_text == "all"
