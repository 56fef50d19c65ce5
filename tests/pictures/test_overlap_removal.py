"""Room for labels: lines, and boxes that are pushed apart."""

from itertools import combinations
from math import dist

import pytest

from graph_builder.pictures.network_drawing import compute_bends
from graph_builder.pictures.overlap_removal import (
    MAX_LABEL_LINES,
    separate_boxes,
    separate_labelled_nodes,
    wrap_label,
)

Points = list[list[float]]


def _overlap(points: Points, boxes: list[tuple[float, float]]) -> bool:
    """Return whether two boxes around points overlap by more than half a pixel each way."""
    return any(
        (boxes[one][0] + boxes[two][0]) / 2 - abs(points[one][0] - points[two][0]) > 0.5
        and (boxes[one][1] + boxes[two][1]) / 2 - abs(points[one][1] - points[two][1]) > 0.5
        for one, two in combinations(range(len(points)), 2)
    )


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("", []),
        ("  two \n words ", ["two words"]),
        ("a23456789 12345678", ["a23456789 12345678"]),
        ("a23456789 123456789", ["a23456789", "123456789"]),
        ("a" * 24, ["a" * 24]),
        ("a" * 25, ["a" * 23 + "…"]),
        ("one " + "a" * 18, ["one", "a" * 18]),
        ("aaaaaaaaaaaa bbbbbbbbbbbb cccccccccccc", ["a" * 12, "b" * 12, "c" * 12]),
        (
            "aaaaaaaaaaaa bbbbbbbbbbbb cccccccccccc dddddddddddd",
            ["a" * 12, "b" * 12, "c" * 12 + " …"],
        ),
    ],
)
def test_a_label_is_broken_between_words_into_lines_of_eighteen_letters(
    label: str, lines: list[str]
) -> None:
    assert wrap_label(label) == lines
    assert len(lines) <= MAX_LABEL_LINES == 3


@pytest.mark.parametrize(
    ("points", "after"),
    [
        ([[0.0, 0.0], [6.0, 1.0]], [[-2.0, 0.0], [8.0, 1.0]]),
        ([[6.0, 1.0], [0.0, 0.0]], [[8.0, 1.0], [-2.0, 0.0]]),
        ([[0.0, 0.0], [1.0, 14.0]], [[0.0, -3.0], [1.0, 17.0]]),
        ([[0.0, 0.0], [1.0, -14.0]], [[0.0, 3.0], [1.0, -17.0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[-5.0, 0.0], [5.0, 0.0]]),
        ([[0.0, 0.0], [9.5, 0.0]], [[0.0, 0.0], [9.5, 0.0]]),
        ([[0.0, 0.0], [0.0, 19.5]], [[0.0, 0.0], [0.0, 19.5]]),
        ([[0.0, 0.0], [9.0, 0.0]], [[-0.5, 0.0], [9.5, 0.0]]),
    ],
    ids=["right", "left", "below", "above", "same place", "touching", "stacked", "near"],
)
def test_two_boxes_part_along_the_shorter_way_each_by_half(points: Points, after: Points) -> None:
    separate_boxes(points, [(10.0, 20.0)] * 2, 1000.0, 1000.0)
    assert points == after


def test_it_is_told_whether_boxes_found_room() -> None:
    boxes = [(10.0, 20.0)] * 3
    assert separate_boxes([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], boxes, 1000.0, 1000.0)
    assert not separate_boxes([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], boxes, 5.0, 5.0)


def test_boxes_of_different_sizes_keep_the_mean_of_their_sizes_apart() -> None:
    points = [[0.0, 0.0], [1.0, 0.0]]
    separate_boxes(points, [(10.0, 90.0), (30.0, 70.0)], 1000.0, 1000.0)
    assert points == [[-9.5, 0.0], [10.5, 0.0]]


def test_a_wide_box_is_seen_past_the_narrow_ones_between() -> None:
    points = [[0.0, 0.0], [20.0, 200.0], [40.0, 0.0]]
    boxes = [(100.0, 20.0), (4.0, 4.0), (4.0, 20.0)]
    separate_boxes(points, boxes, 1000.0, 1000.0)
    assert not _overlap(points, boxes)
    assert points[1] == [20.0, 200.0]


def test_boxes_stay_in_the_room_that_there_is() -> None:
    points = [[-48.0, -19.0], [-49.0, -19.0], [49.0, 19.0], [48.0, 19.0]]
    boxes = [(10.0, 4.0)] * 4
    separate_boxes(points, boxes, 100.0, 40.0)
    assert not _overlap(points, boxes)
    assert all(abs(x) <= 50 and abs(y) <= 20 for x, y in points)


def test_points_outside_the_room_come_to_its_edge() -> None:
    points = [[-99.0, -99.0], [99.0, 99.0]]
    separate_boxes(points, [(4.0, 4.0)] * 2, 100.0, 40.0)
    assert points == [[-50.0, -20.0], [50.0, 20.0]]


def test_too_many_boxes_for_the_room_end_after_some_rounds() -> None:
    points = [[0.0, 0.0] for _ in range(9)]
    separate_boxes(points, [(50.0, 50.0)] * 9, 60.0, 60.0)
    assert all(abs(x) <= 30 and abs(y) <= 30 for x, y in points)
    assert max(dist(one, two) for one, two in combinations(points, 2)) > 50


def test_a_crowd_of_boxes_is_spread_until_none_overlap() -> None:
    points = [[40.0 * (n % 4), 30.0 * (n // 4)] for n in range(16)]
    boxes = [(60.0 + n, 40.0) for n in range(16)]
    assert _overlap(points, boxes)
    separate_boxes(points, boxes, 1200.0, 900.0)
    assert not _overlap(points, boxes)


def test_a_label_takes_the_room_of_its_widest_line_and_of_its_lines_below_the_mark() -> None:
    side_by_side = [[0.0, 0.0], [1.0, 0.0]]
    separate_labelled_nodes(side_by_side, ["Joint Research and Development"] * 2, 9999.0, 9999.0)
    high = 26 + 2 * 15 + 8
    assert dist(*side_by_side) == pytest.approx(high, abs=1)
    stacked = [[0.0, 0.0], [0.0, 40.0]]
    separate_labelled_nodes(stacked, ["eighteen letters 1"] * 2, 9999.0, 9999.0)
    assert stacked == [[0.0, -4.5], [0.0, 44.5]]
    wide = [[0.0, 0.0], [100.0, 0.0]]
    separate_labelled_nodes(wide, ["eighteen letters 1", ""], 9999.0, 9999.0)
    assert wide == [[0.0, 0.0], [100.0, 0.0]]
    near = [[0.0, 0.0], [80.0, 0.0]]
    separate_labelled_nodes(near, ["eighteen letters 1", ""], 9999.0, 9999.0)
    assert near[1][0] - near[0][0] == pytest.approx((18 * 7.4 + 8 + 26 + 8) / 2)


@pytest.mark.parametrize(
    ("count", "bends"),
    [
        (1, [0.0]),
        (2, [-0.09, 0.09]),
        (3, [-0.18, 0.0, 0.18]),
        (5, [-0.24, -0.12, 0.0, 0.12, 0.24]),
        (0, [0.0]),
    ],
)
def test_lines_of_one_pair_bend_evenly_and_the_less_the_more_they_are(
    count: int, bends: list[float]
) -> None:
    assert compute_bends(count) == bends
