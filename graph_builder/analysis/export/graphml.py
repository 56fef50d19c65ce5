"""GraphML, read by most tools that draw or measure networks.

U. Brandes and others, GraphML Progress Report: Structural Layer Proposal, Graph Drawing 2001. The
writer of NetworkX has no description of the graph, and writes booleans and infinite numbers in a
form that XML Schema does not allow (``True``, ``inf``).
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from graph_builder.analysis.export.network_records import (
    AttributeType,
    NetworkRecord,
    NetworkRecords,
    format_attribute_value,
    format_double,
    format_xml_document,
)

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_SCHEMA = f"{_NAMESPACE} {_NAMESPACE}/1.0/graphml.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES = {"integer": "int"}
_DAYS: dict[str, AttributeType] = {"start": "string", "end": "string"}


def format_graphml(items: NetworkRecords) -> str:
    """Return a network as GraphML 1.0 with its attributes; days are texts of the form of xsd:date.

    Ids of nodes are prefixed names; the attribute ``iri`` has the IRI in full.
    """
    root = Element(
        "graphml",
        {"xmlns": _NAMESPACE, "xmlns:xsi": _INSTANCE, "xsi:schemaLocation": _SCHEMA},
    )
    if items.description:
        SubElement(root, "desc").text = items.description
    weighed: dict[str, AttributeType] = {"weight": "double", **items.edge_types}
    node_keys = _declare_keys(root, "node", {**items.node_types, **_find_day_types(items.nodes)})
    edge_keys = _declare_keys(root, "edge", {**weighed, **_find_day_types(items.edges)})
    kind = "directed" if items.directed else "undirected"
    graph = SubElement(root, "graph", id="network", edgedefault=kind)
    for node in items.nodes:
        _add_data(SubElement(graph, "node", id=node.id), node, node_keys)
    for edge in items.edges:
        source, target = edge.ends
        made = SubElement(graph, "edge", id=edge.id, source=source, target=target)
        SubElement(made, "data", key=edge_keys["weight"]).text = format_double(edge.weight)
        _add_data(made, edge, edge_keys)
    return format_xml_document(root)


def _find_day_types(found: Sequence[NetworkRecord]) -> dict[str, AttributeType]:
    """Return the types of start and end, if any record has them."""
    return {name: kind for name, kind in _DAYS.items() if any(getattr(i, name) for i in found)}


def _declare_keys(root: Element, of: str, types: Mapping[str, AttributeType]) -> dict[str, str]:
    """Declare the attributes of nodes or of edges, and return the id of each."""
    ids = {name: f"{of}-{place}" for place, name in enumerate(types)}
    for name, kind in types.items():
        said = {"attr.name": name, "attr.type": _TYPES.get(kind, kind)}
        SubElement(root, "key", {"id": ids[name], "for": of, **said})
    return ids


def _add_data(made: Element, item: NetworkRecord, keys: Mapping[str, str]) -> None:
    days = {name: getattr(item, name) for name in _DAYS if getattr(item, name)}
    for name, value in {**item.values, **days}.items():
        SubElement(made, "data", key=keys[name]).text = format_attribute_value(value)
