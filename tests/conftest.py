"""What the tests share: the graph of the shipped facts, and the command line in this process."""

import asyncio
import gc
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat

from graph_builder.cli import aigg
from graph_builder.core.errors import Finding
from graph_builder.ingest import fact_file_reader
from graph_builder.ingest.locations import PositionMap
from graph_builder.ingest.yaml_reader import YamlTree, read_yaml
from graph_builder.site import forked_map
from graph_builder.store import loading, snapshot
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, load_compiled, open_graph, read_cached_quads
from tests.browser import BROWSERS, FLAGS, Pages
from tests.graph_sample import make_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")
Run = Callable[..., Result]
ROOT = Path(__file__).parents[1]
FACTS = ROOT / "facts"
#: Files that tests of several folders read.
DATA = ROOT / "tests" / "data"
GOLDEN = ROOT / "tests" / "golden"
#: Set by whoever runs tests in a process of its own: it has made the cache for all of them.
RUN_BY_OTHERS = ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST")
MAKING = 600.0
#: Marks of what takes long.
LONG = ("browser", "server", "slow")


def pytest_configure(config: pytest.Config) -> None:
    """Make one cache for all processes of a run, away from the user's."""
    # The same examples in each run, however busy the machine is.
    hypothesis.settings.register_profile(
        "steady",
        deadline=None,
        derandomize=True,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("steady")
    gc.disable()  # until all is collected, which leaves no garbage
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # What a shell runs in the background ignores Ctrl-C, and so would what tests start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not any(name in os.environ for name in RUN_BY_OTHERS):
        folder = tempfile.mkdtemp(prefix="aigg-tests-")
        os.environ["AIGG_CACHE"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_finish() -> None:
    """Look for garbage more rarely, and never again among what all tests use."""
    gc.set_threshold(50_000, 30, 30)
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, LONG)))


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that one process of a run fills, for which the others wait."""
    folder = Path(os.environ["AIGG_CACHE"]) / name
    done = folder.with_suffix(".done")
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        assert until(done.exists, MAKING)
        return folder
    try:
        make(folder)
    finally:
        done.touch()
    return folder


@cache
def shipped() -> Graph:
    """Return the graph of the shipped facts, which is compiled once a run."""
    once("graph", lambda _: open_graph())
    return open_graph()


@cache
def sample_file() -> Path:
    """Return the file of the sample of the shipped graph, which is made once a run."""
    folder = once(
        "sample",
        lambda folder: make_sample(shipped()).store.dump(folder / "sample.nq", RdfFormat.N_QUADS),
    )
    return folder / "sample.nq"


@cache
def open_sample() -> Graph:
    """Return a sample of the shipped graph."""
    return open_graph(sample_file())


def until(condition: Callable[[], object], seconds: float = 120.0) -> bool:
    """Return whether something becomes true, for which a busy machine has plenty of time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def run_alone(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return what a coroutine returns in a thread, whose loop no browser of another test holds."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(begin())).result()


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Parse each shipped fact file once a process: what tests try are other files beside them."""
    parse = cache(read_yaml)

    def read(text: str, file: str) -> tuple[YamlTree, PositionMap, list[Finding]]:
        return parse(text, file) if file.startswith(f"{FACTS}/") else read_yaml(text, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fact_file_reader, "read_yaml", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> Iterator[None]:
    """Verify and load a compiled graph once a process, for as long as its file stays as it is.

    Whoever opens it next fails if someone has added to it or removed from it.
    """
    verify = lru_cache(maxsize=4)(lambda path, *_: read_cached_quads(path))
    load = lru_cache(maxsize=2)(lambda data: (graph := load_compiled(data), len(graph)))

    def read(path: Path) -> bytes | None:
        try:
            state = path.stat()
        except OSError:
            return read_cached_quads(path)
        return verify(path, state.st_ino, state.st_size, state.st_mtime_ns)

    def reload(data: bytes) -> Graph:
        graph, size = load(data)
        assert len(graph) == size, "a graph that was opened was changed"
        return graph

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_cached_quads", read)
        patch.setattr(loading, "load_compiled", reload)
        yield


@pytest.fixture(scope="session", autouse=True)
def selected_once(loaded_once: None) -> Iterator[None]:  # noqa: ARG001
    """Make each selection of a graph that was opened once a process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_restrict_to_day", "_filter_by_verification"):
            patch.setattr(snapshot, name, lru_cache(maxsize=4)(getattr(snapshot, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def forked_rarely() -> Iterator[None]:
    """Write sites in this process: it is so large that a fork takes longer than a small site.

    Commands in processes of their own, and tests of forks, write on all processors.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forked_map, "count_processors", lambda: 1)
        yield


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Return the graph of the shipped facts."""
    return shipped()


@pytest.fixture(scope="session")
def sample() -> Graph:
    """Return a sample of the graph of the shipped facts, for tests that need not all of it."""
    return open_sample()


@pytest.fixture(scope="session")
def article(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of the roundtable article alone."""
    folder = tmp_path_factory.mktemp("article")
    for name in ("registry", "india-france-roundtable-2025"):
        shutil.copytree(FACTS / name, folder / name)
    return build(folder, only=True)


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


@pytest.fixture(scope="session")
def pages(browser: "Browser") -> Pages:
    """Return the pages that tests share."""
    return Pages(browser)
