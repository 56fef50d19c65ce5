"""Networks with canonical themes in place of the wordings of sources that fall under them."""

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from graph_builder.pictures.annotations import list_shown_names
from graph_builder.query.canonical_themes import map_canonical_themes
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


def group_by_canonical_theme(
    network: "nx.MultiDiGraph[str]", graph: Graph
) -> "nx.MultiDiGraph[str]":
    """Return a copy of an annotated network with each wording under its canonical themes.

    A wording under several themes lends its facts to each; one that is under none stays. The facts
    keep the words of their sources, which are names of the theme too.
    """
    canonical = map_canonical_themes(graph)
    grouped = network.__class__()
    grouped.graph.update(network.graph)
    for node, attributes in network.nodes(data=True):
        for name in canonical.get(node, (node,)):
            if name not in grouped:
                grouped.add_node(name, **_describe(name, attributes, network, graph))
            grouped.nodes[name]["facts"] += attributes["facts"]
            if name != node:
                grouped.nodes[name]["also"].append(attributes["label"])
    for *ends, relation, attributes in network.edges(keys=True, data=True):
        for subject, object_ in product(*(canonical.get(end, (end,)) for end in ends)):
            if not grouped.has_edge(subject, object_, relation):
                grouped.add_edge(subject, object_, relation, **{**attributes, "facts": []})
            grouped.edges[subject, object_, relation]["facts"] += attributes["facts"]
    return grouped


def _describe(
    name: str, attributes: Mapping[str, Any], network: "nx.MultiDiGraph[str]", graph: Graph
) -> dict[str, Any]:
    """Return the attributes of a node, for a theme that is none those of a wording of it."""
    if name in network:
        own = dict(network.nodes[name])
    else:
        own = {**attributes, "label": graph.label(name), "names": list_shown_names(graph, name)}
        own["also"] = []
    return {**own, "also": [*own.get("also", ())], "facts": []}
