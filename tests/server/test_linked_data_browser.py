"""Linked data over HTTP, and its pages in Chromium: nothing foreign, nothing inaccessible."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.axe import SCREENS, problems
from tests.browser import Pages, resize
from tests.conftest import sample_file
from tests.server.conftest import Server, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = {
    "start": "/",
    "actors": "/actor",
    "country": "/actor/IND",
    "event": "/event/india-france-ai-policy-roundtable-2",
    "text": "/instrument/new-delhi-declaration",
    "source": "/source/pib-rt2",
    "assertions": "/assertion",
    "scheme": "/modality",
    "concept": "/modality/reported",
    "ontology": "/ns#endorsed",
    "record": "/assertion/…",
    "answer": "/question/organisers",
    "wide answer": "/question/themes-over-editions",
    "empty answer": "/question/unsourced",
    "find": "/find",
    "found": "/find?q=inde",
    "not found": "/find?q=zzzz",
    "missing": "/actor/Indai",
    "picture": "/picture/actor/IND",
}
Show = Callable[..., "Page"]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a sample of the shipped graph."""
    with running(tmp_path_factory.mktemp("shipped"), "-s", sample_file(), "--timeout", 60) as found:
        yield found


@pytest.mark.server
def test_a_thing_is_seen_by_way_of_its_document(shipped: Server) -> None:
    thing = shipped.send("GET", "/actor/IND", None, Accept="text/turtle")
    assert (thing.status, thing.headers["location"]) == (303, "./IND.ttl")
    data = shipped.send("GET", "/actor/IND.ttl")
    assert data.status == 200
    assert "actor:IND a aigg:Country" in data.text
    assert 'rel="describes"' in data.headers["link"]


@pytest.mark.server
@pytest.mark.parametrize("path", ["/", "/ns", "/actor/IND", "/actor/IND.html", "/actor/nobody"])
def test_head_is_get_without_the_body(shipped: Server, path: str) -> None:
    head, get = (shipped.send(method, path) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (get.status, b"")
    assert head.headers | {"date": ""} == get.headers | {"date": ""}


@pytest.mark.server
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(shipped: Server, method: str) -> None:
    answer = shipped.send(method, "/actor/IND", b"x")
    allowed = set(answer.headers["allow"].split(", "))
    assert (answer.status, allowed) == (405, {"GET", "HEAD", "OPTIONS"})


@pytest.mark.server
@pytest.mark.parametrize(
    "path",
    [
        *("/actor.html", "/actor.ttl", "/theme.jsonld", "/source.html", "/graph.html"),
        *("/ns.html", "/ns.rdf", "/assertion.html", "/modality/reported.html", "/find?q=Indai"),
        *("/picture/actor/IND", "/question/organisers", "/question/themes-over-editions"),
    ],
)
def test_workers_have_all_that_pages_need(shipped: Server, path: str) -> None:
    assert shipped.send("GET", path).status == 200


@pytest.mark.server
@pytest.mark.parametrize(
    "path", ["/%00", "/%0d%0aX-Bad:%20y", "/%ff", "/..%2f..%2fetc", "/%1b[31m"]
)
def test_hostile_paths_are_refused(shipped: Server, path: str) -> None:
    answer = shipped.send("GET", path)
    assert answer.status == 404
    assert "x-bad" not in answer.headers


@pytest.mark.server
def test_a_graph_without_our_things_has_a_start(server: Server) -> None:
    assert server.send("GET", "/").status == 200
    assert server.send("GET", "/actor").status == 303
    assert server.send("GET", "/actor.html").status == 200
    assert server.send("GET", "/actor/nobody").status == 404


@pytest.fixture
def show(pages: Pages, shipped: Server) -> Iterator[Show]:
    """Return a function that opens a page; nothing foreign may be asked for, no policy violated."""
    home = f"http://127.0.0.1:{shipped.port}"
    with pages.lent() as (take, opened):
        yield lambda path, **options: take(home + path, **options).page
        for each in opened:
            assert (each.foreign(home), each.errors, each.violations()) == ([], [], [])


@pytest.fixture(scope="module")
def record(shipped: Server) -> str:
    """Return the path of an assertion."""
    (found,) = re.findall(
        r'href="..(/assertion/\w+)"', shipped.send("GET", "/actor/IND.html").text
    )[:1]
    return str(found)


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_axe_finds_nothing(show: Show, record: str, name: str) -> None:
    page = show(record if name == "record" else PAGES[name])
    assert page.evaluate("window.violations") == []  # before what axe does
    found = {}
    for width, height, theme in SCREENS:
        resize(page, width, height)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found[theme] = problems(page, theme=theme)
        surface = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", surface))) < 128) == (theme == "dark")
    assert {screen: told for screen, told in found.items() if told} == {}


@pytest.mark.browser
def test_a_reader_goes_from_the_start_to_the_source(show: Show) -> None:
    page = show("/")
    page.fill("#q", "Inde")
    page.keyboard.press("Enter")
    page.click("main >> text=India >> nth=0")
    assert page.url.endswith("/actor/IND.html")
    page.click("main >> text=Bletchley Declaration >> nth=0")
    assert page.text_content("h1") == "Bletchley Declaration"
    page.click(".source a >> nth=0")
    assert "/source/" in page.url
    assert page.text_content("#facts") == "What this source says"


@pytest.mark.browser
def test_a_question_is_taken_to_the_workbench(show: Show) -> None:
    page = show("/question/organisers")
    first = page.text_content("table.answer tbody td a")
    page.click("text=Change it in the workbench")
    page.wait_for_selector("#table table")
    assert page.locator("#table a", has_text=first).count()


@pytest.mark.browser
def test_the_picture_of_a_thing_is_drawn(show: Show) -> None:
    page = show("/actor/IND")
    page.click("text=See it as a picture")
    page.wait_for_selector("canvas")
    assert page.evaluate("window.aigg.labels().length") > 10


@pytest.mark.browser
def test_a_term_is_found_by_its_fragment(show: Show) -> None:
    page = show("/ns#endorsed")
    assert page.locator(":target h3 a").text_content() == "endorsed"
