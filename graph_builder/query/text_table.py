"""Tables of text for people: fitted to the terminal, in Markdown, or one field a line.

No line breaks inside a word. Where a column would be narrower than its longest word, such as an
IRI, the table becomes a list of records.
"""

import re
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from graph_builder.core.text import (
    MAX_TEXT,
    escape_controls,
    escape_markdown,
    format_count,
    shorten,
)

#: Columns of an output that is not a terminal, and the most that a report takes of one.
_DEFAULT_WIDTH, _REPORT_WIDTH = 80, 96
_MIN_COLUMN_WIDTH = 10
_MIN_ROWS_TO_FOLD = 2
_GAP = "  "
#: Scripts without spaces between words, in which a line can break between any two characters.
_FIRST_UNSPACED = "\u3040"
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
#: A character of such a script with the punctuation after it, or a word, and if a space follows.
_ANY_WORD = rf"(?:[{_UNSPACED}][\u3001-\u301f\uff01-\uff5e]*|[^\s{_UNSPACED}]+)(\s*)"
_SPACED_WORD = r"\S+(\s*)"


class TextTable:
    """A table of texts with named columns."""

    def __init__(self, columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
        """Copy the names of the columns and the cells of the rows."""
        self.columns = list(columns)
        self.cells = [list(row) for row in cells]


def format_table(table: TextTable, extension: str) -> str:
    """Return a table for the terminal or in Markdown.

    Columns that are empty in every row are left out, and named below it. Texts that nobody reads in
    a table are cut.
    """
    kept, empty = _split_empty_columns(table)
    notes = [f"empty in every row: {', '.join(empty)}"] if empty and table.cells else []
    if number := sum(len(cell) > MAX_TEXT for row in kept.cells for cell in row):
        texts = format_count(number, "text")
        notes.append(f"cut at {MAX_TEXT:,} characters: {texts}; csv and json have the whole")
        kept = TextTable(kept.columns, ([shorten(c, MAX_TEXT) for c in row] for row in kept.cells))
    return (_format_markdown if extension == "md" else _format_plain)(kept, notes)


def get_output_width() -> int:
    """Return the columns of the terminal, or those that fit any."""
    return shutil.get_terminal_size((_DEFAULT_WIDTH, 0)).columns


def wrap_line(line: str) -> str:
    """Return a line wrapped for a report, with control characters escaped and a deeper indent.

    One that holds more than two long texts is cut.
    """
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        escape_controls(shorten(line, 2 * MAX_TEXT)),
        min(_REPORT_WIDTH, get_output_width()),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _split_empty_columns(table: TextTable) -> tuple[TextTable, list[str]]:
    """Return a table without the columns that are empty in every row, and their names."""
    kept = [n for n in range(len(table.columns)) if any(row[n] for row in table.cells)]
    empty = [name for n, name in enumerate(table.columns) if n not in kept]
    cells = ([row[n] for n in kept] for row in table.cells)
    return TextTable([table.columns[n] for n in kept], cells), empty


def _format_markdown(table: TextTable, notes: list[str]) -> str:
    if not table.columns:
        return f"{format_count(len(table.cells), 'row')}\n"
    rows = (table.columns, *table.cells)
    lines = ["| " + " | ".join(map(escape_markdown, row)) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(table.columns))
    return "\n".join([*lines, *(["", *map(escape_markdown, notes)] if notes else [])]) + "\n"


def _format_plain(table: TextTable, notes: list[str]) -> str:
    """Return a table that fits the terminal, or a list of records, with notes and a count below."""
    rows = [[escape_controls(cell) for cell in row] for row in (table.columns, *table.cells)]
    available = get_output_width()
    rows, constants = _fold_constant_columns(rows, available)
    shared = [f"{name}, in every row: {value}" for name, value in constants]
    body = _format_columns(rows, available) or _format_records(rows, available)
    below = [*shared, *notes, format_count(len(table.cells), "row")]
    return "\n".join([*body, *map(wrap_line, below), ""])


def _format_columns(rows: list[list[str]], available: int) -> list[str]:
    """Return the lines of rows in columns, none if a word is longer than its column can be."""
    widths = _fit_columns(rows, available)
    if not widths:
        return []
    rows = [rows[0], ["─" * width for width in widths], *rows[1:]]
    return [*(line for row in rows for line in _wrap_row(row, widths)), ""]


def _format_records(rows: list[list[str]], available: int) -> list[str]:
    """Return lines of one field each, with an empty line after each row; a long word stays whole.

    Empty fields are left out.
    """
    names, *records = rows
    width = max(map(_measure_text, names), default=0)
    lines: list[str] = []
    for record in records:
        for name, cell in zip(names, record, strict=True):
            first, *more = _wrap_text(cell, available - width - len(_GAP))
            lines += [f"{_pad(name, width)}{_GAP}{first}"] if cell else []
            lines += [f"{' ' * width}{_GAP}{each}" for each in more]
        lines += [""] if names else []
    return lines


def _fold_constant_columns(
    rows: list[list[str]], available: int
) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Remove constant columns from a table that is too wide, widest first; return both."""
    folded: dict[str, str] = {}
    names = rows[0]
    while (
        len(rows) > _MIN_ROWS_TO_FOLD
        and sum(_measure_columns(rows)) + len(_GAP) * (len(rows[0]) - 1) > available
    ):
        constant = [
            n for n, column in enumerate(zip(*rows[1:], strict=True)) if len(set(column)) == 1
        ]
        if not constant:
            break
        widest = max(constant, key=lambda n: _measure_text(rows[1][n]))
        folded[rows[0][widest]] = rows[1][widest]
        rows = [row[:widest] + row[widest + 1 :] for row in rows]
    return rows, [(name, folded[name]) for name in names if name in folded]


def _measure_columns(rows: list[list[str]]) -> list[int]:
    return [max(map(_measure_text, column)) for column in zip(*rows, strict=True)]


def _fit_columns(rows: list[list[str]], available: int) -> list[int]:
    """Return widths of columns that fit, the widest narrowed first, none if there are none."""
    widths = _measure_columns(rows)
    least = [
        max(*map(_measure_longest_word, column), min(width, _MIN_COLUMN_WIDTH))
        for column, width in zip(zip(*rows, strict=True), widths, strict=True)
    ]
    limit = available - len(_GAP) * (len(widths) - 1)
    if sum(least) > limit:
        return []
    while sum(widths) > limit:
        wide = [n for n, width in enumerate(widths) if width > least[n]]
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _measure_longest_word(text: str) -> int:
    return max((_measure_text(word) for word, _ in _iter_words(text)), default=0)


def _iter_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a line cannot break in, and the space after it."""
    # to compile the longer pattern takes longer than to print most tables
    is_spaced = text.isascii() or max(text) < _FIRST_UNSPACED
    for match in re.finditer(_SPACED_WORD if is_spaced else _ANY_WORD, text):
        yield match[0].rstrip(), " " if match[1] else ""


def _wrap_row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [_wrap_text(cell, width) for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield _GAP.join(map(_pad, parts, widths)).rstrip()


def _wrap_text(text: str, width: int) -> list[str]:
    """Return lines that break between words; a word that is longer than a line stays whole."""
    lines, space = [""], ""
    for word, after in _iter_words(text):
        longer = f"{lines[-1]}{space}{word}"
        if lines[-1] and _measure_text(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
        space = after
    return lines


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _measure_text(text))


def _measure_text(text: str) -> int:
    """Return the number of terminal columns that a text takes."""
    if text.isascii():
        return len(text)
    marks = ("Mn", "Me", "Cf")
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in marks for c in text)
