"""The whole in groups: all of it in one, each named, and none in another's place."""

import re
from collections import Counter

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import AiggError
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.pictures import truncation
from graph_builder.pictures.clustering import cluster_network
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.truncation import (
    MAX_CLUSTERS,
    MAX_OPEN_EDGES,
    MAX_PAGE_FACTS,
    select_densest_nodes,
)
from graph_builder.pictures.view_definition import Bundle, Picture
from graph_builder.pictures.view_registry import build_picture, draw
from graph_builder.store.graph import Graph
from tests.pictures.test_truncation import star
from tests.pictures.views import example


def groups_of(made: Picture) -> list[Bundle]:
    return [bundle for bundle in made.bundles if bundle.members]


@pytest.fixture
def whole(sample: Graph, monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Return the overview as if a page had room for all facts."""
    monkeypatch.setattr(truncation, "MAX_PAGE_FACTS", 1_000_000)
    return build_picture(sample, "overview")


def test_each_thing_and_each_fact_is_in_one_place(whole: Picture) -> None:
    made = whole
    groups = groups_of(made)
    assert len(groups) <= MAX_CLUSTERS
    assert {*Counter(iri for group in groups for iri in group.members).values()} == {1}
    assert {iri for group in groups for iri in group.members} == {*made.network}
    told = Counter(id(fact) for bundle in made.bundles for fact in bundle.facts)
    assert {*told.values()} == {1}
    assert told.keys() == {id(fact) for fact in list_network_facts(made.network)}


def test_a_group_is_named_by_its_top_member(sample: Graph) -> None:
    network = build_facts_network(sample, source="all")
    clusters, _ = cluster_network(network)
    facts = Counter[str]()
    for source, target, held in network.edges(data=True):
        facts.update({source: len(held["facts"]), target: len(held["facts"])})
    for cluster in clusters[:-1]:
        top = max(facts[iri] for iri in cluster.members)
        assert facts[cluster.members[0]] == top
        assert cluster.name == network.nodes[cluster.members[0]]["label"]
    sizes = [len(cluster.members) for cluster in clusters[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_where_a_page_has_no_room_for_all_facts_the_circles_still_stand_for_all_things(
    sample: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truncation, "MAX_PAGE_FACTS", 300)
    made = build_picture(sample, "overview")
    assert made.full_network is not None
    assert len(list_network_facts(made.network)) <= 300
    members = {iri for group in groups_of(made) for iri in group.members}
    assert members == {*made.full_network} > {*made.network}
    assert "best connected" in made.notes[0]


def test_lines_weigh_the_facts_between_groups(whole: Picture) -> None:
    lines = whole.content["lines"]
    assert len(lines) <= MAX_OPEN_EDGES
    ranked = sorted(lines, key=lambda line: len(line.bundle.facts))
    assert [line.width for line in ranked] == sorted(line.width for line in lines)


def test_no_name_stands_on_another_or_on_a_circle() -> None:
    circles = example("overview").content["circles"]
    boxes = []
    for each in circles:
        names = [*each.name_lines, each.member_count]
        half = max(each.radius, max(map(len, names)) * 7.0 / 2)
        low = each.y + each.radius + 15 * sum(map(bool, names))
        boxes.append((each.x - half, each.y - each.radius, each.x + half, low))
    for at, one in enumerate(boxes):
        for two in boxes[:at]:
            apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
            assert apart, (one, two)


def test_of_too_many_facts_those_of_the_best_tied_are_on_the_page() -> None:
    network = star(70, facts=30)
    shown, said = select_densest_nodes(network)
    assert shown[0] == "hub"
    assert 0 < len(list_network_facts(network.subgraph(shown))) <= MAX_PAGE_FACTS
    assert said.startswith(f"Shows the {len(shown)} best connected of 71 things; ")
    assert select_densest_nodes(star(9)) == (["hub", *(f"ray-{at:05}" for at in range(9))], "")


def test_only_what_is_tied_to_another_group_is_drawn_and_all_are_listed() -> None:
    made = example("overview")
    content = made.content
    ends = {end for line in content["lines"] for end in ((line.x1, line.y1), (line.x2, line.y2))}
    assert {(circle.x, circle.y) for circle in content["circles"]} == ends
    assert [each.entry for each in content["circles"]] == content["linked"]
    listed = [each.bundle for each in (*content["linked"], *content["unlinked"])]
    assert {id(each) for each in listed} == {id(each) for each in groups_of(made)}
    assert len(content["unlinked"]) > 10
    first = r" has \d{2,3} members, [\w -]+ first$"
    assert re.search(first, made.subtitle)


def test_groups_that_nothing_ties_make_a_list_without_a_drawing() -> None:
    facts = [quad for at in range(3) for quad in pair(f"a{at}", f"b{at}")]
    made = build_picture(Graph.wrap(facts), "overview")
    assert not made.content["circles"]
    assert len(made.content["unlinked"]) == 3
    assert '<svg class="map"' not in render_picture_page(made)


def pair(one: str, other: str) -> list[Quad]:
    """Return a fact on two actors."""
    lines = f"""actor:{one} a aigg:Institution . actor:{other} a aigg:Institution .
    assertion:{one} a aigg:Assertion, aigg:Affirmation ; rdf:subject actor:{one} ;
      rdf:predicate aigg:memberOf ; rdf:object actor:{other} ; aigg:modality modality:reported ;
      aigg:basis basis:stated ; aigg:verification verification:press ; aigg:section "1" ;
      prov:wasDerivedFrom source:s . actor:{one} aigg:memberOf actor:{other} ."""
    prefixes = [f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()]
    return [*parse("\n".join([*prefixes, lines]), RdfFormat.TURTLE)]


def test_the_page_opens_each_group_in_a_list() -> None:
    made = example("overview")
    page = render_picture_page(made)
    assert page.count("<details><summary>") == len(groups_of(made))
    for group in groups_of(made):
        assert group.label.split(" and ")[0].split()[0] in page


def test_nothing_makes_no_picture() -> None:
    with pytest.raises(AiggError, match="no two things are linked"):
        draw([], "overview")
