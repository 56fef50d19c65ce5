"""Template of a new fact file: every key with its meaning, and empty values to fill in."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from graph_builder.core.errors import ReadError
from graph_builder.core.ontology import Ontology, load_ontology
from graph_builder.core.text import quote_id
from graph_builder.core.vocabulary import expand
from graph_builder.ingest.entity_types import CLASSES_OF_KIND, list_declarable_classes
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.map_scaffold import format_map
from graph_builder.ingest.model import Fact, Record, Source
from graph_builder.ingest.record_validation import iter_problems
from graph_builder.ingest.source_texts import SourceText, compute_digest

#: The JSON Schema that editors read, in the folder of the fact file.
SCHEMA_FILE = "fact-file.schema.json"
COMMENT_WIDTH = 96
#: Text that needs no quotation marks, except YAML keywords.
_UNQUOTED = re.compile(r"[^\W\d][\w.()/-]*( [\w.()/-]+)*|https?://[\w.~/?=&%+-]+")
_YAML_KEYWORDS = {"false", "no", "null", "off", "on", "true", "yes"}
_HEAD = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
#
# What one source says. Fill in the empty values; `aigg check FILE` shows what is missing.
# Lines that begin with # are ignored: delete the # before a key that you need.

source:
"""
_ENTITIES = """
# Things that the facts name and that are not declared yet; countries need no declaration
# (actor:FRA, by ISO 3166 alpha-3). `aigg find "Sciences Po Paris"` shows a known id.
# An id is its kind, a colon, and lower-case words joined by hyphens. Kinds and classes:
"""
_ENTITY = """\
#entities:
#  - id: event:my-conference-2025
#    class: Event
#    label: {en: My Conference 2025}
#  - id: theme:my-theme
#    class: PolicyTheme
#    label: {en: my theme}
#    definition: What it means, in your own words.
#    broader: theme:ai-safety
"""
_FACTS = """
# What the source says, one statement each. For example:
#  - subject: actor:FRA
#    relation: endorsed
#    object: instrument:bletchley-declaration
#    section: para 2
#    anchor: France, Germany … endorse the declaration
#    modality: agreed
facts:
"""
_RELATIONS = ["`aigg query relations` lists them all."]


def format_new_fact_file(
    source: str,
    given: Mapping[str, str],
    text: SourceText | None = None,
    table: Path | None = None,
) -> str:
    """Return the text of a new fact file for a source, with the given values filled in.

    The length and SHA-256 of the ``text`` are filled in. With a ``table``, a map of its columns
    stands where else the facts do. Raises ReadError if a value is invalid, FactsError for what is
    no table.
    """
    values = {"id": source, **given}
    _check_values(values)
    if source in (documents := read_with_shipped_facts(()).documents):
        file = documents[source].location.file
        raise ReadError(f"the source id {quote_id(source)} is used in {file}; choose another one")
    filled = {key: _format_scalar(value) for key, value in values.items()}
    if text:
        filled["text"] = _format_text_digest(text.normal_form)
    ontology = load_ontology()
    facts = format_map(table, _format_scalar) if table else _format_facts(ontology)
    return _format_source(filled, ontology) + _format_entities(ontology) + facts


def _check_values(values: Mapping[str, str]) -> None:
    """Raise ReadError if a value of a source is invalid."""
    try:
        Source.model_validate(dict(values))
    except ValidationError as error:
        problems = [each for each in iter_problems(Source, error) if each[0]]
        found = [f"{path[0]}: {message}" for path, message in problems if path[0] in values]
        if found:  # what is missing is filled in later
            raise ReadError("; ".join(found)) from error


def _format_source(filled: Mapping[str, str], ontology: Ontology) -> str:
    lines = _format_keys(Source, filled, {"verification": _list_concepts("verification", ontology)})
    return _HEAD + "".join(f"  {line}\n" for line in lines)


def _format_entities(ontology: Ontology) -> str:
    kinds = {kind: ", ".join(list_declarable_classes(kind, ontology)) for kind in CLASSES_OF_KIND}
    lines = [
        line for kind, names in kinds.items() for line in _format_comment(f"{kind}: {names}", "  ")
    ]
    return _ENTITIES + "".join(f"{line}\n" for line in lines) + _ENTITY


def _format_facts(ontology: Ontology) -> str:
    words = {kind: _list_concepts(kind, ontology) for kind in ("modality", "basis")}
    lines = _format_keys(Fact, {}, {"relation": _RELATIONS, **words})
    first = next(line for line in lines if not line.startswith("#"))
    return _FACTS + "".join(f"{'  - ' if line == first else '    '}{line}\n" for line in lines)


def _format_keys(
    model: type[Record], filled: Mapping[str, str], choices: Mapping[str, list[str]]
) -> list[str]:
    """Return a line for each key of a model, after comments with its meaning and its choices."""
    lines: list[str] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        lines += _format_comment(field.description or "")
        lines += [line for each in choices.get(key, ()) for line in _format_comment(each, "  ")]
        if key in filled or field.is_required():
            lines.append(f"{key}: {filled.get(key, '')}".rstrip())
        else:
            lines.append(f"#{key}: {_format_placeholder(field.annotation)}".rstrip())
    return lines


def _format_placeholder(annotation: Any) -> str:
    """Return the required keys of a value that is a record, or nothing."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        required = (n for n, field in annotation.model_fields.items() if field.is_required())
        return f"{{{', '.join(f'{name}: ' for name in required)}}}"
    inside = next(
        (text for part in get_args(annotation) if (text := _format_placeholder(part))), ""
    )
    return f"[{inside}]" if inside and get_origin(annotation) is tuple else inside


def _list_concepts(kind: str, ontology: Ontology) -> list[str]:
    """Return id and definition of each concept of a kind, in the order of its scheme."""
    names = [name for name in ontology.concepts if name.startswith(f"{kind}:")]
    return [f"{name.partition(':')[2]}: {ontology.definitions[expand(name)]}" for name in names]


def _format_comment(text: str, indent: str = "") -> list[str]:
    return wrap(
        text, COMMENT_WIDTH, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}  "
    )


def _format_scalar(value: str) -> str:
    """Return text as a YAML scalar, in quotation marks unless it is clearly plain text."""
    plain = _UNQUOTED.fullmatch(value) and value.lower() not in _YAML_KEYWORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def _format_text_digest(text: str) -> str:
    return f"{{length: {len(text)}, sha256: {compute_digest(text)}}}"
