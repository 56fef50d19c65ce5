"""Who acts together: the ties drawn, what stands behind each, and how marks stand out."""

import re
from itertools import pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
from pyoxigraph import RdfFormat, parse

from graph_builder.analysis.measures.measure_definition import Measure
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports.measure_registry import MEASURES, compute_measures
from graph_builder.core.errors import AiggError, PictureError
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pictures.node_styling import style_nodes_by_measure
from graph_builder.pictures.palette import COMMUNITY_STYLES, SIGNIFICANT_EDGE_STYLE, VALUE_STYLES
from graph_builder.pictures.payload import build_legend
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.truncation import (
    MAX_OPEN_EDGES,
    MAX_OPEN_NODES,
    MAX_PAGE_FACTS,
    MAX_PICTURE_EDGES,
    select_strongest_edges,
)
from graph_builder.pictures.view_registry import build_picture, draw
from graph_builder.pictures.views.cooperation import compute_ring
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run
from tests.pictures.views import example

pytestmark = pytest.mark.slow

FRANCE, CANADA = expand("actor:FRA"), expand("actor:CAN")
PROJECTED = [each.name for each in load_network_definitions().values() if each.projected]
PREFIXED = [f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()]
ACT = """
assertion:{name}-{at} a aigg:Assertion, aigg:Affirmation ; rdf:subject actor:{name} ;
  rdf:predicate aigg:signed ; rdf:object instrument:t-{at} ; aigg:modality modality:signed ;
  aigg:basis basis:stated ; aigg:verification verification:primary ; prov:wasDerivedFrom source:s .
actor:{name} aigg:signed instrument:t-{at} .
"""


@pytest.mark.parametrize("name", PROJECTED)
def test_a_line_tells_what_both_share_and_what_is_said_of_either(sample: Graph, name: str) -> None:
    made, drawn = to_networkx(sample, name), build_picture(sample, "cooperation", name).network
    for one, other, held in drawn.edges(data=True):
        evidence: Any = made.edges[one, other]["evidence"]
        assert {fact["id"] for fact in held["facts"]} == {tie.evidence for tie in evidence}
        assert held["weight"] == made.edges[one, other]["weight"]
        assert held["relation"].startswith(f"{len(evidence.shared)} shared ")


def test_the_strongest_ties_are_drawn_and_the_rest_is_told(graph: Graph) -> None:
    made = build_picture(graph, "cooperation")
    assert len(made.network) <= MAX_OPEN_NODES
    assert made.network.number_of_edges() <= MAX_OPEN_EDGES
    least = min(held["weight"] for held in made.network.edges.values())
    every = to_networkx(graph, "co-endorsement")
    strong = [1 for *_, held in every.edges(data=True) if held["weight"] >= least]
    assert len(strong) == made.network.number_of_edges()
    ties = f"of {every.number_of_edges():,} links, those of {least:g} shared texts or more"
    assert ties in made.notes[0]
    assert made.full_network is not None
    assert made.full_network.number_of_edges() == every.number_of_edges()


def test_weaker_ties_are_drawn_if_asked_for_as_far_as_there_is_room(graph: Graph) -> None:
    four = build_picture(graph, "cooperation", least=4.0)
    assert MAX_OPEN_EDGES < four.network.number_of_edges() < MAX_PICTURE_EDGES
    assert "--least 3 shows weaker ones" in four.notes[0]
    assert "“aigg draw cooperation --least 4.0 -o FILE.gexf” exports all of them" in four.notes[0]
    one = build_picture(graph, "cooperation", least=1.0)
    assert four.network.number_of_edges() < one.network.number_of_edges() <= MAX_PICTURE_EDGES
    assert "there is no room for more" in one.notes[0]


def test_of_ties_alike_those_of_the_strongest_things_are_kept() -> None:
    weights = {(f"a{at:03}", f"b{at % 30:03}"): 1.0 for at in range(MAX_OPEN_EDGES + 50)}
    kept, said = select_strongest_edges(weights, lambda _: [])
    assert 0 < len(kept) <= MAX_OPEN_EDGES
    assert len({end for pair in kept for end in pair}) <= MAX_OPEN_NODES
    assert said.startswith(f"Shows the {len(kept)} strongest of {len(weights)} links")
    assert select_strongest_edges({("a", "b"): 1.0}, lambda _: []) == ([("a", "b")], "")


