"""A new fact file: every key with what it means, and what somebody has still to fill in."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from graph_builder.core.errors import ReadError
from graph_builder.core.ontology import Ontology, load_ontology
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import expand
from graph_builder.ingest.entity_types import CLASSES_OF_KIND, list_declarable_classes
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.model import Fact, Record, Source
from graph_builder.ingest.records import iter_problems
from graph_builder.ingest.text_reader import read_source_text

#: The file beside a fact file that editors read.
SCHEMA_FILE = "fact-file.schema.json"
COMMENT_WIDTH = 96
#: Words that need no quotation marks, unless YAML takes them for something else.
_UNQUOTED = re.compile(r"[^\W\d][\w.()/-]*( [\w.()/-]+)*|https?://[\w.~/?=&%+-]+")
_YAML_KEYWORDS = {"false", "no", "null", "off", "on", "true", "yes"}
_HEAD = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
#
# What one source says. Fill in what is empty; `aigg check FILE` tells what is still to be done.
# A line that begins with # counts for nothing: delete the # before a key that you need.

source:
"""
_ENTITIES = """
# Things that the facts name and that nobody has declared yet; countries need no declaration
# (actor:FRA, by ISO 3166 alpha-3). `aigg find "Sciences Po Paris"` tells a known id.
# An id is its kind, a colon, and words in small letters joined by hyphens. Kinds and classes:
"""
_ENTITY = """\
#entities:
#  - id: event:my-conference-2025
#    class: Event
#    label: {en: My Conference 2025}
"""
_FACTS = """
# What the source says, a statement each. For example:
#  - subject: actor:FRA
#    relation: endorsed
#    object: instrument:bletchley-declaration
#    section: para 2
#    anchor: France, Germany … endorse the declaration
#    modality: agreed
facts:
"""
_RELATIONS = ["`aigg query relations` lists them all."]


def format_new_fact_file(source: str, given: Mapping[str, str], text: Path | None = None) -> str:
    """Return the text of a new fact file for a source, with what is given of its record filled in.

    The length and SHA-256 of its text are noted, if it is at hand. Raises ReadError if something
    given is not as it should be, or the text cannot be read; FactsError if the text is not UTF-8.
    """
    values = {"id": source, **given}
    _check_values(values)
    if source in (documents := read_with_shipped_facts(()).documents):
        place = documents[source].place.file
        raise ReadError(f"the source id {quote(source)} stands in {place}; take another one")
    written = {key: _format_scalar(value) for key, value in values.items()}
    if text:
        written["text"] = _format_text_digest(read_source_text(text))
    vocabulary = load_ontology()
    return (
        _format_source(written, vocabulary)
        + _format_entities(vocabulary)
        + _format_facts(vocabulary)
    )


def _check_values(values: Mapping[str, str]) -> None:
    """Raise ReadError if a value of a source's record is not as it should be."""
    try:
        Source.model_validate(dict(values))
    except ValidationError as error:
        wrong = [f"{path[0]}: {message}" for path, message in iter_problems(Source, error) if path]
        if wrong:
            raise ReadError("; ".join(wrong)) from error


def _format_source(written: Mapping[str, str], vocabulary: Ontology) -> str:
    lines = _format_keys(
        Source, written, {"verification": _list_concepts("verification", vocabulary)}
    )
    return _HEAD + "".join(f"  {line}\n" for line in lines)


def _format_entities(vocabulary: Ontology) -> str:
    kinds = {kind: ", ".join(list_declarable_classes(kind, vocabulary)) for kind in CLASSES_OF_KIND}
    lines = [
        line for kind, names in kinds.items() for line in _format_comment(f"{kind}: {names}", "  ")
    ]
    return _ENTITIES + "".join(f"{line}\n" for line in lines) + _ENTITY


def _format_facts(vocabulary: Ontology) -> str:
    words = {kind: _list_concepts(kind, vocabulary) for kind in ("modality", "basis")}
    lines = _format_keys(
        Fact, {}, {"relation": ["`aigg query relations` lists them all."], **words}
    )
    first = next(line for line in lines if not line.startswith("#"))
    return _FACTS + "".join(f"{'  - ' if line == first else '    '}{line}\n" for line in lines)


def _format_keys(
    model: type[Record], written: Mapping[str, str], words: Mapping[str, list[str]]
) -> list[str]:
    """Return a line for each key of a model, behind others that say what it means."""
    lines: list[str] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        lines += _format_comment(field.description or "")
        lines += [line for word in words.get(key, ()) for line in _format_comment(word, "  ")]
        if key in written or field.is_required():
            lines.append(f"{key}: {written.get(key, '')}".rstrip())
        else:
            lines.append(f"#{key}: {_format_placeholder(field.annotation)}".rstrip())
    return lines


def _format_placeholder(annotation: Any) -> str:
    """Return the keys that a value must have, or nothing where it is a word."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        required = (n for n, field in annotation.model_fields.items() if field.is_required())
        return f"{{{', '.join(f'{name}: ' for name in required)}}}"
    inside = next(
        (text for part in get_args(annotation) if (text := _format_placeholder(part))), ""
    )
    return f"[{inside}]" if inside and get_origin(annotation) is tuple else inside


def _list_concepts(kind: str, vocabulary: Ontology) -> list[str]:
    """Return a sentence for each concept of a kind, in the order of its scheme."""
    names = [name for name in vocabulary.concepts if name.startswith(f"{kind}:")]
    return [f"{name.partition(':')[2]}: {vocabulary.definitions[expand(name)]}" for name in names]


def _format_comment(text: str, indent: str = "") -> list[str]:
    return wrap(
        text, COMMENT_WIDTH, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}  "
    )


def _format_scalar(value: str) -> str:
    """Return words as YAML, in quotation marks unless they can be nothing else."""
    plain = _UNQUOTED.fullmatch(value) and value.lower() not in _YAML_KEYWORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def _format_text_digest(text: str) -> str:
    return f"{{length: {len(text)}, sha256: {hashlib.sha256(text.encode()).hexdigest()}}}"
