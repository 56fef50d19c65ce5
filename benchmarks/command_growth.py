"""How the processor time and memory of each command grow with the number of sources."""

import tempfile
from pathlib import Path

import fact_folder
from child_process import AIGG, run_command
from results import Cell, Grid, Part, Scale

TITLE = "Growth of each command over the number of sources"
TEXT = """\
Made-up sources of 30 facts each are built, and then each command runs once in a process of its
own. `aigg find`, `explain`, plain questions and pictures of one thing read a store on disk that the
cache keeps; the run that makes it is not counted. What holds on a day, or is verified, is kept too,
and the line that ends in "again" has the next question about it. For the power, the time at the
smallest size is taken off, since most of it is start-up."""
SOURCES = {"quick": [2], "normal": [10, 100, 1000], "full": [10, 100, 1000, 5000]}
#: Seconds of the clock that a command may take.
PATIENCE = {"quick": 60, "normal": 300, "full": 1200}
THING = "event:meeting-0"
BUILD = ("build", "--only", "--facts", "facts", "-o", "graph.nq")
COMMANDS = {
    "query organisers": ("query", "organisers"),
    "query organisers --at 2020-01-01": ("query", "organisers", "--at", "2020-01-01"),
    "query organisers --verified official-copy": (
        *("query", "organisers"),
        *("--verified", "official-copy"),
    ),
    "query shared-texts": ("query", "shared-texts"),
    "find": ("find", "Meeting 3"),
    "explain": ("explain", THING),
    "disagreements": ("disagreements",),
    "validate": ("validate",),
    "export -F ttl": ("export", "-F", "ttl", "-o", "out.ttl"),
    "measure co-participation": ("measure", "co-participation"),
    "draw ego Speaker 3": ("draw", "ego", "actor:speaker-3", "-o", "out.html"),
    "draw ego Speaker 3 --at 2021": (
        *("draw", "ego", "actor:speaker-3", "-o", "out.html"),
        *("--at", "2021"),
    ),
    "draw ego India": ("draw", "ego", "India", "-o", "out.html"),
    "draw overview": ("draw", "overview", "-o", "out.html"),
    "draw event": ("draw", "event", THING, "-o", "out.html"),
}
#: What is run of them where it only matters that it runs.
QUICK = ("query organisers", "export -F ttl")
#: Commands that keep a store in the cache when they run first.
KEEPING = ("query organisers",)
#: Commands that refuse a graph which has more near a thing than a picture is made from.
LIMITED = ("draw ego India",)
#: Commands that keep a selection, and are measured before and after.
SELECTING = ("query organisers --at 2020-01-01", "query organisers --verified official-copy")


def run(scale: Scale) -> Part:
    """Return the processor time and memory of each command by the number of sources."""
    sizes, patience = SOURCES[scale], PATIENCE[scale]
    found: dict[str, list[Cell]] = {"build": []}
    commands = {name: COMMANDS[name] for name in (QUICK if scale == "quick" else COMMANDS)}
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            folder = Path(temporary) / str(size)
            fact_folder.write(size, folder / "facts")
            found["build"].append(run_command((*AIGG, *BUILD), folder, 10 * patience))
            for name, words in commands.items():
                command = (*AIGG, *words, "--store", "graph.nq")
                if name in KEEPING:
                    run_command(command, folder, patience)
                may_refuse = name in LIMITED
                cell = run_command(command, folder, patience, may_refuse=may_refuse)
                found.setdefault(name, []).append(cell)
                if name in SELECTING:
                    again = run_command(command, folder, patience)
                    found.setdefault(f"{name}, again", []).append(again)
    columns = [f"{size:,} sources" for size in sizes]
    return Part(
        "growth", TITLE, TEXT, grids=[Grid("aigg", columns, found, sizes, without_smallest=True)]
    )
