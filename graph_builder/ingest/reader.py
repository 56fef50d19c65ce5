"""Reads a folder of fact files: every finding of every file in one go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from graph_builder.core.errors import FactsError, ReadError, suggest_similar
from graph_builder.core.text import quote
from graph_builder.ingest.csv_reader import read_csv
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Entity, Fact, FactFile, Record, Source
from graph_builder.ingest.records import read_partial_record, read_record
from graph_builder.ingest.text_reader import read_text
from graph_builder.ingest.yaml_reader import read_yaml

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True)
class Located(Generic[R_co]):
    """A record and where it stands; one that is not ``whole`` holds only what could be read."""

    record: R_co
    place: Location
    whole: bool = True


@dataclass(frozen=True)
class SourceDocument:
    """A source document with its facts, in the order of its file and lists."""

    source: Source
    place: Location
    facts: tuple[Located[Fact], ...]

    @property
    def path(self) -> Path:
        """The YAML file it was read from."""
        return Path(self.place.file)


@dataclass(frozen=True)
class FactBase:
    """All that a folder of fact files states: entities, in order, and documents, by source id."""

    entities: tuple[Located[Entity], ...]
    documents: Mapping[str, SourceDocument]


@dataclass
class ReadResult:
    """What has been read so far, and what is wrong in it.

    ``facts`` holds those of each file, even if its source is not as it should be, and entities and
    facts stand here even if something in them is not, for what else there is to find; ``lists`` the
    CSV files that are named; ``unread`` the ids of entities and sources that are declared, but not
    as they should be; ``whole`` is false once a file, or its list of entities, could not be read.
    """

    findings: Diagnostics = field(default_factory=Diagnostics)
    entities: list[Located[Entity]] = field(default_factory=list)
    documents: dict[str, SourceDocument] = field(default_factory=dict)
    facts: dict[Path, tuple[Located[Fact], ...]] = field(default_factory=dict)
    lists: list[Path] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    whole: bool = True

    def base(self) -> FactBase:
        """Return what was read; an entity that several files declare has all their labels.

        Raises FactsError with all findings if there are any.
        """
        if self.findings.found:
            raise FactsError(self.findings.found)
        entities: dict[str, Located[Entity]] = {}
        for located in self.entities:
            first = entities.setdefault(located.record.id, located)
            labels = dict(located.record.label) | dict(first.record.label)
            record = first.record.model_copy(update={"label": labels})
            entities[record.id] = Located(record, first.place)
        return FactBase(tuple(entities.values()), self.documents)


def read_fact_files(paths: list[Path]) -> ReadResult:
    """Return what the files state, unchecked against the vocabulary, and all that is wrong."""
    reading = ReadResult()
    for path in paths:
        try:
            _read_file(path, reading)
        except FactsError as error:
            reading.findings.found += error.findings
            reading.whole = False
    return reading


def add_missing_entities(other: ReadResult, reading: ReadResult) -> None:
    """Add the entities of another reading whose ids are not declared yet."""
    declared = {located.record.id for located in reading.entities} | reading.unread
    reading.entities += [each for each in other.entities if each.record.id not in declared]


def _read_file(path: Path, reading: ReadResult) -> None:
    tree, positions, found = read_yaml(read_text(path), str(path))
    reading.findings.found += found
    place = Location(str(path), positions)
    if not isinstance(tree, dict):
        read_record(FactFile, tree, place, reading.findings)
        reading.whole = False
        return
    file, whole = _read_outline(tree, place, reading.findings)
    reading.whole &= whole
    for number, data in enumerate(file.entities):
        _read_entity(data, place.inside("entities", number), reading)
    facts = list(_read_facts(file.facts, place, reading.findings, "facts"))
    for number, name in enumerate(file.lists):
        facts += _read_csv_file(path, name, place.inside("lists", number), reading)
    reading.facts[path] = tuple(facts)
    if file.source is not None:
        _read_source(file.source, place.inside("source"), path, reading)
    elif whole and (file.facts or file.lists):
        reading.findings.add(place, "facts without a source; say under 'source:' who states them")
    elif whole and not file.entities:
        reading.findings.add(place, "neither a source nor entities; a fact file holds one of them")


def _read_outline(
    tree: dict[str, Any], place: Location, findings: Diagnostics
) -> tuple[FactFile, bool]:
    """Return the parts of a file that are as they should be, and whether these are all."""
    parts = {
        key: part
        for key, part in tree.items()
        if read_record(FactFile, {key: part}, place, findings)
    }
    return FactFile.model_validate(parts), len(parts) == len(tree)


def _read_entity(data: Any, place: Location, reading: ReadResult) -> None:
    if entity := read_record(Entity, data, place, reading.findings):
        reading.entities.append(Located(entity, place))
    elif isinstance(data, dict):
        reading.unread.add(str(data.get("id")))
        reading.entities.append(Located(read_partial_record(Entity, data), place, whole=False))
    else:
        reading.whole = False


def _read_source(data: Any, place: Location, path: Path, reading: ReadResult) -> None:
    source = read_record(Source, data, place, reading.findings)
    if source is None:
        reading.unread.add(f"source:{data.get('id') if isinstance(data, dict) else ''}")
        return
    if source.id in reading.documents:
        first = reading.documents[source.id].place.file
        message = f"the source id {quote(source.id)} stands in {first} too; write another one"
        reading.findings.add(place, message, "id")
        return
    reading.documents[source.id] = SourceDocument(source, place, reading.facts[path])


def _read_csv_file(
    path: Path, name: str, named: Location, reading: ReadResult
) -> Iterator[Located[Fact]]:
    beside = {each.name: each for each in _list_sibling_files(path)}
    file = beside.get(name)
    if file is None:
        near = suggest_similar(name, (each for each in beside if each.endswith(".csv")))
        reading.findings.add(named, f"no list {quote(name)} in the folder {path.parent}{near}")
        return
    if file in reading.lists:
        reading.findings.add(named, f"the list {quote(name)} is named twice")
        return
    reading.lists.append(file)
    try:
        table = read_csv(read_text(file), str(file), *_columns())
    except FactsError as error:
        reading.findings.found += error.findings
        return
    reading.findings.found += table.found
    yield from _read_facts(table.records, Location(str(file), table.positions), reading.findings)


def _list_sibling_files(path: Path) -> list[Path]:
    """Return the files of the folder that a file stands in."""
    try:
        return [each for each in path.parent.iterdir() if not each.is_dir()]
    except OSError as error:
        raise ReadError(f"{path.parent}: {error.strerror or error}") from error


@cache
def _columns() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that a list may have, and those that it must have."""
    fields = {field.alias or name: field for name, field in Fact.model_fields.items()}
    return tuple(fields), tuple(name for name, field in fields.items() if field.is_required())


def _read_facts(
    records: Iterable[Any], place: Location, findings: Diagnostics, *path: str
) -> Iterator[Located[Fact]]:
    for number, data in enumerate(records):
        inside = place.inside(*path, number)
        if fact := read_record(Fact, data, inside, findings):
            yield Located(fact, inside)
        else:
            yield Located(read_partial_record(Fact, data), inside, whole=False)
