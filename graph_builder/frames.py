"""Frames of pandas and polars: each column has the type that all its literals share."""

from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.errors import LibraryError
from graph_builder.vocabulary import expand

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_LARGEST = 2**63


class Column(NamedTuple):
    """A column: its texts, None where nothing is bound, and their datatypes, "" for things.

    ``labels`` stand in place of those texts that are their keys.
    """

    name: str
    texts: list[str | None]
    datatypes: set[str]
    labels: dict[str, str]


class _Kind(NamedTuple):
    """A type of columns: how texts are read, and what pandas and polars call it."""

    read: Callable[[str], Any]
    pandas: str
    polars: str


def _integer(text: str) -> int:
    found = int(text)
    if not -_LARGEST <= found < _LARGEST:
        raise ValueError(text)
    return found


_TEXT = _Kind(str, "string", "String")
_INTEGER = _Kind(_integer, "Int64", "Int64")
_NUMBER = _Kind(float, "Float64", "Float64")
_BOOLEANS = {"false": False, "0": False, "true": True, "1": True}
_KINDS = {
    expand("xsd:boolean"): _Kind(_BOOLEANS.__getitem__, "boolean", "Boolean"),
    expand("xsd:date"): _Kind(date.fromisoformat, "datetime64[s]", "Date"),
    expand("xsd:decimal"): _NUMBER,
    expand("xsd:double"): _NUMBER,
    expand("xsd:float"): _NUMBER,
    expand("xsd:integer"): _INTEGER,
}


def to_pandas(columns: Iterable[Column], rows: int) -> "pd.DataFrame":
    """Return columns of so many rows as a pandas DataFrame; raises LibraryError without pandas."""
    pandas = _library("pandas")
    index = pandas.RangeIndex(rows)
    made = {}
    for column in columns:
        kind, values = _typed(column)
        made[column.name] = pandas.Series(values, index=index, dtype=kind.pandas)
    return pandas.DataFrame(made, index=index)


def to_polars(columns: Iterable[Column]) -> "pl.DataFrame":
    """Return columns as a polars DataFrame; raises LibraryError without polars."""
    polars = _library("polars")
    made = []
    for column in columns:
        kind, values = _typed(column)
        made.append(polars.Series(column.name, values, dtype=getattr(polars, kind.polars)))
    frame: pl.DataFrame = polars.DataFrame(made)
    return frame


def _typed(column: Column) -> tuple[_Kind, list[Any]]:
    """Return the type that fits all texts of a column, and their values, None for no text."""
    kinds = {_KINDS.get(datatype, _TEXT) for datatype in column.datatypes}
    if kinds == {_INTEGER, _NUMBER}:
        kinds = {_NUMBER}
    kind = kinds.pop() if len(kinds) == 1 else _TEXT
    try:
        values: list[Any] = [None if text is None else kind.read(text) for text in column.texts]
    except (KeyError, ValueError):
        kind, values = _TEXT, list(column.texts)
    return kind, [column.labels.get(value, value) for value in values] if kind is _TEXT else values


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise LibraryError(f"this needs {name}, not found here; pip install {name}") from error
