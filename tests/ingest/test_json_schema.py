"""The JSON Schema of fact files: true of all shipped files, false of mistakes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from graph_builder.cli.facts_commands import SOURCE_KEYS
from graph_builder.ingest.json_schema import generate_schema
from graph_builder.ingest.model import Entity, ExpectedCount, Fact, FactFile, Source, SourceText
from tests.conftest import FACTS, Run
from tests.ingest.test_fact_file_errors import CASES, SOURCE

FILES = sorted(FACTS.rglob("*.yaml"))
#: Mistakes that only `aigg check` finds: they need the calendar, other values, files or a text,
#: or are no mistakes to YAML at large.
NEED_MORE = {
    *("control character as an escape", "tab in a section", "missing list", "huge number"),
    *("duplicate id", "duplicate fact", "duplicate source id", "id of another class"),
    *("id of the registry again", "impossible date", "impossible date as object", "unknown entity"),
    *("more than the source must hold", "less than the source must hold"),
    *("anchor of an ellipsis", "anchor without a tail", "half a character", "subject as object"),
    *("span the wrong way round", "span behind the end of the text", "edition before the first"),
    *("heading that a sentence says", "a language where there are no words"),
    *("theme under an unknown one", "theme under itself", "themes in a circle"),
    *("unknown id", "theme of the ontology", "unknown theme", "theme by the name of another"),
    *(
        "declared country",
        "labels of one language",
        "anchor",
        "number with an underscore",
        "number with a sign",
    ),
}


#: The reader takes seconds for so many letters, so it is given a few in their place.
HUGE, FEW = "x" * 1_000_000, "(a million letters)"


class _Editor(SafeConstructor):
    """Reads plain scalars as the YAML 1.2 of editors does: 2025 is a number, a day is words."""


_Editor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
_Editor.add_constructor("tag:yaml.org,2002:str", lambda _, node: node.value.replace(FEW, HUGE))


def _read(text: bytes) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Editor
    return yaml.load(text.replace(HUGE.encode(), FEW.encode()))


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(generate_schema()))


def _errors(text: bytes) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in _validator().iter_errors(_read(text))
    ]


def test_it_is_a_schema_of_draft_07() -> None:
    schema = json.loads(generate_schema())
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


@pytest.mark.slow
def test_each_shipped_fact_file_is_valid() -> None:
    found = {path.relative_to(FACTS).as_posix(): _errors(path.read_bytes()) for path in FILES}
    assert found
    assert {path: errors for path, errors in found.items() if errors} == {}


def test_a_good_file_is_valid() -> None:
    assert _errors(SOURCE.encode()) == []


def _is_underlined(text: bytes) -> bool:
    try:
        return bool(_errors(text))
    except (AssertionError, OverflowError, RecursionError, ValueError, YAMLError):
        return True


@pytest.mark.slow
def test_an_editor_underlines_what_check_finds() -> None:
    missed = {name for name, (text, _) in CASES.items() if not _is_underlined(text)}
    assert missed == NEED_MORE


def test_each_key_says_what_it_means() -> None:
    assert [
        f"{model.__name__}.{name}"
        for model in (Source, SourceText, ExpectedCount, Entity, Fact, FactFile)
        for name, field in model.model_fields.items()
        if not (field.description or "").endswith(".")
    ] == []


def test_the_options_of_a_new_file_are_what_a_source_must_say() -> None:
    required = {name for name, field in Source.model_fields.items() if field.is_required()}
    assert set(SOURCE_KEYS) == required - {"id"}


@pytest.mark.slow
def test_the_schema_of_an_own_folder_proposes_its_ids(tmp_path: Path, run: Run) -> None:
    own = "entities:\n  - {id: place:lumen, class: Place, label: {en: Lumen}}\n  - {id: place:x}\n"
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    place = json.loads(run("schema", "--facts", tmp_path).stdout)["definitions"]["place"]
    known = place["anyOf"][0]
    proposed = dict(zip(known["enum"], known["enumDescriptions"], strict=True))
    assert proposed["place:lumen"] == "Lumen: Place"
    assert "place:paris" in proposed
    assert "place:x" not in proposed
