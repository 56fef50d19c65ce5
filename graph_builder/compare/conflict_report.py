"""Places where sources differ as text: to read, as one table, or as data for programs."""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pyoxigraph import NamedNode

from graph_builder.compare.conflict_classification import IN_WORDS, Verdict
from graph_builder.compare.conflicts import Place, Side
from graph_builder.core.text import escape_controls
from graph_builder.core.vocabulary import compact
from graph_builder.query.named_queries import Term, text
from graph_builder.query.result_format import Rows, layout
from graph_builder.store.graph import Graph

_WIDTH = 96
_DAYS = (("from", "from"), ("to", "to"), ("as of", "asOf"))
_PLACE = ("thing", "relation", "object", "verdict")
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_SIDE = ("value", "source", "day", "modality", "verification", "notIn", "listed")
_WORDS = ("section", "passage", "note", "reason")


def columns(graph: Graph) -> tuple[str, ...]:
    """Return the columns of places in a table; on a day it says of each place whether it holds."""
    return (*_PLACE, *(("holds",) if graph.at else ()), *_SIDE, *_WORDS)


def side_by_side(places: Sequence[Place], graph: Graph, extension: str = "table") -> str:
    """Return places as text to read, as a JSON list, or one row a side in the others of ROWS."""
    match extension:
        case "csv" | "tsv":
            return _separated(places, graph, _DELIMITERS[extension])
        case "json":
            return (
                json.dumps([_data(p, graph) for p in places], ensure_ascii=False, indent=2) + "\n"
            )
        case "md":
            cells = [[_named(term, graph) for term in row] for row in _rows(places, graph)]
            return layout(Rows(columns(graph), cells), "md")
    return _plain(places, graph)


def _separated(places: Sequence[Place], graph: Graph, delimiter: str) -> str:
    out = io.StringIO()
    rows = ([_text(term) for term in row] for row in _rows(places, graph))
    csv.writer(out, delimiter=delimiter).writerows([columns(graph), *rows])
    return out.getvalue()


def _rows(places: Sequence[Place], graph: Graph) -> Iterator[list[Term | str]]:
    for place in places:
        of: dict[str, Term | str] = {
            "thing": NamedNode(place.thing),
            "relation": NamedNode(place.relation),
            "object": place.object,
            "verdict": str(place.verdict),
            "holds": place.holds,
        }
        for side in (*place.sides, *place.judgements):
            row: dict[str, Term | str] = {**side, "day": _day(side), **of}
            yield [row.get(name) for name in columns(graph)]


def _data(place: Place, graph: Graph) -> dict[str, object]:
    return {
        "thing": place.thing,
        "label": graph.label(place.thing),
        "relation": place.relation,
        "object": text(place.object) or None,
        "verdict": str(place.verdict),
        "meaning": IN_WORDS[place.verdict],
        **({"holds": place.holds} if place.holds else {}),
        "sides": [_said(side) for side in place.sides],
        "judgements": [_said(side) for side in place.judgements],
    }


def _said(side: Side) -> dict[str, str]:
    named = {**{name: text(side.get(name)) for name in (*_SIDE, *_WORDS)}, "day": _day(side)}
    return {name: value for name, value in named.items() if value}


def _day(side: Side) -> str:
    """Return the day that a side is of: as it says, else that of its source."""
    return next((text(side[n]) for n in ("from", "asOf", "to", "issued") if side.get(n)), "")


def _text(term: Term | str) -> str:
    return term if isinstance(term, str) else text(term)


def _named(term: Term | str, graph: Graph) -> str:
    return graph.label(term.value) if isinstance(term, NamedNode) else _text(term)


def _plain(places: Sequence[Place], graph: Graph) -> str:
    lines = []
    for thing, of_thing in groupby(places, lambda place: place.thing):
        heading = escape_controls(f"{graph.label(thing)}  ({compact(thing)})")
        lines += [heading, "═" * len(heading)]
        lines += [line for place in of_thing for line in _described(place, graph)]
    return "\n".join((*lines, _count(places), ""))


def _described(place: Place, graph: Graph) -> Iterator[str]:
    """Yield the lines on a place: what differs and how, the sides, the judgements, nothing."""
    about = f" “{_named(place.object, graph)}”" if place.object else ""
    relation = graph.label(place.relation)
    yield _wrapped(f"{relation}{about} — {place.verdict}: {IN_WORDS[place.verdict]}")
    if place.holds:
        yield f"    whether this is so on that day: {place.holds}"
    if place.sides[0].get("notIn"):
        yield from _lists(place.sides, graph)
    else:
        yield from (_wrapped(f"    {_side(side, graph)}") for side in place.sides)
    for judgement in place.judgements:
        yield _wrapped(f"    {_judgement(judgement, graph)}")
    yield ""


def _side(side: Side, graph: Graph) -> str:
    strength = [_named(side[key], graph) for key in ("modality", "verification") if side.get(key)]
    said = f"{_named(side['value'], graph)} — {_named(side['source'], graph)}{_when(side)}"
    return f"{said} ({', '.join(strength)}){_listed(side)}{_note(side)}"


def _when(side: Side) -> str:
    """Return from when, to when or as of when a side holds, else when its source was published."""
    said = "".join(f", {word} {text(side[key])}" for word, key in _DAYS if side.get(key))
    return said or (f", published {text(side['issued'])}" if side.get("issued") else "")


def _listed(side: Side) -> str:
    if not side.get("listed"):
        return ""
    return f"; {'it' if text(side['own']) == 'yes' else 'the data'} lists {text(side['listed'])}"


def _note(side: Side) -> str:
    return f"; note: {text(side['note'])}" if side.get("note") else ""


def _lists(sides: Sequence[Side], graph: Graph) -> Iterator[str]:
    for _, group in groupby(sides, lambda side: (side["source"], side["notIn"])):
        rows = list(group)
        names = ", ".join(_named(row["value"], graph) for row in rows)
        listed, lacking = text(rows[0]["listed"]), text(rows[0]["otherListed"])
        has = f"in the list of {_named(rows[0]['source'], graph)} ({listed} names)"
        lacks = f"not in the list of {_named(rows[0]['notIn'], graph)} ({lacking} names)"
        yield _wrapped(f"    {names} — {has}, {lacks}")


def _judgement(side: Side, graph: Graph) -> str:
    because = f", because {text(side['reason'])}" if side.get("reason") else ""
    held = f"{_named(side['value'], graph)}{_when(side)}"
    return f"{_named(side['source'], graph)}: {held}{because}{_note(side)}"


def _count(places: Sequence[Place]) -> str:
    found = Counter(place.verdict for place in places)
    kinds = ", ".join(f"{found[verdict]} {verdict}" for verdict in Verdict if found[verdict])
    number = f"{len(places)} place{'' if len(places) == 1 else 's'}"
    return f"{number}: {kinds}" if kinds else number


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        escape_controls(line), _WIDTH, subsequent_indent=indent, break_long_words=False
    )
