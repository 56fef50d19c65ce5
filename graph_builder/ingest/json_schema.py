"""A JSON Schema of fact files, from the models of their records and the words of the ontology.

It is of draft-07, the newest that the YAML server of most editors knows in full. Such editors show
``enumDescriptions`` beside a proposal and ``errorMessage`` with a mistake; validators pass them by.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from graph_builder.core.ontology import Relation, Vocabulary, load
from graph_builder.core.vocabulary import NS, expand
from graph_builder.ingest.datatypes import DATE_TYPES, INTEGER, WHOLE
from graph_builder.ingest.entity_types import CLASSES_OF_KIND, declarable, kinds
from graph_builder.ingest.fact_files import beside
from graph_builder.ingest.model import DATE, ID, Entity, Fact, FactFile, Source

Schema = dict[str, Any]
REFERENCE = "#/definitions/"
_WORDS = {"type": ["string", "number"]}


def schema_text(facts: Iterable[Path] = (), *, only: bool = False) -> str:
    """Return the JSON Schema of fact files as text.

    It proposes the ids that the shipped facts and further folders declare, or ``only`` these;
    mistakes in them do no harm. Raises ReadError if a path cannot be read.
    """
    entities = [each.record for each in beside(facts, only=only).entities if each.whole]
    return json.dumps(_schema(load(), entities), ensure_ascii=False, indent=1) + "\n"


class _Generator(GenerateJsonSchema):
    """Says of a key only what somebody who writes YAML has to know.

    An empty value is a mistake and no null, and 2025 is words to us but a number to an editor.
    """

    def nullable_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: Any) -> Schema:
        return super().str_schema(schema) | _WORDS

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _schema(vocabulary: Vocabulary, entities: Iterable[Entity]) -> Schema:
    _, models = models_json_schema(
        [(model, "validation") for model in (FactFile, Source, Entity, Fact)],
        ref_template=REFERENCE + "{model}",
        schema_generator=_Generator,
    )
    records: dict[str, Schema] = models["$defs"]
    for record in records.values():
        del record["title"]
    file = records.pop("FactFile")
    _outline(file)
    _entity(records["Entity"], vocabulary)
    _fact(records["Fact"], vocabulary)
    for name in ("Source", "Fact"):
        records[name]["properties"]["verification"] |= _scheme("verification", vocabulary)
    for name in ("Holding", "Fact"):
        _narrow(records[name], "relation", {"$ref": REFERENCE + "relation"})
    _narrow(records["Holding"], "class", _defined(vocabulary.classes(), vocabulary))
    relations = {name: vocabulary.meaning(r.iri) for name, r in vocabulary.relations.items()}
    words = {"relation": _choice(dict(sorted(relations.items())), "a relation of the ontology")}
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "What a source says"}
    return head | file | {"definitions": records | words | _ids(vocabulary, entities)}


def _choice(words: Mapping[str, str], wanted: str | None = None) -> Schema:
    """Return the schema of a value that is one of some words, each with what it means."""
    choice: Schema = {"enum": list(words), "enumDescriptions": list(words.values())}
    return choice | ({"errorMessage": f"Write {wanted}."} if wanted else {})


def _narrow(record: Schema, key: str, schema: Schema) -> None:
    """Let a key take only what a schema says, and keep its description."""
    description = record["properties"][key]["description"]
    record["properties"][key] = {"description": description, "allOf": [schema]}


def _outline(file: Schema) -> None:
    """Say what the parts of a file hold, and that there are no facts without a source."""
    _narrow(file, "source", {"$ref": REFERENCE + "Source"})
    file["properties"]["entities"]["items"] = {"$ref": REFERENCE + "Entity"}
    file["properties"]["facts"]["items"] = {"$ref": REFERENCE + "Fact"}
    file["anyOf"] = [{"required": ["source"]}, {"required": ["entities"]}]
    file["dependencies"] = {"facts": ["source"], "lists": ["source"]}


def _entity(record: Schema, vocabulary: Vocabulary) -> None:
    """Tie the class of an entity to the kind of its id."""
    classes = {kind: declarable(kind, vocabulary) for kind in CLASSES_OF_KIND}
    every = sorted({name for names in classes.values() for name in names})
    _narrow(record, "class", _defined(every, vocabulary))
    record["properties"]["id"]["pattern"] = f"^({'|'.join(classes)}):{ID.pattern}$"
    record["allOf"] = [
        _when({"id": {"pattern": f"^{kind}:"}}, {"properties": {"class": {"enum": names}}})
        for kind, names in classes.items()
    ]


def _fact(record: Schema, vocabulary: Vocabulary) -> None:
    """Tie the ends of a fact to its relation, its reason to its basis, and say what words mean."""
    for key in ("modality", "basis"):
        record["properties"][key] |= _scheme(key, vocabulary)
    ends: dict[tuple[str, str], list[str]] = {}
    for name, relation in vocabulary.relations.items():
        subject, object_ = _things_of(relation.domains, vocabulary), _object(relation, vocabulary)
        ends.setdefault((json.dumps(subject), json.dumps(object_)), []).append(name)
    record["allOf"] = [
        _when(
            {"relation": {"enum": names}},
            {"properties": {"subject": json.loads(subject), "object": json.loads(object_)}},
        )
        for (subject, object_), names in ends.items()
    ]
    apart = sorted(iri.rpartition("/")[2] for iri in vocabulary.members["basis:kept-apart"])
    record["allOf"].append(_when({"basis": {"enum": apart}}, {"required": ["reason"]}))


def _when(condition: Schema, then: Schema) -> Schema:
    """Return the schema that asks for more where keys are given and meet a condition."""
    return {"if": {"properties": condition, "required": list(condition)}, "then": then}


def _object(relation: Relation, vocabulary: Vocabulary) -> Schema:
    """Return what the object of a relation may be; a number may stand in quotation marks."""
    if not relation.literal:
        return _things_of(relation.ranges, vocabulary)
    for ranges, pattern in ((DATE_TYPES, DATE), ({INTEGER}, WHOLE)):
        if not relation.ranges.isdisjoint(ranges):
            return {"type": ["string", "integer"], "pattern": f"^({pattern.pattern})$"}
    return _WORDS


def _things_of(classes: frozenset[str], vocabulary: Vocabulary) -> Schema:
    """Return the schema of the ids of things that may be of one of some classes."""
    fitting = [
        kind
        for kind, types in kinds(vocabulary).items()
        if any(vocabulary.is_a([type_], classes) for type_ in types)
    ]
    return {"anyOf": [{"$ref": REFERENCE + kind} for kind in fitting]}


def _scheme(kind: str, vocabulary: Vocabulary) -> Schema:
    names = [name for name in vocabulary.concepts if name.startswith(f"{kind}:")]
    return _choice({name.partition(":")[2]: vocabulary.meaning(expand(name)) for name in names})


def _defined(names: Iterable[str], vocabulary: Vocabulary) -> Schema:
    return _choice({name: vocabulary.meaning(NS + name) for name in names})


def _ids(vocabulary: Vocabulary, entities: Iterable[Entity]) -> dict[str, Schema]:
    """Return for each kind of thing the schema of an id: those that are known, and what else."""
    known: dict[str, dict[str, str]] = {kind: {} for kind in kinds(vocabulary)}
    for code, country in vocabulary.countries.items():
        known["actor"][f"actor:{code}"] = f"{country.names['en']}: Country"
    for entity in sorted(entities, key=lambda entity: entity.id):
        label = entity.label.get("en") or next(iter(entity.label.values()))
        known[entity.id.partition(":")[0]][entity.id] = f"{label}: {entity.class_}"
    for name in vocabulary.concepts:
        known[name.partition(":")[0]][name] = vocabulary.meaning(expand(name))
    return {
        kind: {"anyOf": [_choice(ids, f"{kind}: and its id"), *_own(kind)]}
        for kind, ids in known.items()
    }


def _own(kind: str) -> list[Schema]:
    """Return the schema of the ids that are declared elsewhere; like a country's code is none."""
    pattern = f"^{kind}:(?![A-Z]{{1,3}}$){ID.pattern}$"
    return [{"type": "string", "pattern": pattern}] if kind in CLASSES_OF_KIND else []
