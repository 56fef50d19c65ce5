"""How good a layout is, measured without a browser: stress, crossings, room for labels.

The measure is networkx's layout of Kamada and Kawai for the same graph and the same distances.
"""

from itertools import combinations, islice
from math import cos, dist, radians, sin, sqrt

import networkx as nx
import pytest

from graph_builder.pictures.node_layout import (
    _build_distance_terms,
    _compute_edge_lengths,
    _find_shortest_distances,
    _generate_numbers,
    _list_neighbours,
    _minimise_stress,
    _move_pairs,
    _rotate_to_width,
    _scale_to_box,
    _scatter_points,
    _shuffle,
    stress_layout,
)
from graph_builder.pictures.overlap_removal import wrap_label

Places = dict[str, tuple[float, float]]
#: Graphs of known shape, with how many crossings a good picture of each has at most.
SHAPES = {
    "grid": (nx.grid_2d_graph(5, 5), 0),
    "tree": (nx.balanced_tree(2, 3), 0),
    "cycle": (nx.cycle_graph(12), 0),
    "ladder": (nx.ladder_graph(7), 0),
    "wheel": (nx.wheel_graph(10), 0),
    "families": (nx.florentine_families_graph(), 0),
    "petersen": (nx.petersen_graph(), 6),
    "karate": (nx.karate_club_graph(), 75),
}
SQUARE = 4000.0


def _named(graph: "nx.Graph[object]") -> "nx.Graph[str]":
    """Return a graph with nodes of names, each edge as long as its ends differ in neighbours."""
    plain = nx.convert_node_labels_to_integers(graph)
    named: nx.Graph[str] = nx.Graph([(f"n{a:02}", f"n{b:02}") for a, b in plain.edges])
    for one, other in named.edges:
        named[one][other]["length"] = sqrt(len({*named[one]} ^ {*named[other]}))
    return named


def _place(graph: "nx.Graph[str]", *, width: float = SQUARE, height: float = SQUARE) -> Places:
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_nodes_from(
        (name, {"label": data.get("label", "")}) for name, data in graph.nodes.items()
    )
    net.add_edges_from(graph.edges)
    return stress_layout(net, width=width, height=height)


def _distances(graph: "nx.Graph[str]") -> dict[str, dict[str, float]]:
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))


def _stress(places: Places, wished: dict[str, dict[str, float]]) -> float:
    """Return the mean squared relative error of distances, at the best scale of each axis."""
    pairs = [
        (places[a][0] - places[b][0], places[a][1] - places[b][1], wished[a][b])
        for a, b in combinations(sorted(wished), 2)
    ]
    found = []
    for power in range(-12, 13):
        wide = 1.1**power
        shares = [sqrt((x * wide) ** 2 + (y / wide) ** 2) / far for x, y, far in pairs]
        scale = sum(shares) / sum(share * share for share in shares)
        found.append(sum((scale * share - 1) ** 2 for share in shares) / len(shares))
    return min(found)


def _turn(one: tuple[float, float], two: tuple[float, float], third: tuple[float, float]) -> float:
    return (two[0] - one[0]) * (third[1] - one[1]) - (two[1] - one[1]) * (third[0] - one[0])


def _count_crossings(places: Places, graph: "nx.Graph[str]") -> int:
    lines = [(places[one], places[two]) for one, two in graph.edges]
    return sum(
        len({*line, *other}) == 4
        and _turn(*line, other[0]) * _turn(*line, other[1]) < 0
        and _turn(*other, line[0]) * _turn(*other, line[1]) < 0
        for line, other in combinations(lines, 2)
    )


def test_the_length_of_an_edge_is_the_root_of_the_number_of_neighbours_not_shared() -> None:
    """A triangle 0, 1, 2 with a tail 2, 3."""
    near = [[1, 2], [0, 2], [0, 1, 3], [2]]
    lengths = [dict(found) for found in _compute_edge_lengths(near)]
    assert lengths[0] == {1: sqrt(2), 2: sqrt(3)}
    assert lengths[2] == {0: sqrt(3), 1: sqrt(3), 3: 2.0}
    assert lengths[3] == {2: 2.0}


