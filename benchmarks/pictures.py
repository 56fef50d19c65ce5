"""Print how long layouts and pages take beside what NetworkX and pyvis do, in one run.

    python benchmarks/pictures.py --runs 5

Both sides place the nodes of the same made-up network, or make a page of the same facts. Positions
of ours are the same on every machine, and no two nodes of theirs are kept apart.
"""

import argparse
from functools import partial

import networkx as nx
from ratios import COLUMNS, row, table
from timing import Comparison, measure

from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.pictures.network_drawing import to_pyvis
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.view_registry import draw
from graph_builder.store.loading import open_graph

SEED = 20250210
RUNS = 5
SIZES = (54, 80, 300)
TIES_A_NODE = 2
BOX = (1000.0, 700.0)


def network(nodes: int) -> "nx.MultiDiGraph[str]":
    """Return a made-up network with labels, always the same."""
    grown = nx.barabasi_albert_graph(nodes, TIES_A_NODE, seed=SEED)
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in grown:
        made.add_node(f"n{node:04}", label=f"Institute {node} of something")
    made.add_edges_from((f"n{one:04}", f"n{other:04}") for one, other in grown.edges)
    return made


def layouts() -> list[Comparison]:
    """Return the comparisons of layouts, by number of nodes."""
    width, height = BOX
    made = {nodes: network(nodes) for nodes in SIZES}
    return [
        Comparison(
            f"layout, {nodes} nodes | nx.kamada_kawai_layout",
            [(partial(stress_layout, graph, width=width, height=height), partial(theirs, graph))],
        )
        for nodes, graph in made.items()
    ]


def theirs(graph: "nx.MultiDiGraph[str]") -> object:
    """Return positions by NetworkX, which reduce stress too."""
    return nx.kamada_kawai_layout(nx.Graph(graph))


def page() -> Comparison:
    """Return the comparison of pages of the roundtable."""
    graph = open_graph()
    return Comparison(
        "page of the roundtable | pyvis, without evidence",
        [(partial(draw, graph), lambda: to_pyvis(build_facts_network(graph)).generate_html())],
    )


def main() -> None:
    """Run the comparisons and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    asked = parser.parse_args()
    rows = [row(each, measure(each, asked.runs)) for each in (*layouts(), page())]
    print(table([list(COLUMNS), *rows]))


if __name__ == "__main__":
    main()
