"""What stands out in a picture of a network: marks by the size and colour of a measure."""

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

#: The radius in pixels of the smallest mark, and what the largest has besides.
_MIN_RADIUS, _RADIUS_RANGE = 5.0, 17.0


class LegendEntry(NamedTuple):
    """A row of a legend: what of a mark stands for what, and how to read it."""

    of: str
    name: str
    reading: str


def style_nodes_by_measure(
    drawn: "nx.MultiDiGraph[str]", network: "nx.Graph[str]", size: str = "", colour: str = ""
) -> list[LegendEntry]:
    """Size and colour things that are drawn by measures of a network, and return the legend.

    The measures are those of the whole network, "" for none. A mark's area grows with a value; a
    thing without one has the smallest size, or no colour of its own. Raises UnknownNameError, and
    PictureError where a measure is none of nodes or means nothing for the network.
    """
    keys = []
    if size:
        found = _compute_node_measure(network, size)
        if found.measure.is_categorical:
            raise PictureError(f"{size} numbers groups, which have no size; it is a colour")
        _set_sizes(drawn, found.values)
        keys.append(LegendEntry("Size", size, found.measure.reading))
    if colour:
        found = _compute_node_measure(network, colour)
        shown = {node: value for node, value in found.values.items() if node in drawn}
        groups = (
            _build_community_styles(found)
            if found.measure.is_categorical
            else _build_value_styles(shown)
        )
        for node in shown:
            drawn.nodes[node]["group"] = groups[node]
        keys.append(LegendEntry("Colour", colour, found.measure.reading))
    return keys


def _compute_node_measure(network: "nx.Graph[str]", name: str) -> "MeasureResult":
    (found,) = compute_measures(network, [name])
    if found.measure.level != "nodes":
        fit = ", ".join(each.name for each in MEASURES.values() if each.level == "nodes")
        raise PictureError(f"{name} is a figure of the whole network; of nodes are {fit}")
    if found.missing:
        raise PictureError(f"{name}: {found.missing}")
    return found


def _set_sizes(drawn: "nx.MultiDiGraph[str]", values: Mapping[str, float]) -> None:
    """Let the area of each mark grow with its value, from the least value of those drawn."""
    shown = {node: values[node] for node in drawn if node in values}
    low, high = min(shown.values(), default=0.0), max(shown.values(), default=0.0)
    low = min(low, 0.0)
    for node, held in drawn.nodes(data=True):
        share = (shown.get(node, low) - low) / (high - low) if high > low else 0.0
        held["size"] = _MIN_RADIUS + _RADIUS_RANGE * sqrt(share)


def _build_community_styles(found: "MeasureResult") -> dict[str, NodeStyle]:
    """Return a group of the legend for each node; of many the smallest are one together."""
    members: dict[float, list[str]] = {}
    for node in sorted(found.values):
        members.setdefault(found.values[node], []).append(node)
    largest = sorted(members, key=lambda number: (-len(members[number]), number))
    room = (
        len(COMMUNITY_STYLES)
        if len(largest) <= len(COMMUNITY_STYLES)
        else len(COMMUNITY_STYLES) - 1
    )
    called = [
        (_format_community_label(found, each, len(members[each])), members[each])
        for each in largest[:room]
    ]
    if rest := [node for each in largest[room:] for node in members[each]]:
        called.append((f"smaller groups, {len(rest)} together", rest))
    return {
        node: replace(cluster, label=label)
        for cluster, (label, nodes) in zip(COMMUNITY_STYLES, called, strict=False)
        for node in nodes
    }


def _format_community_label(found: "MeasureResult", number: float, size: int) -> str:
    return f"{found.category_names.get(number, f'group {number:g}')} ({size})"


def _build_value_styles(values: Mapping[str, float]) -> dict[str, NodeStyle]:
    """Return for each node a group of the legend, with about as many values each."""
    different = sorted({*values.values()})
    parts = min(len(VALUE_STYLES), len(different))
    bounds = [different[len(different) * at // parts] for at in range(parts)]
    ends = [different[len(different) * (at + 1) // parts - 1] for at in range(parts)]
    # of fewer parts the strongest: the first step is little only beside others
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
