"""The index of the names in a store on disk: made when the store is written, read by searches.

It is a database of SQLite beside the files of the engine. A lookup reads a few pages of it, however
large the graph is; it narrows down the names, which are then compared as those in memory are.
"""

import hashlib
import json
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.core.errors import MIN_SUGGESTION_SCORE, ReadError
from graph_builder.core.folding import fold_words
from graph_builder.core.resources import VERSION, find_data_folder
from graph_builder.core.search_words import UNSPACED, Meaning, SearchWords, Words, load_search_words
from graph_builder.core.similarity import find_comparable_texts
from graph_builder.store.label_index import (
    ComparableName,
    FoldedName,
    IndexedName,
    NameKind,
    SimilarNames,
    Tokens,
    build_keys,
    index_similar,
    list_comparable,
)
from graph_builder.store.used_names import UsedNamesInMemory
from graph_builder.store.word_index import Entry, MeaningsInMemory

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

#: Counts the changes of the tables and of how names are folded.
_FORMAT = 2
_TABLES = """
CREATE TABLE property (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE name (
    id INTEGER PRIMARY KEY, kind INTEGER, text TEXT, language TEXT, predicate TEXT, iri TEXT
);
CREATE TABLE folding (id INTEGER PRIMARY KEY, name INTEGER, position INTEGER, words TEXT);
CREATE TABLE key (key TEXT, folding INTEGER, PRIMARY KEY (key, folding)) WITHOUT ROWID;
CREATE TABLE word (word TEXT, folding INTEGER, PRIMARY KEY (word, folding)) WITHOUT ROWID;
CREATE TABLE part (part TEXT, folding INTEGER, PRIMARY KEY (part, folding)) WITHOUT ROWID;
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, facts INTEGER, context TEXT);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, entity INTEGER, position INTEGER, name INTEGER, meanings TEXT
);
CREATE TABLE concept (
    concept TEXT, is_context INTEGER, entity INTEGER, PRIMARY KEY (concept, is_context, entity)
) WITHOUT ROWID;
CREATE TABLE status (iri TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
CREATE TABLE used (name TEXT PRIMARY KEY, prefix TEXT, lower TEXT, folded TEXT) WITHOUT ROWID;
CREATE TABLE mention (iri TEXT PRIMARY KEY, facts INTEGER) WITHOUT ROWID;
CREATE TABLE phrase (words TEXT PRIMARY KEY, concepts TEXT) WITHOUT ROWID;
CREATE TABLE first_word (word TEXT PRIMARY KEY, longest INTEGER) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX name_by_iri ON name (iri);
CREATE INDEX folding_by_words ON folding (words);
CREATE INDEX folding_by_name ON folding (name);
CREATE INDEX entry_by_entity ON entry (entity);
CREATE INDEX used_by_lower ON used (lower);
CREATE INDEX used_by_prefix ON used (prefix, folded);
"""
#: What follows all texts that begin with a text.
_LAST = "\U0010ffff"
#: Tables of words and names that decide what an index holds.
_DATA = ("search-words.csv", "country-names.csv", "entity-names.csv")
_CONCEPTS = "concept IN (SELECT value FROM json_each(?))"
_NAME_COLUMNS = "kind, text, language, predicate, iri"
#: How the names in memory are sorted.
_BY_NAME = f"ORDER BY {_NAME_COLUMNS}"
_PART_LENGTH = 2


