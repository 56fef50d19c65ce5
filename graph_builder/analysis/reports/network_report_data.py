"""A network report as data: one row per node for CSV and TSV, everything for JSON."""

import math
from collections.abc import Mapping
from typing import Any

from graph_builder.analysis.reports.network_report import NetworkReport

ReportRow = Mapping[str, Any]


def get_report_columns(found: NetworkReport) -> list[str]:
    """Return the columns of the table: of the nodes, or of figures where no node has any."""
    results = found.get_results("nodes")
    if not results:
        return ["measure", "figure", "value"]
    return ["node", "label", "kind", *(m.measure.name for m in results)]


def build_report_rows(found: NetworkReport) -> list[ReportRow]:
    """Return the rows under these columns, nodes as IRIs; what has no value is None."""
    return build_node_rows(found) if found.get_results("nodes") else build_figure_rows(found)


def build_node_rows(found: NetworkReport) -> list[ReportRow]:
    """Return the nodes with their measures."""
    held, results = found.network.nodes, found.get_results("nodes")
    return [
        {
            "node": node,
            "label": held[node]["label"],
            "kind": held[node]["kind"],
            **{m.measure.name: to_json_number(m.values.get(node)) for m in results},
        }
        for node in found.nodes
    ]


def build_figure_rows(found: NetworkReport) -> list[ReportRow]:
    """Return the figures of the network as a whole."""
    return [
        {"measure": m.measure.name, "figure": figure, "value": to_json_number(value)}
        for m in found.get_results("network")
        for figure, value in m.values.items()
    ]


def build_report_json(found: NetworkReport) -> dict[str, Any]:
    """Return a report for JSON: the network, the measures with their readings, all values."""
    measures = [
        {
            "name": m.measure.name,
            "of": m.measure.level,
            "reading": m.measure.reading,
            "source": m.measure.source,
            **({"missing": m.missing} if m.missing else {}),
            **(
                {"groups": {f"{n:.0f}": name for n, name in m.category_names.items()}}
                if m.category_names
                else {}
            ),
        }
        for m in found.results
    ]
    return {
        **build_network_summary(found),
        "measures": measures,
        "nodes": build_node_rows(found),
        "figures": build_figure_rows(found),
    }


def build_network_summary(found: NetworkReport) -> dict[str, Any]:
    """Return what a network is and rests on, for JSON."""
    dated = [day for day in found.days if day]
    return {
        "network": found.definition.name,
        "question": found.definition.question.summary,
        "edge": found.definition.edge,
        "options": {name: value for name, value in found.options.items() if value},
        "size": {"nodes": len(found.network), "edges": found.network.number_of_edges()},
        "assertions": {
            "number": len(found.days),
            "undated": len(found.days) - len(dated),
            "earliest": dated[0] if dated else None,
            "latest": dated[-1] if dated else None,
        },
    }


def to_json_number(value: float | None) -> float | None:
    """Return a number, or None for what JSON cannot hold."""
    return value if value is not None and math.isfinite(value) else None
