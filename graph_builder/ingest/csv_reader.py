"""CSV files of facts: one fact a row, the columns named in the first row."""

import csv
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, suggest_similar
from graph_builder.core.text import format_count, quote
from graph_builder.ingest.locations import Diagnostics, KeyPath, Location
from graph_builder.ingest.model import Fact
from graph_builder.ingest.record_validation import LocatedRecord, read_record
from graph_builder.ingest.text_reader import MAX_CACHED, read_text

_FIELD = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')
#: How errors of Python's CSV reader begin, and what they mean.
_CSV_ERRORS = {
    "unexpected end": "a quotation mark is opened and never closed",
    "field larger": "a field of more than 131,072 characters",
}
_TEXT_AFTER_QUOTE = "text after a closing quotation mark; write a quotation mark in a field twice"
#: The text of a field, and the line and column where it begins.
_Cell = tuple[str, tuple[int, int]]


def read_csv_facts(path: Path, diagnostics: Diagnostics) -> tuple[LocatedRecord[Fact], ...]:
    """Return the fact of each row of a CSV file; report what is wrong in the file and its rows."""
    try:
        text = read_text(path)
    except FactsError as error:
        diagnostics.findings += error.findings
        return ()
    facts, findings = _read_rows(text, str(path))
    diagnostics.findings += findings
    return facts


@lru_cache(maxsize=MAX_CACHED[".csv"])
def _read_rows(text: str, file: str) -> tuple[tuple[LocatedRecord[Fact], ...], tuple[Finding, ...]]:
    """Return the facts in the text of a CSV file, and the findings; both are cached."""
    diagnostics = Diagnostics()
    table = _CsvTable(file, diagnostics)
    facts = tuple(
        read_record(Fact, record, location, diagnostics)
        for record, location in table.iter_records(text)
    )
    return facts, tuple(diagnostics.findings)


@cache
def _list_fact_fields() -> tuple[list[str], list[str]]:
    """Return the columns that a CSV file may have, and those that it must have."""
    fields = {field.alias or name: field for name, field in Fact.model_fields.items()}
    return list(fields), [name for name, field in fields.items() if field.is_required()]


class _CsvTable:
    """The rows of a CSV file as mappings from column to value, with their locations."""

    def __init__(self, file: str, diagnostics: Diagnostics) -> None:
        self.file = file
        self.diagnostics = diagnostics
        self.columns, self.required = _list_fact_fields()

    def iter_records(self, text: str) -> Iterator[tuple[dict[str, str], Location]]:
        """Yield the values of each row, without empty ones, and its location."""
        rows = self._iter_rows(text)
        header = next(rows, [])
        if not self._check_header(header):
            return
        positions: dict[KeyPath, tuple[int, int]] = {}
        for number, row in enumerate(rows):
            if not self._check_row(row, header):
                continue
            positions[number,] = row[0][1]
            record: dict[str, str] = {}
            for (name, _), (value, position) in zip(header, row, strict=True):
                if name in self.columns and (number, name) not in positions:
                    positions[number, name] = position
                    record |= {name: value} if value else {}
            yield record, Location(self.file, positions, (number,))

    def _iter_rows(self, text: str) -> Iterator[list[_Cell]]:
        lines = [line + "\n" for line in text.split("\n")]
        reader = csv.reader(lines, strict=True)
        first = 0
        try:
            for fields in reader:
                raw = "".join(lines[first : reader.line_num]).rstrip("\n")
                if fields:
                    yield list(zip(fields, _iter_positions(raw, first + 1), strict=False))
                first = reader.line_num
        except csv.Error as error:
            meanings = (
                words for start, words in _CSV_ERRORS.items() if str(error).startswith(start)
            )
            self._report((first + 1, 1), f"not CSV: {next(meanings, _TEXT_AFTER_QUOTE)}")

    def _check_header(self, header: list[_Cell]) -> bool:
        """Report what is wrong with the columns; return whether the rows below can be read."""
        names = [name for name, _ in header]
        for separator, word in ((";", "semicolons"), ("\t", "tabs")):
            if len(names) == 1 and separator in names[0]:
                message = f"the columns are separated by {word}; separate them by commas"
                self._report(header[0][1], message)
                return False
        if header and not set(names) & set(self.columns):
            message = f"the first line names no columns; begin it with {','.join(self.required)}"
            self._report(header[0][1], message)
            return False
        for number, (name, position) in enumerate(header):
            if name in names[:number]:
                self._report(position, f"the column {quote(name)} appears twice")
            elif not name:
                self._report(position, "a column without a name; name it or delete it")
            elif name not in self.columns:
                near = suggest_similar(name, self.columns)
                self._report(position, f"unknown column {quote(name)}{near}")
        missing = [name for name in self.required if name not in names]
        if missing and header:
            *rest, last = missing
            are = f"s {', '.join(rest)} and {last} are" if rest else f" {last} is"
            self._report((1, 1), f"the column{are} missing")
        return bool(header) and not missing

    def _check_row(self, row: list[_Cell], header: list[_Cell]) -> bool:
        """Report a row with too many or too few fields or no value; return whether it is fine."""
        if len(row) != len(header):
            message = (
                f"{format_count(len(row), 'field')}, but the first line names {len(header)} columns"
            )
            self._report(row[0][1], message)
            return False
        if not any(value for value, _ in row):
            self._report(row[0][1], "a row without any value; delete it")
            return False
        return True

    def _report(self, position: tuple[int, int], message: str) -> None:
        self.diagnostics.findings.append(Finding(self.file, *position, message))


def _iter_positions(raw: str, line: int) -> Iterator[tuple[int, int]]:
    """Yield line and column of each field of a row, whose text begins in a line."""
    for match in _FIELD.finditer(raw):
        before = raw[: match.start(1)]
        yield line + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1
