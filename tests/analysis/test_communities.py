"""Communities: known optima, runs compared, names and numbers, and the second tier."""

import os
import random
import subprocess
import sys
from collections import Counter

import networkx as nx
import pytest

from graph_builder.analysis.measures import backends
from graph_builder.analysis.measures import communities as module
from graph_builder.analysis.measures.communities import (
    Method,
    detect_communities,
    detect_node_groups,
)
from graph_builder.analysis.measures.matrices import EdgeList
from graph_builder.analysis.measures.partitions import (
    Partition,
    build_partition,
    compute_adjusted_rand_index,
    compute_modularity,
    compute_node_agreement,
    compute_stability,
)
from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.projection import Incidence, project_incidence
from graph_builder.analysis.reports.measure_registry import compute_measures
from graph_builder.core.errors import LibraryError
from graph_builder.store.graph import Graph

METHODS: tuple[Method, ...] = ("louvain", "leiden")


def _named(graph: "nx.Graph[int]", *, weighted: bool = False) -> "nx.Graph[str]":
    """Return a graph with names for nodes, each tie of weight 1 unless weights are kept."""
    made: nx.Graph[str] = nx.Graph(name="", mode=1)
    made.add_nodes_from(f"n{node:05}" for node in graph)
    for one, other, weight in graph.edges(data="weight", default=1.0):
        made.add_edge(f"n{one:05}", f"n{other:05}", weight=weight if weighted else 1.0)
    return made


def _planted(seed: int = 1) -> "nx.Graph[str]":
    return _named(nx.planted_partition_graph(12, 25, 0.3, 0.02, seed=seed))


@pytest.mark.parametrize("method", METHODS)
def test_the_best_partition_of_the_karate_club_is_found(method: Method) -> None:
    """The optimum is 0.4198, with four parts.

    G. Agarwal, D. Kempe, Modularity-maximizing graph communities via mathematical programming,
    European Physical Journal B 66, 2008; D. Aloise and others, Column generation algorithms for
    exact modularity maximization in networks, Physical Review E 82, 046112, 2010.
    """
    found = detect_communities(_named(nx.karate_club_graph()), method)
    assert round(found.modularity, 4) == 0.4198
    assert [len(group.members) for group in found.communities] == [12, 11, 6, 5]
    assert found.runs == 50
    assert 0.5 < found.stability <= 1


def test_the_southern_women_fall_into_the_groups_of_those_who_observed_them() -> None:
    """Women 1 to 9 and 9 to 18, the ninth in both; ties after Newman.

    A. Davis, B. Gardner, M. Gardner, Deep South, 1941, as L. Freeman, Finding social groups: a
    meta-analysis of the southern women data, 2003, sums them up.
    """
    women = nx.davis_southern_women_graph()
    ordered = women.graph["top"]
    ties = [
        EdgeAssertion(woman, event, "", 1.0, "", "", "", "")
        for woman in ordered
        for event in women[woman]
    ]
    made: nx.Graph[str] = nx.Graph()
    made.add_weighted_edges_from(
        (one, other, weight)
        for (one, other), weight in project_incidence(Incidence(ties), "newman").items()
    )
    found = [{*group.members} for group in detect_communities(made).communities]
    assert found == [{*ordered[:9]}, {*ordered[9:]}]


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ((0, 0, 1, 1), (0, 0, 1, 1), 1.0),
        ((0, 0, 1, 2), (0, 0, 1, 1), 4 / 7),
        ((0, 0, 1, 1), (0, 1, 0, 1), -0.5),
        ((0, 0, 0, 0), (0, 0, 0, 0), 1.0),
    ],
)
def test_the_adjusted_rand_index_is_that_worked_out_by_hand(
    one: tuple[int, ...], other: tuple[int, ...], value: float
) -> None:
    """Pairs together: n₁₂ = 2 (or 1), n₁ = 2 (or 1), n₂ = 2, of six (Hubert and Arabie 1985)."""
    assert (
        compute_adjusted_rand_index(one, other)
        == compute_adjusted_rand_index(other, one)
        == pytest.approx(value)
    )


