"""``aigg serve`` beside other SPARQL servers: load, latency, throughput and memory, in one run."""

import csv
import http.client
import io
import itertools
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from engines import PREFIXES, QUADS, TRIPLES, write_graph
from results import Cell, Grid, Part, Row, Scale
from timing import Comparison, measure

TITLE = "Endpoint"
TEXT = """\
All servers hold the same made-up graph and answer on loopback; what they answer is equal, else the
run ends. Requests wait for the server and share the processors with it, so these times are of the
clock, not of the processor: on a machine that does other things too, only the ratios of one run
say something. With one connection a time is the latency; with eight it is all requests divided by
their number, the inverse of the throughput. Both include the client, which is Python. A comment
tells each request from the others, so that no server answers with a reply that it kept. The load
is the time from start to the first answer; Virtuoso loads the triples of the default graph alone,
by its bulk loader. The memory is what the processes of a server hold at the end, with shared parts
counted once."""
QUADS_SERVED = {"quick": 1_000, "normal": 100_000, "full": 1_000_000}
RUNS = {"quick": 1, "normal": 5, "full": 9}
CONNECTIONS = (1, 8)
PATIENCE = 300
MERGED = "https://w3id.org/aigg/graph/merged"
#: Queries with the number of requests on each connection that make up one run.
QUERIES = {
    "point": (100, "SELECT ?name WHERE { <https://w3id.org/aigg/actor/x0> skos:prefLabel ?name }"),
    "aggregate": (
        5,
        """SELECT ?event (COUNT(?actor) AS ?actors) WHERE { ?actor aigg:attended ?event }
        GROUP BY ?event ORDER BY DESC(?actors) ?event LIMIT 100""",
    ),
    "2,000 rows": (5, "SELECT ?s ?o WHERE { ?s rdf:subject ?o } ORDER BY ?s LIMIT 2000"),
}
HEADERS = {"Accept": "text/csv", "Content-Type": "application/x-www-form-urlencoded"}
#: A comment with a new number tells each request from those before.
_NUMBERS = itertools.count()
_VIRTUOSO_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 60000
MaxDirtyBuffers = 45000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 100000
"""
_VIRTUOSO_LOAD = "ld_dir('.', '{file}', '{graph}'); rdf_loader_run(); checkpoint;"


@dataclass
class Peer:
    """A running server that is asked on connections that stay open."""

    connections: list[http.client.HTTPConnection]
    path: str
    process: int = 0
    #: The graph that takes the place of the default graph, where a server needs that named.
    default_graph: str = ""

    def ask(self, query: str, connection: http.client.HTTPConnection) -> bytes:
        """Return the answer to a query, and fail if there is none."""
        try:
            response = self.send(query, connection)
        except ConnectionError:  # the server ended it, since nobody asked on it for a while
            connection.close()
            response = self.send(query, connection)
        body = response.read()
        if response.status != http.client.OK:
            raise SystemExit(f"{self.path}: {response.status} {body[:200]!r}")
        return body

    def send(self, query: str, connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
        """Send a query and return the response when its body is still to be read."""
        named = {"default-graph-uri": self.default_graph} if self.default_graph else {}
        form = urlencode({"query": f"{PREFIXES}{query} # {next(_NUMBERS)}", **named})
        connection.request("POST", self.path, form, HEADERS)
        return connection.getresponse()

    def repeat(self, query: str, times: int, connections: int) -> None:
        """Ask a query so many times on each of so many connections, on all of them at once."""

        def ask(connection: http.client.HTTPConnection) -> None:
            for _ in range(times):
                self.ask(query, connection)

        with ThreadPoolExecutor(connections) as threads:
            list(threads.map(ask, self.connections[:connections]))


def free_port() -> int:
    """Return the number of a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, path: str, count: int, folder: Path | None = None
) -> Iterator[Peer]:
    """Run a server until the block ends, and wait until it answers."""
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere, cwd=folder) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(port):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise SystemExit(f"{command[0]} does not start")
                time.sleep(0.02)
            made = (
                http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                for _ in range(count)
            )
            yield Peer(list(made), path, process.pid)
        finally:
            process.terminate()


def answers(port: int) -> bool:
    """Return whether something listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def ours(folder: Path, count: int) -> Iterator[Peer]:
    """Run ``aigg serve``."""
    port = free_port()
    command = [sys.executable, "-m", "graph_builder", "-q", "serve", "-s", str(folder / QUADS)]
    with running([*command, "--port", str(port)], port, "/sparql", count) as peer:
        yield peer


@contextmanager
def oxigraph(program: str, graph: Path, count: int) -> Iterator[Peer]:
    """Run ``oxigraph serve`` over memory and load the graph."""
    port = free_port()
    with running([program, "serve", "--bind", f"127.0.0.1:{port}"], port, "/query", count) as peer:
        peer.connections[0].request(
            "POST", "/store", graph.read_bytes(), {"Content-Type": "application/n-quads"}
        )
        peer.connections[0].getresponse().read()
        yield peer


@contextmanager
def virtuoso(program: str, loader: str, folder: Path, count: int) -> Iterator[Peer]:
    """Run Virtuoso over a new database and load the default graph."""
    place, sql, port = folder / "virtuoso", free_port(), free_port()
    place.mkdir()
    (place / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=sql, http=port), encoding="utf-8")
    shutil.copy(folder / TRIPLES, place)
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    with running(command, port, "/sparql", count, place) as peer:
        peer.default_graph = MERGED
        load = _VIRTUOSO_LOAD.format(file=TRIPLES, graph=MERGED)
        words = [loader, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        subprocess.run(words, cwd=place, check=True, stdout=subprocess.DEVNULL)
        yield peer


Start = Callable[[Path, int], AbstractContextManager[Peer]]


def find_peers() -> dict[str, Start | None]:
    """Return how each other server is started, or None for one that is not installed."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    server = shutil.which("virtuoso-t")
    loader = shutil.which("isql-vt") or shutil.which("isql-virtuoso")
    found: dict[str, Start | None] = {"oxigraph serve": None, "Virtuoso": None}
    if program:
        found["oxigraph serve"] = lambda folder, count: oxigraph(program, folder / QUADS, count)
    if server and loader:
        found["Virtuoso"] = lambda folder, count: virtuoso(server, loader, folder, count)
    return found


