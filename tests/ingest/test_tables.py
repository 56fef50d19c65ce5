"""Tables from office programs: whatever way they write a list, its facts and entities are read."""

import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_builder.core.date_forms import explain_date, find_date_readings
from graph_builder.core.number_forms import find_number_readings
from graph_builder.core.ontology import load_ontology
from graph_builder.ingest.csv_reader import read_date
from graph_builder.ingest.datatypes import find_datatype
from graph_builder.ingest.fact_file_reader import ReadResult, read_fact_files
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Fact, check_language
from graph_builder.ingest.table_reader import SEPARATORS, read_table, strip_blanks
from graph_builder.ingest.text_reader import NULL_WORDS, read_text
from tests.ingest.test_fact_file_errors import HEAD

ROWS = (
    ("subject", "relation", "object", "section", "modality", "from"),
    ("actor:FRA", "endorsed", "instrument:bletchley-declaration", "list, p. 2", "agreed", ""),
    ("actor:IND", "endorsed", "instrument:bletchley-declaration", "p. 3", "agreed", "2023-11-01"),
)


def _quote(cell: str) -> str:
    return f'"{cell}"' if set(cell) & set(',;|\t"\n') else cell


def _join(rows: Iterable[Iterable[str]], separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(map(_quote, row)) + end for row in rows)


def _read(folder: Path, data: bytes, head: str = HEAD) -> ReadResult:
    (folder / "list.csv").write_bytes(data)
    file = folder / "source.yaml"
    file.write_text(f"{head}lists: [list.csv]\n", encoding="utf-8")
    return read_fact_files([file])


def _list_facts(result: ReadResult) -> list[Fact]:
    assert result.diagnostics.findings == []
    return [each.record for facts in result.facts.values() for each in facts]


def _list_messages(result: ReadResult) -> list[str]:
    found = sorted(result.diagnostics.findings)
    return [f"{each.line}:{each.column}: {each.message}" for each in found]


