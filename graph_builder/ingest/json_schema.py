"""A JSON Schema of fact files, from the models of their records and the words of the ontology.

It is of draft-07, the newest that the YAML server of most editors knows in full. Such editors show
``enumDescriptions`` beside a proposal and ``errorMessage`` with a mistake; validators pass them by.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from graph_builder.core.ontology import Ontology, Relation, load_ontology
from graph_builder.core.vocabulary import NS, expand
from graph_builder.ingest.datatypes import DATE_TYPES, INTEGER, INTEGER_PATTERN
from graph_builder.ingest.entity_types import (
    CLASSES_OF_KIND,
    list_declarable_classes,
    map_kinds_to_classes,
)
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.model import DATE_PATTERN, ID_PATTERN, Entity, Fact, FactFile, Source

Schema = dict[str, Any]
REFERENCE = "#/definitions/"
_STRING_OR_NUMBER = {"type": ["string", "number"]}


def generate_schema(facts: Iterable[Path] = (), *, only: bool = False) -> str:
    """Return the JSON Schema of fact files as text.

    It proposes the ids that the shipped facts and further folders declare, or ``only`` these;
    mistakes in them do no harm. Raises ReadError if a path cannot be read.
    """
    entities = [
        each.record for each in read_with_shipped_facts(facts, only=only).entities if each.whole
    ]
    return json.dumps(_build_schema(load_ontology(), entities), ensure_ascii=False, indent=1) + "\n"


class _SchemaGenerator(GenerateJsonSchema):
    """Says of a key only what somebody who writes YAML has to know.

    An empty value is a mistake and no null, and 2025 is words to us but a number to an editor.
    """

    def nullable_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: Any) -> Schema:
        return super().str_schema(schema) | _STRING_OR_NUMBER

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _build_schema(vocabulary: Ontology, entities: Iterable[Entity]) -> Schema:
    _, models = models_json_schema(
        [(model, "validation") for model in (FactFile, Source, Entity, Fact)],
        ref_template=REFERENCE + "{model}",
        schema_generator=_SchemaGenerator,
    )
    records: dict[str, Schema] = models["$defs"]
    for record in records.values():
        del record["title"]
    file = records.pop("FactFile")
    _describe_file(file)
    _describe_entity(records["Entity"], vocabulary)
    _describe_fact(records["Fact"], vocabulary)
    for name in ("Source", "Fact"):
        records[name]["properties"]["verification"] |= _concepts_schema("verification", vocabulary)
    for name in ("Holding", "Fact"):
        _restrict_key(records[name], "relation", {"$ref": REFERENCE + "relation"})
    _restrict_key(records["Holding"], "class", _classes_schema(vocabulary.classes(), vocabulary))
    relations = {name: vocabulary.meaning(r.iri) for name, r in vocabulary.relations.items()}
    words = {
        "relation": _enum_schema(dict(sorted(relations.items())), "a relation of the ontology")
    }
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "What a source says"}
    return head | file | {"definitions": records | words | _id_schemas(vocabulary, entities)}


def _enum_schema(words: Mapping[str, str], wanted: str | None = None) -> Schema:
    """Return the schema of a value that is one of some words, each with what it means."""
    choice: Schema = {"enum": list(words), "enumDescriptions": list(words.values())}
    return choice | ({"errorMessage": f"Write {wanted}."} if wanted else {})


def _restrict_key(record: Schema, key: str, schema: Schema) -> None:
    """Let a key take only what a schema says, and keep its description."""
    description = record["properties"][key]["description"]
    record["properties"][key] = {"description": description, "allOf": [schema]}


def _describe_file(file: Schema) -> None:
    """Say what the parts of a file hold, and that there are no facts without a source."""
    _restrict_key(file, "source", {"$ref": REFERENCE + "Source"})
    file["properties"]["entities"]["items"] = {"$ref": REFERENCE + "Entity"}
    file["properties"]["facts"]["items"] = {"$ref": REFERENCE + "Fact"}
    file["anyOf"] = [{"required": ["source"]}, {"required": ["entities"]}]
    file["dependencies"] = {"facts": ["source"], "lists": ["source"]}


def _describe_entity(record: Schema, vocabulary: Ontology) -> None:
    """Tie the class of an entity to the kind of its id."""
    classes = {kind: list_declarable_classes(kind, vocabulary) for kind in CLASSES_OF_KIND}
    every = sorted({name for names in classes.values() for name in names})
    _restrict_key(record, "class", _classes_schema(every, vocabulary))
    record["properties"]["id"]["pattern"] = f"^({'|'.join(classes)}):{ID_PATTERN.pattern}$"
    record["allOf"] = [
        _conditional_schema(
            {"id": {"pattern": f"^{kind}:"}}, {"properties": {"class": {"enum": names}}}
        )
        for kind, names in classes.items()
    ]


def _describe_fact(record: Schema, vocabulary: Ontology) -> None:
    """Tie the ends of a fact to its relation, its reason to its basis, and say what words mean."""
    for key in ("modality", "basis"):
        record["properties"][key] |= _concepts_schema(key, vocabulary)
    ends: dict[tuple[str, str], list[str]] = {}
    for name, relation in vocabulary.relations.items():
        subject, object_ = (
            _class_ids_schema(relation.domains, vocabulary),
            _object_schema(relation, vocabulary),
        )
        ends.setdefault((json.dumps(subject), json.dumps(object_)), []).append(name)
    record["allOf"] = [
        _conditional_schema(
            {"relation": {"enum": names}},
            {"properties": {"subject": json.loads(subject), "object": json.loads(object_)}},
        )
        for (subject, object_), names in ends.items()
    ]
    apart = sorted(iri.rpartition("/")[2] for iri in vocabulary.members["basis:kept-apart"])
    record["allOf"].append(
        _conditional_schema({"basis": {"enum": apart}}, {"required": ["reason"]})
    )


def _conditional_schema(condition: Schema, then: Schema) -> Schema:
    """Return the schema that asks for more where keys are given and meet a condition."""
    return {"if": {"properties": condition, "required": list(condition)}, "then": then}


def _object_schema(relation: Relation, vocabulary: Ontology) -> Schema:
    """Return what the object of a relation may be; a number may stand in quotation marks."""
    if not relation.literal:
        return _class_ids_schema(relation.ranges, vocabulary)
    for ranges, pattern in ((DATE_TYPES, DATE_PATTERN), ({INTEGER}, INTEGER_PATTERN)):
        if not relation.ranges.isdisjoint(ranges):
            return {"type": ["string", "integer"], "pattern": f"^({pattern.pattern})$"}
    return _STRING_OR_NUMBER


def _class_ids_schema(classes: frozenset[str], vocabulary: Ontology) -> Schema:
    """Return the schema of the ids of things that may be of one of some classes."""
    fitting = [
        kind
        for kind, types in map_kinds_to_classes(vocabulary).items()
        if any(vocabulary.is_a([type_], classes) for type_ in types)
    ]
    return {"anyOf": [{"$ref": REFERENCE + kind} for kind in fitting]}


def _concepts_schema(kind: str, vocabulary: Ontology) -> Schema:
    names = [name for name in vocabulary.concepts if name.startswith(f"{kind}:")]
    return _enum_schema(
        {name.partition(":")[2]: vocabulary.meaning(expand(name)) for name in names}
    )


def _classes_schema(names: Iterable[str], vocabulary: Ontology) -> Schema:
    return _enum_schema({name: vocabulary.meaning(NS + name) for name in names})


def _id_schemas(vocabulary: Ontology, entities: Iterable[Entity]) -> dict[str, Schema]:
    """Return for each kind of thing the schema of an id: those that are known, and what else."""
    known: dict[str, dict[str, str]] = {kind: {} for kind in map_kinds_to_classes(vocabulary)}
    for code, country in vocabulary.countries.items():
        known["actor"][f"actor:{code}"] = f"{country.names['en']}: Country"
    for entity in sorted(entities, key=lambda entity: entity.id):
        label = entity.label.get("en") or next(iter(entity.label.values()))
        known[entity.id.partition(":")[0]][entity.id] = f"{label}: {entity.class_}"
    for name in vocabulary.concepts:
        known[name.partition(":")[0]][name] = vocabulary.meaning(expand(name))
    return {
        kind: {"anyOf": [_enum_schema(ids, f"{kind}: and its id"), *_undeclared_id_schemas(kind)]}
        for kind, ids in known.items()
    }


def _undeclared_id_schemas(kind: str) -> list[Schema]:
    """Return the schema of the ids that are declared elsewhere; like a country's code is none."""
    pattern = f"^{kind}:(?![A-Z]{{1,3}}$){ID_PATTERN.pattern}$"
    return [{"type": "string", "pattern": pattern}] if kind in CLASSES_OF_KIND else []
