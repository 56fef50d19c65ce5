"""A database of what fact files state, with the facts of each thing at hand.

It is made when a graph is compiled. When a file changes, what its facts have to be compared with is
looked up here, and no other file is read.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from graph_builder.core.ontology import Ontology
from graph_builder.ingest.checked_facts import CheckedFact, collect_checked_facts
from graph_builder.ingest.consistency_checks import find_compared_thing
from graph_builder.ingest.fact_file_reader import ReadResult, SourceDocument
from graph_builder.ingest.list_names import is_json_list
from graph_builder.ingest.locations import Location
from graph_builder.ingest.model import Entity, Fact, Source
from graph_builder.ingest.quad_builder import is_kept_apart
from graph_builder.ingest.record_validation import LocatedRecord, restore_record

#: Of more facts no database is made: their files are long lists, of which each change is large.
MAX_FACTS = 300_000
_TABLES = """
CREATE TABLE input (path TEXT PRIMARY KEY, stamp TEXT, digest BLOB, file INTEGER) WITHOUT ROWID;
CREATE TABLE file (number INTEGER PRIMARY KEY, path TEXT UNIQUE, has_names INTEGER);
CREATE TABLE source (
    id TEXT PRIMARY KEY, file INTEGER, origin TEXT,
    rests_on TEXT, first_reporter TEXT, publisher TEXT, record TEXT
) WITHOUT ROWID;
CREATE TABLE entity (
    file INTEGER, position INTEGER, id TEXT, record TEXT, PRIMARY KEY (file, position)
) WITHOUT ROWID;
CREATE TABLE fact (
    file INTEGER, position INTEGER, subject TEXT, relation TEXT, object TEXT, compared TEXT,
    is_judgement INTEGER, is_apart INTEGER, names_object INTEGER, record TEXT,
    PRIMARY KEY (file, position)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX input_by_file ON input (file);
CREATE INDEX source_by_file ON source (file);
CREATE INDEX entity_by_id ON entity (id);
CREATE INDEX fact_by_subject ON fact (subject);
CREATE INDEX fact_by_object ON fact (object);
CREATE INDEX fact_by_compared ON fact (compared) WHERE compared IS NOT NULL;
CREATE INDEX judgement ON fact (subject, relation) WHERE is_judgement;
"""
_IN = "IN (SELECT value FROM json_each(?))"
_IN_SECOND = "IN (SELECT value FROM json_each(?2))"
_FACT_COLUMNS = "file, position, subject, relation, object, record"
_ENDS = ("subject", "relation", "object")
_EMPTY_FACT: dict[str, Any] = dict.fromkeys(Fact.model_fields)
_EMPTY_ENTITY: dict[str, Any] = dict.fromkeys(Entity.model_fields)
_EMPTY_SOURCE: dict[str, Any] = {**dict.fromkeys(Source.model_fields), "holds": ()}


class InputFile(NamedTuple):
    """A file that decides a graph: what changes when it is written to, and its digest if known."""

    path: str
    stamp: str
    digest: bytes = b""


class StoredFact(NamedTuple):
    """A fact with the number of its file, and its place among the facts of the file."""

    file: int
    position: int
    located: LocatedRecord[Fact]


class FactDatabase:
    """What the fact files of a graph state, and the files that decide the graph."""

    def __init__(self, path: Path, *, is_written: bool = False) -> None:
        """Open a database, to which nobody else writes."""
        mode = "mode=rwc" if is_written else "mode=ro&immutable=1"
        address = f"{path.absolute().as_uri()}?{mode}"
        self._connection = sqlite3.connect(address, uri=True)
        # nobody reads the file before it is whole, and the caller gives it to the disk
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")

    def create_tables(self) -> None:
        """Make a new database ready for records."""
        self._connection.executescript(_TABLES)

    def create_indexes(self) -> None:
        """Make what was added to a new database fast to look up."""
        self._connection.executescript(_INDEXES)

    def close(self) -> None:
        """Keep what was written, and close the database."""
        self._connection.commit()
        self._connection.close()

    def _select(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(f"SELECT {query}", values).fetchall()

    def count_updates(self) -> int:
        """Return how often the database was brought up to date since it was made."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def add_update(self) -> None:
        """Count an update."""
        self._connection.execute(f"PRAGMA user_version = {self.count_updates() + 1}")

    # Files

    def load_inputs(self) -> dict[str, InputFile]:
        """Return the files that decided the graph, by path."""
        rows = self._select("path, stamp, digest FROM input")
        return {path: InputFile(path, stamp, digest) for path, stamp, digest in rows}

    def load_files(self) -> dict[str, int]:
        """Return the numbers of the fact files, by path."""
        return dict(self._select("path, number FROM file"))

    def find_owners(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the fact file to which each of some files belongs, None if it belongs to none."""
        query = "input.path, file.path FROM input LEFT JOIN file ON number = file"
        return dict(self._select(f"{query} WHERE input.path {_IN}", _write_list(paths)))

    def list_inputs_of(self, numbers: Iterable[int]) -> list[str]:
        """Return the paths of fact files, given by number, and of their lists."""
        query = f"path FROM input WHERE file {_IN}"
        return [path for (path,) in self._select(query, _write_list(numbers))]

    def has_names(self, numbers: Iterable[int] | None = None) -> bool:
        """Return whether lists of fact files, by default of any, have names in place of ids."""
        where = "1" if numbers is None else f"number {_IN}"
        values = () if numbers is None else (_write_list(numbers),)
        return bool(self._select(f"1 FROM file WHERE has_names AND {where} LIMIT 1", *values))

    # Records

    def load_sources(self) -> dict[str, Source]:
        """Return all sources by id, with what decides their origins and nothing else."""
        rows = self._select("id, rests_on, first_reporter, publisher FROM source")
        names = ("id", "rests_on", "origin", "publisher")
        return {
            row[0]: restore_record(
                Source, {**_EMPTY_SOURCE, **dict(zip(names, row, strict=True))}, {*names}
            )
            for row in rows
        }

    def load_origins(self) -> dict[str, str]:
        """Return the origins of all sources by id."""
        return dict(self._select("id, origin FROM source"))

    def load_documents(
        self, numbers: Iterable[int], *, with_facts: bool = True
    ) -> dict[str, SourceDocument]:
        """Return the sources of fact files, given by number, with their facts or without."""
        query = f"file, record, path FROM source JOIN file ON number = file WHERE file {_IN}"
        documents = {}
        for number, record, path in self._select(query, _write_list(numbers)):
            source = Source.model_validate(json.loads(record))
            facts = self.load_facts("file = ?", number) if with_facts else []
            documents[source.id] = SourceDocument(
                source, Location(path, {}), tuple(each.located for each in facts)
            )
        return documents

    def load_source(self, name: str) -> Source:
        """Return the record of a source, given by id."""
        ((record,),) = self._select("record FROM source WHERE id = ?", name)
        return Source.model_validate(json.loads(record))

    def load_entities(
        self, condition: str = "1", *values: object
    ) -> list[tuple[int, LocatedRecord[Entity]]]:
        """Return the declared entities that meet a condition, each with the number of its file."""
        query = f"file, record FROM entity WHERE {condition} ORDER BY file, position"
        return [(file, _restore_entity(record)) for file, record in self._select(query, *values)]

    def load_entities_named(self, names: Iterable[str]) -> list[tuple[int, LocatedRecord[Entity]]]:
        """Return the declarations of some ids, each with the number of its file."""
        return self.load_entities(f"id {_IN}", _write_list(names))

    def count_facts(self, numbers: Iterable[int]) -> int:
        """Return the number of facts of fact files, given by number."""
        return int(self._select(f"COUNT(*) FROM fact WHERE file {_IN}", _write_list(numbers))[0][0])

    def load_facts(self, condition: str, *values: object, most: int = -1) -> list[StoredFact]:
        """Return the facts that meet a condition, in the order of each file, by default all."""
        query = f"{_FACT_COLUMNS} FROM fact WHERE {condition} ORDER BY file, position LIMIT {most}"
        return [
            StoredFact(file, position, _restore_fact(self._paths[file], ends, record))
            for file, position, *ends, record in self._select(query, *values)
        ]

    @cached_property
    def _paths(self) -> dict[int, Path]:
        return {number: Path(path) for path, number in self.load_files().items()}

    def load_compared(self, things: Iterable[str], most: int) -> list[StoredFact]:
        """Return facts with which others are compared by one of some things, at most so many."""
        return self.load_facts(f"compared {_IN}", _write_list(things), most=most)

    def load_facts_about(self, things: Iterable[str], most: int) -> list[StoredFact]:
        """Return the facts of which some things are the subject or the object, at most so many."""
        listed = _write_list(things)
        return self.load_facts(f"subject {_IN} OR object {_IN}", listed, listed, most=most)

    def find_dependents(self, things: Iterable[str]) -> set[str]:
        """Return the things that compared facts join to some things: what begins with an event."""
        query = f"DISTINCT compared FROM fact WHERE object {_IN} AND compared = subject"
        return {thing for (thing,) in self._select(query, _write_list(things))}

    def load_judged(self) -> set[tuple[str, str]]:
        """Return the subject and the relation of each judgement."""
        return {*self._select("subject, relation FROM fact WHERE is_judgement")}

    def find_named(self, names: Iterable[str], *, without: Iterable[int] = ()) -> dict[str, bool]:
        """Return which of some things facts name, and whether one does that is not kept apart.

        Facts of some files, given by number, do not count.
        """
        ends = ("subject = ?1", "object = ?1 AND names_object")
        facts = [f"FROM fact WHERE {end} AND file NOT {_IN_SECOND}" for end in ends]
        queries = [
            f"1 WHERE {' OR '.join(f'EXISTS (SELECT 1 {each}{kind})' for each in facts)}"
            for kind in (" AND NOT is_apart", "")
        ]
        listed, found = _write_list(without), dict[str, bool]()
        for name in names:
            if self._select(queries[0], name, listed):
                found[name] = True
            elif self._select(queries[1], name, listed):
                found[name] = False
        return found

    def is_any_mentioned(self, texts: Iterable[str], *, without: Iterable[int]) -> bool:
        """Return whether a fact, but for those of some files, has one of some texts as an end."""
        listed, skipped = _write_list(texts), f"file NOT {_IN}"
        query = f"1 FROM fact WHERE (subject {_IN} OR object {_IN}) AND {skipped} LIMIT 1"
        return bool(self._select(query, listed, listed, _write_list(without)))

    # Writing

    def remove_file(self, number: int) -> None:
        """Remove what a fact file states; its number is free for what it states now."""
        for table in ("source", "entity", "fact"):
            self._connection.execute(f"DELETE FROM {table} WHERE file = ?", (number,))  # noqa: S608
        self._connection.execute("UPDATE input SET file = NULL WHERE file = ?", (number,))
        self._connection.execute("DELETE FROM file WHERE number = ?", (number,))

    def add_result(
        self, result: ReadResult, ontology: Ontology, origins: Mapping[str, str]
    ) -> None:
        """Add what fact files state; those of the same path must have been removed."""
        ((last,),) = self._select("COALESCE(MAX(number), 0) FROM file")
        owners = {str(listed): str(path) for listed, path in result.lists.items()}
        named = {owners[name] for name in (*result.mapped_files, *filter(is_json_list, owners))}
        numbers = {str(path): last + each for each, path in enumerate(result.facts, 1)}
        self._insert("file", ((n, path, path in named) for path, n in numbers.items()))
        self._add_sources(result, numbers, origins)
        entities = (
            (numbers[owners.get(each.location.file, each.location.file)], position, each)
            for position, each in enumerate(result.entities)
        )
        self._insert(
            "entity",
            ((file, at, each.record.id, _dump_entity(each)) for file, at, each in entities),
        )
        for path, facts in collect_checked_facts(result, ontology).items():
            self._insert("fact", _list_fact_rows(numbers[str(path)], facts, ontology))
        self._connection.executemany(
            "UPDATE input SET file = ? WHERE path = ?",
            [(numbers[owner], path) for path, owner in {**owners, **_own(numbers)}.items()],
        )

    def _add_sources(
        self, result: ReadResult, numbers: Mapping[str, int], origins: Mapping[str, str]
    ) -> None:
        sources = ((each.source, numbers[str(each.path)]) for each in result.documents.values())
        self._insert(
            "source",
            (
                (
                    *(source.id, number, origins[source.id]),
                    *(source.rests_on, source.origin, source.publisher),
                    source.model_dump_json(by_alias=True, exclude_unset=True),
                )
                for source, number in sources
            ),
        )

    def set_origins(self, origins: Mapping[str, str]) -> None:
        """Keep the origins of sources by id."""
        rows = [(origin, name) for name, origin in origins.items()]
        self._connection.executemany("UPDATE source SET origin = ? WHERE id = ?", rows)

    def set_inputs(self, added: Iterable[InputFile], removed: Iterable[str]) -> None:
        """Keep files as they are now, and forget those that are gone."""
        self._connection.executemany(
            "DELETE FROM input WHERE path = ?", [(path,) for path in removed]
        )
        self._connection.executemany(
            "INSERT INTO input VALUES (?, ?, ?, NULL) ON CONFLICT (path) DO UPDATE"
            " SET stamp = excluded.stamp, digest = excluded.digest",
            [*added],
        )

    def _insert(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        for row in (iterator := iter(rows)):
            command = f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            self._connection.execute(command, row)
            self._connection.executemany(command, iterator)


def write_fact_database(
    path: Path,
    result: ReadResult,
    ontology: Ontology,
    origins: Mapping[str, str],
    inputs: Iterable[InputFile],
) -> None:
    """Write a new database of what was read without findings from all files of a graph."""
    with closing(FactDatabase(path, is_written=True)) as database:
        database.create_tables()
        database.set_inputs(inputs, ())
        database.add_result(result, ontology, origins)
        database.create_indexes()


def _own(numbers: Mapping[str, int]) -> dict[str, str]:
    return {path: path for path in numbers}


def _list_fact_rows(
    number: int, facts: Iterable[CheckedFact], ontology: Ontology
) -> Iterator[tuple[object, ...]]:
    for position, each in enumerate(facts):
        fact = each.record
        yield (
            *(number, position, fact.subject, fact.relation, fact.object),
            *(find_compared_thing(each), bool(fact.rank), is_kept_apart(fact, ontology)),
            *(not each.relation.has_literals, _dump_fact(each)),
        )


def _dump_fact(each: CheckedFact) -> str:
    """Return the name of the file of a fact, which is in the folder of its source, and the rest."""
    values = {
        name: value
        for name, value in each.record.__dict__.items()
        if value is not None and name not in _ENDS
    }
    return json.dumps((Path(each.file).name, values))


def _restore_fact(path: Path, ends: Sequence[str], data: str) -> LocatedRecord[Fact]:
    name, rest = json.loads(data)
    values = {**dict(zip(_ENDS, ends, strict=True)), **rest}
    record = restore_record(Fact, {**_EMPTY_FACT, **values}, {*values})
    return LocatedRecord(record, Location(str(path.with_name(name)), {}))


def _dump_entity(located: LocatedRecord[Entity]) -> str:
    record = located.record
    return json.dumps((located.location.file, record.__dict__, sorted(record.model_fields_set)))


def _restore_entity(data: str) -> LocatedRecord[Entity]:
    file, values, given = json.loads(data)
    record = restore_record(Entity, {**_EMPTY_ENTITY, **values}, {*given})
    return LocatedRecord(record, Location(file, {}))


def _write_list(values: Iterable[object]) -> str:
    return json.dumps([*values])
