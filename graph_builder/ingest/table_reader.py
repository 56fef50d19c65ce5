"""Tables as text (CSV): rows of cells with line and column, whatever program wrote them.

The separator is a comma, a semicolon, a tab or a bar, whichever divides the first rows evenly.
Blanks around a cell, empty rows and empty columns do not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.text import format_count, quote
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.text_reader import NULL_WORDS

SEPARATORS = (",", ";", "\t", "|")
#: The line by which Excel names the separator of the lines below.
_SEPARATOR_LINE = re.compile(r"\"?sep=([^\w\s\"]|\t)\"?[,;\t]*(\n|$)", re.IGNORECASE)
#: Marks without width, and white space of every width: the last is the ideographic space.
_MARKS = "\u200b\u2060\ufeff"
_BLANKS = rf"\s{_MARKS}"
_BLANK_CHARACTERS = _MARKS + "".join(filter(str.isspace, map(chr, range(ord("\u3000") + 1))))
_QUOTED = r'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"'
#: How many rows decide which separator a table has.
_SAMPLED_ROWS = 20
_LETTERS = 26


class Cell(NamedTuple):
    """The text of a cell without blanks around it, and the line and column where it begins."""

    text: str
    position: tuple[int, int]


@dataclass(frozen=True)
class Table:
    """The named columns of a table, and its rows that have values.

    A row may have fewer cells than there are columns: programs leave out empty ones at its end.
    """

    separator: str
    header: list[Cell]
    rows: list[list[Cell]]


def read_table(text: str, file: str, diagnostics: Diagnostics) -> Table | None:
    """Return the table in a text whose lines end in a line feed, or None; report mistakes."""
    match = _SEPARATOR_LINE.match(text)
    separator = match[1] if match else _find_separator(text)
    rows: list[list[Cell]] = []
    try:
        rows.extend(_iter_rows(text, separator, file, match.end() if match else 0))
    except FactsError as error:
        diagnostics.findings += error.findings
    return make_table(rows, separator, file, diagnostics)


def make_table(
    rows: list[list[Cell]], separator: str, file: str, diagnostics: Diagnostics
) -> Table | None:
    """Return the table of rows with values, of which the first names the columns, or None."""
    reporter = _Reporter(file, diagnostics)
    if len(rows) > 1:
        return _select_columns(Table(separator, rows[0], rows[1:]), reporter)
    if rows and not diagnostics.findings:
        reporter.report(
            rows[0][0], "a table without rows below its first; add rows, or delete the table"
        )
    return None


def strip_blanks(text: str) -> str:
    """Return a text without white space, also non-breaking, and invisible marks at its ends."""
    return text.strip(_BLANK_CHARACTERS)


def format_column_letters(number: int) -> str:
    """Return the name that spreadsheets give a column, counted from 0: A, Z, AA."""
    rest, letter = divmod(number, _LETTERS)
    return (format_column_letters(rest - 1) if rest else "") + chr(ord("A") + letter)


@dataclass(frozen=True)
class _Reporter:
    file: str
    diagnostics: Diagnostics

    def report(self, cell: Cell, message: str) -> None:
        self.diagnostics.findings.append(Finding(self.file, *cell.position, message))


def _find_separator(text: str) -> str:
    """Return the separator that divides the first rows evenly, and into most cells."""
    return max(SEPARATORS, key=lambda each: _rate_separator(text, each))


def _rate_separator(text: str, separator: str) -> tuple[bool, int]:
    """Return whether a separator divides the first rows evenly, and into how many cells."""
    counts: list[int] = []
    try:
        counts.extend(map(len, islice(_iter_rows(text, separator, ""), _SAMPLED_ROWS)))
    except FactsError:
        return False, counts[0] if counts else 0
    cells = counts[0] if counts else 0
    return cells > 1 and len(set(counts)) == 1, cells


def _iter_rows(text: str, separator: str, file: str, start: int = 0) -> Iterator[list[Cell]]:
    """Yield the cells of each row with values, from an offset on; raises FactsError."""
    pattern = _compile_cell(separator)
    line, line_start, position = 1 + text.count("\n", 0, start), start, start
    row: list[Cell] = []
    while position < len(text) or row:
        match = pattern.match(text, position)
        if match is None:
            column = position - line_start + 1
            raise FactsError([Finding(file, line, column, _explain_quotes(text, position))])
        quoted, plain = match["quoted"], match["plain"]
        begin = match.start("plain") if quoted is None else match.start("quoted") - 1
        row.append(Cell(_read_cell(quoted, plain), (line, begin - line_start + 1)))
        if breaks := text.count("\n", position, match.end()):
            line, line_start = line + breaks, text.rindex("\n", position, match.end()) + 1
        position = match.end()
        if match["end"] != separator:
            if any(cell.text for cell in row):
                yield row
            row = []


def _compile_cell(separator: str) -> re.Pattern[str]:
    """Return the pattern of a cell: in quotation marks or plain, up to separator or line end."""
    mark = re.escape(separator)
    blank = rf"(?:(?!{mark}|\n)[{_BLANKS}])*+"
    plain = rf'(?!")(?P<plain>[^\n{mark}]*+)'
    return re.compile(rf"{blank}(?:{_QUOTED}{blank}|{plain})(?P<end>{mark}|\n|\Z)")


def _read_cell(quoted: str | None, plain: str) -> str:
    if quoted is not None:
        return strip_blanks(quoted.replace('""', '"'))
    text = strip_blanks(plain)
    return "" if text in NULL_WORDS else text


def _explain_quotes(text: str, position: int) -> str:
    """Return what is wrong with the quotation marks of the cell at a position."""
    if re.compile(rf"[{_BLANKS}]*{_QUOTED}").match(text, position):
        advice = "text after a closing quotation mark; write a quotation mark in a field twice"
        return f"not CSV: {advice}"
    return "not CSV: a quotation mark is opened and never closed"


def _select_columns(table: Table, reporter: _Reporter) -> Table:
    """Return a table without its empty columns; report columns without a name, and long rows.

    Cells beyond the last name are an empty column only if all rows have them, and all are empty: in
    a single row, a separator within a cell may have moved the others.
    """
    kept: list[int] = []
    for number, cell in enumerate(table.header):
        valued = (row[number] for row in table.rows if number < len(row) and row[number].text)
        first = None if cell.text else next(valued, None)
        if cell.text:
            kept.append(number)
        elif first:
            what = f"column {format_column_letters(number)} has no name, but values such as"
            where = f"{quote(first.text)} in line {first.position[0]}"
            reporter.report(cell, f"{what} {where}; name it or delete it")
    rows = []
    width = len(table.header)
    is_padded = len(table.rows) > 1 and not any(
        len(row) == width or any(cell.text for cell in row[width:]) for row in table.rows
    )
    for row in table.rows:
        if len(row) > width and not is_padded:
            named = f"the first line names {width} columns"
            advice = "put a cell that contains a separator in quotation marks"
            message = f"{format_count(len(row), 'field')}, but {named}; {advice}"
            reporter.report(row[0], message)
        else:
            rows.append([row[number] for number in kept if number < len(row)])
    return Table(table.separator, [table.header[number] for number in kept], rows)
