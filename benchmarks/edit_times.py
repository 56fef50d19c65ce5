"""What it costs to answer after an edit of one fact file, by the number of sources."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import fact_folder
from child_process import AIGG, run_command
from cold_start import find_median
from results import Cell, Grid, Part, Scale

TITLE = "Edit to answer"
TEXT = """\
A folder has made-up sources of 30 facts each, beside the shipped facts. One fact of one source is
edited, and then a command runs in a process of its own, which reads, checks and compiles what
changed and answers. The first line has an empty cache, so that all is built; in the last one
nothing was edited."""
SOURCES = {"quick": [2], "normal": [10, 100, 1000], "full": [10, 100, 1000, 5000]}
RUNS = {"quick": 1, "normal": 5, "full": 5}
EDITED = "made-up-1.csv"
FIRST, UNCHANGED = "query organisers, all built", "query organisers, no edit"
COMMANDS = {
    "query organisers": ("query", "organisers"),
    "find": ("find", "Meeting 1"),
    "explain": ("explain", "event:meeting-1"),
}
#: What is run of them where it only matters that it runs.
QUICK = ["query organisers"]
#: Files that were written to a moment ago may change again without another time.
SETTLED = 0.3


def run(scale: Scale) -> Part:
    """Return the processor time and memory of commands by the number of sources."""
    found: dict[str, list[Cell]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for size in SOURCES[scale]:
            folder = Path(temporary) / str(size)
            fact_folder.write(size, folder / "facts")
            names = QUICK if scale == "quick" else [*COMMANDS]
            for name, cell in measure_edits(folder, names, RUNS[scale]).items():
                found.setdefault(name, []).append(cell)
    columns = [f"{size:,} sources" for size in SOURCES[scale]]
    return Part("edit", TITLE, TEXT, grids=[Grid("command", columns, found, SOURCES[scale])])


def measure_edits(folder: Path, names: Iterable[str], runs: int) -> dict[str, Cell]:
    """Return what commands cost first, after an edit each, and at last."""
    query = (*AIGG, *COMMANDS["query organisers"], "--store", "facts")
    time.sleep(SETTLED)
    found = {FIRST: run_command(query, folder)}
    for name in names:
        cells = []
        for number in range(runs):
            edit(folder / "facts" / EDITED, f"{name} {number}")
            time.sleep(SETTLED)
            cells.append(run_command((*AIGG, *COMMANDS[name], "--store", "facts"), folder))
        found[f"{name}, after an edit"] = find_median(cells)
    return found | {UNCHANGED: find_median([run_command(query, folder) for _ in range(runs)])}


def edit(file: Path, section: str) -> None:
    """Write another section to the last row of a list."""
    *rows, last = file.read_text(encoding="utf-8").splitlines()
    subject, relation, object_, _, modality = last.split(",")
    changed = f"{subject},{relation},{object_},{section},{modality}"
    file.write_text("\n".join((*rows, changed, "")), encoding="utf-8")
