"""The drawing of a network for vis-network: positions and looks of nodes, curves of edges."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from graph_builder.pictures.node_layout import stress_layout
from graph_builder.pictures.palette import (
    INK_COLOURS,
    SHAPE_SCALES,
    SURFACE_COLOURS,
    EdgeStyle,
    NodeStyle,
    get_edge_style,
    get_node_style,
)
from graph_builder.pictures.view_definition import EdgeKey

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

#: Pixels of the canvas of a network with so many nodes; it grows with more.
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


@dataclass(frozen=True)
class Drawing:
    """What a page needs of vis-network: attributes of nodes and edges, and options."""

    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    edges: Mapping[EdgeKey, Mapping[str, Any]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


def to_pyvis(
    graph: "nx.MultiDiGraph[str]", spots: Mapping[str, tuple[int, int]] | None = None
) -> "Network":
    """Return a pyvis Network with positions, shapes, colours and options; the graph stays as is.

    Nodes stand where ``spots`` has them, in pixels around (0, 0), or where the layout places them.
    """
    from pyvis.network import Network

    drawing = build_drawing(graph, spots)
    network = Network(
        height="640px", width="100%", directed=True, bgcolor=SURFACE_COLOURS["light"], layout=None
    )
    network.options = deepcopy(VIS_OPTIONS)
    for name, node in drawing.nodes.items():
        network.add_node(name, **node)
    for (source, target, relation), edge in drawing.edges.items():
        label = str(graph.edges[source, target, relation].get("relation", relation))
        network.add_edge(source, target, key=relation, relation=label, **edge)
    return network


def build_drawing(
    graph: "nx.MultiDiGraph[str]", positions: Mapping[str, tuple[int, int]] | None = None
) -> Drawing:
    """Return the drawing of a network, at given positions or at those that the layout computes."""
    positions = positions or compute_positions(graph)
    bends = _compute_edge_bends(graph)
    return Drawing(
        {name: _build_node(graph, name, positions[name]) for name in sorted(graph.nodes)},
        {
            edge: _build_edge(get_edge_style(graph.edges[edge]), bends[edge], edge[0] == edge[1])
            for edge in sorted(bends)
        },
        VIS_OPTIONS,
    )


def compute_positions(graph: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Return node positions in whole pixels, on a canvas whose area grows with their number."""
    growth = max(1.0, sqrt(len(graph) / NODES_PER_CANVAS))
    positions = stress_layout(graph, width=CANVAS_WIDTH * growth, height=CANVAS_HEIGHT * growth)
    return {name: (round(x), round(y)) for name, (x, y) in positions.items()}


def _build_node(
    graph: "nx.MultiDiGraph[str]", name: str, position: tuple[int, int]
) -> dict[str, Any]:
    """Return the vis-network attributes of a node."""
    attributes = graph.nodes[name]
    style = get_node_style(attributes)
    size = attributes.get("size") or 6.0 + 2.3 * sqrt(graph.degree(name))
    return {
        "label": str(attributes.get("label", name)),
        "shape": style.shape,
        "size": round(size * SHAPE_SCALES.get(style.shape, 1.0), 1),
        "x": position[0],
        "y": position[1],
        "kind": style.name,
        "color": _get_node_colours(style),
        "borderWidth": 2.4 if style.hollow else 1.5,
    }


def _get_node_colours(style: NodeStyle) -> dict[str, str]:
    """Return fill and border; a border in the surface colour separates a filled node from edges."""
    surface = SURFACE_COLOURS["light"]
    if style.hollow:
        return {"background": surface, "border": style.light}
    return {"background": style.light, "border": surface}


def _build_edge(style: EdgeStyle, bend: float, is_loop: bool) -> dict[str, Any]:  # noqa: FBT001
    """Return the vis-network attributes of an edge."""
    edge: dict[str, Any] = {
        "style": style.name,
        "color": INK_COLOURS[style.ink][0],
        "width": style.width,
        "dashes": list(style.dashes) or False,
        "smooth": False,
    }
    if is_loop:
        edge["selfReference"] = {"size": round(18 + 60 * abs(bend), 1), "angle": 0.785}
    elif bend:
        curve = "curvedCW" if bend > 0 else "curvedCCW"
        edge["smooth"] = {"enabled": True, "type": curve, "roundness": abs(bend)}
    return edge


def _compute_edge_bends(graph: "nx.MultiDiGraph[str]") -> dict[EdgeKey, float]:
    """Return bends that keep edges between the same two nodes apart, whichever way they point."""
    pairs: dict[tuple[str, str], list[EdgeKey]] = {}
    for source, target, relation in sorted(graph.edges(keys=True)):
        ends = (source, target) if source <= target else (target, source)
        pairs.setdefault(ends, []).append((source, target, str(relation)))
    bends: dict[EdgeKey, float] = {}
    for ends, edges in pairs.items():
        for index, (edge, bend) in enumerate(zip(edges, compute_bends(len(edges)), strict=True)):
            is_loop = ends[0] == ends[1]
            bends[edge] = 0.18 * index if is_loop else bend if edge[0] == ends[0] else -bend
    return bends


def compute_bends(count: int) -> list[float]:
    """Return bends of several edges between the same two nodes, evenly spread around 0."""
    step = min(0.18, 0.6 / max(count, 1))
    bends = [0.0]
    for _ in range(count - 1):
        bends.append(bends[-1] + step)
    middle = (bends[0] + bends[-1]) / 2
    return [round(bend - middle, 3) for bend in bends]
