"""The workbench in Chromium, with the editor, if it was fetched, and without it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from graph_builder.core.vocabulary import expand
from graph_builder.server.static_files import STATIC_FOLDER
from graph_builder.server.workbench_page import EDITOR_FILES
from tests.axe import SCREENS, problems
from tests.browser import Pages, resize
from tests.conftest import sample_file, until
from tests.hostile_values import has_surrogate, is_sentence, term_in, values
from tests.server.conftest import MAIN, Server, logged, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.server]
PLAIN = "import graph_builder.server.workbench_page as page; page.EDITOR_FILES = ('none',); " + MAIN
VENUES = "CONSTRUCT WHERE { ?event aigg:venue ?venue }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TABLE = "#table table"
# Fills the form of the question network by each of some values, and asks nothing.
FILL = """async (values) => {
  const { editor, fillQuestion, showStatus } = workbench;
  const form = document.querySelector("form[action$='/network']");
  const found = [];
  for (const value of values) {
    editor.write("");
    showStatus("");
    form.elements.source.value = value;
    await fillQuestion(form);
    const status = document.getElementById("status");
    found.push([form.elements.source.value, editor.read(), status.textContent]);
  }
  return found;
}"""
Opener = Callable[..., "Page"]


@pytest.fixture(scope="module", params=["editor", "text area"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server of a sample, once with an editor in its page and once without."""
    has_editor = request.param == "editor"
    if has_editor and not all((STATIC_FOLDER / name).is_file() for name in EDITOR_FILES):
        pytest.skip("the editor was not fetched: python tools/fetch_workbench.py")
    folder = tmp_path_factory.mktemp("bench")
    with running(
        folder, "-s", sample_file(), "--timeout", 25, code=MAIN if has_editor else PLAIN
    ) as found:
        yield found


@pytest.fixture
def open_bench(pages: Pages, bench: Server) -> Iterator[Opener]:
    """Open the page; afterwards nothing was asked of another origin, and no policy violated."""
    home = f"http://127.0.0.1:{bench.port}/"
    with pages.lent() as (take, shown):

        def opened(query: str = "", **options: Any) -> "Page":
            fragment = f"#query={quote(query)}" if query else ""
            page = take(f"{home}sparql{fragment}", **options).page
            if options.get("java_script_enabled", True):
                page.wait_for_selector("html[data-ready]")
            return page

        yield opened
        for each in shown:
            assert (each.foreign(home), each.errors, each.violations()) == ([], [], [])


def _ask(page: "Page", query: str) -> None:
    page.evaluate("text => workbench.editor.write(text)", query)
    page.click("#run")


def test_a_question_is_asked_by_its_form(open_bench: Opener) -> None:
    page = open_bench()
    page.fill("#find", "organised role")
    page.locator("summary:visible").first.click()
    field = page.locator("details[open] input")
    assert field.input_value() == "2nd India-France AI Policy Roundtable"
    field.fill("Sunday Roast")
    page.locator("details[open] button").click()
    page.wait_for_selector("#status.mistake")
    assert "unknown event 'Sunday Roast'" in page.inner_text("#status")
    field.fill("event:india-france-ai-policy-roundtable-2")
    field.press("Enter")
    page.wait_for_selector(TABLE)
    assert page.locator(f"{TABLE} a", has_text="Government of India").count()
    assert "VALUES ?event" in page.evaluate("workbench.editor.read()")


def test_no_value_of_a_form_changes_a_query(open_bench: Opener) -> None:
    page = open_bench()
    wellformed = [value for value in values(300) if not has_surrogate(value)]
    every = [*wellformed, "india-france-roundtable-2025", "ALL"]
    plain, *asked = page.evaluate(FILL, ["all", *every])
    terms = {}
    for value, (shown, text, refusal) in zip(every, asked, strict=True):
        assert shown == re.sub(r"[\r\n]", "", value)  # a field of one line drops them in sight
        if refusal:
            assert is_sentence(refusal), value
        else:
            terms[value] = term_in(text, plain[1], "source")
    known = f"<{expand('source:india-france-roundtable-2025')}>"
    assert terms == {"india-france-roundtable-2025": known, "ALL": "UNDEF"}


def test_a_link_leads_to_the_answer_and_back_to_the_one_before(open_bench: Opener) -> None:
    page = open_bench("SELECT (1 AS ?one) {}")
    page.wait_for_selector(f"{TABLE} td")
    _ask(page, "SELECT (2 AS ?two) {}")
    page.wait_for_selector("td[data-column=two]")
    link = page.get_attribute("#link", "href") or ""
    page.go_back()
    page.wait_for_selector("td[data-column=one]")
    assert open_bench().evaluate("href => (location.hash = href)", link) == link


def test_a_link_leads_to_the_query_on_a_phone_too(open_bench: Opener) -> None:
    page = open_bench("SELECT (1 AS ?one) {}", viewport={"width": 390, "height": 844})
    page.wait_for_selector("td[data-column=one]")
    assert page.evaluate("scrollY") > 0
    assert page.evaluate("document.getElementById('query-title').getBoundingClientRect().y") >= 0


