"""A scale of time on which years with much in them are wide, and years with nothing a gap."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pyoxigraph import NamedNode

from graph_builder.core.intervals import DateRange
from graph_builder.core.vocabulary import compact, expand
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.fact_index import FactIndex, NetworkFact
from graph_builder.pictures.palette import EdgeStyle
from graph_builder.pictures.pyvis_network import get_strongest_style
from graph_builder.pictures.view_definition import Bundle
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

#: Units across which a lane goes, about as wide as the stage of a page, and those of a gap.
TIMELINE_WIDTH, YEAR_GAP_WIDTH = 820.0, 16.0
#: What is at home in a year counts up to this many times for its width.
_MAX_YEAR_WEIGHT = 8


class TimeScale:
    """Where days stand, from 0 to WIDTH, given the spans that have to be shown."""

    def __init__(self, spans: Iterable[DateRange]) -> None:
        """Give each year in which a span begins or ends a share of the width."""
        spans = list(spans)
        told = Counter(span.first.year for span in spans)
        told.update({span.last.year for span in spans} - told.keys())
        weights = {year: 1 + min(told[year], _MAX_YEAR_WEIGHT) for year in sorted(told)}
        years = list(weights)
        gaps = sum(other - one > 1 for one, other in pairwise(years))
        share = (TIMELINE_WIDTH - YEAR_GAP_WIDTH * gaps) / max(sum(weights.values()), 1)
        self.starts: dict[int, float] = {}
        self.widths = {year: share * weight for year, weight in weights.items()}
        at, before = 0.0, None
        for year in years:
            at += YEAR_GAP_WIDTH if before is not None and year - before > 1 else 0.0
            self.starts[year] = at
            at, before = at + self.widths[year], year

    def at(self, day: date, *, end: bool = False) -> float:
        """Return where a day begins, or ends, in units; a year without a place is in its gap."""
        if day.year not in self.starts:
            before = [year for year in self.starts if year < day.year]
            year = max(before, default=min(self.starts))
            return round(
                self.starts[year] + (self.widths[year] + YEAR_GAP_WIDTH / 2 if before else 0), 1
            )
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


#: Units of a letter, at most, between two marks, and of the height of a row; letters of a label.
LETTER_WIDTH, ENTRY_GAP_WIDTH, ROW_HEIGHT, MAX_ENTRY_LETTERS = 6.7, 16.0, 31, 80

TimelineRow = Mapping[str, OptionalTerm]


@dataclass(frozen=True)
class TimelineEntry:
    """What is told of an actor for a day, month, year or period, in words and as facts."""

    bundle: Bundle
    label: str
    when: str
    span: DateRange | None
    is_period: bool
    is_done: bool
    is_start: bool
    how: str
    family: EdgeStyle

    @property
    def short(self) -> str:
        """Return the label, cut where it is too long for a lane."""
        return (
            self.label
            if len(self.label) <= MAX_ENTRY_LETTERS
            else f"{self.label[: MAX_ENTRY_LETTERS - 1].rstrip()}…"
        )

    @property
    def is_day(self) -> bool:
        """Return whether it is told to the day, so that it is a point and no bar."""
        return bool(self.span) and not self.is_period and self.span.first == self.span.last  # type: ignore[union-attr]


@dataclass(frozen=True)
class PlacedEntry:
    """A mark on its lane: the row's top, where it and both begin and how wide, and its label.

    A label begins at ``label_x``, or ends there where it has no room behind the mark.
    """

    mark: TimelineEntry
    y: int
    x: float
    width: float
    label_x: float
    ends: bool
    left: float
    whole: float


def build_entries(
    actor: str, rows: Iterable[TimelineRow], recorded: FactIndex, graph: Graph
) -> list[TimelineEntry]:
    """Return what is told of an actor, one mark for the same relation at the same time, by day."""
    groups: dict[tuple[str, ...], list[TimelineRow]] = {}
    for row in rows:
        outward = to_text(row["subject"]) == actor
        parts = (row["date"], row["until"], row["relation"], row["done"])
        as_of = "as of" if to_text(row["dated"]) == "as of" else ""
        groups.setdefault((*map(to_text, parts), as_of, str(outward)), []).append(row)
    found = [
        _build_entry(actor, key, group, recorded, graph) for key, group in sorted(groups.items())
    ]
    return [mark for mark in found if mark.bundle.facts]


def place_entries(found: Iterable[TimelineEntry], scale: TimeScale) -> list[PlacedEntry]:
    """Return the marks in rows in which none meets another, each in the first with room."""
    ends: list[float] = []
    result = []
    for mark in found:
        if not mark.span:
            continue
        x, right = scale.at(mark.span.first), scale.at(mark.span.last, end=True)
        x, right = ((x + right) / 2,) * 2 if mark.is_day else (x, max(right, x + 6))
        wide = len(mark.short) * LETTER_WIDTH
        ends_there = x - 5 + wide > TIMELINE_WIDTH
        label = min(max(right + 5, wide), TIMELINE_WIDTH) if ends_there else x - 5
        left = min(x - 6, label - wide if ends_there else label)
        end = max(right + 6, label if ends_there else label + wide)
        row = next(
            (at for at, taken in enumerate(ends) if taken + ENTRY_GAP_WIDTH <= left), len(ends)
        )
        ends[row:] = [*([end] if row == len(ends) else []), *ends[row:]]
        ends[row] = end
        at, wide, label, left, whole = (
            round(each, 1) for each in (x, right - x, label, left, end - left)
        )
        result.append(PlacedEntry(mark, row * ROW_HEIGHT, at, wide, label, ends_there, left, whole))
    return result


def compute_lane_height(found: Iterable[PlacedEntry]) -> int:
    """Return how high the rows of a lane are."""
    return max((each.y + ROW_HEIGHT for each in found), default=0)


def _build_entry(
    actor: str, key: tuple[str, ...], rows: list[TimelineRow], recorded: FactIndex, graph: Graph
) -> TimelineEntry:
    day, until, _, done, as_of, _ = key
    facts = {id(f): f for row in rows for f in _find_row_facts(row, recorded)}
    start, end = DateRange.parse_or_none(day), DateRange.parse_or_none(until)
    both = DateRange(start.first, end.last) if start and end and start.first <= end.last else start
    label = _format_entry_label(actor, rows, graph)
    return TimelineEntry(
        Bundle(
            " ".join(compact(part) for part in (actor, *key)),
            f"{graph.label(actor)}: {label}",
            tuple(facts.values()),
        ),
        label,
        _format_entry_date(day, until, as_of),
        both,
        bool(both and end and both.last == end.last and until != day),
        done == "yes",
        not as_of,
        ", ".join(sorted({graph.label(to_text(row["modality"])) for row in rows})),
        get_strongest_style(list(facts.values())),
    )


def _find_row_facts(row: TimelineRow, recorded: FactIndex) -> list[NetworkFact]:
    """Return the facts of a row, and those by which the event has its day."""
    subject, object_ = to_text(row["subject"]), to_text(row["object"])
    said = {name: row[name] for name in ("modality", "source", "section", "passage", "relation")}
    found = recorded.of({**said, "to": row["until"]}, subject, object_)
    if not row["dateSource"]:
        return found
    began: dict[str, OptionalTerm] = {
        "relation": NamedNode(expand("schema:startDate")),
        "source": row["dateSource"],
    }
    days = (recorded.of(began, end, to_text(row["date"])) for end in (subject, object_))
    return [*found, *(fact for each in days for fact in each)]


def _format_entry_label(actor: str, rows: list[TimelineRow], graph: Graph) -> str:
    """Return the relation with the other end, or with how many others there are."""
    relation = graph.label(to_text(rows[0]["relation"]))
    outward = to_text(rows[0]["subject"]) == actor
    ends = [row["object"] if outward else row["subject"] for row in rows]
    names = sorted({graph.label(end.value) for end in ends if isinstance(end, NamedNode)})
    if not names:
        values = sorted({to_text(end) for end in ends} - {to_text(rows[0]["date"])})
        names = values
    if not names:
        return relation
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    arrow = ":" if outward else " ←"
    return f"{relation}{arrow} {names[0]}{others}"


def _format_entry_date(day: str, until: str, as_of: str) -> str:
    if not day:
        return "no day is known"
    if until and until != day:
        return format_date_range(day, until)
    return f"as of {format_date_range(day)}" if as_of else format_date_range(day)
