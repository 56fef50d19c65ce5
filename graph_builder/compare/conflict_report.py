"""Places where sources differ as text: to read, as one table, or as data for programs."""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pyoxigraph import NamedNode

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, Verdict
from graph_builder.compare.conflicts import Conflict, ConflictSide
from graph_builder.core.text import escape_controls
from graph_builder.core.vocabulary import compact
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.result_format import TextTable, format_table
from graph_builder.store.graph import Graph

_LINE_WIDTH = 96
_DATE_LABELS = (("from", "from"), ("to", "to"), ("as of", "asOf"))
_CONFLICT_COLUMNS = ("thing", "relation", "object", "verdict")
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_SIDE_COLUMNS = ("value", "source", "day", "modality", "verification", "notIn", "listed")
_EVIDENCE_COLUMNS = ("section", "passage", "note", "reason")


def list_conflict_columns(graph: Graph) -> tuple[str, ...]:
    """Return the columns of places in a table; on a day it says of each place whether it holds."""
    return (
        *_CONFLICT_COLUMNS,
        *(("holds",) if graph.at else ()),
        *_SIDE_COLUMNS,
        *_EVIDENCE_COLUMNS,
    )


def format_conflicts(places: Sequence[Conflict], graph: Graph, extension: str = "table") -> str:
    """Return places as text to read, as a JSON list, or one row a side in the others of ROWS."""
    match extension:
        case "csv" | "tsv":
            return _format_separated(places, graph, _DELIMITERS[extension])
        case "json":
            return (
                json.dumps([_build_record(p, graph) for p in places], ensure_ascii=False, indent=2)
                + "\n"
            )
        case "md":
            cells = [
                [_format_label(term, graph) for term in row] for row in _iter_rows(places, graph)
            ]
            return format_table(TextTable(list_conflict_columns(graph), cells), "md")
    return _format_plain(places, graph)


def _format_separated(places: Sequence[Conflict], graph: Graph, delimiter: str) -> str:
    out = io.StringIO()
    rows = ([_format_text(term) for term in row] for row in _iter_rows(places, graph))
    csv.writer(out, delimiter=delimiter).writerows([list_conflict_columns(graph), *rows])
    return out.getvalue()


def _iter_rows(places: Sequence[Conflict], graph: Graph) -> Iterator[list[OptionalTerm | str]]:
    for place in places:
        of: dict[str, OptionalTerm | str] = {
            "thing": NamedNode(place.thing),
            "relation": NamedNode(place.relation),
            "object": place.object,
            "verdict": str(place.verdict),
            "holds": place.holds,
        }
        for side in (*place.sides, *place.judgements):
            row: dict[str, OptionalTerm | str] = {**side, "day": _find_side_date(side), **of}
            yield [row.get(name) for name in list_conflict_columns(graph)]


def _build_record(place: Conflict, graph: Graph) -> dict[str, object]:
    return {
        "thing": place.thing,
        "label": graph.label(place.thing),
        "relation": place.relation,
        "object": to_text(place.object) or None,
        "verdict": str(place.verdict),
        "meaning": VERDICT_MEANINGS[place.verdict],
        **({"holds": place.holds} if place.holds else {}),
        "sides": [_build_side_record(side) for side in place.sides],
        "judgements": [_build_side_record(side) for side in place.judgements],
    }


def _build_side_record(side: ConflictSide) -> dict[str, str]:
    named = {
        **{name: to_text(side.get(name)) for name in (*_SIDE_COLUMNS, *_EVIDENCE_COLUMNS)},
        "day": _find_side_date(side),
    }
    return {name: value for name, value in named.items() if value}


def _find_side_date(side: ConflictSide) -> str:
    """Return the day that a side is of: as it says, else that of its source."""
    return next((to_text(side[n]) for n in ("from", "asOf", "to", "issued") if side.get(n)), "")


def _format_text(term: OptionalTerm | str) -> str:
    return term if isinstance(term, str) else to_text(term)


