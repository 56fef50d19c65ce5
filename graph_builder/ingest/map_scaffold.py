"""A first map of a table: its columns with their first values, and guesses by their names."""

from collections.abc import Callable
from pathlib import Path

from graph_builder.core.errors import FactsError, ReadError
from graph_builder.core.folding import fold_words
from graph_builder.core.text import escape_controls, shorten
from graph_builder.ingest.list_names import is_spreadsheet
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.spreadsheet_reader import read_sheet_table
from graph_builder.ingest.table_reader import Table, read_table
from graph_builder.ingest.text_reader import read_text

#: Words in names of columns by which the key that a column gives is guessed, the best first.
_GUESSES = {
    "subject": ("subject", "country", "state", "actor", "member", "signatory", "party", "name"),
    "relation": ("relation", "role", "action"),
    "object": ("object", "instrument", "treaty", "text", "body", "organisation", "organization"),
    "modality": ("modality",),
    "section": ("section", "page", "paragraph", "row", "no", "number"),
    "from": ("from", "date", "since", "joined", "signed", "start", "year"),
    "to": ("to", "until", "end"),
    "note": ("note", "notes", "comment", "remarks", "source", "url", "link"),
}
_NEEDED = ("subject", "relation", "object")
_SHOWN_ROWS = 3
_HEAD = """
# What the columns of the table mean. A value is the name of a column; {constant: endorsed}, the
# same for all rows; or {template: "actor:{Code}"}, made of columns. To write something else for a
# text of a column, or to skip its rows: {column: Vote, values: {"Y": endorsed}, skip: ["N"]}.
# `aigg query relations` lists the relations. Names such as France or UK become ids.
lists:
"""


def format_map(table: Path, format_scalar: Callable[[str], str]) -> str:
    """Return the part of a new fact file that maps a table; raises ReadError or FactsError."""
    diagnostics = Diagnostics()
    if is_spreadsheet(table.name):
        read = read_sheet_table(table, "", diagnostics)
    elif table.suffix.lower() == ".csv":
        read = read_table(read_text(table), str(table), diagnostics)
    else:
        raise ReadError(f"{table}: not a table; save it as CSV, with a name that ends in .csv")
    if read is None or diagnostics.findings:
        raise FactsError(diagnostics.findings)
    lines = [f"  - file: {format_scalar(table.name)}", *_describe_columns(read), "    map:"]
    guessed = guess_columns([cell.text for cell in read.header])
    for key in _GUESSES:
        if key in guessed:
            lines.append(f"      {key}: {format_scalar(guessed[key])}")
        elif key == "modality":
            lines.append("      modality: {constant: reported}")
        elif key in _NEEDED:
            lines.append(f"      {key}:")
    return _HEAD + "".join(f"{line}\n" for line in lines)


def guess_columns(names: list[str]) -> dict[str, str]:
    """Return the column of each key that the names of columns let guess; each column once."""
    guessed: dict[str, str] = {}
    for key, words in _GUESSES.items():
        for word in words:
            free = (name for name in names if name not in guessed.values())
            if found := next((name for name in free if word in fold_words(name)), None):
                guessed[key] = found
                break
    return guessed


def _describe_columns(table: Table) -> list[str]:
    """Return a comment for each column: its name and its first values."""
    lines = ["    # Columns and their first values:"]
    for number, cell in enumerate(table.header):
        found = (row[number].text for row in table.rows if number < len(row) and row[number].text)
        values = list(dict.fromkeys(found))[:_SHOWN_ROWS]
        shown = ", ".join(shorten(escape_controls(value)) for value in values)
        lines.append(f"    # {escape_controls(cell.text)}: {shown or '(empty)'}")
    return lines
