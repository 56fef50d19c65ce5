"""Format conflicts as text to read, as a table, or as JSON (``aigg disagreements``)."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pyoxigraph import NamedNode

from graph_builder.compare.conflict_classification import (
    VERDICT_MEANINGS,
    VERDICT_NOUNS,
    Verdict,
)
from graph_builder.compare.conflicts import Conflict, ConflictSide, is_rejection
from graph_builder.core.text import escape_controls, format_count
from graph_builder.core.vocabulary import compact
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.result_format import format_snapshot_day
from graph_builder.query.text_table import TextTable, format_table, wrap_line
from graph_builder.store.graph import Graph

_DATE_LABELS = (("from", "from"), ("to", "to"), ("as of", "asOf"))
_CONFLICT_COLUMNS = ("thing", "relation", "object", "verdict")
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_SIDE_COLUMNS = ("value", "source", "day", "modality", "verification", "notIn", "listed")
_EVIDENCE_COLUMNS = ("section", "passage", "note", "reason")


def list_conflict_columns(graph: Graph) -> tuple[str, ...]:
    """Return the columns of a table of conflicts; a snapshot adds the column ``holds``."""
    return (
        *_CONFLICT_COLUMNS,
        *(("holds",) if graph.at else ()),
        *_SIDE_COLUMNS,
        *_EVIDENCE_COLUMNS,
    )


def format_conflicts(conflicts: Sequence[Conflict], graph: Graph, extension: str = "table") -> str:
    """Return conflicts as text to read, as a JSON list, or as a table with a row for each side."""
    match extension:
        case "csv" | "tsv":
            return _format_separated(conflicts, graph, _DELIMITERS[extension])
        case "json":
            return (
                json.dumps(
                    [_build_record(p, graph) for p in conflicts], ensure_ascii=False, indent=2
                )
                + "\n"
            )
        case "md":
            cells = [
                [graph.format_term(term) for term in row] for row in _iter_rows(conflicts, graph)
            ]
            return format_table(TextTable(list_conflict_columns(graph), cells), "md")
    return _format_plain(conflicts, graph)


def _format_separated(conflicts: Sequence[Conflict], graph: Graph, delimiter: str) -> str:
    out = io.StringIO()
    rows = ([_format_text(term) for term in row] for row in _iter_rows(conflicts, graph))
    csv.writer(out, delimiter=delimiter).writerows([list_conflict_columns(graph), *rows])
    return out.getvalue()


def _iter_rows(conflicts: Sequence[Conflict], graph: Graph) -> Iterator[list[OptionalTerm | str]]:
    for conflict in conflicts:
        shared: dict[str, OptionalTerm | str] = {
            "thing": NamedNode(conflict.thing),
            "relation": NamedNode(conflict.relation),
            "object": conflict.object,
            "verdict": str(conflict.verdict),
            "holds": conflict.holds,
        }
        for side in (*conflict.sides, *conflict.judgements):
            row: dict[str, OptionalTerm | str] = {**side, "day": _find_side_date(side), **shared}
            yield [row.get(name) for name in list_conflict_columns(graph)]


def _build_record(conflict: Conflict, graph: Graph) -> dict[str, object]:
    return {
        "thing": conflict.thing,
        "label": graph.whole_label(conflict.thing),
        "relation": conflict.relation,
        "object": to_text(conflict.object) or None,
        "verdict": str(conflict.verdict),
        "meaning": VERDICT_MEANINGS[conflict.verdict],
        **({"holds": conflict.holds} if conflict.holds else {}),
        "sides": [_build_side_record(side) for side in conflict.sides],
        "judgements": [_build_side_record(side) for side in conflict.judgements],
    }


def _build_side_record(side: ConflictSide) -> dict[str, str]:
    values = {
        **{name: to_text(side.get(name)) for name in (*_SIDE_COLUMNS, *_EVIDENCE_COLUMNS)},
        "day": _find_side_date(side),
    }
    return {name: value for name, value in values.items() if value}


def _find_side_date(side: ConflictSide) -> str:
    """Return the date that a side gives, else the date of its source."""
    return next((to_text(side[n]) for n in ("from", "asOf", "to", "issued") if side.get(n)), "")


def _format_text(term: OptionalTerm | str) -> str:
    return term if isinstance(term, str) else to_text(term)


def _format_plain(conflicts: Sequence[Conflict], graph: Graph) -> str:
    lines = []
    for thing, of_thing in groupby(conflicts, lambda conflict: conflict.thing):
        heading = escape_controls(f"{graph.label(thing)}  ({compact(thing)})")
        lines += [heading, "═" * len(heading)]
        lines += [line for conflict in of_thing for line in _iter_conflict_lines(conflict, graph)]
    return "\n".join((*lines, _format_count(conflicts), ""))


def _iter_conflict_lines(conflict: Conflict, graph: Graph) -> Iterator[str]:
    """Yield the lines on a conflict: a heading, the sides, the judgements, and an empty line."""
    about = f" “{graph.format_term(conflict.object)}”" if conflict.object else ""
    relation = graph.label(conflict.relation)
    yield wrap_line(f"{relation}{about} — {conflict.verdict}: {VERDICT_MEANINGS[conflict.verdict]}")
    if conflict.holds:
        yield f"    sources differ {format_snapshot_day(graph.at)}: {conflict.holds}"
    if conflict.sides[0].get("notIn"):
        yield from _iter_list_lines(conflict.sides, graph)
    else:
        yield from (wrap_line(f"    {_format_side(side, graph)}") for side in conflict.sides)
    for judgement in conflict.judgements:
        yield wrap_line(f"    {_format_judgement(judgement, graph)}")
    yield ""


def _format_side(side: ConflictSide, graph: Graph) -> str:
    strength = [
        graph.format_term(side[key]) for key in ("modality", "verification") if side.get(key)
    ]
    value, source = (graph.format_term(side[key]) for key in ("value", "source"))
    claim = f"{value} — {source}{_format_dates(side)} ({', '.join(strength)})"
    return f"{claim}{_format_list_size(side)}{_format_note(side)}"


def _format_dates(side: ConflictSide) -> str:
    """Return the dates of a side, else the date on which its source was published."""
    dates = "".join(f", {word} {to_text(side[key])}" for word, key in _DATE_LABELS if side.get(key))
    return dates or (f", published {to_text(side['issued'])}" if side.get("issued") else "")


def _format_list_size(side: ConflictSide) -> str:
    if not side.get("listed"):
        return ""
    owner = "the source" if to_text(side["own"]) == "yes" else "the graph"
    return f"; {owner} lists {to_text(side['listed'])}"


def _format_note(side: ConflictSide) -> str:
    return f"; note: {to_text(side['note'])}" if side.get("note") else ""


def _iter_list_lines(sides: Sequence[ConflictSide], graph: Graph) -> Iterator[str]:
    for _, group in groupby(sides, lambda side: (side["source"], side["notIn"])):
        rows = list(group)
        names = ", ".join(graph.format_term(row["value"]) for row in rows)
        listed, lacking = to_text(rows[0]["listed"]), to_text(rows[0]["otherListed"])
        has = f"listed by {graph.format_term(rows[0]['source'])} ({listed} names)"
        lacks = f"not listed by {graph.format_term(rows[0]['notIn'])} ({lacking} names)"
        yield wrap_line(f"    {names} — {has}, {lacks}")


def _format_judgement(side: ConflictSide, graph: Graph) -> str:
    because = f", because {to_text(side['reason'])}" if side.get("reason") else ""
    value = f"{graph.format_term(side['value'])}{_format_dates(side)}"
    value = f"not {value}" if is_rejection(side) else value
    return f"{graph.format_term(side['source'])}: {value}{because}{_format_note(side)}"


def _format_count(conflicts: Sequence[Conflict]) -> str:
    numbers = Counter(conflict.verdict for conflict in conflicts)
    kinds = ", ".join(
        format_count(numbers[verdict], *VERDICT_NOUNS[verdict])
        for verdict in Verdict
        if numbers[verdict]
    )
    total = format_count(len(conflicts), "disagreement")
    return f"{total}: {kinds}" if kinds else total
