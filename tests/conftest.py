"""What the tests share: the graph of the shipped facts, and the command line in this process."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph_builder.cli import aigg
from graph_builder.opening import build
from graph_builder.store import Graph

Run = Callable[..., Result]
FACTS = Path(__file__).parents[1] / "facts"


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
