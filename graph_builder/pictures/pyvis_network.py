"""A graph as a pyvis Network: marks by degree and class, lines by modality, positions given."""

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

from graph_builder.pictures.label_placement import bends
from graph_builder.pictures.layout import stress_layout
from graph_builder.pictures.palette import (
    FAMILIES,
    INKS,
    SIZES,
    SURFACE,
    Family,
    Group,
    family_of,
    group_in,
)
from graph_builder.pictures.view_model import EdgeKey

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

WIDTH, HEIGHT, ROOMY = 820.0, 540.0, 80
OPTIONS: dict[str, Any] = {
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
        height="640px", width="100%", directed=True, bgcolor=SURFACE["light"], layout=None
    )
    network.options = _options()
    spots = spots or positions(graph)
    for name in sorted(graph.nodes):
        network.add_node(name, **_mark(graph, name, spots[name]))
    turns = _turns(graph)
    for source, target, relation in sorted(turns):
        held = graph.edges[source, target, relation]
        line = _line(style_of(held), turns[source, target, relation], loop=source == target)
        words = str(held.get("relation", relation))
        network.add_edge(source, target, key=relation, relation=words, **line)
    return network


def positions(graph: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Place the nodes on whole pixels of a canvas whose area grows with their number."""
    growth = max(1.0, sqrt(len(graph) / ROOMY))
    spots = stress_layout(graph, width=WIDTH * growth, height=HEIGHT * growth)
    return {name: (round(x), round(y)) for name, (x, y) in spots.items()}


def strongest(facts: list[dict[str, Any]]) -> Family:
    """Return the line style of the strongest of several statements of one relation."""
    found = {_family(fact).name for fact in facts}
    return next((family for family in FAMILIES if family.name in found), FAMILIES[-1])


def style_of(held: Mapping[str, Any]) -> Family:
    """Return the line style of a line of a network: its own, or that of its strongest fact."""
    own = held.get("family")
    return own if isinstance(own, Family) else strongest(held.get("facts", []))


def _family(fact: dict[str, Any]) -> Family:
    said = (str(fact.get("modality")), str(fact.get("basis")))
    return family_of(*said, affirmed=fact.get("affirmed", True))


def _options() -> dict[str, Any]:
    """Copy the options, so that a user may change those of one network."""
    from copy import deepcopy

    return deepcopy(OPTIONS)


def _mark(graph: "nx.MultiDiGraph[str]", name: str, spot: tuple[int, int]) -> dict[str, Any]:
    """Describe one mark in the words of vis-network."""
    held = graph.nodes[name]
    group = group_in(held)
    size = held.get("size") or 6.0 + 2.3 * sqrt(graph.degree(name))
    return {
        "label": str(held.get("label", name)),
        "shape": group.shape,
        "size": round(size * SIZES.get(group.shape, 1.0), 1),
        "x": spot[0],
        "y": spot[1],
        "kind": group.name,
        "color": _colour(group),
        "borderWidth": 2.4 if group.hollow else 1.5,
    }


def _colour(group: Group) -> dict[str, str]:
    """Give a mark its fill and border; a rim of background parts a filled mark from its lines."""
    surface = SURFACE["light"]
    if group.hollow:
        return {"background": surface, "border": group.light}
    return {"background": group.light, "border": surface}


def _line(family: Family, turn: float, *, loop: bool) -> dict[str, Any]:
    """Describe one line in the words of vis-network."""
    line: dict[str, Any] = {
        "family": family.name,
        "color": INKS[family.ink][0],
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


def _turns(graph: "nx.MultiDiGraph[str]") -> dict[EdgeKey, float]:
    """Bend the lines between one pair of nodes apart, whichever way they point."""
    pairs: dict[tuple[str, str], list[EdgeKey]] = {}
    for source, target, relation in sorted(graph.edges(keys=True)):
        ends = (source, target) if source <= target else (target, source)
        pairs.setdefault(ends, []).append((source, target, str(relation)))
    turns: dict[EdgeKey, float] = {}
    for ends, edges in pairs.items():
        for index, (edge, bend) in enumerate(zip(edges, bends(len(edges)), strict=True)):
            loop = ends[0] == ends[1]
            turns[edge] = 0.18 * index if loop else bend if edge[0] == ends[0] else -bend
    return turns
