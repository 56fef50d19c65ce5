"""The table class for query answers, with conversion to pandas and polars data frames."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex, overload

from pyoxigraph import Literal, NamedNode

from graph_builder.core.errors import LibraryError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.asked_values import AskedValue, describe_asked_values, format_asked_values
from graph_builder.query.text_table import TextTable, format_table
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from graph_builder.core.notebook import TableCell


_INT64_LIMIT = 2**63


class TypedColumn(NamedTuple):
    """A column of texts (None if unbound) and the IRIs of their datatypes ("" for entities).

    ``labels`` maps texts to the labels that replace them.
    """

    name: str
    texts: list[str | None]
    datatypes: set[str]
    labels: dict[str, str]


class _ColumnType(NamedTuple):
    """A column type: the function that parses texts, and its names in pandas and polars."""

    read: Callable[[str], Any]
    pandas: str
    polars: str


def _parse_int64(text: str) -> int:
    number = int(text)
    if not -_INT64_LIMIT <= number < _INT64_LIMIT:
        raise ValueError(text)
    return number


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
    """Return columns as a pandas DataFrame; raises LibraryError if pandas is not installed."""
    pandas = _import_library("pandas")
    index = pandas.RangeIndex(rows)
    series = {}
    for column in columns:
        kind, values = _convert_column(column)
        series[column.name] = pandas.Series(values, index=index, dtype=kind.pandas)
    return pandas.DataFrame(series, index=index)


def to_polars(columns: Iterable[TypedColumn]) -> "pl.DataFrame":
    """Return columns as a polars DataFrame; raises LibraryError if polars is not installed."""
    polars = _import_library("polars")
    series = []
    for column in columns:
        kind, values = _convert_column(column)
        series.append(polars.Series(column.name, values, dtype=getattr(polars, kind.polars)))
    frame: pl.DataFrame = polars.DataFrame(series)
    return frame


def _convert_column(column: TypedColumn) -> tuple[_ColumnType, list[Any]]:
    """Return the type that fits all texts of a column, and the parsed values."""
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
        raise LibraryError(
            f"this needs {name}, which is not installed; pip install {name}"
        ) from error


_MAX_SHOWN_ROWS = 30


class ResultTable(list[dict[str, str]]):
    """A list of rows that map columns to texts (IRIs in full, "" if unbound), shown with labels.

    ``columns`` are the columns of the query in order, even if there are no rows. ``shown_text``, if
    given, is shown instead of a table. ``asked`` is what a named question was asked with, and
    ``notes`` say what a reader has to know of the answer.
    """

    shown_text = ""
    asked: tuple[AskedValue, ...] = ()
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        columns: Iterable[str],
        rows: Iterable[dict[str, str]],
        terms: Sequence[Mapping[str, object]],
        graph: Graph,
    ) -> None:
        """Set the rows, the terms that they were made from, and the graph with the labels."""
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
        """Return a pandas DataFrame, with ``labels`` instead of IRIs if asked for.

        A column whose literals all have one datatype is Int64, Float64, boolean or (of days)
        datetime64[s], else string; empty texts are missing. Raises LibraryError if it is missing.
        """
        return to_pandas(self._iter_columns(labels=labels), len(self))

    def to_polars(self, *, labels: bool = False) -> "pl.DataFrame":
        """Return a polars DataFrame, with ``labels`` instead of IRIs if asked for.

        A column whose literals all have one datatype is Int64, Float64, Boolean or Date, else
        String; empty texts are null. Raises LibraryError if it is missing.
        """
        return to_polars(self._iter_columns(labels=labels))

    @overload
    def __getitem__(self, index: SupportsIndex) -> dict[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> "ResultTable": ...
    def __getitem__(self, index: SupportsIndex | slice) -> "dict[str, str] | ResultTable":
        """Return a row, or a slice of the rows as a table."""
        if not isinstance(index, slice):
            return super().__getitem__(index)
        some = copy(self)
        some.shown_text = ""
        some[:] = super().__getitem__(index)
        return some

    def __getstate__(self) -> dict[str, object]:
        """Return the state for a copy or a pickle, with the labels instead of the graph."""
        state = {**vars(self), "_labels": self._labels}
        state.pop("_graph", None)
        return state

    def __repr__(self) -> str:
        """Return the first rows as ``aigg query`` prints them."""
        if self.shown_text:
            return self.shown_text.rstrip("\n")
        cells = [[text for text, _ in row] for row in self._cells()]
        table = format_table(TextTable(self.columns, cells), "table").rstrip("\n")
        shown = format_asked_values(self.asked, "table") + table
        return shown if len(self) <= _MAX_SHOWN_ROWS else f"{shown}, the first of {len(self):,}"

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table, with prefixed names as tooltips."""
        from graph_builder.core import notebook

        if self.shown_text:
            return notebook.format_preformatted(self.shown_text)
        note = format_count(len(self), "row")
        if len(self) > _MAX_SHOWN_ROWS:
            note = f"The first {_MAX_SHOWN_ROWS} of {note}; to_pandas() and to_polars() return all."
        asked = describe_asked_values(self.asked)
        note = f"{note}; {asked}" if asked else note
        return notebook.format_html_table(self.columns, self._cells(), note)

    @cached_property
    def _labels(self) -> dict[str, str]:
        self._graph.read_labels(self._iris)
        return {iri: self._graph.whole_label(iri) for iri in sorted(self._iris)}

    def _cells(self) -> Iterator[list["TableCell"]]:
        for row in islice(self, _MAX_SHOWN_ROWS):
            texts = [row.get(name, "") for name in self.columns]
            yield [
                (self._labels[text], compact(text)) if text in self._labels else (text, "")
                for text in texts
            ]

    def _iter_columns(self, *, labels: bool) -> Iterator[TypedColumn]:
        shown = self._labels if labels else {}
        for name in self.columns:
            texts = [row.get(name) or None for row in self]
            yield TypedColumn(name, texts, self._datatypes[name], shown)


def _get_datatype(term: object) -> str:
    return term.datatype.value if isinstance(term, Literal) else ""
