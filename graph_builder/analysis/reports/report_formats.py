"""Results in the formats of the command line."""

from collections.abc import Sequence

from graph_builder.analysis.export.network_export import exchange
from graph_builder.analysis.networks.network_definition import networks
from graph_builder.analysis.reports import (
    growth_report,
    network_report_text,
    report_data,
    significance_report,
)
from graph_builder.analysis.reports.data_cube import quads
from graph_builder.analysis.reports.growth import Growth
from graph_builder.analysis.reports.measure_registry import MEASURES
from graph_builder.analysis.reports.network_report import Report
from graph_builder.analysis.reports.significance_tests import Chance, edges_tested
from graph_builder.core.choices import NETWORK_FORMATS, ROW_FORMATS
from graph_builder.core.errors import QueryError
from graph_builder.query.result_format import TextTable, format_table
from graph_builder.store.serialization import export


def write(found: Report | Growth | Chance, extension: str, top: int) -> str:
    """Return a network measured, its growth, or what chance says, in one of ``formats.MEASURES``.

    A table shows the ``top`` rows, 0 being all, any other format all. Raises QueryError for the
    growth or what chance says as RDF or as a network.
    """
    if not isinstance(found, Report):
        return (
            _growth(found, extension, top)
            if isinstance(found, Growth)
            else _chance(found, extension, top)
        )
    if extension in NETWORK_FORMATS:
        return _network(found, extension)
    if extension not in ROW_FORMATS:
        return export(quads(found), extension)
    if extension == "json":
        return report_data.written(report_data.tree(found))
    if extension in ("csv", "tsv"):
        return report_data.separated(report_data.columns(found), report_data.rows(found), extension)
    return network_report_text.words(found, extension, top if extension == "table" else 0)


def networks_listed(extension: str) -> str:
    """Return the list of networks: what each asks, and what an edge of it means."""
    return _listed(
        [
            {"network": name, "asks": each.question.summary, "an edge means": each.edge}
            for name, each in networks().items()
        ],
        extension,
    )


def measures_listed(extension: str) -> str:
    """Return the list of measures: of what each is, how to read it, and where it comes from."""
    return _listed(
        [
            {"measure": m.name, "of": m.of, "reading": m.reading, "source": m.source}
            for m in MEASURES.values()
        ],
        extension,
    )


def _network(found: Report, extension: str) -> str:
    said, edges = edges_tested(found)
    return exchange(
        found.network,
        extension,
        found.graph,
        measured=found.of("nodes"),
        edges=edges,
        description=" ".join(network_report_text.about(found)) + said,
    )


def _growth(found: Growth, extension: str, top: int) -> str:
    if extension not in ROW_FORMATS:
        raise _refused("a network over time", extension)
    if extension == "json":
        return report_data.written(growth_report.tree(found))
    if extension in ("csv", "tsv"):
        return report_data.separated(growth_report.COLUMNS, growth_report.rows(found), extension)
    return growth_report.told(found, extension, top if extension == "table" else 0)


def _chance(found: Chance, extension: str, top: int) -> str:
    if extension not in ROW_FORMATS:
        raise _refused("what chance says", extension)
    if extension == "json":
        return report_data.written(significance_report.tree(found))
    if extension in ("csv", "tsv"):
        return significance_report.separated(found, extension)
    return significance_report.told(found, extension, top if extension == "table" else 0)


def _listed(rows: Sequence[dict[str, str]], extension: str) -> str:
    if extension not in ROW_FORMATS:
        raise _refused("a list", extension)
    columns = [*rows[0]]
    if extension == "json":
        return report_data.written(rows)
    if extension in ("csv", "tsv"):
        return report_data.separated(columns, rows, extension)
    return format_table(TextTable(columns, [[*row.values()] for row in rows]), extension)


def _refused(what: str, extension: str) -> QueryError:
    *rest, last = ROW_FORMATS
    return QueryError(f"{what} has no {extension}; use {', '.join(rest)} or {last}")
