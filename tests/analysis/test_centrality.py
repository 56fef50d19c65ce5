"""Centralities agree with published figures, with formulas, and with their definitions."""

from math import sqrt

import networkx as nx
import pytest

from graph_builder.analysis.reports.measure_registry import MEASURES, compute_measures
from tests.analysis import known_networks as known

WOMEN = (
    *("Evelyn Jefferson", "Laura Mandeville", "Theresa Anderson", "Brenda Rogers"),
    "Charlotte McDowd",
)
EVENTS = ("E10", "E11", "E12", "E13", "E14")


def _values(graph: "nx.Graph[str]", name: str) -> dict[str, float]:
    (found,) = compute_measures(graph, [name])
    assert not found.missing
    return dict(found.values)


def test_southern_women_are_as_close_as_borgatti_and_everett_have_it() -> None:
    """Network analysis of 2-mode data, Social Networks 19 (3), 1997, in per cent of one mode.

    As quoted in the tests of stocnet/migraph, tests/testthat/test_centrality.R. These have 37.00
    for E14, which has the guests of E13.
    """
    found = _values(known.southern_women(), "closeness")
    women = [found[node] * 31 / (14 + 2 * 17) * 100 for node in WOMEN]
    assert women == pytest.approx([51.67, 46.97, 51.67, 46.97, 38.75], abs=0.0051)
    events = [found[node] * 31 / (18 + 2 * 13) * 100 for node in EVENTS]
    assert events == pytest.approx([39.74, 37.80, 40.79, 37.80, 37.80], abs=0.0051)


def test_southern_women_are_between_as_many_as_others_count() -> None:
    """The tests of stocnet/migraph, a package in R, have these numbers of pairs."""
    network = known.southern_women()
    found = _values(network, "betweenness")
    women = [found[node] * _most(18, 14) for node in WOMEN]
    assert women == pytest.approx([42.759998, 22.856540, 38.739264, 22.011910, 4.727942], abs=1e-5)
    events = [found[node] * _most(14, 18) for node in EVENTS]
    assert events == pytest.approx([6.82, 9.02, 10.24, 1.89, 1.89], abs=0.0051)


def test_southern_women_have_the_share_of_degrees_of_others() -> None:
    """The tests of stocnet/migraph have these for two modes, after Borgatti and Everett 1997."""
    found = _values(known.southern_women(), "degree-share")
    women = [found[node] for node in WOMEN]
    assert women == pytest.approx([0.5714, 0.5, 0.5714, 0.5, 0.2857], abs=5.1e-5)
    events = [found[node] for node in EVENTS]
    assert events == pytest.approx([0.3333, 0.2222, 0.3889, 0.2222, 0.2222], abs=5.1e-5)


def test_the_karate_club_has_the_figures_of_the_tutorial_of_igraph() -> None:
    """The third lesson of igraph's C tutorial prints the greatest values, with six digits."""
    club = known.zachary()
    degree, closeness = _values(club, "degree"), _values(club, "closeness")
    betweenness = _values(club, "betweenness")
    assert max(degree, key=degree.__getitem__) == "33"
    assert degree["33"] == 17
    assert max(closeness, key=closeness.__getitem__) == "0"
    assert closeness["0"] / 33 == pytest.approx(0.0172414, abs=5e-8)
    assert max(betweenness, key=betweenness.__getitem__) == "0"
    assert betweenness["0"] * 33 * 32 / 2 == pytest.approx(231.071, abs=5e-4)


@pytest.mark.parametrize("graph", [known.florence(), known.zachary()], ids=["Medici", "Zachary"])
def test_betweenness_is_what_its_definition_counts(graph: "nx.Graph[str]") -> None:
    pairs = (len(graph) - 1) * (len(graph) - 2) / 2
    counted = known.between_by_definition(graph)
    expected = {node: float(value) / pairs for node, value in counted.items()}
    assert _values(graph, "betweenness") == pytest.approx(expected, rel=1e-12)


