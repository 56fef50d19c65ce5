"""What a command costs that asks once, in a process of its own, on graphs of three sizes."""

import sys
import tempfile
from pathlib import Path

import click
import synthetic
from child_process import AIGG, ROOT, compare_commands, run_command
from engines import ENGINES, ON_DISK, OURS, write_graph
from results import Cell, Grid, Part, Row, Scale

from graph_builder.cli import aigg

TITLE = "Cold start"
TEXT = """\
Each command runs in a new process, once to fill the cache and then for the figures. A bare
`import pyoxigraph` is no other way to answer: it is the least that a process with the engine takes.
"""
SIZES = {
    "quick": [1_000],
    "normal": [20_000, 200_000, 2_000_000],
    "full": [20_000, 200_000, 2_000_000],
}
RUNS = {"quick": 1, "normal": 5, "full": 9}
COLD_QUADS = {"quick": 1_000, "normal": 10_000, "full": 10_000}
COMMANDS = {
    "aigg query organisers": ("query", "organisers"),
    "aigg find": ("find", "Event 3"),
    "aigg explain": ("explain", "event:x1"),
}
QUERY = "SELECT ?s { ?s <https://w3id.org/aigg/ns#attended> <https://w3id.org/aigg/event/x1> }"
#: What is to be reached beside an engine.
GOALS = {"rdflib": 1 / 5, "kglab": 1 / 15}
BARE = """
import sys, click
group = click.Group("bare", help="A bare program.")
for name in sys.argv.pop().split(","):
    group.add_command(click.Command(name, help="Do a thing."))
group.main()
"""


def run(scale: Scale) -> Part:
    """Return each command by the size of the graph, and beside what takes least."""
    commands = ",".join(aigg.list_commands(click.Context(aigg)))
    with tempfile.TemporaryDirectory() as name:
        folder, runs = Path(name), RUNS[scale]
        grid = measure_sizes(folder, SIZES[scale], runs)
        rows = [
            compare_commands(
                "aigg --help",
                "a bare program of click with as many commands",
                (*AIGG, "--help"),
                (sys.executable, "-c", BARE, "--help", commands),
                folder,
                runs,
                1.5,
                "It has no program behind the names of its commands.",
            ),
            compare_commands(
                "aigg query organisers, shipped graph",
                "import pyoxigraph",
                # the shipped graph takes seconds to build, which a trial does without
                (*AIGG, "query", "organisers", *(("--help",) if scale == "quick" else ())),
                (sys.executable, "-c", "import pyoxigraph"),
                folder,
                runs,
                4,
                "It only imports the engine: it opens no graph, asks nothing and prints nothing.",
            ),
            *compare_engines(folder, COLD_QUADS[scale], runs),
        ]
    return Part("cold-start", TITLE, TEXT, rows, [grid])


def measure_sizes(folder: Path, sizes: list[int], runs: int) -> Grid:
    """Return the medians of each command at each size."""
    found: dict[str, list[Cell]] = {name: [] for name in COMMANDS}
    for size in sizes:
        graph = folder / f"{size}.nq"
        synthetic.write(size, graph)
        for name, words in COMMANDS.items():
            command = (*AIGG, *words, "--store", str(graph))
            run_command(command, folder)
            found[name].append(find_median([run_command(command, folder) for _ in range(runs)]))
        graph.unlink()
    return Grid("command", [f"{size:,} quads" for size in sizes], found, sizes)


def find_median(cells: list[Cell]) -> Cell:
    """Return the cell of the median time."""
    ordered = sorted(cells, key=lambda cell: cell.seconds or 0)
    return ordered[len(ordered) // 2]


def compare_engines(folder: Path, quads: int, runs: int) -> list[Row]:
    """Return the time of a process that loads a graph and asks one question, by engine."""
    write_graph(quads, folder / "cold")
    script = (sys.executable, str(ROOT / "benchmarks" / "engines.py"))
    name = f"a process that loads {quads:,} quads and asks"
    ours = (*script, OURS, str(folder / "cold"), QUERY)
    rows = []
    for engine, made in ENGINES.items():
        if engine in (OURS, ON_DISK):
            continue
        if not made.is_installed:
            rows.append(Row(name, engine, missing="not installed"))
            continue
        theirs = (*script, engine, str(folder / "cold"), QUERY)
        goal = GOALS.get(engine)
        row = compare_commands(name, engine, ours, theirs, folder, runs, goal, made.reason)
        row.miss = "Most of our time starts Python and imports modules."
        rows.append(row)
    return rows
