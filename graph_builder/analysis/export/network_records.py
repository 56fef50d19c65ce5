"""Nodes and edges of a network as records for the XML formats, with typed values and dates."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal
from xml.etree.ElementTree import Element, indent, tostring

from graph_builder.analysis.measures.measure_definition import MeasureResult
from graph_builder.analysis.networks.edge_dates import list_edge_dates, select_valid_dates
from graph_builder.core.text import escape_controls
from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import compact
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

    from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
    from graph_builder.analysis.networks.facts_network import FactEvidence as Fact


AttributeValue = str | float | int | bool
#: Names of the types of values, the same in GraphML and in GEXF.
AttributeType = Literal["string", "double", "integer", "boolean"]
#: What a token of XML Schema (NMTOKEN) may not hold; ids of GraphML are such tokens.
_NO_TOKEN = re.compile(r"[^\w.:-]|[^\x00-\x7f]")
#: What XML 1.0 cannot hold besides the characters that ``escape_controls`` writes out.
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class NetworkRecord:
    """A node or an edge: its values by name, and the days on which it starts and ends, or ""."""

    id: str
    values: Mapping[str, AttributeValue]
    start: str = ""
    end: str = ""
    ends: tuple[str, str] = ("", "")
    weight: float = 1.0


@dataclass(frozen=True)
class NetworkRecords:
    """A network as nodes and edges; ``dated`` says whether any edge has a day."""

    directed: bool
    description: str
    nodes: Sequence[NetworkRecord]
    edges: Sequence[NetworkRecord]
    node_types: Mapping[str, AttributeType] = field(default_factory=dict)
    edge_types: Mapping[str, AttributeType] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether any edge has a start day."""
        return any(edge.start for edge in self.edges)


def build_network_records(
    network: "nx.Graph[str]",
    graph: Graph,
    results: Sequence[MeasureResult] = (),
    more: Mapping[tuple[str, str], Mapping[str, AttributeValue]] = MappingProxyType({}),
    description: str = "",
) -> NetworkRecords:
    """Return the records of a ``to_networkx`` network, with measures and ``more`` values of edges.

    An edge starts on the first day that its earliest date can mean. An edge of facts ends on the
    last day of its latest end where each fact has one. A node starts with its first edge, unless an
    edge of it has no date.
    """
    ids = _assign_ids(network)
    edges = [*_iter_edge_records(network, graph, ids, more)]
    starts: dict[str, list[str]] = {}
    for edge in edges:
        for end in edge.ends:
            starts.setdefault(end, []).append(edge.start)
    nodes = [
        NetworkRecord(
            id_, _get_node_values(iri, network.nodes[iri], results), min(starts.get(id_, [""]))
        )
        for iri, id_ in ids.items()
    ]
    return NetworkRecords(
        directed=network.is_directed(),
        description=clean_xml_text(description),
        nodes=nodes,
        edges=edges,
        node_types=_infer_types(nodes),
        edge_types=_infer_types(edges),
    )


