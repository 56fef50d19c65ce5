"""Groups as a drawing: circles with names below them, and lines for what is told between two."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from graph_builder.core.content_security import make_encodable
from graph_builder.pictures.clustering import OTHERS, Between, Cluster, Listed
from graph_builder.pictures.label_placement import LETTER_PX, LINE_PX, part, wrap
from graph_builder.pictures.layout import stress_layout
from graph_builder.pictures.view_model import Bundle

Spot = tuple[float, float]
#: The drawing in its own pixels: its width, how high it is for a group, at least, and its margin.
WIDTH, A_GROUP, LEAST, MARGIN = 820.0, 24.0, 400.0, 80.0
#: How large a circle is for one member, for more, and at most, and the space around it.
_SMALL, _MORE, _LARGEST, _GAP = 5.0, 3.0, 30.0, 4.0


class Circle(NamedTuple):
    """A group as the stage draws it: its place, its name in lines, and how many more it has."""

    listed: Listed
    x: float
    y: float
    radius: float
    lines: Any
    below: str


class Line(NamedTuple):
    """Facts between two groups as the stage draws them."""

    bundle: Bundle
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


def circle(cluster: Cluster, listed: Listed, x: float, y: float) -> Circle:
    """Return a group as it is drawn around a place."""
    return Circle(
        listed, x, y, _radius(cluster), make_encodable(wrap(cluster.name)), below(cluster)
    )


def below(cluster: Cluster) -> str:
    """Return what is said below the name of a group: how many members it has besides."""
    number = len(cluster.members)
    if cluster.name == OTHERS:
        return f"({number} things)"
    return f"and {number - 1} more" if number > 1 else ""


def placed(clusters: Sequence[Cluster], between: Between) -> tuple[dict[int, Spot], float]:
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
    room = WIDTH - 2 * MARGIN, max(LEAST, A_GROUP * len(tied))
    places = stress_layout(net, width=room[0], height=room[1])
    points, boxes = [[*places[names[at]]] for at in tied], [_box(clusters[at]) for at in tied]
    part(points, boxes, *room)
    tops = [y - high / 2 for (_, y), (_, high) in zip(points, boxes, strict=True)]
    spots = {
        at: (round(WIDTH / 2 + x, 1), round(top - min(tops) + _GAP + _radius(clusters[at]), 1))
        for at, (x, _), top in zip(tied, points, tops, strict=True)
    }
    ends = [top + high for top, (_, high) in zip(tops, boxes, strict=True)]
    return spots, round(max(ends) - min(tops), 1)


def _box(cluster: Cluster) -> tuple[float, float]:
    """Return the width and height that a circle takes with its name and number below it."""
    lines, across = wrap(cluster.name), 2 * _radius(cluster)
    widest = max(len(line) for line in (*lines, below(cluster))) * LETTER_PX
    return max(widest, across) + 2 * _GAP, across + (len(lines) + 1) * LINE_PX + 2 * _GAP


def lines(
    ties: Mapping[tuple[int, int], Bundle], between: Between, spots: Mapping[int, Spot]
) -> list[Line]:
    """Return the lines between circles, the wider the more facts they stand for."""
    most = max((len(between[pair]) for pair in ties), default=1)
    return [
        Line(bundle, *spots[pair[0]], *spots[pair[1]], round(1 + 8 * len(between[pair]) / most, 1))
        for pair, bundle in ties.items()
    ]


def _radius(cluster: Cluster) -> float:
    return round(min(_LARGEST, _SMALL + _MORE * sqrt(len(cluster.members) - 1)), 1)
