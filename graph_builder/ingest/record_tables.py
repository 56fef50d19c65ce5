"""Tables that name the columns in each record (JSON Lines), or hold values with types (Parquet).

Their rows are those of a CSV file with the same columns, and are read in blocks as those are.
"""

import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.optional_libraries import import_optional
from graph_builder.core.resources import find_path
from graph_builder.core.text import quote
from graph_builder.ingest.list_names import JSON_LINES_SUFFIXES, PARQUET_SUFFIX
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.spreadsheet_reader import format_value
from graph_builder.ingest.table_reader import Cell, SkipRow, Table, find_columns, strip_blanks
from graph_builder.ingest.text_reader import iter_text

#: Keys of which records of facts have all, or of entities.
_OWN_KEYS = ({"subject", "relation"}, {"id", "class"})
_BATCH_ROWS = 10_000


def is_record_table(path: Path, *, is_mapped: bool) -> bool:
    """Return whether a list is such a table; JSON Lines with other keys are if they are mapped."""
    name = path.name.lower()
    if name.endswith(PARQUET_SUFFIX):
        return True
    if not name.endswith(JSON_LINES_SUFFIXES):
        return False
    try:
        lines = (line for text in iter_text(path) for line in text.split("\n"))
        keys = _flatten(json.loads(next(filter(str.strip, lines), ""))).keys()
    except (FactsError, ReadError, OSError, TypeError, ValueError, RecursionError):
        return is_mapped
    return is_mapped or any(own <= keys for own in _OWN_KEYS)


def stream_record_table(
    path: Path, diagnostics: Diagnostics, skip: SkipRow | None = None
) -> Table | None:
    """Return the table of a file, or None; report mistakes.

    Rows that are skipped do not count. Here, and where a row is asked for, raises FactsError for
    what cannot be read, and LibraryError if the library that reads Parquet is not installed.
    """
    is_parquet = path.name.lower().endswith(PARQUET_SUFFIX)
    rows = _ParquetRows(path) if is_parquet else _JsonRows(path, diagnostics, skip)
    return find_columns(_SelectedRows(rows, str(path), skip), ",", str(path), diagnostics)


class _SelectedRows:
    """The row of the names of columns, and the rows with values that are not skipped."""

    def __init__(self, rows: Iterable[list[Cell]], file: str, skip: SkipRow | None) -> None:
        self._rows = rows
        self._file = file
        self._skip = skip

    def __iter__(self) -> Iterator[list[Cell]]:
        rows = iter(self._rows)
        yield from islice(rows, 1)
        for row in rows:
            if any(cell.text for cell in row) and not (self._skip and self._skip(self._file, row)):
                yield row


class _JsonRows:
    """The rows of JSON Lines, below one with all keys in the order in which they first come."""

    def __init__(self, path: Path, diagnostics: Diagnostics, skip: SkipRow | None) -> None:
        self._path = path
        self._diagnostics = diagnostics
        self._skip = skip
        self._reported: set[int] = set()
        keys = {key: None for _, record in self._iter_records() for key in record}
        self._keys = tuple(keys)

    def __iter__(self) -> Iterator[list[Cell]]:
        yield [Cell(key, (1, 1)) for key in self._keys]
        for line, record in self._iter_records():
            yield [Cell(record.get(key, ""), (line, 1)) for key in self._keys]

    def _iter_records(self) -> Iterator[tuple[int, dict[str, str]]]:
        lines = (
            line for text in iter_text(self._path) for line in text.removesuffix("\n").split("\n")
        )
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield number, _flatten(json.loads(line, parse_int=str, parse_float=str))
            except TypeError as error:
                self._report(number, line, str(error))
            except (ValueError, RecursionError):
                self._report(number, line, "not JSON; write an object on one line")

    def _report(self, number: int, line: str, reason: str) -> None:
        """Report a line that is no record, once, and unless it is skipped."""
        file = str(self._path)
        if self._skip and self._skip(file, [Cell(line, (number, 1))]):
            return
        if number not in self._reported:
            self._reported.add(number)
            self._diagnostics.findings.append(Finding(file, number, 1, reason))


def _flatten(record: Any) -> dict[str, str]:
    """Return the texts of a record by key, those by language as ``label:en``; raises TypeError."""
    if not isinstance(record, dict):
        raise TypeError("not an object with keys, such as subject")
    texts: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            texts |= {f"{key}:{tag}": text for tag, text in _flatten(value).items()}
        elif isinstance(value, list):
            raise TypeError(f"{quote(key)} is a list; write one record for each value")
        else:
            texts[key] = _format_cell(value)
    return texts


class _ParquetRows:
    """The rows of a Parquet file, below one with the names of its columns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._library = import_optional(
            "pyarrow.parquet", "reading Parquet", "tables", "save the list as CSV"
        )

    def __iter__(self) -> Iterator[list[Cell]]:
        arrow = import_module("pyarrow")
        try:
            with self._library.ParquetFile(find_path(self._path)) as file:
                names = file.schema_arrow.names
                yield [Cell(name, (1, column)) for column, name in enumerate(names, 1)]
                for line, texts in enumerate(_iter_texts(file), 1):
                    yield [Cell(text, (line, column)) for column, text in enumerate(texts, 1)]
        except (OSError, arrow.ArrowException) as error:
            if isinstance(error, FileNotFoundError | PermissionError):
                raise ReadError(f"{self._path}: {error.strerror or error}") from error
            message = "the file is not Parquet, or is damaged"
            raise FactsError([Finding(str(self._path), 1, 1, message)]) from error


def _iter_texts(file: Any) -> Iterator[tuple[str, ...]]:
    """Yield the texts of the values of each row."""
    for batch in file.iter_batches(batch_size=_BATCH_ROWS):
        columns = [map(_format_cell, column.to_pylist()) for column in batch.columns]
        yield from zip(*columns, strict=True)


def _format_cell(value: Any) -> str:
    return "" if value is None else strip_blanks(format_value(value))