def test_links_with_more_facts_than_a_page_holds_are_refused_in_one_sentence() -> None:
    facts = [str(number) for number in range(MAX_PAGE_FACTS + 1)]
    with pytest.raises(PictureError, match="rest on more facts than the"):
        select_strongest_edges({("a", "b"): 2.0, ("a", "c"): 1.0}, lambda _: facts)


def test_what_cannot_be_told_from_chance_is_said_before_anything_else(graph: Graph) -> None:
    page = draw(graph, "cooperation")
    assert (
        "There are too few texts (8 for 109 things that share them) to tell any link from" in page
    )
    assert "any of the 5,886 pairs whether they share more or less than chance would give" in page
    drawn = build_picture(graph, "cooperation").network
    assert not any("style" in held for held in drawn.edges.values())
    assert (
        "Canada and France share 6 of 8 texts"
        in drawn.edges[CANADA, FRANCE, "co-endorsement"]["said"]
    )


def test_a_tie_that_chance_does_not_explain_is_marked() -> None:
    made = build_picture(_alike(), "cooperation")
    marked = {edge[:2] for edge, held in made.network.edges.items() if "style" in held}
    assert marked == {(expand("actor:c-00"), expand("actor:c-01"))}
    assert "1 link is stronger than chance explains, and drawn in its own style." in made.notes
    assert SIGNIFICANT_EDGE_STYLE in build_legend(made.network)[1]
    assert "More than chance explains" in draw(_alike(), "cooperation")


def _alike() -> Graph:
    """Return forty countries that sign by chance, of which two sign the same texts."""
    chance = Random(1)  # noqa: S311 -- nothing secret
    signed = {f"c-{at:02}": chance.sample(range(60), 12) for at in range(40)}
    signed["c-01"] = signed["c-00"]
    lines = [f"actor:{name} a aigg:Country ." for name in signed]
    lines += [f"instrument:t-{at} a aigg:PolicyInstrument ." for at in range(60)]
    lines += [ACT.format(name=name, at=at) for name, texts in signed.items() for at in texts]
    return Graph.wrap([*parse("\n".join([*PREFIXED, *lines]), RdfFormat.TURTLE)])


def test_size_and_colour_are_those_of_measures_of_all_ties(sample: Graph) -> None:
    made = build_picture(sample, "cooperation", size="strength", colour="community")
    (strength,) = compute_measures(to_networkx(sample, "co-endorsement"), ["strength"])
    sizes = {iri: held["size"] for iri, held in made.network.nodes.items()}
    ranked = sorted(sizes, key=lambda iri: (strength.values[iri], iri))
    assert [sizes[iri] for iri in ranked] == sorted(sizes.values())
    assert {held["group"].name for held in made.network.nodes.values()} <= {
        c.name for c in COMMUNITY_STYLES
    }
    page = draw(sample, "cooperation", size="strength", colour="community")
    assert strength.measure.reading in page.replace("&#39;", "'")


def test_a_measure_without_groups_colours_in_steps(sample: Graph) -> None:
    made = build_picture(sample, "cooperation", least=4.0, colour="strength")
    (strength,) = compute_measures(to_networkx(sample, "co-endorsement"), ["strength"])
    steps = [each.name for each in VALUE_STYLES]
    ranked = sorted(made.network, key=lambda iri: strength.values[iri])
    found = [steps.index(made.network.nodes[iri]["group"].name) for iri in ranked]
    assert found == sorted(found)
    assert {*found} == {*range(len(VALUE_STYLES))}


