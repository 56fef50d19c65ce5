"""The answer to a question: rows of text, a frame of pandas or polars, a table to look at."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex, overload

from pyoxigraph import Literal, NamedNode

from graph_builder.core import notebook
from graph_builder.core.errors import LibraryError
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.result_format import TextTable, format_table
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


_INT64_LIMIT = 2**63


class TypedColumn(NamedTuple):
    """A column: its texts, None where nothing is bound, and their datatypes, "" for things.

    ``labels`` stand in place of those texts that are their keys.
    """

    name: str
    texts: list[str | None]
    datatypes: set[str]
    labels: dict[str, str]


class _ColumnType(NamedTuple):
    """A type of columns: how texts are read, and what pandas and polars call it."""

    read: Callable[[str], Any]
    pandas: str
    polars: str


def _parse_int64(text: str) -> int:
    found = int(text)
    if not -_INT64_LIMIT <= found < _INT64_LIMIT:
        raise ValueError(text)
    return found


_TEXT_TYPE = _ColumnType(str, "string", "String")
_INTEGER_TYPE = _ColumnType(_parse_int64, "Int64", "Int64")
_NUMBER_TYPE = _ColumnType(float, "Float64", "Float64")
_BOOLEANS = {"false": False, "0": False, "true": True, "1": True}
_COLUMN_TYPES = {
    expand("xsd:boolean"): _ColumnType(_BOOLEANS.__getitem__, "boolean", "Boolean"),
    expand("xsd:date"): _ColumnType(date.fromisoformat, "datetime64[s]", "Date"),
    expand("xsd:decimal"): _NUMBER_TYPE,
    expand("xsd:double"): _NUMBER_TYPE,
    expand("xsd:float"): _NUMBER_TYPE,
    expand("xsd:integer"): _INTEGER_TYPE,
}


def to_pandas(columns: Iterable[TypedColumn], rows: int) -> "pd.DataFrame":
    """Return columns of so many rows as a pandas DataFrame; raises LibraryError without pandas."""
    pandas = _import_library("pandas")
    index = pandas.RangeIndex(rows)
    made = {}
    for column in columns:
        kind, values = _convert_column(column)
        made[column.name] = pandas.Series(values, index=index, dtype=kind.pandas)
    return pandas.DataFrame(made, index=index)


def to_polars(columns: Iterable[TypedColumn]) -> "pl.DataFrame":
    """Return columns as a polars DataFrame; raises LibraryError without polars."""
    polars = _import_library("polars")
    made = []
    for column in columns:
        kind, values = _convert_column(column)
        made.append(polars.Series(column.name, values, dtype=getattr(polars, kind.polars)))
    frame: pl.DataFrame = polars.DataFrame(made)
    return frame


def _convert_column(column: TypedColumn) -> tuple[_ColumnType, list[Any]]:
    """Return the type that fits all texts of a column, and their values, None for no text."""
    kinds = {_COLUMN_TYPES.get(datatype, _TEXT_TYPE) for datatype in column.datatypes}
    if kinds == {_INTEGER_TYPE, _NUMBER_TYPE}:
        kinds = {_NUMBER_TYPE}
    kind = kinds.pop() if len(kinds) == 1 else _TEXT_TYPE
    try:
        values: list[Any] = [None if text is None else kind.read(text) for text in column.texts]
    except (KeyError, ValueError):
        kind, values = _TEXT_TYPE, list(column.texts)
    return kind, [
        column.labels.get(value, value) for value in values
    ] if kind is _TEXT_TYPE else values


def _import_library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise LibraryError(f"this needs {name}, not found here; pip install {name}") from error


_MAX_SHOWN_ROWS = 30


class ResultTable(list[dict[str, str]]):
    """Rows that map columns to texts (IRIs in full, "" if unbound), shown with labels.

    ``columns`` are those of the query in its order, also where there are no rows; ``shown_text``,
    if given, is shown in place of a table.
    """

    shown_text = ""

    def __init__(
        self,
        columns: Iterable[str],
        rows: Iterable[dict[str, str]],
        terms: Sequence[Mapping[str, object]],
        graph: Graph,
    ) -> None:
        """Keep the rows, what their terms say of the texts, and the graph that has the labels."""
        super().__init__(rows)
        self.columns = tuple(columns)
        self._datatypes = {
            name: {_get_datatype(row[name]) for row in terms if row[name] is not None}
            for name in self.columns
        }
        cells = [term for row in terms for term in row.values()]
        written = {cell.value for cell in cells if isinstance(cell, Literal)}
        self._iris = {cell.value for cell in cells if isinstance(cell, NamedNode)} - written
        self._graph = graph

    def to_pandas(self, *, labels: bool = False) -> "pd.DataFrame":
        """Return a pandas DataFrame, with labels in place of IRIs if wanted.

        A column whose literals are all of one datatype is Int64, Float64, boolean or (of days)
        datetime64[s], else string; empty texts are missing. Raises LibraryError without pandas.
        """
        return to_pandas(self._framed(labels=labels), len(self))

    def to_polars(self, *, labels: bool = False) -> "pl.DataFrame":
        """Return a polars DataFrame, with labels in place of IRIs if wanted.

        A column whose literals are all of one datatype is Int64, Float64, Boolean or Date, else
        String; empty texts are null. Raises LibraryError without polars.
        """
        return to_polars(self._framed(labels=labels))

    @overload
    def __getitem__(self, index: SupportsIndex) -> dict[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> "ResultTable": ...
    def __getitem__(self, index: SupportsIndex | slice) -> "dict[str, str] | ResultTable":
        """Return one row, or some of them as a table."""
        if not isinstance(index, slice):
            return super().__getitem__(index)
        some = copy(self)
        some.shown_text = ""
        some[:] = super().__getitem__(index)
        return some

    def __getstate__(self) -> dict[str, object]:
        """Return what a copy or a pickle needs besides the rows: labels in place of the graph."""
        state = {**vars(self), "_labels": self._labels}
        state.pop("_graph", None)
        return state

    def __repr__(self) -> str:
        """Return what ``aigg query`` prints, of the first rows."""
        if self.shown_text:
            return self.shown_text.rstrip("\n")
        cells = [[text for text, _ in row] for row in self._cells()]
        shown = format_table(TextTable(self.columns, cells), "table").rstrip("\n")
        return shown if len(self) <= _MAX_SHOWN_ROWS else f"{shown}, the first of {len(self):,}"

    def _repr_html_(self) -> str:
        """Return a table of the first rows for a notebook, with prefixed names as hints."""
        if self.shown_text:
            return notebook.format_preformatted(self.shown_text)
        note = f"{len(self):,} row{'' if len(self) == 1 else 's'}"
        if len(self) > _MAX_SHOWN_ROWS:
            note = (
                f"The first {_MAX_SHOWN_ROWS} of {note}; to_pandas() and to_polars() hold them all."
            )
        return notebook.format_html_table(self.columns, self._cells(), note)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {iri: self._graph.label(iri) for iri in sorted(self._iris)}

    def _cells(self) -> Iterator[list[notebook.TableCell]]:
        for row in islice(self, _MAX_SHOWN_ROWS):
            texts = [row.get(name, "") for name in self.columns]
            yield [
                (self._labels[text], compact(text)) if text in self._labels else (text, "")
                for text in texts
            ]

    def _framed(self, *, labels: bool) -> Iterator[TypedColumn]:
        shown = self._labels if labels else {}
        for name in self.columns:
            texts = [row.get(name) or None for row in self]
            yield TypedColumn(name, texts, self._datatypes[name], shown)


def _get_datatype(term: object) -> str:
    return term.datatype.value if isinstance(term, Literal) else ""
