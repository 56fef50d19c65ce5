"""When the ties of a network began, at the precision that the sources give."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.network_builder import ProjectedEdgeEvidence
from graph_builder.core.intervals import DateRange

if TYPE_CHECKING:
    import networkx as nx


def list_edge_assertions(made: "nx.Graph[str]") -> list[EdgeAssertion]:
    """Return the ties that a network of ``make`` stands on, in no particular order."""
    if "incidence" in made.graph:
        held = made.graph["incidence"].by_source.values()
        return [tie for targets in held for found in targets.values() for tie in found]
    return [tie for *_, held in made.edges(data=True) for tie in held["evidence"]]


def list_edge_dates(evidence: Sequence[EdgeAssertion]) -> list[str]:
    """Return the dates at which an edge was tied, earliest first, "" for those not known.

    That is one date a tie, or in a projection one a thing shared: the later of the days on which
    its ends came to it, each by its earliest tie.
    """
    if not isinstance(evidence, ProjectedEdgeEvidence):
        return sorted((tie.date for tie in evidence), key=get_date_sort_key)
    came: dict[str, dict[str, list[str]]] = {}
    for tie in evidence:
        came.setdefault(tie.target, {}).setdefault(tie.source, []).append(tie.date)
    found = (
        max((_select_earliest(days) for days in ends.values()), key=get_date_sort_key)
        for ends in came.values()
    )
    return sorted(found, key=get_date_sort_key)


def get_date_sort_key(text: str) -> tuple[date, str]:
    """Return by what dates are sorted: the last day that they may mean, what is no date last."""
    span = DateRange.read(text)
    return (span.last if span else date.max), text


def select_valid_dates(days: Iterable[str]) -> list[str]:
    """Return those that are dates, in their order."""
    return [day for day in days if DateRange.read(day)]


def _select_earliest(days: Iterable[str]) -> str:
    return min(days, key=get_date_sort_key)