def test_stability_is_the_mean_over_all_pairs_of_runs() -> None:
    same, halves, crossed = (0, 0, 1, 1), (0, 0, 1, 2), (0, 1, 0, 1)
    runs: Counter[Partition] = Counter({same: 2, halves: 1, crossed: 1})
    listed = [*runs.elements()]
    pairs = [
        compute_adjusted_rand_index(a, b) for i, a in enumerate(listed) for b in listed[i + 1 :]
    ]
    assert compute_stability(runs) == pytest.approx(sum(pairs) / len(pairs))
    assert compute_stability(Counter({same: 50})) == 1


def test_agreement_is_the_share_of_the_others_of_the_part() -> None:
    runs: Counter[Partition] = Counter({(0, 0, 0, 1, 1): 3, (0, 0, 1, 1, 1): 1})
    assert compute_node_agreement((0, 0, 0, 1, 1), runs) == pytest.approx(
        [7 / 8, 7 / 8, 3 / 4, 1, 1]
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_modularity_is_that_of_networkx(*, weighted: bool) -> None:
    graph = _named(nx.karate_club_graph(), weighted=weighted)
    network = EdgeList.from_graph(graph)
    parts = build_partition(node < "n00017" for node in network.nodes)
    halves = [{n for n in graph if (n < "n00017") == side} for side in (True, False)]
    assert compute_modularity(network, parts) == pytest.approx(
        nx.community.modularity(graph, halves)
    )


@pytest.mark.parametrize("directed", [False, True])
def test_numbers_are_the_same_in_both_tiers(
    monkeypatch: pytest.MonkeyPatch, *, directed: bool
) -> None:
    chance = random.Random(4)  # noqa: S311 -- nothing secret
    graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
    for one, other in nx.gnm_random_graph(60, 200, seed=4, directed=directed).edges:
        graph.add_edge(f"n{one:05}", f"n{other:05}", weight=float(chance.randint(1, 9)))
    loop, alone = "n00003", "a node without a tie"
    graph.add_edge(loop, loop, weight=2.0)
    graph.add_node(alone)
    found = EdgeList.from_graph(graph)
    assert alone not in found.nodes
    monkeypatch.setitem(backends.MIN_NODES_LARGE_BACKEND, "iterations", 0)
    assert EdgeList.from_graph(graph) == found


@pytest.mark.parametrize("method", METHODS)
def test_neither_order_nor_direction_nor_parallel_ties_matter(method: Method) -> None:
    graph = _named(nx.karate_club_graph(), weighted=True)
    ties = [*graph.edges(data="weight")]
    random.Random(3).shuffle(ties)  # noqa: S311 -- nothing secret
    turned: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for one, other, weight in ties:
        turned.add_edge(other, one, weight=weight - 0.5)
        turned.add_edge(one, other, weight=0.5)
    turned.add_edge("n00000", "n00000", weight=9.0)
    assert detect_communities(turned, method) == detect_communities(graph, method)


@pytest.mark.slow
def test_hash_seeds_do_not_matter() -> None:
    code = (
        "import networkx as nx\n"
        "from graph_builder.analysis.measures.communities import detect_communities\n"
        "graph = nx.relabel_nodes(nx.les_miserables_graph(), lambda name: name + '!')\n"
        "print(detect_communities(graph))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


@pytest.mark.slow
def test_communities_are_numbered_by_size_and_named_by_their_strongest_member() -> None:
    graph = _planted()
    graph.nodes[strongest := detect_communities(graph).communities[0].members[0]]["label"] = "Top"
    found = detect_communities(graph).communities
    assert found[0].name == "Top"
    assert [group.number for group in found] == [*range(1, len(found) + 1)]
    sizes = [len(group.members) for group in found]
    assert sizes == sorted(sizes, reverse=True)
    for group in found:
        weights = [graph.degree(node, weight="weight") for node in group.members]
        assert weights == sorted(weights, reverse=True)
    assert strongest == min(
        found[0].members, key=lambda node: (-graph.degree(node, weight="weight"), node)
    )


def test_leiden_gives_connected_communities() -> None:
    graph = _planted()
    for group in detect_communities(graph, "leiden").communities:
        assert nx.is_connected(graph.subgraph(group.members))


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "graph",
    [
        _named(nx.karate_club_graph(), weighted=True),
        _named(nx.convert_node_labels_to_integers(nx.les_miserables_graph()), weighted=True),
        _planted(),
        _named(nx.gnm_random_graph(200, 600, seed=1)),
    ],
    ids=["karate", "les-miserables", "planted", "random"],
)
def test_the_second_tier_is_as_good_and_repeatable(
    graph: "nx.Graph[str]", method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = detect_communities(graph).modularity
    monkeypatch.setattr(module, "MIN_NODES_NETWORKIT_LOUVAIN", 0)
    network = EdgeList.from_graph(graph)
    runs = [[*module.build_community_detector(network, method)(seed)] for seed in range(10)]
    assert runs == [[*module.build_community_detector(network, method)(seed)] for seed in range(10)]
    assert max(compute_modularity(network, parts) for parts in runs) >= 0.99 * first


def test_a_large_network_goes_through_the_second_tier() -> None:
    import networkit

    threads = networkit.getMaxNumberOfThreads()
    graph = _named(nx.planted_partition_graph(20, 250, 0.05, 0.0005, seed=1))
    assert len(graph) == module.MIN_NODES_NETWORKIT_LOUVAIN
    found = detect_communities(graph)
    assert 2 <= found.runs < 50
    assert len(found.communities) == 20
    assert {*found.communities[0].members} in [
        {f"n{node:05}" for node in range(start, start + 250)} for start in range(0, 5000, 250)
    ]
    assert networkit.getMaxNumberOfThreads() == threads


def test_without_networkit_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "networkit", None)
    graph = _named(nx.circular_ladder_graph(12))
    with pytest.raises(LibraryError, match=r"leiden needs networkit; pip install"):
        detect_communities(graph, "leiden")
    said = {
        each.measure.name: each
        for each in compute_measures(graph, ["communities", "communities-leiden"])
    }
    assert said["communities"].values
    assert "pip install" in said["communities-leiden"].missing


def test_a_picture_gets_each_node_once_and_not_more_groups_than_it_can_show() -> None:
    graph = _planted()
    graph.add_nodes_from(["alone-b", "alone-a"])
    whole = detect_node_groups(graph)
    assert [*whole[:-1]] == [*detect_communities(graph).communities]
    assert (whole[-1].name, whole[-1].members) == ("others", ("alone-a", "alone-b"))
    few = detect_node_groups(graph, most=4)
    assert [group.number for group in few] == [1, 2, 3, 4]
    assert few[:3] == whole[:3]
    for found in (whole, few):
        assert sorted(node for group in found for node in group.members) == sorted(graph)


def test_a_picture_without_ties_is_of_others() -> None:
    bare: nx.Graph[str] = nx.Graph()
    assert detect_node_groups(bare) == []
    bare.add_edge("a", "a")
    assert [group.members for group in detect_node_groups(bare)] == [("a",)]


def test_the_network_of_facts_has_groups(graph: Graph) -> None:
    facts = to_networkx(graph)
    found = detect_node_groups(facts)
    assert 1 < len(found) <= 60
    assert found[0].name == facts.nodes[found[0].members[0]]["label"]


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("co-participation", ""),
        ("hierarchy", "not defined for directed networks"),
        ("actor-event", "not defined for two-mode networks"),
    ],
)
def test_shipped_networks_have_communities_where_that_means_something(
    name: str, missing: str, graph: Graph
) -> None:
    made = to_networkx(graph, name)
    wanted = ["community", "community-agreement", "communities"]
    number, agreed, figures = compute_measures(made, wanted)
    assert {each.missing for each in (number, agreed, figures)} == {missing}
    if not missing:
        assert number.values.keys() == agreed.values.keys() == {*made}
        assert figures.values.keys() == {"communities", "modularity", "stability", "runs"}
        assert max(number.values.values()) == figures.values["communities"]


def test_few_nodes_have_no_communities() -> None:
    small = _named(nx.complete_graph(9))
    (found,) = compute_measures(small, ["communities"])
    assert found.missing == "not meaningful for 9 nodes; at least 10 are needed"
