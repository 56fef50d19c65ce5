"""The page of every view where it may be at home: in a file, served, in a notebook's frame."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph_builder.core.notebook import format_iframe
from tests.browser import Pages, settle, wait_until
from tests.conftest import sample_file
from tests.server.conftest import Server, running

if TYPE_CHECKING:
    from playwright.sync_api import Frame

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a sample of the shipped graph."""
    folder = tmp_path_factory.mktemp("served")
    with running(folder, "--timeout", 60, "-s", sample_file()) as found:
        yield found


def used(pages: Pages, address: str) -> dict[str, Any]:
    """Use a page as a reader does, and return what it showed; it asks for nothing else."""
    with pages.lent() as (take, _):
        opened = take(address)
        place = opened.page.frames[-1]
        wait_until(place, "Boolean(window.aigg)")
        shown = _session(place)
        assert place.evaluate("window.violations") == []
        assert (opened.foreign("about:"), opened.told, opened.errors) == ([], [], [])
    return shown


def _session(place: "Frame") -> dict[str, Any]:
    """Search, choose, filter, go back and share."""
    shown: dict[str, Any] = {"heading": place.locator("h1").text_content()}
    place.fill("#search", "a")
    shown["hits"] = place.locator("#hits li").all_text_contents()
    place.locator("#search").press("Enter")
    shown["chosen"] = _panel(place)
    shown["fragment"] = place.url.partition("#")[2]
    place.locator("[data-only=official]").click()
    settle(place)
    shown["remaining"] = place.locator("#remaining").text_content()
    place.evaluate("history.back()")
    place.locator("#panel").press("Escape")
    shown["nothing chosen"] = _panel(place)
    for kind in ("csv", "ttl", "gexf"):
        shown[kind] = place.evaluate(f"aigg.share('{kind}')")
    return shown


def _panel(place: "Frame") -> list[str]:
    settle(place)
    return place.locator("#panel").all_inner_texts()


def as_file(html: str, folder: Path) -> str:
    """Return the address of a file that holds a page."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8", newline="\n")
    return file.as_uri()


def as_notebook(html: str, folder: Path) -> str:
    """Return the address of a notebook that shows a page in a frame."""
    file = folder / "notebook.html"
    text = (
        f'<!doctype html><meta charset="utf-8"><title>Notebook</title>{format_iframe(html, "Page")}'
    )
    file.write_text(text, encoding="utf-8", newline="\n")
    return file.as_uri()


@pytest.mark.parametrize("name", ["ego", "event", "disagreement", "themes", "timeline"])
def test_a_page_works_alike_in_a_file_and_in_a_notebook(
    pages: Pages, files: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    file = files(name, worse=False)
    expected = used(pages, file.as_uri())
    assert expected["hits"]
    assert expected["chosen"] != expected["nothing chosen"]
    html = file.read_text(encoding="utf-8")
    assert used(pages, as_notebook(html, tmp_path)) == expected


@pytest.mark.parametrize("path", ["actor/IND", "event/ai-action-summit-2025"])
def test_a_page_that_is_served_works_alike_everywhere(
    pages: Pages, server: Server, tmp_path: Path, path: str
) -> None:
    address = f"http://127.0.0.1:{server.port}/picture/{path}"
    html = server.send(target=f"/picture/{path}").text
    expected = used(pages, address)
    assert used(pages, as_file(html, tmp_path)) == expected
    assert used(pages, as_notebook(html, tmp_path)) == expected
