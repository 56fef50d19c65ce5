"""Pages of the site in Chromium, from a disk and from a host below a path: silent and readable."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from graph_builder.core.text import escape_controls
from graph_builder.pictures.view_registry import load_views
from tests.axe import SCREENS, problems
from tests.browser import Pages, resize, wait_until
from tests.pictures.views import HOSTILE
from tests.site.conftest import Site
from tests.site.hostile_graph import ids

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Opener = Callable[..., "Page"]
#: One page of each sort.
SAMPLE = (
    *("index.html", "find.html", "404.html", "ns.html", "differences.html", "data/index.html"),
    *("actor/index.html", "actor/FRA.html", "event/ai-action-summit-2025.html"),
    *("source/pib-rt2.html", "theme/ai.html", "instrument/new-delhi-declaration.html"),
    *("question/organisers.html", "question/disagreements.html", "picture/index.html"),
    *("graph/pib-rt2.html", "modality/reported.html", "picture/ego/actor/FRA.html"),
)
DRAWN = tuple(f"picture/{name}.html" for name in load_views())
#: Pages of a hostile graph that are looked at besides those whose names are hostile.
START = ("index.html", "differences.html", "actor/index.html")
SORTS = ("actor/", "theme/", "event/", "source/")
TOLD = (*START, *SORTS)
SEEN = "() => [window.ran ?? null, window.violations, document.querySelector('main').innerText]"
every_page = pytest.mark.parametrize("path", SAMPLE)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def host(sampled: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the site on a host that knows nothing of it, below a path."""
    top = tmp_path_factory.mktemp("host")
    (top / "some").mkdir()
    (top / "some" / "graph").symlink_to(sampled.folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(top)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/graph/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["file", "host"])
def place(request: pytest.FixtureRequest, sampled: Site) -> str:
    """Return the address of the site, on a disk or on a host."""
    if request.param == "file":
        return f"{sampled.folder.as_uri()}/"
    found: str = request.getfixturevalue("host")
    return found


@pytest.fixture
def show(pages: Pages) -> Iterator[Opener]:
    """Return a function that opens a page; after it nothing foreign was asked, told or violated."""
    tops: list[str] = []
    with pages.lent() as (take, opened):

        def shown(top: str, path: str, **options: Any) -> "Page":
            tops.append(top)
            return take(top + path, **options).page

        yield shown
        for top, each in zip(tops, opened, strict=True):
            assert (each.foreign(top), each.told + each.errors, each.violations()) == ([], [], [])


@pytest.mark.parametrize("path", [*SAMPLE, *DRAWN])
def test_a_page_is_silent_and_fits_every_screen(show: Opener, place: str, path: str) -> None:
    """A page is as wide on a host as on a disk, where each width is tried."""
    page = show(place, path)
    for width in (1366, 390, 320) if place.startswith("file:") else (1366,):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").inner_text()
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    if path.startswith("picture/") and "index" not in path:
        wait_until(page, "() => Boolean(window.aigg)")


@every_page
def test_axe_finds_nothing(show: Opener, host: str, path: str) -> None:
    page = show(host, path, bypass_csp=True)
    if not path.startswith("picture/ego"):
        page.fill("#q", "summit")
    found = {}
    for width, height, theme in SCREENS:
        resize(page, width, height)
        found[theme] = problems(page, theme=theme)
    assert {screen: told for screen, told in found.items() if told} == {}


@every_page
def test_without_script_all_is_there(show: Opener, sampled: Site, path: str) -> None:
    top = f"{sampled.folder.as_uri()}/"
    plain = show(top, path, java_script_enabled=False)
    assert plain.locator("h1").is_visible()
    if not path.startswith("picture/ego"):
        with_script = show(top, path).locator("main").inner_text()
        without = plain.locator("main").inner_text()
        assert path == "find.html" or without == with_script


def test_a_name_is_found_by_typing_and_keys(show: Opener, place: str) -> None:
    page = show(place, "source/pib-rt2.html")
    page.fill("#q", "Fran")
    options = page.locator("[role=option]")
    assert options.first.locator("span").inner_text() == "France"
    assert page.locator("#q").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant") == "hit-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/actor/FRA.html")
    assert page.locator("h1").inner_text() == "France"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        *(("भारत", "India"), ("IND", "India"), ("inde", "India"), ("FRANCE", "France")),
        *(("gpai", "Global Partnership"), ("safety inst", "AI Safety Institute")),
    ],
)
def test_a_name_is_found_in_any_language_and_by_codes(
    show: Opener, sampled: Site, typed: str, found: str
) -> None:
    page = show(f"{sampled.folder.as_uri()}/", "index.html")
    page.fill("#q", typed)
    assert found in " ".join(page.locator("[role=option] span").all_inner_texts()[:3])


