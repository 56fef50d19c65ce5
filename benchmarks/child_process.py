"""Processor time and the peak of memory of a command, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from results import Cell, Row

AIGG = (sys.executable, "-m", "graph_builder", "--quiet")
ROOT = Path(__file__).parents[1]
#: The peak of a process counts what its parent held when it began, hence a small one between them.
_LAUNCHER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
error = done.stderr[-2000:].decode(errors="replace")
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss, error]))
"""
#: What getrusage counts memory in.
_BYTES = 1 if sys.platform == "darwin" else 1024
_MB = 1_000_000
_REFUSED = 2


def run_command(
    words: tuple[str, ...], folder: Path, timeout: float = 600, *, may_refuse: bool = False
) -> Cell:
    """Return processor seconds and the peak of memory of a command run in a folder.

    A command that takes longer than ``timeout`` seconds is ended, which the cell says. Exit code 1
    is an answer, such as "there are conflicts"; any other but 0 ends the benchmark, unless the
    command may refuse what is too large (code 2).
    """
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, *words],
        cwd=folder,
        env=make_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            text, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return Cell(missing=f"over {timeout:.0f} s")
    code, seconds, peak, error = json.loads(text)
    if may_refuse and code == _REFUSED:
        return Cell(missing="refused")
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(words)}: exit code {code}\n{error}")
    return Cell(seconds, peak * _BYTES / _MB)


def compare_commands(
    name: str,
    peer: str,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    folder: Path,
    runs: int,
    target: float | None,
    reason: str,
) -> Row:
    """Return the times of two commands in turn.

    The first of several runs does not count, since it may compile modules or fill a cache.
    """
    pairs = [
        (run_command(ours, folder), run_command(theirs, folder)) for _ in range(runs + (runs > 1))
    ]
    one, other = zip(*pairs[-runs:], strict=True)
    (our_times, our_peak), (their_times, their_peak) = collect(one), collect(other)
    return Row(
        name,
        peer,
        our_times,
        their_times,
        target,
        reason,
        our_memory=our_peak,
        their_memory=their_peak,
    )


def collect(cells: Iterable[Cell]) -> tuple[list[float], float]:
    """Return the seconds of processes, and the highest of their peaks of memory."""
    found = [(cell.seconds, cell.memory) for cell in cells]
    return [each for each, _ in found if each is not None], max(peak or 0 for _, peak in found)


def make_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a command, which keeps its cache in a folder."""
    return {
        **os.environ,
        "AIGG_CACHE": str(folder / "cache"),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
