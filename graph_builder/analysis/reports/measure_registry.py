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
from graph_builder.analysis.measures.matrices import cache_matrices
from graph_builder.analysis.measures.measure_definition import (
    Measure,
    MeasureResult,
    compute_measure,
)
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
        *structural_holes.STRUCTURAL_HOLE_MEASURES,
        *cohesion.COHESION_MEASURES,
        *communities.COMMUNITY_MEASURES,
        *assortativity.ASSORTATIVITY_MEASURES,
        *core_periphery.CORE_PERIPHERY_MEASURES,
        *validated_projection.SIGNIFICANCE_MEASURES,
    )
}


def compute_measures(graph: "nx.Graph[str]", names: Iterable[str] = ()) -> list[MeasureResult]:
    """Return the values of some measures for a network, by default of all that it is defined for.

    Raises UnknownNameError for a name that is none of a measure.
    """
    asked = [_find_measure(name) for name in names]
    with cache_matrices():
        return [compute_measure(each, graph) for each in asked or MEASURES.values()]


def _find_measure(name: str) -> Measure:
    if name not in MEASURES:
        raise UnknownNameError("measure", name, MEASURES)
    return MEASURES[name]
