"""The answer to a question: rows of text, a frame of pandas or polars, a table to look at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, SupportsIndex, overload

from pyoxigraph import Literal, NamedNode

from graph_builder import frames, notebooks
from graph_builder.answers import Rows, layout
from graph_builder.store import Graph
from graph_builder.vocabulary import compact

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MOST = 30


class Table(list[dict[str, str]]):
    """Rows that map columns to texts (IRIs in full, "" if unbound), shown with labels.

    ``columns`` are those of the query in its order, also where there are no rows; ``words``, where
    they are given, are shown in place of a table.
    """

    words = ""

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
            name: {_datatype(row[name]) for row in terms if row[name] is not None}
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
        return frames.to_pandas(self._framed(labels=labels), len(self))

    def to_polars(self, *, labels: bool = False) -> "pl.DataFrame":
        """Return a polars DataFrame, with labels in place of IRIs if wanted.

        A column whose literals are all of one datatype is Int64, Float64, Boolean or Date, else
        String; empty texts are null. Raises LibraryError without polars.
        """
        return frames.to_polars(self._framed(labels=labels))

    @overload
    def __getitem__(self, index: SupportsIndex) -> dict[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> "Table": ...
    def __getitem__(self, index: SupportsIndex | slice) -> "dict[str, str] | Table":
        """Return one row, or some of them as a table."""
        if not isinstance(index, slice):
            return super().__getitem__(index)
        some = copy(self)
        some.words = ""
        some[:] = super().__getitem__(index)
        return some

    def __getstate__(self) -> dict[str, object]:
        """Return what a copy or a pickle needs besides the rows: labels in place of the graph."""
        state = {**vars(self), "_labels": self._labels}
        state.pop("_graph", None)
        return state

    def __repr__(self) -> str:
        """Return what ``aigg query`` prints, of the first rows."""
        if self.words:
            return self.words.rstrip("\n")
        cells = [[text for text, _ in row] for row in self._cells()]
        shown = layout(Rows(self.columns, cells), "table").rstrip("\n")
        return shown if len(self) <= _MOST else f"{shown}, the first of {len(self):,}"

    def _repr_html_(self) -> str:
        """Return a table of the first rows for a notebook, with prefixed names as hints."""
        if self.words:
            return notebooks.words(self.words)
        note = f"{len(self):,} row{'' if len(self) == 1 else 's'}"
        if len(self) > _MOST:
            note = f"The first {_MOST} of {note}; to_pandas() and to_polars() hold them all."
        return notebooks.table(self.columns, self._cells(), note)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {iri: self._graph.label(iri) for iri in sorted(self._iris)}

    def _cells(self) -> Iterator[list[notebooks.Cell]]:
        for row in islice(self, _MOST):
            texts = [row.get(name, "") for name in self.columns]
            yield [
                (self._labels[text], compact(text)) if text in self._labels else (text, "")
                for text in texts
            ]

    def _framed(self, *, labels: bool) -> Iterator[frames.Column]:
        shown = self._labels if labels else {}
        for name in self.columns:
            texts = [row.get(name) or None for row in self]
            yield frames.Column(name, texts, self._datatypes[name], shown)


def _datatype(term: object) -> str:
    return term.datatype.value if isinstance(term, Literal) else ""
