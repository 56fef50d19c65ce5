"""CSV with positions: one record a row, the columns named in the first row."""

import csv
import re
from collections.abc import Iterator

from graph_builder.errors import FactsError, Finding
from graph_builder.sources.positions import Path

_FIELD = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')


def read_csv(text: str, file: str) -> tuple[list[dict[str, str]], dict[Path, tuple[int, int]]]:
    """Return a mapping a row, without its empty fields, and their positions; raises FactsError."""
    rows = list(_rows(text, file))
    found: list[Finding] = []
    names = [field for field, _ in rows[0]] if rows else []
    for number, (name, where) in enumerate(rows[0] if rows else []):
        if name in names[:number]:
            found.append(Finding(file, *where, f"the column {name!r} stands twice"))
    records: list[dict[str, str]] = []
    positions: dict[Path, tuple[int, int]] = {}
    for row in rows[1:]:
        if len(row) != len(names):
            message = f"{len(row)} fields, where the first line names {len(names)} columns"
            found.append(Finding(file, *row[0][1], message))
            continue
        for name, (_, where) in zip(names, row, strict=True):
            positions[len(records), name] = where
        positions[len(records),] = row[0][1]
        records.append({n: value for n, (value, _) in zip(names, row, strict=True) if value})
    if found:
        raise FactsError(found)
    return records, positions


def _rows(text: str, file: str) -> Iterator[list[tuple[str, tuple[int, int]]]]:
    lines = [line + "\n" for line in text.split("\n")]
    reader = csv.reader(lines, strict=True)
    first = 0
    try:
        for fields in reader:
            raw = "".join(lines[first : reader.line_num]).rstrip("\r\n")
            if fields:
                yield list(zip(fields, _positions(raw, first + 1), strict=False))
            first = reader.line_num
    except csv.Error as error:
        raise FactsError([Finding(file, first + 1, 1, f"not CSV: {error}")]) from error


def _positions(raw: str, line: int) -> Iterator[tuple[int, int]]:
    for match in _FIELD.finditer(raw):
        before = raw[: match.start(1)]
        yield line + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1
