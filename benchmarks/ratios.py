"""Print how long things take beside another way of doing them, both in one run.

    python benchmarks/ratios.py --runs 9

Times and ratios are medians over the runs; a run is ours and then theirs, so that a busy machine
slows both. A target is a ratio, never a time.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

import graphs
import processes
from timing import Comparison, Times, measure

COLUMNS = ("ours | theirs", "ours", "theirs", "ratio", "min-max", "target")
RUNS = 9
NOTHING = "-"


def duration(times: list[float]) -> str:
    """Return the median of some times as text."""
    if not times:
        return NOTHING
    median = statistics.median(times)
    return f"{median:.2f} s" if median >= 1 else f"{median * 1000:.2f} ms"


def number(ratio: float) -> str:
    """Return a ratio with two significant digits."""
    return f"{ratio:.2f}" if ratio >= 1 else f"{ratio:.2g}"


def row(comparison: Comparison, times: Times) -> list[str]:
    """Return one line of the table."""
    target = NOTHING if comparison.target is None else f"<= {number(comparison.target)}"
    times_of_both = [duration(times.ours), duration(times.theirs)]
    return [comparison.name, *times_of_both, *quotient(times), target]


def quotient(times: Times) -> tuple[str, str]:
    """Return the median of the ratios of the runs, and their range."""
    if not times.theirs:
        return NOTHING, NOTHING
    return number(
        statistics.median(times.ratios)
    ), f"{number(min(times.ratios))}-{number(max(times.ratios))}"


def table(rows: list[list[str]]) -> str:
    """Return rows in columns, the first aligned left and the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        lines.append("  ".join((first.ljust(widths[0]), *cells)))
    return "\n".join(lines)


def main() -> None:
    """Run the comparisons and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        compared = [*processes.comparisons(Path(name)), *graphs.comparisons(Path(name))]
        rows = [row(comparison, measure(comparison, runs)) for comparison in compared]
    print(table([list(COLUMNS), *rows]))


if __name__ == "__main__":
    main()
