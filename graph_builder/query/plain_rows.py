"""Rows of plain values in each format of rows, for lists that are no answers to a query."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_builder.core.text import escape_controls
from graph_builder.query.text_table import TextTable, format_table

PlainRow = Mapping[str, Any]


def format_plain_rows(columns: Sequence[str], rows: Sequence[PlainRow], extension: str) -> str:
    """Return rows in a format of ROW_FORMATS."""
    if extension == "json":
        return format_json(rows)
    if extension in ("csv", "tsv"):
        return format_separated_rows(columns, rows, extension)
    cells = [[str(row[name]) for name in columns] for row in rows]
    return format_table(TextTable(columns, cells), extension)


def format_record(record: PlainRow, extension: str) -> str:
    """Return one row in a format of ROW_FORMATS: a table has a line for each value."""
    if extension == "table":
        width = max(map(len, record))
        return "".join(f"{key:{width}}  {escape_controls(str(v))}\n" for key, v in record.items())
    if extension == "json":
        return format_json(record)
    return format_plain_rows([*record], [record], extension)


def format_separated_rows(names: Sequence[str], body: Iterable[PlainRow], extension: str) -> str:
    """Return rows as csv or tsv."""
    out = io.StringIO()
    dialect = "excel-tab" if extension == "tsv" else "excel"
    csv.writer(out, dialect).writerows([names, *([row[n] for n in names] for row in body)])
    return out.getvalue()


def format_json(found: object) -> str:
    """Return JSON, indented, letters of all languages as they are."""
    return json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