def test_the_medici_are_between_half_of_the_pairs() -> None:
    """They marry into six families, and lie on 47.5 of the ways between 91 pairs of others."""
    families = known.florence()
    assert _values(families, "degree")["Medici"] == 6
    assert _values(families, "betweenness")["Medici"] == pytest.approx(47.5 / 91)
    assert _values(families, "closeness")["Medici"] == pytest.approx(14 / 25)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sort", ["weighted", "one"])
def test_betweenness_with_weights_and_pieces_is_what_its_definition_counts(
    sort: str, seed: int
) -> None:
    graph = known.made_up(seed, sort)
    pairs = (len(graph) - 1) * (len(graph) - 2) / 2
    counted = known.between_by_definition(graph)
    expected = {node: float(value) / pairs for node, value in counted.items()}
    assert _values(graph, "betweenness") == pytest.approx(expected, rel=1e-12)


def test_ways_of_equal_length_are_equal_however_they_add_up() -> None:
    """Three tenths are as long as a fifth and a tenth, whatever computers make of fractions."""
    assert 1 / 10 + 1 / 10 + 1 / 10 != 3 / 10
    ties = [("a", "b", 10), ("b", "c", 10), ("c", "z", 10), ("a", "d", 5), ("d", "z", 10)]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from(ties)
    found = _values(known.network(graph, projected="texts"), "betweenness")
    assert found == pytest.approx({"a": 1 / 12, "b": 1 / 4, "c": 1 / 3, "d": 1 / 12, "z": 1 / 4})


@pytest.mark.parametrize(("m", "n"), [(2, 3), (3, 5), (1, 6), (6, 1), (4, 4)])
def test_complete_networks_of_two_modes_follow_the_formulas(m: int, n: int) -> None:
    """In K_{m,n} each of m nodes is between the pairs of the other side, by 1/m of their ways."""
    graph = known.complete_bipartite(m, n)
    assert set(_values(graph, "degree-share").values()) == {1.0}
    assert _values(graph, "closeness") == pytest.approx(dict.fromkeys(graph, 1.0))
    between = _values(graph, "betweenness")
    sides = ((m, n, "0"), (n, m, str(m)))
    for own, other, node in sides:
        expected = _most(own, other) and other * (other - 1) / 2 / own / _most(own, other)
        assert between[node] == pytest.approx(expected)


