"""Who is tied to like, by kind, region and bloc; and who is core, who periphery."""

from itertools import combinations

import networkx as nx
import pytest

from graph_builder.analysis.measures.assortativity import build_mixing_matrix, compute_assortativity
from graph_builder.analysis.measures.core_periphery import detect_core_periphery
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.reports.measure_registry import compute_measures
from graph_builder.core.errors import MeasureError
from graph_builder.store.graph import Graph

#: Newman 2003, table I: couples in San Francisco, men by women, with what groups they are of.
COUPLES = (
    (0.258, 0.016, 0.035, 0.013),
    (0.012, 0.157, 0.058, 0.019),
    (0.013, 0.023, 0.306, 0.035),
    (0.005, 0.007, 0.024, 0.016),
)
ONE = ["co-endorsement", "co-membership", "co-organisation", "co-participation"]


def test_assortativity_is_that_of_newmans_couples() -> None:
    """Newman gives 0.621; the table's rounded entries give 0.623."""
    weights = {(i, j): share for i, row in enumerate(COUPLES) for j, share in enumerate(row)}
    assert compute_assortativity(weights) == pytest.approx(0.621, abs=0.003)


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        ({("a", "a"): 1, ("b", "b"): 3}, 1.0),
        ({("a", "b"): 2, ("b", "a"): 2}, -1.0),
        ({("a", "a"): 1, ("a", "b"): 1, ("b", "a"): 1, ("b", "b"): 1}, 0.0),
        ({("a", "a"): 4, ("a", "b"): 1, ("b", "a"): 1, ("b", "b"): 2}, 7 / 15),
    ],
)
def test_assortativity_is_that_worked_out_by_hand(
    weights: dict[tuple[str, str], float], value: float
) -> None:
    """The last: 6/8 inside, (25 + 9)/64 by chance; (48 - 34) / (64 - 34)."""
    assert compute_assortativity(weights) == pytest.approx(value)


@pytest.mark.parametrize("made", [nx.Graph, nx.DiGraph])
def test_assortativity_is_that_of_networkx(made: "type[nx.Graph[str]]") -> None:
    graph = made(nx.gnm_random_graph(30, 80, seed=2))
    for node in graph:
        graph.nodes[node]["sort"] = "abc"[int(node) % 3]
    weights = build_mixing_matrix(graph, lambda node: graph.nodes[node]["sort"])
    wanted = nx.attribute_assortativity_coefficient(graph, "sort")
    assert compute_assortativity(weights) == pytest.approx(wanted)


def test_one_group_has_no_assortativity() -> None:
    with pytest.raises(MeasureError, match=r"not meaningful: .* one group"):
        compute_assortativity({("a", "a"): 3.0})


def test_who_is_of_no_known_group_is_left_out_with_its_ties() -> None:
    graph: nx.Graph[str] = nx.Graph([("a", "b"), ("b", "c")])
    assert build_mixing_matrix(graph, {"a": "x", "b": "y", "c": ""}.__getitem__) == {
        ("x", "y"): 1,
        ("y", "x"): 1,
    }


def test_the_shipped_networks_mix_where_that_means_something(graph: Graph) -> None:
    names = ["assortativity-kind", "assortativity-region", "assortativity-bloc"]
    kind, region, bloc = compute_measures(to_networkx(graph, "co-endorsement"), names)
    assert kind.missing.startswith("not meaningful: all edges")
    assert region.values["share of ties"] == 1
    assert -1 <= region.values["assortativity"] <= 1
    assert bloc.values.keys() == {"BRICS"}
    kind, region, bloc = compute_measures(to_networkx(graph, "co-membership"), names)
    assert kind.values["assortativity"] > 0
    assert 0 < region.values["share of ties"] < 1
    assert (
        bloc.missing
        == "not meaningful: the links are memberships, so members of a bloc are linked anyway"
    )
    _, region, _ = compute_measures(to_networkx(graph, "co-organisation"), names)
    assert region.missing.startswith("not meaningful: the region of ")


def _ideal(core: int, periphery: int) -> "nx.Graph[str]":
    """Return the ideal pattern of Borgatti and Everett 2000: a tie wherever one end is core."""
    made: nx.Graph[str] = nx.Graph(name="", mode=1)
    nodes = [f"{'core' if n < core else 'periphery'}-{n:02}" for n in range(core + periphery)]
    made.add_edges_from(pair for pair in combinations(nodes, 2) if pair[0].startswith("core"))
    return made


@pytest.mark.parametrize(("core", "periphery"), [(1, 9), (4, 6), (3, 40), (12, 3)])
def test_the_ideal_pattern_fits_wholly(core: int, periphery: int) -> None:
    found = detect_core_periphery(_ideal(core, periphery))
    assert found.correlation == pytest.approx(1)
    assert sorted(found.core) == [f"core-{n:02}" for n in range(core)]


def _correlation(graph: "nx.Graph[str]", core: set[str]) -> float:
    from statistics import correlation

    pairs = [*combinations(sorted(graph), 2)]
    weights = [graph.get_edge_data(*pair, {"weight": 0.0})["weight"] for pair in pairs]
    return correlation(weights, [float(not core.isdisjoint(pair)) for pair in pairs])


@pytest.mark.parametrize("seed", range(12))
def test_no_core_fits_better_than_the_one_found(seed: int) -> None:
    drawn = nx.gnm_random_graph(7, 8 + seed % 6, seed=seed)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(map(str, drawn))
    graph.add_weighted_edges_from(
        (str(a), str(b), 1.0 + (a * b + seed) % 3) for a, b in drawn.edges
    )
    found = detect_core_periphery(graph)
    cores = [{*core} for size in range(1, 6) for core in combinations(graph, size)]
    assert found.correlation == pytest.approx(max(_correlation(graph, core) for core in cores))
    assert found.correlation == pytest.approx(_correlation(graph, {*found.core}))


def test_a_tie_in_the_periphery_spoils_the_fit() -> None:
    graph = _ideal(3, 9)
    graph.add_edge("periphery-03", "periphery-04")
    found = detect_core_periphery(graph)
    assert len(found.core) == 3
    assert 0.9 < found.correlation < 1


@pytest.mark.parametrize("graph", [nx.complete_graph(10), nx.empty_graph(10)])
def test_where_all_are_tied_alike_there_is_no_core(graph: "nx.Graph[str]") -> None:
    with pytest.raises(MeasureError, match="all pairs of nodes are linked alike"):
        detect_core_periphery(graph)


@pytest.mark.parametrize("name", ONE)
def test_a_core_is_some_of_the_nodes(name: str, graph: Graph) -> None:
    made = to_networkx(graph, name)
    nodes, figures = compute_measures(made, ["core-member", "core-periphery"])
    assert nodes.values.keys() == {*made}
    assert sum(nodes.values.values()) == figures.values["core"]
    assert 0 < figures.values["core"] < len(made)
    assert 0 < figures.values["correlation"] < 1


def test_large_networks_are_searched_without_steps_back() -> None:
    graph: nx.Graph[str] = nx.Graph([("hub", f"spoke-{n}") for n in range(25_000)])
    found = detect_core_periphery(graph)
    assert found.core == ("hub",)
    assert found.correlation == pytest.approx(1)
