"""Layouts and pages of pictures beside NetworkX and pyvis."""

from functools import partial

import networkx as nx
from results import Part, Scale
from timing import Comparison, measure

from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.pictures.network_drawing import to_pyvis
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.view_registry import draw
from graph_builder.store.loading import open_graph

TITLE = "Pictures"
TEXT = """\
Both sides place the nodes of the same made-up network, or make a page of the facts of the
roundtable in the shipped graph. Positions of ours are the same on every machine, and labels are
kept apart. Our page has a source and a quotation for each edge, search, filters and exports; that
of pyvis has names and lines."""
SEED = 20250210
RUNS = {"quick": 1, "normal": 5, "full": 9}
SIZES = {"quick": (20,), "normal": (54, 80, 300), "full": (54, 80, 300)}
TIES_A_NODE = 2
BOX = (1000.0, 700.0)


def run(scale: Scale) -> Part:
    """Return the layouts by number of nodes, and the page."""
    compared = [*map(compare_layout, SIZES[scale]), compare_page()]
    return Part("pictures", TITLE, TEXT, [measure(each, RUNS[scale]) for each in compared])


def network(nodes: int) -> "nx.MultiDiGraph[str]":
    """Return a made-up network with labels, always the same."""
    grown = nx.barabasi_albert_graph(nodes, TIES_A_NODE, seed=SEED)
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in grown:
        made.add_node(f"n{node:04}", label=f"Institute {node} of something")
    made.add_edges_from((f"n{one:04}", f"n{other:04}") for one, other in grown.edges)
    return made


def compare_layout(nodes: int) -> Comparison:
    """Return the comparison of layouts of a network of so many nodes."""
    graph = network(nodes)
    width, height = BOX
    ours = partial(stress_layout, graph, width=width, height=height)
    return Comparison(
        f"layout of {nodes} nodes",
        "NetworkX's kamada_kawai_layout",
        [(ours, partial(theirs, graph))],
        "It keeps no labels apart.",
    )


def theirs(graph: "nx.MultiDiGraph[str]") -> object:
    """Return positions by NetworkX, which reduce stress too."""
    return nx.kamada_kawai_layout(nx.Graph(graph))


def compare_page() -> Comparison:
    """Return the comparison of pages of the roundtable."""
    graph = open_graph()
    return Comparison(
        "page of the roundtable",
        "pyvis",
        [(partial(draw, graph), lambda: to_pyvis(build_facts_network(graph)).generate_html())],
        "Its page has no evidence, and its nodes have no places: the browser of each reader "
        "moves them for seconds.",
    )
