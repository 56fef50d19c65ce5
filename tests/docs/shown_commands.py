"""Pages that show commands with their output, played in a folder as a newcomer would.

A block ``console`` shows commands of ours, ``text FILE`` and ``yaml FILE`` show a file to save, and
``diff FILE`` lines to change in it. A line … in an output stands for any number of lines.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (aigg .*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
ANY_LINES = "…\n"


def play(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Do what a page says, in order; yield each command, the output shown, and the output found.

    The folder gets the examples that a checkout has in ``tests/data``.
    """
    (folder / "tests").mkdir()
    (folder / "tests" / "data").symlink_to(ROOT / "tests" / "data", target_is_directory=True)
    for language, file, text in _BLOCK.findall(page):
        if language == "console":
            for command, shown in _COMMAND.findall(text):
                yield command, shown, _run(command, folder)
        elif language == "diff" and file:
            _change(folder / file, text.splitlines(keepends=True))
        elif file:
            (folder / file).write_text(text, encoding="utf-8")


def fits(shown: str, found: str) -> bool:
    """Return whether an output is what a page shows."""
    lines = shown.splitlines(keepends=True)
    pattern = "".join(r"(?:.*\n)*?" if line == ANY_LINES else re.escape(line) for line in lines)
    return re.fullmatch(pattern, found) is not None


def _change(file: Path, lines: list[str]) -> None:
    text = file.read_text(encoding="utf-8")
    old, new = ("".join(line[1:] for line in lines if line[0] != sign) for sign in "+-")
    assert text.count(old) == 1, f"{file.name} holds these lines once: {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def _run(command: str, folder: Path) -> str:
    """Return what a terminal of 100 columns would show of a command."""
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode()
