"""The page in a notebook: in a frame whose sandbox keeps it apart, it works as in a window."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph_builder.pictures.picture_page import Page as Picture
from tests.browser import DESK, WATCH, Opened, settle, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame

pytestmark = pytest.mark.browser
NOTHING = "What is in the picture"
TRIED = "(act) => { try { return String(eval(act)) } catch (error) { return error.name } }"


@pytest.fixture(scope="session")
def notebook(html: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page that shows the picture as a notebook does."""
    file = tmp_path_factory.mktemp("notebooks") / "notebook.html"
    shown = html._repr_html_()
    text = f'<!doctype html><meta charset="utf-8"><title>Notebook</title>{shown}'
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


@pytest.fixture
def frame(browser: "Browser", notebook: Path) -> Iterator["Frame"]:
    """Return the drawn frame; it asks for nothing, and the page around it stays."""
    wishes: Any = DESK | {"viewport": {"width": 1100, "height": 900}}
    context = browser.new_context(**wishes)
    context.add_init_script(WATCH)
    context.route("**", lambda route: route.fulfill(body="", content_type="text/html"))
    context.route(notebook.as_uri(), lambda route: route.continue_())
    page = context.new_page()
    opened = Opened(page)
    opened.load(notebook.as_uri())
    drawn = page.frames[1]
    wait_until(drawn, "window.aigg && window.aigg.labels().length > 0")
    yield drawn
    assert drawn.url.partition("#")[0] == "about:srcdoc"
    assert drawn.evaluate("window.violations") == []
    assert opened.asked == [notebook.as_uri()]
    assert opened.told + opened.errors == []
    context.close()


def heading(frame: "Frame") -> str:
    settle(frame)
    return frame.locator("#panel h2").text_content() or ""


def test_marks_search_steps_and_back_work(frame: "Frame") -> None:
    mark = frame.evaluate("aigg.marks().sort((one, two) => two.r - one.r)[0]")
    frame.locator("#canvas").click(position={"x": mark["x"], "y": mark["y"]})
    chosen = heading(frame)
    assert chosen != NOTHING
    assert frame.url.startswith("about:srcdoc#node=")
    frame.click("[data-steps='1']")
    assert len(frame.evaluate("aigg.marks().filter((mark) => mark.on)")) > 1
    frame.fill("#search", "a")
    found = frame.locator("#hits li span").nth(1).text_content()
    frame.locator("#hits li").nth(1).click()
    assert heading(frame) == found
    frame.page.evaluate("history.back()")
    assert heading(frame) == chosen
    frame.locator("#panel").press("Escape")
    assert heading(frame) == NOTHING


@pytest.mark.parametrize(
    ("link", "place"), [("td a[href^='#source']", "#source-1"), ("a.skip", "#facts")]
)
def test_links_within_the_page_stay_in_it(frame: "Frame", link: str, place: str) -> None:
    frame.locator(link).first.press("Enter")
    settle(frame)
    assert frame.url == f"about:srcdoc{place}"
    assert frame.locator(place).evaluate("(it) => document.activeElement === it")
    assert -1 < frame.locator(place).evaluate("(it) => it.getBoundingClientRect().top") < 760


def test_the_address_of_a_source_opens_beside_the_notebook(frame: "Frame") -> None:
    link = frame.locator(".sources a[href^='http']").first
    wanted = link.get_attribute("href")
    with frame.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == wanted
    assert opened.value.evaluate("window.opener") is None
    assert heading(frame) == NOTHING


@pytest.mark.parametrize(
    "act", ["parent.document.title", "localStorage.length", "top.location.href"]
)
def test_the_frame_has_no_access_to_the_notebook(browser: "Browser", act: str) -> None:
    from graph_builder.core.notebook import format_iframe

    page = browser.new_page()
    page.set_content(format_iframe("<!doctype html><title>Frame</title>", "Frame"))
    assert page.frames[1].evaluate(TRIED, act) == "SecurityError"
    page.close()
