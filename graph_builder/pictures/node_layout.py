"""Node positions by stress reduction, the same to the byte on every machine.

Stress is reduced by stochastic gradient descent after Zheng, Pawar and Goodman 2018, "Graph
Drawing by Stochastic Gradient Descent" (doi 10.1109/TVCG.2018.2859997). Edge lengths grow with
the neighbours that two nodes do not share, after Gansner, Koren and North 2004, "Graph Drawing
by Stress Majorization" (doi 10.1007/978-3-540-31843-9_25). Only + - * / and square roots are
used, which IEEE 754 rounds alike everywhere.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from math import sqrt
from typing import TYPE_CHECKING

from graph_builder.pictures.overlap_removal import separate_labelled_nodes

if TYPE_CHECKING:
    import networkx as nx

# one more than a power of two, so that the rate of decay is a chain of square roots
DESCENT_ROUNDS_LOG2 = 5
DESCENT_ROUNDS = 2**DESCENT_ROUNDS_LOG2 + 1
MIN_STEP = 0.1

DistanceTerm = tuple[int, int, float]
EdgeLengths = list[list[tuple[int, float]]]


def stress_layout(
    graph: "nx.MultiDiGraph[str]", *, width: float, height: float
) -> dict[str, tuple[float, float]]:
    """Return a position for each node in a box of this size around (0, 0), with room for labels."""
    names = sorted(graph.nodes)
    terms = _build_distance_terms(_compute_edge_lengths(_list_neighbours(graph, names)))
    points = _scatter_points(len(names))
    _minimise_stress(terms, points)
    _rotate_to_width(points)
    _scale_to_box(points, width, height)
    labels = [str(graph.nodes[name].get("label", name)) for name in names]
    separate_labelled_nodes(points, labels, width, height)
    return {
        name: (round(x, 1) + 0.0, round(y, 1) + 0.0)
        for name, (x, y) in zip(names, points, strict=True)
    }


def _generate_numbers(seed: int = 20250210) -> Iterator[int]:
    """Yield numbers below 2**31 - 1, by the multiplicative generator of Park and Miller 1988."""
    state = seed
    while True:
        state = state * 48271 % 2147483647
        yield state


def _list_neighbours(graph: "nx.MultiDiGraph[str]", names: list[str]) -> list[list[int]]:
    """Return the sorted neighbours of each node, without directions and loops."""
    place = {name: index for index, name in enumerate(names)}
    near: list[set[int]] = [set() for _ in names]
    for source, target in graph.edges():
        if source != target:
            near[place[source]].add(place[target])
            near[place[target]].add(place[source])
    return [sorted(found) for found in near]


def _compute_edge_lengths(near: list[list[int]]) -> EdgeLengths:
    """Return each edge with its length: the square root of the number of neighbours not shared."""
    sets = [set(found) for found in near]
    return [
        [(other, sqrt(len(sets[index] ^ sets[other]))) for other in found]
        for index, found in enumerate(near)
    ]


def _find_shortest_distances(lengths: EdgeLengths, start: int) -> dict[int, float]:
    """Return the shortest distance from a node to each that can be reached (Dijkstra 1959)."""
    done: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        length, node = heappop(queue)
        if node in done:
            continue
        done[node] = length
        for other, step in lengths[node]:
            if other not in done:
                heappush(queue, (length + step, other))
    return done


def _build_distance_terms(lengths: EdgeLengths) -> list[DistanceTerm]:
    """Return each pair of nodes with its target distance, a larger one between components."""
    found = [_find_shortest_distances(lengths, index) for index in range(len(lengths))]
    farthest = max((max(part.values()) for part in found), default=0.0)
    apart = 0.6 * farthest + 1.0
    return [
        (first, second, found[first].get(second, apart))
        for first in range(len(lengths))
        for second in range(first + 1, len(lengths))
    ]


def _scatter_points(count: int) -> list[list[float]]:
    """Return pseudo-random points in the unit square."""
    numbers = _generate_numbers()
    return [[next(numbers) / 2147483647, next(numbers) / 2147483647] for _ in range(count)]


def _minimise_stress(terms: list[DistanceTerm], points: list[list[float]]) -> None:
    """Move pairs towards their target distances in place, in rounds of falling step size."""
    if not terms:
        return
    step = max(target for _, _, target in terms) ** 2
    last = MIN_STEP * min(target for _, _, target in terms) ** 2
    decay = last / step
    for _ in range(DESCENT_ROUNDS_LOG2):
        decay = sqrt(decay)
    numbers = _generate_numbers()
    order = list(terms)
    for _ in range(DESCENT_ROUNDS):
        _shuffle(order, numbers)
        _move_pairs(order, points, step)
        step *= decay


def _shuffle(items: list[DistanceTerm], numbers: Iterator[int]) -> None:
    """Shuffle items in place (Fisher and Yates 1938)."""
    for index in range(len(items) - 1, 0, -1):
        other = next(numbers) % (index + 1)
        items[index], items[other] = items[other], items[index]


def _move_pairs(order: list[DistanceTerm], points: list[list[float]], step: float) -> None:
    """Move each pair once by its weighted, capped share (Zheng et al. 2018)."""
    for first, second, target in order:
        one, two = points[first], points[second]
        across, down = one[0] - two[0], one[1] - two[1]
        length = sqrt(across * across + down * down)
        if length == 0.0:
            continue
        rate = step / (target * target)
        share = (1.0 if rate > 1.0 else rate) * (length - target) / (2.0 * length)
        across *= share
        down *= share
        one[0] -= across
        one[1] -= down
        two[0] += across
        two[1] += down


def _rotate_to_width(points: list[list[float]]) -> None:
    """Rotate points in place so that their principal axis is horizontal."""
    if len(points) <= 1:
        return
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    xx = sum((x - middle[0]) ** 2 for x, _ in points)
    yy = sum((y - middle[1]) ** 2 for _, y in points)
    xy = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    root = sqrt((xx - yy) * (xx - yy) + 4.0 * xy * xy)
    across, down = (xx - yy + root, 2.0 * xy) if xx >= yy else (2.0 * xy, yy - xx + root)
    length = sqrt(across * across + down * down)
    if length == 0.0:
        return
    cosine, sine = across / length, down / length
    for point in points:
        x, y = point[0] - middle[0], point[1] - middle[1]
        point[0], point[1] = x * cosine + y * sine, y * cosine - x * sine


def _scale_to_box(points: list[list[float]], width: float, height: float) -> None:
    """Scale points in place to the box around (0, 0), each axis by its own factor."""
    for axis, size in ((0, width), (1, height)):
        values = [point[axis] for point in points]
        if not values:
            return
        low, high = min(values), max(values)
        for point in points:
            share = (point[axis] - low) / (high - low) if high > low else 0.5
            point[axis] = (share - 0.5) * size
