"""Print how long answers of ``aigg serve`` take beside those of other SPARQL servers, in one run.

    python benchmarks/endpoint.py --runs 5

All serve the same made-up graph from memory, on loopback, and are asked on a number of connections
at once; a time is that of all requests divided by their number, the inverse of the throughput. With
``--connections 1`` it is the latency. A server that is not installed is left out: oxigraph comes
with the Python package ``oxigraph``, rdflib-endpoint with ``rdflib-endpoint[cli]``.
"""

import argparse
import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ratios import COLUMNS, row, table
from synthetic import write
from timing import Comparison, Times, measure

QUADS = 20_000
RUNS = 5
CONNECTIONS = 8
PATIENCE = 120
PREFIXES = """
PREFIX aigg: <https://w3id.org/aigg/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
#: Queries with the number of requests that make up one run.
QUERIES = {
    "point": (100, "SELECT ?name WHERE { <https://w3id.org/aigg/actor/x0> skos:prefLabel ?name }"),
    "aggregate": (
        10,
        """SELECT ?event (COUNT(?actor) AS ?actors) WHERE { ?actor aigg:attended ?event }
        GROUP BY ?event ORDER BY DESC(?actors) ?event""",
    ),
    "2,000 rows": (10, "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 2000"),
}
HEADERS = {
    "Accept": "application/sparql-results+json",
    "Content-Type": "application/sparql-query",
}


@dataclass
class Peer:
    """A running server that is asked on connections that stay open."""

    connections: list[http.client.HTTPConnection]
    path: str

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
        connection.request("POST", self.path, (PREFIXES + query).encode(), HEADERS)
        return connection.getresponse()

    def repeat(self, query: str, times: int) -> None:
        """Ask a query so many times on each connection, on all of them at once."""

        def ask(connection: http.client.HTTPConnection) -> None:
            for _ in range(times):
                self.ask(query, connection)

        with ThreadPoolExecutor(len(self.connections)) as threads:
            list(threads.map(ask, self.connections))


def free_port() -> int:
    """Return the number of a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, path: str, count: int) -> Iterator[Peer]:
    """Run a server until the block ends, and wait until it answers."""
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(port):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise SystemExit(f"{command[0]} does not start")
                time.sleep(0.1)
            made = (
                http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                for _ in range(count)
            )
            yield Peer(list(made), path)
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
def ours(graph: Path, count: int) -> Iterator[Peer]:
    """Run ``aigg serve``."""
    port = free_port()
    command = [sys.executable, "-m", "graph_builder", "-q", "serve", "-s", str(graph)]
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
def rdflib_endpoint(program: str, graph: Path, count: int) -> Iterator[Peer]:
    """Run ``rdflib-endpoint serve``."""
    port = free_port()
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), str(graph)]
    with running(command, port, "/", count) as peer:
        yield peer


PEERS = {"oxigraph": (oxigraph, 10.0), "rdflib-endpoint": (rdflib_endpoint, 1.0)}


def compare(name: str, query: str, times: int, mine: Peer, theirs: Peer, runs: int) -> list[str]:
    """Return one line of the table, its times those of one request."""
    peer, _, _ = name.partition(":")
    calls = [(partial(mine.repeat, query, times), partial(theirs.repeat, query, times))]
    comparison = Comparison(name, calls, PEERS[peer][1])
    measured = measure(comparison, runs)
    times *= len(mine.connections)
    each = Times([t / times for t in measured.ours], [t / times for t in measured.theirs])
    return row(comparison, each)


def main() -> None:
    """Run the servers, ask them in turn, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    parser.add_argument("--quads", type=int, default=QUADS, help="size of the graph")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="asked on at once")
    for name in PEERS:
        parser.add_argument(f"--{name}", default=shutil.which(name), help="path of the program")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        graph = Path(folder) / "graph.nq"
        write(asked.quads, graph)
        mine = stack.enter_context(ours(graph, asked.connections))
        for name, (run, _) in PEERS.items():
            program = vars(asked)[name.replace("-", "_")]
            if not program:
                print(f"{name} is not installed", file=sys.stderr)
                continue
            with run(program, graph, asked.connections) as theirs:
                for kind, (times, query) in QUERIES.items():
                    label = f"{name}: {kind}"
                    rows.append(compare(label, query, times, mine, theirs, asked.runs))
    print(table([list(COLUMNS), *rows]))


if __name__ == "__main__":
    main()