def _format_label(term: OptionalTerm | str, graph: Graph) -> str:
    return graph.label(term.value) if isinstance(term, NamedNode) else _format_text(term)


def _format_plain(places: Sequence[Conflict], graph: Graph) -> str:
    lines = []
    for thing, of_thing in groupby(places, lambda place: place.thing):
        heading = escape_controls(f"{graph.label(thing)}  ({compact(thing)})")
        lines += [heading, "═" * len(heading)]
        lines += [line for place in of_thing for line in _iter_conflict_lines(place, graph)]
    return "\n".join((*lines, _format_count(places), ""))


def _iter_conflict_lines(place: Conflict, graph: Graph) -> Iterator[str]:
    """Yield the lines on a place: what differs and how, the sides, the judgements, nothing."""
    about = f" “{_format_label(place.object, graph)}”" if place.object else ""
    relation = graph.label(place.relation)
    yield _wrap_line(f"{relation}{about} — {place.verdict}: {VERDICT_MEANINGS[place.verdict]}")
    if place.holds:
        yield f"    whether this is so on that day: {place.holds}"
    if place.sides[0].get("notIn"):
        yield from _iter_list_lines(place.sides, graph)
    else:
        yield from (_wrap_line(f"    {_format_side(side, graph)}") for side in place.sides)
    for judgement in place.judgements:
        yield _wrap_line(f"    {_format_judgement(judgement, graph)}")
    yield ""


def _format_side(side: ConflictSide, graph: Graph) -> str:
    strength = [
        _format_label(side[key], graph) for key in ("modality", "verification") if side.get(key)
    ]
    value, source = (_format_label(side[key], graph) for key in ("value", "source"))
    said = f"{value} — {source}{_format_dates(side)} ({', '.join(strength)})"
    return f"{said}{_format_list_size(side)}{_format_note(side)}"


def _format_dates(side: ConflictSide) -> str:
    """Return from when, to when or as of when a side holds, else when its source was published."""
    said = "".join(f", {word} {to_text(side[key])}" for word, key in _DATE_LABELS if side.get(key))
    return said or (f", published {to_text(side['issued'])}" if side.get("issued") else "")


def _format_list_size(side: ConflictSide) -> str:
    if not side.get("listed"):
        return ""
    return (
        f"; {'it' if to_text(side['own']) == 'yes' else 'the data'} lists {to_text(side['listed'])}"
    )


def _format_note(side: ConflictSide) -> str:
    return f"; note: {to_text(side['note'])}" if side.get("note") else ""


def _iter_list_lines(sides: Sequence[ConflictSide], graph: Graph) -> Iterator[str]:
    for _, group in groupby(sides, lambda side: (side["source"], side["notIn"])):
        rows = list(group)
        names = ", ".join(_format_label(row["value"], graph) for row in rows)
        listed, lacking = to_text(rows[0]["listed"]), to_text(rows[0]["otherListed"])
        has = f"in the list of {_format_label(rows[0]['source'], graph)} ({listed} names)"
        lacks = f"not in the list of {_format_label(rows[0]['notIn'], graph)} ({lacking} names)"
        yield _wrap_line(f"    {names} — {has}, {lacks}")


def _format_judgement(side: ConflictSide, graph: Graph) -> str:
    because = f", because {to_text(side['reason'])}" if side.get("reason") else ""
    held = f"{_format_label(side['value'], graph)}{_format_dates(side)}"
    return f"{_format_label(side['source'], graph)}: {held}{because}{_format_note(side)}"


def _format_count(places: Sequence[Conflict]) -> str:
    found = Counter(place.verdict for place in places)
    kinds = ", ".join(f"{found[verdict]} {verdict}" for verdict in Verdict if found[verdict])
    number = f"{len(places)} place{'' if len(places) == 1 else 's'}"
    return f"{number}: {kinds}" if kinds else number


def _wrap_line(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        escape_controls(line), _LINE_WIDTH, subsequent_indent=indent, break_long_words=False
    )
