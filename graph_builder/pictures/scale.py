"""A scale of time on which years with much in them are wide, and years with nothing a gap."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from graph_builder.periods import Span

#: Units across which a lane goes, about as wide as the stage of a page, and those of a gap.
WIDTH, GAP = 820.0, 16.0
#: What is at home in a year counts up to this many times for its width.
_MOST = 8


class Scale:
    """Where days stand, from 0 to WIDTH, given the spans that have to be shown."""

    def __init__(self, spans: Iterable[Span]) -> None:
        """Give each year in which a span begins or ends a share of the width."""
        spans = list(spans)
        told = Counter(span.first.year for span in spans)
        told.update({span.last.year for span in spans} - told.keys())
        weights = {year: 1 + min(told[year], _MOST) for year in sorted(told)}
        years = list(weights)
        gaps = sum(other - one > 1 for one, other in pairwise(years))
        share = (WIDTH - GAP * gaps) / max(sum(weights.values()), 1)
        self.starts: dict[int, float] = {}
        self.widths = {year: share * weight for year, weight in weights.items()}
        at, before = 0.0, None
        for year in years:
            at += GAP if before is not None and year - before > 1 else 0.0
            self.starts[year] = at
            at, before = at + self.widths[year], year

    def at(self, day: date, *, end: bool = False) -> float:
        """Return where a day begins, or ends, in units; a year without a place is in its gap."""
        if day.year not in self.starts:
            before = [year for year in self.starts if year < day.year]
            year = max(before, default=min(self.starts))
            return round(self.starts[year] + (self.widths[year] + GAP / 2 if before else 0), 1)
        first = date(day.year, 1, 1)
        days = date(day.year, 12, 31).toordinal() - first.toordinal() + 1
        passed = day.toordinal() - first.toordinal() + (1 if end else 0)
        return round(self.starts[day.year] + self.widths[day.year] * passed / days, 1)

    @property
    def years(self) -> list[tuple[int, float, bool]]:
        """Return the years with where they start, and whether a gap is before them."""
        return [
            (y, round(x, 1), y - 1 not in self.starts and x > 0) for y, x in self.starts.items()
        ]
