"""Maps of tables that are not ours: columns become facts, and each mistake is told at its place."""

from pathlib import Path

import pytest

from graph_builder.core.ontology import load_ontology
from graph_builder.ingest.fact_file_reader import ReadResult, read_fact_files
from graph_builder.ingest.map_scaffold import guess_columns
from graph_builder.ingest.name_resolution import resolve_names
from tests.conftest import Run
from tests.ingest.test_fact_file_errors import HEAD

TABLE = """\
Country;Code;Day;Backs it?;Remark
United Kingdom;GBR;01/11/2023;Yes;-
France;FRA;02/11/2023;No;no reply
UK;GBR;13/11/2023;YES;late
"""
MAP = """\
lists:
  - file: table.csv
    map:
      subject: Country
      relation: {column: Backs it?, values: {"Yes": endorsed}, skip: ["No"]}
      object: {constant: instrument:bletchley-declaration}
      modality: {constant: agreed}
      from: {column: Day, dates: day-first}
      note: {column: Remark, empty: ["-"]}
"""
LINE = HEAD.count("\n") + 1


def _read(folder: Path, written: str, table: str = TABLE) -> ReadResult:
    (folder / "table.csv").write_text(table, encoding="utf-8")
    (folder / "map.yaml").write_text(HEAD + written, encoding="utf-8")
    result = read_fact_files([folder / "map.yaml"])
    result.diagnostics.findings += resolve_names(result, load_ontology()).findings
    return result


def _list_facts(result: ReadResult) -> list[dict[str, str]]:
    return [
        each.record.model_dump(by_alias=True, exclude_none=True)
        for facts in result.facts.values()
        for each in facts
    ]


def _list_messages(result: ReadResult) -> list[str]:
    return [
        f"{Path(each.file).name}:{each.line}:{each.column}: {each.message}"
        for each in sorted(result.diagnostics.findings)
    ]


def test_rows_become_facts_by_the_map(tmp_path: Path) -> None:
    result = _read(tmp_path, MAP)
    assert _list_messages(result) == []
    same = {
        "subject": "actor:GBR",
        "relation": "endorsed",
        "object": "instrument:bletchley-declaration",
        "modality": "agreed",
    }
    assert _list_facts(result) == [
        same | {"section": "line 2", "from": "2023-11-01"},
        same | {"section": "line 4", "from": "2023-11-13", "note": "late"},
    ]
    assert [each.facts for each in result.documents.values()] == list(result.facts.values())


def test_a_template_joins_columns_and_makes_ids(tmp_path: Path) -> None:
    entities = """\
lists:
  - file: table.csv
    map: {id: {template: "actor:{Country} office"}, class: {constant: Institution}, label: Country}
  - file: table.csv
    map:
      subject: {template: "actor:{Code}"}
      relation: {constant: memberOf}
      object: {template: "actor:{Code}-{Remark}"}
      section: {template: "row of {Country}, {Day}"}
      modality: {constant: reported}
"""
    result = _read(tmp_path, entities, "\n".join(TABLE.splitlines()[:2]).replace(";-", ";x"))
    assert _list_messages(result) == []
    entity = result.entities[0].record
    assert (entity.id, entity.label) == (
        "actor:united-kingdom-office",
        {"en": "United Kingdom"},
    )
    fact = _list_facts(result)[0]
    assert (fact["subject"], fact["object"]) == ("actor:GBR", "actor:GBR-x")
    assert fact["section"] == "row of United Kingdom, 01/11/2023"