def test_keys_go_round_and_escape_closes(show: Opener, sampled: Site) -> None:
    page = show(f"{sampled.folder.as_uri()}/", "index.html")
    page.fill("#q", "summit")
    number = page.locator("[role=option]").count()
    page.keyboard.press("ArrowUp")
    assert page.locator("#q").get_attribute("aria-activedescendant") == f"hit-{number - 1}"
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant") == "hit-0"
    page.keyboard.press("Escape")
    assert not page.locator("#hits").is_visible()
    page.fill("#q", "zzqq")
    assert not page.locator("#hits").is_visible()
    assert page.locator("[role=search] [role=status]").inner_text() == "No names found"


def test_what_is_asked_for_is_answered_on_a_page(show: Opener, place: str) -> None:
    page = show(place, "actor/FRA.html")
    page.fill("#q", "safety inst")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find.html?q=safety*")
    assert page.locator("#told").inner_text().endswith("found for “safety inst”.")
    assert page.locator("#q").input_value() == "safety inst"
    page.locator("#found a").first.click()
    page.wait_for_url("**/*safety-institutes*.html")


@pytest.mark.parametrize("asked", [*HOSTILE, "x" * 10_000, "((", "[a-", "\\"])
def test_hostile_questions_are_only_words_and_run_nothing(
    show: Opener, sampled: Site, asked: str
) -> None:
    page = show(f"{sampled.folder.as_uri()}/", f"find.html?q={quote(asked, safe='')}")
    told = page.locator("#told").text_content() or ""
    assert re.match(r"(Nothing is called|(The first )?\d+ found for) “", told)
    page.fill("#q", asked)
    assert page.evaluate("window.ran") is None


@pytest.fixture(scope="module")
def visited(pages: Pages, hostile: Site) -> dict[str, list[Any]]:
    """Return what ran and was violated on the pages of a hostile graph, and the text of each."""
    top, found = f"{hostile.folder.as_uri()}/", {}
    with pages.lent() as (take, _):
        opened = take(f"{top}index.html")
        for path in hostile.pages:
            if not path.startswith("picture/") and ("~" in path or path.startswith(TOLD)):
                opened.page.goto(top + path)
                found[path] = opened.page.evaluate(SEEN)
        assert (opened.foreign(top), opened.told + opened.errors) == ([], [])
    return found


def test_nothing_of_a_hostile_graph_runs(visited: dict[str, list[Any]]) -> None:
    tilde = [path for path in visited if "~" in path]
    assert len(tilde) > len(ids()) / 2 > len(HOSTILE) / 2
    assert {*START} <= {*visited}
    assert {path: seen for path, seen in visited.items() if seen[:2] != [None, []]} == {}


def test_nothing_runs_in_pictures_and_questions_of_a_hostile_graph(
    show: Opener, hostile: Site
) -> None:
    top = f"{hostile.folder.as_uri()}/"
    page = show(top, "index.html")
    drawn = [path for path in hostile.pages if path.startswith("picture/ego/") and "~" in path]
    for path in [path for path in hostile.pages if path in DRAWN] + drawn[:20]:
        page.goto(top + path)
        wait_until(page, "() => Boolean(window.aigg)")
        assert page.evaluate("window.ran") is None
    page.goto(f"{top}find.html")
    for text in HOSTILE:
        page.fill("#q", text[:40])
        assert page.evaluate("window.ran") is None


def test_hostile_texts_are_shown_as_they_are(visited: dict[str, list[Any]]) -> None:
    shown = [text for path, (*_, text) in visited.items() if path.startswith(SORTS)]
    flat = " ".join("".join(shown).split())
    assert [each for each in HOSTILE if " ".join(escape_controls(each).split()) not in flat] == []


def test_a_picture_leads_to_the_pages_of_what_it_shows(show: Opener, place: str) -> None:
    page = show(place, "picture/ego/actor/FRA.html")
    wait_until(page, "() => Boolean(window.aigg)")
    page.evaluate("() => { location.hash = '#node=actor:inesia'; }")
    page.click("#panel a:has-text('All facts on its page')")
    page.wait_for_url("**/actor/inesia.html")
    page.click("a:has-text('Picture of its links')")
    page.wait_for_url("**/picture/ego/actor/inesia.html")
    page.click("header a")
    page.wait_for_url("**/actor/inesia.html")
