"""GEXF 1.3 (https://gexf.net), the format of Gephi; edges with dates make a timeline there."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from graph_builder.analysis.export.network_records import (
    NetworkRecord,
    NetworkRecords,
    format_attribute_value,
    format_double,
    format_xml_document,
)
from graph_builder.core.resources import VERSION

_NAMESPACE = "http://gexf.net/1.3"


def format_gexf(items: NetworkRecords) -> str:
    """Return a network as GEXF 1.3, dynamic where an edge has a start day.

    The date of writing is left out, so equal networks give equal files.

    Parallel edges of one direction, such as those of facts, differ in ``kind``. Ids of
    nodes are prefixed names; the attribute ``iri`` has the IRI in full.
    """
    root = Element("gexf", xmlns=_NAMESPACE, version="1.3")
    meta = SubElement(root, "meta")
    SubElement(meta, "creator").text = f"ai-governance-graph {VERSION}"
    if items.description:
        SubElement(meta, "description").text = items.description
    graph = SubElement(root, "graph", _get_graph_attributes(items))
    for of, types in (("node", items.node_types), ("edge", items.edge_types)):
        attributes = SubElement(graph, "attributes", {"class": of, "mode": "static"})
        for name, kind in types.items():
            if name != "label":
                SubElement(attributes, "attribute", id=name, title=name, type=kind)
    nodes, edges = SubElement(graph, "nodes"), SubElement(graph, "edges")
    nodes.extend(
        _build_element("node", node, {"label": format_attribute_value(node.values["label"])})
        for node in items.nodes
    )
    edges.extend(_build_element("edge", edge, _get_edge_attributes(edge)) for edge in items.edges)
    return format_xml_document(root)


def _get_edge_attributes(edge: NetworkRecord) -> dict[str, str]:
    source, target = edge.ends
    names = {"label": "label", "kind": "relation"}
    known = {
        name: format_attribute_value(edge.values[value])
        for name, value in names.items()
        if value in edge.values
    }
    return {"source": source, "target": target, "weight": format_double(edge.weight), **known}


def _get_graph_attributes(items: NetworkRecords) -> dict[str, str]:
    kind = {"defaultedgetype": "directed" if items.directed else "undirected", "idtype": "string"}
    if not items.dated:
        return {"mode": "static", **kind}
    return {"mode": "dynamic", "timeformat": "date", "timerepresentation": "interval", **kind}


def _build_element(name: str, item: NetworkRecord, said: Mapping[str, str]) -> Element:
    days = {key: day for key, day in (("start", item.start), ("end", item.end)) if day}
    made = Element(name, {"id": item.id, **said, **days})
    values = SubElement(made, "attvalues")
    for key, value in item.values.items():
        if key != "label":
            SubElement(values, "attvalue", {"for": key, "value": format_attribute_value(value)})
    return made
