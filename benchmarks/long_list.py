"""Print what a list of facts costs to build, a row, and how much memory that takes at most.

    python benchmarks/long_list.py --rows 20000 100000 --forms quads nq store

The list is made up, the same for a seed. Each build runs in a process of its own; the cost of a row
is that of the rows by which two sizes differ, so that starting up does not count. ``quads`` are
compiled and not written, ``nq`` is a sorted file of N-Quads, ``store`` a database with its index.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

SEED = 20250210
#: How many facts an actor and a text have on average.
FACTS_AN_ACTOR, FACTS_A_TEXT = 50, 500
FORMS = {
    "quads": "for _ in format_nquads(compile_graph(facts, only=True)): pass",
    "nq": "for _ in export_groups(compile_graph(facts, only=True), 'nq'): pass",
    "store": "write_store(format_nquads(compile_graph(facts, only=True)), folder / 'store', "
    "write_index=partial(write_index_of, is_compiled=True))",
}
_SCRIPT = """
import resource, sys
from functools import partial
from pathlib import Path
from graph_builder.ingest.quad_groups import format_nquads
from graph_builder.store.disk_store import write_store
from graph_builder.store.graph_properties import write_index_of
from graph_builder.store.loading import compile_graph
from graph_builder.store.serialization import export_groups
folder = Path(sys.argv[1])
facts = folder / "facts"
{0}
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
"""
_SOURCE = """\
source: {id: made-list, title: A made-up list, publisher: Nobody, date: 2025-03-01,
  address: "https://example.org/list", kind: list, language: en, licence: not seen,
  verification: dataset}
lists: [actors.csv, texts.csv, facts.csv]
"""


def write(rows: int, folder: Path, seed: int = SEED) -> None:
    """Write a fact file with a list of so many facts, and lists of the things they are about."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)  # noqa: S311 -- not a secret
    actors, texts = max(100, rows // FACTS_AN_ACTOR), max(20, rows // FACTS_A_TEXT)
    (folder / "made-list.yaml").write_text(_SOURCE, encoding="utf-8")
    for name, kind, class_, number in (
        ("actors", "actor", "Company", actors),
        ("texts", "instrument", "Declaration", texts),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8") as file:
            file.write("id,class,label\n")
            for each in range(number):
                file.write(f"{kind}:made-{each},{class_},Made {class_} {each}\n")
    with (folder / "facts.csv").open("w", encoding="utf-8") as file:
        file.write("subject,relation,object,section,modality,from,note\n")
        for row in range(rows):
            ends = f"actor:made-{chance.randrange(actors)},endorsed,instrument:made-{row % texts}"
            day = f"2024-{1 + row % 12:02}-{1 + row % 28:02}"
            note = "as listed" if row % 3 else ""
            file.write(f"{ends},row {row + 1},agreed,{day},{note}\n")


def measure(form: str, folder: Path) -> tuple[float, int]:
    """Return processor seconds and the peak of memory in MB of a build."""
    script = _SCRIPT.format(FORMS[form])
    command = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()
    return float(seconds), int(megabytes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, nargs=2, default=[20_000, 100_000])
    parser.add_argument("--forms", nargs="+", choices=[*FORMS], default=[*FORMS])
    asked = parser.parse_args()
    few, many = sorted(asked.rows)
    print(f"| form | MB, {few:,} rows | MB, {many:,} rows | microseconds a row | rows a second |")
    print("|---" * 5 + "|")
    for form in asked.forms:
        found = []
        for rows in (few, many):
            with tempfile.TemporaryDirectory() as place:
                write(rows, Path(place) / "facts")
                found.append(measure(form, Path(place)))
        (first, small), (second, large) = found
        cost = (second - first) / (many - few)
        print(f"| {form} | {small} | {large} | {cost * 1e6:.0f} | {1 / cost:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
