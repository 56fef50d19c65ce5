"""A new fact file: it says what is to be filled in, and is right once that is done."""

import hashlib
import re
from pathlib import Path

import pytest

from graph_builder.core.ontology import load_ontology
from tests.cli.test_commands import STEERING
from tests.conftest import Run

FILLED = {
    "title": "A title",
    "publisher": "Somebody",
    "address": "unknown",
    "date": '"2024"',
    "kind": "press release",
    "language": "en",
    "licence": "not seen",
    "verification": "press",
    "subject": "actor:FRA",
    "relation": "endorsed",
    "object": "instrument:bletchley-declaration",
    "section": "lead",
    "modality": "agreed",
}


def _fill(text: str) -> str:
    """Return a file in which every empty key has a value."""
    return re.sub(r"(?m)^( *(?:- )?(\w+):)$", lambda m: _filled(m[1], m[2]), text)


def _filled(start: str, key: str) -> str:
    return f"{start} {FILLED[key]}" if key in FILLED else start


def _new(run: Run, folder: Path, *words: object) -> Path:
    result = run("new", "my-source", "--folder", folder, *words)
    assert result.exit_code == 0, result.stderr
    return folder / "my-source.yaml"


@pytest.mark.slow
def test_check_says_what_is_still_to_be_filled_in_and_where(tmp_path: Path, run: Run) -> None:
    file = _new(run, tmp_path)
    lines = file.read_text(encoding="utf-8").split("\n")
    checked = run("check", file)
    found = [
        re.fullmatch(r".*:(\d+):(\d+): (\w+) is missing; fill it in", line)
        for line in checked.stderr.splitlines()
    ]
    assert [match and match[3] for match in found] == list(FILLED)
    for match in found:
        assert match is not None
        assert lines[int(match[1]) - 1].strip().removeprefix("- ") == f"{match[3]}:"
        assert len(lines[int(match[1]) - 1]) == int(match[2]) - 1


@pytest.mark.slow
def test_a_file_that_is_filled_in_is_right(tmp_path: Path, run: Run) -> None:
    file = _new(run, tmp_path)
    file.write_text(_fill(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert run("check", file).stdout == f"{file}: 1 fact, no problems found\n"


@pytest.mark.slow
def test_what_is_given_is_filled_in(tmp_path: Path, run: Run) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Été: a text.", encoding="utf-8")
    given = {
        "title": "NO: #1, {a}",
        "publisher": "null",
        "address": "https://example.org/a?b=c&d#e",
        "date": "2041-03",
        "kind": "Ministry of 'X' \\ \"Y\"",
        "language": "hi",
        "licence": "भारत",
        "verification": "official-copy",
    }
    options = [word for key, value in given.items() for word in (f"--{key}", value)]
    file = _new(run, tmp_path, "--text", text, *options)
    written = _fill(file.read_text(encoding="utf-8"))
    digest = hashlib.sha256("Été: a text.".encode()).hexdigest()
    assert f"\n  text: {{length: 12, sha256: {digest}}}\n" in written
    file.write_text(written, encoding="utf-8")
    shown = run("sources", "my-source", "--facts", file).stdout
    assert {line.strip() for line in shown.splitlines()} >= {
        f"{k:12}  {v}" for k, v in given.items()
    }


@pytest.mark.slow
def test_every_key_in_it_can_be_used(tmp_path: Path, run: Run) -> None:
    file = _new(run, tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^( *)#([a-z-]+:)", r"\1\2", text), encoding="utf-8")
    told = run("check", file).stderr
    assert "unknown" not in told
    assert "not YAML" not in told
    assert {"title", "subject"} <= set(re.findall(r": ([\w-]+) is missing; fill it in", told))


@pytest.mark.slow
def test_the_examples_in_it_are_right(tmp_path: Path, run: Run) -> None:
    file = _new(run, tmp_path)
    text = _fill(file.read_text(encoding="utf-8"))
    example = re.search(r"(?m)(?:^#  [ -] .*\n)+(?=facts:\n)", text)
    assert example is not None
    entities = text[text.index("#entities:") : text.index("\n# What the source says")]
    facts = re.sub(r"(?m)^#", "", example[0])
    file.write_text(
        text.replace(entities, entities.replace("#", "")).replace("facts:\n", f"facts:\n{facts}"),
        encoding="utf-8",
    )
    checked = run("check", file)
    assert checked.stdout == f"{file}: 2 facts, 1 warning\n"
    assert "warning: no fact names event:" in checked.stderr
    assert ", theme:" in checked.stderr


@pytest.mark.slow
def test_it_names_every_modality_and_what_it_means(tmp_path: Path, run: Run) -> None:
    text = _new(run, tmp_path).read_text(encoding="utf-8")
    words = " ".join(re.sub(r"(?m)^ *#", "", text).split())
    ontology = load_ontology()
    for name in ontology.list_concepts("modality"):
        definition = ontology.definitions[f"https://w3id.org/aigg/modality/{name}"]
        assert f" {name}: {definition}" in words


@pytest.mark.slow
def test_the_schema_lies_beside_it_and_is_not_written_over(tmp_path: Path, run: Run) -> None:
    file = _new(run, tmp_path / "a" / "b")
    schema = file.with_name("fact-file.schema.json")
    assert file.read_text(encoding="utf-8").startswith(
        f"# yaml-language-server: $schema={schema.name}\n"
    )
    assert schema.read_text(encoding="utf-8") == run("schema").stdout
    schema.write_text("{}", encoding="utf-8")
    assert run("new", "second", "-o", file.with_name("second.yaml")).exit_code == 0
    assert schema.read_text(encoding="utf-8") == "{}"


def test_nothing_is_written_over(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "my-source.yaml"
    file.write_text("mine", encoding="utf-8")
    result = run("new", "my-source", "--folder", tmp_path)
    assert (result.exit_code, result.stdout, file.read_text(encoding="utf-8")) == (2, "", "mine")
    assert result.stderr == f"{file}: already exists; not overwritten\n"
    assert list(tmp_path.iterdir()) == [file]


def test_it_can_go_to_the_output(run: Run) -> None:
    result = run("new", "my-source", "-o", "-")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\n  id: my-source\n" in result.stdout


BAD = {
    "no id": (("../x",), "id: '../x' is not an id; use letters, digits and hyphens"),
    "an id that is taken": (("wam",), "the source id 'wam' is used in"),
    "no date": (("x", "--date", "soon"), "date: 'soon' is not a date; write 2025-02-10"),
    "several": (
        ("x", "--date", "soon", "--language", "French"),
        "language: 'French' is not",
    ),
    "hostile": (("x", "--title", STEERING), "title: '\\x1b[31mred \\x9b \\u202eevil\\u2066 "),
    "long": (("x", "--title", "x" * 10_001), "title: title is longer than 10000 characters"),
    "no YAML": (("x", "-o", "x.txt"), "x.txt: the name of a fact file must end in .yaml"),
    "no text": (("x", "--text", "missing.txt"), "missing.txt: No such file or directory"),
    "two places": (("x", "-o", "x.yaml", "--folder", "y"), "Use --output or --folder, not both."),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_begun_is_one_sentence_and_leaves_nothing(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words, message = BAD[name]
    result = run("new", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "\x1b" not in result.stderr
    assert list(tmp_path.iterdir()) == []
