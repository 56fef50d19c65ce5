"""Fixtures: the graph that is drawn, its page, and Chromium with the network watched.

To run the same checks on another picture, add its graph to the parameters of ``drawn``.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from graph_builder.analysis.networks.facts_network import facts_network
from graph_builder.pictures.picture_page import render_network_page, render_picture_page
from graph_builder.store.loading import build
from tests.conftest import WATCH, listened
from tests.pictures import sample
from tests.pictures.views import example, hostile

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Browser, Page

Opener = Callable[..., "Page"]
SIZE = {"width": 1366, "height": 900}


@pytest.fixture(scope="session", params=["made-up", "shipped"])
def drawn(request: pytest.FixtureRequest) -> "nx.MultiDiGraph[str]":
    return sample.roundtable() if request.param == "made-up" else facts_network(build())


@pytest.fixture(scope="session")
def html(drawn: "nx.MultiDiGraph[str]") -> str:
    return render_network_page(drawn, title=sample.TITLE, subtitle=sample.SUBTITLE)


@pytest.fixture(scope="session")
def page_file(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "page.html"
    file.write_text(html, encoding="utf-8", newline="\n")
    return file


@pytest.fixture
def open_page(browser: "Browser", page_file: Path) -> Iterator[Opener]:
    """Open a page in a fresh context and wait until it is drawn."""
    contexts = []

    def opened(fragment: str = "", *, file: Path = page_file, **options: Any) -> "Page":
        wishes = {"viewport": {"width": 1366, "height": 900}, "reduced_motion": "reduce"} | options
        context = browser.new_context(**wishes)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(file.as_uri() + fragment)
        if options.get("java_script_enabled", True):
            page.wait_for_function("window.aigg && window.aigg.labels().length >= 0")
            page.wait_for_timeout(150)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Path]:
    """Return a function that writes the page of a view once, of the shipped or a hostile graph."""
    folder = tmp_path_factory.mktemp("views")

    def file(name: str, *, worse: bool) -> Path:
        path = folder / f"{name}-{worse}.html"
        if not path.exists():
            page = render_picture_page(hostile(name) if worse else example(name))
            path.write_text(page, encoding="utf-8", newline="\n")
        return path

    return lambda name, worse: file(name, worse=worse)


@pytest.fixture
def show(browser: "Browser", files: Callable[[str, bool], Path]) -> Iterator[Opener]:
    """Return a function that opens a view; after it nothing was asked, told or violated."""
    opened: list[tuple[Page, list[str], list[str]]] = []

    def shown(name: str, fragment: str = "", *, worse: bool = False, **options: Any) -> "Page":
        context = browser.new_context(
            **cast("Any", {"viewport": SIZE, "reduced_motion": "reduce"} | options)
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        asked, told = listened(page)
        opened.append((page, asked, told))
        page.goto(files(name, worse).as_uri() + fragment)
        if options.get("java_script_enabled", True):
            page.wait_for_function("window.aigg")
            page.wait_for_timeout(100)
        return page

    yield shown
    for page, asked, told in opened:
        foreign = [url for url in asked[1:] if not url.startswith(("blob:", "data:"))]
        violations = page.evaluate("window.violations ?? []")
        page.context.close()
        assert (foreign, told, violations) == ([], [], [])
