"""A server as its users have it: a process of its own, at a free port of loopback."""

import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import ROOT, sample_file

MAIN = "from graph_builder.cli import main; main()"
READY = re.compile(r"quads at http://\S+:(\d+)/sparql")
QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
#: Seconds that a query may take on the servers of these tests, and that an end may take beyond.
LIMIT = 1.0
SLACK = 1.0
#: Seconds after which whatever is waited for has come to a halt, on however busy a machine.
HUNG = 300.0
#: How much longer than its slowest ping other requests may take on a busy machine.
TIMES = 3
PING = "ASK { ?s ?p ?o }"
DATA = """
@prefix : <http://example.org/> .
:default :p 1 .
:one { :a :p 1 . :a :q 2 }
:two { :b :p 1 . :b :q 2 . :b :r 3 }
"""


@dataclass(frozen=True)
class Answer:
    """A response with what it took, in seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: "subprocess.Popen[str]"
    port: int
    log: Path

    def send(
        self,
        method: str = "GET",
        target: str = "/sparql",
        body: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request on a connection of its own; ``_`` in a header's name means ``-``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HUNG)
        begun = time.monotonic()
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, sent)
            response = connection.getresponse()
            got = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, got, response.read(), time.monotonic() - begun)
        finally:
            connection.close()

    def get(self, *parameters: tuple[str, str], **headers: str) -> Answer:
        """Send parameters in the address (2.1.1)."""
        return self.send("GET", f"/sparql?{urlencode(parameters)}", None, **headers)

    def form(self, *parameters: tuple[str, str], **headers: str) -> Answer:
        """Send parameters as a form (2.1.2)."""
        return self.send("POST", body=urlencode(parameters).encode(), Content_Type=FORM, **headers)

    def ask(self, query: str, *parameters: tuple[str, str], **headers: str) -> Answer:
        """Send a query as it is, and parameters in the address (2.1.3)."""
        target = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
        return self.send("POST", target, query.encode(), **{"Content_Type": QUERY, **headers})

    def workers(self) -> list[int]:
        """Return the process numbers of the workers, which are the fork server's children."""
        return [pid for fork_server in children(self.process.pid) for pid in children(fork_server)]


def children(pid: int) -> list[int]:
    """Return the process numbers of a process's children."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return list(map(int, found.read_text(encoding="ascii").split()))
    except FileNotFoundError:
        return []


def forget_peak(pid: int) -> None:
    """Begin anew to note the most memory that a process takes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak_memory(pid: int) -> float:
    """Return the most resident memory that a process took, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0]) / 1024


def logged(server: Server) -> str:
    """Return what a server has written down."""
    return server.log.read_text(encoding="utf-8")


def is_busy(server: Server) -> bool:
    """Return whether a worker computes."""
    states = [Path(f"/proc/{pid}/stat") for pid in server.workers()]
    return any(s.exists() and s.read_text(encoding="ascii").split()[2] == "R" for s in states)


@dataclass
class Pings:
    """The answers to a small question that is asked again and again."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """Return the longest time that one took, in seconds."""
        return max(answer.seconds for answer in self.answers)

    @property
    def allowance(self) -> float:
        """Return how many seconds are allowed on top of a limit, for what else the machine does."""
        return TIMES * self.slowest

    @property
    def statuses(self) -> set[int]:
        """Return with what they were answered."""
        return {answer.status for answer in self.answers}


@contextmanager
def pinging(server: Server) -> Iterator[Pings]:
    """Ping a server for as long as the block lasts.

    Beside another server that is under attack, the slowest ping of one that has nothing else to do
    says what a busy machine alone takes: that much more time is allowed wherever time is limited.
    """
    pings, done = Pings(), threading.Event()

    def ping() -> None:
        while not pings.answers or not done.wait(0.05):
            pings.answers.append(server.ask(PING))

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        yield pings
    finally:
        done.set()
        thread.join()


@contextmanager
def running(folder: Path, *words: object, code: str = MAIN) -> Iterator[Server]:
    """Run ``aigg serve`` with some options and end it, after which nothing of it may be left."""
    log = folder / "log"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--timeout", LIMIT, *words]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(list(map(str, command)), stderr=errors, text=True, cwd=ROOT) as process,
    ):
        try:
            yield Server(process, _port(process, log), log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _port(process: "subprocess.Popen[str]", log: Path) -> int:
    deadline = time.monotonic() + HUNG
    while time.monotonic() < deadline and process.poll() is None:
        if found := READY.search(log.read_text(encoding="utf-8")):
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a default graph of one triple and named graphs of two and of three."""
    path = tmp_path_factory.mktemp("data") / "data.trig"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Server]:
    """Return a server of that file."""
    with running(tmp_path_factory.mktemp("server"), "-s", data) as found:
        yield found


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that runs a server with some options until the test ends.

    It serves a sample of the shipped graph, unless an option ``-s`` names another.
    """
    from contextlib import ExitStack

    with ExitStack() as stack:

        def run(*words: object, **more: str) -> Server:
            store = () if "-s" in words else ("-s", sample_file())
            return stack.enter_context(running(tmp_path, *store, *words, **more))

        yield run


#: The heads of a table of figures that tests record as the property ``figures``.
COLUMNS = ("graph", "query", "answers", "slowest", "slowest ping", "beside", "peak memory")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests took, whether they passed or not."""
    rows = [
        tuple(figures)
        for state in ("passed", "failed")
        for report in terminalreporter.getreports(state)
        if report.when == "call"
        for name, figures in report.user_properties
        if name == "figures"
    ]
    if rows:
        terminalreporter.section("hostile queries, and pings beside them")
        widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
        for row in (COLUMNS, *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            terminalreporter.write_line("  ".join(cells).rstrip())
