"""Sheets of office programs (.xlsx, .ods, .xls) as rows of texts, each cell at its place."""

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from graph_builder.core.errors import FactsError, Finding, suggest_similar
from graph_builder.core.optional_libraries import import_optional
from graph_builder.core.text import quote
from graph_builder.ingest.csv_reader import ListContent, read_table_records
from graph_builder.ingest.list_names import SHEET_MARK
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.table_reader import Cell, Table, make_table, strip_blanks
from graph_builder.ingest.text_reader import read_source_bytes


def read_sheet_list(path: Path, sheet: str, language: str, diagnostics: Diagnostics) -> ListContent:
    """Return the records of the rows of a sheet; report what is wrong with line and column.

    ``language`` is that of labels in a column without a language.
    """
    table = read_sheet_table(path, sheet, diagnostics)
    return read_table_records(table, _format_place(path, sheet), language, diagnostics)


def read_sheet_table(path: Path, sheet: str, diagnostics: Diagnostics) -> Table | None:
    """Return the rows of a sheet as a table, or None; report mistakes with line and column."""
    try:
        texts = read_sheet(path, sheet)
    except FactsError as error:
        diagnostics.findings += error.findings
        return None
    rows = [
        [Cell(strip_blanks(text), (line, column)) for column, text in enumerate(row, 1)]
        for line, row in enumerate(texts, 1)
    ]
    valued = [row for row in rows if any(cell.text for cell in row)]
    return make_table(valued, ",", _format_place(path, sheet), diagnostics)


def _format_place(path: Path, sheet: str) -> str:
    return f"{path}{SHEET_MARK}{sheet}" if sheet else str(path)


def read_sheet(path: Path, sheet: str = "") -> list[list[str]]:
    """Return the texts of all cells of a sheet, by default of the first one that is not hidden.

    Rows and columns begin at A1, and empty ones stay, so that a cell keeps its place. The value of
    cells that are merged in a column is in each of them. Dates are in ISO 8601, and a formula is
    its last value. Raises FactsError for what is no spreadsheet, ReadError if it cannot be opened,
    and LibraryError if the library that reads it is not installed.
    """
    calamine = import_optional(
        "python_calamine", "reading a spreadsheet", "sheets", "save the list as CSV"
    )
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(read_source_bytes(path)))
    except calamine.PasswordError as error:
        raise _fail(path, "the spreadsheet is locked by a password; save it without") from error
    except (calamine.CalamineError, OSError) as error:
        raise _fail(path, "the file is not a spreadsheet, or is damaged") from error
    name = _choose_sheet(workbook, sheet, path)
    try:
        cells = workbook.get_sheet_by_name(name)
        rows = [list(map(format_value, row)) for row in cells.to_python(skip_empty_area=False)]
    except calamine.CalamineError as error:
        raise _fail(path, f"the sheet {quote(name)} cannot be read: {error}") from error
    if not any(any(row) for row in rows):
        shown = _list_shown_sheets(workbook)
        others = (n for n in shown if workbook.get_sheet_by_name(n).to_python(nrows=1))
        advice = "".join(f"; another is {path.name}{SHEET_MARK}{n}" for n in [*others][:1])
        raise _fail(path, f"the sheet {quote(name)} is empty{advice}")
    _fill_merged(rows, cells.merged_cell_ranges or ())
    return rows


def _list_shown_sheets(workbook: Any) -> list[str]:
    """Return the names of the sheets that are not hidden, or of all if all are."""
    sheets = workbook.sheets_metadata
    shown = [each.name for each in sheets if str(each.visible).endswith(".Visible")]
    return shown or list(workbook.sheet_names)


def _choose_sheet(workbook: Any, sheet: str, path: Path) -> str:
    if not sheet:
        return _list_shown_sheets(workbook)[0]
    if sheet not in workbook.sheet_names:
        near = suggest_similar(sheet, workbook.sheet_names)
        raise _fail(path, f"no sheet {quote(sheet)}{near}")
    return sheet


def _fill_merged(rows: list[list[str]], ranges: Any) -> None:
    """Put the value of cells that are merged in a column into each row that has values."""
    for (first, column), (last, last_column) in ranges:
        if column != last_column:
            continue
        for row in rows[first + 1 : last + 1]:
            if any(row):
                row[column] = rows[first][column]


def format_value(value: Any) -> str:
    """Return the value of a cell as text: a date in ISO 8601, a whole number without a point."""
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return str(value.isoformat())
    return str(value).strip()


def _fail(path: Path, message: str) -> FactsError:
    return FactsError([Finding(str(path), 1, 1, message)])
