"""A measured network as data: CSV and TSV with a row a node, JSON with everything in it."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_builder.analysis.reports.network_report import Report

Row = Mapping[str, Any]


def columns(found: Report) -> list[str]:
    """Return the columns of the table: of the nodes, or of figures where no node has any."""
    measured = found.of("nodes")
    if not measured:
        return ["measure", "figure", "value"]
    return ["node", "label", "kind", *(m.measure.name for m in measured)]


def rows(found: Report) -> list[Row]:
    """Return the rows under these columns, nodes as IRIs; what has no value is None."""
    return nodes(found) if found.of("nodes") else figures(found)


def nodes(found: Report) -> list[Row]:
    """Return the nodes with their measures."""
    held, measured = found.network.nodes, found.of("nodes")
    return [
        {
            "node": node,
            "label": held[node]["label"],
            "kind": held[node]["kind"],
            **{m.measure.name: finite(m.values.get(node)) for m in measured},
        }
        for node in found.nodes
    ]


def figures(found: Report) -> list[Row]:
    """Return the figures of the network as a whole."""
    return [
        {"measure": m.measure.name, "figure": figure, "value": finite(value)}
        for m in found.of("network")
        for figure, value in m.values.items()
    ]


def separated(names: Sequence[str], body: Iterable[Row], extension: str) -> str:
    """Return rows as csv or tsv."""
    out = io.StringIO()
    dialect = "excel-tab" if extension == "tsv" else "excel"
    csv.writer(out, dialect).writerows([names, *([row[n] for n in names] for row in body)])
    return out.getvalue()


def tree(found: Report) -> dict[str, Any]:
    """Return a report for JSON: the network, the measures with their readings, all values."""
    measures = [
        {
            "name": m.measure.name,
            "of": m.measure.of,
            "reading": m.measure.reading,
            "source": m.measure.source,
            **({"missing": m.missing} if m.missing else {}),
            **({"groups": {f"{n:.0f}": name for n, name in m.names.items()}} if m.names else {}),
        }
        for m in found.measured
    ]
    return {**about(found), "measures": measures, "nodes": nodes(found), "figures": figures(found)}


def about(found: Report) -> dict[str, Any]:
    """Return what a network is and rests on, for JSON."""
    dated = [day for day in found.days if day]
    return {
        "network": found.declared.name,
        "question": found.declared.question.summary,
        "edge": found.declared.edge,
        "options": {name: value for name, value in found.options.items() if value},
        "size": {"nodes": len(found.network), "edges": found.network.number_of_edges()},
        "assertions": {
            "number": len(found.days),
            "undated": len(found.days) - len(dated),
            "earliest": dated[0] if dated else None,
            "latest": dated[-1] if dated else None,
        },
    }


def written(found: object) -> str:
    """Return JSON, indented, letters of all languages as they are."""
    return json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def finite(value: float | None) -> float | None:
    """Return a number, or None for what JSON cannot hold."""
    return value if value is not None and math.isfinite(value) else None
