"""Print how long things take beside another way of doing them, both in one run.

    python benchmarks/ratios.py --runs 7

Times are medians; the range is that of the ratio, run by run. A target is a ratio, never a time.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

import graphs
import processes
from timing import Comparison, Times, measure

COLUMNS = ("ours | theirs", "ours", "theirs", "ratio", "min-max", "target")
RUNS = 7
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
    ratios = times.ratios
    return [
        comparison.name,
        duration(times.ours),
        duration(times.theirs),
        number(statistics.median(times.ours) / statistics.median(times.theirs))
        if ratios
        else NOTHING,
        f"{number(min(ratios))}-{number(max(ratios))}" if ratios else NOTHING,
        NOTHING if comparison.target is None else f"<= {number(comparison.target)}",
    ]


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
