"""How much a picture shows, and what it says of what it leaves out."""

from pathlib import Path

import networkx as nx
import pytest

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.pictures.truncation import (
    MAX_INPUT_NODES,
    MAX_OPEN_NODES,
    MAX_PAGE_FACTS,
    choose_opening_node,
    select_connected_nodes,
)
from graph_builder.pictures.view_registry import build_picture, draw
from graph_builder.store.graph import Graph
from tests.conftest import Run
from tests.pictures.page_parts import xml

NEW_DELHI = "instrument:new-delhi-declaration"


def star(rays: int, facts: int = 1) -> "nx.MultiDiGraph[str]":
    """Return a hub with rays, of which the first is tied to the second."""
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(sources={}, at="")
    names = [f"ray-{at:05}" for at in range(rays)]
    found.add_nodes_from(["hub", *names], facts=[])
    for name in names:
        found.add_edge("hub", name, "r", facts=[{"source": "s"} for _ in range(facts)])
    found.add_edge(names[0], names[1], "r", facts=[{"source": "s"}])
    return found


def test_those_with_the_most_ties_stay() -> None:
    network = star(9)
    shown, said = select_connected_nodes(network, {"hub"}, set(network), 3)
    assert shown == ["hub", "ray-00000", "ray-00001"]
    assert said.startswith("Shows the 2 best connected of 9 things; ")
    assert select_connected_nodes(network, {"hub"}, set(network), 10)[1] == ""


def test_facts_are_bounded_too() -> None:
    network = star(70, facts=30)
    shown, said = select_connected_nodes(network, {"hub"}, set(network))
    assert len(list_network_facts(network.subgraph(shown))) <= MAX_PAGE_FACTS
    assert "best connected" in said


def test_what_is_too_large_for_any_picture_is_refused() -> None:
    network = star(MAX_INPUT_NODES)
    with pytest.raises(PictureError, match=r"at most 3,000 things, and there are 3,001"):
        select_connected_nodes(network, {"hub"}, set(network))


def test_a_picture_opens_on_a_part_where_it_is_large() -> None:
    assert choose_opening_node(star(MAX_OPEN_NODES - 1)) == ""
    large = star(MAX_OPEN_NODES - 1)
    for at in range(40):
        large.add_edge(f"ray-{at:05}", "other", "r")
    assert choose_opening_node(large) == "hub"
    assert choose_opening_node(large, ("other",)) == "other"


@pytest.mark.slow
def test_a_thing_with_many_neighbours_says_what_it_leaves_out(graph: Graph, run: Run) -> None:
    made = build_picture(graph, "ego", NEW_DELHI)
    assert made.full_network is not None
    assert len(made.network) == MAX_OPEN_NODES < len(made.full_network)
    assert made.notes[0] in draw(graph, "ego", NEW_DELHI)
    text = run("draw", "ego", NEW_DELHI, "-o", "-").stdout
    assert made.notes[0] in text


@pytest.mark.parametrize("extension", ["gexf", "graphml"])
def test_a_file_of_the_network_holds_all_of_it(
    tmp_path: Path, graph: Graph, run: Run, extension: str
) -> None:
    file = tmp_path / f"all.{extension}"
    assert run("draw", "ego", NEW_DELHI, "-o", file).exit_code == 0
    whole = build_picture(graph, "ego", NEW_DELHI).full_network
    assert whole is not None
    document = xml(file.read_text(encoding="utf-8"))
    assert len(document.getElementsByTagName("node")) == len(whole)
    assert len(document.getElementsByTagName("edge")) == whole.number_of_edges()
