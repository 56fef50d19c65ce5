"""Loading N-Quads and writing Turtle, by engine and size, each engine in a process of its own."""

import random
import sys
import tempfile
from functools import partial
from pathlib import Path

import rdflib
from child_process import AIGG, ROOT, compare_commands, run_command
from engines import ENGINES, ON_DISK, OURS, QUADS, TRIPLES, write_graph
from results import Cell, Grid, Part, Row, Scale
from timing import Comparison, measure

from graph_builder.store.loading import open_graph
from graph_builder.store.serialization import write_turtle

TITLE = "Loading and writing files"
TEXT = """\
A load is a process that imports an engine and loads an N-Quads file of so many quads; kglab and
maplib load the triples of its default graph, about half. The memory is the peak of that process.
Turtle of ours is sorted, so that the same graph has the same bytes; rdflib sorts it in part."""
SIZES = {
    "quick": [1_000, 2_000],
    "normal": [100_000, 1_000_000],
    "full": [100_000, 1_000_000, 10_000_000],
}
TURTLE_QUADS = {"quick": 1_000, "normal": 10_000, "full": 10_000}
RUNS = {"quick": 1, "normal": 3, "full": 5}
#: The most quads for an engine in pure Python, which take it half a minute.
MOST_IN_PYTHON = 200_000
IN_PYTHON = ("rdflib", "kglab")
BULK_LOAD = (
    "It never leaves Rust. Our reader looks through the file first, for blank nodes, triple terms "
    "of RDF 1.2 and values that the engine writes otherwise."
)
SORTING = (
    "Two thirds of our time write the terms of each quad as text and sort them, in Python; the "
    "serializer of the engine takes a tenth."
)
#: Why an engine loads in less time than ours.
REASONS = {
    "maplib": "It loads the triples of the default graph alone, on all processors.",
    "rdflib": "It starts sooner, which counts for a small file.",
    "kglab": "It loads the triples of the default graph alone.",
}


def run(scale: Scale) -> Part:
    """Return the loads by engine and size, and Turtle beside rdflib."""
    with tempfile.TemporaryDirectory() as name:
        rows = [
            compare_turtle(Path(name) / "turtle", TURTLE_QUADS[scale], RUNS[scale]),
            compare_stores(Path(name) / "store", SIZES[scale][0], RUNS[scale]),
        ]
        grid = measure_loads(Path(name), SIZES[scale])
    return Part("loading", TITLE, TEXT, rows, [grid])


def measure_loads(folder: Path, sizes: list[int]) -> Grid:
    """Return processor time and memory of a load for each engine and size."""
    found: dict[str, list[Cell]] = {engine: [] for engine in ENGINES}
    for size in sizes:
        place = folder / str(size)
        write_graph(size, place)
        for engine, made in ENGINES.items():
            if not made.is_installed:
                cell = Cell(missing="not installed")
            elif engine in IN_PYTHON and size > MOST_IN_PYTHON:
                cell = Cell(missing="not run: over a minute")
            else:
                script = str(ROOT / "benchmarks" / "engines.py")
                cell = run_command((sys.executable, script, engine, str(place), ""), place)
            found[engine].append(cell)
        for file in (QUADS, TRIPLES):
            (place / file).unlink()
    columns = [f"{size:,} quads" for size in sizes]
    return Grid("engine", columns, found, sizes, notes=list_winners(found))


def list_winners(found: dict[str, list[Cell]]) -> list[str]:
    """Return a sentence on each engine that loads the largest file sooner, with the reason."""
    ours = found[OURS][-1].seconds or 0
    return [
        f"Less time at the largest size: **{engine}**. {REASONS.get(engine, BULK_LOAD)}"
        for engine, cells in found.items()
        if cells[-1].seconds is not None and cells[-1].seconds < ours
    ]


def compare_stores(folder: Path, quads: int, runs: int) -> Row:
    """Return the times of a store on disk, by the command and by pyoxigraph alone."""
    write_graph(quads, folder)
    script = (sys.executable, str(ROOT / "benchmarks" / "engines.py"))
    return compare_commands(
        f"aigg load, {quads:,} quads into a store on disk",
        "pyoxigraph's bulk_load in a process",
        (*AIGG, "load", str(folder / QUADS), str(folder / "ours")),
        (*script, ON_DISK, str(folder), ""),
        folder,
        runs,
        1.3,
        "It indexes no names for `aigg find`, computes no digests by which damage is found, and "
        "checks nothing.",
    )


def compare_turtle(folder: Path, quads: int, runs: int) -> Row:
    """Return the times of Turtle of the default graph, by us and by rdflib."""
    write_graph(quads, folder)
    ours = open_graph(folder / QUADS, with_ontology=False).quads()
    random.Random(0).shuffle(ours)  # noqa: S311 -- sorted quads would need no sorting
    theirs = rdflib.Graph().parse(folder / TRIPLES, format="nt")
    return measure(
        Comparison(
            f"Turtle, sorted, {quads:,} quads",
            "rdflib's serializer",
            [(partial(write_turtle, ours), partial(theirs.serialize, format="turtle"))],
            "It sorts subjects and predicates, and leaves objects in the order of its indexes.",
            1 / 15,
            miss=SORTING,
        ),
        runs,
    )
