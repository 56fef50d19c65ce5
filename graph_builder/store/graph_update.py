"""Which quads of a compiled graph change with the fact files that changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import MERGED_GRAPHS, ONTOLOGY_FILES, Ontology
from graph_builder.ingest.changed_facts import ChangedFacts
from graph_builder.ingest.fact_database import FactDatabase
from graph_builder.ingest.fact_file_reader import SourceDocument
from graph_builder.ingest.locations import Location
from graph_builder.ingest.model import Fact
from graph_builder.ingest.quad_builder import (
    DEFAULT_GRAPH,
    REGISTRY,
    compile_source,
    format_iri,
    is_kept_apart,
    make_registry_entry,
)
from graph_builder.ingest.quad_groups import QuadGroup, format_nquads

_MERGE = DefaultGraph()
_INFERRED_GRAPH, _REGISTRY_GRAPH = NamedNode(v.INFERRED_GRAPH), NamedNode(v.REGISTRY_GRAPH)
_IS_DEFINED_BY = NamedNode(v.expand("rdfs:isDefinedBy"))
#: Named graphs that are not part of the merge.
_SEPARATE_GRAPHS = {*ONTOLOGY_FILES.values(), v.INFERRED_GRAPH, v.SET_ASIDE_GRAPH} - {
    *MERGED_GRAPHS
}
_NOWHERE = Location("", {})


@dataclass(frozen=True)
class QuadChanges:
    """The quads that a graph no longer has, and those that it has now and had not."""

    removed: frozenset[Quad]
    added: frozenset[Quad]


def find_quad_changes(
    change: ChangedFacts, database: FactDatabase, store: Store, ontology: Ontology
) -> QuadChanges | None:
    """Return which quads of a store change with fact files, None if a theme comes or goes.

    The database says what all files stated when the store was made.
    """
    return _Comparison(change, database, store, ontology).compare()


class _Comparison:
    """Compares what sources state now with a store."""

    def __init__(
        self, change: ChangedFacts, database: FactDatabase, store: Store, ontology: Ontology
    ) -> None:
        self._change = change
        self._database = database
        self._store = store
        self._ontology = ontology
        self._own_graphs = {
            v.expand(f"graph:{name}") for name in (*change.before, *change.result.documents)
        }
        self._stated_now = self._find_named_now()
        names = self._list_names()
        self._listed = {
            name for name in names if self._is_registered(name) or name in self._stated_now
        }
        self._entries: set[str] = set()
        self._described_anew: set[NamedNode] = set()

    def compare(self) -> QuadChanges | None:
        """Return the quads that change."""
        comes_or_goes = {
            name
            for name in self._listed
            if self._is_registered(name) != (name in self._stated_now)
            or self._is_merged(name) != self._stated_now.get(name, False)
        }
        entities = self._change.entities
        if any(name in entities and entities[name].is_theme for name in comes_or_goes):
            return None
        old, new = self._compile_sources()
        self._entries = self._listed if self._change.redeclared else comes_or_goes
        old |= {quad for name in self._entries for quad in self._iter_entry(name)}
        new |= _parse(self._make_entries())
        removed = frozenset(each for each in old - new if not self._is_stated_elsewhere(each))
        added = frozenset(each for each in new - old if each not in self._store)
        return QuadChanges(removed, added)

    def _list_names(self) -> set[str]:
        """Return the things that the changed files name now or named before, or declare anew."""
        result = self._change.result
        documents = (*self._change.before.values(), *result.documents.values())
        names = {
            end
            for document in documents
            for located in document.facts
            for end in self._list_ends(located.record)
        }
        return names | self._change.redeclared

    def _list_ends(self, fact: Fact) -> tuple[str, ...]:
        has_literals = self._ontology.relations[fact.relation].has_literals
        return (fact.subject,) if has_literals else (fact.subject, fact.object)

    def _find_named_now(self) -> dict[str, bool]:
        """Return the things that facts name now, and whether any of these is in the merge."""
        found = self._database.find_named(self._list_names(), without=self._change.removed)
        for document in self._change.result.documents.values():
            for fact in (each.record for each in document.facts):
                is_merged = not is_kept_apart(fact, self._ontology)
                for name in self._list_ends(fact):
                    found[name] = found.get(name, False) or is_merged
        return found

    def _compile_sources(self) -> tuple[set[Quad], set[Quad]]:
        """Return the quads of changed sources as they were and as they are.

        Of those whose origin only has another name now, there are the quads on the source.
        """
        change, origins = self._change, self._database.load_origins()
        others = [
            name
            for name, origin in change.origins.items()
            if name not in change.result.documents and origins[name] != origin
        ]
        self._described_anew = {NamedNode(v.expand(f"source:{name}")) for name in others}
        headers = [
            SourceDocument(self._database.load_source(name), _NOWHERE, ()) for name in others
        ]
        before = [*change.before.values(), *headers]
        now = [*change.result.documents.values(), *headers]
        return self._compile(before, origins), self._compile(now, change.origins)

    def _compile(
        self, documents: Iterable[SourceDocument], origins: Mapping[str, str]
    ) -> set[Quad]:
        return _parse(
            group
            for each in documents
            for group in compile_source(each, self._ontology, origins[each.source.id])
        )

    # The registry

    def _is_registered(self, name: str) -> bool:
        return self._has_entry(name, _REGISTRY_GRAPH)

    def _is_merged(self, name: str) -> bool:
        return self._has_entry(name, _MERGE)

    def _has_entry(self, name: str, graph: NamedNode | DefaultGraph) -> bool:
        node = NamedNode(v.expand(name))
        return Quad(node, _IS_DEFINED_BY, _REGISTRY_GRAPH, graph) in self._store

    def _iter_entry(self, name: str) -> Iterator[Quad]:
        """Yield the quads of the registry's entry of a thing in the store."""
        node, is_merged = NamedNode(v.expand(name)), self._is_merged(name)
        for quad in self._store.quads_for_pattern(node, None, None, _REGISTRY_GRAPH):
            yield quad
            if is_merged:
                yield Quad(quad.subject, quad.predicate, quad.object, _MERGE)

    def _make_entries(self) -> Iterator[QuadGroup]:
        """Yield the entries that the registry has now of things that come, go or change."""
        for name in self._entries & self._stated_now.keys():
            entry = make_registry_entry(name, self._change.entities.get(name), self._ontology)
            graphs = (REGISTRY, DEFAULT_GRAPH) if self._stated_now[name] else (REGISTRY,)
            for graph in graphs if entry else ():
                yield QuadGroup(graph, format_iri(name), entry or [])

    # What others state

    def _is_stated_elsewhere(self, quad: Quad) -> bool:
        """Return whether a quad of a graph of many sources stays, for another one states it."""
        if quad.graph_name == _INFERRED_GRAPH:
            return quad in self._infer_elsewhere(quad)
        if quad.graph_name != _MERGE or quad.subject in self._described_anew:
            return False
        same = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(self._is_from_elsewhere(each) for each in same)

    def _is_from_elsewhere(self, quad: Quad) -> bool:
        """Return whether a quad of the store is in the merge too, and not by a changed file."""
        graph = getattr(quad.graph_name, "value", "")
        if graph == v.REGISTRY_GRAPH:
            name = v.compact(getattr(quad.subject, "value", ""))
            return name not in self._entries and self._is_merged(name)
        if graph in MERGED_GRAPHS:
            return True
        return bool(graph) and graph not in _SEPARATE_GRAPHS and graph not in self._own_graphs

    def _infer_elsewhere(self, quad: Quad) -> set[Quad]:
        """Return the quads that other sources give of the subject of an inferred fact."""
        subject = v.compact(getattr(quad.subject, "value", ""))
        facts = self._database.load_facts("subject = ? AND is_apart", subject)
        others = [each for each in facts if each.file not in self._change.removed]
        documents = self._database.load_documents({each.file for each in others})
        return self._compile(
            [
                SourceDocument(
                    document.source,
                    _NOWHERE,
                    tuple(each for each in document.facts if each.record.subject == subject),
                )
                for document in documents.values()
            ],
            self._database.load_origins(),
        )


def _parse(groups: Iterable[QuadGroup]) -> set[Quad]:
    """Return the quads of groups, which this program wrote."""
    return {
        quad
        for block in format_nquads(groups)
        for quad in parse(block, format=RdfFormat.N_QUADS, lenient=True)
    }


def apply_quad_changes(store: Store, changes: QuadChanges) -> None:
    """Remove and add quads, and remove named graphs that are empty then."""
    for quad in changes.removed:
        store.remove(quad)
    store.extend(changes.added)
    graphs = {each.graph_name for each in changes.removed} - {_MERGE}
    for graph in graphs:
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)
