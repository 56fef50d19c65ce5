"""Networks that the literature measures, and made-up ones of every sort."""

from fractions import Fraction
from itertools import combinations, permutations
from random import Random
from typing import Any

import networkx as nx

#: Four ties that the table of NetworkX lacks. They are inferred, not read from a source: with them
#: the raw betweenness and the closeness come out that the tests of migraph have published.
INFERRED = (
    *(("Helen Lloyd", "E13"), ("Helen Lloyd", "E14")),
    *(("Dorothy Murchison", "E10"), ("Dorothy Murchison", "E12")),
)


def network(graph: "nx.Graph[Any]", *, projected: str = "", mode: int = 1) -> "nx.Graph[str]":
    """Return a graph as a network, its nodes named and its ties weighing 1 or what they weigh."""
    made: nx.Graph[str] = nx.DiGraph() if graph.is_directed() else nx.Graph()
    made.graph.update(mode=mode, projected=projected)
    sides = nx.get_node_attributes(graph, "bipartite")
    for node in graph:
        made.add_node(str(node), **({"bipartite": sides[node]} if mode == 2 else {}))
    for one, other, weight in graph.edges(data="weight", default=1.0):
        made.add_edge(str(one), str(other), weight=float(weight))
    return made


def zachary() -> "nx.Graph[str]":
    """Return the karate club, nodes 0 to 33, without weights (W. Zachary 1977)."""
    graph = nx.karate_club_graph()
    return network(nx.Graph(list(graph.edges)))


def florence() -> "nx.Graph[str]":
    """Return the marriages of Florentine families (J. Padgett, in Breiger and Pattison 1986)."""
    return network(nx.florentine_families_graph())


def southern_women() -> "nx.Graph[str]":
    """Return who was at which event, in 93 ties: 89 of NetworkX and four INFERRED."""
    graph = nx.davis_southern_women_graph()
    graph.add_edges_from(INFERRED)
    return network(graph, mode=2)


def complete_bipartite(sources: int, targets: int) -> "nx.Graph[str]":
    """Return K_{m,n} as a network of two modes."""
    return network(nx.complete_bipartite_graph(sources, targets), mode=2)


def made_up(seed: int, sort: str) -> "nx.Graph[str]":
    """Return a random network in pieces, of a sort: weighted, one, two or directed."""
    chance = Random(seed)  # noqa: S311 -- not a secret
    parts = [_piece(chance, size, sort, start) for size, start in ((25, 0), (8, 100), (1, 200))]
    graph = nx.compose_all(parts)
    for _, _, held in graph.edges(data=True):
        held["weight"] = chance.choice((1, 2, 3, 6, 0.5, 7.25))
    projected = "texts" if sort == "weighted" else ""
    return network(graph, projected=projected, mode=2 if sort == "two" else 1)


def _piece(chance: Random, size: int, sort: str, start: int) -> "nx.Graph[Any]":
    made: nx.Graph[int] = nx.DiGraph() if sort == "directed" else nx.Graph()
    for node in range(start, start + size):
        made.add_node(node, bipartite=node % 2)
    pairs = permutations(made, 2) if sort == "directed" else combinations(made, 2)
    fits = [pair for pair in pairs if sort != "two" or sum(pair) % 2]
    made.add_edges_from(pair for pair in fits if chance.random() < 3 / size)
    return made


def between_by_definition(graph: "nx.Graph[str]") -> dict[str, Fraction]:
    """Return how many pairs each node lies between, counted out of all shortest paths exactly.

    For all others s and t the share of their shortest paths that pass through it (Freeman 1977);
    a tie is 1/weight long where the network is a projection.
    """
    found = dict.fromkeys(graph, Fraction(0))
    length = {pair: _length(graph, *pair) for pair in graph.edges}
    for one, other in combinations(graph, 2):
        if nx.has_path(graph, one, other):
            paths = _shortest(graph, length, one, other)
            for path in paths:
                for node in path[1:-1]:
                    found[node] += Fraction(1, len(paths))
    return found


def _length(graph: "nx.Graph[str]", one: str, other: str) -> Fraction:
    weight = Fraction(graph.edges[one, other]["weight"])
    return 1 / weight if graph.graph["projected"] else Fraction(1)


def _shortest(
    graph: "nx.Graph[str]", length: dict[tuple[str, str], Fraction], one: str, other: str
) -> list[list[str]]:
    def exact(source: str, target: str, _: object) -> Any:
        return length.get((source, target)) or length[target, source]

    return list(nx.all_shortest_paths(graph, one, other, weight=exact))
