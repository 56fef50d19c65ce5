"""The lane of an actor on a timeline: what is told of it, each with its day, in rows by a scale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph_builder.catalogue import Term, text
from graph_builder.periods import Span
from graph_builder.pictures.days import between
from graph_builder.pictures.drawing import strongest
from graph_builder.pictures.model import Bundle
from graph_builder.pictures.palette import Family
from graph_builder.pictures.recorded import Fact, Recorded
from graph_builder.pictures.scale import WIDTH, Scale
from graph_builder.store import Graph
from graph_builder.vocabulary import compact, expand

#: Units of a letter, at most, between two marks, and of the height of a row; letters of a label.
LETTER, APART, ROW, LONGEST = 6.7, 16.0, 31, 80

Row = Mapping[str, Term]


@dataclass(frozen=True)
class Mark:
    """What is told of an actor for a day, month, year or period, in words and as facts."""

    bundle: Bundle
    label: str
    when: str
    span: Span | None
    is_period: bool
    is_done: bool
    is_start: bool
    how: str
    family: Family

    @property
    def short(self) -> str:
        """Return the label, cut where it is too long for a lane."""
        return (
            self.label if len(self.label) <= LONGEST else f"{self.label[: LONGEST - 1].rstrip()}…"
        )

    @property
    def is_day(self) -> bool:
        """Return whether it is told to the day, so that it is a point and no bar."""
        return bool(self.span) and not self.is_period and self.span.first == self.span.last  # type: ignore[union-attr]


@dataclass(frozen=True)
class Placed:
    """A mark on its lane: the row's top, where it and both begin and how wide, and its label.

    A label begins at ``label_x``, or ends there where it has no room behind the mark.
    """

    mark: Mark
    y: int
    x: float
    width: float
    label_x: float
    ends: bool
    left: float
    whole: float


def marks(actor: str, rows: Iterable[Row], recorded: Recorded, graph: Graph) -> list[Mark]:
    """Return what is told of an actor, one mark for the same relation at the same time, by day."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        outward = text(row["subject"]) == actor
        parts = (row["date"], row["until"], row["relation"], row["done"])
        as_of = "as of" if text(row["dated"]) == "as of" else ""
        groups.setdefault((*map(text, parts), as_of, str(outward)), []).append(row)
    found = [_mark(actor, key, group, recorded, graph) for key, group in sorted(groups.items())]
    return [mark for mark in found if mark.bundle.facts]


def placed(found: Iterable[Mark], scale: Scale) -> list[Placed]:
    """Return the marks in rows in which none meets another, each in the first with room."""
    ends: list[float] = []
    result = []
    for mark in found:
        if not mark.span:
            continue
        x, right = scale.at(mark.span.first), scale.at(mark.span.last, end=True)
        x, right = ((x + right) / 2,) * 2 if mark.is_day else (x, max(right, x + 6))
        wide = len(mark.short) * LETTER
        ends_there = x - 5 + wide > WIDTH
        label = min(max(right + 5, wide), WIDTH) if ends_there else x - 5
        left = min(x - 6, label - wide if ends_there else label)
        end = max(right + 6, label if ends_there else label + wide)
        row = next((at for at, taken in enumerate(ends) if taken + APART <= left), len(ends))
        ends[row:] = [*([end] if row == len(ends) else []), *ends[row:]]
        ends[row] = end
        at, wide, label, left, whole = (
            round(each, 1) for each in (x, right - x, label, left, end - left)
        )
        result.append(Placed(mark, row * ROW, at, wide, label, ends_there, left, whole))
    return result


def height(found: Iterable[Placed]) -> int:
    """Return how high the rows of a lane are."""
    return max((each.y + ROW for each in found), default=0)


def _mark(
    actor: str, key: tuple[str, ...], rows: list[Row], recorded: Recorded, graph: Graph
) -> Mark:
    day, until, _, done, as_of, _ = key
    facts = {id(f): f for row in rows for f in _facts(row, recorded)}
    start, end = Span.read(day), Span.read(until)
    both = Span(start.first, end.last) if start and end and start.first <= end.last else start
    label = _label(actor, rows, graph)
    return Mark(
        Bundle(
            " ".join(compact(part) for part in (actor, *key)),
            f"{graph.label(actor)}: {label}",
            tuple(facts.values()),
        ),
        label,
        _when(day, until, as_of),
        both,
        bool(both and end and both.last == end.last and until != day),
        done == "yes",
        not as_of,
        ", ".join(sorted({graph.label(text(row["modality"])) for row in rows})),
        strongest(list(facts.values())),
    )


def _facts(row: Row, recorded: Recorded) -> list[Fact]:
    """Return the facts of a row, and those by which the event has its day."""
    subject, object_ = text(row["subject"]), text(row["object"])
    said = {name: row[name] for name in ("modality", "source", "section", "passage", "relation")}
    found = recorded.of({**said, "to": row["until"]}, subject, object_)
    if not row["dateSource"]:
        return found
    began: dict[str, Term] = {
        "relation": NamedNode(expand("schema:startDate")),
        "source": row["dateSource"],
    }
    days = (recorded.of(began, end, text(row["date"])) for end in (subject, object_))
    return [*found, *(fact for each in days for fact in each)]


def _label(actor: str, rows: list[Row], graph: Graph) -> str:
    """Return the relation with the other end, or with how many others there are."""
    relation = graph.label(text(rows[0]["relation"]))
    outward = text(rows[0]["subject"]) == actor
    ends = [row["object"] if outward else row["subject"] for row in rows]
    names = sorted({graph.label(end.value) for end in ends if isinstance(end, NamedNode)})
    if not names:
        values = sorted({text(end) for end in ends} - {text(rows[0]["date"])})
        names = values
    if not names:
        return relation
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    arrow = ":" if outward else " ←"
    return f"{relation}{arrow} {names[0]}{others}"


def _when(day: str, until: str, as_of: str) -> str:
    if not day:
        return "no day is known"
    if until and until != day:
        return between(day, until)
    return f"as of {between(day)}" if as_of else between(day)
