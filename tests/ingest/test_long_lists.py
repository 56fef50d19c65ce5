"""Lists that are too long for memory: read in blocks, with the verdicts and quads of short ones."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from graph_builder.core.errors import ReadError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest import located_facts, repeated_keys, text_reader
from graph_builder.ingest.fact_files import read_and_check
from graph_builder.ingest.quad_builder import compile_facts
from graph_builder.store import loading
from graph_builder.store.loading import compile_graph
from graph_builder.store.serialization import export_groups
from tests.conftest import FACTS
from tests.peak_memory import OWN_PEAK

HEAD = "subject,relation,object,section,modality,from,as-of,note\n"
THINGS = """entities:
  - {id: "actor:club", class: Network, label: {en: Club}}
  - {id: "actor:firm", class: Company, label: {en: Firm}}
  - {id: "event:day", class: Event, label: {en: Day}}
  - {id: "instrument:text", class: Declaration, label: {en: Text}}
"""
SOURCE = """source: {id: listed, title: T, publisher: P, address: unknown, date: 2025-03,
  kind: list, language: en, licence: open, verification: dataset}
lists: [LIST]
"""
MAP = """{file: list.csv, map: {subject: Who, relation: {constant: endorsed},
  object: {constant: "instrument:text"}, modality: {constant: agreed},
  from: {column: Day, dates: day-first}}}"""
MEMBERS = "".join(
    f"actor:{code},memberOf,actor:club,row {number},reported,2020-01-31,,\n"
    for number, code in enumerate(("FRA", "DEU", "IND", "BRA", "CAN", "KEN", "JPN", "ITA", "EST"))
)
LISTS = {
    "no mistake": HEAD + MEMBERS,
    "no mistake, other separator": ("sep=;\n" + HEAD + MEMBERS).replace(",", ";"),
    "no mistake, quotation marks": HEAD + MEMBERS + 'actor:USA,memberOf,actor:club,"a, b","agreed",'
    '2021,,"said, ""and"" said\nagain"\n' + MEMBERS.replace("row", "line"),
    "the same again": HEAD + MEMBERS + "actor:FRA,memberOf,actor:club,ROW  0,agreed,2020-01-31,,\n",
    "yes and no": f"{HEAD}{MEMBERS}actor:IND,memberOf,actor:club,last,denied,,,\n",
    "votes": HEAD + MEMBERS + "actor:FRA,votedFor,instrument:text,a,reported,,,\n"
    "actor:IND,votedFor,instrument:text,a,reported,,,\n"
    + MEMBERS.replace("row", "line")
    + "actor:FRA,abstainedOn,instrument:text,b,reported,,,\n",
    "one value": HEAD
    + "event:day,startDate,2024-03-01,a,reported,,,\n"
    + MEMBERS
    + "event:day,startDate,2024-05-01,b,reported,,,\nevent:day,endDate,2024-01-01,c,reported,,,\n"
    "actor:FRA,attended,event:day,d,reported,2021,,\n",
    "a circle": f"{HEAD}actor:club,parentBody,actor:firm,a,reported,,,\n{MEMBERS}"
    "actor:firm,parentBody,actor:club,b,reported,,,\n",
    "values": HEAD + MEMBERS + "actor:FRX,membrOf,actor:clb,,sayd,30.2.2024,2024,\n"
    "event:day,statedParticipantCount,1.234,a,reported,3/4/2025,,me@example.org\n"
    'event:day,statedParticipantCount,"1,234",a,reported,13/04/2024,,+44 20 7946 0958\n',
    "rows of other lengths": HEAD + MEMBERS + "actor:FRA\nactor:FRA,a,b,c,d,e,f,g,h,i\n" + MEMBERS,
    "padded rows": HEAD + MEMBERS.replace("\n", ",,\n"),
    "padded rows, one with a value": HEAD + (MEMBERS + "a,b,c,d,e,f,g,h,i\n").replace("\n", ",,\n"),
    "a column without a name": HEAD.replace("note", "")
    + MEMBERS
    + MEMBERS.replace(",,\n", ",,x\n"),
    "unknown columns": f"subjekt,{HEAD}{MEMBERS}x,,,,,,,,,,,\n",
    "no columns": MEMBERS,
    "no rows": HEAD,
    "an open quotation mark": HEAD + MEMBERS + 'a,"b,c\n' + MEMBERS,
    "text after a quotation mark": HEAD + MEMBERS + 'a,"b"c,d\n' + MEMBERS,
    "a control character": f"{HEAD}{MEMBERS}a\x07,b\n{MEMBERS}",
    "another encoding": f"{HEAD}{MEMBERS}Éire,b\n",
    "nothing": " \n \n",
    "a table that is mapped": "Who,Day\nFrance,13/04/2024\nIndia,\nLand,x\nFrance,13/04/2024\n" * 3,
    "a table whose map is wrong": "Whom,Day\nFrance,13/04/2024\nIndia,,,,\n",
}


@pytest.fixture
def _tiny_limits() -> Iterator[None]:
    """Let lists be long that are not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_reader, "LONG", 0)
        patch.setattr(text_reader, "_BLOCK_SIZE", 150)
        patch.setattr(located_facts, "MAX_FACTS_IN_MEMORY", 3)
        patch.setattr(repeated_keys, "MAX_HASHES_IN_MEMORY", 2)
        yield


