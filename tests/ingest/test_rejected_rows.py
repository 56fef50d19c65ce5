"""Rows with mistakes are left out of a build and written to a file, each with the reason."""

import csv
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph_builder.ingest import located_facts, text_reader
from tests.conftest import Run

HEAD = "subject,relation,object,section,modality,from\n"
GOOD = "actor:FRA,memberOf,actor:club,a,reported,2020\nactor:IND,memberOf,actor:club,b,reported,\n"
BAD = """actor:FRX,memberOf,actor:club,c,reportd,
actor:FRA,memberOf,actor:club,A,reported,2020
actor:BRA,memberOf,actor:club,"d, e",reported,2020-02-30
"""
SOURCE = """source: {id: listed, title: T, publisher: P, address: unknown, date: 2025-03,
  kind: list, language: en, licence: open, verification: dataset,
  holds: [{relation: memberOf, count: 2}]}
entities: [{id: "actor:club", class: Network, label: {en: Club}}]
lists: [list.csv]
"""


def _build(run: Run, folder: Path, text: str, *, source: str = SOURCE) -> tuple[int, str]:
    """Build a list without its mistakes; return the exit code and what is said."""
    (folder / "facts").mkdir(exist_ok=True)
    (folder / "facts" / "listed.yaml").write_text(source, encoding="utf-8")
    (folder / "facts" / "list.csv").write_text(text, encoding="utf-8")
    files = ("-o", str(folder / "graph.nq"), "--rejected", str(folder / "rejected.csv"))
    done = run("build", "--only", "--facts", str(folder / "facts"), *files)
    return done.exit_code, done.stderr


@pytest.mark.parametrize("is_long", [False, True])
def test_rows_with_mistakes_are_left_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_long: bool
) -> None:
    if is_long:
        monkeypatch.setattr(text_reader, "LONG", 0)
        monkeypatch.setattr(located_facts, "MAX_FACTS_IN_MEMORY", 1)
    assert _build(run, tmp_path, HEAD + GOOD)[0] == 0
    expected = (tmp_path / "graph.nq").read_bytes()
    (tmp_path / "graph.nq").unlink()
    assert (tmp_path / "rejected.csv").read_text(encoding="utf-8").count("\n") == 1

    code, said = _build(run, tmp_path, HEAD + GOOD + BAD)
    assert code == 1
    assert "rejected.csv: 3 rejected rows" in said
    assert (tmp_path / "graph.nq").read_bytes() == expected
    file = str(tmp_path / "facts" / "list.csv")
    lines = (tmp_path / "rejected.csv").read_text(encoding="utf-8").splitlines()
    columns, *rows = csv.reader(lines)
    assert columns == ["file", "line", "column", "reason", "row"]
    places = [("4", "1"), ("4", "33"), ("5", "1"), ("6", "47")]
    assert [(row[1], row[2]) for row in rows] == places
    assert {row[0] for row in rows} == {file}
    assert rows[2][3] == f"this fact is already in {file}:2; delete one of the two"
    assert [row[4] for row in rows[1:]] == BAD.splitlines()


def test_what_depends_on_a_rejected_row_is_rejected_too(run: Run, tmp_path: Path) -> None:
    things = "id,class,label\nactor:one,Network,One\nactor:two,Networ,Two\n"
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "things.csv").write_text(things, encoding="utf-8")
    members = "actor:IND,memberOf,actor:one,a,reported,\nactor:IND,memberOf,actor:two,a,reported,\n"
    source = SOURCE.replace("[list.csv]", "[things.csv, list.csv]").replace("count: 2", "count: 7")
    code, _ = _build(run, tmp_path, HEAD + members, source=source)
    assert code == 1
    rejected = (tmp_path / "rejected.csv").read_text(encoding="utf-8")
    assert "unknown class 'Networ'" in rejected
    assert "unknown id 'actor:two'" in rejected
    graph = parse(path=tmp_path / "graph.nq", format=RdfFormat.N_QUADS)
    assert not any("actor/two>" in str(quad) for quad in graph)


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        (HEAD + BAD, SOURCE.replace("kind: list", "kind:"), "kind is missing"),
        ("subjet,relation\n" + GOOD, SOURCE, "unknown column 'subjet'"),
        (HEAD + GOOD + 'a,"b\n', SOURCE, "a quotation mark is opened and never closed"),
        (HEAD + GOOD, SOURCE.replace("count: 2", "count: 3"), "expected 3, found 2"),
        (HEAD + BAD.splitlines()[0], SOURCE, "a table without rows below its first"),
    ],
)
def test_mistakes_elsewhere_end_the_build(
    text: str, source: str, message: str, run: Run, tmp_path: Path
) -> None:
    code, said = _build(run, tmp_path, text, source=source)
    assert code == 2
    assert message in said
    assert not (tmp_path / "graph.nq").exists()
    assert not (tmp_path / "rejected.csv").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("facts/list.csv", "already exists and holds no rejected rows; name another file"),
        ("facts/listed.yaml", "already exists and holds no rejected rows; name another file"),
        ("none/rejected.csv", "there is no folder"),
        ("facts", "this is a folder; name a file"),
        ("graph.nq", "--rejected and --output name the same file"),
    ],
)
def test_no_other_file_is_written_over_and_nothing_is_built_without_it(
    name: str, message: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "listed.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "facts" / "list.csv").write_text(HEAD + GOOD + BAD, encoding="utf-8")
    files = ("-o", str(tmp_path / "graph.nq"), "--rejected", str(tmp_path / name))
    done = run("build", "--only", "--facts", str(tmp_path / "facts"), *files)
    assert done.exit_code == 2
    assert message in done.stderr
    assert (tmp_path / "facts" / "list.csv").read_text(encoding="utf-8") == HEAD + GOOD + BAD
    assert not (tmp_path / "graph.nq").exists()


def test_rejected_rows_of_the_last_build_are_replaced(run: Run, tmp_path: Path) -> None:
    assert _build(run, tmp_path, HEAD + GOOD + BAD)[0] == 1
    assert _build(run, tmp_path, HEAD + GOOD)[0] == 0
    assert (tmp_path / "rejected.csv").read_text(encoding="utf-8").count("\n") == 1
