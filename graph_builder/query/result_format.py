"""Format query answers: tables with labels for people, the SPARQL formats for programs."""

import json
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
)

from graph_builder.core.errors import QueryError
from graph_builder.core.option_values import MERGED_FORMATS
from graph_builder.core.text import escape_controls, escape_markdown
from graph_builder.core.validity_period import TruthValue
from graph_builder.query.query_notes import AnsweredQuery
from graph_builder.store.engine import Answer
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export

_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
}
#: The column of the word that answers an ASK query.
_TRUTH_COLUMN = "answer"
_DEFAULT_WIDTH = 100
_REPORT_WIDTH = 96
_DAY_LENGTH = len("2025-02-10")
_MIN_COLUMN_WIDTH = 10
_MIN_ROWS_TO_FOLD = 2


def format_answer(answered: AnsweredQuery, extension: str | None, graph: Graph) -> str:
    """Return an answer as text: by default a table, Turtle for a graph, or a word for ASK.

    The word is what the answer means, in rows too: yes, no, not known or not recorded; JSON keeps
    the boolean of SPARQL. JSON has the notes too, as ``notes``. Raises QueryError if this kind of
    answer has no such format, or if evaluation, which goes on while the answer is read, fails.
    """
    try:
        text = _format_answer(answered.answer, answered.truth, extension, graph)
    except (OSError, RuntimeError) as error:
        raise QueryError(f"the query cannot be answered: {error}") from error
    return _add_notes(text, answered.notes) if answered.notes and extension == "json" else text


def format_rows(answer: Answer, extension: str | None, graph: Graph) -> str:
    """Return an answer without notes as text, as ``format_answer`` does."""
    return format_answer(AnsweredQuery(answer), extension, graph)


def _add_notes(text: str, notes: Sequence[str]) -> str:
    """Return SPARQL results in JSON with a member ``notes``, which programs may ignore."""
    return json.dumps({**json.loads(text), "notes": [*notes]}, ensure_ascii=False) + "\n"


def _format_answer(
    answer: Answer, truth: TruthValue | None, extension: str | None, graph: Graph
) -> str:
    if isinstance(answer, QueryTriples):
        return _format_graph(answer, extension or "ttl")
    if extension in MERGED_FORMATS:
        raise QueryError(
            f"this answer is not a graph, so {extension} is not possible; use CONSTRUCT"
        )
    if isinstance(answer, QueryBoolean) and extension != "json":
        word = truth or ("true" if answer else "false")
        heading = f"{_TRUTH_COLUMN}\n" if extension in _RESULT_FORMATS else ""
        return f"{heading}{word}\n"
    if extension in _RESULT_FORMATS or isinstance(answer, QueryBoolean):
        return _end_last_line(
            (answer.serialize(format=_RESULT_FORMATS[extension or "json"]) or b"").decode()
        )
    return format_table(label_solutions(answer, graph), extension or "table")


def format_table(rows: "TextTable", extension: str) -> str:
    """Return a table of texts for the terminal or in Markdown."""
    return (_format_markdown if extension == "md" else _format_plain)(rows.columns, rows.cells)


class TextTable:
    """A table of texts with named columns."""

    def __init__(self, columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
        """Copy the names of the columns and the cells of the rows."""
        self.columns = list(columns)
        self.cells = [list(row) for row in cells]


def label_solutions(solutions: QuerySolutions, graph: Graph) -> TextTable:
    """Return solutions as a table with labels instead of IRIs."""
    columns = [variable.value for variable in solutions.variables]
    return TextTable(columns, ([_format_cell(value, graph) for value in row] for row in solutions))


def _format_cell(value: object, graph: Graph) -> str:
    if isinstance(value, NamedNode):
        return graph.label(value.value)
    return "" if value is None else str(getattr(value, "value", value))


def wrap_line(line: str) -> str:
    """Return a line wrapped for a report, with control characters escaped and a deeper indent."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        escape_controls(line), _REPORT_WIDTH, subsequent_indent=indent, break_long_words=False
    )


def format_snapshot_day(at: str) -> str:
    """Return a day, month or year with its preposition: ``on 2025-02-10``, ``in 2025``."""
    return f"{'on' if len(at) == _DAY_LENGTH else 'in'} {at}"


def _format_graph(triples: QueryTriples, extension: str) -> str:
    if extension not in MERGED_FORMATS:
        raise QueryError(
            f"this answer is a graph; use {' or '.join(MERGED_FORMATS)}, not {extension}"
        )
    return export((Quad(t.subject, t.predicate, t.object) for t in triples), extension)


def _end_last_line(text: str) -> str:
    """Return a serialised answer with a line end, which some formats omit."""
    return text if text.endswith("\n") else text + "\n"


def _format_plain(columns: list[str], rows: list[list[str]]) -> str:
    table = [[escape_controls(cell) for cell in row] for row in (columns, *rows)]
    available = shutil.get_terminal_size((_DEFAULT_WIDTH, 0)).columns
    table, constants = _fold_constant_columns(table, available)
    widths = _shrink_columns(_measure_columns(table), available)
    table.insert(1, ["─" * width for width in widths])
    lines = [line for row in table for line in _wrap_row(row, widths)]
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    shared = [f"{name}, in every row: {constants[name]}" for name in columns if name in constants]
    return "\n".join((*lines, "", *shared, count, ""))


def _fold_constant_columns(
    table: list[list[str]], available: int
) -> tuple[list[list[str]], dict[str, str]]:
    """Remove constant columns from a table that is too wide, widest first; return both."""
    folded: dict[str, str] = {}
    while (
        len(table) > _MIN_ROWS_TO_FOLD
        and sum(_measure_columns(table)) + 2 * (len(table[0]) - 1) > available
    ):
        constant = [
            n for n, column in enumerate(zip(*table[1:], strict=True)) if len(set(column)) == 1
        ]
        if not constant:
            break
        widest = max(constant, key=lambda n: _measure_text(table[1][n]))
        folded[table[0][widest]] = table[1][widest]
        table = [row[:widest] + row[widest + 1 :] for row in table]
    return table, folded


def _measure_columns(table: list[list[str]]) -> list[int]:
    return [max(map(_measure_text, column)) for column in zip(*table, strict=True)]


def _shrink_columns(widths: list[int], available: int) -> list[int]:
    """Return widths that fit the available width; the widest columns are narrowed first."""
    limit = available - 2 * (len(widths) - 1)
    while sum(widths) > limit and max(widths) > _MIN_COLUMN_WIDTH:
        widths[widths.index(max(widths))] -= 1
    return widths


def _wrap_row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        padded = (
            part + " " * (w - _measure_text(part)) for part, w in zip(parts, widths, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _format_markdown(columns: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(map(escape_markdown, row)) + " |" for row in (columns, *rows)]
    lines.insert(1, "|" + " --- |" * len(columns))
    return "\n".join(lines) + "\n"


def _measure_text(text: str) -> int:
    """Return the number of terminal columns that a text takes."""
    marks = ("Mn", "Me", "Cf")
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in marks for c in text)
