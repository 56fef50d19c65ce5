"""Lists: CSV files of facts or entities, one a row, whose first row names the keys.

Numbers and dates are read as office programs write them, where that has one meaning.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_origin

from graph_builder.core.date_forms import find_date_readings
from graph_builder.core.errors import FactsError, Finding, suggest_similar
from graph_builder.core.number_forms import find_number_readings
from graph_builder.core.ontology import load_ontology
from graph_builder.core.text import format_count, join_words, quote
from graph_builder.core.validity_period import DATE_PATTERN
from graph_builder.ingest.datatypes import DATE_TYPES, NUMBER_TYPES, explain_readings
from graph_builder.ingest.located_facts import LocatedFacts, collect_facts
from graph_builder.ingest.locations import (
    Diagnostics,
    KeyPath,
    Location,
    RowPositions,
    pack_positions,
)
from graph_builder.ingest.model import (
    DATE_KEYS,
    Entity,
    Fact,
    Record,
    check_fact,
    check_language,
)
from graph_builder.ingest.record_validation import (
    LocatedRecord,
    RowValidator,
    list_keys,
    list_required_keys,
    read_record,
)
from graph_builder.ingest.table_reader import Cell, SkipRow, Table, read_table, stream_table
from graph_builder.ingest.text_reader import MAX_CACHED, is_long, read_text

_NUMBER_KEYS = ("start", "end")
#: A number that means a thousand times more in countries with a decimal comma.
_GROUP_OR_DECIMAL = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
#: The values of a row by the path of their key, such as ("subject",) or ("label", "fr").
RowValues = Mapping[KeyPath, Cell]


@dataclass(frozen=True)
class ListContent:
    """The records of a list, which are all facts or all entities."""

    facts: LocatedFacts = ()
    entities: tuple[LocatedRecord[Entity], ...] = ()


def read_list(
    path: Path, language: str, diagnostics: Diagnostics, skip: SkipRow | None = None
) -> ListContent:
    """Return the records of a CSV file; report what is wrong in the file and its rows.

    ``language`` is that of labels in a column without a language. Rows may be skipped.
    """
    try:
        if skip or is_long(path):
            content, findings = _stream_rows(path, language, skip)
        else:
            content, findings = _read_rows(read_text(path), str(path), language)
    except FactsError as error:
        content, findings = ListContent(), tuple(error.findings)
    diagnostics.findings += findings
    return content


def _stream_rows(
    path: Path, language: str, skip: SkipRow | None
) -> tuple[ListContent, tuple[Finding, ...]]:
    """Return the records of a long CSV file, and the findings; raises FactsError."""
    diagnostics = Diagnostics()
    table = stream_table(path, diagnostics, skip)
    content = read_table_records(table, str(path), language, diagnostics)
    return content, tuple(diagnostics.findings)


@lru_cache(maxsize=MAX_CACHED[".csv"])
def _read_rows(text: str, file: str, language: str) -> tuple[ListContent, tuple[Finding, ...]]:
    """Return the records in the text of a CSV file, and the findings; both are cached."""
    diagnostics = Diagnostics()
    table = read_table(text, file, diagnostics)
    content = read_table_records(table, file, language, diagnostics)
    return content, tuple(diagnostics.findings)


def read_table_records(
    table: Table | None, file: str, language: str, diagnostics: Diagnostics
) -> ListContent:
    """Return the records of the rows of a table whose first row names the keys."""
    if table:
        header = _Header(table, file, language, diagnostics)
        if header.check():
            rows = header.iter_rows()
            return build_records(header.model, rows, table.separator, file, diagnostics)
        table.check_rows()
    return ListContent()


def choose_model(names: Iterable[str]) -> type[Record] | None:
    """Return what rows with keys of these names are, facts or entities, or None for neither."""
    keys = {fold_key(name).partition(":")[0] for name in names}
    models: tuple[type[Record], ...] = (Fact, Entity)
    hits = {model: len(keys & {*list_keys(model)}) for model in models}
    return max(models, key=lambda model: hits[model]) if any(hits.values()) else None


def parse_key(name: str, model: type[Record], language: str) -> KeyPath | None:
    """Return the path of the key that a column is named after, or None; raises ValueError.

    Case and blanks do not count. A key with a value for each language may name one: ``label:fr``.
    """
    key, mark, tag = fold_key(name).partition(":")
    field = next((f for n, f in model.model_fields.items() if (f.alias or n) == key), None)
    if field and get_origin(field.annotation) is dict:
        return key, check_language(tag or language)
    return None if mark or not field else (key,)


def fold_key(name: str) -> str:
    """Return the name of a column in the form of keys: ``as-of`` for ``As of``."""
    return re.sub(r"[\s_]+", "-", re.sub(r"\s*:\s*", ":", name).lower())


class _Header:
    """The columns of a list: which key each is named after, and whether rows can be read."""

    def __init__(self, table: Table, file: str, language: str, diagnostics: Diagnostics) -> None:
        self.table = table
        self.file = file
        self.diagnostics = diagnostics
        self.language = language
        found = choose_model(cell.text for cell in table.header)
        self.model: type[Record] = found or Fact
        self.is_named = found is not None
        self.paths: list[KeyPath | None] = []

    def check(self) -> bool:
        """Report what is wrong with the columns; return whether the rows below can be read."""
        first = self.table.header[0]
        if not self.is_named:
            columns = ",".join(list_required_keys(Fact))
            message = f"the first line names no columns; begin it with {columns}"
            others = ",".join(list_required_keys(Entity))
            self._report(first, f"{message}, or {others} in a list of entities")
            return False
        for cell in self.table.header:
            self.paths.append(self._find_path(cell))
        missing = [key for key in list_required_keys(self.model) if not self._has_column(key)]
        if missing:
            are = "s {} are" if len(missing) > 1 else " {} is"
            self._report(first, f"the column{are.format(join_words(missing))} missing")
        return not missing

    def iter_rows(self) -> Iterator[tuple[tuple[int, int], RowValues]]:
        """Yield the position of each row and its values."""
        for row in self.table.rows:
            if self._check_row(row):
                cells = zip(self.paths, row, strict=False)
                yield row[0].position, {path: cell for path, cell in cells if path}

    def _find_path(self, cell: Cell) -> KeyPath | None:
        """Return the path of the key of a column, or None for one that is wrong."""
        try:
            path = parse_key(cell.text, self.model, self.language)
        except ValueError as error:
            self._report(cell, str(error))
            return None
        if path is None:
            near = suggest_similar(cell.text.partition(":")[0], list_keys(self.model))
            self._report(cell, f"unknown column {quote(cell.text)}{near}")
        elif path in self.paths:
            self._report(cell, f"the column {quote(cell.text)} appears twice")
            return None
        return path

    def _has_column(self, key: str) -> bool:
        return any(path and path[0] == key for path in self.paths)

    def _check_row(self, row: list[Cell]) -> bool:
        """Report a row that ends before a required value; return whether it is fine."""
        left_out = {path[0] for path in self.paths[len(row) :] if path}
        if left_out.isdisjoint(list_required_keys(self.model)):
            return True
        expected = f"the first line names {len(self.table.header)} columns"
        advice = "; separate fields as it does" if len(row) == 1 else ""
        self._report(row[0], f"{format_count(len(row), 'field')}, but {expected}{advice}")
        return False

    def _report(self, cell: Cell, message: str) -> None:
        self.diagnostics.findings.append(Finding(self.file, *cell.position, message))


def build_records(
    model: type[Record],
    rows: Iterable[tuple[tuple[int, int], RowValues]],
    separator: str,
    file: str,
    diagnostics: Diagnostics,
) -> ListContent:
    """Return the records of rows, each given by its position and its values; report mistakes."""
    located = _locate_rows(rows, file)
    if model is not Fact:
        entities = (read_record(Entity, data, place, diagnostics) for data, place in located)
        return ListContent(entities=tuple(entities))
    validator = RowValidator(Fact, check_fact)
    office = _OfficeForms(separator, diagnostics)
    facts = (
        validator.read(office.read(data, place), place, diagnostics) for data, place in located
    )
    return ListContent(collect_facts(facts))


def _locate_rows(
    rows: Iterable[tuple[tuple[int, int], RowValues]], file: str
) -> Iterator[tuple[dict[str, Any], Location]]:
    """Yield the data of each row, as a mapping in YAML would have it, and its location."""
    known: dict[tuple[KeyPath, ...], tuple[KeyPath, ...]] = {}
    for start, values in rows:
        paths = ((), *values)
        cells = pack_positions([start, *[cell.position for cell in values.values()]])
        record: dict[str, Any] = {}
        for path, cell in values.items():
            if cell.text:
                _put(record, path, cell.text)
        yield record, Location(file, RowPositions(known.setdefault(paths, paths), cells))


def _put(record: dict[str, Any], path: KeyPath, text: str) -> None:
    """Put a value into a record: under its key or, for a label, under its key and language."""
    if len(path) == 1:
        record[path[0]] = text  # type: ignore[index]
    else:
        record.setdefault(str(path[0]), {})[path[1]] = text


class _OfficeForms:
    """Brings numbers and dates of facts to one form, and reports what may be two numbers.

    Other text that is no number or date stays, so that it is reported with all other values.
    """

    def __init__(self, separator: str, diagnostics: Diagnostics) -> None:
        self._separator = separator
        self._diagnostics = diagnostics

    def read(self, fact: dict[str, str], location: Location) -> dict[str, str]:
        """Return a fact with its numbers and dates in their form."""
        dates, numbers = _list_formed_keys(fact.get("relation", ""))
        for key in dates:
            if key in fact:
                fact[key] = read_date(fact[key])
        for key in numbers:
            if key not in fact:
                continue
            readings = find_number_readings(fact[key])
            if len(readings) == 1:
                fact[key] = readings[0]
            elif self._separator != "," and _GROUP_OR_DECIMAL.fullmatch(fact[key]):
                self._diagnostics.add(location, explain_readings(fact[key], readings), key)
        return fact


@lru_cache(maxsize=1024)
def _list_formed_keys(relation_name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys of a fact of a relation that hold dates, and those that hold numbers."""
    relation = load_ontology().relations.get(relation_name)
    ranges = relation.ranges if relation else frozenset()
    dates = (*DATE_KEYS, *(() if ranges.isdisjoint(DATE_TYPES) else ("object",)))
    numbers = (*_NUMBER_KEYS, *(() if ranges.isdisjoint(NUMBER_TYPES) else ("object",)))
    return dates, numbers


def read_date(text: str, order: str = "") -> str:
    """Return the date in ISO 8601 that a text means, or the text if it has none or several."""
    if DATE_PATTERN.fullmatch(text):
        return text
    readings = find_date_readings(text, order)
    return readings[0] if len(readings) == 1 else text
