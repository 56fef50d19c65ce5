"""Print how ``aigg serve`` bears load, beside ``oxigraph serve`` on the same graph, in one run.

    python benchmarks/load.py --runs 5

Both serve the shipped graph on loopback, and are put under each load in turn. A rate is the median
of the requests a second, the ratio that of ours and theirs, run by run; oxigraph has no pages, so
those are ours alone. Meanwhile a small question is asked again and again: the ping. Responses that
are not 200 are counted. With ``--new-connections`` each request has a connection of its own.

This says something on a machine that does nothing else: of one that is shared, a server with many
threads gets a larger share.
"""

import argparse
import http.client
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

from benchmark_page import NOTHING, format_ratio, format_table
from endpoint import Peer, free_port, oxigraph, running
from http_load import Load, LoadResult, put_load

RUNS = 5
COLUMNS = ("load", "ours", "theirs", "ratio", "min-max", "target", "not 200", "ping", "slowest")
PING = "/sparql?" + urlencode({"query": "ASK { ?s ?p ?o }"})
PAUSE = 0.05
#: Of each load: the query or the path, requests, connections, and the ratio to be reached.
LOADS = {
    "ASK": ("ASK {}", 20_000, 200, 0.6),
    "COUNT": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", 300, 100, 0.9),
    "page": ("/actor/IND.html", 3000, 200, None),
}


@dataclass
class Measured:
    """The rates of the runs of a load, what was not 200, and the seconds of pings meanwhile."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    failed: Counter[int] = field(default_factory=Counter)
    pings: list[float] = field(default_factory=list)

    def format_row(self, name: str, target: float | None) -> list[str]:
        """Return one line of the table."""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=False)]
        failed = (f"{many} x {status}" for status, many in sorted(self.failed.items()))
        return [
            name,
            f"{statistics.median(self.ours):,.0f}/s",
            f"{statistics.median(self.theirs):,.0f}/s" if ratios else NOTHING,
            format_ratio(statistics.median(ratios)) if ratios else NOTHING,
            f"{format_ratio(min(ratios))} to {format_ratio(max(ratios))}" if ratios else NOTHING,
            f">= {target}" if ratios and target else NOTHING,
            ", ".join(failed) or "0",
            f"{statistics.median(self.pings) * 1000:.0f} ms" if self.pings else NOTHING,
            f"{max(self.pings) * 1000:.0f} ms" if self.pings else NOTHING,
        ]


@contextmanager
def pinging(port: int, pings: list[float]) -> Iterator[None]:
    """Ask a small question again and again for the length of a block; keep the seconds of each."""
    done = threading.Event()

    def ping() -> None:
        while not done.wait(PAUSE):
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", PING)
            connection.getresponse().read()
            connection.close()
            pings.append(time.perf_counter() - begun)

    thread = threading.Thread(target=ping)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(load: Load, ours: Peer, theirs: Peer | None, runs: int) -> Measured:
    """Put a load on both servers in turn, after one run that does not count."""
    measured = Measured()

    def put(peer: Peer, rates: list[float], *, counts: bool) -> LoadResult:
        asked = replace(load, target=load.target.replace("/sparql", peer.path))
        # in a process of its own, so that nothing but the server holds it up
        with ProcessPoolExecutor(1) as pool:
            result = pool.submit(put_load, peer.connections[0].port, asked).result()
        if counts:
            rates.append(result.rate)
        return result

    for run in range(runs + 1):
        pings: list[float] = []
        with pinging(ours.connections[0].port, pings):
            result = put(ours, measured.ours, counts=run > 0)
        measured.failed.update({s: n for s, n in result.statuses.items() if s != http.client.OK})
        measured.pings += pings if run else []
        if theirs:
            put(theirs, measured.theirs, counts=run > 0)
    return measured


@contextmanager
def serving(graph: Path) -> Iterator[Peer]:
    """Run ``aigg serve`` on a graph, with its log."""
    port = free_port()
    command = [sys.executable, "-m", "graph_builder", "serve", "-s", str(graph)]
    with running([*command, "--port", str(port)], port, "/sparql", 1) as peer:
        yield peer


def main() -> None:
    """Run the servers, put the loads on them, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    parser.add_argument("--new-connections", action="store_true", help="one for each request")
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph"), help="path of the program")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        graph = Path(folder) / "graph.nq"
        export = [sys.executable, "-m", "graph_builder", "-q", "export", "-F", "nq", "-o"]
        subprocess.run([*export, str(graph)], check=True)
        ours, theirs = stack.enter_context(serving(graph)), None
        if asked.oxigraph:
            theirs = stack.enter_context(oxigraph(asked.oxigraph, graph, 1))
        else:
            print("oxigraph is not installed", file=sys.stderr)
        for name, (what, requests, connections, target) in LOADS.items():
            is_page = what.startswith("/")
            address = what if is_page else "/sparql?" + urlencode({"query": what})
            load = Load(address, requests, connections, keep_alive=not asked.new_connections)
            measured = measure(load, ours, None if is_page else theirs, asked.runs)
            rows.append(measured.format_row(f"{name}, {connections} parallel", target))
    print(format_table([*COLUMNS], rows))


if __name__ == "__main__":
    main()