MISTAKES = {
    "unknown column": (
        ("subject: Country", "subject: Contry"),
        f"map.yaml:{LINE + 3}:16: the table has no column 'Contry'; did you mean Country?",
    ),
    "constant as a column": (
        ("{constant: agreed}", "agreed"),
        f"map.yaml:{LINE + 6}:17: the table has no column 'agreed'; for a fixed value write {{con",
    ),
    "unknown key": (
        ("subject:", "subjct:"),
        f"map.yaml:{LINE + 3}:7: unknown key 'subjct'; did you mean subject?",
    ),
    "source": (("note:", "source:"), "unknown key 'source'; the source of all rows stands under"),
    "date": (("from:", "date:"), "unknown key 'date'; write from, to or as-of"),
    "missing": (
        ("      subject: Country\n", ""),
        "a constant; the table has 'Backs it?', 'Code', 'Country', 'Day' and 'Remark'",
    ),
    "empty": (
        ("subject: Country", "subject:"),
        f"map.yaml:{LINE + 3}:15: subject is missing; name its column, or write {{constant: …}}",
    ),
    "two ways": (
        ("{constant: agreed}", "{constant: agreed, column: Code}"),
        f"map.yaml:{LINE + 6}:17: write one of column, constant and template",
    ),
    "template without a column": (
        ("{constant: agreed}", "{template: agreed}"),
        "a template without a column in braces; write constant instead",
    ),
    "all rows skipped": (('["No"]', '["No", "yes"]'), "the map skips all rows of the table"),
    "no table": (("file: table.csv", "file: tabel.csv"), "did you mean table.csv?"),
    "ambiguous date": (
        (", dates: day-first", ""),
        "table.csv:2:20: '01/11/2023' is 11 January 2023 or 1 November 2023; write",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_map_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    (old, new), message = MISTAKES[name]
    messages = _list_messages(_read(tmp_path, MAP.replace(old, new)))
    assert any(message in each for each in messages), messages


def test_a_name_of_several_things_is_refused_with_all(tmp_path: Path) -> None:
    table = TABLE.replace("United Kingdom", "Twin")
    both = "".join(
        f"  - {{id: actor:{name}, class: Institution, label: {{{tag}: Twin}}}}\n"
        for name, tag in (("one", "en"), ("two", "fr"))
    )
    messages = _list_messages(_read(tmp_path, f"{MAP}entities:\n{both}", table))
    assert messages == [
        "table.csv:2:1: 'Twin' may be actor:one or actor:two; write which under values in the map"
    ]


@pytest.mark.slow
def test_check_and_build_read_another_table_by_the_same_map(tmp_path: Path, run: Run) -> None:
    (tmp_path / "other").mkdir()
    table = tmp_path / "other" / "new.csv"
    table.write_text(TABLE, encoding="utf-8")
    file = tmp_path / "map.yaml"
    file.write_text(HEAD + MAP.replace("file: table.csv\n    map", "map"), encoding="utf-8")
    checked = run("check", table, "--map", file)
    assert (checked.exit_code, checked.stdout.count("2 facts")) == (0, 1), checked.stderr
    built = run("build", "--facts", table, "--map", file, "--only")
    assert "instrument:bletchley-declaration" in built.stdout
    assert "file is missing; name the table" in run("check", file).stderr
    assert "a table is read by a map; give" in run("build", "--facts", table).stderr


@pytest.mark.slow
def test_a_first_map_is_written_from_a_table(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    words = [f"--{key}=x" for key in ("title", "publisher", "kind", "licence")]
    more = ("--language=en", "--verification=dataset", "--address=unknown", "--date=2023")
    assert run("new", "my-source", "--from", table, *words, *more).exit_code == 0
    file = tmp_path / "my-source.yaml"
    written = file.read_text(encoding="utf-8")
    assert "    # Country: United Kingdom, France, UK\n" in written
    told = run("check", file).stderr.replace(f"{file}:", "").splitlines()
    assert [line.partition(": ")[2].partition(";")[0] for line in told] == [
        "relation is missing",
        "object is missing",
    ]
    lines = written.splitlines()
    assert [lines[int(line.partition(":")[0]) - 1].strip() for line in told] == [
        "relation:",
        "object:",
    ]


def test_the_column_of_a_key_is_guessed_by_its_name() -> None:
    assert guess_columns(["Member State", "Date of signature", "Treaty", "URL", "x"]) == {
        "subject": "Member State",
        "object": "Treaty",
        "from": "Date of signature",
        "note": "URL",
    }
