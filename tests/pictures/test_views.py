"""The heading of a page says what the graph at hand is about."""

import pytest
from pyoxigraph import Quad

from graph_builder.errors import UnknownNameError
from graph_builder.pictures import draw
from graph_builder.store import Graph
from graph_builder.vocabulary import expand


def test_the_roundtable_is_named_with_its_day(graph: Graph) -> None:
    page = draw(graph)
    assert "<h1>2nd India-France AI Policy Roundtable</h1>" in page
    assert "10 February 2025: who organised it" in page


def test_without_a_day_none_is_shown(graph: Graph) -> None:
    def dated(quad: Quad) -> bool:
        return quad.predicate.value == expand("schema:startDate")

    page = draw([quad for quad in graph.quads() if not dated(quad)])
    assert ">Who organised it" in page


def test_another_graph_is_not_called_the_roundtable() -> None:
    page = draw([])
    assert "<h1>A network of facts</h1>" in page
    assert "Roundtable" not in page


def test_inferred_facts_are_drawn_only_when_asked_for(graph: Graph) -> None:
    assert "Common knowledge of geography" not in draw(graph)
    assert "Common knowledge of geography" in draw(graph, inferred=True)


def test_any_source_is_drawn_under_its_title(graph: Graph) -> None:
    page = draw(graph, source="p-seoul")
    assert "<h1>Seoul Declaration" in page
    assert "What one source says: " in page


def test_a_source_that_is_not_there_is_named_with_its_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown source 'p-soul'; did you mean p-seoul"):
        draw(graph, source="p-soul")
