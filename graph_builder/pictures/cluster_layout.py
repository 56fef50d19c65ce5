"""The diagram of clusters: circles with names below them, and lines between linked clusters."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from graph_builder.core.content_security import make_encodable
from graph_builder.pictures.clustering import OTHERS_NAME, Cluster, ClusterEntry, FactsBetween
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.overlap_removal import (
    LETTER_WIDTH_PX,
    LINE_HEIGHT_PX,
    separate_boxes,
    wrap_label,
)
from graph_builder.pictures.view_definition import Bundle

Point = tuple[float, float]
#: Pixels of the diagram: its width, its height for each cluster and at least, and its margin.
DIAGRAM_WIDTH, HEIGHT_PER_CLUSTER, MIN_DIAGRAM_HEIGHT, DIAGRAM_MARGIN = 820.0, 24.0, 480.0, 80.0
#: Pixels of the radius of a circle for one member, for more, and at most, and the gap around it.
_MIN_RADIUS, _RADIUS_GROWTH, _MAX_RADIUS, _GAP = 5.0, 3.0, 30.0, 4.0
#: How much higher a diagram becomes if names overlap in it, and how often at most.
_HEIGHT_GROWTH, _MAX_HEIGHT_STEPS = 1.15, 12
#: Pixels of the width of a line: at least, and what that with the most facts has besides.
_MIN_LINE_WIDTH, _LINE_WIDTH_RANGE = 1, 8


class ClusterCircle(NamedTuple):
    """The circle of a cluster: its entry, its centre, its radius, and the text below it."""

    entry: ClusterEntry
    x: float
    y: float
    radius: float
    name_lines: Any
    member_count: str


class ClusterLine(NamedTuple):
    """The line between two clusters, which stands for the facts of a bundle."""

    bundle: Bundle
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


def place_clusters(
    clusters: Sequence[Cluster], between: FactsBetween
) -> tuple[dict[int, Point], float]:
    """Return the centres of the circles of linked clusters, by index, and the diagram's height.

    Linked clusters are near each other; clusters without links have no place.
    """
    import networkx as nx

    linked = sorted({index for pair in between for index in pair})
    if not linked:
        return {}, 0.0
    names = {index: f"{index:03}" for index in linked}
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from(names.values(), label="")
    network.add_edges_from((names[one], names[other]) for one, other in sorted(between))
    width = DIAGRAM_WIDTH - 2 * DIAGRAM_MARGIN
    height = max(MIN_DIAGRAM_HEIGHT, HEIGHT_PER_CLUSTER * len(linked))
    positions = stress_layout(network, width=width, height=height)
    points = [[*positions[names[index]]] for index in linked]
    boxes = [_measure_box(clusters[index]) for index in linked]
    for _ in range(_MAX_HEIGHT_STEPS):
        if separate_boxes(points, boxes, width, height):
            break
        height *= _HEIGHT_GROWTH
    tops = [y - box[1] / 2 for (_, y), box in zip(points, boxes, strict=True)]
    bottoms = [top + box[1] for top, box in zip(tops, boxes, strict=True)]
    centres = {}
    for index, (x, _), top in zip(linked, points, tops, strict=True):
        y = top - min(tops) + _GAP + _compute_radius(clusters[index])
        centres[index] = round(DIAGRAM_WIDTH / 2 + x, 1), round(y, 1)
    return centres, round(max(bottoms) - min(tops), 1)


def build_cluster_circle(
    cluster: Cluster, entry: ClusterEntry, x: float, y: float
) -> ClusterCircle:
    """Return the circle of a cluster around a centre."""
    lines = make_encodable(wrap_label(cluster.name))
    return ClusterCircle(entry, x, y, _compute_radius(cluster), lines, format_member_count(cluster))


def build_cluster_lines(
    bundles: Mapping[tuple[int, int], Bundle], between: FactsBetween, centres: Mapping[int, Point]
) -> list[ClusterLine]:
    """Return the lines between circles, wider for more facts."""
    most = max((len(between[pair]) for pair in bundles), default=1)
    lines = []
    for (one, other), bundle in bundles.items():
        width = _MIN_LINE_WIDTH + _LINE_WIDTH_RANGE * len(between[one, other]) / most
        lines.append(ClusterLine(bundle, *centres[one], *centres[other], round(width, 1)))
    return lines


def format_member_count(cluster: Cluster) -> str:
    """Return how many members a cluster has besides that which it is named after."""
    number = len(cluster.members)
    if cluster.name == OTHERS_NAME:
        return f"({number} things)"
    return f"and {number - 1} more" if number > 1 else ""


def _measure_box(cluster: Cluster) -> tuple[float, float]:
    """Return the width and height of a circle with the text below it."""
    lines, diameter = wrap_label(cluster.name), 2 * _compute_radius(cluster)
    text_width = max(map(len, (*lines, format_member_count(cluster)))) * LETTER_WIDTH_PX
    height = diameter + (len(lines) + 1) * LINE_HEIGHT_PX + 2 * _GAP
    return max(text_width, diameter) + 2 * _GAP, height


def _compute_radius(cluster: Cluster) -> float:
    radius = _MIN_RADIUS + _RADIUS_GROWTH * sqrt(len(cluster.members) - 1)
    return round(min(_MAX_RADIUS, radius), 1)
