"""Answers in Python: rows, frames of pandas and polars, what a prompt and a notebook show."""

import copy
import pickle
import sys
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core import notebook
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import LibraryError, QueryError, ReadError, UnknownNameError
from graph_builder.pictures.picture_page import Page
from graph_builder.query.explanation import explain
from graph_builder.query.named_questions import ask, load_question
from graph_builder.query.result_table import ResultTable
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run

INDIA = v.expand("actor:IND")
HOSTILE = '<script>alert("1")</script>&amp;\x1b[31m\u202e\n'
FRAMES = {"pandas": ResultTable.to_pandas, "polars": ResultTable.to_polars}
#: Literals of a column, its types in pandas and polars, and its values in polars.
COLUMNS: dict[str, tuple[str, str, str, list[Any]]] = {
    "integers": ("1 UNDEF -3", "Int64", "Int64", [1, None, -3]),
    "large": ("1 99999999999999999999 2", "string", "String", ["1", "9" * 20, "2"]),
    "numbers": ("1.5 2e0 UNDEF", "Float64", "Float64", [1.5, 2.0, None]),
    "integers and numbers": ("1 2.5 3", "Float64", "Float64", [1.0, 2.5, 3.0]),
    "truths": ("true UNDEF false", "boolean", "Boolean", [True, None, False]),
    "truths as Virtuoso writes them": (
        '"1"^^xsd:boolean UNDEF "0"^^xsd:boolean',
        "boolean",
        "Boolean",
        [True, None, False],
    ),
    "days": (
        '"2024-02-29"^^xsd:date UNDEF "0999-01-01"^^xsd:date',
        "datetime64[s]",
        "Date",
        [date(2024, 2, 29), None, date(999, 1, 1)],
    ),
    "no day of the calendar": (
        '"2024-02-30"^^xsd:date UNDEF UNDEF',
        "string",
        "String",
        ["2024-02-30", None, None],
    ),
    "days and years": (
        '"2024-02-29"^^xsd:date "2024"^^xsd:gYear UNDEF',
        "string",
        "String",
        ["2024-02-29", "2024", None],
    ),
    "texts": ('"1" "a"@en ""', "string", "String", ["1", "a", None]),
    "things and integers": ("actor:IND 1 2", "string", "String", [INDIA, "1", "2"]),
    "nothing": ("UNDEF UNDEF UNDEF", "string", "String", [None, None, None]),
}


def _column(graph: Graph, literals: str) -> ResultTable:
    return ask(graph, f"SELECT ?x {{ VALUES ?x {{ {literals} }} }}")


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return the method that makes a frame of a library that is installed."""
    pytest.importorskip(request.param, reason=f"no {request.param}, so no frame was made")
    return FRAMES[request.param]


def test_an_answer_is_a_list_of_rows_and_knows_its_columns(graph: Graph) -> None:
    found = ask(graph, "organisers")
    assert found == list(found)
    assert isinstance(found, list)
    assert found.columns == load_question("organisers").columns == tuple(found[0])
    assert isinstance(found[1:3], ResultTable)
    assert found[1:3] == list(found)[1:3]
    assert ask(graph, "organisers", event="AI Action Summit 2025").columns == found.columns


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda found: pickle.loads(pickle.dumps(found))],  # noqa: S301
)
def test_a_copy_shows_the_same(graph: Graph, again: Callable[[ResultTable], ResultTable]) -> None:
    found = ask(graph, "organisers")
    assert again(found) == found
    assert repr(again(again(found))) == repr(found)


@pytest.mark.parametrize("case", COLUMNS)
def test_columns_have_the_type_that_all_literals_share(case: str, graph: Graph) -> None:
    pytest.importorskip("pandas", reason="no pandas, so no frame was made")
    pytest.importorskip("polars", reason="no polars, so no frame was made")
    literals, pandas, polars, values = COLUMNS[case]
    found = _column(graph, literals)
    assert str(found.to_pandas()["x"].dtype) == pandas
    assert found.to_pandas()["x"].isna().tolist() == [value is None for value in values]
    assert str(found.to_polars().schema["x"]) == polars
    assert found.to_polars()["x"].to_list() == values


def test_frames_keep_the_order_of_columns_and_rows(graph: Graph, frame: Callable[..., Any]) -> None:
    found = ask(graph, "said-of-one-only", one="India", other="France")
    made = frame(found)
    assert tuple(made.columns) == found.columns
    assert list(made["object"]) == [row["object"] for row in found]
    found.reverse()
    assert list(frame(found)["object"]) == list(made["object"])[::-1]


@pytest.mark.parametrize("text", ["SELECT ?b ?a { FILTER(false) }", "SELECT ?b ?a { }"])
def test_columns_are_there_where_rows_or_values_are_not(
    text: str, graph: Graph, frame: Callable[..., Any]
) -> None:
    found = ask(graph, text)
    assert tuple(frame(found).columns) == ("b", "a")
    assert len(frame(found)) == len(found)


def test_labels_stand_in_place_of_things_and_never_of_texts(
    graph: Graph, frame: Callable[..., Any]
) -> None:
    assert list(frame(_column(graph, "actor:IND actor:FRA"), labels=True)["x"]) == [
        "India",
        "France",
    ]
    lookalike = _column(graph, f'actor:FRA "{INDIA}" actor:IND')
    assert list(frame(lookalike, labels=True)["x"]) == ["France", INDIA, INDIA]


@pytest.mark.parametrize("library", FRAMES)
def test_a_library_that_is_missing_is_one_sentence(
    library: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(LibraryError, match=f"^this needs {library}, .*pip install {library}$"):
        FRAMES[library](ask(graph, "organisers"))


def test_a_prompt_shows_what_the_command_prints(
    graph: Graph, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert repr(ask(graph, "organisers")) + "\n" == run("query", "organisers").stdout
    assert repr(explain(graph, "Bengaluru")) + "\n" == run("explain", "Bengaluru").stdout
    assert repr(explain(graph, "Bengaluru")[:1]).endswith("1 row")


def test_a_long_answer_is_shown_in_part(graph: Graph) -> None:
    found = ask(graph, "SELECT ?s { ?s a aigg:Assertion } ORDER BY ?s LIMIT 31")
    assert repr(found).endswith("\n30 rows, the first of 31")
    assert found._repr_html_().count("<tr>") == 31
    assert "<p>The first 30 of 31 rows; to_pandas()" in found._repr_html_()
    assert found[:30]._repr_html_().endswith("<p>30 rows</p>\n")


class _Read(HTMLParser):
    """What a browser finds in HTML: the elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_shows_labels_and_the_names_to_ask_by(graph: Graph) -> None:
    read = _Read(ask(graph, "organisers")._repr_html_())
    assert ("td", {"title": "actor:sciences-po-paris"}) in read.found
    assert "Sciences Po Paris, organized" in read.text
    assert "7 rows" in read.text
    assert v.BASE not in read.text