REASONS = {
    "oxigraph serve": "It answers in the process that reads the request. Ours reads it in one "
    "process and answers in another, which can be killed when a query takes too long or too much "
    "memory, and counts what each client asks.",
    "Virtuoso": "It answers in threads of the process that reads the request; ours hands each "
    "query to another process, which can be killed.",
}


SOONER = (
    "Ours starts Python, adds the ontology, and computes the indexes of names before the processes "
    "that answer are forked, so that all share them."
)
LESS_MEMORY = (
    "Ours holds the indexes of names beside the quads, and Python in each process that answers."
)


def run(scale: Scale) -> Part:
    """Return latency and throughput beside each server, and load and memory of all."""
    rows, grid = [], Grid("server", [f"{QUADS_SERVED[scale]:,} quads, load"], {})
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_graph(QUADS_SERVED[scale], folder)
        mine, seconds = start(stack, ours, folder)
        grid.rows["aigg serve"] = []
        for peer, begin in find_peers().items():
            if begin is None:
                rows.append(Row("all requests", peer, missing="not installed"))
                grid.rows[peer] = [Cell(missing="not installed")]
                continue
            with ExitStack() as inner:
                theirs, taken = start(inner, begin, folder)
                rows += compare(peer, mine, theirs, scale)
                grid.rows[peer] = [Cell(taken, measure_memory(theirs.process))]
        grid.rows["aigg serve"] = [Cell(seconds, measure_memory(mine.process))]
    grid.notes = list_winners(grid)
    return Part("endpoint", TITLE, TEXT, rows, [grid])


def list_winners(grid: Grid) -> list[str]:
    """Return a sentence on each server that loads sooner or holds less, with the reason."""
    cells = {name: cell for name, (cell,) in grid.rows.items()}
    mine = cells.pop("aigg serve")
    notes = []
    for name, cell in cells.items():
        if cell.seconds is not None and cell.seconds < (mine.seconds or 0):
            notes.append(f"**{name}** loads sooner. {SOONER}")
        if cell.memory is not None and cell.memory < (mine.memory or 0):
            notes.append(f"**{name}** holds less memory. {LESS_MEMORY}")
    return notes


def start(stack: ExitStack, begin: Start, folder: Path) -> tuple[Peer, float]:
    """Start a server and return it when it answers, with the seconds that this took."""
    begun = time.monotonic()
    peer = stack.enter_context(begin(folder, max(CONNECTIONS)))
    peer.ask("ASK { ?s ?p ?o }", peer.connections[0])
    return peer, time.monotonic() - begun


def compare(name: str, mine: Peer, theirs: Peer, scale: Scale) -> list[Row]:
    """Return the times of one request of each kind, on one connection and on many."""
    rows = []
    for kind, (most, query) in QUERIES.items():
        times = 2 if scale == "quick" else most
        one, other = (list_rows(peer.ask(query, peer.connections[0])) for peer in (mine, theirs))
        if one != other or len(one) == 1:
            raise SystemExit(f"{name} answers otherwise than we do: {query}")
        for count in CONNECTIONS:
            asked = (query, times, count)
            pairs = [(partial(mine.repeat, *asked), partial(theirs.repeat, *asked))]
            label = f"{kind}, {count} connection{'s' if count > 1 else ''}"
            clock = time.perf_counter
            row = measure(Comparison(label, name, pairs, REASONS[name], clock=clock), RUNS[scale])
            row.ours, row.theirs = (
                [each / times / count for each in side] for side in (row.ours, row.theirs)
            )
            rows.append(row)
    return rows


def list_rows(body: bytes) -> list[list[str]]:
    """Return the rows of an answer in CSV, the head first."""
    return list(csv.reader(io.StringIO(body.decode())))


def measure_memory(process: int) -> float | None:
    """Return the megabytes that a process and those below it hold; None without a proc folder."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        tasks = Path(f"/proc/{process}/task").glob("*/children")
        children = [child for file in tasks for child in file.read_text(encoding="ascii").split()]
    except OSError:
        return None
    held = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    below = [measure_memory(int(child)) or 0.0 for child in children]
    return held * 1024 / 1_000_000 + sum(below)
