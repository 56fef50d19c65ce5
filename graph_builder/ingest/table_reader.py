"""Tables as text (CSV): rows of cells with line and column, whatever program wrote them.

The separator is a comma, a semicolon, a tab or a bar, whichever divides the first rows evenly.
Blanks around a cell, empty rows and empty columns do not count.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.text import format_count, quote
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.text_reader import NULL_WORDS, iter_text

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


#: Whether a row of a file is left out.
SkipRow = Callable[[str, list[Cell]], bool]


@dataclass(frozen=True)
class Table:
    """The named columns of a table, and its rows that have values.

    A row may have fewer cells than there are columns: programs leave out empty ones at its end.
    The rows of a long table can be asked for once, and are read meanwhile.
    """

    separator: str
    header: list[Cell]
    rows: Iterable[list[Cell]]

    def check_rows(self) -> None:
        """Report mistakes in rows that nobody asks for."""
        for _ in self.rows:
            pass


def read_table(text: str, file: str, diagnostics: Diagnostics) -> Table | None:
    """Return the table in a text whose lines end in a line feed, or None; report mistakes."""
    return _load_rows(_read_blocks(lambda: iter([text]), file, diagnostics))


def stream_table(path: Path, diagnostics: Diagnostics, skip: SkipRow | None = None) -> Table | None:
    """Return the table in a file of which only blocks are in memory; report mistakes.

    Rows that are skipped do not count, as if they were not there. Here, and where a row is asked
    for, raises FactsError if the text cannot be read.
    """
    return _read_blocks(lambda: iter_text(path), str(path), diagnostics, skip)


def _read_blocks(
    open_text: Callable[[], Iterator[str]],
    file: str,
    diagnostics: Diagnostics,
    skip: SkipRow | None = None,
) -> Table | None:
    match = _SEPARATOR_LINE.match(next(open_text(), ""))
    separator = match[1] if match else _find_separator(open_text)
    rows = _TextRows(open_text, separator, file, match.end() if match else 0, skip)
    return find_columns(rows, separator, file, diagnostics)


def make_table(
    rows: list[list[Cell]], separator: str, file: str, diagnostics: Diagnostics
) -> Table | None:
    """Return the table of rows with values, of which the first names the columns, or None."""
    return _load_rows(find_columns(rows, separator, file, diagnostics))


def _load_rows(table: Table | None) -> Table | None:
    return Table(table.separator, table.header, list(table.rows)) if table else None


def find_columns(
    rows: Iterable[list[Cell]], separator: str, file: str, diagnostics: Diagnostics
) -> Table | None:
    """Return a table whose rows are selected while they are asked for, or None; report mistakes.

    The rows are iterated several times, the first one names the columns.
    """
    reporter = _Reporter(file, diagnostics)
    first = list(islice(_iter_valid(rows), 2))
    if len(first) > 1:
        header, selected = _select_columns(rows, first[0], reporter)
        return Table(separator, header, selected)
    list(_iter_valid(rows, diagnostics))
    if first and not diagnostics.findings:
        reporter.report(
            first[0][0], "a table without rows below its first; add rows, or delete the table"
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


def _find_separator(open_text: Callable[[], Iterator[str]]) -> str:
    """Return the separator that divides the first rows evenly, and into most cells."""
    return max(SEPARATORS, key=lambda each: _rate_separator(_TextRows(open_text, each)))


def _rate_separator(rows: "_TextRows") -> tuple[bool, int]:
    """Return whether a separator divides the first rows evenly, and into how many cells."""
    counts: list[int] = []
    try:
        counts.extend(map(len, islice(rows, _SAMPLED_ROWS)))
    except _QuoteError:
        return False, counts[0] if counts else 0
    cells = counts[0] if counts else 0
    return cells > 1 and len(set(counts)) == 1, cells


class _QuoteError(FactsError):
    """Quotation marks that no reader of CSV understands."""


def _iter_valid(
    rows: Iterable[list[Cell]], diagnostics: Diagnostics | None = None
) -> Iterator[list[Cell]]:
    """Yield rows up to a mistake in quotation marks, which is reported if there is where to."""
    try:
        yield from rows
    except _QuoteError as error:
        if diagnostics is not None:
            diagnostics.findings += error.findings


class _TextRows:
    """The rows with values of a text, which is read anew each time that they are asked for.

    The text comes in blocks of whole lines. ``start`` is where the first row begins.
    """

    def __init__(
        self,
        open_text: Callable[[], Iterator[str]],
        separator: str,
        file: str = "",
        start: int = 0,
        skip: SkipRow | None = None,
    ) -> None:
        self._open_text = open_text
        self._separator = separator
        self._file = file
        self._start = start
        self._skip = skip
        self._pattern = _compile_cell(separator)

    def __iter__(self) -> Iterator[list[Cell]]:
        """Yield the cells of each row; raises FactsError where quotation marks are wrong."""
        valued = (row for row in self._iter_rows() if any(cell.text for cell in row))
        if self._skip is None:
            yield from valued
            return
        yield from islice(valued, 1)  # the names of the columns
        for row in valued:
            if not self._skip(self._file, row):
                yield row

    def _iter_rows(self) -> Iterator[list[Cell]]:
        blocks = self._open_text()
        text, is_complete = next(blocks, ""), False
        position = self._start
        line = 1 + text.count("\n", 0, position)
        while True:
            if position >= len(text):
                if not (text := next(blocks, "")):
                    return
                position = 0
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            if text.find('"', position, end) < 0:
                row = self._split_plain_row(text[position:end], line)
                position, line = end + 1, line + 1
            else:
                while not (read := self._read_row(text, position, line, is_complete=is_complete)):
                    text, is_complete = _read_on(text[position:], blocks)
                    position = 0
                row, position, line = read
            yield row

    def _read_row(
        self, text: str, position: int, line: int, *, is_complete: bool
    ) -> tuple[list[Cell], int, int] | None:
        """Return the cells of a row, and where the next one begins: position and line.

        None if the row may go on after the end of an incomplete text.
        """
        row: list[Cell] = []
        line_start, end = position, self._separator
        while end == self._separator:
            match = self._pattern.match(text, position)
            if match is None:
                if not is_complete and _is_open(text, position):
                    return None
                column = position - line_start + 1
                message = _explain_quotes(text, position)
                raise _QuoteError([Finding(self._file, line, column, message)])
            quoted, plain, end = match["quoted"], match["plain"], match["end"]
            begin = match.start("plain") if quoted is None else match.start("quoted") - 1
            row.append(Cell(_read_cell(quoted, plain), (line, begin - line_start + 1)))
            if breaks := text.count("\n", position, match.end()):
                line, line_start = line + breaks, text.rindex("\n", position, match.end()) + 1
            position = match.end()
        return (row, position, line) if end or is_complete else None

    def _split_plain_row(self, text: str, line: int) -> list[Cell]:
        """Return the cells of a row without quotation marks."""
        row: list[Cell] = []
        column = 1
        is_ascii = text.isascii()
        for part in text.split(self._separator):
            plain = part.strip() if is_ascii else part.strip(_BLANK_CHARACTERS)
            begin = column
            if len(plain) != len(part):
                begin += len(part) - len(part.lstrip(_BLANK_CHARACTERS))
            row.append(Cell("" if plain in NULL_WORDS else plain, (line, begin)))
            column += len(part) + 1
        return row


def _read_on(text: str, blocks: Iterator[str]) -> tuple[str, bool]:
    """Return a text with about as much again of what follows, and whether that is all."""
    parts, size = [text], 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size >= len(text):
            return "".join(parts), False
    return "".join(parts), True


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


def _is_open(text: str, position: int) -> bool:
    """Return whether the quotation mark at a position is not closed."""
    return not re.compile(rf"[{_BLANKS}]*{_QUOTED}").match(text, position)


def _explain_quotes(text: str, position: int) -> str:
    """Return what is wrong with the quotation marks of the cell at a position."""
    if not _is_open(text, position):
        advice = "text after a closing quotation mark; write a quotation mark in a field twice"
        return f"not CSV: {advice}"
    return "not CSV: a quotation mark is opened and never closed"


def _select_columns(
    rows: Iterable[list[Cell]], header: list[Cell], reporter: _Reporter
) -> tuple[list[Cell], Iterator[list[Cell]]]:
    """Return a table without its empty columns; report columns without a name, and long rows."""
    kept = [number for number, cell in enumerate(header) if cell.text]
    for number, cell in enumerate(header if len(kept) < len(header) else ()):
        below = islice(_iter_valid(rows), 1, None)
        valued = (row[number] for row in below if number < len(row) and row[number].text)
        first = None if cell.text else next(valued, None)
        if first:
            what = f"column {format_column_letters(number)} has no name, but values such as"
            where = f"{quote(first.text)} in line {first.position[0]}"
            reporter.report(cell, f"{what} {where}; name it or delete it")
    return [header[number] for number in kept], _iter_selected(rows, kept, len(header), reporter)


def _iter_selected(
    rows: Iterable[list[Cell]], kept: list[int], width: int, reporter: _Reporter
) -> Iterator[list[Cell]]:
    """Yield the named cells of the rows below the first, and report long rows."""
    is_padded = None
    for row in islice(_iter_valid(rows, reporter.diagnostics), 1, None):
        if len(row) > width and is_padded is None:
            is_padded = _is_padded(rows, width)
        if len(row) > width and not is_padded:
            named = f"the first line names {width} columns"
            advice = "put a cell that contains a separator in quotation marks"
            message = f"{format_count(len(row), 'field')}, but {named}; {advice}"
            reporter.report(row[0], message)
        elif len(kept) == width >= len(row):
            yield row
        else:
            yield [row[number] for number in kept if number < len(row)]


def _is_padded(rows: Iterable[list[Cell]], width: int) -> bool:
    """Return whether the cells beyond the last name are an empty column.

    They are only if all rows have them, and all are empty: in a single row, a separator within a
    cell may have moved the others.
    """
    count = 0
    for row in islice(_iter_valid(rows), 1, None):
        count += 1
        if len(row) == width or any(cell.text for cell in row[width:]):
            return False
    return count > 1
