"""Bad folders and lists: findings of all files in one go, none twice, none for want of another."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core.similarity import NameIndex
from tests.conftest import FACTS, Run
from tests.facts_sample import sample_facts
from tests.ingest.test_fact_file_errors import CASES, HEAD, SOURCE


def test_all_findings_of_all_files_come_in_one_go(tmp_path: Path, run: Run) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(sample_facts(), facts)
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
    result = run("build", "--facts", facts, "--only", "-o", tmp_path / "out.ttl")
    assert result.exit_code == 2
    where = [line.removeprefix(f"{facts}/").split(": ")[0] for line in result.stderr.split("\n")]
    assert where[:-1] == [
        "one.yaml:3:10",
        "one.yaml:13:15",
        "one.yaml:14:13",
        "two.yaml:2:3",
        "two.yaml:5:3",
        "two.yaml:16:15",
    ]
    assert not (tmp_path / "out.ttl").exists()


def test_a_file_that_cannot_be_read_hides_no_finding_of_another(tmp_path: Path, run: Run) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(sample_facts(), facts)
    (facts / "one.yaml").write_bytes(CASES["latin-1"][0])
    (facts / "two.yaml").write_bytes(CASES["missing key"][0])
    result = run("build", "--facts", facts, "--only")
    where = [line.removeprefix(f"{facts}/").split(": ")[0] for line in result.stderr.split("\n")]
    assert where[:-1] == ["one.yaml:4:20", "two.yaml:2:3"]


def _with_list(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "list.csv").write_bytes(data)
    file = tmp_path / "source.yaml"
    file.write_text(HEAD + "lists: [list.csv]\n", encoding="utf-8")
    return file


COLUMNS = b"subject,relation,object,section,modality,note\n"
ROW = b"event:ai-action-summit-2025,hasTheme,theme:ai,lead,reported,\n"
LISTS = {
    "unknown relation": (
        ROW.replace(b"hasTheme", b"hasTeme"),
        "2:29: unknown relation 'hasTeme'",
    ),
    "behind a quoted field of two lines": (
        ROW.replace(b"reported,", b'reported,"two\nlines"') + ROW.replace(b"theme:ai", b"theme:x"),
        "4:38: unknown id 'theme:x'",
    ),
    "too few fields": (b"event:x,hasTheme\n", "2:1: 2 fields, but the first line names 6"),
    "open quote": (b'"event:x,hasTheme\n', "2:1: not CSV: "),
    "latin-1": (ROW + "é".encode("latin-1"), "3:1: byte 0xe9 is not UTF-8"),
    "duplicate row": (ROW + ROW, "3:1: this fact is already in LIST:2"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_mistake_in_a_list_is_found_in_its_row_and_column(
    name: str, tmp_path: Path, run: Run
) -> None:
    data, message = LISTS[name]
    result = run("check", _with_list(tmp_path, COLUMNS + data), "--only")
    assert result.exit_code == 2
    csv_file = str(tmp_path / "list.csv")
    assert f"{csv_file}:{message.replace('LIST', csv_file)}" in result.stderr


def test_rows_with_the_same_mistake_are_told_in_one_line(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparisons = []
    compare = NameIndex.find_best_matches

    def count(index: NameIndex[str], *query: Any) -> list[tuple[float, str]]:
        comparisons.append(query)
        return compare(index, *query)

    monkeypatch.setattr(NameIndex, "find_best_matches", count)
    rows = b"".join(ROW.replace(b"lead", b"%d" % number) for number in range(1500))
    # A word that no other test misspells so, since what was looked for once is remembered.
    wrong = rows.replace(b"theme:ai", b"theme:ai-governence").replace(b"hasTheme", b"hasThemme")
    lines = run("check", _with_list(tmp_path, COLUMNS + wrong)).stderr.splitlines()
    places = "(in 1,500 rows: lines 2, 3, 4 and 1,497 more)"
    same = (
        "theme:ai-governence'; did you mean theme:ai-governance? If not, declare it under entities"
    )
    assert [line.partition("list.csv:")[2] for line in lines] == [
        f"2:29: unknown relation 'hasThemme'; did you mean hasTheme? {places}",
        f"2:39: unknown id '{same} {places}",
    ]
    assert len(set(comparisons)) == 2
    assert len(comparisons) < 10


def test_a_column_twice_and_an_unknown_one_are_findings(tmp_path: Path, run: Run) -> None:
    twice = run("check", _with_list(tmp_path, b"subject,subject\nx,y\n"))
    assert "list.csv:1:9: the column 'subject' appears twice" in twice.stderr


HEADERS = {
    "unknown column": (b"note", b"nte", ["1:42: unknown column 'nte'; did you mean note?"]),
    "no name": (
        b"section,",
        b",",
        [
            "1:1: the column section is missing",
            "1:25: column D has no name, but values such as 'lead' in line 2; name it or delete it",
        ],
    ),
    "missing columns": (
        b"section,modality",
        b"a,b",
        [
            "1:1: the columns section and modality are missing",
            "1:25: unknown column 'a'",
            "1:27: unknown column 'b'",
        ],
    ),
    "semicolons": (
        b",",
        b";",
        ["2:1: 1 field, but", "3:1: 1 field, but the first line names 6 columns; separate"],
    ),
    "no columns": (COLUMNS, b"", ["1:1: the first line names no columns; begin it with subject,"]),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_wrong_header_is_told_once_and_not_row_by_row(
    name: str, tmp_path: Path, run: Run
) -> None:
    old, new, messages = HEADERS[name]
    result = run(
        "check",
        _with_list(tmp_path, COLUMNS.replace(old, new) + ROW + ROW.replace(b"lead", b"body")),
    )
    lines = result.stderr.splitlines()
    assert result.exit_code == 2
    for line, message in zip(lines, messages, strict=True):
        assert line.startswith(f"{tmp_path / 'list.csv'}:{message}")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "more.yml",
            SOURCE.encode(),
            "the name of a fact file must end in .yaml; rename",
        ),
        ("stray.csv", COLUMNS + ROW, "no fact file uses this list; add its name under"),
    ],
)
def test_a_file_that_would_be_passed_over_is_a_finding(
    name: str, data: bytes, message: str, tmp_path: Path, run: Run
) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(sample_facts(), facts)
    (facts / name).write_bytes(data)
    result = run("build", "--facts", facts, "--only")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{facts / name}:1:1: {message}")
    assert result.stderr.count("\n") == 1


def test_a_folder_without_fact_files_is_no_folder_of_facts(tmp_path: Path, run: Run) -> None:
    result = run("build", "--facts", tmp_path)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{tmp_path}: contains no fact file (a file whose name ends in .yaml)\n",
    )


def test_one_unreadable_file_stops_no_check_of_another(tmp_path: Path, run: Run) -> None:
    """Ids that the unreadable file may declare are left alone, all else is looked up."""
    facts = tmp_path / "facts"
    shutil.copytree(sample_facts(), facts)
    (facts / "one.yaml").write_bytes(b"entities: [")
    two = (
        SOURCE.replace("hasTheme", "hasTeme")
        .replace("event:ai", "event:x")
        .replace("theme:ai", "sector:q")
    )
    (facts / "two.yaml").write_text(two, encoding="utf-8")
    lines = run("build", "--facts", facts, "--only").stderr.replace(f"{facts}/", "").splitlines()
    assert [line.split(": ")[1].split(";")[0] for line in lines] == [
        "not YAML",
        "unknown relation 'hasTeme'",
        "unknown id 'sector:q'",
    ]
    (facts / "two.yaml").write_text(two.replace("hasTeme", "hasTheme"), encoding="utf-8")
    lines = run("build", "--facts", facts, "--only").stderr.splitlines()
    assert "unknown id 'sector:q'" in lines[1]
    assert len(lines) == 2


def test_a_key_twice_hides_nothing_else(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "twice.yaml"
    text = SOURCE.replace("  kind", "  title: [again]\n  kind").replace("hasTheme", "hasTeme")
    file.write_text(text.replace("facts:", "fcts: []\nfacts:"), encoding="utf-8")
    lines = run("check", file).stderr.replace(f"{file}:", "").splitlines()
    assert [line.split(":")[0] for line in lines] == ["5", "12", "15"]
    assert "the key 'title' appears twice (first in line 3)" in lines[0]
    assert "unknown key 'fcts'; did you mean facts?" in lines[1]


@pytest.mark.parametrize("words", [("check", "x.yaml"), ("check", "x.csv"), ("check", "x.yml")])
def test_a_link_to_itself_is_one_sentence(
    words: tuple[str, str], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(words[1]).symlink_to(words[1])
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{words[1]}: Too many levels of symbolic links\n"


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 5000 + ".yaml", "x" * 300 + ".csv"])
def test_a_name_longer_than_any_file_is_one_sentence(name: str, tmp_path: Path, run: Run) -> None:
    result = run("check", tmp_path / name)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    listed = tmp_path / "lists.yaml"
    listed.write_text(HEAD + f"lists: [{name}]\n", encoding="utf-8")
    assert run("check", listed).stderr.startswith(f"{listed}:11:9: no file 'xxx")


@pytest.mark.slow
def test_a_list_is_a_file_of_the_folder(tmp_path: Path, run: Run) -> None:
    (tmp_path / "secret.csv").write_text("top secret\n", encoding="utf-8")
    folder = tmp_path / "facts"
    folder.mkdir()
    listed = folder / "lists.yaml"
    for name in ("../secret.csv", "x/../../secret.csv", "/etc/hosts.csv"):
        listed.write_text(HEAD + f"lists: [{name}]\n", encoding="utf-8")
        told = run("check", folder).stderr
        assert f"{listed}:11:9: no file '{name}' in the folder {folder}" in told
        assert "top secret" not in told


def test_a_list_is_named_once_and_has_rows(tmp_path: Path, run: Run) -> None:
    file = _with_list(tmp_path, COLUMNS + b",,,,,\n")
    assert "list.csv:1:1: a table without rows below its first" in run("check", file).stderr
    file.write_text(HEAD + "lists: [list.csv, list.csv]\n", encoding="utf-8")
    assert f"{file}:11:19: the file 'list.csv' is named twice" in run("check", file).stderr


@pytest.mark.slow
def test_a_folder_is_checked_beside_the_shipped_facts(tmp_path: Path, run: Run) -> None:
    (tmp_path / "one.yaml").write_text(SOURCE, encoding="utf-8")
    own = "entities:\n  - {id: place:x, class: Place, label: {en: X}}\n"
    (tmp_path / "registry.yaml").write_text(own, encoding="utf-8")
    assert run("check", tmp_path).stdout == (
        f"{tmp_path / 'one.yaml'}: 1 fact, no problems found\n"
        f"{tmp_path / 'registry.yaml'}: 1 entity, no problems found\n"
    )
    whole, files = run("check", FACTS), len(list(FACTS.rglob("*.yaml")))
    assert (whole.exit_code, whole.stdout.count("no problems found")) == (0, files)
    wrong = SOURCE.replace("hasTheme", "hasTeme")
    (tmp_path / "two.yaml").write_text(wrong.replace("my-source", "two"), encoding="utf-8")
    refused = run("check", tmp_path)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


@pytest.mark.slow
def test_a_registry_is_checked_too(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "mine.yaml"
    entity = "  - {id: place:NAME, class: Place, label: {en: X NAME}}\n"
    file.write_text("entities:\n" + entity + entity.replace("NAME", "b"), encoding="utf-8")
    assert "'place:NAME'" not in run("check", file).stderr
    assert run("check", file).stdout == f"{file}: 2 entities, no problems found\n"
    assert run("check", FACTS / "registry" / "places.yaml").stdout.endswith(
        " entities, no problems found\n"
    )
    text = run("check", file, "--text", file)
    assert (text.exit_code, text.stderr) == (
        2,
        f"{file}: --text works with exactly one source; 0 are given\n",
    )


def test_a_list_is_checked_with_its_fact_file(tmp_path: Path, run: Run) -> None:
    file = _with_list(tmp_path, COLUMNS + ROW)
    result = run("check", tmp_path / "list.csv")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"{tmp_path / 'list.csv'}: this list belongs to a fact file; "
            f"check that file instead: {file}\n"
        ),
    )
    file.unlink()
    assert (
        "no fact file uses this list; add its name under 'lists:' in"
        in run("check", tmp_path / "list.csv").stderr
    )


@pytest.mark.slow
def test_a_shipped_source_comes_before_a_folder_of_its_name(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "india-france-roundtable-2025"
    Path(name).mkdir()
    assert run("check", name).exit_code == 0
    assert "contains no fact file" in run("check", f"./{name}").stderr
    Path("notes.txt").write_text("x", encoding="utf-8")
    assert run("check", "notes.txt").stderr == (
        "notes.txt: not a fact file; the name of a fact file ends in .yaml\n"
    )


@pytest.mark.slow
def test_a_source_text_has_its_own_sentences(tmp_path: Path, run: Run) -> None:
    text, file = tmp_path / "text.txt", tmp_path / "mine.yaml"
    text.write_bytes(b"\xef\xbb\xbfThe summit spoke of AI.")
    digest = hashlib.sha256(b"The summit spoke of AI.").hexdigest()
    passage = "section: lead\n    anchor: summit\n    start: 4\n    end: 10"
    said = SOURCE.replace("section: lead", passage)
    for length, message in ((23, ""), (24, "length is 24, but this text has 23 characters")):
        about = f"  text:\n    length: {length}\n    sha256: {digest}\nfacts:"
        file.write_text(said.replace("facts:", about), encoding="utf-8")
        result = run("check", file, "--text", text)
        assert result.stderr == (f"{file}:12:13: {message}\n" if message else "")
    text.write_bytes(b"\xef\xbb\xbf \n")
    empty = run("check", file, "--text", text)
    assert empty.stderr == f"{text}:1:1: the file is empty; give the text of the source as UTF-8\n"


def test_a_good_file_is_said_to_be_good(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(SOURCE, encoding="utf-8")
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}: 1 fact, no problems found\n")


def test_a_file_or_source_that_is_not_there(run: Run, tmp_path: Path) -> None:
    missing = run("check", tmp_path / "missing.yaml")
    assert missing.exit_code == 2
    assert missing.stderr == f"{tmp_path / 'missing.yaml'}: No such file or directory\n"
    unknown = run("check", "india-france-roundtable-2052")
    assert unknown.exit_code == 2
    assert "did you mean india-france-roundtable-2025?" in unknown.stderr


@pytest.mark.slow
def test_a_folder_that_checks_clean_builds(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.yaml").write_text(SOURCE, encoding="utf-8")
    assert run("check", tmp_path, "--only").exit_code == 0
    built = run("build", "--facts", tmp_path, "--only", "-o", tmp_path / "graph.ttl")
    assert built.exit_code == 0
    assert run("validate", "-s", tmp_path / "graph.ttl").exit_code == 0
