"""Results in the formats of the command line."""

from collections.abc import Sequence

from graph_builder.answers import Rows, layout
from graph_builder.errors import QueryError
from graph_builder.exchange import exchange
from graph_builder.formats import NETWORKS, ROWS
from graph_builder.measures import MEASURES
from graph_builder.networks.declaration import networks
from graph_builder.results import data, growing, sentences, words
from graph_builder.results.cube import quads
from graph_builder.results.growth import Growth
from graph_builder.results.reports import Report
from graph_builder.results.testing import Chance, edges_tested
from graph_builder.turtle import export


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
    if extension in NETWORKS:
        return _network(found, extension)
    if extension not in ROWS:
        return export(quads(found), extension)
    if extension == "json":
        return data.written(data.tree(found))
    if extension in ("csv", "tsv"):
        return data.separated(data.columns(found), data.rows(found), extension)
    return words.words(found, extension, top if extension == "table" else 0)


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
        description=" ".join(words.about(found)) + said,
    )


def _growth(found: Growth, extension: str, top: int) -> str:
    if extension not in ROWS:
        raise _refused("a network over time", extension)
    if extension == "json":
        return data.written(growing.tree(found))
    if extension in ("csv", "tsv"):
        return data.separated(growing.COLUMNS, growing.rows(found), extension)
    return growing.told(found, extension, top if extension == "table" else 0)


def _chance(found: Chance, extension: str, top: int) -> str:
    if extension not in ROWS:
        raise _refused("what chance says", extension)
    if extension == "json":
        return data.written(sentences.tree(found))
    if extension in ("csv", "tsv"):
        return sentences.separated(found, extension)
    return sentences.told(found, extension, top if extension == "table" else 0)


def _listed(rows: Sequence[dict[str, str]], extension: str) -> str:
    if extension not in ROWS:
        raise _refused("a list", extension)
    columns = [*rows[0]]
    if extension == "json":
        return data.written(rows)
    if extension in ("csv", "tsv"):
        return data.separated(columns, rows, extension)
    return layout(Rows(columns, [[*row.values()] for row in rows]), extension)


def _refused(what: str, extension: str) -> QueryError:
    *rest, last = ROWS
    return QueryError(f"{what} has no {extension}; use {', '.join(rest)} or {last}")
