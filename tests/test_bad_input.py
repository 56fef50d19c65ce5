"""Bad fact files: each class of mistake has its sentence, with file, line and column."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import FACTS, Run

SOURCE = """\
source:
  id: my-source
  title: A press release
  publisher: Somebody
  kind: press release
  language: en
  licence: not known
  verification: press
  address: https://example.org/release
  date: "2025-02-11"
facts:
  - subject: event:ai-action-summit-2025
    relation: hasTheme
    object: theme:ai
    section: lead
    modality: reported
"""
FACT_LINE = 12
HEAD = SOURCE[: SOURCE.index("facts:")]


def _changed(old: str, new: str) -> bytes:
    assert old in SOURCE
    return SOURCE.replace(old, new).encode()


CASES = {
    "unknown key": (
        _changed("    section: lead", "    section: lead\n    anchr: x"),
        "16:5: unknown key 'anchr'; did you mean anchor?",
    ),
    "unknown relation": (
        _changed("hasTheme", "hasTeme"),
        "13:15: unknown relation 'hasTeme'; did you mean hasTheme",
    ),
    "unknown id": (
        _changed("theme:ai", "theme:ai-governence"),
        "14:13: unknown id 'theme:ai-governence'; did you mean theme:ai-governance",
    ),
    "unknown country code": (
        _changed("event:ai-action-summit-2025", "actor:FRN"),
        "12:14: unknown country code 'FRN'",
    ),
    "NO for Norway": (
        _changed("event:ai-action-summit-2025", "NO"),
        "12:14: 'NO' is no id; Norway is actor:NOR",
    ),
    "NO as an object": (
        _changed("theme:ai", "NO"),
        "14:13: 'NO' is no id; Norway is actor:NOR",
    ),
    "two-letter code": (
        _changed("event:ai-action-summit-2025", "actor:NO"),
        "12:14: 'NO' is no id; Norway is actor:NOR",
    ),
    "duplicate key": (
        _changed("    section: lead", "    section: lead\n    section: body"),
        "16:5: the key 'section' stands twice (first in line 15)",
    ),
    "duplicate id": (
        (SOURCE + "entities:\n" + "  - {id: place:x, class: Place, label: {en: X}}\n" * 2).encode(),
        "19:10: the id 'place:x' stands twice (first in FILE:18)",
    ),
    "id of the registry again": (
        (SOURCE + "entities:\n  - {id: place:paris, class: Place, label: {en: X}}\n").encode(),
        "18:10: the id 'place:paris' stands twice",
    ),
    "duplicate source id": (
        _changed("my-source", "india-france-roundtable-2025"),
        "2:7: the source id 'india-france-roundtable-2025' stands in",
    ),
    "duplicate fact": (
        (SOURCE + SOURCE[SOURCE.index("  - subject") :]).encode(),
        "17:5: the same fact as in FILE:12",
    ),
    "impossible date": (
        _changed('date: "2025-02-11"', 'date: "2025-02-30"'),
        "10:9: there is no date 2025-02-30",
    ),
    "impossible date as object": (
        _changed("hasTheme\n    object: theme:ai", 'startDate\n    object: "2025-02-30"'),
        "14:13: there is no date 2025-02-30",
    ),
    "no date": (
        _changed("hasTheme\n    object: theme:ai", "startDate\n    object: soon"),
        "14:13: 'soon' is no date; write 2025-02-10, 2025-02 or 2025",
    ),
    "tab": (
        _changed("    section: lead", "\tsection: lead"),
        "15:1: a tab; YAML is indented by spaces",
    ),
    "byte order mark": (
        b"\xef\xbb\xbf" + SOURCE.encode(),
        "1:1: the file begins with a byte order mark; save it as UTF-8 without one",
    ),
    "latin-1": (
        _changed("Somebody", "Ministère").decode().encode("latin-1"),
        "4:20: byte 0xe8 is not UTF-8; save the file as UTF-8",
    ),
    "20 MB scalar": (
        _changed("A press release", "x" * 20_000_000),
        "1:1: the file has 20.0 MB, a .yaml file holds at most 1 MB; put long lists into a CSV",
    ),
    "long scalar": (
        _changed("A press release", "x" * 20_000),
        "3:10: title is longer than 10000 characters",
    ),
    "anchor": (
        _changed("title: A press release", "title: &a A press release"),
        "3:10: the anchor &a; write the values out where they belong",
    ),
    "alias": (
        _changed("publisher: Somebody", "publisher: *a"),
        "4:14: the alias *a; write the value out, nothing is reused",
    ),
    "tag": (
        _changed("A press release", "!!python/object:os.system x"),
        "3:10: a tag (!); plain words and numbers are all a fact file needs",
    ),
    "nesting": (("source: " + "{a: " * 2000).encode(), "nested more than 8 deep"),
    "empty file": (b"", "1:1: the file is empty; a fact file holds a source, entities or facts"),
    "only a comment": (b"# nothing\n", "the file is empty; a fact file holds a source"),
    "second document": (SOURCE.encode() + b"---\na: b\n", "17:1: a second document"),
    "not YAML": (_changed("title: A", "title: [A"), "not YAML: "),
    "a list at the top": (b"- a\n", "1:1: this must be keys with values"),
    "missing source": (
        SOURCE[SOURCE.index("facts:") :].encode(),
        "1:1: facts without a source; say under 'source:' who states them",
    ),
    "nothing in it": (b"facts: []\n", "1:1: neither a source nor entities"),
    "missing key": (_changed("  title: A press release\n", ""), "2:3: title is missing"),
    "missing key of a fact": (_changed("    section: lead\n", ""), "12:5: section is missing"),
    "unknown modality": (
        _changed("modality: reported", "modality: reportd"),
        "16:15: unknown modality 'reportd'; did you mean reported?",
    ),
    "wrong class": (
        _changed("theme:ai", "place:paris"),
        "14:13: place:paris is a Place; the object of 'hasTheme' is a PolicyTheme",
    ),
    "wrong subject": (
        _changed("event:ai-action-summit-2025", "place:paris"),
        "12:14: place:paris is a Place; the subject of 'hasTheme' is",
    ),
    "unknown class": (
        (SOURCE + "entities:\n  - {id: place:x, class: Plaice, label: {en: X}}\n").encode(),
        "18:26: unknown class 'Plaice'; did you mean Place?",
    ),
    "declared country": (
        (SOURCE + "entities:\n  - {id: actor:KEN, class: Country, label: {en: X}}\n").encode(),
        "18:10: countries need no declaration; actor:KEN is Kenya",
    ),
    "kind that does not fit": (
        (SOURCE + "entities:\n  - {id: event:x, class: Place, label: {en: X}}\n").encode(),
        "18:10: a Place has no id of the kind 'event'",
    ),
    "span the wrong way round": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: 9\n    end: 4"),
        "12:5: the span ends at 4, before it starts at 9",
    ),
    "not a number": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: ten\n    end: 40"),
        "17:12: start must be a whole number (not 'ten')",
    ),
    "inferred without a reason": (
        _changed("modality: reported", "modality: presupposed\n    basis: inferred"),
        "12:5: a fact whose basis is inferred needs a reason",
    ),
    "web address": (
        _changed("address: https://example.org/release", "address: javascript:alert(1)"),
        "9:12: 'javascript:alert(1)' is no web address",
    ),
    "missing list": (
        (HEAD + "lists: [../../secret.csv]\n").encode(),
        "11:9: no list '../../secret.csv' in the folder",
    ),
    "no date of the source": (_changed('  date: "2025-02-11"\n', ""), "2:3: date is missing"),
    "no address of the source": (
        _changed("  address: https://example.org/release\n", ""),
        "2:3: address is missing",
    ),
    "a language where there are no words": (
        _changed("    section: lead", "    section: lead\n    language: fr"),
        "16:15: 'hasTheme' leads to no words in a language",
    ),
    "a language that is none": (
        _changed("    section: lead", "    section: lead\n    language: French"),
        "16:15: 'French' is no language tag",
    ),
    "more than the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, count: 0}]\nfacts:"),
        "11:39: hasTheme: 0 must be here, but 1 are",
    ),
    "less than the source must hold": (
        _changed(
            "facts:",
            "  holds:\n    - {relation: hasTheme, class: Event, count: 2}\nfacts:",
        ),
        "12:49: hasTheme: 2 must be here, but 1 are",
    ),
    "an unknown relation in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTeme, count: 1}]\nfacts:"),
        "11:22: unknown relation 'hasTeme'; did you mean hasTheme",
    ),
    "an unknown class in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, class: Evnt, count: 1}]\nfacts:"),
        "11:39: unknown class 'Evnt'; did you mean Event",
    ),
    "a count below nothing": (
        _changed("facts:", "  holds: [{relation: hasTheme, count: -1}]\nfacts:"),
        "11:39: count must be at least 0",
    ),
    "an unknown key in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, cont: 1, count: 1}]\nfacts:"),
        "11:32: unknown key 'cont'; did you mean count?",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_gets_one_sentence_that_says_where(name: str, tmp_path: Path, run: Run) -> None:
    data, message = CASES[name]
    file = tmp_path / "mistake.yaml"
    file.write_bytes(data)
    result = run("check", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{file}:" in result.stderr
    assert message.replace("FILE", str(file)) in result.stderr
    assert len(result.stderr.strip().split("\n")) == 1


def test_all_findings_of_all_files_come_in_one_go(tmp_path: Path, run: Run) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(FACTS, facts)
    mistakes = {b"hasTheme": b"x", b"theme:ai": b"theme:y", b"A press release": b"''"}
    data = SOURCE.encode()
    for old, new in mistakes.items():
        data = data.replace(old, new)
    (facts / "one.yaml").write_bytes(data)
    (facts / "two.yaml").write_bytes(
        SOURCE.replace("my-source", "other")
        .replace("kind:", "knd:")
        .replace("reported", "x")
        .encode()
    )
    result = run("build", "--facts", facts, "-o", tmp_path / "out.ttl")
    assert result.exit_code == 2
    where = [line.removeprefix(f"{facts}/").split(": ")[0] for line in result.stderr.split("\n")]
    assert where[:-1] == [
        "one.yaml:3:10",
        "one.yaml:13:15",
        "two.yaml:2:3",
        "two.yaml:5:3",
        "two.yaml:16:15",
    ]
    assert not (tmp_path / "out.ttl").exists()


def test_a_file_that_cannot_be_read_hides_no_finding_of_another(tmp_path: Path, run: Run) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(FACTS, facts)
    (facts / "one.yaml").write_bytes(CASES["byte order mark"][0])
    (facts / "two.yaml").write_bytes(CASES["missing key"][0])
    result = run("build", "--facts", facts)
    where = [line.removeprefix(f"{facts}/").split(": ")[0] for line in result.stderr.split("\n")]
    assert where[:-1] == ["one.yaml:1:1", "two.yaml:2:3"]


def _with_list(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "list.csv").write_bytes(data)
    file = tmp_path / "source.yaml"
    file.write_text(HEAD + "lists: [list.csv]\n", encoding="utf-8")
    return file


COLUMNS = b"subject,relation,object,section,modality,note\n"
ROW = b"event:ai-action-summit-2025,hasTheme,theme:ai,lead,reported,\n"
LISTS = {
    "unknown relation": (ROW.replace(b"hasTheme", b"hasTeme"), "2:29: unknown relation 'hasTeme'"),
    "behind a quoted field of two lines": (
        ROW.replace(b"reported,", b'reported,"two\nlines"') + ROW.replace(b"theme:ai", b"theme:x"),
        "4:38: unknown id 'theme:x'",
    ),
    "too few fields": (b"event:x,hasTheme\n", "2:1: 2 fields, where the first line names 6"),
    "open quote": (b'"event:x,hasTheme\n', "2:1: not CSV: "),
    "latin-1": (ROW + "é".encode("latin-1"), "3:1: byte 0xe9 is not UTF-8"),
    "duplicate row": (ROW + ROW, "3:1: the same fact as in LIST:2"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_mistake_in_a_list_is_found_in_its_row_and_column(
    name: str, tmp_path: Path, run: Run
) -> None:
    data, message = LISTS[name]
    result = run("check", _with_list(tmp_path, COLUMNS + data))
    assert result.exit_code == 2
    csv_file = str(tmp_path / "list.csv")
    assert f"{csv_file}:{message.replace('LIST', csv_file)}" in result.stderr


def test_a_column_twice_and_an_unknown_one_are_findings(tmp_path: Path, run: Run) -> None:
    twice = run("check", _with_list(tmp_path, b"subject,subject\nx,y\n"))
    assert "list.csv:1:9: the column 'subject' stands twice" in twice.stderr
    unknown = run(
        "check", _with_list(tmp_path, COLUMNS.replace(b"note", b"nte") + ROW[:-1] + b"x\n")
    )
    assert "list.csv:2:61: unknown key 'nte'; did you mean note?" in unknown.stderr


def test_a_good_file_is_said_to_be_good(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(SOURCE, encoding="utf-8")
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}: 1 fact, nothing to mend\n")


def test_a_file_or_source_that_is_not_there(run: Run, tmp_path: Path) -> None:
    missing = run("check", tmp_path / "missing.yaml")
    assert missing.exit_code == 2
    assert missing.stderr == f"{tmp_path / 'missing.yaml'}: No such file or directory\n"
    unknown = run("check", "india-france-roundtable-2052")
    assert unknown.exit_code == 2
    assert "did you mean india-france-roundtable-2025?" in unknown.stderr