def _most(own: int, other: int) -> float:
    """Return the pairs between which the centre of a best placed tree lies, counted directly.

    The node has all of the other side as neighbours, and its own side hangs on them as evenly as
    possible; all pairs of nodes but those in one branch pass through it.
    """
    branches = [1 + (own - 1) // other + (i < (own - 1) % other) for i in range(other)]
    total = sum(branches)
    return (total**2 - sum(size**2 for size in branches)) / 2


@pytest.mark.parametrize("size", [5, 8])
def test_stars_and_paths_follow_the_formulas(size: int) -> None:
    star, path = known.network(nx.star_graph(size)), known.network(nx.path_graph(size))
    assert _values(star, "betweenness")["0"] == 1
    assert _values(star, "closeness") == pytest.approx(
        {"0": 1.0} | dict.fromkeys(map(str, range(1, size + 1)), size / (2 * size - 1))
    )
    assert _values(star, "eigenvector") == pytest.approx(
        {"0": sqrt(1 / 2)} | dict.fromkeys(map(str, range(1, size + 1)), sqrt(1 / 2 / size))
    )
    pairs = (size - 1) * (size - 2) / 2
    between = {str(i): i * (size - 1 - i) / pairs for i in range(size)}
    assert _values(path, "betweenness") == pytest.approx(between)


def test_closeness_counts_those_out_of_reach() -> None:
    """Wasserman and Faust 1994: a pair aside is not as close to all as the centre of a star."""
    apart = known.network(nx.Graph([(0, 1), (0, 2), (0, 3), (8, 9)]))
    found = _values(apart, "closeness")
    assert found["0"] == pytest.approx(3 / 5)
    assert found["8"] == pytest.approx(1 / 5)


def test_closeness_of_two_modes_is_never_above_one() -> None:
    """Within a pair aside the least distance is that of a pair, not that of the whole network."""
    graph = nx.complete_bipartite_graph(3, 3)
    graph.add_node(6, bipartite=0)
    graph.add_node(7, bipartite=1)
    graph.add_edge(6, 7)
    found = _values(known.network(graph, mode=2), "closeness")
    assert found["6"] == pytest.approx(1 / 7)
    assert found["0"] == pytest.approx(5 / 7)


def test_heavy_ties_are_near() -> None:
    """M. Newman 2001: from a to c it is 1/2 + 1/4 over b, and 1 without."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2), ("b", "c", 4), ("a", "c", 1), ("c", "d", 1)])
    graph.add_weighted_edges_from([("d", "e", 1)])
    found = _values(known.network(graph, projected="texts"), "closeness")
    assert found["a"] == pytest.approx(4 / (0.5 + 0.75 + 1.75 + 2.75))
    steps = _values(known.network(graph), "closeness")
    assert steps["a"] == pytest.approx(4 / (1 + 1 + 2 + 3))


def test_the_eigenvector_is_one() -> None:
    graph = known.made_up(3, "weighted")
    found = _values(graph, "eigenvector")
    large = max(nx.connected_components(graph), key=len)
    assert set(found) == large
    onward = {
        node: sum(held["weight"] * found[other] for other, held in graph[node].items())
        for node in found
    }
    ratios = [onward[node] / found[node] for node in found]
    assert ratios == pytest.approx([max(ratios)] * len(ratios), rel=1e-9)
    assert sum(value**2 for value in found.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [((6, 6), "two connected parts have 6 nodes"), ((4, 3), "no connected part has 5 nodes")],
)
def test_no_eigenvector_without_a_largest_component(parts: tuple[int, int], reason: str) -> None:
    graph = known.network(nx.disjoint_union(*map(nx.complete_graph, parts)))
    (found,) = compute_measures(graph, ["eigenvector"])
    assert not found.values
    assert reason in found.missing


def test_the_walk_of_pagerank_stays_as_it_is() -> None:
    """Brin and Page 1998: the ranks are those that one more step leaves as they are."""
    graph = known.made_up(5, "directed")
    rank = _values(graph, "pagerank")
    assert sum(rank.values()) == pytest.approx(1)
    out = {node: sum(held["weight"] for held in graph[node].values()) for node in graph}
    lost = sum(rank[node] for node in graph if not out[node])
    step = {
        node: (0.15 + 0.85 * lost) / len(graph)
        + 0.85 * sum(rank[a] * graph[a][node]["weight"] / out[a] for a in graph if node in graph[a])
        for node in graph
    }
    assert rank == pytest.approx(step, rel=1e-10)


def test_a_cycle_has_no_centre() -> None:
    ring = known.network(nx.cycle_graph(7))
    for name in ("pagerank", "eigenvector", "betweenness", "closeness"):
        found = _values(ring, name)
        assert found == pytest.approx(dict.fromkeys(found, found["0"]))


def test_a_network_from_one_side_to_the_other_has_nobody_between() -> None:
    posts = known.network(nx.DiGraph([(f"p{i}", f"b{i % 3}") for i in range(9)]))
    posts.graph["mode"] = 2
    (found,) = compute_measures(posts, ["betweenness"])
    assert found.missing == "not meaningful: all edges lead from one side to the other"


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_how_to_read_it_and_where_it_is_from(name: str) -> None:
    asked = MEASURES[name]
    assert asked.reading.endswith(".")
    assert asked.source[-4:].isdigit()
