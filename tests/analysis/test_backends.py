"""The second tier gives the figures of NetworkX, and nothing but its size decides when it does."""

import os
import subprocess
import sys
from random import Random

import networkx as nx
import pytest

from graph_builder.analysis.measures import backends
from graph_builder.analysis.measures.measure_definition import compute_measure
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports.measure_registry import MEASURES, compute_measures
from graph_builder.store.graph import Graph
from tests.analysis import known_networks as known

OURS = (
    *("degree", "degree-share", "strength", "betweenness", "closeness", "eigenvector", "pagerank"),
    *("constraint", "effective-size", "core", "cut", "cohesion"),
)
#: Prints all values of a shipped network in full, without certain libraries.
VALUES = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))
from graph_builder import open_graph, to_networkx
from graph_builder.analysis.reports.measure_registry import compute_measures
for found in compute_measures(to_networkx(open_graph(), "co-membership"), {names!r}):
    print(found.measure.name, found.missing, dict(found.values))
"""


@pytest.fixture
def _second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do everything by the second tier."""
    pytest.importorskip("networkit")
    pytest.importorskip("scipy")
    monkeypatch.setattr(
        backends, "MIN_NODES_LARGE_BACKEND", dict.fromkeys(backends.MIN_NODES_LARGE_BACKEND, 0)
    )


def _same(graph: "nx.Graph[str]", patch: pytest.MonkeyPatch) -> None:
    """Assert that both tiers agree to nine digits; zeros are zeros but for what sums leave."""
    first = compute_measures(graph, OURS)
    with patch.context() as patched:
        patched.setattr(
            backends, "MIN_NODES_LARGE_BACKEND", dict.fromkeys(backends.MIN_NODES_LARGE_BACKEND, 0)
        )
        second = compute_measures(graph, OURS)
    for one, other in zip(first, second, strict=True):
        assert other.missing == one.missing
        assert list(other.values) == list(one.values)
        assert other.values == pytest.approx(one.values, rel=1e-9, abs=1e-13), one.measure.name


@pytest.mark.parametrize("sort", ["weighted", "one", "two", "directed"])
@pytest.mark.parametrize("seed", range(5))
def test_both_tiers_agree_on_networks_in_pieces(
    sort: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("networkit")
    _same(known.made_up(seed, sort), monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("name", load_network_definitions())
def test_both_tiers_agree_on_what_is_shipped(
    name: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("networkit")
    _same(to_networkx(graph, name, weighting="newman"), monkeypatch)


@pytest.mark.usefixtures("_second")
def test_the_second_tier_agrees_with_networkx_itself() -> None:
    graph = known.made_up(7, "one")
    rank = nx.pagerank(graph, max_iter=1000, tol=1e-16)
    assert compute_measure(MEASURES["pagerank"], graph).values == pytest.approx(rank, rel=1e-9)
    between = nx.betweenness_centrality(graph)
    assert compute_measure(MEASURES["betweenness"], graph).values == pytest.approx(
        between, rel=1e-9
    )
    close = nx.closeness_centrality(graph)
    assert compute_measure(MEASURES["closeness"], graph).values == pytest.approx(close, rel=1e-9)
    assert compute_measure(MEASURES["core"], graph).values == nx.core_number(graph)
    cut = {node for node, value in compute_measure(MEASURES["cut"], graph).values.items() if value}
    assert cut == set(nx.articulation_points(graph))
    found = compute_measure(MEASURES["cohesion"], graph).values
    assert found["components"] == nx.number_connected_components(graph)


@pytest.mark.parametrize("name", OURS)
def test_a_measure_leaves_its_network_as_it_is(name: str) -> None:
    graph = known.made_up(2, "weighted")
    before, about = graph.copy(), dict(graph.graph)
    compute_measures(graph, [name])
    assert nx.utils.graphs_equal(graph, before)
    assert graph.graph == about


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("sort", ["weighted", "two", "directed"])
def test_the_order_of_rows_decides_nothing(name: str, sort: str) -> None:
    graph = known.made_up(2, sort)
    nodes, ties = list(graph.nodes(data=True)), list(graph.edges(data=True))
    chance = Random(4)  # noqa: S311 -- not a secret
    chance.shuffle(nodes)
    chance.shuffle(ties)
    other = graph.__class__(**graph.graph)
    other.add_nodes_from(nodes)
    other.add_edges_from(ties)
    one, two = compute_measure(MEASURES[name], graph), compute_measure(MEASURES[name], other)
    assert two.values == pytest.approx(one.values, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", OURS)
def test_a_tie_of_a_node_to_itself_counts_nowhere(name: str) -> None:
    graph = known.made_up(2, "weighted")
    before = compute_measure(MEASURES[name], graph).values
    graph.add_edge("1", "1", weight=5.0)
    assert compute_measure(MEASURES[name], graph).values == before


def _printed(*missing: str, seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", VALUES.format(names=OURS), *missing],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


@pytest.mark.slow
def test_figures_are_the_same_without_the_extra_and_for_each_hash_seed() -> None:
    found = _printed(seed="1")
    assert found.count("\n") == len(OURS)
    assert found == _printed("numpy", "scipy", "networkit", seed="2")


def test_without_the_extra_networkx_goes_on_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "is_large_backend_installed", lambda: False)
    assert not backends.is_large_workload("paths", 700)
    found = compute_measures(_ring(100), ["betweenness"])[0]
    monkeypatch.setitem(backends.MIN_NODES_LARGE_BACKEND, "paths", 50)
    assert compute_measures(_ring(100), ["betweenness"])[0].values == found.values
    monkeypatch.setitem(backends.MIN_NODES_LARGE_BACKEND, "paths", 10)
    without = compute_measures(_ring(100), ["betweenness"])[0]
    assert not without.values
    assert without.missing == (
        "100 nodes need networkit and scipy; pip install 'ai-governance-graph[analysis]'"
    )


def _ring(size: int) -> "nx.Graph[str]":
    return known.network(nx.cycle_graph(size))


@pytest.mark.parametrize(("task", "size"), [("paths", 700), ("walks", 100_000)])
def test_the_size_decides(
    task: backends.Workload, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "is_large_backend_installed", lambda: True)
    assert not backends.is_large_workload(task, size - 1)
    assert backends.is_large_workload(task, size)


def test_what_takes_hours_is_not_begun() -> None:
    many = nx.empty_graph(50_000)
    many.add_edge(0, 1)
    found = compute_measures(known.network(many), ["betweenness", "closeness"])
    assert {each.missing for each in found} == {
        "not computed: all shortest paths of 50,000 nodes take hours; narrow the network"
    }
