"""Measures of networks, each with its method's source and a sentence on how to read it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from graph_builder.analysis.measures import (
    assortativity,
    centrality,
    cohesion,
    communities,
    core_periphery,
    structural_holes,
)
from graph_builder.analysis.measures.matrices import kept
from graph_builder.analysis.measures.measure_definition import Measure, Measured, apply
from graph_builder.analysis.significance import validated_projection
from graph_builder.core.errors import UnknownNameError

if TYPE_CHECKING:
    import networkx as nx

#: The measures by name.
MEASURES: Mapping[str, Measure] = {
    each.name: each
    for each in (
        *centrality.DEGREE_MEASURES,
        *centrality.PATH_MEASURES,
        *centrality.SPECTRAL_MEASURES,
        *structural_holes.MEASURES,
        *cohesion.MEASURES,
        *communities.MEASURES,
        *assortativity.MEASURES,
        *core_periphery.MEASURES,
        *validated_projection.MEASURES,
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