def test_neighbours_are_listed_in_order_once_and_without_direction() -> None:
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_edges_from([("a", "b"), ("b", "a"), ("c", "a"), ("b", "b"), ("a", "b")])
    net.add_node("d")
    assert _list_neighbours(net, ["a", "b", "c", "d"]) == [[1, 2], [0], [0], []]


def test_the_shortest_way_may_have_more_edges_than_another() -> None:
    """From 0 to 3 directly 10, by 1 and 2 only 6; 4 cannot be reached."""
    edges = {(0, 3): 10.0, (0, 1): 2.0, (1, 2): 3.0, (2, 3): 1.0, (0, 2): 5.5}
    lengths: list[list[tuple[int, float]]] = [[] for _ in range(5)]
    for (one, other), length in edges.items():
        lengths[one].append((other, length))
        lengths[other].append((one, length))
    assert _find_shortest_distances(lengths, 0) == {0: 0.0, 1: 2.0, 2: 5.0, 3: 6.0}
    assert _find_shortest_distances(lengths, 3) == {3: 0.0, 2: 1.0, 1: 4.0, 0: 6.0}
    assert _find_shortest_distances(lengths, 4) == {4: 0.0}


def test_shortest_ways_are_those_of_networkx() -> None:
    graph = _named(nx.karate_club_graph())
    names = sorted(graph)
    at = {name: index for index, name in enumerate(names)}
    lengths = _compute_edge_lengths([sorted(at[other] for other in graph[n]) for n in names])
    wished = _distances(graph)
    for index, name in enumerate(names):
        found = _find_shortest_distances(lengths, index)
        assert {names[other]: far for other, far in found.items()} == pytest.approx(wished[name])


def test_each_pair_has_a_wished_distance_also_across_parts() -> None:
    path = [[(1, 2.0)], [(0, 2.0), (2, 3.0)], [(1, 3.0)], [(4, 1.0)], [(3, 1.0)]]
    apart = 0.6 * 5 + 1
    assert _build_distance_terms(path) == [
        *((0, 1, 2.0), (0, 2, 5.0), (0, 3, apart), (0, 4, apart)),
        *((1, 2, 3.0), (1, 3, apart), (1, 4, apart)),
        *((2, 3, apart), (2, 4, apart), (3, 4, 1.0)),
    ]
    assert _build_distance_terms([[], []]) == [(0, 1, 1.0)]
    assert _build_distance_terms([]) == []


def test_numbers_are_those_of_the_generator_of_park_and_miller() -> None:
    """The 10,000th number from seed 1 is the one that the C++ standard demands of minstd_rand."""
    assert next(islice(_generate_numbers(1), 9_999, None)) == 399268537
    assert next(_generate_numbers()) == 20250210 * 48271 % (2**31 - 1)


def test_nodes_are_scattered_over_the_unit_square() -> None:
    points = _scatter_points(400)
    assert len(points) == 400
    assert points[0][0] == 20250210 * 48271 % (2**31 - 1) / (2**31 - 1)
    for axis in zip(*points, strict=True):
        assert 0 < min(axis) < 0.02
        assert 0.98 < max(axis) < 1
        assert sum(axis) / 400 == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("degrees", [0, 20, 45, 89, 90, 130, 160])
def test_the_longest_spread_comes_to_lie_across(degrees: float) -> None:
    along = [(-3.0, 0.0), (-1.0, 0.5), (1.0, -0.5), (3.0, 0.0)]
    c, s = cos(radians(degrees)), sin(radians(degrees))
    points = [[7 + x * c - y * s, -2 + x * s + y * c] for x, y in along]
    before = [dist(one, two) for one, two in combinations(points, 2)]
    _rotate_to_width(points)
    assert [dist(one, two) for one, two in combinations(points, 2)] == pytest.approx(before)
    assert sum(x for x, _ in points) == pytest.approx(0, abs=1e-9)
    assert sum(y for _, y in points) == pytest.approx(0, abs=1e-9)
    assert sum(x * y for x, y in points) == pytest.approx(0, abs=1e-9)
    assert abs(points[3][0] - points[0][0]) == pytest.approx(6, abs=0.1)


