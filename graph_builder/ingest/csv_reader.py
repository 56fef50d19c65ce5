"""CSV with positions: one record a row, the columns named in the first row."""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from graph_builder.core.errors import Finding, suggest_similar
from graph_builder.core.text import quote
from graph_builder.ingest.locations import KeyPath

_FIELD_PATTERN = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')
#: What Python's reader says, and what that means.
_PROBLEMS = {
    "unexpected end": "a quotation mark is opened and never closed",
    "field larger": "a field of more than 131,072 characters",
}
_TEXT_AFTER_QUOTE = (
    "text behind a closing quotation mark; inside a quoted field it is written twice"
)
CsvCell = tuple[str, tuple[int, int]]


@dataclass
class CsvTable:
    """The rows of a list as mappings without their empty fields, their positions, what is wrong."""

    file: str
    records: list[dict[str, str]] = field(default_factory=list)
    positions: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def add(self, where: tuple[int, int], message: str) -> None:
        """Add a finding."""
        self.found.append(Finding(self.file, *where, message))


def read_csv(text: str, file: str, known: Collection[str], required: Collection[str]) -> CsvTable:
    """Return the rows of a list whose columns are known ones and all of those required."""
    table = CsvTable(file)
    rows = _iter_rows(text, table)
    header = next(rows, [])
    if _check_header(header, known, required, table):
        for row in rows:
            _add_row(row, header, known, table)
    return table


def _check_header(
    header: list[CsvCell], known: Collection[str], required: Collection[str], table: CsvTable
) -> bool:
    """Note what is wrong with the columns; return whether the rows below can be read."""
    names = [name for name, _ in header]
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            table.add(header[0][1], f"the columns stand between {word}; CSV is written with commas")
            return False
    if header and not set(names) & set(known):
        wanted = ",".join(required)
        table.add(header[0][1], f"the first line names no columns; it begins with {wanted}")
        return False
    for number, (name, where) in enumerate(header):
        if name in names[:number]:
            table.add(where, f"the column {quote(name)} stands twice")
        elif not name:
            table.add(where, "a column without a name; name it or delete it")
        elif name not in known:
            table.add(where, f"unknown column {quote(name)}{suggest_similar(name, known)}")
    missing = [name for name in required if name not in names]
    if missing and header:
        *rest, last = missing
        are = f"s {', '.join(rest)} and {last} are" if rest else f" {last} is"
        table.add((1, 1), f"the column{are} missing")
    return bool(header) and not missing


def _add_row(
    row: list[CsvCell], header: list[CsvCell], known: Collection[str], table: CsvTable
) -> None:
    if len(row) != len(header):
        message = f"{len(row)} fields, where the first line names {len(header)} columns"
        table.add(row[0][1], message)
        return
    if not any(value for value, _ in row):
        table.add(row[0][1], "a row without any value; delete it")
        return
    number = len(table.records)
    record: dict[str, str] = {}
    for (name, _), (value, where) in zip(header, row, strict=True):
        if name in known and name not in record:
            table.positions[number, name] = where
            record |= {name: value} if value else {}
    table.positions[number,] = row[0][1]
    table.records.append(record)


def _iter_rows(text: str, table: CsvTable) -> Iterator[list[CsvCell]]:
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
        said = (words for start, words in _PROBLEMS.items() if str(error).startswith(start))
        table.add((first + 1, 1), f"not CSV: {next(said, _TEXT_AFTER_QUOTE)}")


def _iter_positions(raw: str, line: int) -> Iterator[tuple[int, int]]:
    for match in _FIELD_PATTERN.finditer(raw):
        before = raw[: match.start(1)]
        yield line + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1
