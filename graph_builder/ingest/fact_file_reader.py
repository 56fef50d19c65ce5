"""Reads fact files into records, and reports every mistake of every file at once.

A CSV row passes this module, :mod:`~graph_builder.ingest.table_reader`,
:mod:`~graph_builder.ingest.csv_reader` (or :mod:`~graph_builder.ingest.table_map`) and
:mod:`~graph_builder.ingest.record_validation`, in this order.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from graph_builder.core.errors import FactsError, Finding, ReadError, suggest_similar
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import normalize_name
from graph_builder.core.text import quote, quote_id
from graph_builder.ingest.csv_reader import ListContent, read_list, read_table_records
from graph_builder.ingest.entity_names import EntityNames
from graph_builder.ingest.json_reader import read_json_list
from graph_builder.ingest.list_names import (
    LIST_SUFFIXES,
    SHEET_MARK,
    is_json_list,
    is_spreadsheet,
    split_sheet_name,
)
from graph_builder.ingest.located_facts import LocatedFacts, join_facts
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import (
    Entity,
    Fact,
    FactFile,
    MappedList,
    Record,
    Source,
    check_language,
)
from graph_builder.ingest.record_tables import is_record_table, stream_record_table
from graph_builder.ingest.record_validation import LocatedRecord, read_record, validate_record
from graph_builder.ingest.spreadsheet_reader import read_sheet_list, read_sheet_table
from graph_builder.ingest.table_map import read_mapped_list
from graph_builder.ingest.table_reader import SkipRow, Table, read_table, stream_table
from graph_builder.ingest.text_reader import MAX_CACHED, is_long, read_text
from graph_builder.ingest.yaml_reader import read_yaml

R = TypeVar("R", bound=Record)
#: How many files beside those read are looked through for an unknown id.
_MAX_UNREAD_FILES = 200


@dataclass(frozen=True)
class SourceDocument:
    """A source document with its facts, in the order of its YAML file and CSV files."""

    source: Source
    location: Location
    facts: LocatedFacts

    @property
    def path(self) -> Path:
        """The YAML file that declares the source."""
        return Path(self.location.file)


@dataclass(frozen=True)
class FactBase:
    """The valid content of fact files: entities in order, and documents by source id."""

    entities: tuple[LocatedRecord[Entity], ...]
    documents: Mapping[str, SourceDocument]


class _FolderListing:
    """The files of a folder, by name."""

    def __init__(self, folder: Path) -> None:
        """List a folder; raises ReadError."""
        self._folder = folder
        try:
            with os.scandir(folder) as entries:
                self.names = [each.name for each in entries if not each.is_dir()]
        except OSError as error:
            raise ReadError(f"{folder}: {error.strerror or error}") from error
        self._known = frozenset(self.names)

    @cached_property
    def _by_normal_name(self) -> dict[str, str]:
        return {normalize_name(name): name for name in self.names}

    def has(self, name: str) -> bool:
        """Return whether there is a file whose name is written so."""
        return name in self._known

    def find(self, name: str) -> Path | None:
        """Return the file of a name, however its accents are written, or None."""
        found = name if self.has(name) else self._by_normal_name.get(normalize_name(name))
        return self._folder / found if found else None


@dataclass
class ReadResult:
    """What was read from fact files, and the findings about it.

    Entities and facts include incomplete ones, so that later checks still run on their valid
    values; ``facts`` has those of each file, even if its source is invalid. ``lists`` maps each CSV
    file to the fact file that names it, ``mapped_files`` are those with a map; ``tables`` has the
    table that the map of a fact file reads in place of one that it names. ``invalid_ids`` are the
    ids of declared but invalid entities and sources; ``skip`` tells which rows of CSV files are
    left out. ``complete`` is false once a file, or its
    entities, could not be read. ``registry`` has further known entities, ``warnings`` what lists
    hold that has no place here.
    """

    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    entities: list[LocatedRecord[Entity]] = field(default_factory=list)
    documents: dict[str, SourceDocument] = field(default_factory=dict)
    facts: dict[Path, LocatedFacts] = field(default_factory=dict)
    lists: dict[Path, Path] = field(default_factory=dict)
    mapped_files: set[str] = field(default_factory=set)
    tables: Mapping[Path, Path] = field(default_factory=dict)
    skip: SkipRow | None = None
    registry: tuple[LocatedRecord[Entity], ...] = ()
    warnings: list[Finding] = field(default_factory=list)
    invalid_ids: set[str] = field(default_factory=set)
    complete: bool = True
    _folders: dict[Path, _FolderListing] = field(default_factory=dict)

    def list_folder(self, folder: Path) -> _FolderListing:
        """Return the files of a folder, which is listed once; raises ReadError."""
        if folder not in self._folders:
            self._folders[folder] = _FolderListing(folder)
        return self._folders[folder]

    def build_fact_base(self) -> FactBase:
        """Return what was read; an entity that several files declare has all their labels.

        Its note is that of the first file that has one.

        Raises FactsError with all findings if there are any.
        """
        if self.diagnostics.findings:
            raise FactsError(self.diagnostics.findings)
        return FactBase(tuple(merge_declarations(self.entities).values()), self.documents)

    def explain_unread(self, name: str) -> str:
        """Return that an id is declared in a file beside those read, and how to read it, or ""."""
        file = self._unread_declarations.get(name)
        if file is None:
            return ""
        return f"; it is declared in {file}, which is not read: add --facts {file.parent}"

    @cached_property
    def _unread_declarations(self) -> dict[str, Path]:
        """The ids of entities and sources (``source:ID``) in files beside those read."""
        read = {os.path.realpath(path) for path in self.facts}
        folders = {path.parent for path in self.facts}
        files = sorted({each for folder in folders for each in folder.glob("*.yaml")})
        unread = [each for each in files if os.path.realpath(each) not in read]
        found = read_fact_files(unread[:_MAX_UNREAD_FILES])
        owners = {str(listed): path for listed, path in found.lists.items()}
        return {
            **{f"source:{name}": each.path for name, each in found.documents.items()},
            **{
                each.record.id: owners.get(each.location.file, Path(each.location.file))
                for each in found.entities
            },
        }

    def index_names(self) -> EntityNames:
        """Return the names of the things that are known so far."""
        return EntityNames((*self.registry, *self.entities), load_ontology())

    def add_missing_entities(self, registry: "ReadResult") -> None:
        """Add the entities of a registry whose ids are not declared yet."""
        declared = {located.record.id for located in self.entities} | self.invalid_ids
        self.entities += [each for each in registry.entities if each.record.id not in declared]


def merge_declarations(
    entities: Iterable[LocatedRecord[Entity]],
) -> dict[str, LocatedRecord[Entity]]:
    """Return the entities by id, each with the labels of all its declarations, in their order."""
    merged: dict[str, LocatedRecord[Entity]] = {}
    for located in entities:
        first = merged.setdefault(located.record.id, located)
        labels = dict(located.record.label) | dict(first.record.label)
        note = first.record.note or located.record.note
        record = first.record.model_copy(update={"label": labels, "note": note})
        merged[record.id] = LocatedRecord(record, first.location)
    return merged


def read_fact_files(
    paths: list[Path],
    registry: Iterable[LocatedRecord[Entity]] = (),
    tables: Mapping[Path, Path] | None = None,
    skip: SkipRow | None = None,
) -> ReadResult:
    """Return what the files state, and what is wrong in it, not yet checked by the ontology.

    Names of the ``registry`` are known to lists that have names and no ids of ours. ``tables`` has
    the table that the map of a file reads, in place of one that it names. Rows of CSV files may be
    skipped.
    """
    result = ReadResult(registry=tuple(registry), tables=tables or {}, skip=skip)
    for path in paths:
        try:
            _read_file(path, result)
        except FactsError as error:
            result.diagnostics.findings += error.findings
            result.complete = False
    return result


def _read_file(path: Path, result: ReadResult) -> None:
    text = read_text(path)
    tree, positions, findings = read_yaml(text, str(path))
    result.diagnostics.findings += findings
    top = Location(str(path), positions)
    if not isinstance(tree, dict):
        validate_record(FactFile, tree, top, result.diagnostics)
        result.complete = False
        return
    file = _validate_top_level(tree, top, result)
    entities, findings_of_entities = _read_records(text, str(path), "entities", Entity)
    for data, entity in zip(file.entities, entities, strict=False):
        _add_declared_entity(data, entity, result)
    written, findings_of_facts = _read_records(text, str(path), "facts", Fact)
    result.diagnostics.findings += (*findings_of_entities, *findings_of_facts)
    language = _find_label_language(file)
    parts: list[LocatedFacts] = [written]
    for number, data in enumerate(file.lists):
        content = _read_list(path, data, language, top.child("lists", number), result)
        parts.append(content.facts)
        for located in content.entities:
            _add_entity(located, result)
    facts = result.facts[path] = join_facts(parts)
    if file.source is not None:
        _read_source(file.source, top.child("source"), path, result)
    elif facts and "source" not in tree:
        message = "facts without a source; name under 'source:' the document that states them"
        result.diagnostics.add(top, message)


def _find_label_language(file: FactFile) -> str:
    """Return the language of labels without one in lists: that of the source, or English."""
    language = (file.source or {}).get("language")
    try:
        return check_language(language) if isinstance(language, str) else "en"
    except ValueError:
        return "en"


@lru_cache(maxsize=2 * MAX_CACHED[".yaml"])
def _read_records(
    text: str, file: str, key: str, model: type[R]
) -> tuple[tuple[LocatedRecord[R], ...], tuple[Finding, ...]]:
    """Return the records below a key in the text of a fact file, and the findings; both cached."""
    tree, positions, _ = read_yaml(text, file)
    listed = tree.get(key) if isinstance(tree, dict) else None
    top, diagnostics = Location(file, positions), Diagnostics()
    records = tuple(
        read_record(model, data, top.child(key, number), diagnostics)
        for number, data in enumerate(listed if isinstance(listed, list) else ())
    )
    return records, tuple(diagnostics.findings)


def _validate_top_level(tree: dict[str, Any], top: Location, result: ReadResult) -> FactFile:
    """Return the valid parts of a file, and report the others and what is missing."""
    parts = {
        key: part
        for key, part in tree.items()
        if validate_record(FactFile, {key: part}, top, result.diagnostics)
    }
    file = FactFile.model_validate(parts)
    if len(parts) < len(tree):
        result.complete = False
    elif file.source is None and not (file.entities or file.facts or file.lists):
        message = "a fact file needs a source or entities; this one has neither"
        result.diagnostics.add(top, message)
    return file


def _add_declared_entity(data: Any, located: LocatedRecord[Entity], result: ReadResult) -> None:
    if not isinstance(data, dict):
        result.complete = False
        return
    if not located.complete:
        result.invalid_ids.add(str(data.get("id")))
    result.entities.append(located)


def _add_entity(located: LocatedRecord[Entity], result: ReadResult) -> None:
    if not located.complete and located.record.id:
        result.invalid_ids.add(located.record.id)
    result.entities.append(located)


def _read_source(data: Any, location: Location, path: Path, result: ReadResult) -> None:
    source = validate_record(Source, data, location, result.diagnostics)
    if source is None:
        result.invalid_ids.add(f"source:{data.get('id') if isinstance(data, dict) else ''}")
        return
    if source.id in result.documents:
        first = result.documents[source.id].location.file
        message = (
            f"the source id {quote_id(source.id)} is already used in {first}; choose another one"
        )
        result.diagnostics.add(location, message, "id")
        return
    result.documents[source.id] = SourceDocument(source, location, result.facts[path])


def _read_list(
    path: Path, data: Any, language: str, location: Location, result: ReadResult
) -> ListContent:
    """Return the records of a list that a fact file names at a location, perhaps with a map."""
    is_mapped = isinstance(data, dict)
    written = data if is_mapped else {"file": data, "map": {}}
    mapped = validate_record(MappedList, written, location, result.diagnostics)
    if mapped is None:
        result.complete = False
        return ListContent()
    file, sheet = _find_list(path, mapped, location, result)
    listed = file.with_name(f"{file.name}{SHEET_MARK}{sheet}") if file and sheet else file
    if file is None or listed is None:
        return ListContent()
    if listed in result.lists and not is_mapped:
        message = f"the file {quote(mapped.file or '')} is named twice"
        result.diagnostics.add(location, message)
        return ListContent()
    result.lists |= {file: path, listed: path}
    if is_mapped:
        result.mapped_files.add(str(listed))
        diagnostics = Diagnostics()
        try:
            table = _read_table(file, sheet, diagnostics, result.skip)
            content = read_mapped_list(table, str(listed), mapped, language, location, diagnostics)
            result.diagnostics.findings += diagnostics.findings
        except FactsError as error:
            result.diagnostics.findings += error.findings
            content = ListContent()
    else:
        content = _read_list_file(file, sheet, language, result)
    result.complete &= bool(content.facts or content.entities)
    return content


def _find_list(
    path: Path, mapped: MappedList, location: Location, result: ReadResult
) -> tuple[Path | None, str]:
    """Return the file of a list, or None, and the name of its sheet, or ""."""
    if mapped.map and path in result.tables:
        return result.tables[path], ""
    if mapped.file is None:
        message = "file is missing; name the table, or give it to aigg check TABLE --map MAP"
        result.diagnostics.add(location, message)
        return None, ""
    folder = result.list_folder(path.parent)
    name = mapped.file
    file_name, sheet = (name, "") if folder.has(name) else split_sheet_name(name)
    file = folder.find(file_name)
    if file is None:
        lists = (each for each in folder.names if each.lower().endswith(LIST_SUFFIXES))
        near = suggest_similar(file_name, lists)
        message = f"no file {quote(name)} in the folder {path.parent}{near}"
        result.diagnostics.add(location, message)
    return file, sheet


def _read_table(
    file: Path, sheet: str, diagnostics: Diagnostics, skip: SkipRow | None
) -> Table | None:
    """Return the table of a CSV file or a sheet, or None; report mistakes.

    Raises FactsError for what is no text, here or when rows are asked for.
    """
    if is_spreadsheet(file.name):
        return read_sheet_table(file, sheet, diagnostics)
    if is_record_table(file, is_mapped=True):
        return stream_record_table(file, diagnostics, skip)
    if skip or is_long(file):
        return stream_table(file, diagnostics, skip)
    return read_table(read_text(file), str(file), diagnostics)


def _read_list_file(file: Path, sheet: str, language: str, result: ReadResult) -> ListContent:
    if is_spreadsheet(file.name):
        return read_sheet_list(file, sheet, language, result.diagnostics)
    if is_record_table(file, is_mapped=False):
        return _read_record_list(file, language, result)
    if is_json_list(file.name):
        collector = read_json_list(file, language, result.index_names())
        result.diagnostics.findings += collector.diagnostics.findings
        result.warnings += collector.list_warnings()
        return ListContent(tuple(collector.facts), tuple(collector.entities))
    return read_list(file, language, result.diagnostics, result.skip)


def _read_record_list(file: Path, language: str, result: ReadResult) -> ListContent:
    """Return the records of a table that names the columns in each record."""
    diagnostics = Diagnostics()
    try:
        table = stream_record_table(file, diagnostics, result.skip)
        content = read_table_records(table, str(file), language, diagnostics)
    except FactsError as error:
        result.diagnostics.findings += error.findings
        return ListContent()
    result.diagnostics.findings += diagnostics.findings
    return content
