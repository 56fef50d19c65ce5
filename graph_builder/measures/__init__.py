"""Measures of networks, each with its method's source and a sentence on how to read it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from graph_builder.errors import UnknownNameError
from graph_builder.measures import (
    assortativity,
    brokerage,
    cohesion,
    communities,
    core_periphery,
    degrees,
    paths,
    spectral,
    validated,
)
from graph_builder.measures.arrays import kept
from graph_builder.measures.registry import Measure, Measured, apply

if TYPE_CHECKING:
    import networkx as nx

#: The measures by name.
MEASURES: Mapping[str, Measure] = {
    each.name: each
    for each in (
        *degrees.MEASURES,
        *paths.MEASURES,
        *spectral.MEASURES,
        *brokerage.MEASURES,
        *cohesion.MEASURES,
        *communities.MEASURES,
        *assortativity.MEASURES,
        *core_periphery.MEASURES,
        *validated.MEASURES,
    )
}


def measure(graph: "nx.Graph[str]", names: Iterable[str] = ()) -> list[Measured]:
    """Return the values of some measures for a network, by default of all that it is defined for.

    Raises UnknownNameError for a name that is none of a measure.
    """
    asked = [_known(name) for name in names]
    with kept():
        return [apply(each, graph) for each in asked or MEASURES.values()]


def _known(name: str) -> Measure:
    if name not in MEASURES:
        raise UnknownNameError("measure", name, MEASURES)
    return MEASURES[name]