def test_a_graph_is_drawn_beside_its_table(open_bench: Opener) -> None:
    page = open_bench(VENUES)
    frame = page.frame_locator("#picture")
    frame.locator("#panel h2").wait_for()
    assert "5 relations" in frame.locator("#panel").inner_text()
    assert page.locator(f"{TABLE} tbody tr").count() == 5
    assert page.evaluate("document.getElementById('picture').contentDocument") is None


def test_rows_of_the_shape_of_edges_are_drawn_on_request(open_bench: Opener) -> None:
    page = open_bench("SELECT ?subject ?relation ?object { VALUES ?relation { aigg:venue } "
                      "?subject ?relation ?object }")  # fmt: skip
    page.click("#show")
    page.frame_locator("#picture").locator("#panel h2").wait_for()


def test_what_is_too_large_to_draw_is_said(open_bench: Opener) -> None:
    page = open_bench("CONSTRUCT WHERE { ?fact aigg:modality ?modality }")
    page.wait_for_selector("#no-picture-reason:not([hidden])")
    assert "facts; ask for fewer" in page.inner_text("#no-picture-reason")
    assert not page.is_visible("#draw")


@pytest.mark.parametrize(
    ("query", "button", "name", "start"),
    [
        ("SELECT ?event { ?event aigg:venue ?v }", "Save as CSV", "answer.csv", "event\r\n"),
        (VENUES, "Save as Turtle", "answer.ttl", "@prefix"),
        (VENUES, "Save as a page", "answer.html", "<!doctype html>"),
        ("ASK {}", "Save as a page", "answer.html", "<!doctype html>"),
    ],
)
def test_answers_are_saved(
    open_bench: Opener, query: str, button: str, name: str, start: str
) -> None:
    page = open_bench(query)
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    assert download.value.suggested_filename == name
    saved = Path(download.value.path()).read_bytes().decode()
    assert saved.startswith(start)


def test_a_running_query_is_stopped_by_keyboard(bench: Server, open_bench: Opener) -> None:
    page = open_bench()
    _ask(page, ENDLESS)
    page.wait_for_selector("#stop:not([disabled])")
    page.focus("#stop")
    page.keyboard.press("Enter")
    page.locator("#status", has_text="Stopped.").wait_for()
    _ask(page, "ASK {}")
    page.locator("#status", has_text="Yes.").wait_for()
    line = re.compile(r"POST /workbench/answer - 0 \d+ms gone$", re.MULTILINE)
    assert until(lambda: line.search(logged(bench)))


def test_a_mistake_is_told_with_its_place(open_bench: Opener) -> None:
    page = open_bench("SELECT ?x {\n ?x ?y }")
    page.wait_for_selector("#status.mistake")
    assert "query:2:2: not SPARQL from '?x ?y }' on" in page.inner_text("#status")


def test_the_keyboard_asks_and_is_not_trapped(open_bench: Opener) -> None:
    page = open_bench()
    page.focus("#find")
    for _ in range(page.locator("#questions summary").count() + 10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('textarea')"):
            break
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(TABLE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"


def test_what_fits_the_class_is_completed(open_bench: Opener) -> None:
    page = open_bench()
    if not page.locator(".CodeMirror").count():
        pytest.skip("a text area completes nothing")
    page.locator(".CodeMirror textarea").focus()  # after a click, the editor takes it a while later
    page.wait_for_selector(".CodeMirror-focused")
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * { ?x a aigg:Event ; aigg:ven")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hint")
    assert page.locator(".CodeMirror-hint").all_inner_texts() == ["aigg:venue venue"]
    page.keyboard.press("Enter")
    page.keyboard.type(" ?v . ?v ")
    assert page.locator(".parseErrorIcon").count() == 0
    suggested = page.evaluate(
        "() => workbench.editor.suggest(workbench.editor.read()).map(({ name }) => name)"
    )
    assert "aigg:locatedIn" in suggested
    assert "aigg:signed" not in suggested
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("query", ["", VENUES, "SELECT", "SELECT * { ?s aigg:venue ?o }"])
def test_axe_finds_nothing(open_bench: Opener, query: str) -> None:
    page, found = open_bench(query, bypass_csp=True), {}
    if query:
        page.wait_for_selector("#status.mistake" if query == "SELECT" else TABLE)
    page.locator("summary").first.click()
    for width, height, theme in SCREENS:
        resize(page, width, height)
        found[theme] = problems(page, theme=theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {screen: told for screen, told in found.items() if told} == {}


def test_without_script_questions_are_read_and_queries_asked(open_bench: Opener) -> None:
    page = open_bench(java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert page.locator("textarea").is_visible()
    assert not page.locator("#find").is_visible()
    page.locator("summary").first.click()
    page.locator("details[open] button").click()
    assert page.inner_text("body").startswith("#+ summary:")