def _assign_ids(network: Iterable[str]) -> dict[str, str]:
    """Return an id for each node: its prefixed name, as far as that is a token of XML Schema."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for iri in sorted(network):
        token = _NO_TOKEN.sub("_", compact(iri))
        while token in taken:
            token += "_"
        taken.add(token)
        found[iri] = token
    return found


def _get_node_values(
    iri: str, held: Mapping[str, Any], results: Sequence[MeasureResult]
) -> dict[str, AttributeValue]:
    values: dict[str, AttributeValue] = {
        "label": clean_xml_text(held.get("whole_label", held["label"])),
        "iri": clean_xml_text(iri),
        "kind": clean_xml_text(held["kind"]),
    }
    values |= {name: clean_xml_text(held[name]) for name in ("region", "blocs") if name in held}
    if "bipartite" in held:
        values["bipartite"] = held["bipartite"]
    if "facts" in held:
        values["facts"] = len(held["facts"])
    found = {each.measure.name: float(each.values[iri]) for each in results if iri in each.values}
    return values | found


def _iter_edge_records(
    network: "nx.Graph[str]",
    graph: Graph,
    ids: Mapping[str, str],
    more: Mapping[tuple[str, str], Mapping[str, AttributeValue]],
) -> Iterator[NetworkRecord]:
    found: Any = network.edges(data=True)
    if not network.is_directed():
        found = ((*sorted(edge[:2]), edge[2]) for edge in found)
    for number, (one, other, held) in enumerate(sorted(found, key=_get_edge_sort_key)):
        say = _describe_fact_edge if "facts" in held else _describe_assertion_edge
        values, start, end = say(held, graph)
        weight = float(held.get("weight", 1.0))
        values |= more.get((one, other), {})
        yield NetworkRecord(f"e{number}", values, start, end, (ids[one], ids[other]), weight)


def _get_edge_sort_key(edge: tuple[str, str, Mapping[str, Any]]) -> tuple[str, str, str]:
    return edge[0], edge[1], edge[2].get("relation", "")


def _describe_assertion_edge(
    held: Mapping[str, Any], graph: Graph
) -> tuple[dict[str, AttributeValue], str, str]:
    evidence: Sequence[EdgeAssertion] = held["evidence"]
    days = select_valid_dates(list_edge_dates(evidence))
    shared = getattr(evidence, "shared", [])
    said = {
        "relations": _join_texts(graph.whole_label(assertion.relation) for assertion in evidence),
        "shared": _join_texts(graph.whole_label(iri) for iri in shared),
        "first": days[0] if days else "",
        "last": days[-1] if days else "",
        "holds": held.get("holds", ""),
        "assertions": " ".join(sorted({compact(assertion.evidence) for assertion in evidence})),
    }
    values: dict[str, AttributeValue] = {
        name: clean_xml_text(text) for name, text in said.items() if text
    }
    return {**values, "evidence": len(evidence)}, _get_first_day(days), ""


def _describe_fact_edge(
    held: Mapping[str, Any], _: Graph
) -> tuple[dict[str, AttributeValue], str, str]:
    facts: Sequence[Fact] = held["facts"]
    begun = select_valid_dates(sorted(fact["from_"] for fact in facts))
    ended = [fact["to"] for fact in facts]
    values: dict[str, AttributeValue] = {
        "relation": clean_xml_text(held["relation"]),
        "modality": _join_texts(fact["modality"] for fact in facts),
        "sources": _join_texts(fact["source"] for fact in facts),
        "affirmed": any(fact["affirmed"] for fact in facts),
        "evidence": len(facts),
    }
    spans = [DateRange.parse_or_none(day) for day in ended]
    last = max((span.last.isoformat() for span in spans if span), default="")
    return values, _get_first_day(begun), last if all(spans) else ""


def _get_first_day(days: Iterable[str]) -> str:
    """Return the earliest day that dates may mean as xsd:date, or ""."""
    spans = (DateRange.parse_or_none(day) for day in days)
    return min((span.first.isoformat() for span in spans if span), default="")


def _join_texts(texts: Iterable[str]) -> str:
    return clean_xml_text("; ".join(sorted({text for text in texts if text})))


def clean_xml_text(text: str) -> str:
    """Return text on one line, without characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", escape_controls(text))


def _infer_types(found: Iterable[NetworkRecord]) -> dict[str, AttributeType]:
    """Return the type of each name, in the order in which they come."""
    names: dict[type, AttributeType] = {
        str: "string",
        float: "double",
        int: "integer",
        bool: "boolean",
    }
    return {name: names[type(value)] for item in found for name, value in item.values.items()}


def format_attribute_value(value: AttributeValue) -> str:
    """Return a value as text: ``true``, a number, or the text itself."""
    if isinstance(value, bool):
        return str(value).lower()
    return format_double(value) if isinstance(value, float) else str(value)


def format_double(value: float) -> str:
    """Return a number as xsd:double has it, in as many digits as it takes to read it back."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")


def format_xml_attribute(text: str) -> str:
    """Return text as the value of an attribute has it."""
    start, end = '<a b="', '" />'
    element: str = tostring(Element("a", b=clean_xml_text(text)), encoding="unicode")
    return element.removeprefix(start).removesuffix(end)


def format_xml_document(root: Element) -> str:
    """Return a whole document, indented, that ends its last line."""
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
