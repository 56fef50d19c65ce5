"""What benchmarks have measured: rows beside a peer and grids of sizes, kept as JSON."""

import json
import math
import statistics
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Scale = Literal["quick", "normal", "full"]
#: Seconds below which a growth says nothing.
_LEAST = 0.05


@dataclass
class Row:
    """One thing done by us and by a peer: the seconds of each run, or why there are none."""

    name: str
    peer: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    target: float | None = None
    #: Why the peer takes less time; shown only where it does.
    reason: str = ""
    #: Why a goal is missed though ours takes less time; shown only where it is.
    miss: str = ""
    #: Why there are no times of the peer.
    missing: str = ""
    #: Megabytes at most, where that was measured.
    our_memory: float | None = None
    their_memory: float | None = None

    @property
    def ratios(self) -> list[float]:
        """Return ours divided by theirs, run by run."""
        return [one / other for one, other in zip(self.ours, self.theirs, strict=False)]

    @property
    def is_lost(self) -> bool:
        """Return whether the peer takes less time, by the median."""
        return bool(self.ratios) and statistics.median(self.ratios) > 1

    @property
    def is_missed(self) -> bool:
        """Return whether there is a goal that the median of the ratios passes."""
        has_goal = bool(self.ratios) and self.target is not None
        return has_goal and statistics.median(self.ratios) > (self.target or 0)


@dataclass
class Cell:
    """Seconds and megabytes of one thing at one size, or why there are none."""

    seconds: float | None = None
    memory: float | None = None
    missing: str = ""


@dataclass
class Grid:
    """Things by sizes or by engines; with ``sizes``, the power by which the time grows is shown."""

    heading: str
    columns: list[str]
    rows: dict[str, list[Cell]]
    sizes: list[int] = field(default_factory=list)
    #: Whether the time at the smallest size, most of it start-up, is taken off for the power.
    without_smallest: bool = False
    #: Sentences below the grid.
    notes: list[str] = field(default_factory=list)

    def compute_power(self, name: str) -> float | None:
        """Return by what power of the size a row grows between the two largest sizes.

        None where it takes little more than the start-up, or was not measured.
        """
        cells = self.rows[name]
        if len(self.sizes) < 2 or any(each.seconds is None for each in cells[-2:]):  # noqa: PLR2004
            return None
        start_up = (cells[0].seconds or 0) if self.without_smallest and len(cells) > 2 else 0  # noqa: PLR2004
        one, other = ((each.seconds or 0) - start_up for each in cells[-2:])
        if other < _LEAST:
            return None
        one = max(one, _LEAST)
        return math.log(other / one) / math.log(self.sizes[-1] / self.sizes[-2])


@dataclass
class Part:
    """What one module has measured, with what is to be known of it."""

    name: str
    title: str
    text: str
    rows: list[Row] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    #: When and with which sizes it was measured.
    date: str = ""
    scale: str = ""


@dataclass
class Run:
    """What was measured on one machine with the same versions, and when and how at last."""

    date: str
    scale: str
    machine: dict[str, str]
    versions: dict[str, str]
    parts: list[Part] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write the run to a file of JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load_run(path: Path) -> Run:
    """Return the run that a file of JSON holds; any other file ends the program with code 2."""
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        when = {"date": run["date"], "scale": run["scale"]}
        return Run(**{**run, "parts": [_make_part(when | part) for part in run["parts"]]})
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        raise SystemExit(2) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        advice = "remove the file and measure all parts again"
        print(f"{path}: no results of this version; {advice}", file=sys.stderr)
        raise SystemExit(2) from error


def _make_part(part: dict[str, Any]) -> Part:
    grids = []
    for grid in part["grids"]:
        rows = {name: [Cell(**cell) for cell in cells] for name, cells in grid["rows"].items()}
        grids.append(Grid(**{**grid, "rows": rows}))
    return Part(**{**part, "rows": [Row(**row) for row in part["rows"]], "grids": grids})
