"""What a site costs, written anew and again, by the number of sources."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import fact_folder
from child_process import AIGG, run_command
from edit_times import EDITED, edit
from results import Cell, Grid, Part, Scale

TITLE = "Site"
TEXT = """\
`aigg site` writes the site of made-up sources of 30 facts each: with an empty cache into an empty
folder, then again without a change, then again after an edit of one fact. The time is that of all
processes, which run on the processors that there are; the memory is that of the largest of them."""
SOURCES = {"quick": [2], "normal": [10, 50, 200], "full": [10, 100, 1000, 5000]}
#: Seconds that a site may take.
PATIENCE = {"quick": 120, "normal": 600, "full": 14_400}
_KB = 1_000


def run(scale: Scale) -> Part:
    """Return the processor time and memory of a site by the number of sources, and its size."""
    sizes = SOURCES[scale]
    found: dict[str, list[Cell]] = {}
    notes = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            folder = Path(temporary) / str(size)
            fact_folder.write(size, folder / "facts")
            for name, cell in _measure(folder, PATIENCE[scale]):
                found.setdefault(name, []).append(cell)
            notes.append(f"{size:,} sources: {_describe(folder / 'site')}.")
    columns = [f"{size:,} sources" for size in sizes]
    grid = Grid("aigg site", columns, found, sizes, without_smallest=True, notes=notes)
    return Part("site", TITLE, TEXT, grids=[grid])


def _measure(folder: Path, patience: float) -> Iterator[tuple[str, Cell]]:
    build = (*AIGG, "build", "--only", "--facts", "facts", "-o", "graph.nq")
    site = (*AIGG, "site", "site", "--store", "graph.nq")
    run_command(build, folder, patience)
    yield "written anew", run_command(site, folder, patience)
    yield "written again", run_command(site, folder, patience)
    edit(folder / "facts" / EDITED, "another section")
    run_command(build, folder, patience)
    yield "written again after an edit", run_command(site, folder, patience)


def _describe(site: Path) -> str:
    """Return how many files a site has, and how large its largest page and search index are."""
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    largest = max(size for path, size in sizes.items() if path.suffix == ".html")
    index = [size for path, size in sizes.items() if path.name.startswith("names")]
    files = "1 file" if len(index) == 1 else f"{len(index):,} files"
    return (
        f"{len(sizes):,} files, {sum(sizes.values()) / _KB**2:,.0f} MB; the largest page has "
        f"{largest / _KB:,.0f} kB, the search index {sum(index) / _KB:,.0f} kB in {files}"
    )
