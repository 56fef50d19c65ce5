"""Print how long measures take by the second tier beside NetworkX, and on a large network.

    python benchmarks/networks.py --runs 5

Both sides measure the same made-up network in one run, and give the same figures. It grows by
preferential attachment, so that few nodes have most ties, as it is in the world. The large one is
measured by the second tier alone.
"""

import argparse
import random
from collections.abc import Callable, Mapping
from functools import partial
from unittest.mock import patch

import networkx as nx
from ratios import COLUMNS, row, table
from timing import Call, Comparison, measure

from graph_builder.analysis.measures import backends, communities
from graph_builder.analysis.reports.measure_registry import compute_measures as measure_network

SEED = 20250210
RUNS = 5
NODES = 100_000
TIES_A_NODE = 5
#: Sizes at which NetworkX takes some seconds.
FEW, MANY = 1_000, 20_000
#: What is measured of the large network in one go.
WHOLE = ("pagerank", "core", "cohesion", "communities")
Measured = Callable[["nx.Graph[str]"], Mapping[str, float]]
#: NetworkX's own functions, as exact as ours.
THEIRS: dict[str, tuple[int, Measured]] = {
    "betweenness": (FEW, nx.betweenness_centrality),
    "closeness": (FEW, nx.closeness_centrality),
    "pagerank": (MANY, partial(nx.pagerank, tol=1e-17, max_iter=1000)),
    "core": (MANY, nx.core_number),
    "cut": (MANY, lambda graph: dict.fromkeys(nx.articulation_points(graph), 1.0)),
}


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
        with patch.object(backends, "PLEASANT", dict.fromkeys(backends.MIN_NODES_LARGE_BACKEND, 0)):
            for found in measure_network(graph, names):
                if found.missing:
                    raise SystemExit(f"{found.measure.name}: {found.missing}")

    return call


def comparisons(nodes: int) -> list[Comparison]:
    """Return the comparisons, each measure by itself and then some on a network of that size."""
    graphs = {size: network(size) for size in (FEW, MANY)}
    pairs = [
        Comparison(
            f"{name}, {size:,} nodes | NetworkX",
            [(by_second_tier(graphs[size], name), partial(theirs, graphs[size]))],
        )
        for name, (size, theirs) in THEIRS.items()
    ]
    call = by_second_tier(network(nodes), *WHOLE)
    return [*pairs, Comparison(f"{', '.join(WHOLE)}, {nodes:,} nodes", [(call, None)])]


def main() -> None:
    """Run the comparisons and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    parser.add_argument("--nodes", type=int, default=NODES, help="size of the large network")
    asked = parser.parse_args()
    rows = [row(each, measure(each, asked.runs)) for each in comparisons(asked.nodes)]
    print(table([list(COLUMNS), *rows]))


if __name__ == "__main__":
    main()
