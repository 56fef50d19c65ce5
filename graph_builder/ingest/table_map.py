"""Maps of tables that are not ours: which column gives which key of a fact or an entity.

A value comes from a column, is constant, or is made by a template with columns in braces, as in the
term maps of RML (https://kg-construct.github.io/rml-core/spec/docs/).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph_builder.core.errors import suggest_similar
from graph_builder.core.folding import fold_words
from graph_builder.core.text import join_words, quote
from graph_builder.ingest.csv_reader import (
    ListContent,
    RowValues,
    build_records,
    choose_model,
    parse_key,
    read_date,
)
from graph_builder.ingest.locations import KEY, Diagnostics, KeyPath, Location
from graph_builder.ingest.model import DATE_KEYS, ID_PATTERN, MappedList, Record, TermMap
from graph_builder.ingest.record_validation import list_keys, list_required_keys, validate_record
from graph_builder.ingest.table_reader import Cell, Table

_PLACE = re.compile(r"\{([^{}]+)\}")
#: Keys that a map may leave out: a row's place in the table is its line.
_FILLED_IN = "section"
#: What people call keys that have another name, or none, and what to write.
_OTHER_KEYS = {
    "source": "the source of all rows stands under source:; keep that of a row in the note, "
    "as in {template: 'Source: {URL}'}",
    "date": "write from, to or as-of",
    "locator": "write section",
}


@dataclass(frozen=True)
class _Term:
    """How the value of a key is made: from cells of a row, by number of their columns."""

    path: KeyPath
    map: TermMap
    columns: Mapping[str, int]

    def read(self, row: list[Cell]) -> Cell | None:
        """Return the value in a row, empty if a cell is empty, or None if the row makes none."""
        cells = {
            name: row[number] if number < len(row) else Cell("", row[-1].position)
            for name, number in self.columns.items()
        }
        first = next(iter(cells.values()), row[0])
        texts = {name: self._translate(cell.text) for name, cell in cells.items()}
        if first.text.casefold() in self._skipped:
            return None
        if self.map.constant is not None:
            return Cell(self.map.constant, row[0].position)
        if not all(texts.values()):
            return Cell("", first.position)
        text = texts.get(self.map.column or "") or _PLACE.sub(
            lambda match: texts[match[1].strip()], self.map.template or ""
        )
        return Cell(self._bring_to_form(text), first.position)

    def _translate(self, text: str) -> str:
        """Return what the map writes for the text of a cell."""
        folded = text.casefold()
        if folded in self._empty:
            return ""
        return self.map.values.get(text) or self._values.get(folded) or text

    @cached_property
    def _skipped(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self.map.skip))

    @cached_property
    def _empty(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self.map.empty))

    @cached_property
    def _values(self) -> dict[str, str]:
        return {word.casefold(): value for word, value in self.map.values.items()}

    def _bring_to_form(self, text: str) -> str:
        if self.path == ("id",):
            return _make_id(text)
        is_date = self.path[0] in DATE_KEYS or self.map.dates
        return read_date(text, self.map.dates or "") if is_date else text


def _make_id(text: str) -> str:
    """Return an id with the words of a name joined by hyphens, if it is none yet."""
    kind, mark, local = text.partition(":")
    return text if ID_PATTERN.fullmatch(local) else kind + mark + "-".join(fold_words(local))


def read_mapped_list(
    table: Table | None,
    file: str,
    mapped: MappedList,
    language: str,
    location: Location,
    diagnostics: Diagnostics,
) -> ListContent:
    """Return the records that a map makes of a table; report what is wrong in both."""
    if table is None:
        return ListContent()
    reader = _MapReader(table, language, location, diagnostics)
    before = len(diagnostics.findings)
    model, terms = reader.read(mapped.map)
    if len(diagnostics.findings) > before:
        table.check_rows()
        return ListContent()
    rows = _iter_values(table.rows, terms)
    content = build_records(model, rows, table.separator, file, diagnostics)
    if not (content.facts or content.entities):
        diagnostics.add(location, "the map skips all rows of the table", "map")
    return content


def _iter_values(
    rows: Iterable[list[Cell]], terms: list[_Term]
) -> Iterator[tuple[tuple[int, int], RowValues]]:
    """Yield the position and the values of each row that is not skipped."""
    for row in rows:
        start = row[0].position
        values: dict[KeyPath, Cell] = {(_FILLED_IN,): Cell(f"line {start[0]}", start)}
        read = {term.path: term.read(row) for term in terms}
        if all(cell is not None for cell in read.values()):
            is_fact = any(path == ("relation",) for path in read)
            given = {path: cell for path, cell in read.items() if cell is not None}
            yield start, ((values if is_fact else {}) | given)


class _MapReader:
    """Reads a map against the columns of its table, and reports what is wrong in it."""

    def __init__(
        self, table: Table, language: str, location: Location, diagnostics: Diagnostics
    ) -> None:
        self.columns = {cell.text: number for number, cell in enumerate(table.header)}
        self.folded = {fold_words(name): name for name in self.columns}
        self.language = language
        self.location = location
        self.diagnostics = diagnostics

    def read(self, written: Mapping[str, Any]) -> tuple[type[Record], list[_Term]]:
        """Return what the rows are, and the terms of their keys."""
        model = choose_model(written)
        if model is None:
            self._report("a map names no key; write subject, relation, object and their columns")
            return Record, []
        terms = [term for key in written if (term := self._read_term(key, written[key], model))]
        needed = [key for key in list_required_keys(model) if key != _FILLED_IN]
        known = {term.path[0] for term in terms} | set(written)
        self._report_missing([key for key in needed if key not in known])
        return model, terms

    def _report_missing(self, keys: list[str]) -> None:
        """Report keys without a value, each at its place, and all that are not there at once."""
        absent = []
        for key in keys:
            if (*self.location.path, "map", key) in self.location.positions:
                self._report(f"{key} is missing; name its column, or write {{constant: …}}", key)
            else:
                absent.append(key)
        if absent:
            names = join_words(sorted(map(repr, self.columns)))
            advice = f"name the column of each, or a constant; the table has {names}"
            self._report(f"the map lacks {join_words(absent)}; {advice}")

    def _read_term(self, key: str, value: Any, model: type[Record]) -> _Term | None:
        try:
            path = parse_key(key, model, self.language)
        except ValueError as error:
            self._report(str(error), key, KEY)
            return None
        if path is None:
            near = suggest_similar(key, list_keys(model))
            advice = f"; {_OTHER_KEYS[key.lower()]}" if key.lower() in _OTHER_KEYS else near
            self._report(f"unknown key {quote(key)}{advice}", key, KEY)
            return None
        data = {"column": value} if isinstance(value, str) else value
        place = self.location.child("map", key)
        term = validate_record(TermMap, data, place, self.diagnostics)
        if term is None:
            return None
        names = [term.column] if term.column else _PLACE.findall(term.template or "")
        columns = {name.strip(): self._find_column(name.strip(), key) for name in names}
        if term.template and not names:
            self._report("a template without a column in braces; write constant instead", key)
        found = {name: number for name, number in columns.items() if number is not None}
        return _Term(path, term, found) if len(found) == len(columns) else None

    def _find_column(self, name: str, key: str) -> int | None:
        exact = name if name in self.columns else self.folded.get(fold_words(name))
        if exact is None:
            near = suggest_similar(name, self.columns)
            advice = near or f"; for a fixed value write {{constant: {name}}}"
            self._report(f"the table has no column {quote(name)}{advice}", key)
            return None
        return self.columns[exact]

    def _report(self, message: str, *path: str) -> None:
        self.diagnostics.add(self.location, message, "map", *path)
