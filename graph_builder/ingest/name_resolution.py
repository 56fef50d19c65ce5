"""Names in mapped tables: what a row calls by an everyday name gets its id, if only one has it."""

from collections.abc import Mapping
from dataclasses import replace

from graph_builder.core.everyday_names import load_everyday_names
from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import Ontology
from graph_builder.core.text import join_alternatives, quote_id
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Fact
from graph_builder.ingest.record_validation import LocatedRecord


def resolve_names(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Replace names in the facts of mapped tables by ids; report those that several things have."""
    diagnostics = Diagnostics()
    if not result.mapped_files:
        return diagnostics
    resolver = _NameResolver(result, ontology, diagnostics)
    for path, facts in result.facts.items():
        if any(each.location.file in result.mapped_files for each in facts):
            result.facts[path] = tuple(map(resolver.resolve, facts))
    for name, document in result.documents.items():
        result.documents[name] = replace(document, facts=result.facts[document.path])
    return diagnostics


class _NameResolver:
    """The ids by the names that things have, and the classes of each."""

    def __init__(self, result: ReadResult, ontology: Ontology, diagnostics: Diagnostics) -> None:
        self.files = result.mapped_files
        self.ontology = ontology
        self.diagnostics = diagnostics
        self.classes = {name: set(iris) for name, iris in ontology.concepts.items()}
        self.classes |= {f"actor:{code}": {NS + "Country"} for code in ontology.countries}
        entities = [each.record for each in result.entities if each.complete]
        self.classes |= {entity.id: {NS + entity.class_} for entity in entities}
        self._ids: dict[tuple[str, ...], set[str]] = {}
        for code, country in ontology.countries.items():
            self._add(f"actor:{code}", {"": code, "alpha2": country.alpha2, **country.names})
        for concept, labels in ontology.labels.items():
            self._add(concept, {label: label for label in labels})
        for each in load_everyday_names():
            self._add(each.id, {"": each.name})
        for entity in entities:
            self._add(entity.id, entity.label)

    def resolve(self, located: LocatedRecord[Fact]) -> LocatedRecord[Fact]:
        """Return a fact whose subject and object are ids, where they are names of one thing."""
        relation = self.ontology.relations.get(located.record.relation or "")
        if relation is None or located.location.file not in self.files:
            return located
        located = self._resolve_key(located, "subject", relation.domains)
        if not relation.has_literals:
            located = self._resolve_key(located, "object", relation.ranges)
        return located

    def _resolve_key(
        self, located: LocatedRecord[Fact], key: str, allowed: frozenset[str]
    ) -> LocatedRecord[Fact]:
        name = getattr(located.record, key)
        if not name or name in self.classes:
            return located
        named = self._ids.get(fold_words(name), set()) & self.classes.keys()
        found = sorted(
            each for each in named if self.ontology.is_a(self.classes[each], allowed)
        ) or sorted(named)
        if len(found) == 1:
            return replace(located, record=located.record.model_copy(update={key: found[0]}))
        if found:
            message = f"{quote_id(name)} may be {join_alternatives(found)}"
            advice = "write which under values in the map"
            self.diagnostics.add(located.location, f"{message}; {advice}", key)
            record = located.record.model_copy(update={key: None})
            return replace(located, record=record, complete=False)
        return located

    def _add(self, id_: str, names: Mapping[str, str]) -> None:
        for name in names.values():
            self._ids.setdefault(fold_words(name), set()).add(id_)