def test_of_many_groups_the_smallest_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Measure(
        "fake",
        "nodes",
        "Ten groups.",
        "nobody",
        lambda net: {node: float(int(node) // 2 % 10) for node in net},
        is_categorical=True,
        min_nodes=2,
    )
    monkeypatch.setattr(
        "graph_builder.analysis.reports.measure_registry.MEASURES", {**MEASURES, "fake": fake}
    )
    network: nx.Graph[str] = nx.path_graph([f"{at:02}" for at in range(30)])
    network.graph |= {"mode": 1, "projected": ""}
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph(network)
    style_nodes_by_measure(drawn, network, colour="fake")
    labels = {held["group"].name: held["group"].label for held in drawn.nodes.values()}
    assert len(labels) == len(COMMUNITY_STYLES)
    assert labels[COMMUNITY_STYLES[0].name] == "group 0 (4)"
    assert labels[COMMUNITY_STYLES[-1].name].startswith("smaller groups, ")


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (("nosuch",), {}, "unknown network 'nosuch'"),
        (("actor-theme",), {}, "does not say who shares what; use one of co-endorsement"),
        ((), {"least": 99.0}, "no link has a weight of 99 or more; the strongest has 6"),
        ((), {"least": float("nan")}, "no link has a weight of nan or more"),
        ((), {"kind": "Company"}, "co-endorsement has no shared texts"),
        ((), {"kind": "Lighthouse"}, "unknown kind 'Lighthouse'"),
        ((), {"size": "nosuch"}, "unknown measure 'nosuch'"),
        (
            (),
            {"size": "chance"},
            "chance measures the whole network; use a measure of nodes: degree",
        ),
        (
            (),
            {"size": "community"},
            "community gives numbers of groups, not sizes; use it with --colour",
        ),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    graph: Graph, words: tuple[str, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(AiggError, match=message):
        draw(graph, "cooperation", *words, **options)


def test_a_day_leaves_out_what_came_later(sample: Graph) -> None:
    early = select(sample, at="2024-06-01")
    made = build_picture(early, "cooperation")
    assert "As it stood on 1 June 2024: " in made.subtitle
    assert len(made.network) < len(to_networkx(sample, "co-endorsement"))


def test_a_file_of_it_is_the_undirected_network(graph: Graph, run: Run, tmp_path: Any) -> None:
    file = tmp_path / "all.gexf"
    assert run("draw", "cooperation", "-o", file).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert 'defaultedgetype="undirected"' in text
    assert text.count("<edge ") == to_networkx(graph, "co-endorsement").number_of_edges()


def test_things_of_which_most_are_tied_stand_in_a_ring(graph: Graph) -> None:
    made = build_picture(graph, "cooperation")
    assert made.positions.keys() == set(made.network)
    assert len({*made.positions.values()}) == len(made.network)
    strength = {iri: made.network.degree(iri, weight="weight") for iri in made.network}
    down = sorted(made.positions, key=lambda iri: made.positions[iri][1])
    assert {*down[:2]} == {*sorted(strength, key=lambda iri: (-strength[iri], iri))[:2]}
    assert not build_picture(graph, "cooperation", "co-organisation").positions


@pytest.mark.parametrize("number", [1, 2, 3, 15, 24])
def test_a_ring_is_an_ellipse_in_rows(number: int) -> None:
    places = compute_ring(number, 700.0, 530.0)
    assert len({*places}) == number
    assert all((x / 350) ** 2 + (y / 265) ** 2 == pytest.approx(1, abs=0.02) for x, y in places)
    for side in (places[::2], places[1::2]):
        heights = [y for _, y in side]
        assert heights == sorted(heights)
        assert {b - a for a, b in pairwise(heights)} <= {
            round(530 / max(len(side), 1)) + more for more in (-1, 0, 1)
        }


def test_the_legend_tells_what_the_widths_of_lines_are() -> None:
    made = example("cooperation")
    drawn = {(held["weight"], held["width"]) for held in made.network.edges.values()}
    assert [*made.content["widths"]] == [min(drawn), max(drawn)]
    page = render_picture_page(made)
    for weight, width in made.content["widths"]:
        texts = "shared text" if weight == 1 else "shared texts"
        assert re.search(rf'stroke-width="{width}"/></svg> {weight:g} {texts}\b', page)
