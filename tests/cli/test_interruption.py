"""Ctrl-C: it ends a command at once and without a word, and leaves nothing half-written."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from graph_builder.store.disk_store import open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

pytestmark = pytest.mark.slow

MAIN = "from graph_builder.__main__ import main; main()"
# Says when a query begins.
TELLING = f"""
from graph_builder.store.local_engine import LocalEngine
asking = LocalEngine.query
def told(*words):
    print("asked", flush=True)
    return asking(*words)
LocalEngine.query = told
{MAIN}
"""
# Is interrupted when it calls what its first word names.
STRUCK = f"""
import pkgutil, signal, sys
owner, _, name = sys.argv.pop(1).rpartition(".")
setattr(pkgutil.resolve_name(owner), name, lambda *_, **__: signal.raise_signal(signal.SIGINT))
{MAIN}
"""
# Is interrupted while it imports what it needs.
EARLY = f"""
import signal, sys
class Striking:
    def find_spec(self, name, *_):
        if name == "click":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Striking())
{MAIN}
"""
PAIRS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
QUERIES = {
    "a count": f"SELECT (COUNT(*) AS ?n) {{ {PAIRS} }}",
    "rows in order": f"SELECT * {{ {PAIRS} }} ORDER BY ?i ?f ?c",
    "rows": f"SELECT * {{ {PAIRS} }}",
    "a path": "SELECT * { ?a (<x:a>|!<x:b>)* ?b . ?c (<x:a>|!<x:b>)* ?d FILTER (?b = ?d) }",
    "a graph": f"CONSTRUCT {{ ?a ?e ?i }} {{ {PAIRS} }}",
    "a text that is long in being parsed": "SELECT * {" + "{ ?s ?p ?o } UNION " * 4_900 + "{} }",
}
NODE = NamedNode("https://example.org/a")
ONE = Quad(NODE, NODE, NODE)
# Does nothing until it is interrupted.
IDLE = "import signal; print('asked', flush=True); signal.pause()"
#: Seconds within which Ctrl-C has to be heeded, beyond so many times what an idle program takes
#: beside it, at the best of a few tries.
AT_ONCE, TIMES, TRIES = 0.5, 4, 3


def _command(code: str, *words: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, words)]


def _ends_at_once(begin: Callable[[], "subprocess.Popen[bytes]"]) -> bool:
    """Return whether a command ends as soon as any other that is interrupted while it asks."""
    for _ in range(TRIES):
        with begin() as process, _begun(IDLE) as idle:
            try:
                time.sleep(0.2)
                assert process.poll() is None
                usual, _ = _interrupt(idle)
                seconds, said = _interrupt(process)
            finally:
                process.kill()
        assert (process.returncode, *said) == (-signal.SIGINT, b"", b"")
        if seconds < AT_ONCE + TIMES * usual:
            return True
    return False


def _interrupt(process: "subprocess.Popen[bytes]") -> tuple[float, tuple[bytes, bytes]]:
    """Return how many seconds a process takes to end when interrupted, and what it says."""
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        said = process.communicate(timeout=120)
    finally:
        process.kill()
    return time.monotonic() - begun, said


def _asking(*words: object) -> "subprocess.Popen[bytes]":
    """Return a command that has begun to ask."""
    return _begun(TELLING, *words)


def _begun(code: str, *words: object) -> "subprocess.Popen[bytes]":
    process = _start(code, *words)
    assert process.stdout is not None
    assert process.stdout.readline() == b"asked\n"
    return process


def _start(code: str, *words: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        _command(code, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )


@pytest.fixture(scope="module")
def disk(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "store"
    write_store(graph.quads(), folder)
    return folder


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_does_not_end_is_ended(name: str, tmp_path: Path) -> None:
    open_graph()
    words = ("query", "--text", QUERIES[name], "-F", "nt" if name == "a graph" else "csv")
    output = tmp_path / "answer"
    assert _ends_at_once(lambda: _asking(*words, "-o", output))
    assert list(tmp_path.iterdir()) == []


def test_a_query_to_a_store_on_disk_is_ended(disk: Path) -> None:
    words = ("query", "--store", disk, "--text", QUERIES["a count"])
    assert _ends_at_once(lambda: _asking(*words))
    assert len(open_store(disk)) > 0


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as connections:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"

        def asking() -> "subprocess.Popen[bytes]":
            process = _start(MAIN, "query", "--store", address, "--text", "ASK {}")
            connection = connections.enter_context(silent.accept()[0])
            assert connection.recv(1)  # it has begun to ask
            return process

        assert _ends_at_once(asking)


def ended(code: str, *words: object, **environment: str) -> None:
    """Run a command that is interrupted, and see that it ends so and says nothing."""
    done = subprocess.run(
        _command(code, *words), capture_output=True, check=False, env={**os.environ, **environment}
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


def test_a_command_that_is_still_starting_says_nothing() -> None:
    ended(EARLY, "--version")


@pytest.mark.parametrize(
    "place",
    [
        "graph_builder.ingest.fact_files.read_with_shipped_facts",
        "graph_builder.store.serialization.export",
    ],
)
def test_a_build_that_is_ended_leaves_the_file_as_it_was(place: str, tmp_path: Path) -> None:
    target = tmp_path / "graph.ttl"
    target.write_text("before", encoding="utf-8")
    ended(STRUCK, place, "build", "-o", target)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["before"]


def test_a_file_that_is_being_written_is_not_left_half_written(tmp_path: Path) -> None:
    open_graph()
    ended(STRUCK, "pathlib.Path.replace", "query", "organisers", "-o", tmp_path / "answer.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_store_whose_build_is_ended_stays_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    ended(STRUCK, "graph_builder.store.disk_store.Store", "build", "--store", folder)
    assert list(open_store(folder).quads()) == [ONE]
    write_store([], folder)
    assert list(open_store(folder).quads()) == []
