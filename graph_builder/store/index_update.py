"""Bring the index of a store up to date after a few of its quads have changed.

Each row of the index is about one thing and follows from the quads on it, or on what places it, so
that only the rows of the things in these quads are made anew.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph_builder.core.folding import list_foldings
from graph_builder.core.vocabulary import compact, expand
from graph_builder.store.engine import Term
from graph_builder.store.frequent_things import FREQUENT_THINGS, LISTED_PREFIXES, MAX_LISTED
from graph_builder.store.graph import Graph
from graph_builder.store.label_index import (
    NAME_PROPERTIES,
    build_keys,
    complete_names,
    iter_names,
)
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.stored_index import (
    IndexedEntity,
    StoredIndex,
    describe_used_name,
    insert,
    insert_entities,
    insert_names,
    list_parts,
    write_list,
)
from graph_builder.store.word_index import (
    DATING,
    PLACED_BY,
    PLACING,
    Entry,
    Link,
    collect_places,
    find_meanings,
    list_concepts,
)

#: Over how many steps a thing places others.
_MAX_STEPS = max(PLACING.values())
_LAST = "\U0010ffff"
_TYPE, _PREDICATE = NamedNode(expand("rdf:type")), NamedNode(expand("rdf:predicate"))
_ENDS = (NamedNode(expand("rdf:subject")), NamedNode(expand("rdf:object")))
_HAS_STATUS, _RELATION = NamedNode(expand("aigg:hasStatus")), NamedNode(expand("aigg:Relation"))
_NAMING = {NamedNode(expand(name)) for name in NAME_PROPERTIES}
_PLACING = {NamedNode(expand(name)): depth for name, depth in PLACING.items()}
_PLACED_BY = [NamedNode(expand(name)) for name in PLACED_BY]
_DATING = [NamedNode(expand(name)) for name in DATING]
_MERGE = DefaultGraph()


def update_index(
    path: Path, store: Store, removed: Collection[Quad], added: Collection[Quad]
) -> None:
    """Bring the index in a file up to date with a store from which quads were removed or added.

    They are those by which the store differs from the one of which the index was made.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        _IndexUpdate(path, connection, store, (removed, added)).run()
        connection.commit()


