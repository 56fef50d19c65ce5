"""Tables for people: they fit the terminal, and no line breaks inside a word."""

import pytest

from graph_builder.query.text_table import TextTable, format_table

IRI = "https://w3id.org/aigg/instrument/framework-convention-on-artificial-intelligence-of-europe"
COMMA = "\uff0c"
SENTENCE = "Statement on Inclusive and Sustainable Artificial Intelligence for People and Planet"


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def _lines(columns: list[str], *cells: list[str], extension: str = "table") -> list[str]:
    return format_table(TextTable(columns, cells), extension).splitlines()


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 9, 14])
@pytest.mark.parametrize("value", [SENTENCE, "well-known self-assessment " * 6, "a " * 90, "x"])
@pytest.mark.parametrize("columns", ["", "40", "60", "120"])
def test_a_table_fits_and_keeps_words_whole(
    number: int, value: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    names = [f"column{n}" for n in range(number)]
    lines = _lines(names, [value] * number, [f"{value} {value}"] * number)
    assert max(map(len, lines)) <= int(columns or 80)
    shown = " ".join(lines).replace("\u2500", " ").split()
    assert set(shown) - {"2", "rows"} == {*names, *value.split()}


def test_what_is_longer_than_a_line_stays_whole() -> None:
    lines = _lines(["thing", "kind"], [IRI, "text"], [SENTENCE, "text"], ["x", "y"])
    assert lines == [
        f"thing  {IRI}",
        "kind   text",
        "",
        "thing  Statement on Inclusive and Sustainable Artificial Intelligence for People",
        "       and Planet",
        "kind   text",
        "",
        *("thing  x", "kind   y", "", "3 rows"),
    ]


def test_columns_that_are_always_empty_are_left_out_and_named() -> None:
    assert _lines(["a", "b", "c"], ["1", "", ""], ["2", "", "x"]) == [
        *("a  c", "─  ─", "1", "2  x", "", "empty in every row: b", "2 rows")
    ]
    assert _lines(["a", "b_"], ["1", ""], extension="md") == [
        *("| a |", "| --- |", "| 1 |", "", "empty in every row: b\\_")
    ]


@pytest.mark.parametrize("extension", ["table", "md"])
def test_a_table_without_rows_is_their_number(extension: str) -> None:
    assert _lines(["a", "b"], extension=extension) == ["0 rows"]
    assert _lines(["a", "b"], ["", ""], extension="table")[-1] == "1 row"


def test_scripts_without_spaces_break_between_characters_and_korean_between_words() -> None:
    title, korean = f"关于人工智能伦理的建议书{COMMA}" * 8, "인공지능 기본법 " * 12
    lines = _lines(["title", "name"], [title, korean])[2:-2]
    halves = [line.partition("  ") for line in lines]
    assert "".join(half.strip() for half, _, _ in halves) == title
    assert not any(half.startswith(COMMA) for half, _, _ in halves)
    assert " ".join(half.strip() for _, _, half in halves).split() == korean.split()
    assert all(2 * len(first.strip()) + len(rest) <= 80 for first, _, rest in halves)
