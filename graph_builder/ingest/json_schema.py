"""JSON Schema of fact files, generated from the record models and the ontology.

It uses draft-07, the newest that the YAML server of most editors supports in full. These editors
show ``enumDescriptions`` beside suggestions and ``errorMessage`` with mistakes; validators ignore
both.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from graph_builder.core.ontology import Ontology, Relation, load_ontology
from graph_builder.core.validity_period import DATE_PATTERN
from graph_builder.core.vocabulary import NS, expand
from graph_builder.ingest.datatypes import (
    DATE_TYPES,
    INTEGER,
    INTEGER_PATTERN,
    LITERAL_FORMS,
)
from graph_builder.ingest.entity_types import (
    CLASSES_OF_KIND,
    list_declarable_classes,
    map_kinds_to_classes,
)
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.model import (
    ID_PATTERN,
    THEME_CLASS,
    Entity,
    Fact,
    FactFile,
    MappedList,
    Source,
)

Schema = dict[str, Any]
REFERENCE = "#/definitions/"
_STRING_OR_NUMBER = {"type": ["string", "number"]}


def generate_schema(facts: Iterable[Path] = (), *, only: bool = False) -> str:
    """Return the JSON Schema of fact files as text.

    It suggests the ids that the shipped facts and further folders declare, or ``only`` the further
    ones, and leaves out invalid entities. Raises ReadError if a path cannot be read.
    """
    entities = [
        each.record for each in read_with_shipped_facts(facts, only=only).entities if each.complete
    ]
    return json.dumps(_build_schema(load_ontology(), entities), ensure_ascii=False, indent=1) + "\n"


class _SchemaGenerator(GenerateJsonSchema):
    """Generates only what somebody who writes YAML needs to know.

    An empty value is a mistake, not null. Text such as 2025 is a number to an editor.
    """

    def nullable_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: Any) -> Schema:
        return super().str_schema(schema) | _STRING_OR_NUMBER

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _build_schema(ontology: Ontology, entities: Iterable[Entity]) -> Schema:
    _, models = models_json_schema(
        [(model, "validation") for model in (FactFile, Source, Entity, Fact, MappedList)],
        ref_template=REFERENCE + "{model}",
        schema_generator=_SchemaGenerator,
    )
    records: dict[str, Schema] = models["$defs"]
    for record in records.values():
        del record["title"]
    file = records.pop("FactFile")
    _describe_file(file)
    _describe_entity(records["Entity"], ontology)
    _describe_fact(records["Fact"], ontology)
    for name in ("Source", "Fact"):
        records[name]["properties"]["verification"] |= _concepts_schema("verification", ontology)
    for name in ("ExpectedCount", "Fact"):
        _restrict_key(records[name], "relation", {"$ref": REFERENCE + "relation"})
    _restrict_key(
        records["ExpectedCount"], "class", _classes_schema(ontology.list_classes(), ontology)
    )
    relations = {name: ontology.get_meaning(r.iri) for name, r in ontology.relations.items()}
    words = {
        "relation": _enum_schema(dict(sorted(relations.items())), "a relation of the ontology")
    }
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "What a source says"}
    return head | file | {"definitions": records | words | _id_schemas(ontology, entities)}


def _enum_schema(meanings: Mapping[str, str], expected: str | None = None) -> Schema:
    """Return the schema of a value with fixed choices, given with their meanings."""
    schema: Schema = {"enum": list(meanings), "enumDescriptions": list(meanings.values())}
    return schema | ({"errorMessage": f"Write {expected}."} if expected else {})


def _restrict_key(record: Schema, key: str, schema: Schema) -> None:
    """Restrict the values of a key to a schema, and keep its description."""
    description = record["properties"][key]["description"]
    record["properties"][key] = {"description": description, "allOf": [schema]}


def _describe_file(file: Schema) -> None:
    """Add the schemas of the parts of a file; facts need a source."""
    _restrict_key(file, "source", {"$ref": REFERENCE + "Source"})
    file["properties"]["lists"]["items"] = {
        "anyOf": [{"type": "string", "minLength": 1}, {"$ref": REFERENCE + "MappedList"}]
    }
    file["properties"]["entities"]["items"] = {"$ref": REFERENCE + "Entity"}
    file["properties"]["facts"]["items"] = {"$ref": REFERENCE + "Fact"}
    file["anyOf"] = [{"required": [key]} for key in ("source", "entities", "lists")]
    file["dependencies"] = {"facts": ["source"]}


def _describe_entity(record: Schema, ontology: Ontology) -> None:
    """Restrict the class of an entity by the kind of its id."""
    classes = {kind: list_declarable_classes(kind, ontology) for kind in CLASSES_OF_KIND}
    every = sorted({name for names in classes.values() for name in names})
    _restrict_key(record, "class", _classes_schema(every, ontology))
    record["properties"]["id"]["pattern"] = f"^({'|'.join(classes)}):{ID_PATTERN.pattern}$"
    record["allOf"] = [
        _conditional_schema(
            {"id": {"pattern": f"^{kind}:"}}, {"properties": {"class": {"enum": names}}}
        )
        for kind, names in classes.items()
    ]
    _describe_theme(record)


def _describe_theme(record: Schema) -> None:
    """Require the definition of a theme, and allow its keys for nothing else."""
    keys = ("definition", "broader", "close-match")
    for key in keys[1:]:
        _restrict_key(record, key, {"$ref": REFERENCE + "theme"})
    is_theme = _conditional_schema({"class": {"const": THEME_CLASS}}, {"required": [keys[0]]})
    others = {"not": {"anyOf": [{"required": [key]} for key in keys]}}
    record["allOf"].append(is_theme | {"else": others})


def _describe_fact(record: Schema, ontology: Ontology) -> None:
    """Restrict the ends of a fact by its relation, and require a reason for some bases."""
    for key in ("modality", "basis"):
        record["properties"][key] |= _concepts_schema(key, ontology)
    ends: dict[tuple[str, str], list[str]] = {}
    for name, relation in ontology.relations.items():
        subject, object_ = (
            _class_ids_schema(relation.domains, ontology),
            _object_schema(relation, ontology),
        )
        ends.setdefault((json.dumps(subject), json.dumps(object_)), []).append(name)
    record["allOf"] = [
        _conditional_schema(
            {"relation": {"enum": names}},
            {"properties": {"subject": json.loads(subject), "object": json.loads(object_)}},
        )
        for (subject, object_), names in ends.items()
    ]
    apart = sorted(iri.rpartition("/")[2] for iri in ontology.members["basis:kept-apart"])
    record["allOf"].append(
        _conditional_schema({"basis": {"enum": apart}}, {"required": ["reason"]})
    )


def _conditional_schema(condition: Schema, then: Schema) -> Schema:
    """Return a schema that applies another one where keys are given and meet a condition."""
    return {"if": {"properties": condition, "required": list(condition)}, "then": then}


def _object_schema(relation: Relation, ontology: Ontology) -> Schema:
    """Return the schema of the objects of a relation; numbers may be in quotation marks."""
    if not relation.has_literals:
        return _class_ids_schema(relation.ranges, ontology)
    for ranges, pattern in ((DATE_TYPES, DATE_PATTERN), ({INTEGER}, INTEGER_PATTERN)):
        if not relation.ranges.isdisjoint(ranges):
            return {"type": ["string", "integer"], "pattern": f"^({pattern.pattern})$"}
    for form, name in (LITERAL_FORMS[each] for each in relation.ranges & LITERAL_FORMS.keys()):
        message = f"Write {name}."
        types = _STRING_OR_NUMBER["type"]
        return {"type": types, "pattern": f"^({form.pattern})$", "patternErrorMessage": message}
    return _STRING_OR_NUMBER


def _class_ids_schema(classes: frozenset[str], ontology: Ontology) -> Schema:
    """Return the schema of the ids of kinds that may have one of some classes."""
    fitting = [
        kind
        for kind, types in map_kinds_to_classes(ontology).items()
        if any(ontology.is_a([type_], classes) for type_ in types)
    ]
    return {"anyOf": [{"$ref": REFERENCE + kind} for kind in fitting]}


def _concepts_schema(kind: str, ontology: Ontology) -> Schema:
    names = [name for name in ontology.concepts if name.startswith(f"{kind}:")]
    return _enum_schema(
        {name.partition(":")[2]: ontology.get_meaning(expand(name)) for name in names}
    )


def _classes_schema(names: Iterable[str], ontology: Ontology) -> Schema:
    return _enum_schema({name: ontology.get_meaning(NS + name) for name in names})


def _id_schemas(ontology: Ontology, entities: Iterable[Entity]) -> dict[str, Schema]:
    """Return the schema of the ids of each kind: the known ones, and a pattern for others."""
    known: dict[str, dict[str, str]] = {kind: {} for kind in map_kinds_to_classes(ontology)}
    for code, country in ontology.countries.items():
        known["actor"][f"actor:{code}"] = f"{country.names['en']}: Country"
    for entity in sorted(entities, key=lambda entity: entity.id):
        label = entity.label.get("en") or next(iter(entity.label.values()))
        known[entity.id.partition(":")[0]][entity.id] = f"{label}: {entity.class_}"
    for name in ontology.concepts:
        known[name.partition(":")[0]][name] = ontology.get_meaning(expand(name))
    return {
        kind: {"anyOf": [_enum_schema(ids, f"{kind}: and its id"), *_undeclared_id_schemas(kind)]}
        for kind, ids in known.items()
    }


def _undeclared_id_schemas(kind: str) -> list[Schema]:
    """Return the schema of ids that are declared elsewhere; none looks like a country code."""
    pattern = f"^{kind}:(?![A-Z]{{1,3}}$){ID_PATTERN.pattern}$"
    return [{"type": "string", "pattern": pattern}] if kind in CLASSES_OF_KIND else []
