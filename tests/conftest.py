"""What the tests share: the graph of the shipped facts, and the command line in this process."""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from graph_builder.cli import aigg
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Run = Callable[..., Result]
#: Names of Chromium, the one first that draws no window around a page and takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What counts in a page how often its policy was violated.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
ROOT = Path(__file__).parents[1]
FACTS = ROOT / "facts"
#: Files that tests of several folders read.
DATA = ROOT / "tests" / "data"
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Return the graph of the shipped facts."""
    return build()


@pytest.fixture(scope="session")
def article(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of the roundtable article alone."""
    folder = tmp_path_factory.mktemp("article")
    for name in ("registry", "india-france-roundtable-2025"):
        shutil.copytree(FACTS / name, folder / name)
    return build(folder, only=True)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests' compiled graph away from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIGG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def run() -> Run:
    """Return a function that runs the command line and returns its exit code and output."""
    return lambda *words: CliRunner().invoke(aigg, [str(word) for word in words])


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Return Chromium."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no chromium on this machine, so no browser check was made")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def listened(page: "Page") -> tuple[list[str], list[str]]:
    """Return what a page asks for, and what it tells the console: lists that grow as it does."""
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    return asked, told


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script of axe-core."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
