"""Groups as a drawing: circles with names below them, and lines for what is told between two."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from graph_builder.core.content_security import make_encodable
from graph_builder.pictures.clustering import OTHERS_NAME, Cluster, ClusterEntry, FactsBetween
from graph_builder.pictures.label_placement import (
    LETTER_WIDTH_PX,
    LINE_HEIGHT_PX,
    separate_boxes,
    wrap_label,
)
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.view_definition import Bundle

Point = tuple[float, float]
#: The drawing in its own pixels: its width, how high it is for a group, at least, and its margin.
DIAGRAM_WIDTH, HEIGHT_PER_CLUSTER, MIN_DIAGRAM_HEIGHT, DIAGRAM_MARGIN = 820.0, 24.0, 400.0, 80.0
#: How large a circle is for one member, for more, and at most, and the space around it.
_MIN_RADIUS, _RADIUS_GROWTH, _MAX_RADIUS, _GAP = 5.0, 3.0, 30.0, 4.0


class ClusterCircle(NamedTuple):
    """A group as the stage draws it: its place, its name in lines, and how many more it has."""

    listed: ClusterEntry
    x: float
    y: float
    radius: float
    lines: Any
    below: str


class ClusterLine(NamedTuple):
    """Facts between two groups as the stage draws them."""

    bundle: Bundle
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


def build_cluster_circle(
    cluster: Cluster, listed: ClusterEntry, x: float, y: float
) -> ClusterCircle:
    """Return a group as it is drawn around a place."""
    return ClusterCircle(
        listed,
        x,
        y,
        _compute_radius(cluster),
        make_encodable(wrap_label(cluster.name)),
        format_member_count(cluster),
    )


def format_member_count(cluster: Cluster) -> str:
    """Return what is said below the name of a group: how many members it has besides."""
    number = len(cluster.members)
    if cluster.name == OTHERS_NAME:
        return f"({number} things)"
    return f"and {number - 1} more" if number > 1 else ""


def place_clusters(
    clusters: Sequence[Cluster], between: FactsBetween
) -> tuple[dict[int, Point], float]:
    """Return the middle of the circle of each group that is tied to another, and their height.

    Groups with facts in common are near each other.
    """
    import networkx as nx

    tied = sorted({at for pair in between for at in pair})
    if not tied:
        return {}, 0.0
    names = {at: f"{at:03}" for at in tied}
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_nodes_from(names.values(), label="")
    net.add_edges_from((names[one], names[other]) for one, other in sorted(between))
    room = (
        DIAGRAM_WIDTH - 2 * DIAGRAM_MARGIN,
        max(MIN_DIAGRAM_HEIGHT, HEIGHT_PER_CLUSTER * len(tied)),
    )
    places = stress_layout(net, width=room[0], height=room[1])
    points, boxes = (
        [[*places[names[at]]] for at in tied],
        [_measure_box(clusters[at]) for at in tied],
    )
    separate_boxes(points, boxes, *room)
    tops = [y - high / 2 for (_, y), (_, high) in zip(points, boxes, strict=True)]
    spots = {
        at: (
            round(DIAGRAM_WIDTH / 2 + x, 1),
            round(top - min(tops) + _GAP + _compute_radius(clusters[at]), 1),
        )
        for at, (x, _), top in zip(tied, points, tops, strict=True)
    }
    ends = [top + high for top, (_, high) in zip(tops, boxes, strict=True)]
    return spots, round(max(ends) - min(tops), 1)


def _measure_box(cluster: Cluster) -> tuple[float, float]:
    """Return the width and height that a circle takes with its name and number below it."""
    lines, across = wrap_label(cluster.name), 2 * _compute_radius(cluster)
    widest = max(len(line) for line in (*lines, format_member_count(cluster))) * LETTER_WIDTH_PX
    return max(widest, across) + 2 * _GAP, across + (len(lines) + 1) * LINE_HEIGHT_PX + 2 * _GAP


def build_cluster_lines(
    ties: Mapping[tuple[int, int], Bundle], between: FactsBetween, spots: Mapping[int, Point]
) -> list[ClusterLine]:
    """Return the lines between circles, the wider the more facts they stand for."""
    most = max((len(between[pair]) for pair in ties), default=1)
    return [
        ClusterLine(
            bundle, *spots[pair[0]], *spots[pair[1]], round(1 + 8 * len(between[pair]) / most, 1)
        )
        for pair, bundle in ties.items()
    ]


def _compute_radius(cluster: Cluster) -> float:
    return round(min(_MAX_RADIUS, _MIN_RADIUS + _RADIUS_GROWTH * sqrt(len(cluster.members) - 1)), 1)