def test_points_that_spread_alike_all_ways_and_single_ones_stay() -> None:
    square = [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]
    alone: list[list[float]] = [[4.0, 5.0]]
    nothing: list[list[float]] = []
    for points in (alone, nothing, square):
        _rotate_to_width(points)
    assert alone == [[4.0, 5.0]]
    assert nothing == []
    assert square == [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]]


def test_two_points_come_to_lie_across_too() -> None:
    points = [[0.0, 0.0], [0.0, 6.0]]
    _rotate_to_width(points)
    assert sorted(points) == [pytest.approx([-3.0, 0.0]), pytest.approx([3.0, 0.0])]


def test_points_fill_the_box_each_axis_by_its_own_factor() -> None:
    points = [[1.0, 10.0], [2.0, 30.0], [5.0, 20.0]]
    _scale_to_box(points, 80.0, 50.0)
    assert points == [[-40.0, -25.0], [-20.0, 25.0], [40.0, 0.0]]


def test_what_has_no_extent_along_an_axis_lies_in_its_middle() -> None:
    points = [[3.0, 1.0], [3.0, 2.0]]
    _scale_to_box(points, 80.0, 50.0)
    assert points == [[0.0, -25.0], [0.0, 25.0]]
    nothing: list[list[float]] = []
    _scale_to_box(nothing, 80.0, 50.0)
    assert nothing == []


def test_a_shuffle_keeps_all_items_and_brings_each_to_every_place() -> None:
    numbers = _generate_numbers(7)
    seen = set()
    for _ in range(200):
        items = [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)]
        _shuffle(items, numbers)
        assert sorted(items) == [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)]
        seen.add(tuple(items))
    assert len(seen) == 6


def test_a_shuffle_draws_for_the_last_place_first_from_all_that_are_left() -> None:
    """Fisher and Yates: 5 % 3 = 2 leaves the last, 4 % 2 = 0 swaps the first two."""
    items = [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)]
    _shuffle(items, iter([5, 4]))
    assert items == [(0, 2, 1.0), (0, 1, 1.0), (1, 2, 1.0)]


def test_a_pair_moves_by_its_weighted_share_of_what_is_missing() -> None:
    """The two are 5 too far apart; of that, 4 / 25 is made good, half by each."""
    points = [[0.0, 0.0], [6.0, 8.0]]
    _move_pairs([(0, 1, 5.0)], points, 4.0)
    assert points[0] == pytest.approx([0.4 * 0.6, 0.4 * 0.8])
    assert points[1] == pytest.approx([6 - 0.4 * 0.6, 8 - 0.4 * 0.8])


@pytest.mark.parametrize(
    ("wished", "after"),
    [(5.0, [1.5, 2.0, 4.5, 6.0]), (15.0, [-1.5, -2.0, 7.5, 10.0]), (10.0, [0.0, 0.0, 6.0, 8.0])],
)
def test_however_large_the_step_a_pair_moves_no_further_than_wished(
    wished: float, after: list[float]
) -> None:
    points = [[0.0, 0.0], [6.0, 8.0]]
    _move_pairs([(0, 1, wished)], points, 1000.0)
    assert [*points[0], *points[1]] == pytest.approx(after)


def test_points_in_one_place_have_no_direction_to_part_in() -> None:
    points = [[1.0, 1.0], [1.0, 1.0], [4.0, 1.0]]
    _move_pairs([(0, 1, 2.0), (0, 2, 1.0)], points, 100.0)
    assert points == [[2.0, 1.0], [1.0, 1.0], [3.0, 1.0]]


