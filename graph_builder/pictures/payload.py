"""The payload of a page: a picture as rows of nodes, edges, bundles, facts and sources, with keys.

The template prints the rows, the script reads them as JSON. Each fact stands once, in the order of
its source; nodes, edges and bundles refer to facts by number. The order never varies.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import Literal

from graph_builder.core.content_security import make_encodable, sanitise_url
from graph_builder.core.text import format_period
from graph_builder.core.vocabulary import BASE, PREFIXES, compact
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.fact_labels import (
    BASIS_LABELS,
    CONFLICT_LABELS,
    MODALITY_LABELS,
    VERIFICATION_LABELS,
)
from graph_builder.pictures.network_drawing import Drawing
from graph_builder.pictures.palette import (
    EDGE_STYLES,
    NODE_STYLES,
    SHAPE_PATHS,
    SIGNIFICANT_EDGE_STYLE,
    UNSTATED_BASES,
    EdgeStyle,
    NodeStyle,
    get_edge_style,
    get_node_style,
)
from graph_builder.pictures.truncation import choose_opening_node
from graph_builder.pictures.view_definition import Bundle, EdgeKey, NetworkFact, Picture

if TYPE_CHECKING:
    import networkx as nx


PayloadRow = dict[str, Any]
#: An element of a network that has facts: an edge, or a node with "" for target and relation.
ElementKey = tuple[str, str, str]

_SORT_FIELDS = (
    *("source", "start", "end", "subject", "relation", "object"),
    *("modality", "anchor", "note"),
)
_DETAIL_FIELDS = ("basis", "verification", "section", "holds", "reason", "differs")
_DATE_FIELDS = {"since": "from_", "until": "to", "asOf": "as_of"}
_AFTER_ALL_OFFSETS = 10**9
_MIN_SHOWN_ORIGINS = 2
#: Characters that stand in a permalink as they are.
_UNQUOTED = "/:"
#: Prefixes that Turtle of a picture needs besides those of its nodes and relations.
_TURTLE_PREFIXES = (
    *("aigg", "assertion", "basis", "modality", "oa", "prov", "rdf", "skos", "source"),
    *("verification", "xsd", "dcterms"),
)
#: Fields that the script takes from the edge or node of a fact, where the fact is at home there.
_ELEMENT_FIELDS = ("s", "o", "p", "subject", "relation", "object", "value", "sIri", "oIri")
#: Fields of which the script has the most common value once.
_COMMON_FIELDS = ("basis", "modality", "source", "verification")
#: Attributes that a page takes of a drawing.
_DRAWN_NODE_FIELDS, _DRAWN_EDGE_FIELDS = ("size", "x", "y"), ("smooth", "selfReference")


@dataclass(frozen=True)
class Payload:
    """What the template and the script of a page need of a picture.

    ``keys`` are the short names by which a page knows nodes (by IRI), edges (by EdgeKey) and
    bundles; ``links`` are the permalinks of these by key, without the leading hash.
    """

    rows: PayloadRow
    keys: Mapping[Any, str]
    links: Mapping[str, str]
    node_styles: list[NodeStyle]
    edge_styles: list[EdgeStyle]
    script_data: PayloadRow


def build_payload(
    picture: Picture, drawing: Drawing, get_page_address: Callable[[str], str] | None = None
) -> Payload:
    """Return the payload of a picture with the drawing of its network.

    On a site, ``get_page_address`` returns the address of the page of an IRI, "" if it has none.
    """
    keys = _build_keys(picture)
    rows = _build_rows(picture, drawing, keys)
    if get_page_address:
        _add_page_addresses(rows, picture.network, get_page_address)
    node_styles, edge_styles = build_legend(picture.network)
    script_data = _build_script_data(rows, node_styles, edge_styles)
    return Payload(rows, keys, _build_permalinks(rows), node_styles, edge_styles, script_data)


def build_legend(network: "nx.MultiDiGraph[str]") -> tuple[list[NodeStyle], list[EdgeStyle]]:
    """Return the node and edge styles that a network uses, in the order of the palette."""
    node_styles = {get_node_style(attributes) for attributes in network.nodes.values()}
    edge_styles = {get_edge_style(attributes) for attributes in network.edges.values()}
    own = sorted(node_styles.difference(NODE_STYLES), key=lambda style: style.name)
    return (
        [style for style in (*NODE_STYLES, *own) if style in node_styles],
        [style for style in (SIGNIFICANT_EDGE_STYLE, *EDGE_STYLES) if style in edge_styles],
    )


def _build_keys(picture: Picture) -> dict[Any, str]:
    network = picture.network
    elements: dict[str, Iterable[Any]] = {
        "n": sorted(network.nodes),
        "e": sorted(network.edges(keys=True)),
        "b": picture.bundles,
    }
    return {
        each: f"{letter}{number}"
        for letter, some in elements.items()
        for number, each in enumerate(some)
    }


def _build_rows(picture: Picture, drawing: Drawing, keys: Mapping[Any, str]) -> PayloadRow:
    """Return all rows of a page, their text made encodable as UTF-8."""
    network = picture.network
    table = FactTable(network)
    facts = table.build_rows(keys)
    opening_node = choose_opening_node(network, picture.focus) if drawing.nodes else ""
    rows = {
        "nodes": [
            _build_node_row(network, name, keys, table)
            | _select(drawing.nodes.get(name, {}), _DRAWN_NODE_FIELDS)
            for name in sorted(network.nodes)
        ],
        "edges": [
            _build_edge_row(network, edge, keys, table)
            | _select(drawing.edges.get(edge, {}), _DRAWN_EDGE_FIELDS)
            for edge in sorted(network.edges(keys=True))
        ],
        "bundles": [_build_bundle_row(each, keys, table) for each in picture.bundles],
        "facts": facts,
        "words": _select_labels(facts),
        "sources": _build_source_rows(network),
        "inverses": _select_inverse_labels(network),
        "at": network.graph.get("at", ""),
        "options": drawing.options,
        "prefixes": _select_prefixes(facts, network),
        "listed": picture.bundles_heading,
        "focus": keys.get(picture.focus[0], "") if len(picture.focus) == 1 else "",
        "opening": keys.get(opening_node, ""),
    }
    encodable: PayloadRow = make_encodable(rows)  # type: ignore[assignment]
    return encodable


def _select(attributes: Mapping[str, Any], names: Iterable[str]) -> PayloadRow:
    """Return some of the attributes, without those that are false or absent."""
    return {
        name: attributes[name]
        for name in names
        if attributes.get(name) is not False and name in attributes
    }


def _build_node_row(
    network: "nx.MultiDiGraph[str]", name: str, keys: Mapping[Any, str], facts: "FactTable"
) -> PayloadRow:
    """Return a node: its names, its kind, and the numbers of the facts about it alone."""
    attributes = network.nodes[name]
    label = str(attributes.get("label", name))
    names = {
        tag: text for tag, text in sorted(attributes.get("names", {}).items()) if text != label
    }
    row = {
        "key": keys[name],
        "id": compact(name),
        "label": label,
        "kind": str(attributes.get("kind_label") or get_node_style(attributes).name),
        "group": get_node_style(attributes).name,
        "facts": facts.get_numbers(name),
        "names": {tag: names[tag] for tag in sorted(names) if tag not in ("", "en")},
        "also": sorted({*attributes.get("also", [])} - {label}),
    }
    return {name: value for name, value in row.items() if value or name in ("label", "kind")}


def _build_edge_row(
    network: "nx.MultiDiGraph[str]", edge: EdgeKey, keys: Mapping[Any, str], facts: "FactTable"
) -> PayloadRow:
    """Return an edge: its ends, its relation, its style, the numbers of its facts, its weight."""
    attributes = network.edges[edge]
    source, target, relation = edge
    row = {
        "key": keys[edge],
        "from": keys[source],
        "to": keys[target],
        "id": compact(str(relation)),
        "relation": str(attributes.get("relation", relation)),
        "style": get_edge_style(attributes).name,
        "facts": facts.get_numbers(*map(str, edge)),
        **{name: attributes.get(name) for name in ("weight", "width", "mutual", "said")},
    }
    return {name: value for name, value in row.items() if value is not None}


def _build_bundle_row(bundle: Bundle, keys: Mapping[Any, str], facts: "FactTable") -> PayloadRow:
    """Return a bundle: its label, the numbers of its facts, and the keys of its members."""
    members = [keys[each] for each in bundle.members if each in keys]
    row = {
        "key": keys[bundle],
        "id": bundle.id,
        "label": bundle.label,
        "facts": facts.find_numbers(bundle.facts),
    }
    return row | ({"members": members} if members else {})


def _build_source_rows(network: "nx.MultiDiGraph[str]") -> dict[str, dict[str, str]]:
    """Return the sources in order, with an address only where it may become a link."""
    fields = ("title", "publisher", "date", "licence", "note")
    return {
        name: {field: str(source.get(field) or "") for field in fields}
        | {"url": sanitise_url(str(source.get("url") or "")), "place": f"source-{number}"}
        for number, (name, source) in enumerate(sorted(network.graph.get("sources", {}).items()), 1)
    }


def _select_inverse_labels(network: "nx.MultiDiGraph[str]") -> dict[str, str]:
    """Return the inverse label of each relation of an edge, by the label of the relation."""
    inverses = network.graph.get("inverses", {})
    used = {str(attributes.get("relation", "")) for attributes in network.edges.values()}
    return {label: inverses[label] for label in sorted(used & inverses.keys())}


def _select_labels(facts: list[PayloadRow]) -> dict[str, dict[str, str]]:
    """Return the labels of those vocabulary terms that the facts use."""
    tables = {
        "modality": MODALITY_LABELS,
        "basis": BASIS_LABELS,
        "verification": VERIFICATION_LABELS,
        "differs": CONFLICT_LABELS,
    }
    used = {name: {str(fact.get(name)) for fact in facts} for name in tables}
    return {
        name: {term: label for term, label in table.items() if term in used[name]}
        for name, table in tables.items()
    }


def _select_prefixes(facts: list[PayloadRow], network: "nx.MultiDiGraph[str]") -> dict[str, str]:
    """Return the prefixes that the ids of the page and its Turtle are written with."""
    ids = {compact(str(iri)) for iri in network.nodes}
    ids |= {fact.get(name, "") for fact in facts for name in ("p", "sIri", "oIri")}
    ids |= {compact(str(relation)) for *_, relation in network.edges(keys=True)}
    used = {id_.partition(":")[0] for id_ in ids} & PREFIXES.keys()
    return {name: PREFIXES[name] for name in sorted({*used, *_TURTLE_PREFIXES})}


def _add_page_addresses(
    rows: PayloadRow, network: "nx.MultiDiGraph[str]", get_page_address: Callable[[str], str]
) -> None:
    """Add the addresses of their pages to nodes and sources.

    A source that the project publishes itself leads to its page, others to where they appeared.
    """
    for iri, node in zip(sorted(network.nodes), rows["nodes"], strict=True):
        if address := get_page_address(iri):
            node["page"] = address
    for name, source in rows["sources"].items():
        if address := get_page_address(PREFIXES["source"] + name):
            source["page"] = address
        if not source["url"] or source["url"].startswith(BASE):
            source["url"] = source.get("page", "")


def _build_permalinks(rows: PayloadRow) -> dict[str, str]:
    ids = {node["key"]: node["id"] for node in rows["nodes"]}
    links = {key: f"node={_quote_id(id_)}" for key, id_ in ids.items()}
    for edge in rows["edges"]:
        ends = (ids[edge["from"]], edge["id"], ids[edge["to"]])
        links[edge["key"]] = f"edge={'&'.join(map(_quote_id, ends))}"
    return links | {each["key"]: f"bundle={_quote_id(each['id'])}" for each in rows["bundles"]}


def _quote_id(text: str) -> str:
    return quote(text, safe=_UNQUOTED)


def _build_script_data(
    rows: PayloadRow, node_styles: Iterable[NodeStyle], edge_styles: Iterable[EdgeStyle]
) -> PayloadRow:
    """Return what the script reads; what it can derive from the order of rows is left out."""
    common = _find_common_values(rows["facts"])
    return {
        **rows,
        "common": common,
        "nodes": [_omit(node, ("key",)) for node in rows["nodes"]],
        "edges": [_omit(edge, ("key",)) for edge in rows["edges"]],
        "bundles": [_omit(bundle, ("key",)) for bundle in rows["bundles"]],
        "facts": [_build_script_fact(fact, common) for fact in rows["facts"]],
        "groups": {each.name: {"shape": each.shape, "hollow": each.hollow} for each in node_styles},
        "styles": {
            each.name: {"ink": each.ink, "width": each.width, "dashes": each.dashes}
            for each in edge_styles
        },
        "paths": {each.shape: SHAPE_PATHS[each.shape] for each in node_styles},
    }


def _find_common_values(facts: list[PayloadRow]) -> dict[str, str]:
    """Return the most common value of some fields, which facts that have it leave out."""
    values = {name: Counter(fact.get(name, "") for fact in facts) for name in _COMMON_FIELDS}
    return {name: counts.most_common(1)[0][0] for name, counts in values.items() if counts}


def _build_script_fact(fact: PayloadRow, common: Mapping[str, str]) -> PayloadRow:
    """Return what the script cannot derive from the element of a fact or from common values."""
    needed: tuple[str, ...] = _ELEMENT_FIELDS
    if fact["home"]:
        needed = () if fact["o"] else ("relation", "object", "p", "value")
    kept = {name: fact[name] for name in needed if fact.get(name)}
    kept |= {name: fact.get(name, "") for name in common if fact.get(name, "") != common[name]}
    return _omit(fact, (*_ELEMENT_FIELDS, *common, "home", "when")) | kept


def _omit(row: PayloadRow, names: Iterable[str]) -> PayloadRow:
    return {name: value for name, value in row.items() if name not in names}


@dataclass(frozen=True)
class PlacedFact:
    """A fact, the elements that have it, and how many independent sources affirm it."""

    fact: NetworkFact
    elements: tuple[ElementKey, ...]
    origins: int


class FactTable:
    """The facts of a network, each once, in an order that never varies."""

    def __init__(self, network: "nx.MultiDiGraph[str]") -> None:
        """Collect the facts of nodes and edges; one object is one fact wherever it stands."""
        elements: dict[int, list[ElementKey]] = {}
        facts: dict[int, NetworkFact] = {}
        for element, fact in _iter_facts(network):
            facts[id(fact)] = fact
            elements.setdefault(id(fact), []).append(element)
        origins = _count_element_sources(network)
        placed = [
            PlacedFact(
                fact,
                tuple(sorted(elements[key])),
                _count_independent_sources(fact, elements[key], origins),
            )
            for key, fact in facts.items()
        ]
        self.placed_facts = sorted(placed, key=_sort_key)
        self._numbers = {id(each.fact): number for number, each in enumerate(self.placed_facts)}
        self._numbers_by_element: dict[ElementKey, list[int]] = {}
        for number, each in enumerate(self.placed_facts):
            for element in each.elements:
                self._numbers_by_element.setdefault(element, []).append(number)

    def get_numbers(self, source: str, target: str = "", relation: str = "") -> list[int]:
        """Return the numbers of the facts of an edge, or of a node."""
        return self._numbers_by_element.get((source, target, relation), [])

    def find_numbers(self, facts: Iterable[Mapping[str, Any]]) -> list[int]:
        """Return the sorted numbers of facts, which have to be objects of the network."""
        return sorted(self._numbers[id(fact)] for fact in facts)

    def build_rows(self, keys: Mapping[str, str]) -> list[PayloadRow]:
        """Return the facts as rows without empty fields, with the keys of their ends."""
        return [_build_fact_row(each, keys) for each in self.placed_facts]


def _iter_facts(network: "nx.MultiDiGraph[str]") -> Iterator[tuple[ElementKey, NetworkFact]]:
    for name, attributes in network.nodes(data=True):
        yield from (((str(name), "", ""), fact) for fact in attributes.get("facts", []))
    for source, target, relation, attributes in network.edges(keys=True, data=True):
        element = (str(source), str(target), str(relation))
        yield from ((element, fact) for fact in attributes.get("facts", []))


def _count_element_sources(network: "nx.MultiDiGraph[str]") -> dict[ElementKey, int]:
    """Return how many independent sources affirm each edge."""
    sources = network.graph.get("sources", {})
    origins: dict[ElementKey, set[str]] = {}
    for element, fact in _iter_facts(network):
        name = str(fact.get("source", ""))
        if fact.get("affirmed", True) and element[1]:
            origin = str(sources.get(name, {}).get("origin") or name)
            origins.setdefault(element, set()).add(origin)
    return {element: len(found) for element, found in origins.items()}


def _count_independent_sources(
    fact: NetworkFact, elements: list[ElementKey], origins: Mapping[ElementKey, int]
) -> int:
    if "origins" in fact:
        return int(fact["origins"])
    return max(origins.get(element, 1) for element in elements)


def _sort_key(placed: PlacedFact) -> tuple[Any, ...]:
    """Order facts by source, then by position in its text, then by content."""
    parts: list[Any] = []
    for name in _SORT_FIELDS:
        value = placed.fact.get(name)
        if name in ("start", "end"):
            parts.append(_AFTER_ALL_OFFSETS if value is None else int(value))
        else:
            parts.append(str(value or ""))
    return (*parts, placed.elements)


def _build_fact_row(placed: PlacedFact, keys: Mapping[str, str]) -> PayloadRow:
    fact = placed.fact
    row = {name: fact.get(name) for name in (*_SORT_FIELDS, *_DETAIL_FIELDS)}
    row |= {name: fact.get(field) for name, field in _DATE_FIELDS.items()}
    dates = {
        field: format_date_range(str(fact.get(field) or "")) for field in _DATE_FIELDS.values()
    }
    row |= {
        "when": format_period(dates),
        "apart": 1 if fact.get("basis") in UNSTATED_BASES else None,
        "setAside": fact.get("set_aside"),
        "origins": placed.origins if placed.origins >= _MIN_SHOWN_ORIGINS else None,
        "id": str(fact.get("id") or "").rpartition("/")[2],
    }
    filled = {name: value for name, value in row.items() if value not in (None, "")}
    return {**filled, **_build_triple_fields(placed, keys)}


def _build_triple_fields(placed: PlacedFact, keys: Mapping[str, str]) -> PayloadRow:
    """Return the keys of both ends, "" for one that is no node, and the IRIs of those.

    A fact is at home on the edge between its ends, or on its subject; ``home`` is false for one
    that only stands elsewhere, as on an edge that aggregates several facts.
    """
    subject, object_, relation = _get_fact_terms(placed)
    home = subject if not object_ else (subject, object_, relation)
    value = placed.fact.get("statement", (None, None, None))[2]
    ends: PayloadRow = {
        "s": keys.get(subject, ""),
        "o": keys.get(object_, ""),
        "p": compact(relation),
        "home": any(home in (element, element[0]) for element in placed.elements),
        "value": str(value) if isinstance(value, Literal) else "",
    }
    if not ends["s"]:
        ends["sIri"] = compact(subject)
    if object_ and not ends["o"]:
        ends["oIri"] = compact(object_)
    return ends


def _get_fact_terms(placed: PlacedFact) -> tuple[str, str, str]:
    """Return the IRIs of subject, object ("" for a literal) and relation, as far as known."""
    if "statement" in placed.fact:
        subject, relation, object_ = placed.fact["statement"]
        object_iri = "" if isinstance(object_, Literal) else object_.value
        return subject.value, object_iri, relation.value
    return placed.elements[0]
