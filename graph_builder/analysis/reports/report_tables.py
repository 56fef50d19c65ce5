"""The measures and the significance of a network as result tables, for Python and notebooks."""

from dataclasses import fields
from typing import Any

from pyoxigraph import Literal, NamedNode

from graph_builder.analysis.reports import network_report_data, significance_report
from graph_builder.analysis.reports.network_report import build_network_report
from graph_builder.analysis.reports.significance_analysis import analyse_significance
from graph_builder.analysis.significance.pair_tests import SignificanceSettings
from graph_builder.query.result_table import ResultTable
from graph_builder.store.graph import GraphLike

#: Rows of the text that Python shows of what chance says.
MAX_TEXT_ROWS = 20


def measure(graph: GraphLike, network: str, *names: str, **options: Any) -> ResultTable:
    """Return measures of a network as a table, of its nodes or, where none is of nodes, of all.

    Without names, the usual measures are computed, with ``all`` those that the network is defined
    for. The options are ``weighting``, ``kind``, ``modality`` and ``basis``; to restrict it to a
    day or a verification, narrow the graph first (``select``). Its columns are ``node``, ``kind``
    and the measures, or ``measure``, ``figure`` and ``value``. Raises UnknownNameError.
    """
    found = build_network_report(graph, network, names, **options)
    columns, rows = (
        [name for name in network_report_data.get_report_columns(found) if name != "label"],
        network_report_data.build_report_rows(found),
    )
    texts = [{name: _to_text(row[name]) for name in columns} for row in rows]
    terms = [{name: _to_measure_term(name, row[name]) for name in columns} for row in rows]
    return ResultTable(columns, texts, terms, found.graph)


def chance(graph: GraphLike, network: str, **options: Any) -> ResultTable:
    """Return which pairs or groups of a network share more than chance explains, as a table.

    The options are those of ``analyse_significance``, with the settings of ``SignificanceSettings``
    beside them: ``chance(graph, "co-endorsement", pair=("India", "France"), null="fixed")``. A row
    is a pair, a group or the whole. Raises UnknownNameError, QueryError and MeasureError.
    """
    settings = {each.name: options.pop(each.name, None) for each in fields(SignificanceSettings)}
    found = analyse_significance(graph, network, settings=settings, **options)
    columns = significance_report.get_significance_columns(found)
    rows = [{name: _to_text(row[name]) for name in columns} for row in found.rows]
    terms = [
        {name: _to_significance_term(name, row[name]) for name in columns} for row in found.rows
    ]
    table = ResultTable(columns, rows, terms, found.report.graph)
    table.shown_text = significance_report.format_significance(found, "table", MAX_TEXT_ROWS)
    return table


def _to_significance_term(name: str, value: Any) -> object:
    if name in significance_report.IRI_COLUMNS:
        return NamedNode(value) if value else None
    return Literal(value)


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _to_measure_term(name: str, value: Any) -> object:
    if value is None:
        return None
    return NamedNode(value) if name == "node" else Literal(value)
