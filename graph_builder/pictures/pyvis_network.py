"""A graph as a pyvis Network: marks by degree and class, lines by modality, positions given."""

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

from graph_builder.pictures.label_placement import compute_bends
from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.palette import (
    EDGE_STYLES,
    INK_COLOURS,
    SHAPE_SCALES,
    SURFACE_COLOURS,
    EdgeStyle,
    NodeStyle,
    get_fact_style,
    get_node_style,
)
from graph_builder.pictures.view_definition import EdgeKey

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

CANVAS_WIDTH, CANVAS_HEIGHT, NODES_PER_CANVAS = 820.0, 540.0, 80
VIS_OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {
        "dragNodes": False,
        "hover": False,
        "keyboard": False,
        "multiselect": False,
        "navigationButtons": False,
        "selectable": False,
        "selectConnectedEdges": False,
    },
    "edges": {
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.42}},
        "arrowStrikethrough": False,
        "selectionWidth": 0,
        "hoverWidth": 0,
    },
}


def to_pyvis(
    graph: "nx.MultiDiGraph[str]", spots: Mapping[str, tuple[int, int]] | None = None
) -> "Network":
    """Return a pyvis Network with positions, shapes, colours and options; the graph stays as is.

    Things stand where ``spots`` has them, in pixels around (0, 0), or where the layout puts them.
    """
    from pyvis.network import Network

    network = Network(
        height="640px", width="100%", directed=True, bgcolor=SURFACE_COLOURS["light"], layout=None
    )
    network.options = _copy_options()
    for name, node in build_nodes(graph, spots).items():
        network.add_node(name, **node)
    for (source, target, key), edge in build_edges(graph).items():
        relation = str(graph.edges[source, target, key].get("relation", key))
        network.add_edge(source, target, key=key, relation=relation, **edge)
    return network


def build_nodes(
    graph: "nx.MultiDiGraph[str]", spots: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, dict[str, Any]]:
    """Describe the nodes in the terms of vis-network, without pyvis, by their IRIs."""
    spots = spots or compute_positions(graph)
    return {name: _build_node(graph, name, spots[name]) for name in sorted(graph.nodes)}


def build_edges(graph: "nx.MultiDiGraph[str]") -> dict[EdgeKey, dict[str, Any]]:
    """Describe the edges in the terms of vis-network, without pyvis, by their ends and keys."""
    bends = _compute_edge_bends(graph)
    return {
        edge: _build_edge(get_edge_style(graph.edges[edge]), bends[edge], loop=edge[0] == edge[1])
        for edge in sorted(bends)
    }


def compute_positions(graph: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Place the nodes on whole pixels of a canvas whose area grows with their number."""
    growth = max(1.0, sqrt(len(graph) / NODES_PER_CANVAS))
    spots = stress_layout(graph, width=CANVAS_WIDTH * growth, height=CANVAS_HEIGHT * growth)
    return {name: (round(x), round(y)) for name, (x, y) in spots.items()}


def get_strongest_style(facts: list[dict[str, Any]]) -> EdgeStyle:
    """Return the line style of the strongest of several statements of one relation."""
    found = {_get_statement_style(fact).name for fact in facts}
    return next((family for family in EDGE_STYLES if family.name in found), EDGE_STYLES[-1])


def get_edge_style(held: Mapping[str, Any]) -> EdgeStyle:
    """Return the line style of a line of a network: its own, or that of its strongest fact."""
    own = held.get("family")
    return own if isinstance(own, EdgeStyle) else get_strongest_style(held.get("facts", []))


def _get_statement_style(fact: dict[str, Any]) -> EdgeStyle:
    said = (str(fact.get("modality")), str(fact.get("basis")))
    return get_fact_style(*said, affirmed=fact.get("affirmed", True))


def _copy_options() -> dict[str, Any]:
    """Copy the options, so that a user may change those of one network."""
    from copy import deepcopy

    return deepcopy(VIS_OPTIONS)


def _build_node(graph: "nx.MultiDiGraph[str]", name: str, spot: tuple[int, int]) -> dict[str, Any]:
    """Describe one mark in the words of vis-network."""
    held = graph.nodes[name]
    group = get_node_style(held)
    size = held.get("size") or 6.0 + 2.3 * sqrt(graph.degree(name))
    return {
        "label": str(held.get("label", name)),
        "shape": group.shape,
        "size": round(size * SHAPE_SCALES.get(group.shape, 1.0), 1),
        "x": spot[0],
        "y": spot[1],
        "kind": group.name,
        "color": _get_node_colours(group),
        "borderWidth": 2.4 if group.hollow else 1.5,
    }


def _get_node_colours(group: NodeStyle) -> dict[str, str]:
    """Give a mark its fill and border; a rim of background parts a filled mark from its lines."""
    surface = SURFACE_COLOURS["light"]
    if group.hollow:
        return {"background": surface, "border": group.light}
    return {"background": group.light, "border": surface}


def _build_edge(family: EdgeStyle, turn: float, *, loop: bool) -> dict[str, Any]:
    """Describe one line in the words of vis-network."""
    line: dict[str, Any] = {
        "family": family.name,
        "color": INK_COLOURS[family.ink][0],
        "width": family.width,
        "dashes": list(family.dashes) or False,
        "smooth": False,
    }
    if loop:
        line["selfReference"] = {"size": round(18 + 60 * abs(turn), 1), "angle": 0.785}
    elif turn:
        way = "curvedCW" if turn > 0 else "curvedCCW"
        line["smooth"] = {"enabled": True, "type": way, "roundness": abs(turn)}
    return line


def _compute_edge_bends(graph: "nx.MultiDiGraph[str]") -> dict[EdgeKey, float]:
    """Bend the lines between one pair of nodes apart, whichever way they point."""
    pairs: dict[tuple[str, str], list[EdgeKey]] = {}
    for source, target, relation in sorted(graph.edges(keys=True)):
        ends = (source, target) if source <= target else (target, source)
        pairs.setdefault(ends, []).append((source, target, str(relation)))
    turns: dict[EdgeKey, float] = {}
    for ends, edges in pairs.items():
        for index, (edge, bend) in enumerate(zip(edges, compute_bends(len(edges)), strict=True)):
            loop = ends[0] == ends[1]
            turns[edge] = 0.18 * index if loop else bend if edge[0] == ends[0] else -bend
    return turns
