"""Assertions of another form than ours, as other programs write them, end in a sentence."""

from pathlib import Path

import pytest

from graph_builder.core.vocabulary import PREFIXES
from graph_builder.store.graph import Graph
from tests.conftest import Run

PARTS = {
    "rdf:subject": "actor:FRA",
    "rdf:predicate": "aigg:memberOf",
    "rdf:object": "actor:lumen-council",
    "prov:wasDerivedFrom": "source:s",
    "aigg:modality": "modality:reported",
    "aigg:basis": "basis:stated",
    "aigg:verification": "verification:press",
    "aigg:section": '"para 3"',
    "oa:start": "1",
    "oa:end": "9",
}
WRONG = {
    "rdf:subject": ('"\\u0000"', "the text '\\x00', not an IRI"),
    "rdf:predicate": ("[]", "a blank node, not an IRI"),
    "prov:wasDerivedFrom": ('"x"@en', "the text 'x', not an IRI"),
    "aigg:modality": ("7", "the text '7', not an IRI"),
    "aigg:basis": ('"x"', "the text 'x', not an IRI"),
    "aigg:verification": ("[]", "a blank node, not an IRI"),
    "oa:start": ("actor:FRA", f"the IRI '{PREFIXES['actor']}FRA', not a whole number"),
    "oa:end": ("-1", "the text '-1', not a whole number"),
}
REFUSING = (
    ("facts", "memberOf", "-s"),
    ("disagreements", "-s"),
    ("query", "network", "-s"),
    ("export", "-F", "gexf", "-s"),
    ("draw", "-o", "-", "-s"),
)


def write(folder: Path, part: str = "", value: str = "", *, name: str = "x.ttl") -> Path:
    """Write an assertion, perhaps with another value of a part."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())
    said = " ; ".join(f"{key} {value if key == part else old}" for key, old in PARTS.items())
    file = folder / name
    file.write_text(f"{prefixes} assertion:a a aigg:Assertion ; {said} .", encoding="utf-8")
    return file


@pytest.mark.parametrize("part", WRONG)
def test_a_part_of_a_wrong_kind_is_told(part: str, tmp_path: Path, run: Run) -> None:
    value, message = WRONG[part]
    file = write(tmp_path, part, value)
    other = write(tmp_path, name="y.ttl")
    column = file.read_text(encoding="utf-8").index(f"; {part} {value}") + len(f"; {part} ") + 1
    for command in (*((*words, file) for words in REFUSING), ("diff", file, other)):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert (
            result.stderr == f"{file}:1:{column}: {part} of assertion:a is {message}; correct it\n"
        )


def test_the_line_is_told_where_a_file_has_lines(tmp_path: Path, run: Run) -> None:
    lines = run("export", "-F", "nt", "-s", write(tmp_path)).stdout.splitlines()
    number = next(each for each, line in enumerate(lines, 1) if "#subject>" in line)
    start = lines[number - 1].partition("#subject> ")[0]
    lines[number - 1] = f'{start}#subject> "x" .'
    file = tmp_path / "x.nt"
    for content, place in {
        "\n".join(lines): f"{file}:{number}:{len(start) + 11}: ",
        "\r\n".join(["# first", *lines]): f"{file}:{number + 1}:{len(start) + 11}: ",
    }.items():
        file.write_text(content, encoding="utf-8", newline="")
        assert run("draw", "-s", file).stderr.startswith(f"{place}rdf:subject of assertion:a is ")
    turtle = write(tmp_path, "rdf:subject", '"x"')
    text = turtle.read_text(encoding="utf-8")
    turtle.write_text(text.replace(' "x"', '\n  "y",\n "x"'), encoding="utf-8")
    assert run("draw", "-s", turtle).stderr.startswith(f"{turtle}:3:2: ")
    for length, place in ((9_000, ":2:1"), (200_000, "")):
        long = f'# {"é" * length}\n"x"'
        turtle.write_text(text.replace('"x"', long), encoding="utf-8")
        assert run("draw", "-s", turtle).stderr.startswith(f"{turtle}{place}: rdf:subject of ")
    turtle.write_text(text.replace('"x"', '"""x"""'), encoding="utf-8")
    assert run("draw", "-s", turtle).stderr.startswith(f"{turtle}: rdf:subject of assertion:a is ")


@pytest.mark.parametrize("part", WRONG)
def test_what_needs_no_form_shows_it(part: str, tmp_path: Path, run: Run) -> None:
    file = write(tmp_path, part, WRONG[part][0])
    assert run("export", "-F", "nt", "-s", file).stdout.count("\n") == len(PARTS) + 1
    assert run("query", "--text", "SELECT * { ?s ?p ?o }", "-s", file).exit_code == 0
    assert run("explain", "actor:lumen-council", "-s", file).exit_code == 0
    assert run("validate", "-s", file).exit_code == 1


def test_an_assertion_of_ours_is_shown(tmp_path: Path, run: Run) -> None:
    for command in REFUSING:
        assert run(*command, write(tmp_path)).exit_code == 0


def test_what_is_no_iri_has_no_value_and_no_class() -> None:
    graph = Graph.wrap([])
    assert graph.value("no IRI", "http://x.org/") == ""
    assert graph.classes_of(["no IRI"]) == {}
    assert "no IRI" not in graph