def test_steps_fall_until_what_contradicts_itself_is_settled() -> None:
    """Four points that wish to be 1 apart each end as a square, the same whatever the order."""
    points = _scatter_points(4)
    terms = [(a, b, 1.0) for a, b in combinations(range(4), 2)]
    _minimise_stress(terms, points)
    found = sorted(dist(points[a], points[b]) for a, b, _ in terms)
    assert found[:4] == pytest.approx([found[0]] * 4, abs=0.1)
    assert found[4:] == pytest.approx([found[0] * sqrt(2)] * 2, abs=0.15)
    nothing: list[list[float]] = []
    _minimise_stress([], nothing)
    assert nothing == []


def test_nothing_overlaps_where_there_is_room_for_all_labels() -> None:
    graph = _named(nx.balanced_tree(2, 3))
    for number, name in enumerate(sorted(graph)):
        graph.nodes[name]["label"] = "Network of institutes" if number % 2 else f"Body {number}"
    places = _place(graph, width=1000.0, height=700.0)
    boxes = []
    for name, (x, y) in places.items():
        lines = wrap_label(graph.nodes[name]["label"])
        wide = max(26.0, max(map(len, lines)) * 7.4)
        high = 26.0 + 15 * len(lines)
        boxes.append((x - wide / 2, x + wide / 2, y - high / 2, y + high / 2))
    overlaps = [
        (one, two)
        for one, two in combinations(boxes, 2)
        if one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]
    ]
    assert overlaps == []


def test_what_has_no_label_is_given_room_for_its_name() -> None:
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph([("a" * 18, "b" * 18), ("a" * 18, "c" * 18)])
    places = [*stress_layout(plain, width=160.0, height=70.0).values()]
    for one, two in combinations(places, 2):
        assert abs(one[0] - two[0]) > 140 or abs(one[1] - two[1]) > 48


def test_the_picture_fills_its_box() -> None:
    places = _place(_named(nx.grid_2d_graph(5, 5)), width=3000.0, height=1800.0)
    for axis, size in zip(zip(*places.values(), strict=True), (3000.0, 1800.0), strict=True):
        assert (min(axis), max(axis)) == (-size / 2, size / 2)


@pytest.mark.parametrize("shape", SHAPES)
def test_stress_and_crossings_are_as_low_as_those_of_kamada_and_kawai(shape: str) -> None:
    graph, crossings = _named(SHAPES[shape][0]), SHAPES[shape][1]
    wished, ours = _distances(graph), _place(graph)
    theirs = nx.kamada_kawai_layout(graph, dist=wished)
    known = {name: (float(x), float(y)) for name, (x, y) in theirs.items()}
    assert _stress(ours, wished) < 1.03 * _stress(known, wished) + 0.0005
    assert _count_crossings(ours, graph) <= crossings
    assert _count_crossings(ours, graph) <= 1.1 * _count_crossings(known, graph)


def test_a_label_and_not_the_name_of_a_node_is_given_room() -> None:
    graph = _named(nx.balanced_tree(2, 3))
    bare = _place(graph, width=700.0, height=400.0)
    for name in graph:
        graph.nodes[name]["label"] = "eighteen letters 1"
    labelled = _place(graph, width=700.0, height=400.0)
    crowded = [
        [
            abs(one[0] - two[0]) < 140 and abs(one[1] - two[1]) < 48
            for one, two in combinations(places.values(), 2)
        ]
        for places in (bare, labelled)
    ]
    assert any(crowded[0])
    assert not any(crowded[1])


def test_no_coordinate_is_written_as_minus_nought() -> None:
    """In a box of a tenth of a pixel all are 0, those to the left of the middle and above too."""
    graph = _named(nx.balanced_tree(2, 3))
    assert {*map(str, _place(graph, width=0.08, height=0.08).values())} == {"(0.0, 0.0)"}