def _write(name: str, folder: Path) -> None:
    encoding = "latin-1" if name == "another encoding" else "utf-8"
    (folder / "list.csv").write_bytes(LISTS[name].encode(encoding))
    listed = MAP if "map" in name else "list.csv"
    (folder / "listed.yaml").write_text(SOURCE.replace("LIST", listed), encoding="utf-8")
    (folder / "things.yaml").write_text(THINGS, encoding="utf-8")


def _read(folder: Path) -> tuple[list[str], bytes]:
    """Return the findings on a folder or, if there is none, its quads."""
    result = read_and_check(folder, registry=FACTS / "registry")
    found = sorted(map(str, set(result.diagnostics.findings)))
    if found:
        return found, b""
    groups = compile_facts(result.build_fact_base(), load_ontology(), find_data_folder("ontology"))
    return found, b"".join(export_groups(groups, "nq"))


@pytest.mark.parametrize("name", LISTS)
def test_long_lists_have_the_verdicts_and_quads_of_short_ones(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _write(name, tmp_path)
    expected = _read(tmp_path)
    request.getfixturevalue("_tiny_limits")
    assert _read(tmp_path) == expected
    assert bool(expected[0]) == (not name.startswith("no mistake") and name != "padded rows")


@pytest.mark.usefixtures("_tiny_limits")
def test_facts_without_room_on_the_disk_are_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write("no mistake", tmp_path)
    full = partial(Path("/dev/full").open, "w+b", buffering=0)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(ReadError, match="No space left on device; set TMPDIR to a folder"):
        read_and_check(tmp_path)


@pytest.mark.usefixtures("_tiny_limits")
def test_only_facts_of_long_lists_are_in_a_file(tmp_path: Path) -> None:
    _write("no mistake", tmp_path)
    (facts,) = (each for each in read_and_check(tmp_path).facts.values() if each)
    assert isinstance(facts, located_facts.StoredFacts)
    assert len(facts) == len([*facts]) == MEMBERS.count("\n")
    assert [*facts][4] in facts
    assert [each.location.get_position("object") for each in facts][:2] == [(2, 20), (3, 20)]


def test_a_build_tells_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_TOLD_QUADS", 1_000)
    _write("no mistake", tmp_path)
    told: list[str] = []
    quads = sum(len(each.pairs) for each in compile_graph(tmp_path, only=True, tell=told.append))
    assert told[:2] == ["reading fact files", "checking 9 facts"]
    counts = [int(each.split()[2].replace(",", "")) for each in told[2:]]
    assert quads // 1_200 <= len(counts) <= quads // 1_000 + 1
    assert counts == sorted(counts)


def _measure_memory(rows: int, folder: Path) -> int:
    """Return the kilobytes that a build of so many rows takes at most, in a process of its own."""
    folder.mkdir()
    _write("no mistake", folder)
    with (folder / "list.csv").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(rows):
            file.write(f"actor:FRA,memberOf,actor:club,row {number},reported,2020-01-31,,\n")
    script = (
        "import sys; from graph_builder.cli import aigg;"
        "aigg(sys.argv[1:], standalone_mode=False);"
        f"print({OWN_PEAK})"
    )
    words = ("-q", "build", "--only", "--facts", str(folder), "-o", str(folder / "graph.nq"))
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, check=True, text=True
    )
    assert (folder / "graph.nq").read_bytes().count(b'"row ') == 2 * rows
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")
def test_memory_does_not_grow_with_the_rows_of_a_list(tmp_path: Path) -> None:
    few, many = (_measure_memory(rows, tmp_path / str(rows)) for rows in (20_000, 100_000))
    assert many < 400_000
    assert many < 1.3 * few
