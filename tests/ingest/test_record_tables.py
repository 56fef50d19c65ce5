"""Lists in JSON Lines and Parquet: the same facts, and mistakes, as in CSV."""

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest.fact_files import read_and_check
from graph_builder.ingest.quad_builder import compile_facts
from graph_builder.store.serialization import export_groups
from tests.conftest import FACTS, Run

FACT_ROWS = """subject,relation,object,section,modality,from,start,end,anchor
actor:FRA,memberOf,actor:club,row 1,reported,2020-01-31,,,
actor:IND,memberOf,actor:club,row 2,agreed,13/04/2024,3,9,joined
actor:club,establishedOn,10 February 2015,"row 3, so",reported,,,,
"""
ENTITY_ROWS = "id,class,label,label:fr\nactor:club,Network,Club,Cercle\n"
SOURCE = """source: {{id: listed, title: T, publisher: P, address: unknown, date: 2025-03,
  kind: list, language: en, licence: open, verification: dataset}}
lists: [{0}]
"""


def _write(path: Path, table: str) -> None:
    """Write a table in CSV in the format that the name of a file says."""
    rows = [
        {key: text or None for key, text in row.items()}
        for row in csv.DictReader(io.StringIO(table))
    ]
    if path.suffix == ".csv":
        path.write_text(table, encoding="utf-8")
    elif path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        for row in rows:
            row |= {key: int(row[key] or 0) for key in ("start", "end") if row.get(key)}
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _read(folder: Path, lists: str) -> tuple[list[str], bytes]:
    """Return the findings on a folder, or its quads."""
    (folder / "listed.yaml").write_text(SOURCE.format(lists), encoding="utf-8")
    result = read_and_check(folder, registry=FACTS / "registry")
    found = [
        f"{Path(each.file).suffix}:{each.line}:{each.column}: {each.message}"
        for each in sorted(set(result.diagnostics.findings))
    ]
    if found:
        return found, b""
    groups = compile_facts(result.build_fact_base(), load_ontology(), find_data_folder("ontology"))
    return found, b"".join(export_groups(groups, "nq"))


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson", "parquet"])
def test_each_format_states_the_same(suffix: str, tmp_path: Path) -> None:
    graphs = []
    for each in ("csv", suffix):
        folder = tmp_path / f"as {each}"
        folder.mkdir()
        _write(folder / f"things.{each}", ENTITY_ROWS)
        _write(folder / f"facts.{each}", FACT_ROWS)
        graphs.append(_read(folder, f"things.{each}, facts.{each}"))
    assert graphs[0] == graphs[1]
    assert graphs[0][0] == []
    assert b"2024-04-13" in graphs[0][1]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_map_reads_each_format(suffix: str, tmp_path: Path) -> None:
    _write(tmp_path / f"table.{suffix}", "Who,Vote\nFrance,Y\nIndia,N\nEstonia,Y\n")
    mapped = """{file: table.SUFFIX, map: {subject: Who, object: {constant: "actor:club"},
      relation: {column: Vote, values: {Y: memberOf}, skip: [N]}, section: {template: "{Who}"},
      modality: {constant: reported}}}""".replace("SUFFIX", suffix)
    _write(tmp_path / "things.csv", ENTITY_ROWS)
    found, quads = _read(tmp_path, f"things.csv, {mapped}")
    assert found == []
    members = [each for each in quads.split(b"\n") if b"actor/EST>" in each and b"club>" in each]
    assert len(members) == 2
    assert b'"India"' not in quads.replace(b'prefLabel> "India"', b"")


def test_mistakes_are_told_with_their_places(tmp_path: Path) -> None:
    _write(tmp_path / "things.csv", ENTITY_ROWS)
    table = FACT_ROWS.replace("agreed", "agred").replace("club,row 1", "clb,row 1")
    for suffix, lines in {".jsonl": [(1, 1), (2, 1)], ".parquet": [(1, 3), (2, 5)]}.items():
        _write(tmp_path / f"facts{suffix}", table)
        found, _ = _read(tmp_path, f"things.csv, facts{suffix}")
        assert len(found) == 2
        for each, place, message in zip(
            found, lines, ("unknown id 'actor:clb'", "unknown modality 'agred'"), strict=True
        ):
            assert each.startswith(f"{suffix}:{place[0]}:{place[1]}: {message}")
        (tmp_path / f"facts{suffix}").unlink()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"subject": "actor:FRA", "relation": "memberOf"',
            ".jsonl:3:1: not JSON; write an object",
        ),
        ("[1]", ".jsonl:3:1: not an object with keys"),
        (
            '{"subject": ["actor:FRA"]}',
            ".jsonl:3:1: 'subject' is a list; write one record for each",
        ),
        ('{"subjct": "actor:FRA"}', ".jsonl:1:1: unknown column 'subjct'; did you mean subject?"),
    ],
)
def test_lines_that_are_no_records(content: str, message: str, tmp_path: Path) -> None:
    _write(tmp_path / "things.csv", ENTITY_ROWS)
    _write(tmp_path / "facts.jsonl", "\n".join(FACT_ROWS.split("\n")[:3]))
    with (tmp_path / "facts.jsonl").open("a", encoding="utf-8") as file:
        file.write(content + "\n")
    found, _ = _read(tmp_path, "things.csv, facts.jsonl")
    assert any(each.startswith(message) for each in found), found


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "facts.parquet").write_text("subject,relation\n", encoding="utf-8")
    found, _ = _read(tmp_path, "facts.parquet")
    assert found == [".parquet:1:1: the file is not Parquet, or is damaged"]


def test_lines_with_mistakes_are_rejected(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    _write(facts / "things.csv", ENTITY_ROWS)
    _write(facts / "facts.jsonl", FACT_ROWS.replace("agreed", "agred"))
    with (facts / "facts.jsonl").open("a", encoding="utf-8") as file:
        file.write("{\n")
    (facts / "listed.yaml").write_text(SOURCE.format("things.csv, facts.jsonl"), encoding="utf-8")
    files = ("-o", str(tmp_path / "graph.nq"), "--rejected", str(tmp_path / "rejected.csv"))
    assert run("build", "--only", "--facts", str(facts), *files).exit_code == 1
    rows = [*csv.reader((tmp_path / "rejected.csv").read_text(encoding="utf-8").splitlines())]
    assert [row[1] for row in rows] == ["line", "2", "4"]
