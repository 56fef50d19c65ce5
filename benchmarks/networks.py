"""Measures of networks beside NetworkX, and a network beside aggregates in SPARQL."""

import random
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import networkx as nx
import synthetic
from results import Part, Scale
from timing import Call, Comparison, measure

from graph_builder.analysis.measures import backends, communities
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import find_network_definition
from graph_builder.analysis.reports.measure_registry import compute_measures as measure_network
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

TITLE = "Networks"
TEXT = """\
A measure of a network is computed by NetworKit and SciPy, which the program uses for large ones,
and by NetworkX. The network is made up: it grows by preferential attachment, so few nodes have most
edges. The network of countries that took part together has for each edge its weight and the
evidence for it. So has the first aggregate of SPARQL; the second counts alone. Its edges are those
of the aggregate, else the run ends."""
SEED = 20250210
RUNS = {"quick": 1, "normal": 3, "full": 5}
TIES_A_NODE = 5
#: Sizes at which NetworkX takes some seconds.
FEW = {"quick": 100, "normal": 1_000, "full": 1_000}
MANY = {"quick": 300, "normal": 20_000, "full": 20_000}
QUADS = {"quick": 2_000, "normal": 200_000, "full": 1_000_000}
Measured = Callable[["nx.Graph[str]"], Mapping[str, float]]
#: NetworkX's own functions, as exact as ours.
THEIRS: dict[str, tuple[dict[str, int], Measured]] = {
    "betweenness": (FEW, nx.betweenness_centrality),
    "closeness": (FEW, nx.closeness_centrality),
    "pagerank": (MANY, partial(nx.pagerank, tol=1e-17, max_iter=1000)),
    "core": (MANY, nx.core_number),
    "cut": (MANY, lambda graph: dict.fromkeys(nx.articulation_points(graph), 1.0)),
}
FASTER = (
    "Most of our time copies the network into NetworKit, which a linear measure does not repay."
)
#: From how many nodes on the second tier measures.
LIMITS = "MIN_NODES_LARGE_BACKEND"
NAME = "co-participation"
_TOOK_PART = "aigg:attended|aigg:coChaired|aigg:hosted|aigg:spokeAt"
COUNTED = f"""
SELECT ?one ?other (COUNT(DISTINCT ?event) AS ?events)
WHERE {{
  ?one {_TOOK_PART} ?event ; a aigg:Country .
  ?other {_TOOK_PART} ?event ; a aigg:Country .
  FILTER (STR(?one) < STR(?other))
}}
GROUP BY ?one ?other
"""
WITH_EVIDENCE = """
SELECT ?one ?other (COUNT(DISTINCT ?event) AS ?events)
       (GROUP_CONCAT(DISTINCT CONCAT(STR(?first), " ", STR(?second))) AS ?evidence)
WHERE {
  VALUES ?relation { aigg:attended aigg:coChaired aigg:hosted aigg:spokeAt }
  VALUES ?otherRelation { aigg:attended aigg:coChaired aigg:hosted aigg:spokeAt }
  ?first a aigg:Affirmation ; rdf:predicate ?relation ; rdf:subject ?one ; rdf:object ?event .
  ?second a aigg:Affirmation ;
          rdf:predicate ?otherRelation ;
          rdf:subject ?other ;
          rdf:object ?event .
  ?one a aigg:Country .
  ?other a aigg:Country .
  FILTER (STR(?one) < STR(?other))
}
GROUP BY ?one ?other
"""


def network(nodes: int) -> "nx.Graph[str]":
    """Return a made-up network of one mode, always the same."""
    chance = random.Random(SEED)  # noqa: S311 -- not a secret
    grown = nx.barabasi_albert_graph(nodes, TIES_A_NODE, seed=SEED)
    made: nx.Graph[str] = nx.Graph(mode=1, projected="")
    made.add_nodes_from(f"https://w3id.org/aigg/actor/x{node}" for node in grown)
    names = list(made)
    for one, other in grown.edges:
        made.add_edge(names[one], names[other], weight=float(chance.randint(1, 9)))
    return made


def by_second_tier(graph: "nx.Graph[str]", *names: str) -> Call:
    """Return a call that measures a network by the second tier, whatever its size."""

    def call() -> None:
        communities._run_detector.cache_clear()  # noqa: SLF001 -- what an earlier run has found is no work
        with patch.object(backends, LIMITS, dict.fromkeys(getattr(backends, LIMITS), 0)):
            for found in measure_network(graph, names):
                if found.missing:
                    raise SystemExit(f"{found.measure.name}: {found.missing}")

    return call


def run(scale: Scale) -> Part:
    """Return the measures and the network beside the other ways."""
    compared = compare_measures(scale)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "graph.nq"
        synthetic.write(QUADS[scale], path)
        graph = open_graph(path)
        check_edges_are_equal(graph)
        compared += compare_projections(graph, QUADS[scale])
        rows = [measure(each, RUNS[scale]) for each in compared]
    return Part("networks", TITLE, TEXT, rows)


def compare_measures(scale: Scale) -> list[Comparison]:
    """Return the comparisons of measures."""
    graphs = {size: network(size) for size in (FEW[scale], MANY[scale])}
    return [
        Comparison(
            f"{name}, {sizes[scale]:,} nodes",
            "NetworkX",
            [(by_second_tier(graphs[sizes[scale]], name), partial(theirs, graphs[sizes[scale]]))],
            FASTER,
        )
        for name, (sizes, theirs) in THEIRS.items()
    ]


def compare_projections(graph: Graph, quads: int) -> list[Comparison]:
    """Return the network beside its rows and beside the aggregates."""

    def made() -> object:
        return to_networkx(graph, NAME)

    texts = {
        "its rows alone": (find_network_definition(NAME).question.text, 2.0),
        "an aggregate with evidence": (WITH_EVIDENCE, 0.25),
        "an aggregate that counts alone": (COUNTED, 0.25),
    }
    reasons = {"its rows alone": "They are what the network is made of, not yet a network."}
    return [
        Comparison(
            f"network of countries, {quads:,} quads",
            name,
            [(made, partial(list_rows, graph, text))],
            reasons.get(name, "Few rows are counted as fast as they are listed."),
            target,
            miss="Getting the rows takes most of our time, as the line of the rows alone shows.",
        )
        for name, (text, target) in texts.items()
    ]


def list_rows(graph: Graph, text: str) -> list[tuple[Any, ...]]:
    """Return the rows of an answer, unpacked."""
    answer: Any = graph.query(text)
    return [(*row,) for row in answer]


def check_edges_are_equal(graph: Graph) -> None:
    """End the run where the network and the aggregate differ."""
    found = {
        (one, other): held["weight"]
        for one, other, held in to_networkx(graph, NAME).edges(data=True)
    }
    counted = {(a.value, b.value): float(n.value) for a, b, n in list_rows(graph, COUNTED)}
    if not found or found != counted:
        raise SystemExit("the network and the aggregate differ")