CLEAN = _join(ROWS)
WITH_EMPTY = [[*row[:2], "", *row[2:], "", ""] for row in ROWS]
TABLES = {
    "as it is": CLEAN.encode(),
    "byte order mark": CLEAN.encode("utf-8-sig"),
    "UTF-16, low byte first": b"\xff\xfe" + CLEAN.encode("utf-16-le"),
    "UTF-16, high byte first": b"\xfe\xff" + CLEAN.encode("utf-16-be"),
    "semicolons": _join(ROWS, ";").encode(),
    "tabs": _join(ROWS, "\t").encode(),
    "bars": _join(ROWS, "|").encode(),
    "a line that names the separator": b"sep=;\r\n" + _join(ROWS, ";", "\r\n").encode(),
    "line breaks of Windows": CLEAN.replace("\n", "\r\n").encode(),
    "line breaks of old Macs": CLEAN.replace("\n", "\r").encode(),
    "no last line break": CLEAN.strip().encode(),
    "empty rows": _join(
        [["", ""], ROWS[0], [], ROWS[1], ["", " ", "", "", "", ""], ROWS[2]]
    ).encode(),
    "empty columns": _join(WITH_EMPTY).encode(),
    "blanks": _join([[f" {cell}\u00a0" for cell in row] for row in ROWS]).encode(),
    "blanks around quotation marks": CLEAN.replace('"list, p. 2"', ' "list, p. 2"\t').encode(),
    "capitals": _join([[name.upper() for name in ROWS[0]], *ROWS[1:]]).encode(),
    "empty cells left out": _join([ROWS[0], ROWS[1][:-1], ROWS[2]]).encode(),
    "null in databases": _join([ROWS[0], [*ROWS[1][:-1], "NULL"], ROWS[2]]).encode(),
    "a date in words": CLEAN.replace("2023-11-01", "1 November 2023").encode(),
    "a day of a spreadsheet": CLEAN.replace("2023-11-01", "2023-11-01 00:00:00").encode(),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_the_same_facts_whatever_program_wrote_it(name: str, tmp_path: Path) -> None:
    expected = [
        {key: value for key, value in zip(ROWS[0], row, strict=True) if value} for row in ROWS[1:]
    ]
    facts = _list_facts(_read(tmp_path, TABLES[name]))
    assert [fact.model_dump(by_alias=True, exclude_none=True) for fact in facts] == expected


WRONG = {
    "Windows-1252": (
        CLEAN.replace("p. 3", "p. 3 é").encode("cp1252"),
        "3:58: byte 0xe9 is not UTF-8; save the file as UTF-8 (in Excel: Save as, CSV UTF-8)",
    ),
    "a column without a name": (
        _join([["subject", "", *ROWS[0][1:]], ["actor:FRA", "x", *ROWS[1][1:]]]).encode(),
        "1:9: column B has no name, but values such as 'x' in line 2; name it or delete it",
    ),
    "a comma in a cell": (
        CLEAN.replace('"', "").encode(),
        "2:1: 7 fields, but the first line names 6 columns; put a cell that contains a separator",
    ),
    "a misspelt column below a byte order mark and blanks": (
        CLEAN.replace("relation,", " \u00a0relatoin ,").encode("utf-8-sig"),
        "1:11: unknown column 'relatoin'; did you mean relation?",
    ),
    "an ambiguous date": (
        CLEAN.replace("2023-11-01", "03/04/2025").encode(),
        "3:65: '03/04/2025' is 4 March 2025 or 3 April 2025; write 2025-03-04 or 2025-04-03",
    ),
    "a day that is not on its weekday": (
        CLEAN.replace("2023-11-01", "Monday 1 November 2023").encode(),
        "3:65: 'Monday 1 November 2023' is not a date",
    ),
    "a time of day": (
        CLEAN.replace("2023-11-01", "2023-11-01 14:30").encode(),
        "3:65: '2023-11-01 14:30' has a time of day; write the day alone",
    ),
    "text after quotation marks": (
        CLEAN.replace('2"', '2"x').encode(),
        "2:53: not CSV: text after a closing quotation mark",
    ),
    "the same column twice, in other letters": (
        CLEAN.replace("from", "Subject").encode(),
        "1:42: the column 'Subject' appears twice",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_in_a_table_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    data, message = WRONG[name]
    messages = _list_messages(_read(tmp_path, data))
    assert any(each.startswith(message) for each in messages), messages


NUMBERS = {
    "12,5": "12.5",
    "1.234,5": "1234.5",
    "1,234.5": "1234.5",
    "1\u00a0234,5": "1234.5",
    "12.5": "12.5",
    "1,234": "'1,234' may be 1234 or 1.234; write 1234 or 1.2340",
    "1.234": "'1.234' may be 1234 or 1.234; write 1234 or 1.2340",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_may_have_a_decimal_comma_where_it_has_one_meaning(
    number: str, tmp_path: Path
) -> None:
    row = ("undertaking:x", "amount", number, "p", "reported")
    result = _read(tmp_path, _join([ROWS[0][:5], row], ";").encode())
    fact = next(each.record for facts in result.facts.values() for each in facts)
    messages = [each.message for each in result.diagnostics.findings]
    try:
        find_datatype(fact.object, load_ontology().relations["amount"])
    except ValueError as error:
        messages.append(str(error))
    assert [*messages, fact.object][0] == NUMBERS[number]


def test_blanks_within_a_cell_take_no_time() -> None:
    began = time.process_time()
    blanks = " \u200b\t\u3000" * 100_000
    assert strip_blanks(f"\ufeff{blanks}a{blanks}b{blanks}\u2060") == f"a{blanks}b"
    assert time.process_time() - began < 5


def test_a_list_of_entities_has_the_keys_of_entities_as_columns(tmp_path: Path) -> None:
    table = (
        "ID;Class;Label;label:FR;Label: zh-Hans;note\n"
        "actor:one;Institution;One;Un;;why\nactor:two;Institution;Two;;二;\n"
    )
    result = _read(tmp_path, table.encode("utf-8-sig"))
    assert result.diagnostics.findings == []
    found = {each.record.id: (each.record.label, each.record.note) for each in result.entities}
    assert found == {
        "actor:one": ({"en": "One", "fr": "Un"}, "why"),
        "actor:two": ({"en": "Two", "zh-hans": "二"}, None),
    }


def test_a_label_without_a_language_has_that_of_the_source(tmp_path: Path) -> None:
    data = b"id,class,label\nactor:one,Institution,Un\n"
    french = _read(tmp_path, data, HEAD.replace("language: en", "language: FR"))
    assert french.entities[0].record.label == {"fr": "Un"}
    alone = _read(tmp_path, data, "")
    assert (alone.diagnostics.findings, alone.entities[0].record.label) == ([], {"en": "Un"})


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id,class,label,label:en", "1:16: the column 'label:en' appears twice"),
        ("id,class,label:french", "1:10: 'french' is not a language tag; write en, fr or en-gb"),
        ("id,class,label,lable:fr", "1:16: unknown column 'lable:fr'; did you mean label?"),
        ("id,label", "1:1: the column class is missing"),
        ("id,class:fr,label", "1:1: the column class is missing"),
    ],
)
def test_a_wrong_column_of_a_list_of_entities_is_told(
    header: str, message: str, tmp_path: Path
) -> None:
    row = "actor:one,Institution,X,Y"
    messages = _list_messages(_read(tmp_path, f"{header}\n{row}\n".encode()))
    assert any(each.startswith(message) for each in messages), messages


#: Text of cells: what a spreadsheet holds, without blanks at the ends and words for nothing.
_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
_WORDS = _CELLS.filter(lambda text: text not in NULL_WORDS)


@given(
    rows=st.lists(st.tuples(_WORDS, _WORDS, _WORDS), min_size=1, max_size=4),
    separator=st.sampled_from(SEPARATORS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    blank=st.sampled_from(["", " ", "\u00a0", "\u2009 "]),
    quoted=st.booleans(),
    empty=st.booleans(),
)
def test_each_dialect_gives_the_cells_of_the_clean_table(
    rows: list[tuple[str, str, str]],
    separator: str,
    end: str,
    encoding: str,
    blank: str,
    *,
    quoted: bool,
    empty: bool,
) -> None:
    def write(cell: str) -> str:
        needs_quotes = quoted or not set(cell).isdisjoint({*SEPARATORS, '"'})
        doubled = cell.replace('"', '""')
        return blank + (f'"{doubled}"' if needs_quotes else cell) + blank

    table = [("a", "b", "c"), *rows]
    lines = [separator.join([*map(write, row), *[""] * (2 * empty)]) for row in table]
    text = end.join([*([separator * 4] if empty else []), *lines])
    with TemporaryDirectory() as folder:
        file = Path(folder) / "list.csv"
        file.write_bytes(text.encode(encoding))
        diagnostics = Diagnostics()
        read = read_table(read_text(file), str(file), diagnostics)
    expected = [list(row) for row in rows if any(row)]
    if expected:
        assert read is not None
        assert [[cell.text for cell in row] for row in (read.header, *read.rows)] == [
            ["a", "b", "c"],
            *expected,
        ]
    else:
        assert "a table without rows" in diagnostics.findings[0].message


@given(
    day=st.dates(min_value=date(1000, 1, 1)),
    form=st.sampled_from(
        ["%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%b %d, %Y", "%A, %d %b %Y"]
    ),
)
def test_a_date_is_accepted_as_itself_or_refused_with_all_its_readings(
    day: date, form: str
) -> None:
    text, iso = day.strftime(form), day.isoformat()
    readings = find_date_readings(text)
    assert iso in readings
    assert read_date(text) == (iso if len(readings) == 1 else text)
    assert f"write {' or '.join(readings)}" in explain_date(text)
    is_numeric = form in {"%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y"}
    is_ambiguous = is_numeric and day.day <= 12 and day.day != day.month
    assert len(readings) == (2 if is_ambiguous else 1)


@given(
    number=st.integers(-(10**12), 10**12),
    part=st.text("0123456789", max_size=5),
    marks=st.sampled_from([",.", ".,", " ,", "\u00a0.", "'."]),
)
def test_a_number_is_read_as_itself_or_has_two_readings(number: int, part: str, marks: str) -> None:
    group, point = marks[0], marks[1]
    clean = f"{number}.{part}" if part else str(number)
    grouped = f"{number:,}".replace(",", group)
    readings = find_number_readings(grouped + (point + part if part else ""))
    assert clean in readings
    assert len(readings) == 1 or group in ",." or len(part) == 3


_SUBTAGS = st.from_regex(r"\A[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-[a-z]{5,8})?\Z")


@given(tag=_SUBTAGS, data=st.data())
def test_a_language_tag_has_one_form_whatever_its_case(tag: str, data: st.DataObject) -> None:
    written = "".join(data.draw(st.sampled_from([each, each.upper()])) for each in tag)
    assert check_language(written) == tag
    if "-" in tag:
        with pytest.raises(ValueError, match=re.escape(f"write {tag}")):
            check_language(written.replace("-", "_"))
