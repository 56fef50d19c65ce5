"""Lists in spreadsheets: the same facts as from CSV, and mistakes at their cells."""

import io
import re
import sys
import zipfile
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from graph_builder.core.errors import LibraryError
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.spreadsheet_reader import read_sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = """\
source: {id: mine, title: T, publisher: P, address: unknown, date: undated, kind: k, language: en,
  licence: l, verification: dataset}
lists: [NAMES]
"""
COLUMNS = ("Subject", "relation", "object", "section", "modality", "from")
#: A cell that holds the day 10 February 2025, and one that holds a formula and its value.
DAY = '<c r="REF" s="1"><v>45698</v></c>'
MOMENT = '<c r="REF" s="1"><v>45698.5</v></c>'
FORMULA = '<c r="REF" t="str"><f>A1</f><v>actor:IND</v></c>'


def make_xlsx(sheets: Mapping[str, Mapping[str, str]], extra: str = "", hidden: str = "") -> bytes:
    """Return a workbook; sheets map the names of cells to texts or to cells in XML."""
    written = io.BytesIO()
    names = list(enumerate(sheets, 1))
    with zipfile.ZipFile(written, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        file.writestr("_rels/.rels", _relate([("r", "officeDocument", "xl/workbook.xml")]))
        sheet_files = [(f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in names]
        styles = [*sheet_files, ("st", "styles", "styles.xml")]
        file.writestr("xl/_rels/workbook.xml.rels", _relate(styles))
        file.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="s{n}"'
            + (' state="hidden"/>' if name == hidden else "/>")
            for n, name in names
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        for number, cells in enumerate(sheets.values(), 1):
            rows = groupby(cells.items(), key=lambda cell: re.sub("[A-Z]", "", cell[0]))
            data = "".join(
                f'<row r="{row}">{"".join(_format_cell(*cell) for cell in group)}</row>'
                for row, group in rows
            )
            file.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{extra}</worksheet>',
            )
    return written.getvalue()


def _relate(targets: list[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in targets
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _format_cell(name: str, content: str) -> str:
    if content.startswith("<c "):
        return content.replace("REF", name)
    text = f'<is><t xml:space="preserve">{escape(content)}</t></is>'
    return f'<c r="{name}" t="inlineStr">{text}</c>'


def _make_row(number: int, *values: str, first: str = "B") -> dict[str, str]:
    """Return the cells of a row from a column on."""
    letters = (chr(ord(first) + place) for place in range(len(values)))
    return {f"{letter}{number}": value for letter, value in zip(letters, values, strict=True)}


def _make_fact(number: int, subject: str, day: str = DAY) -> dict[str, str]:
    said = ("endorsed", "instrument:bletchley-declaration", "p 1", "agreed")
    return _make_row(number, subject, *said, day)


def _read(folder: Path, data: bytes, *names: str) -> ReadResult:
    (folder / "list.xlsx").write_bytes(data)
    listed = ", ".join(f'"{name}"' for name in names or ("list.xlsx",))
    (folder / "mine.yaml").write_text(HEAD.replace("NAMES", listed), encoding="utf-8")
    return read_with_shipped_facts([folder], only=True)


def _list_findings(result: ReadResult) -> list[str]:
    found = result.diagnostics.findings
    return [f"{Path(e.file).name}:{e.line}:{e.column}: {e.message}" for e in found]


def test_a_sheet_states_what_a_table_states(tmp_path: Path) -> None:
    cells = {
        **_make_row(3, *COLUMNS),
        **_make_fact(4, " actor:FRA\u00a0"),
        **_make_fact(6, FORMULA, "2025-02-10"),
        **_make_fact(7, "actor:DEU", '<c r="REF"><v>2025</v></c>'),
    }
    result = _read(tmp_path, make_xlsx({"Data": cells}))
    assert _list_findings(result) == []
    facts = [each.record for each in result.facts[tmp_path / "mine.yaml"]]
    assert [(f.subject, f.from_) for f in facts] == [
        ("actor:FRA", "2025-02-10"),
        ("actor:IND", "2025-02-10"),
        ("actor:DEU", "2025"),
    ]


def test_a_sheet_is_chosen_by_its_name_and_mistakes_have_their_cells(tmp_path: Path) -> None:
    sheets = {
        "Notes": {"A1": "hidden"},
        "Data": {
            **_make_row(3, *COLUMNS),
            **_make_fact(4, "actor:FRX"),
            **_make_fact(5, "actor:FRA"),
        },
        "Empty": {},
        "Title": {"A1": "List of endorsers", **_make_row(2, *COLUMNS)},
    }
    data = make_xlsx(sheets, hidden="Notes")
    advice = "write an alpha-3 code of ISO 3166, or declare a Country with an id of its own"
    wrong = f"4:2: unknown country code 'FRX'; {advice}"
    assert _list_findings(_read(tmp_path, data)) == [f"list.xlsx:{wrong}"]
    assert _list_findings(_read(tmp_path, data, "list.xlsx#Data")) == [f"list.xlsx#Data:{wrong}"]
    for name, message in {
        "list.xlsx#Dat": "list.xlsx:1:1: no sheet 'Dat'; did you mean Data?",
        "list.xlsx#Empty": "list.xlsx:1:1: the sheet 'Empty' is empty; another is list.xlsx#Data",
        "lst.xlsx#Data": "mine.yaml:3:9: no file 'lst.xlsx#Data' in the folder",
        "list.xlsx#Title": "list.xlsx#Title:",
    }.items():
        found = _list_findings(_read(tmp_path, data, name))
        assert any(each.startswith(message) for each in found), found
    twice = _list_findings(_read(tmp_path, data, "list.xlsx#Data", "list.xlsx#Data"))
    assert "mine.yaml:3:27: the file 'list.xlsx#Data' is named twice" in twice


def test_merged_cells_hold_their_value_in_each_row(tmp_path: Path) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    cells = {**_make_row(1, *COLUMNS), **_make_fact(2, "actor:FRA"), **_make_fact(3, "")}
    cells["D3"] = "instrument:seoul-declaration"
    del cells["B3"]
    result = _read(tmp_path, make_xlsx({"Data": cells}, merged))
    facts = [each.record for each in result.facts[tmp_path / "mine.yaml"]]
    assert [f.subject for f in facts] == ["actor:FRA", "actor:FRA"]


@pytest.mark.parametrize("data", [b"", b"no spreadsheet", b"PK\3\4damaged", make_xlsx({})[:300]])
def test_what_is_no_spreadsheet_is_refused(data: bytes, tmp_path: Path) -> None:
    found = _list_findings(_read(tmp_path, data))
    assert found == ["list.xlsx:1:1: the file is not a spreadsheet, or is damaged"]


def test_values_are_written_as_people_read_them(tmp_path: Path) -> None:
    cells = {"A1": '<c r="REF"><v>3</v></c>', "B1": '<c r="REF"><v>2.5</v></c>'}
    cells |= {"C1": '<c r="REF" t="b"><v>1</v></c>', "D1": MOMENT, "E1": DAY}
    (tmp_path / "list.xlsx").write_bytes(make_xlsx({"Data": cells}))
    assert read_sheet(tmp_path / "list.xlsx") == [
        ["3", "2.5", "true", "2025-02-10T12:00:00", "2025-02-10"]
    ]


def test_a_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    names = {
        part: f'xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"'
        for part in ("office", "table", "text")
    }
    cells = "".join(
        f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p>'
        "</table:table-cell>"
        for kind, value, shown in (
            ("string", "", "actor:FRA"),
            ("date", 'office:date-value="2025-02-10"', "10/02/25"),
            ("float", 'office:value="12.5"', "12,5"),
        )
    )
    with zipfile.ZipFile(tmp_path / "list.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr(
            "content.xml",
            f"<office:document-content {' '.join(names.values())}><office:body><office:spreadsheet>"
            f'<table:table table:name="Data"><table:table-row>{cells}</table:table-row>'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    assert read_sheet(tmp_path / "list.ods") == [["actor:FRA", "2025-02-10", "12.5"]]


def test_without_its_library_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    message = "pip install 'ai-governance-graph[sheets]', or save the list as CSV"
    with pytest.raises(LibraryError, match=re.escape(message)):
        _read(tmp_path, b"")
