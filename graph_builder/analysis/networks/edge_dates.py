"""The dates of the edges of a network, at the precision that the sources give."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.network_builder import ProjectedEdgeEvidence
from graph_builder.core.validity_period import DateRange

if TYPE_CHECKING:
    import networkx as nx


def list_edge_assertions(made: "nx.Graph[str]") -> list[EdgeAssertion]:
    """Return the edge assertions behind a network of ``build_network``, in no particular order."""
    if "incidence" in made.graph:
        held = made.graph["incidence"].by_source.values()
        return [assertion for targets in held for found in targets.values() for assertion in found]
    return [assertion for *_, held in made.edges(data=True) for assertion in held["evidence"]]


def list_edge_dates(evidence: Sequence[EdgeAssertion]) -> list[str]:
    """Return the start dates of an edge, earliest first, "" for those not known.

    An edge has one date for each assertion. An edge of a projection has one for each shared target:
    the later of the earliest dates on which its two ends joined the target.
    """
    if not isinstance(evidence, ProjectedEdgeEvidence):
        return sorted((assertion.date for assertion in evidence), key=get_date_sort_key)
    came: dict[str, dict[str, list[str]]] = {}
    for assertion in evidence:
        came.setdefault(assertion.target, {}).setdefault(assertion.source, []).append(
            assertion.date
        )
    found = (
        max((_select_earliest(days) for days in ends.values()), key=get_date_sort_key)
        for ends in came.values()
    )
    return sorted(found, key=get_date_sort_key)


def get_date_sort_key(text: str) -> tuple[date, str]:
    """Return the sort key of a date: the last day that it can mean; what is no date comes last."""
    span = DateRange.parse_or_none(text)
    return (span.last if span else date.max), text


def select_valid_dates(days: Iterable[str]) -> list[str]:
    """Return the texts that are dates, in their order."""
    return [day for day in days if DateRange.parse_or_none(day)]


def _select_earliest(days: Iterable[str]) -> str:
    return min(days, key=get_date_sort_key)