class _IndexUpdate:
    """An update of an index that is open for writing."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        store: Store,
        changes: tuple[Collection[Quad], Collection[Quad]],
    ) -> None:
        self._connection = connection
        self._store = store
        self._engine = LocalEngine(store)
        self._index = StoredIndex(path, connection)
        self._removed, self._added = changes
        self._changed = (*self._removed, *self._added)
        self._find_entries = cache(self._index.list_entries)

    def run(self) -> None:
        """Update all tables."""
        placed = self._find_placed()
        named = self._find_subjects(_NAMING)
        affected = self._find_dependents(placed | named)
        self._count_facts()
        self._rename(named)
        for iri in affected | self._find_subjects(_DATING):
            self._update_context(iri)
        self._count_mentions()
        self._update_used_names()
        self._update_statuses()
        entities = self._connection.execute("SELECT COUNT(DISTINCT entity) FROM entry").fetchone()
        self._set_property("entities", str(entities[0]))

    def _execute(self, command: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(command, values)

    def _set_property(self, key: str, value: str) -> None:
        self._execute("UPDATE property SET value = ? WHERE key = ?", value, key)

    def _iter_merged(
        self, subject: NamedNode | None, predicate: NamedNode | None, object_: Term | None
    ) -> Iterator[Quad]:
        return iter(self._store.quads_for_pattern(subject, predicate, object_, _MERGE))

    def _find_subjects(self, predicates: Collection[NamedNode]) -> set[str]:
        """Return the subjects of changed quads with some predicates."""
        return {
            quad.subject.value
            for quad in self._changed
            if quad.predicate in predicates and isinstance(quad.subject, NamedNode)
        }

    def _find_placed(self) -> set[str]:
        """Return the things for which it has changed what places them."""
        by_value = {
            quad.object.value
            for quad in self._changed
            if quad.predicate in _PLACED_BY and isinstance(quad.object, NamedNode)
        }
        return by_value | self._find_subjects(_PLACING)

    # Names, and what they mean

    def _rename(self, iris: set[str]) -> None:
        """Make the names of things anew, and what they mean."""
        if not iris:
            return
        query = "SELECT iri, facts FROM entity WHERE iri IN (SELECT value FROM json_each(?))"
        facts = dict(self._execute(query, json.dumps([*iris])).fetchall())
        for iri in iris:
            self._remove_names(iri)
        said = (name for iri in iris for name in iter_names(self._engine, NamedNode(iri)))
        words = self._index.load_search_words()
        names = complete_names(said, words)
        folded = [(each, name) for name in names for each in list_foldings(name.text)]
        numbers = insert_names(self._connection, names, folded)
        entries = find_meanings(folded, words)
        self._find_entries.cache_clear()
        entities = (
            IndexedEntity(
                iri,
                facts[iri] if iri in facts else self._count_facts_about(iri),
                frozenset(),
                entries.get(iri, ()),
            )
            for iri in sorted(iris)
        )
        insert_entities(self._connection, entities, numbers)

    def _remove_names(self, iri: str) -> None:
        """Remove the names of a thing, and the thing."""
        for (entity,) in self._find_entity(iri):
            concepts = {each for entry in self._find_entries(iri) for each in _join(entry)}
            self._remove_concepts(entity, concepts, 0)
            self._remove_concepts(entity, self._index.get_context(iri), 1)
            self._execute("DELETE FROM entry WHERE entity = ?", entity)
            self._execute("DELETE FROM entity WHERE id = ?", entity)
        query = "SELECT folding.id, words FROM folding JOIN name ON name = name.id WHERE iri = ?"
        for folding, text in self._execute(query, iri).fetchall():
            words = text.split()
            for table, values in (
                ("key", build_keys(tuple(words))),
                ("word", {*words}),
                ("part", list_parts(words)),
            ):
                command = f"DELETE FROM {table} WHERE {table} = ? AND folding = ?"  # noqa: S608
                self._connection.executemany(command, [(value, folding) for value in values])
            self._execute("DELETE FROM folding WHERE id = ?", folding)
        self._execute("DELETE FROM name WHERE iri = ?", iri)

    def _remove_concepts(self, entity: int, concepts: Iterable[str], is_context: int) -> None:
        self._connection.executemany(
            "DELETE FROM concept WHERE concept = ? AND is_context = ? AND entity = ?",
            [(each, is_context, entity) for each in concepts],
        )

    def _find_entity(self, iri: str) -> list[tuple[int]]:
        """Return the number of an entity, or none."""
        return self._execute("SELECT id FROM entity WHERE iri = ?", iri).fetchall()

    # What places things

    def _find_links(self, iri: str) -> list[Link]:
        """Return what places a thing, over how many steps each."""
        node = NamedNode(iri)
        links = [
            (quad.object.value, depth)
            for predicate, depth in _PLACING.items()
            for quad in self._iter_merged(node, predicate, None)
            if isinstance(quad.object, NamedNode)
        ]
        return links + [
            (quad.subject.value, 1)
            for predicate in _PLACED_BY
            for quad in self._iter_merged(None, predicate, node)
            if isinstance(quad.subject, NamedNode)
        ]

    def _find_dependents(self, iris: set[str]) -> set[str]:
        """Return things, and those that they place over as many steps as count."""
        found, new = set(iris), iris
        for _ in range(_MAX_STEPS):
            new = {each for iri in new for each in self._iter_placed(NamedNode(iri))} - found
            found |= new
        return found

    def _iter_placed(self, node: NamedNode) -> Iterator[str]:
        for quad in self._iter_merged(None, None, node):
            if quad.predicate in _PLACING and isinstance(quad.subject, NamedNode):
                yield quad.subject.value
        for predicate in _PLACED_BY:
            for quad in self._iter_merged(node, predicate, None):
                if isinstance(quad.object, NamedNode):
                    yield quad.object.value

    def _update_context(self, iri: str) -> None:
        """Compute anew what places a thing, and when it was."""
        entries = self._find_entries(iri)
        places = collect_places(iri, self._find_links) if entries else []
        context = {each for to in places for each in list_concepts(to, self._find_entries(to))}
        for predicate in _DATING:
            for quad in self._iter_merged(NamedNode(iri), predicate, None):
                if isinstance(quad.object, Literal):
                    context.add(quad.object.value[:4])
        known = self._find_entity(iri)
        if not known and (entries or context):
            facts = self._count_facts_about(iri)
            insert_entities(
                self._connection, [IndexedEntity(iri, facts, frozenset(context), entries)], {}
            )
        for (entity,) in known:
            before = self._index.get_context(iri)
            self._remove_concepts(entity, before - context, 1)
            added = context - before if entries else ()
            insert(self._connection, "concept", ((each, 1, entity) for each in added))
            text = write_list(context)
            self._execute("UPDATE entity SET context = ? WHERE id = ?", text, entity)
            if not entries and not context:
                self._execute("DELETE FROM entity WHERE id = ?", entity)

    # How many facts are about things

    def _count_facts_about(self, iri: str) -> int:
        node = NamedNode(iri)
        return sum(1 for end in _ENDS for _ in self._store.quads_for_pattern(None, end, node, None))

    def _count_facts(self) -> None:
        """Add to the numbers of facts those that were added, less those that were removed."""
        for iri, number in self._count_ends(is_merged=False).items():
            self._execute("UPDATE entity SET facts = facts + ? WHERE iri = ?", number, iri)

    def _count_mentions(self) -> None:
        """Do the same to the numbers of mentions in the merge, and find the most frequent."""
        for iri, number in self._count_ends(is_merged=True).items():
            self._execute(
                "INSERT INTO mention VALUES (?, ?)"
                " ON CONFLICT (iri) DO UPDATE SET facts = facts + excluded.facts",
                *(iri, number),
            )
            self._execute("DELETE FROM mention WHERE iri = ? AND facts = 0", iri)
        query = "SELECT iri FROM mention WHERE iri >= ? AND iri < ?"
        query += f" ORDER BY facts DESC, iri LIMIT {MAX_LISTED}"
        frequent = {
            prefix: [iri for (iri,) in self._execute(query, prefix, prefix + _LAST)]
            for prefix in LISTED_PREFIXES
        }
        self._set_property(FREQUENT_THINGS, json.dumps(frequent))

    def _count_ends(self, *, is_merged: bool) -> Counter[str]:
        """Return how many more assertions have each thing as an end; fewer if it is negative."""
        counts: Counter[str] = Counter()
        for quads, step in ((self._removed, -1), (self._added, 1)):
            for quad in quads:
                is_counted = quad.graph_name == _MERGE or not is_merged
                if quad.predicate in _ENDS and is_counted and isinstance(quad.object, NamedNode):
                    counts[quad.object.value] += step
        return counts

    # The names that are used, and statuses

    def _update_used_names(self) -> None:
        """Add the names that are used now, and remove those that no longer are."""
        merged = [quad for quad in self._changed if quad.graph_name == _MERGE]
        nodes = {quad.predicate for quad in merged}
        for quad in merged:
            if quad.predicate == _TYPE:
                ends = (quad.subject, quad.object)
                nodes |= {each for each in ends if isinstance(each, NamedNode)}
        for node in nodes:
            name = compact(node.value)
            if name.startswith("assertion:"):
                continue
            if self._is_used(node):
                insert(self._connection, "used", [describe_used_name(name)])
            else:
                self._execute("DELETE FROM used WHERE name = ?", name)

    def _is_used(self, node: NamedNode) -> bool:
        """Return whether a thing is a property, a class, or has a class but that of relations."""
        return (
            any(True for _ in self._iter_merged(None, node, None))
            or any(True for _ in self._iter_merged(None, _TYPE, node))
            or any(quad.object != _RELATION for quad in self._iter_merged(node, _TYPE, None))
        )

    def _update_statuses(self) -> None:
        """Find anew which things are not there, if a fact on a status has changed."""
        status = {quad.subject for quad in self._changed if quad.object == _HAS_STATUS} | {
            quad.subject
            for quad in self._changed
            if any(self._store.quads_for_pattern(quad.subject, _PREDICATE, _HAS_STATUS, None))
        }
        if status:
            self._execute("DELETE FROM status")
            rows = Graph(self._store).list_inactive_statuses().items()
            insert(self._connection, "status", rows)


def _join(entry: Entry) -> Iterator[str]:
    for meaning in entry.meanings:
        yield from meaning
