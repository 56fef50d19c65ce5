"""The start of a site: what is new by the days of the graph, and the largest groups as a map."""

from collections import Counter

import pytest

from graph_builder.pages import index_pages
from graph_builder.pictures.view_registry import build_picture
from graph_builder.site.cluster_map import MAX_MAP_CLUSTERS, build_cluster_map
from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.site.conftest import Site

pytestmark = pytest.mark.slow


def test_what_is_new_goes_by_the_days_of_the_graph(graph: Graph) -> None:
    for entries in (
        index_pages.list_newest_sources(graph),
        index_pages.list_newest_events(graph, Counter()),
    ):
        assert len(entries) == index_pages.MAX_NEWEST
        days = [entry.note for entry in entries]
        assert days == sorted(days, reverse=True)


def test_sources_are_told_with_the_number_of_their_facts(graph: Graph) -> None:
    assert all(entry.facts > 0 for entry in index_pages.list_newest_sources(graph))


def test_the_map_has_the_largest_groups_with_what_is_told_between_them(sample: Graph) -> None:
    content = build_picture(sample, "overview").content
    shown = build_cluster_map(content)
    assert shown is not None
    assert len(shown.circles) == len(shown.entries) == min(MAX_MAP_CLUSTERS, shown.number)
    least = min(len(circle.entry.bundle.members) for circle in shown.circles)
    left = [each for each in content["circles"] if each not in shown.circles]
    assert all(len(each.entry.bundle.members) <= least or "(" in each.member_count for each in left)
    spots = {(circle.x, circle.y) for circle in shown.circles}
    assert shown.lines
    assert all({(each.x1, each.y1), (each.x2, each.y2)} <= spots for each in shown.lines)
    x, y, width, height = shown.box
    for circle in shown.circles:
        assert x <= circle.x - circle.radius <= circle.x + circle.radius <= x + width
        assert y <= circle.y - circle.radius <= circle.y + circle.radius <= y + height


def test_a_graph_without_groups_has_no_map() -> None:
    assert build_cluster_map({"circles": [], "lines": []}) is None


def test_the_groups_stand_in_a_list_too(sampled: Site, sample: Graph) -> None:
    shown = build_cluster_map(build_picture(sample, "overview").content)
    assert shown is not None
    text = sampled.text("index.html")
    assert text.count('tabindex="-1"><circle') == len(shown.circles)
    for entry in shown.entries:
        assert text.count(f'"{entry.iri.removeprefix("https://w3id.org/aigg/")}.html"') >= 2


def test_the_site_of_a_day_says_so(few: Graph) -> None:
    pages = dict(generate_files(select(few, at="2025-02"), SiteOptions()))
    assert "as of 2025-02" in (pages["index.html"] or "")
    assert "as of 2025-02" in (pages["actor/a.html"] or "")
