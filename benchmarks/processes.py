"""Comparisons of whole processes: starting, answering, drawing."""

import os
import subprocess
import sys
from pathlib import Path

from timing import Call, Comparison

from graph_builder.cli import aigg

MAIN = "from graph_builder.cli import main; main()"
BARE = """
import sys, click
group = click.Group("bare", help="A bare program.")
for name in sys.argv.pop().split(","):
    group.add_command(click.Command(name, help="Do a thing."))
group.main()
"""


def python(folder: Path, code: str, *words: str) -> Call:
    """Return a call that runs Python code with arguments in a process of its own."""
    # Both sides find their bytecode compiled, whatever the environment says.
    environment = {
        **os.environ,
        "AIGG_CACHE": str(folder / "cache"),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }

    def call() -> None:
        subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    return call


def comparisons(folder: Path) -> list[Comparison]:
    """Return the comparisons; processes run in a folder and keep the compiled graph there."""
    helped = python(folder, MAIN, "--help")
    bare = python(folder, BARE, "--help", ",".join(aigg.commands))
    asked = python(folder, MAIN, "query", "organisers")
    imported = python(folder, "import pyoxigraph")
    drawn = python(folder, MAIN, "draw", "-o", "page.html")
    return [
        Comparison("aigg --help | bare click program", [(helped, bare)], 1.5),
        Comparison("aigg query organisers | import pyoxigraph", [(asked, imported)], 7.5),
        Comparison("aigg draw", [(drawn, None)]),
    ]
