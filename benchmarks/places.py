"""Print what the same graph costs in memory, on disk and on a server, at some sizes.

    python benchmarks/places.py --quads 200000 1000000 5000000

The graph is made up (synthetic.py). Each place is tried in a process of its own, which loads or
opens the graph, asks who attended an event, and makes the network of countries that took part in
the same events. The server is ``oxigraph serve-read-only`` over the store on disk, and the memory
that of the process which asks it. What is not answered in a minute has no figure.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from endpoint import free_port, running
from pyoxigraph import RdfFormat, Store
from synthetic import write

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

QUADS = (200_000, 1_000_000, 5_000_000)
PLACES = ("memory", "disk", "server")
POINT = "SELECT ?actor { ?actor aigg:attended <https://w3id.org/aigg/event/x1> }"
_REPEATED = 20


def load(file: Path, folder: Path) -> None:
    """Load a file into a store on disk."""
    store = Store(str(folder))
    store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    store.optimize()


def open_place(place: str, file: Path, folder: Path, server: str) -> Graph:
    """Return the graph in memory, on disk or on a server."""
    if place == "memory":
        store = Store()
        store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
        return Graph(store)
    return Graph(Store.read_only(str(folder))) if place == "disk" else open_graph(server)


def try_place(place: str, file: Path, folder: Path, server: str) -> dict[str, float]:
    """Return seconds of opening and of both questions, and the peak of memory in bytes."""
    start = time.perf_counter()
    graph = open_place(place, file, folder, server)
    opening = time.perf_counter() - start
    ask(graph)
    return {
        "open": opening,
        "point": measure(lambda: [ask(graph) for _ in range(_REPEATED)]) / _REPEATED,
        "network": measure(lambda: to_networkx(graph, "co-participation")),
        "peak": float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024),
    }


def ask(graph: Graph) -> list[Any]:
    """Return who attended an event."""
    answer: Any = graph.query(POINT)
    return list(answer)


def measure(call: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def try_all(quads: int, folder: Path) -> dict[str, dict[str, float]]:
    """Return what each place costs at a size."""
    file, store = folder / "graph.nq", folder / "store"
    write(quads, file)
    words = [sys.executable, __file__, "--folder", str(folder), "--place"]
    loading = measure(lambda: subprocess.run([*words, "load"], check=True))
    size = float(sum(each.stat().st_size for each in store.rglob("*") if each.is_file()))
    found = {}
    for place in PLACES:
        port = free_port()
        program = shutil.which("oxigraph")
        if place == "server" and not program:
            continue
        bound = ["--location", str(store), "--bind", f"127.0.0.1:{port}"]
        command = [str(program), "serve-read-only", *bound]
        served = running(command, port, "/query", 0) if place == "server" else nullcontext()
        with served:
            address = f"http://127.0.0.1:{port}/query"
            done = subprocess.run(
                [*words, place, "--server", address], check=False, stdout=subprocess.PIPE
            )
        found[place] = json.loads(done.stdout) if done.returncode == 0 else {}
        found[place] |= {"load": loading, "disk": size} if place != "memory" else {}
    return found


#: The columns after the place: what is measured, its unit, and how it is shown.
COLUMNS = {
    "load s": ("load", 1, ".1f"),
    "open s": ("open", 1, ".2f"),
    "one event ms": ("point", 1e-3, ".2f"),
    "network s": ("network", 1, ".1f"),
    "memory MB": ("peak", 1e6, ",.0f"),
    "disk MB": ("disk", 1e6, ",.0f"),
}


def print_rows(quads: int, places: dict[str, dict[str, float]]) -> None:
    """Print a row for each place at a size; what was not answered in time has no figures."""
    for place, each in places.items():
        cells = (
            format(each[name] / unit, shown) if name in each else ""
            for name, unit, shown in COLUMNS.values()
        )
        print(f"| {quads:,} | {place} |", " | ".join(cells), "|", flush=True)


def main() -> None:
    """Try all sizes and print the table, or one place in this process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quads", type=int, nargs="+", default=QUADS)
    parser.add_argument("--place", choices=("load", *PLACES), help="try this one in this process")
    parser.add_argument("--folder", type=Path, help="where its graph is")
    parser.add_argument("--server", default="")
    asked = parser.parse_args()
    if asked.place == "load":
        load(asked.folder / "graph.nq", asked.folder / "store")
    elif asked.place:
        files = asked.folder / "graph.nq", asked.folder / "store"
        print(json.dumps(try_place(asked.place, *files, asked.server)))
    else:
        print("| quads | place |", " | ".join(COLUMNS), "|")
        print("|---" * (len(COLUMNS) + 2) + "|")
        for size in asked.quads:
            with tempfile.TemporaryDirectory() as folder:
                print_rows(size, try_all(size, Path(folder)))


if __name__ == "__main__":
    main()
