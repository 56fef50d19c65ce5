"""What a build costs by rows of a long list, and by sources, with the peak of memory."""

import tempfile
from pathlib import Path

import fact_folder
from child_process import AIGG, run_command
from results import Cell, Grid, Part, Scale

TITLE = "Build"
TEXT = """\
A build reads and checks facts and writes the compiled graph as N-Quads, without the shipped facts.
The first line has one source with a list of so many rows. The second has the same number of facts
in sources of 30 facts, each with a file of its own. For the power, the time at the smallest size is
taken off, since most of it is start-up."""
ROWS = {
    "quick": [300],
    "normal": [1_000, 10_000, 100_000],
    "full": [1_000, 10_000, 100_000, 1_000_000],
}
#: The most facts for which sources of their own are built, since each is a file.
MOST_IN_SOURCES = 30_000
BUILD = (*AIGG, "build", "--only", "--facts", "facts", "-o", "graph.nq")


def run(scale: Scale) -> Part:
    """Return processor time and memory by the number of facts, and facts a second."""
    sizes = ROWS[scale]
    listed, spread = [], []
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            folder = Path(temporary) / f"rows-{size}"
            fact_folder.write_list(size, folder / "facts")
            listed.append(run_command(BUILD, folder))
            if size > MOST_IN_SOURCES:
                spread.append(Cell(missing="not run"))
                continue
            folder = Path(temporary) / f"sources-{size}"
            fact_folder.write(size // fact_folder.FACTS_A_SOURCE, folder / "facts")
            spread.append(run_command(BUILD, folder))
    grid = Grid(
        "build of",
        [f"{size:,} facts" for size in sizes],
        {"one list": listed, "sources of 30 facts": spread},
        sizes,
        without_smallest=True,
    )
    if rate := compute_rate(sizes, listed):
        grid.notes.append(
            f"Between the two largest sizes, a list takes one second for {rate:,.0f} rows."
        )
    return Part("build", TITLE, TEXT, grids=[grid])


def compute_rate(sizes: list[int], cells: list[Cell]) -> float | None:
    """Return the rows a second between the two largest sizes, None if that was not measured."""
    times = [cell.seconds for cell in cells[-2:]]
    if len(times) == 1:
        return None
    one, other = times
    if one is None or other is None or other <= one:
        return None
    return (sizes[-1] - sizes[-2]) / (other - one)