def test_text_of_foreign_origin_is_no_markup_in_a_notebook(graph: Graph) -> None:
    literal = '"' + HOSTILE.replace('"', '\\"').replace("\n", "\\n") + '"'
    for html in (
        _column(graph, literal)._repr_html_(),
        notebook.format_preformatted(HOSTILE),
        notebook.format_html_table([HOSTILE], [[(HOSTILE, HOSTILE)]], HOSTILE),
    ):
        read = _Read(html)
        tags = {"pre", "style", "table", "thead", "tbody", "tr", "th", "td", "p"}
        assert {tag for tag, _ in read.found} <= tags
        assert '<script>alert("1")</script>&amp;' in read.text
    assert "\x1b" not in _column(graph, literal)._repr_html_()
    assert "a" * 301 not in _column(graph, f'"{"a" * 10_000}"')._repr_html_()


def test_a_frame_holds_the_page_and_lets_it_run_apart() -> None:
    shown = Page(f"<!doctype html>{HOSTILE}", HOSTILE)._repr_html_()
    ((tag, attributes),) = _Read(shown).found
    assert tag == "iframe"
    assert attributes["srcdoc"] == f"<!doctype html>{HOSTILE}"
    assert attributes["title"] == HOSTILE
    rights = (attributes["sandbox"] or "").split()
    assert "allow-scripts" in rights
    assert not {"allow-same-origin", "allow-top-navigation", "allow-forms"} & {*rights}


def test_a_page_is_its_text_and_can_be_saved(tmp_path: Path) -> None:
    page = Page("<p>é\n", "A heading")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == b"<p>\xc3\xa9\n"
    assert repr(page) == "<Page 'A heading', 5 characters>"
    assert (page, copy.copy(page).heading) == ("<p>é\n", "A heading")
    with pytest.raises(ReadError, match=r"none/page\.html: No such file or directory$"):
        page.save(tmp_path / "none" / "page.html")


@pytest.mark.slow
def test_a_graph_tells_how_much_it_holds(graph: Graph) -> None:
    facts, sources = (
        len(graph.instances_of(v.expand(f"aigg:{c}"))) for c in ("Assertion", "Source")
    )
    read = _Read(graph._repr_html_())
    assert f"{facts:,} facts by {sources:,} sources; the first 10 of " in read.text
    assert ("td", {"title": "aigg:Country"}) in read.found
    assert "aigg:Modality" not in graph._repr_html_()
    assert " sources as of 2024;" in select(graph, at="2024")._repr_html_()
    assert "0 facts by 0 sources" in Graph.wrap([])._repr_html_()


def test_a_question_of_ones_own_is_asked_in_the_same_way(graph: Graph) -> None:
    text = load_question("organisers").text
    assert ask(graph, text) == ask(graph, "organisers")
    assert repr(ask(graph, "organisers")).endswith(f", default\n\n{ask(graph, text)!r}")
    held = ask(select(graph, at="2024"), "SELECT ?e { actor:GBR aigg:hosted ?e } ORDER BY ?e")
    assert held.columns == ("e", "holds")


@pytest.mark.parametrize("text", ["CONSTRUCT WHERE { actor:IND a ?o }", "DESCRIBE actor:IND"])
def test_triples_come_as_rows(text: str, graph: Graph) -> None:
    found = ask(graph, text)
    assert found.columns == ("subject", "predicate", "object")
    assert {row["subject"] for row in found} == {INDIA}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ASK { }", "yes or no, not a table"),
        ("SELECT * {", "^query:1:10: something is missing: this { is not closed$"),
        ("DELETE WHERE { ?s ?p ?o }", "^query:1:1: aigg only reads; DELETE would"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { } }", "is not called from here$"),
        ("SELECT * { ?s ?p ?o } # " + "x" * 100_000, "characters; at most 100,000 are allowed$"),
    ],
)
def test_what_has_no_table_is_one_sentence(text: str, problem: str, graph: Graph) -> None:
    with pytest.raises(QueryError, match=problem):
        ask(graph, text)


def test_only_named_questions_take_parameters(graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"^only named questions take parameters$"):
        ask(graph, "SELECT * { }", event="x")
    with pytest.raises(UnknownNameError, match=r"^unknown parameter of organisers"):
        ask(graph, "organisers", graph="x")


@pytest.mark.parametrize("name", ["who organised", "../checks/x", "", "organisers.rq", "x" * 9999])
def test_what_is_neither_is_an_unknown_question(name: str, graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown query "):
        ask(graph, name)
