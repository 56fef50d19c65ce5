"""Fixtures: the graph that is drawn, its page, and Chromium with the network watched.

To run the same checks on another picture, add its graph to the parameters of ``drawn``.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.pictures.picture_page import render_network_page, render_picture_page
from tests.browser import Opened, Pages, go, resize, settle, wait_until
from tests.conftest import open_sample
from tests.pictures import sample
from tests.pictures.views import NAMES, example, hostile

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

Opener = Callable[..., "Page"]


@pytest.fixture(scope="session", params=["made-up", "shipped"])
def drawn(request: pytest.FixtureRequest) -> "nx.MultiDiGraph[str]":
    return sample.roundtable() if request.param == "made-up" else build_facts_network(open_sample())


@pytest.fixture(scope="session")
def html(drawn: "nx.MultiDiGraph[str]") -> str:
    return render_network_page(drawn, title=sample.TITLE, subtitle=sample.SUBTITLE)


@pytest.fixture(scope="session")
def page_file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "page.html"
    file.write_text(html, encoding="utf-8", newline="\n")
    return file


@pytest.fixture
def open_page(pages: Pages, page_file: Path) -> Iterator[Opener]:
    """Return a function that opens a page and waits until it is drawn."""
    with pages.lent() as (take, _):

        def opened(fragment: str = "", *, file: Path = page_file, **options: Any) -> "Page":
            page = take(file.as_uri() + fragment, **options).page
            if options.get("java_script_enabled", True):
                wait_until(page, "window.aigg && window.aigg.labels().length >= 0")
                settle(page)
            return page

        yield opened


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Path]:
    """Return a function that writes the page of a view once, of the sample or a hostile graph."""
    folder = tmp_path_factory.mktemp("views")

    def file(name: str, *, worse: bool) -> Path:
        path = folder / f"{name}-{worse}.html"
        if not path.exists():
            page = render_picture_page(hostile(name) if worse else example(name))
            path.write_text(page, encoding="utf-8", newline="\n")
        return path

    return lambda name, worse: file(name, worse=worse)


@pytest.fixture
def show(pages: Pages, files: Callable[[str, bool], Path]) -> Iterator[Opener]:
    """Return a function that opens a view; after it nothing was asked, told or violated."""
    with pages.lent() as (take, opened):

        def shown(name: str, fragment: str = "", *, worse: bool = False, **options: Any) -> "Page":
            page = take(files(name, worse).as_uri() + fragment, **options).page
            if options.get("java_script_enabled", True):
                wait_until(page, "Boolean(window.aigg)")
                settle(page)
            return page

        yield shown
        for each in opened:
            assert (each.foreign(), each.told + each.errors, each.violations()) == ([], [], [])


@pytest.fixture(scope="module")
def kept(pages: Pages, files: Callable[..., Path]) -> Iterator[Callable[[str], Opened]]:
    """Return a function that returns the page of a view, which stays open till another is wanted.

    Tests that are parametrised over views with the scope of a module run view after view.
    """
    with pages.lent() as (take, opened):

        def turn_to(name: str) -> Opened:
            address = files(name, worse=False).as_uri()
            found = opened[0] if opened else take(address)
            if found.page.url.partition("#")[0] != address:
                found.load(address)
            wait_until(found.page, "Boolean(window.aigg)")
            return found

        yield turn_to


@pytest.fixture
def look(kept: Callable[[str], Opened]) -> Iterator[Opener]:
    """Return a function that returns that page on a desk, with nothing chosen.

    After it nothing was asked, told or violated.
    """
    seen: list[Opened] = []

    def looked(name: str) -> "Page":
        seen.append(kept(name))
        return as_at_first(seen[-1].page)

    yield looked
    for each in seen:
        assert (each.foreign(), each.told + each.errors, each.violations()) == ([], [], [])


@pytest.fixture(params=NAMES, scope="module")
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a view."""
    found: str = request.param
    return found


@pytest.fixture
def view(name: str, look: Opener) -> tuple[str, "Page"]:
    """Return the name of a view, and its page as ``look`` returns it."""
    return name, look(name)


@pytest.fixture(scope="module")
def kept_page(pages: Pages, page_file: Path) -> Iterator["Page"]:
    """Return the page of the graph that is drawn, which is opened once a module."""
    with pages.lent() as (take, _):
        page = take(page_file.as_uri()).page
        wait_until(page, "window.aigg && window.aigg.labels().length >= 0")
        yield page


@pytest.fixture
def page(kept_page: "Page") -> "Page":
    """Return that page on a desk, with nothing chosen."""
    return as_at_first(kept_page)


def as_at_first(page: "Page") -> "Page":
    """Return a page on a desk, with nothing chosen and nothing searched for."""
    resize(page, 1366, 900)
    go(page, "#all")
    page.fill("#search", "")
    page.evaluate("scrollTo(0, 0)")
    return page
