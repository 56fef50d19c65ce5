"""CSV for spreadsheet programs: with a mark of its encoding, and no cell that is a formula."""

import csv
import io

import pytest

from graph_builder.core.spreadsheet_csv import protect_cells
from tests.conftest import Run

DANGEROUS = [
    *("=1+1", '=HYPERLINK("http://x")', "+1 555", "@SUM(A1)", "-1+1", "-x", "--1", "-", "+5"),
    *("\t=1", "\r=1", "\n=1", "\t", " =1", "\u00a0=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"),
]
HARMLESS = ["", "a=1", "1-2", "-5", "-5.25", "-1e-05", "5", "a;=1", 'a "b"', "é", "'=1", "2025-02"]


@pytest.mark.parametrize("cell", [*DANGEROUS, *HARMLESS])
def test_only_what_begins_a_formula_gets_an_apostrophe(cell: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["name", "x"], [cell, "y"]])
    text = protect_cells(out.getvalue())
    shown = f"'{cell}" if cell in DANGEROUS else cell
    quoted = shown.replace('"', '""')
    assert text == f'\ufeff"name","x"\r\n"{quoted}","y"\r\n'


def test_a_cell_may_be_long() -> None:
    assert len(protect_cells("x" * 200_000)) > 200_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        *(("query", "relations"), ("query", "--text", "ASK { ?s ?p ?o }"), ("find", "GPAI")),
        *(("explain", "Bengaluru"), ("disagreements", "First REAIM summit"), ("sources",)),
        *(("measure", "--list"), ("measure", "co-endorsement"), ("facts", "hosted")),
    ],
    ids=" ".join,
)
def test_each_table_comes_as_csv_for_spreadsheets(words: tuple[str, ...], run: Run) -> None:
    plain, result = run(*words, "-F", "csv"), run(*words, "-F", "excel")
    assert (result.exit_code, result.stderr) == (0, plain.stderr)
    assert result.stdout_bytes.startswith(b'\xef\xbb\xbf"')
    rows, found = (
        [*csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))]
        for text in (plain.stdout_bytes.decode(), result.stdout_bytes.decode())
    )
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not plain.stdout_bytes.startswith(b"\xef\xbb\xbf")
