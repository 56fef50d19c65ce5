"""Reads a folder of fact files: every finding of every file in one go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from graph_builder.errors import FactsError, ReadError
from graph_builder.sources.csv_files import read_csv
from graph_builder.sources.model import Entity, Fact, FactFile, Record, Source
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.records import read_record
from graph_builder.sources.text_files import read_text
from graph_builder.sources.yaml_files import read_yaml

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True)
class Located(Generic[R_co]):
    """A record and where it stands."""

    record: R_co
    place: Place


@dataclass(frozen=True)
class Document:
    """A source document with its facts, in the order of its file and lists."""

    source: Source
    place: Place
    facts: tuple[Located[Fact], ...]

    @property
    def path(self) -> Path:
        """The YAML file it was read from."""
        return Path(self.place.file)


@dataclass(frozen=True)
class FactBase:
    """All that a folder of fact files states: entities, in order, and documents, by source id."""

    entities: tuple[Located[Entity], ...]
    documents: Mapping[str, Document]


@dataclass
class Reading:
    """What has been read so far, and what is wrong in it.

    ``facts`` holds those of each file, even if its source is not as it should be; ``unread`` the
    ids of entities that are declared, but not as they should be; ``whole`` is false once a file
    could not be read at all.
    """

    findings: Findings = field(default_factory=Findings)
    entities: list[Located[Entity]] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    facts: list[tuple[Located[Fact], ...]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    whole: bool = True

    def base(self) -> FactBase:
        """Return what could be read."""
        return FactBase(tuple(self.entities), self.documents)


def fact_files(directory: Path) -> list[Path]:
    """Return the YAML files of a folder and the folders below it, in a fixed order."""
    if not directory.is_dir():
        raise ReadError(f"{directory}: no such folder")
    return sorted(directory.rglob("*.yaml"), key=lambda path: path.as_posix())


def read_files(paths: list[Path]) -> Reading:
    """Return what the files state, unchecked against the vocabulary, and all that is wrong."""
    reading = Reading()
    for path in paths:
        try:
            _read_file(path, reading)
        except FactsError as error:
            reading.findings.found += error.findings
            reading.whole = False
    return reading


def _read_file(path: Path, reading: Reading) -> None:
    tree, positions = read_yaml(read_text(path), str(path))
    place = Place(str(path), positions)
    file = read_record(FactFile, tree, place, reading.findings)
    if file is None:
        reading.whole = False
        return
    for number, data in enumerate(file.entities):
        _read_entity(data, place.inside("entities", number), reading)
    facts = list(_read_facts(file.facts, place, reading.findings, "facts"))
    for number, name in enumerate(file.lists):
        facts += _read_list(path, name, place.inside("lists", number), reading.findings)
    reading.facts.append(tuple(facts))
    if file.source is not None:
        _read_source(file.source, place.inside("source"), reading)
    elif file.facts or file.lists:
        reading.findings.add(place, "facts without a source; say under 'source:' who states them")
    elif not file.entities:
        reading.findings.add(place, "neither a source nor entities; a fact file holds one of them")


def _read_entity(data: Any, place: Place, reading: Reading) -> None:
    if entity := read_record(Entity, data, place, reading.findings):
        reading.entities.append(Located(entity, place))
    elif isinstance(data, dict):
        reading.unread.add(str(data.get("id")))


def _read_source(data: Any, place: Place, reading: Reading) -> None:
    source = read_record(Source, data, place, reading.findings)
    if source is None:
        return
    if source.id in reading.documents:
        first = reading.documents[source.id].place.file
        reading.findings.add(place, f"the source id {source.id!r} stands in {first} too", "id")
    reading.documents[source.id] = Document(source, place, reading.facts[-1])


def _read_list(path: Path, name: str, named: Place, findings: Findings) -> Iterator[Located[Fact]]:
    file = path.parent / name
    if file.parent != path.parent or not file.is_file():
        findings.add(named, f"no list {name!r} in the folder {path.parent}")
        return
    try:
        rows, positions = read_csv(read_text(file), str(file))
    except FactsError as error:
        findings.found += error.findings
        return
    yield from _read_facts(rows, Place(str(file), positions), findings)


def _read_facts(
    records: Iterable[Any], place: Place, findings: Findings, *path: str
) -> Iterator[Located[Fact]]:
    for number, data in enumerate(records):
        inside = place.inside(*path, number)
        if fact := read_record(Fact, data, inside, findings):
            yield Located(fact, inside)
