"""GEXF 1.3 (https://gexf.net), the format of Gephi; edges with dates make a timeline there."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from graph_builder.analysis.export.network_records import Item, Items, document, number, written
from graph_builder.core.resources import VERSION

_NAMESPACE = "http://gexf.net/1.3"


def gexf(items: Items) -> str:
    """Return a network as GEXF 1.3, dynamic where an edge has a day, without the day of writing.

    Parallel edges of one direction, such as those of facts, are told apart by ``kind``. Ids of
    nodes are prefixed names; the attribute ``iri`` has the IRI in full.
    """
    root = Element("gexf", xmlns=_NAMESPACE, version="1.3")
    meta = SubElement(root, "meta")
    SubElement(meta, "creator").text = f"ai-governance-graph {VERSION}"
    if items.description:
        SubElement(meta, "description").text = items.description
    graph = SubElement(root, "graph", _said(items))
    for of, types in (("node", items.node_types), ("edge", items.edge_types)):
        attributes = SubElement(graph, "attributes", {"class": of, "mode": "static"})
        for name, kind in types.items():
            if name != "label":
                SubElement(attributes, "attribute", id=name, title=name, type=kind)
    nodes, edges = SubElement(graph, "nodes"), SubElement(graph, "edges")
    nodes.extend(
        _element("node", node, {"label": written(node.values["label"])}) for node in items.nodes
    )
    edges.extend(_element("edge", edge, _tied(edge)) for edge in items.edges)
    return document(root)


def _tied(edge: Item) -> dict[str, str]:
    source, target = edge.ends
    kind = {"kind": written(edge.values["relation"])} if "relation" in edge.values else {}
    return {"source": source, "target": target, "weight": number(edge.weight), **kind}


def _said(items: Items) -> dict[str, str]:
    kind = {"defaultedgetype": "directed" if items.directed else "undirected", "idtype": "string"}
    if not items.dated:
        return {"mode": "static", **kind}
    return {"mode": "dynamic", "timeformat": "date", "timerepresentation": "interval", **kind}


def _element(name: str, item: Item, said: Mapping[str, str]) -> Element:
    days = {key: day for key, day in (("start", item.start), ("end", item.end)) if day}
    made = Element(name, {"id": item.id, **said, **days})
    values = SubElement(made, "attvalues")
    for key, value in item.values.items():
        if key != "label":
            SubElement(values, "attvalue", {"for": key, "value": written(value)})
    return made