def write_index(
    graph: "Graph", path: Path, properties: dict[str, str], mentions: Mapping[str, int]
) -> None:
    """Write the index of a graph to a new file, with further properties of the graph.

    ``mentions`` are how many assertions are about each thing, for a graph that may be updated.
    """
    connection = sqlite3.connect(path)
    try:
        # nobody reads the file before it is whole, and the caller gives it to the disk
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_TABLES)
        _fill(connection, graph, {**properties, "made by": _describe_maker()})
        insert(connection, "mention", mentions.items())
        connection.executescript(_INDEXES)
        connection.commit()
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, graph: "Graph", properties: dict[str, str]) -> None:
    add = partial(insert, connection)
    index, meanings = graph.label_index, MeaningsInMemory(graph)
    numbers = insert_names(connection, index.names, index.iter_folded())
    iris = sorted({*meanings.entries, *meanings.contexts})
    insert_entities(
        connection,
        (
            IndexedEntity(
                iri,
                meanings.count_facts(iri),
                meanings.get_context(iri),
                meanings.list_entries(iri),
            )
            for iri in iris
        ),
        numbers,
    )
    add("status", graph.list_inactive_statuses().items())
    add("used", map(describe_used_name, UsedNamesInMemory(graph).names))
    words = load_search_words()
    add("phrase", ((" ".join(each), write_list(found)) for each, found in words.phrases.items()))
    add("first_word", words.lengths.items())
    table = {"kinds": words.kinds, "stems": words.stems, "stop_words": sorted(words.stop_words)}
    properties = {**properties, "words": json.dumps(table), "entities": str(len(meanings.entries))}
    add("property", properties.items())


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a table, but for those that are there."""
    for first in (iterator := iter(rows)):
        places = ", ".join("?" * len(first))
        command = f"INSERT OR IGNORE INTO {table} VALUES ({places})"  # noqa: S608 -- ours
        connection.executemany(command, chain([first], iterator))


def _find_next_id(connection: sqlite3.Connection, table: str) -> int:
    query = f"SELECT COALESCE(MAX(id), -1) + 1 FROM {table}"  # noqa: S608 -- ours
    return int(connection.execute(query).fetchone()[0])


def insert_names(
    connection: sqlite3.Connection, names: Iterable[IndexedName], folded: Iterable[FoldedName]
) -> Mapping[IndexedName, int]:
    """Add names, and the same names with their folded words; return the number of each name."""
    numbers = {name: each for each, name in enumerate(names, _find_next_id(connection, "name"))}
    add = partial(insert, connection)
    add("name", ((number, *name) for name, number in numbers.items()))
    found = list(enumerate(folded, _find_next_id(connection, "folding")))
    seen: Counter[IndexedName] = Counter()
    rows = []
    for each, (words, name) in found:
        rows.append((each, numbers[name], seen[name], " ".join(words)))
        seen[name] += 1
    add("folding", rows)
    add("key", ((key, each) for each, (words, _) in found for key in build_keys(words)))
    add("word", ((word, each) for each, (words, _) in found for word in {*words}))
    add("part", ((part, each) for each, (words, _) in found for part in list_parts(words)))
    return numbers


class IndexedEntity(NamedTuple):
    """What is known of an entity: how many facts, what places it, and what its names mean."""

    iri: str
    facts: int
    context: frozenset[str]
    entries: Sequence[Entry]


def insert_entities(
    connection: sqlite3.Connection,
    entities: Iterable[IndexedEntity],
    numbers: Mapping[IndexedName, int],
) -> None:
    """Add entities whose names are there, with the numbers given."""
    add = partial(insert, connection)
    known = dict(enumerate(entities, _find_next_id(connection, "entity")))
    add(
        "entity",
        (
            (number, each.iri, each.facts, write_list(each.context))
            for number, each in known.items()
        ),
    )
    first = _find_next_id(connection, "entry")
    entries = (
        (number, position, entry)
        for number, each in known.items()
        for position, entry in enumerate(each.entries)
    )
    add(
        "entry",
        (
            (row, entity, position, numbers[entry.name], json.dumps([*map(sorted, entry.meanings)]))
            for row, (entity, position, entry) in enumerate(entries, first)
        ),
    )
    add("concept", (row for number, each in known.items() for row in list_concepts(number, each)))


def list_concepts(number: int, entity: IndexedEntity) -> Iterator[tuple[str, int, int]]:
    """Yield the concepts of an entity, those that place it last; none if no name has a meaning."""
    meanings = (meaning for entry in entity.entries for meaning in entry.meanings)
    yield from ((concept, 0, number) for meaning in meanings for concept in meaning)
    yield from ((concept, 1, number) for concept in entity.context if entity.entries)


def describe_used_name(name: str) -> tuple[str, str, str, str]:
    """Return a prefixed name with its parts, in the forms in which it is looked up."""
    prefix, _, local = name.partition(":")
    return name, prefix, local.lower(), " ".join(fold_words(local))


def list_parts(words: Iterable[str]) -> set[str]:
    """Return the letters, and the pairs of them, by which a name without spaces is found."""
    text = "".join(words)
    if not UNSPACED.search(text):
        return set()
    starts = [at for at in range(len(text)) if UNSPACED.match(text, at)]
    return {text[at : at + length] for at in starts for length in range(1, _PART_LENGTH + 1)}


def write_list(texts: Iterable[str]) -> str:
    """Return texts, sorted, as they are kept."""
    return json.dumps(sorted(texts), ensure_ascii=False)


@cache
def _describe_maker() -> str:
    """Return what decides how an index is made: version, format, and the tables of words."""
    digest = hashlib.sha256(f"{VERSION} {_FORMAT}".encode())
    for name in _DATA:
        digest.update((find_data_folder("ontology") / name).read_bytes())
    return digest.hexdigest()


def open_index(path: Path) -> "StoredIndex | None":
    """Return the index in a file, or None if another version of the program has made it."""
    index = StoredIndex(path)
    return index if index.get_property("made by") == _describe_maker() else None


class StoredIndex:
    """The names of a store on disk and what they mean: a table of names, and one of meanings."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        """Open the file; only who gives a connection may still write to it."""
        self._path = path
        if connection is None:
            address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            weakref.finalize(self, connection.close)
        self._connection = connection

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        try:
            return iter(self._connection.execute(f"SELECT {query}", values).fetchall())
        except UnicodeEncodeError:  # half a character, which no name has
            return iter(())
        except sqlite3.Error as error:
            raise ReadError(f"{self._path}: damaged: {error}; build the graph again") from error

    def get_property(self, key: str) -> str | None:
        """Return a property of the graph, None if nothing is known of it."""
        found = self._select("value FROM property WHERE key = ?", key)
        return next((value for (value,) in found), None)

    def get_status_label(self, iri: str) -> str:
        """Return the label of the status of an entity that is not there, "" for any other."""
        found = self._select("label FROM status WHERE iri = ?", iri)
        return next((label for (label,) in found), "")

    # The table of names

    def list_names(self) -> Sequence[IndexedName]:
        """Return all names, sorted: those in the graph, ids, everyday names, and short forms."""
        return [_build_name(row) for row in self._select(f"{_NAME_COLUMNS} FROM name {_BY_NAME}")]

    def list_folded(self) -> Sequence[FoldedName]:
        """Return all names with their folded words, sorted; one with umlauts comes twice."""
        return self._list_foldings("1")

    def _list_foldings(self, condition: str, *values: object) -> list[FoldedName]:
        columns = f"words, {_NAME_COLUMNS} FROM folding JOIN name ON name.id = folding.name"
        query = f"{columns} WHERE {condition} {_BY_NAME}, position"
        found = self._select(query, *values)
        return [(tuple(words.split()), _build_name(row)) for words, *row in found]

    def has_iri(self, iri: str) -> bool:
        """Return whether an entity has a name."""
        return any(self._select("1 FROM name WHERE iri = ? LIMIT 1", iri))

    def find_by_key(self, key: str) -> Iterable[IndexedName]:
        """Return the names whose words, joined or sorted, are a text."""
        condition = "folding.id IN (SELECT folding FROM key WHERE key = ?)"
        return [name for _, name in self._list_foldings(condition, key)]

    def find_by_start(self, words: Tokens, prefix: str) -> Iterable[ComparableName]:
        """Return the names that may begin with words, or have words that begin with them.

        With a prefix, they are the ids with that prefix.
        """
        text, rarest = "".join(words), min(words, key=self._count_by_start)
        wanted = "SELECT folding FROM key WHERE key >= ? AND key < ?"
        wanted += " UNION SELECT folding FROM word WHERE word >= ? AND word < ?"
        values = [text, text + _LAST, rarest, rarest + _LAST]
        if UNSPACED.match(text):
            wanted += " UNION SELECT folding FROM part WHERE part = ?"
            values.append(text[:_PART_LENGTH])
        return list_comparable(self._list_foldings(f"folding.id IN ({wanted})", *values), prefix)

    def _count_by_start(self, word: str) -> int:
        """Return how many names have a word that begins with a word, at most 1,000."""
        found = "SELECT 1 FROM word WHERE word >= ? AND word < ? LIMIT 1000"
        counted = self._select(f"COUNT(*) FROM ({found})", word, word + _LAST)
        return sum(number for (number,) in counted)

    def find_similar(self, words: Tokens, prefix: str) -> SimilarNames:
        """Return the names that may be similar to words; with a prefix, the ids with it."""
        texts = [text for (text,) in self._select("DISTINCT words FROM folding")]
        all_words = [word for (word,) in self._select("DISTINCT word FROM word")]
        near, near_words = find_comparable_texts(words, texts, all_words)
        condition = "folding.words IN (SELECT value FROM json_each(?)) OR folding.id IN"
        condition += " (SELECT folding FROM word WHERE word IN (SELECT value FROM json_each(?)))"
        found = self._list_foldings(condition, json.dumps(near), json.dumps(near_words))
        return index_similar(list_comparable(found, prefix))

    def group_by_key(self) -> Iterable[Sequence[IndexedName]]:
        """Return the groups of names that have a key in common."""
        groups: dict[str, list[IndexedName]] = {}
        for words, name in self.list_folded():
            for key in build_keys(words):
                groups.setdefault(key, []).append(name)
        return groups.values()

    # The table of meanings

    def count_entities(self) -> int:
        """Return the number of entities that have names with a meaning."""
        return int(self.get_property("entities") or 0)

    def count_entities_of(self, meaning: Meaning) -> int:
        """Return the number of entities with a name that has a concept of a meaning."""
        query = f"COUNT(DISTINCT entity) FROM concept WHERE {_CONCEPTS} AND is_context = 0"
        ((number,),) = self._select(query, json.dumps([*meaning]))
        return int(number)

    def find_entities(self, meaning: Meaning) -> Iterable[str]:
        """Return the entities of which a name, or what places them, has a concept of a meaning."""
        query = f"DISTINCT iri FROM concept JOIN entity ON entity.id = entity WHERE {_CONCEPTS}"
        return {iri for (iri,) in self._select(query, json.dumps([*meaning]))}

    def list_entries(self, iri: str) -> Sequence[Entry]:
        """Return the names of an entity."""
        query = f"meanings, {_NAME_COLUMNS} FROM entry JOIN name ON name.id = entry.name"
        query += " WHERE entity = (SELECT id FROM entity WHERE iri = ?) ORDER BY entry.position"
        return [
            Entry(_build_name(row), tuple(map(frozenset, json.loads(meanings))))
            for meanings, *row in self._select(query, iri)
        ]

    def get_context(self, iri: str) -> frozenset[str]:
        """Return what places an entity: concepts of places, countries and parents, and years."""
        found = self._select("context FROM entity WHERE iri = ?", iri)
        return frozenset(next((json.loads(context) for (context,) in found), ()))

    def count_facts(self, iri: str) -> int:
        """Return the number of assertions about an entity."""
        found = self._select("facts FROM entity WHERE iri = ?", iri)
        return next((number for (number,) in found), 0)

    # The names that are used

    def has_name(self, name: str) -> bool:
        """Return whether a prefixed name is used."""
        return any(self._select("1 FROM used WHERE name = ?", name))

    def find_namesakes(self, local: str) -> Iterable[str]:
        """Return the names that are a text after the prefix but for case, sorted."""
        found = self._select("name FROM used WHERE lower = ? ORDER BY name", local.lower())
        return [name for (name,) in found]

    def find_near_names(self, prefix: str, local: str) -> Iterable[str]:
        """Return what stands after a prefix in names, at least in those similar to a text."""
        found = dict(self._select("name, folded FROM used WHERE prefix = ?", prefix))
        words = {word for text in found.values() for word in text.split()}
        near = find_comparable_texts(
            fold_words(local), [*found.values()], [*words], MIN_SUGGESTION_SCORE
        )
        texts, near_words = map(set, near)
        return [
            name.partition(":")[2]
            for name, text in found.items()
            if text in texts or not near_words.isdisjoint(text.split())
        ]

    # The words of searches

    def load_search_words(self) -> SearchWords:
        """Return the table of words, which are looked up when they are needed."""
        return _StoredWords(self)

    def find_concepts(self, words: Words) -> set[str]:
        """Return the concepts of a phrase; none for other words."""
        found = self._select("concepts FROM phrase WHERE words = ?", " ".join(words))
        return set(next((json.loads(concepts) for (concepts,) in found), ()))

    def find_longest(self, word: str) -> int:
        """Return the number of words of the longest phrase that begins with a word; 0 for none."""
        found = self._select("longest FROM first_word WHERE word = ?", word)
        return next((longest for (longest,) in found), 0)


class _StoredWords(SearchWords):
    """The table of words, with its phrases in an index on disk."""

    def __init__(self, index: StoredIndex) -> None:
        """Read what is small; phrases are looked up."""
        self._index = index
        table = json.loads(index.get_property("words") or "")
        stems = table["stems"].items()
        read = {start: [(tuple(words), each) for words, each in found] for start, found in stems}
        super().__init__(table["kinds"], read, {*table["stop_words"]}, {})

    def find_concepts(self, words: Words) -> set[str]:
        """Return the concepts of a phrase; none for other words."""
        return self._index.find_concepts(words)

    def find_longest(self, word: str) -> int:
        """Return the number of words of the longest phrase that begins with a word; 0 for none."""
        return self._index.find_longest(word)


def _build_name(row: Sequence[Any]) -> IndexedName:
    kind, *rest = row
    return IndexedName(NameKind(kind), *rest)
