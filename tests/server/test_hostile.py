"""Hostile queries, on the shipped graph and on a large one: each ends in time and delays nobody.

The figures are printed: ``pytest -s tests/server/test_hostile.py``.
"""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

import pytest

from tests.server.conftest import ROOT, SLACK, Answer, Server, Start, memory, running
from tests.server.hostile import QUERIES

pytestmark = [pytest.mark.server, pytest.mark.slow]

QUADS = 200_000
LIMIT = 0.5
PING = "ASK { ?s ?p ?o }"
SOON = 0.5
MOST_MEMORY = 200
AT_ONCE = 20


@pytest.fixture(scope="module", params=["shipped", f"{QUADS:,} quads"])
def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server of the shipped graph, and one of a large one."""
    folder = tmp_path_factory.mktemp("attacked")
    words: list[object] = ["--timeout", LIMIT]
    if request.param != "shipped":
        words += ["-s", folder / "graph.nq"]
        made = [sys.executable, ROOT / "benchmarks" / "synthetic.py", str(QUADS), words[-1]]
        subprocess.run(list(map(str, made)), check=True)
    with running(folder, *words) as server:
        yield server
        show(f"resident memory of the server: {memory(server.process.pid):.0f} MiB")


@contextmanager
def pinging(server: Server) -> Iterator[list[Answer]]:
    """Ask a small question again and again, and collect the answers."""
    answers: list[Answer] = []
    done = threading.Event()

    def ping() -> None:
        while not done.is_set():
            answers.append(server.ask(PING))
            sleep(0.05)

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        yield answers
    finally:
        done.set()
        thread.join()


def assert_unharmed(server: Server, pings: list[Answer]) -> None:
    assert {answer.status for answer in pings} == {200}
    assert max(answer.seconds for answer in pings) < SOON
    assert b"true" in server.ask(PING).body
    assert memory(server.process.pid) < MOST_MEMORY


def show(text: str) -> None:
    print(f"\n{text}")  # noqa: T201


def figures(name: str, answers: list[Answer], pings: list[Answer]) -> str:
    statuses = Counter(answer.status for answer in answers)
    slowest = max(answer.seconds for answer in answers)
    ping = max(answer.seconds for answer in pings)
    return f"{name:26} {dict(statuses)} in {slowest:.2f} s, slowest ping {ping * 1000:.0f} ms"


@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_ends_in_time_and_holds_up_nobody(attacked: Server, name: str) -> None:
    with pinging(attacked) as pings:
        answer = attacked.ask(QUERIES[name])
    show(figures(name, [answer], pings))
    assert 400 <= answer.status < 600, answer.text[:200]
    assert answer.seconds < LIMIT + SLACK
    assert answer.text.endswith(".\n")
    assert_unharmed(attacked, pings)


@pytest.mark.parametrize("name", ["cartesian count", "order of a cross product", "all kinds"])
def test_twenty_hostile_queries_at_once_hold_up_nobody(attacked: Server, name: str) -> None:
    texts = list(QUERIES.values())[:AT_ONCE] if name == "all kinds" else [QUERIES[name]] * AT_ONCE
    with pinging(attacked) as pings, ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(attacked.ask, texts))
    show(figures(f"20 times {name}", answers, pings))
    assert all(400 <= answer.status < 600 for answer in answers)
    assert max(answer.seconds for answer in answers) < LIMIT + SLACK
    assert_unharmed(attacked, pings)


def test_a_flood_of_small_requests_loses_none(start: Start) -> None:
    server = start("--timeout", 10)
    with ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(server.ask, [PING] * 10_000))
    show(figures("flood of 10,000", answers, answers))
    assert {answer.status for answer in answers} == {200}
    assert {answer.body for answer in answers} == {b'{"head":{},"boolean":true}'}
    assert memory(server.process.pid) < MOST_MEMORY


def test_large_answers_that_are_read_slowly_do_not_fill_the_memory(attacked: Server) -> None:
    """More of them than the server holds are refused, and each of the others is whole."""
    rows = "SELECT * WHERE { ?s ?p ?o } LIMIT 30000"
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(attacked.ask, [rows] * AT_ONCE))
    sizes = {len(answer.body) for answer in answers if answer.status == 200}
    assert len(sizes) <= 1
    assert {answer.status for answer in answers} <= {200, 503}
    assert memory(attacked.process.pid) < MOST_MEMORY
