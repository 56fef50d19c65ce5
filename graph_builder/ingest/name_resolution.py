"""Names in mapped tables: what a row calls by an everyday name gets its id, if only one has it."""

from collections.abc import Container
from dataclasses import dataclass, replace

from graph_builder.core.ontology import Ontology
from graph_builder.core.text import join_alternatives, quote_id
from graph_builder.ingest.entity_names import EntityNames
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.located_facts import collect_facts
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Fact
from graph_builder.ingest.record_validation import LocatedRecord


def resolve_names(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Replace names in the facts of mapped tables by ids; report those that several things have."""
    diagnostics = Diagnostics()
    if not result.mapped_files:
        return diagnostics
    names = EntityNames(result.entities, ontology)
    resolver = _NameResolver(result.mapped_files, ontology, names, diagnostics)
    for path, facts in result.facts.items():
        if any(each.location.file in result.mapped_files for each in facts):
            result.facts[path] = collect_facts(map(resolver.resolve, facts))
    for name, document in result.documents.items():
        result.documents[name] = replace(document, facts=result.facts[document.path])
    return diagnostics


@dataclass(frozen=True)
class _NameResolver:
    """Puts ids in the place of names in the facts of mapped files."""

    files: Container[str]
    ontology: Ontology
    names: EntityNames
    diagnostics: Diagnostics

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
        classes = self.names.classes
        if not name or name in classes:
            return located
        named = sorted(self.names.find(name))
        found = [each for each in named if self.ontology.is_a(classes[each], allowed)] or named
        if len(found) == 1:
            return replace(located, record=located.record.model_copy(update={key: found[0]}))
        if found:
            message = f"{quote_id(name)} may be {join_alternatives(found)}"
            advice = "write which under values in the map"
            self.diagnostics.add(located.location, f"{message}; {advice}", key)
            record = located.record.model_copy(update={key: None})
            return replace(located, record=record, complete=False)
        return located
