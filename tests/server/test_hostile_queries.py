"""Hostile queries, on three graphs, one from disk: each ends in time and delays nobody.

Times are limited beside a server that nobody attacks: some times what its slowest ping takes
meanwhile is allowed on top. Others may use the machine, so what comes late is measured again: a
server that is late for reasons of its own is late each time. The figures are printed at the end of
the tests.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph_builder.store.disk_store import write_store
from tests.conftest import ROOT
from tests.server.conftest import (
    PING,
    SLACK,
    Answer,
    Pings,
    Server,
    Start,
    forget_peak,
    peak_memory,
    pinging,
    running,
)
from tests.server.hostile_queries import QUERIES

pytestmark = [pytest.mark.server, pytest.mark.slow]

QUADS = 200_000
SHIPPED, LARGE, ON_DISK = "shipped", f"{QUADS:,} quads", f"{QUADS:,} quads on disk"
#: Queries that cost the same on any graph are asked of the large one alone.
ON_ALL = ("cartesian count", "unbounded path", "order of a cross product", "string doubling")
LIMIT = 1.0
SOON = 0.5
YES = b'{"head":{},"boolean":true}'
LATE = b"There was no answer within 1 second; ask for less, or try again later.\n"
MOST_MEMORY = 200
AT_ONCE = 20
#: Seconds of a ping beside from which on others use the machine, and most measures of an attack.
LOADED, MEASURES = 0.05, 6

Record = Callable[[str, object], None]


@dataclass(frozen=True)
class Attack:
    """What became of some queries, of pings meanwhile, there and beside, and of one afterwards.

    The memory is the most that the server took, in MiB.
    """

    answers: list[Answer]
    pings: Pings
    beside: Pings
    after: Answer
    memory: float

    @property
    def slowest(self) -> float:
        """Return the longest time that a query took, in seconds."""
        return max(answer.seconds for answer in self.answers)

    @property
    def is_in_time(self) -> bool:
        """Return whether all ended in time, and nobody waited for it."""
        machine = self.beside.allowance
        soon = SOON if self.beside.slowest < LOADED else LIMIT + SLACK
        in_time = self.slowest < LIMIT + SLACK + machine and self.pings.slowest < soon + machine
        return in_time and self.pings.statuses | {self.after.status} == {200}

    @property
    def row(self) -> tuple[str, ...]:
        """Return the figures for the table."""
        statuses = Counter(answer.status for answer in self.answers)
        return (
            ", ".join(f"{many} x {status}" for status, many in sorted(statuses.items())),
            f"{self.slowest:.2f} s",
            *(f"{pings.slowest * 1000:.0f} ms" for pings in (self.pings, self.beside)),
            f"{self.memory:.0f} MiB",
        )


def attack(attacked: Server, beside: Server, texts: list[str]) -> Attack:
    forget_peak(attacked.process.pid)
    with (
        pinging(attacked) as pings,
        pinging(beside) as others,
        ThreadPoolExecutor(len(texts)) as threads,
    ):
        answers = list(threads.map(attacked.ask, texts))
    after = attacked.ask(PING)
    return Attack(answers, pings, others, after, peak_memory(attacked.process.pid))


def measured(attacked: Server, beside: Server, texts: list[str]) -> Attack:
    """Return the first attack that delays nobody, or else the last of some."""
    for _ in range(MEASURES):
        done = attack(attacked, beside, texts)
        if done.is_in_time:
            break
    return done


def assert_harmless(
    attacked: Server, beside: Server, figures: Callable[..., None], name: str, texts: list[str]
) -> None:
    """Attack a server, keep the figures under a name, and see that nobody was delayed."""
    done = measured(attacked, beside, texts)
    figures(name, done.row)
    assert all(400 <= answer.status < 600 for answer in done.answers)
    assert all(answer.text.endswith(".\n") for answer in done.answers)
    assert {answer.body for answer in (*done.pings.answers, done.after)} <= {YES, LATE}
    assert done.is_in_time, done.row
    assert done.memory < MOST_MEMORY


@pytest.fixture(scope="module", params=[SHIPPED, LARGE, ON_DISK])
def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server of the shipped graph, of a large one, and of that one on disk."""
    folder = tmp_path_factory.mktemp("attacked")
    words: list[object] = ["--timeout", LIMIT]
    if request.param != SHIPPED:
        store = synthetic(folder / "graph.nq")
        if request.param == ON_DISK:
            write_store(parse(path=store, format=RdfFormat.N_QUADS), folder / "store")
            store = folder / "store"
        words += ["-s", store]
    with running(folder, *words) as server:
        yield server


def synthetic(path: Path) -> Path:
    made = [sys.executable, ROOT / "benchmarks" / "synthetic.py", QUADS, path]
    subprocess.run(list(map(str, made)), check=True)
    return path


@pytest.fixture
def figures(request: pytest.FixtureRequest, record_property: Record) -> Callable[..., None]:
    """Return a function that keeps a line of the table for the end of the tests."""
    graph = getattr(request.node, "callspec", None)

    def keep(name: str, row: tuple[str, ...]) -> None:
        record_property("figures", (graph.params["attacked"] if graph else SHIPPED, name, *row))

    return keep


@pytest.mark.parametrize("attacked", [LARGE], indirect=True, scope="module")
@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_ends_in_time_and_holds_up_nobody(
    attacked: Server, server: Server, figures: Callable[..., None], name: str
) -> None:
    assert_harmless(attacked, server, figures, name, [QUERIES[name]])


@pytest.mark.parametrize("attacked", [SHIPPED, ON_DISK], indirect=True, scope="module")
@pytest.mark.parametrize("name", ON_ALL)
def test_on_other_graphs_it_ends_in_time_too(
    attacked: Server, server: Server, figures: Callable[..., None], name: str
) -> None:
    assert_harmless(attacked, server, figures, name, [QUERIES[name]])


@pytest.mark.parametrize("name", ["cartesian count", "order of a cross product", "all kinds"])
def test_twenty_hostile_queries_at_once_hold_up_nobody(
    attacked: Server, server: Server, figures: Callable[..., None], name: str
) -> None:
    texts = list(QUERIES.values())[:AT_ONCE] if name == "all kinds" else [QUERIES[name]] * AT_ONCE
    assert_harmless(attacked, server, figures, f"{AT_ONCE} at once: {name}", texts)


def test_a_flood_of_small_requests_loses_none(
    start: Start, server: Server, figures: Callable[..., None]
) -> None:
    flooded = start("--timeout", 60)
    with pinging(server) as beside, ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(flooded.ask, [PING] * 10_000))
    memory = peak_memory(flooded.process.pid)
    figures(
        "flood of 10,000 pings", Attack(answers, Pings(answers), beside, answers[-1], memory).row
    )
    assert {answer.status for answer in answers} == {200}
    assert {answer.body for answer in answers} == {YES}
    assert memory < MOST_MEMORY


def test_large_answers_that_are_read_slowly_do_not_fill_the_memory(attacked: Server) -> None:
    """More of them than the server holds are refused, and each of the others is whole."""
    rows = "SELECT * WHERE { ?s ?p ?o } LIMIT 30000"
    forget_peak(attacked.process.pid)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(attacked.ask, [rows] * AT_ONCE))
    sizes = {len(answer.body) for answer in answers if answer.status == 200}
    assert len(sizes) <= 1
    assert {answer.status for answer in answers} <= {200, 503}
    assert peak_memory(attacked.process.pid) < MOST_MEMORY
