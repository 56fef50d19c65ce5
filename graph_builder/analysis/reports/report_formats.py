"""Measures, growth and significance of networks in each format of the command line."""

from collections.abc import Sequence

from graph_builder.analysis.export.network_export import export_network
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports import (
    growth_report,
    network_report_data,
    network_report_text,
    significance_report,
)
from graph_builder.analysis.reports.growth import Growth
from graph_builder.analysis.reports.measure_registry import MEASURES
from graph_builder.analysis.reports.network_report import NetworkReport
from graph_builder.analysis.reports.significance_analysis import (
    SignificanceResult,
    compute_edge_p_values,
)
from graph_builder.core.errors import QueryError
from graph_builder.core.option_values import NETWORK_FORMATS, ROW_FORMATS
from graph_builder.query.plain_rows import format_json, format_plain_rows, format_separated_rows


def format_report(
    found: NetworkReport | Growth | SignificanceResult, extension: str, top: int
) -> str:
    """Return the measures of a network, its growth or its significance in a MEASURE_FORMATS format.

    A table shows the ``top`` rows, 0 being all; other formats have all rows. Raises QueryError for
    growth or significance in a format of NETWORK_FORMATS.
    """
    if isinstance(found, Growth):
        return _format_growth(found, extension, top)
    if isinstance(found, SignificanceResult):
        return _format_significance(found, extension, top)
    if extension in NETWORK_FORMATS:
        return _format_as_network(found, extension)
    if extension == "json":
        return format_json(network_report_data.build_report_json(found))
    if extension in ("csv", "tsv"):
        return format_separated_rows(
            network_report_data.get_report_columns(found),
            network_report_data.build_report_rows(found),
            extension,
        )
    return network_report_text.format_network_report(
        found, extension, top if extension == "table" else 0
    )


def format_network_list(extension: str) -> str:
    """Return the list of networks: what each asks, and what an edge of it means."""
    return _format_list(
        [
            {"network": name, "asks": each.question.summary, "an edge means": each.edge}
            for name, each in load_network_definitions().items()
        ],
        extension,
    )


def format_measure_list(extension: str) -> str:
    """Return the list of measures: of what each is, how to read it, and where it comes from."""
    return _format_list(
        [
            {"measure": m.name, "of": m.level, "reading": m.reading, "source": m.source}
            for m in MEASURES.values()
        ],
        extension,
    )


def _format_as_network(found: NetworkReport, extension: str) -> str:
    said, edges = compute_edge_p_values(found)
    return export_network(
        found.network,
        extension,
        found.graph,
        results=found.get_results("nodes"),
        edges=edges,
        description=" ".join(network_report_text.iter_summary_sentences(found)) + said,
    )


def _format_growth(found: Growth, extension: str, top: int) -> str:
    if extension not in ROW_FORMATS:
        raise _build_format_error("a network over time", extension)
    if extension == "json":
        return format_json(growth_report.build_growth_json(found))
    if extension in ("csv", "tsv"):
        return format_separated_rows(
            growth_report.GROWTH_COLUMNS, growth_report.iter_growth_rows(found), extension
        )
    return growth_report.format_growth(found, extension, top if extension == "table" else 0)


def _format_significance(found: SignificanceResult, extension: str, top: int) -> str:
    if extension not in ROW_FORMATS:
        raise _build_format_error("a test against chance", extension)
    if extension == "json":
        return format_json(significance_report.build_significance_json(found))
    if extension in ("csv", "tsv"):
        return significance_report.format_significance_rows(found, extension)
    return significance_report.format_significance(
        found, extension, top if extension == "table" else 0
    )


def _format_list(rows: Sequence[dict[str, str]], extension: str) -> str:
    if extension not in ROW_FORMATS:
        raise _build_format_error("a list", extension)
    return format_plain_rows([*rows[0]], rows, extension)


def _build_format_error(what: str, extension: str) -> QueryError:
    *rest, last = ROW_FORMATS
    return QueryError(f"{what} has no {extension}; use {', '.join(rest)} or {last}")
