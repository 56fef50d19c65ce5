"""Networks measured: as text to read, as rows, as RDF, as files for other programs, over time."""

from typing import Any

from pyoxigraph import Literal, NamedNode

from graph_builder.results import data
from graph_builder.results.reports import report
from graph_builder.store import GraphLike
from graph_builder.tables import Table


def measure(graph: GraphLike, network: str, *names: str, **options: Any) -> Table:
    """Return measures of a network as a table, of its nodes or, where none is of nodes, of all.

    Without names the usual measures, with ``all`` those that the network is defined for. The
    options are ``weighting``, ``kind``, ``modality`` and ``basis``; to a day or a verification,
    narrow the graph first (``select``). Its columns are ``node``, ``kind`` and the measures, or
    ``measure``, ``figure`` and ``value``. Raises UnknownNameError.
    """
    found = report(graph, network, names, **options)
    columns, rows = [name for name in data.columns(found) if name != "label"], data.rows(found)
    texts = [{name: _text(row[name]) for name in columns} for row in rows]
    terms = [{name: _term(name, row[name]) for name in columns} for row in rows]
    return Table(columns, texts, terms, found.graph)


def _text(value: float | str | None) -> str:
    return "" if value is None else str(value)


def _term(name: str, value: Any) -> object:
    if value is None:
        return None
    return NamedNode(value) if name == "node" else Literal(value)
