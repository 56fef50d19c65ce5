"""The layout: repeatable, quick, and at home in every shape of graph."""

from itertools import combinations, pairwise
from math import dist

import networkx as nx
import pytest

from graph_builder.pictures.network_drawing import compute_bends
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.overlap_removal import MAX_LABEL_LINES, wrap_label

BOX = {"width": 800.0, "height": 500.0}


def graph_of(*edges: tuple[str, str], alone: tuple[str, ...] = ()) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(alone)
    graph.add_edges_from(edges)
    return graph


def test_no_node() -> None:
    assert stress_layout(graph_of(), **BOX) == {}


def test_one_node_stands_in_the_middle() -> None:
    assert stress_layout(graph_of(alone=("a",)), **BOX) == {"a": (0.0, 0.0)}


@pytest.mark.parametrize(
    "graph",
    [
        graph_of(("a", "b")),
        graph_of(("a", "a")),
        graph_of(("a", "b"), ("a", "b"), ("b", "a")),
        graph_of(("a", "b"), ("c", "d"), ("e", "f"), alone=("g", "h")),
        graph_of(alone=tuple("abcdefgh")),
        graph_of(*[("hub", f"leaf {index}") for index in range(40)]),
        graph_of(*combinations("abcdefghij", 2)),
    ],
    ids=["pair", "loop", "parallel", "parts", "isolated", "star", "complete"],
)
def test_every_node_has_a_place_of_its_own_in_the_box(graph: "nx.MultiDiGraph[str]") -> None:
    spots = stress_layout(graph, **BOX)
    assert set(spots) == set(graph)
    assert all(abs(x) <= 400 and abs(y) <= 250 for x, y in spots.values())
    assert all(dist(one, two) > 8 for one, two in combinations(spots.values(), 2))


def test_positions_do_not_depend_on_the_order_of_nodes_and_edges(
    drawn: "nx.MultiDiGraph[str]",
) -> None:
    turned: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(drawn.nodes(data=True))))
    turned.add_edges_from(reversed(list(drawn.edges(keys=True))))
    assert stress_layout(turned, **BOX) == stress_layout(drawn, **BOX)


def test_positions_are_rounded(drawn: "nx.MultiDiGraph[str]") -> None:
    spots = stress_layout(drawn, **BOX)
    assert all(value == round(value, 1) for spot in spots.values() for value in spot)


def test_a_path_is_drawn_as_a_path() -> None:
    names = [f"{index}" for index in range(9)]
    spots = stress_layout(graph_of(*pairwise(names)), **BOX)
    assert dist(spots["0"], spots["8"]) > 3 * dist(spots["0"], spots["1"])


@pytest.mark.parametrize(("count", "turns"), [(1, [0.0]), (2, [-0.09, 0.09])])
def test_lines_of_one_pair_bend_evenly(count: int, turns: list[float]) -> None:
    assert compute_bends(count) == turns


def test_labels_are_wrapped() -> None:
    assert wrap_label("Joint Research and Development") == ["Joint Research and", "Development"]
    assert wrap_label("") == []
    assert len(wrap_label("word " * 40)) == MAX_LABEL_LINES
    assert wrap_label("x" * 60)[0].endswith("…")
