"""Brokerage, cores, cut nodes and the figures of the whole agree with formulas and NetworkX."""

import networkx as nx
import pytest

from graph_builder.analysis.reports.measure_registry import compute_measures
from tests.analysis import known_networks as known

#: The network in S. Borgatti, Structural holes: unpacking Burt's redundancy measures, Connections
#: 20 (1), 1997, as the tests of NetworkX give it.
REDUNDANT = "AB AF AG AE EG FG BG BD DG GC"


def _values(graph: "nx.Graph[str]", name: str) -> dict[str, float]:
    (found,) = compute_measures(graph, [name])
    assert not found.missing
    return dict(found.values)


def test_effective_size_is_the_contacts_less_the_ties_between_them() -> None:
    """Borgatti 1997: n - 2t/n; G has 6 contacts and 4 ties between them, A has 4 and 3."""
    graph = known.network(nx.Graph([(tie[0], tie[1]) for tie in REDUNDANT.split()]))
    found = _values(graph, "effective-size")
    assert found["G"] == pytest.approx(6 - 2 * 4 / 6)
    assert found["A"] == pytest.approx(4 - 2 * 3 / 4)
    assert found["C"] == 1


@pytest.mark.parametrize("size", [4, 9])
def test_who_joins_strangers_is_hardly_constrained(size: int) -> None:
    """In a star the centre's share in each is 1/n; in a clique half of all goes round."""
    star = _values(known.network(nx.star_graph(size)), "constraint")
    assert star["0"] == pytest.approx(1 / size)
    assert star["1"] == 1
    clique = _values(known.network(nx.complete_graph(size + 1)), "constraint")
    share = 1 / size + (size - 1) / size**2
    assert clique["0"] == pytest.approx(size * share**2)


@pytest.mark.parametrize("seed", range(4))
def test_brokerage_agrees_with_networkx(seed: int) -> None:
    graph = known.made_up(seed, "weighted")
    tied = [node for node in graph if graph[node]]
    assert len(tied) < len(graph)
    constraint = nx.constraint(graph, nodes=tied, weight="weight")
    assert _values(graph, "constraint") == pytest.approx(constraint, rel=1e-12)
    size = nx.effective_size(graph, nodes=tied, weight="weight")
    assert _values(graph, "effective-size") == pytest.approx(size, rel=1e-12)


def test_a_node_without_a_tie_brokers_nothing() -> None:
    graph = known.made_up(1, "weighted")
    assert "200" in graph
    assert "200" not in _values(graph, "constraint")


def test_cores_of_a_clique_with_a_tail() -> None:
    found = _values(known.network(nx.lollipop_graph(5, 3)), "core")
    assert list(found.values()) == [4, 4, 4, 4, 4, 1, 1, 1]


@pytest.mark.parametrize("sort", ["weighted", "two", "directed"])
@pytest.mark.parametrize("seed", range(4))
def test_a_cut_is_how_many_pieces_more_there_are_without_a_node(sort: str, seed: int) -> None:
    graph = known.made_up(seed, sort)
    plain: nx.Graph[str] = nx.Graph(list(graph.edges))
    plain.add_nodes_from(graph)
    before = nx.number_connected_components(plain)
    expected = {}
    for node in graph:
        without = plain.subgraph(set(plain) - {node})
        expected[node] = max(nx.number_connected_components(without) - before, 0)
    assert _values(graph, "cut") == expected


@pytest.mark.parametrize(
    ("graph", "possible"),
    [
        (known.network(nx.path_graph(6)), 15),
        (known.network(nx.DiGraph([(0, 1), (1, 2), (3, 4)])), 20),
        (known.complete_bipartite(3, 4), 12),
    ],
    ids=["one", "directed", "two"],
)
def test_density_is_of_what_is_possible(graph: "nx.Graph[str]", possible: int) -> None:
    assert _values(graph, "cohesion")["density"] == graph.number_of_edges() / possible


def test_the_whole_is_told_by_its_components() -> None:
    graph = known.network(nx.Graph([(0, 1), (1, 2), (8, 9)]))
    graph.add_node("alone")
    found = _values(graph, "cohesion")
    assert found["components"] == 3
    assert found["share of the largest component"] == 0.5
    assert found["nodes without a tie"] == 1
