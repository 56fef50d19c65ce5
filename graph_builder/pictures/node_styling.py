"""Styling of nodes by measures: the size and the colour of nodes, and the legend."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from graph_builder.analysis.reports.measure_registry import MEASURES, compute_measures
from graph_builder.core.errors import PictureError
from graph_builder.pictures.palette import COMMUNITY_STYLES, VALUE_STYLES, NodeStyle

if TYPE_CHECKING:
    import networkx as nx

    from graph_builder.analysis.measures.measure_definition import MeasureResult

#: Pixels of the radius of the smallest node, and what the largest has besides.
_MIN_RADIUS, _RADIUS_RANGE = 5.0, 17.0


class LegendEntry(NamedTuple):
    """A row of a legend: the attribute, size or colour, the measure it shows, and its reading."""

    attribute: str
    name: str
    reading: str


def style_nodes_by_measure(
    drawn: "nx.MultiDiGraph[str]", network: "nx.Graph[str]", size: str = "", colour: str = ""
) -> list[LegendEntry]:
    """Set the size and colour of drawn nodes by measures of a network, and return the legend.

    Measures are computed on the whole network; "" is none. The area of a node grows with its value;
    a node without a value has the smallest size, or no colour of its own. Raises UnknownNameError,
    and PictureError for a measure that is not one of nodes or not defined for the network.
    """
    legend = []
    if size:
        result = _compute_node_measure(network, size)
        if result.measure.is_categorical:
            raise PictureError(f"{size} gives numbers of groups, not sizes; use it with --colour")
        _set_sizes(drawn, result.values)
        legend.append(LegendEntry("Size", size, result.measure.reading))
    if colour:
        result = _compute_node_measure(network, colour)
        values = {node: value for node, value in result.values.items() if node in drawn}
        styles = (
            _build_community_styles(result)
            if result.measure.is_categorical
            else _build_value_styles(values)
        )
        for node in values:
            drawn.nodes[node]["group"] = styles[node]
        legend.append(LegendEntry("Colour", colour, result.measure.reading))
    return legend


def _compute_node_measure(network: "nx.Graph[str]", name: str) -> "MeasureResult":
    (result,) = compute_measures(network, [name])
    if result.measure.level != "nodes":
        fit = ", ".join(each.name for each in MEASURES.values() if each.level == "nodes")
        raise PictureError(f"{name} measures the whole network; use a measure of nodes: {fit}")
    if result.missing:
        raise PictureError(f"{name}: {result.missing}")
    return result


def _set_sizes(drawn: "nx.MultiDiGraph[str]", values: Mapping[str, float]) -> None:
    """Set sizes so that the area of a node grows with its value, from the least value drawn."""
    shown = {node: values[node] for node in drawn if node in values}
    low, high = min(shown.values(), default=0.0), max(shown.values(), default=0.0)
    low = min(low, 0.0)
    for node, attributes in drawn.nodes(data=True):
        share = (shown.get(node, low) - low) / (high - low) if high > low else 0.0
        attributes["size"] = _MIN_RADIUS + _RADIUS_RANGE * sqrt(share)


def _build_community_styles(result: "MeasureResult") -> dict[str, NodeStyle]:
    """Return a style for each node by its community; the smallest of many share one."""
    members: dict[float, list[str]] = {}
    for node in sorted(result.values):
        members.setdefault(result.values[node], []).append(node)
    largest = sorted(members, key=lambda number: (-len(members[number]), number))
    maximum = len(COMMUNITY_STYLES)
    room = maximum if len(largest) <= maximum else maximum - 1
    labelled = [
        (_format_community_label(result, each, len(members[each])), members[each])
        for each in largest[:room]
    ]
    if rest := [node for each in largest[room:] for node in members[each]]:
        labelled.append((f"smaller groups, {len(rest)} together", rest))
    return {
        node: replace(style, label=label)
        for style, (label, nodes) in zip(COMMUNITY_STYLES, labelled, strict=False)
        for node in nodes
    }


def _format_community_label(result: "MeasureResult", number: float, size: int) -> str:
    return f"{result.category_names.get(number, f'group {number:g}')} ({size})"


def _build_value_styles(values: Mapping[str, float]) -> dict[str, NodeStyle]:
    """Return a style for each node by its value, with about as many values for each style."""
    different = sorted({*values.values()})
    parts = min(len(VALUE_STYLES), len(different))
    bounds = [different[len(different) * at // parts] for at in range(parts)]
    ends = [different[len(different) * (at + 1) // parts - 1] for at in range(parts)]
    # with fewer parts the strongest styles: the first looks weak only beside others
    steps = [
        replace(step, label=label)
        for step, label in zip(VALUE_STYLES[-parts:], _iter_range_labels(bounds, ends), strict=True)
    ]
    return {
        node: steps[sum(value >= bound for bound in bounds) - 1] for node, value in values.items()
    }


def _iter_range_labels(bounds: list[float], ends: list[float]) -> Iterator[str]:
    for low, high in zip(bounds, ends, strict=True):
        yield f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
