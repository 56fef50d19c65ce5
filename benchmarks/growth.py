"""Print how the processor time of each command grows with the number of sources.

    python benchmarks/growth.py --sources 10 100 1000 --only at ego

Facts of fact_folder.py are built once a size; then each command runs on the built graph in a
process of its own. The last column is by what power of the size the time grows between the two
largest: 1 is linear.
"""

import argparse
import math
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import fact_folder

AIGG = (sys.executable, "-m", "graph_builder", "--quiet")
THING = "event:meeting-0"
COMMANDS = {
    "question": ("query", "organisers"),
    "question at a day": ("query", "organisers", "--at", "2020-01-01"),
    "question verified": ("query", "organisers", "--verified", "official-copy"),
    "shared-texts": ("query", "shared-texts"),
    "find": ("find", "Meeting 3"),
    "explain": ("explain", THING),
    "disagreements": ("disagreements",),
    "validate": ("validate",),
    "export ttl": ("export", "-F", "ttl", "-o", "out.ttl"),
    "measure": ("measure", "co-participation"),
    "ego": ("draw", "ego", "India", "-o", "out.html"),
    "overview": ("draw", "overview", "-o", "out.html"),
    "event": ("draw", "event", THING, "-o", "out.html"),
}
#: What only adds noise to the growth: below it, a command mostly starts Python.
START_UP = 0.5


def run(words: tuple[str, ...], folder: Path, seconds: float) -> tuple[float, float] | None:
    """Return processor seconds and the peak of memory in MB of a command, None if it was cut."""
    environment = {**os.environ, "AIGG_CACHE": str(folder / "cache")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = (
        "import resource,subprocess,sys;"
        "done=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
        "sys.stderr.buffer.write(done.stderr);sys.exit(done.returncode)"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, *AIGG, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(words)}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, int(done.stdout) / 1024


def compute_power(sizes: list[int], times: list[float]) -> float:
    """Return by what power of the size the time grows between the two largest sizes."""
    return math.log(times[-1] / times[-2]) / math.log(sizes[-1] / sizes[-2])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sources", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--only", nargs="*", choices=[*COMMANDS], metavar="COMMAND")
    parser.add_argument("--patience", type=float, default=300, help="seconds a command may take")
    asked = parser.parse_args()
    print("| seconds (MB) |", " | ".join(f"{size} sources" for size in asked.sources), "| power |")
    print("|---" * (len(asked.sources) + 2) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        folders = {size: Path(temporary) / str(size) for size in asked.sources}
        for size, folder in folders.items():
            fact_folder.write(size, folder / "facts")
        build = ("build", "--only", "--facts", "facts", "-o", "graph.nq")
        print_row("build", {size: run(build, folders[size], asked.patience) for size in folders})
        for name in asked.only or COMMANDS:
            words = (*COMMANDS[name], "--store", "graph.nq")
            print_row(name, {size: run(words, folders[size], asked.patience) for size in folders})


def print_row(name: str, cells: dict[int, tuple[float, float] | None]) -> None:
    """Print the row of a command; a command that was cut has no power."""
    shown = [
        "over" if cell is None else f"{cell[0]:.2f} ({cell[1]:.0f})" for cell in cells.values()
    ]
    times = [max(cell[0] - START_UP, 0.05) for cell in cells.values() if cell is not None]
    is_whole = len(times) == len(cells) > 1
    power = f"{compute_power([*cells], times):.2f}" if is_whole else ""
    print(f"| {name} |", " | ".join(shown), f"| {power} |", flush=True)


if __name__ == "__main__":
    main()
