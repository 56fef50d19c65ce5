"""Print what each step on a cluster costs at some sizes, on Sail on this machine or on a server.

    python benchmarks/cluster.py --assertions 100000 1000000
    python benchmarks/cluster.py --assertions 100000 --master sc://HOST:PORT

The assertions are made up (synthetic_tables.py). Each size runs in a process of its own, which is
the whole engine if that is Sail on this machine; of a server, only the seconds that pass are known.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import synthetic_tables

from graph_builder.cluster import assertion_tables as assertions
from graph_builder.cluster import conflict_tables as conflicts
from graph_builder.cluster import network_algorithms as algorithms
from graph_builder.cluster import network_tables as networks
from graph_builder.cluster.nquads_shards import write_nquads
from graph_builder.cluster.spark_session import WorkFolder, open_session

#: PageRank stops early, since each round costs the same; a whole one takes up to 140.
TOLERANCE = 1e-3
LABEL_ROUNDS = 5
STEPS = (
    *("duplicates", "support", "conflicts", "projection"),
    *("PageRank", "components", "labels", "k-core", "N-Quads"),
)


class CountingWorkFolder(WorkFolder):
    """A work folder that counts the tables it kept by name, which are the rounds of algorithms."""

    def __init__(self, session: Any, path: str) -> None:
        """Begin to count."""
        super().__init__(session, path)
        self.kept: dict[str, int] = {}

    def keep(self, table: Any, name: str) -> Any:
        """Return a table as a work folder does, counted."""
        self.kept[name] = self.kept.get(name, 0) + 1
        return super().keep(table, name)


def run(folder: Path, master: str) -> dict[str, Any]:
    """Return the processor seconds, seconds and rows of each step over the tables of a folder."""
    found: dict[str, Any] = {}

    @contextmanager
    def timed(step: str) -> Iterator[dict[str, Any]]:
        start, used = time.perf_counter(), time.process_time()
        found[step] = {}
        yield found[step]
        found[step] |= {
            "seconds": time.perf_counter() - start,
            "processor": time.process_time() - used,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    with open_session(master) as session:
        tables = assertions.read_tables(session, str(folder))
        work = CountingWorkFolder(session, str(folder / "work"))
        with timed("duplicates") as step:
            named = assertions.name_assertions(tables.assertions)
            kept = work.keep(assertions.deduplicate_assertions(named), "named")
            step["rows"] = kept.count()
        tables = replace(tables, assertions=kept)
        with timed("support") as step:
            support = assertions.corroborate_facts(kept, tables.sources)
            step["rows"] = work.keep(support, "support").count()
        with timed("conflicts") as step:
            found_conflicts = (
                *(find(kept) for find in (conflicts.find_value_conflicts, conflicts.find_denials)),
                *(conflicts.find_date_conflicts(kept), conflicts.find_list_differences(kept)),
                conflicts.find_plans_beside_acts(kept, tables.things),
                conflicts.find_count_differences(kept, tables.things),
            )
            step["rows"] = sum(each.count() for each in found_conflicts)
        with timed("projection") as step:
            pairs = networks.select_network_edges(tables.edges, tables.things, "co-participation")
            step["rows"] = work.keep(networks.project_edges(pairs), "projection").count()
        facts = networks.count_facts_between(tables.edges)
        edges = work.keep(algorithms.mirror_edges(facts), "facts")
        calls: dict[str, tuple[str, Callable[[], Any]]] = {
            "PageRank": ("ranks", lambda: algorithms.compute_pagerank(edges, work, TOLERANCE)),
            "components": ("hooked", lambda: algorithms.find_components(edges, work)),
            "labels": ("labels", lambda: algorithms.propagate_labels(edges, work, LABEL_ROUNDS)),
            "k-core": ("cores", lambda: algorithms.compute_core_numbers(edges, work)),
        }
        for name, (rounds, call) in calls.items():
            with timed(name) as step:
                step["rows"] = call().count()
            step["rounds"] = work.kept[rounds]
        with timed("N-Quads") as step:
            files = write_nquads(tables, folder / "shards")
            step["bytes"] = sum(file.stat().st_size for file in files)
    return {
        "steps": found,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "tables": _measure(folder / "assertions"),
        "named": _measure(folder / "work", "named-*"),
    }


def _measure(folder: Path, pattern: str = "") -> int:
    """Return the bytes of the files in a folder, or in those of its folders that fit."""
    folders = folder.glob(pattern) if pattern else [folder]
    return sum(file.stat().st_size for each in folders for file in each.rglob("*.parquet"))


def run_alone(folder: Path, master: str) -> dict[str, Any]:
    """Return what ``run`` returns in a process of its own."""
    words = [sys.executable, __file__, "--folder", str(folder), "--master", master]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def print_table(results: dict[int, dict[str, Any]], *, is_local: bool) -> None:
    """Print a row for each step, and what the sizes need of memory and disk."""
    sizes = [f"{size:,} assertions" for size in results]
    print("| processor seconds |" if is_local else "| seconds |", " | ".join(sizes), "|")
    print("|---" * (len(sizes) + 1) + "|")
    key = "processor" if is_local else "seconds"
    for name in STEPS:
        steps = [each["steps"][name] for each in results.values()]
        shown = [
            f"{step[key]:,.1f}" + (f" in {step['rounds']} rounds" if "rounds" in step else "")
            for step in steps
        ]
        print(f"| {name} |", " | ".join(shown), "|")
    totals = [sum(s["seconds"] for s in each["steps"].values()) for each in results.values()]
    print("| seconds that pass, in all |", " | ".join(f"{total:,.0f}" for total in totals), "|")
    for name, label in (("peak", "peak of memory"), ("named", "Parquet of the assertions")):
        if name != "peak" or is_local:
            cells = (f"{each[name] / 1e6:,.0f} MB" for each in results.values())
            print(f"| {label} |", " | ".join(cells), "|")
    cells = (f"{each['steps']['N-Quads']['bytes'] / 1e6:,.0f} MB" for each in results.values())
    print("| N-Quads |", " | ".join(cells), "|")


def main() -> None:
    """Run all sizes and print the table, or one in this process and print what it found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--assertions", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--master", default="sail")
    parser.add_argument("--folder", type=Path, help="where the tables are; run in this process")
    asked = parser.parse_args()
    if asked.folder:
        print(json.dumps(run(asked.folder, asked.master)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as temporary:
        for size in asked.assertions:
            folder = Path(temporary) / str(size)
            synthetic_tables.write(size, folder)
            results[size] = run_alone(folder, asked.master)
    print_table(results, is_local=asked.master == "sail")


if __name__ == "__main__":
    main()
