"""Networks measured: as text to read, as rows, as RDF, as files for other programs, over time."""

from dataclasses import fields
from typing import Any

from pyoxigraph import Literal, NamedNode

from graph_builder.analysis.reports import report_data, significance_report
from graph_builder.analysis.reports.network_report import report
from graph_builder.analysis.reports.significance_tests import against
from graph_builder.analysis.significance.pair_tests import Settings
from graph_builder.query.result_table import ResultTable
from graph_builder.store.graph import GraphLike

#: Rows of the text that Python shows of what chance says.
MOST = 20


def measure(graph: GraphLike, network: str, *names: str, **options: Any) -> ResultTable:
    """Return measures of a network as a table, of its nodes or, where none is of nodes, of all.

    Without names the usual measures, with ``all`` those that the network is defined for. The
    options are ``weighting``, ``kind``, ``modality`` and ``basis``; to a day or a verification,
    narrow the graph first (``select``). Its columns are ``node``, ``kind`` and the measures, or
    ``measure``, ``figure`` and ``value``. Raises UnknownNameError.
    """
    found = report(graph, network, names, **options)
    columns, rows = (
        [name for name in report_data.columns(found) if name != "label"],
        report_data.rows(found),
    )
    texts = [{name: _text(row[name]) for name in columns} for row in rows]
    terms = [{name: _term(name, row[name]) for name in columns} for row in rows]
    return ResultTable(columns, texts, terms, found.graph)


def chance(graph: GraphLike, network: str, **options: Any) -> ResultTable:
    """Return which ties of a network are more than chance, as a table whose words are the text.

    The options are those of ``testing.against``, with the settings of ``pairs.Settings`` beside
    them: ``chance(graph, "co-endorsement", pair=("India", "France"), null="fixed")``. A row is a
    pair, a group or the whole. Raises UnknownNameError, QueryError and MeasureError.
    """
    settings = {each.name: options.pop(each.name, None) for each in fields(Settings)}
    found = against(graph, network, settings=settings, **options)
    columns = significance_report.columns(found)
    rows = [{name: _text(row[name]) for name in columns} for row in found.rows]
    terms = [{name: _known(name, row[name]) for name in columns} for row in found.rows]
    table = ResultTable(columns, rows, terms, found.report.graph)
    table.shown_text = significance_report.told(found, "table", MOST)
    return table


def _known(name: str, value: Any) -> object:
    if name in significance_report.IRIS:
        return NamedNode(value) if value else None
    return Literal(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _term(name: str, value: Any) -> object:
    if value is None:
        return None
    return NamedNode(value) if name == "node" else Literal(value)
