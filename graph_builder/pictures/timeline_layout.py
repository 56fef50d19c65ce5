"""The layout of a timeline: a time scale, and the entries of each lane in rows without overlap."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pyoxigraph import NamedNode

from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import compact, expand
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.fact_index import FactIndex
from graph_builder.pictures.palette import EdgeStyle, get_strongest_style
from graph_builder.pictures.view_definition import Bundle, NetworkFact
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

#: Units of the width of a lane, about as wide as the stage of a page, and of a gap between years.
TIMELINE_WIDTH, YEAR_GAP_WIDTH = 820.0, 16.0
#: Units of a letter, of the gap between two entries, of an entry and of its label, and of a row.
LETTER_WIDTH, ENTRY_GAP_WIDTH, ROW_HEIGHT = 6.7, 16.0, 31
MAX_ENTRY_LETTERS = 80
#: Entries up to which a year is wider for each.
_MAX_YEAR_WEIGHT = 8

TimelineRow = Mapping[str, OptionalTerm]


class TimeScale:
    """A scale from 0 to TIMELINE_WIDTH, on which busy years are wide and empty years a gap."""

    def __init__(self, spans: Iterable[DateRange]) -> None:
        """Give each year in which a span begins or ends a share of the width."""
        spans = list(spans)
        numbers = Counter(span.first.year for span in spans)
        numbers.update({span.last.year for span in spans} - numbers.keys())
        weights = {year: 1 + min(numbers[year], _MAX_YEAR_WEIGHT) for year in sorted(numbers)}
        gaps = sum(other - one > 1 for one, other in pairwise(weights))
        share = (TIMELINE_WIDTH - YEAR_GAP_WIDTH * gaps) / max(sum(weights.values()), 1)
        self.starts: dict[int, float] = {}
        self.widths = {year: share * weight for year, weight in weights.items()}
        start, before = 0.0, None
        for year, width in self.widths.items():
            start += YEAR_GAP_WIDTH if before is not None and year - before > 1 else 0.0
            self.starts[year] = start
            start, before = start + width, year

    def get_position(self, day: date, *, end: bool = False) -> float:
        """Return where a day begins, or ends, in units; an empty year is in its gap."""
        if day.year not in self.starts:
            before = [year for year in self.starts if year < day.year]
            year = max(before, default=min(self.starts))
            offset = self.widths[year] + YEAR_GAP_WIDTH / 2 if before else 0
            return round(self.starts[year] + offset, 1)
        first = date(day.year, 1, 1).toordinal()
        days = date(day.year, 12, 31).toordinal() - first + 1
        passed = day.toordinal() - first + (1 if end else 0)
        return round(self.starts[day.year] + self.widths[day.year] * passed / days, 1)

    @property
    def years(self) -> list[tuple[int, float, bool]]:
        """The years with their start, and whether a gap is before them."""
        return [
            (year, round(x, 1), year - 1 not in self.starts and x > 0)
            for year, x in self.starts.items()
        ]


@dataclass(frozen=True)
class TimelineEntry:
    """What an actor did, or what happened to it, on a day or in a month, year or period.

    ``modality`` is how sources state it, ``style`` the edge style of the strongest fact.
    """

    bundle: Bundle
    label: str
    when: str
    span: DateRange | None
    is_period: bool
    is_done: bool
    is_start: bool
    modality: str
    style: EdgeStyle

    @property
    def short_label(self) -> str:
        """The label, shortened where it is too long for a lane."""
        if len(self.label) <= MAX_ENTRY_LETTERS:
            return self.label
        return f"{self.label[: MAX_ENTRY_LETTERS - 1].rstrip()}…"

    @property
    def is_day(self) -> bool:
        """Whether it is dated to the day, so that it is drawn as a point and not as a bar."""
        return self.span is not None and not self.is_period and self.span.first == self.span.last


@dataclass(frozen=True)
class PlacedEntry:
    """An entry on its lane: the top of its row, and the position and width of its symbol.

    The label begins at ``label_x``, or ends there if ``label_ends`` because it has no room to the
    right. Symbol and label together begin at ``left`` and are ``full_width`` wide.
    """

    entry: TimelineEntry
    y: int
    x: float
    width: float
    label_x: float
    label_ends: bool
    left: float
    full_width: float


def build_entries(
    actor: str, rows: Iterable[TimelineRow], index: FactIndex, graph: Graph
) -> list[TimelineEntry]:
    """Return the entries of an actor by day, one for the same relation at the same time."""
    groups: dict[tuple[str, ...], list[TimelineRow]] = {}
    for row in rows:
        is_outward = to_text(row["subject"]) == actor
        parts = (row["date"], row["until"], row["relation"], row["done"])
        as_of = "as of" if to_text(row["dated"]) == "as of" else ""
        groups.setdefault((*map(to_text, parts), as_of, str(is_outward)), []).append(row)
    entries = [
        _build_entry(actor, key, group, index, graph) for key, group in sorted(groups.items())
    ]
    return [entry for entry in entries if entry.bundle.facts]


def place_entries_and_labels(
    entries: Iterable[TimelineEntry], scale: TimeScale
) -> list[PlacedEntry]:
    """Return dated entries in rows without overlap, each in the first row that has room."""
    row_ends: list[float] = []
    placed = []
    for entry in entries:
        if not entry.span:
            continue
        x = scale.get_position(entry.span.first)
        right = scale.get_position(entry.span.last, end=True)
        x, right = ((x + right) / 2,) * 2 if entry.is_day else (x, max(right, x + 6))
        width = len(entry.short_label) * LETTER_WIDTH
        label_ends = x - 5 + width > TIMELINE_WIDTH
        label = min(max(right + 5, width), TIMELINE_WIDTH) if label_ends else x - 5
        left = min(x - 6, label - width if label_ends else label)
        end = max(right + 6, label if label_ends else label + width)
        free_rows = (row for row, taken in enumerate(row_ends) if taken + ENTRY_GAP_WIDTH <= left)
        row = next(free_rows, len(row_ends))
        row_ends[row : row + 1] = [end]
        x, symbol_width, label, left, full_width = (
            round(each, 1) for each in (x, right - x, label, left, end - left)
        )
        placed.append(
            PlacedEntry(
                entry, row * ROW_HEIGHT, x, symbol_width, label, label_ends, left, full_width
            )
        )
    return placed


def compute_lane_height(placed: Iterable[PlacedEntry]) -> int:
    """Return the height of the rows of a lane."""
    return max((each.y + ROW_HEIGHT for each in placed), default=0)


def _build_entry(
    actor: str, key: tuple[str, ...], rows: list[TimelineRow], index: FactIndex, graph: Graph
) -> TimelineEntry:
    day, until, _, done, as_of, _ = key
    facts = {id(fact): fact for row in rows for fact in _find_row_facts(row, index)}
    start, end = DateRange.parse_or_none(day), DateRange.parse_or_none(until)
    span = DateRange(start.first, end.last) if start and end and start.first <= end.last else start
    label = _format_entry_label(actor, rows, graph)
    bundle_id = " ".join(compact(part) for part in (actor, *key))
    return TimelineEntry(
        Bundle(bundle_id, f"{graph.label(actor)}: {label}", tuple(facts.values())),
        label,
        _format_entry_date(day, until, as_of),
        span,
        bool(span and end and span.last == end.last and until != day),
        done == "yes",
        not as_of,
        ", ".join(sorted({graph.label(to_text(row["modality"])) for row in rows})),
        get_strongest_style(facts.values()),
    )


def _find_row_facts(row: TimelineRow, index: FactIndex) -> list[NetworkFact]:
    """Return the facts of a row, and those that date the event."""
    subject, object_ = to_text(row["subject"]), to_text(row["object"])
    columns = ("modality", "source", "section", "passage", "relation")
    stated = {name: row[name] for name in columns} | {"to": row["until"]}
    facts = index.find(stated, subject, object_)
    if not row["dateSource"]:
        return facts
    started: dict[str, OptionalTerm] = {
        "relation": NamedNode(expand("schema:startDate")),
        "source": row["dateSource"],
    }
    dates = (index.find(started, end, to_text(row["date"])) for end in (subject, object_))
    return [*facts, *(fact for each in dates for fact in each)]


def _format_entry_label(actor: str, rows: list[TimelineRow], graph: Graph) -> str:
    """Return the relation, as read from the actor, with its other end, or how many there are."""
    iri = to_text(rows[0]["relation"])
    is_outward = to_text(rows[0]["subject"]) == actor
    relation = graph.label(iri) if is_outward else graph.inverse_label(iri)
    ends = [row["object"] if is_outward else row["subject"] for row in rows]
    names = sorted({graph.label(end.value) for end in ends if isinstance(end, NamedNode)})
    names = names or sorted({to_text(end) for end in ends} - {to_text(rows[0]["date"])})
    if not names:
        return relation
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{relation}: {names[0]}{others}"


def _format_entry_date(day: str, until: str, as_of: str) -> str:
    if not day:
        return "no date"
    if until and until != day:
        return format_date_range(day, until)
    return f"as of {format_date_range(day)}" if as_of else format_date_range(day)
