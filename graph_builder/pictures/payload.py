"""The facts of a picture as rows: each once, in the order of the sources, where they belong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import Literal

from graph_builder.core.content_security import make_encodable, sanitise_url
from graph_builder.core.text import format_period
from graph_builder.core.vocabulary import PREFIXES, compact
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.fact_labels import (
    BASIS_LABELS,
    CONFLICT_LABELS,
    MODALITY_LABELS,
    VERIFICATION_LABELS,
)
from graph_builder.pictures.palette import (
    EDGE_STYLES,
    NODE_STYLES,
    SHAPE_PATHS,
    SIGNIFICANT_EDGE_STYLE,
    UNSTATED_BASES,
    EdgeStyle,
    NodeStyle,
    get_node_style,
)
from graph_builder.pictures.pyvis_network import (
    VIS_OPTIONS,
    build_edges,
    build_nodes,
    get_edge_style,
)
from graph_builder.pictures.truncation import choose_opening_node
from graph_builder.pictures.view_definition import Bundle, EdgeKey, Picture

if TYPE_CHECKING:
    import networkx as nx


NetworkFact = dict[str, Any]
#: What a fact stands on: a node (with "" for the rest) or a line.
ElementKey = tuple[str, str, str]

_SORT_FIELDS = (
    "source",
    "start",
    "end",
    "subject",
    "relation",
    "object",
    "modality",
    "anchor",
    "note",
)
_DETAIL_FIELDS = ("basis", "verification", "section", "holds", "reason", "differs")
_DATE_FIELDS = {"since": "from_", "until": "to", "asOf": "as_of"}
_AFTER_ALL_OFFSETS = 10**9
_MIN_SHOWN_VOICES = 2


@dataclass(frozen=True)
class PlacedFact:
    """A fact, the places where it stands, and how many independent sources affirm it."""

    fact: NetworkFact
    places: tuple[ElementKey, ...]
    voices: int


class FactTable:
    """The facts of a network in an order that never varies, each once, however often it stands."""

    def __init__(self, network: "nx.MultiDiGraph[str]") -> None:
        """Gather the facts of nodes and edges; what is one object is one fact."""
        places: dict[int, list[ElementKey]] = {}
        facts: dict[int, NetworkFact] = {}
        for place, fact in _iter_facts(network):
            facts[id(fact)] = fact
            places.setdefault(id(fact), []).append(place)
        voices = _count_element_voices(network)
        rows = [
            PlacedFact(fact, tuple(sorted(places[key])), _count_voices(fact, places[key], voices))
            for key, fact in facts.items()
        ]
        self.rows = sorted(rows, key=_sort_key)
        self._index = {id(found.fact): at for at, found in enumerate(self.rows)}
        self._of: dict[ElementKey, list[int]] = {}
        for at, found in enumerate(self.rows):
            for place in found.places:
                self._of.setdefault(place, []).append(at)

    def of(self, *place: str) -> list[int]:
        """Return the numbers of the facts of a node, or of a line given by ends and relation."""
        return self._of.get((place[0], *(place[1:] or ("", ""))), [])  # type: ignore[arg-type]

    def numbers(self, facts: tuple[Mapping[str, Any], ...]) -> list[int]:
        """Return the numbers of facts, which have to be those of the network, in order."""
        return sorted(self._index[id(fact)] for fact in facts)

    def told(self, keys: Mapping[str, str]) -> list[NetworkFact]:
        """Return what each fact says, without what it leaves empty, with the keys of its ends."""
        return [_build_fact_row(found, keys) for found in self.rows]


def _iter_facts(network: "nx.MultiDiGraph[str]") -> Iterator[tuple[ElementKey, NetworkFact]]:
    for name, held in network.nodes(data=True):
        yield from (((str(name), "", ""), fact) for fact in held.get("facts", []))
    for source, target, relation, held in network.edges(keys=True, data=True):
        place = (str(source), str(target), str(relation))
        yield from ((place, fact) for fact in held.get("facts", []))


def _count_element_voices(network: "nx.MultiDiGraph[str]") -> dict[ElementKey, int]:
    """Return how many independent sources a network has for what stands in a place."""
    sources = network.graph.get("sources", {})
    heard: dict[ElementKey, set[str]] = {}
    for place, fact in _iter_facts(network):
        name = str(fact.get("source", ""))
        if fact.get("affirmed", True) and place[1]:
            heard.setdefault(place, set()).add(str(sources.get(name, {}).get("origin") or name))
    return {place: len(origins) for place, origins in heard.items()}


def _count_voices(
    fact: NetworkFact, places: list[ElementKey], voices: Mapping[ElementKey, int]
) -> int:
    if "voices" in fact:
        return int(fact["voices"])
    return max(voices.get(place, 1) for place in places)


def _sort_key(found: PlacedFact) -> tuple[Any, ...]:
    """Order facts by source, then by place in its text, then by what they say."""
    parts: list[Any] = []
    for part in _SORT_FIELDS:
        value = found.fact.get(part)
        number = part in ("start", "end")
        parts.append(
            (_AFTER_ALL_OFFSETS if value is None else int(value)) if number else str(value or "")
        )
    return (*parts, found.places)


def _build_fact_row(found: PlacedFact, keys: Mapping[str, str]) -> NetworkFact:
    fact = found.fact
    told = {part: fact.get(part) for part in (*_SORT_FIELDS, *_DETAIL_FIELDS)}
    told |= {name: fact.get(part) for name, part in _DATE_FIELDS.items()}
    told |= {
        "when": format_period(
            {name: format_date_range(str(fact.get(name) or "")) for name in _DATE_FIELDS.values()}
        ),
        "apart": 1 if fact.get("basis") in UNSTATED_BASES else None,
        "voices": found.voices if found.voices >= _MIN_SHOWN_VOICES else None,
        "id": str(fact.get("id") or "").rpartition("/")[2],
    }
    kept = {part: value for part, value in told.items() if value not in (None, "")}
    return {**kept, **_build_fact_ends(found, keys)}


def _build_fact_ends(found: PlacedFact, keys: Mapping[str, str]) -> NetworkFact:
    """Return the keys of both ends, "" for what is no mark, and the IRIs of what is none.

    A fact is at home on the line between its ends, or on its subject; one that stands elsewhere, as
    on a line that sums several up, has ``home`` "".
    """
    subject, object_, relation = _get_fact_terms(found)
    home = subject if not object_ else (subject, object_, relation)
    at_home = any(home in (place, place[0]) for place in found.places)
    value = found.fact.get("statement", (None, None, None))[2]
    known: NetworkFact = {
        "s": keys.get(subject, ""),
        "o": keys.get(object_, ""),
        "p": compact(relation),
        "home": at_home,
        "value": str(value) if isinstance(value, Literal) else "",
    }
    if not known["s"]:
        known["sIri"] = compact(subject)
    if object_ and not known["o"]:
        known["oIri"] = compact(object_)
    return known


def _get_fact_terms(found: PlacedFact) -> tuple[str, str, str]:
    """Return the IRIs of subject, object ("" for a literal) and relation, as far as known."""
    if "statement" in found.fact:
        subject, relation, object_ = found.fact["statement"]
        far = "" if isinstance(object_, Literal) else object_.value
        return subject.value, far, relation.value
    return found.places[0]


PayloadRow = dict[str, Any]

_UNQUOTED = "/:"
#: What Turtle of a picture takes besides the prefixes of its things and relations.
_TURTLE_PREFIXES = (
    "aigg",
    "assertion",
    "basis",
    "modality",
    "oa",
    "prov",
    "rdf",
    "skos",
    "source",
    "verification",
    "xsd",
    "dcterms",
)
#: Where most facts have the same value, those leave it out.
_COMMON_FIELDS = ("basis", "modality", "source", "verification")
#: What a fact that is at home on a line has by that line.
_TABLE_FIELDS = ("s", "o", "p", "subject", "relation", "object", "value", "sIri", "oIri")


def build_payload(picture: Picture) -> PayloadRow:
    """Collect the data of a page, all text such as UTF-8 carries, in an order that never varies."""
    network = picture.network
    keys = build_keys(picture)
    facts = FactTable(network)
    told = facts.told(keys)
    drawn = _build_drawing(picture)
    data = {
        "nodes": [
            _build_node_row(network, name, keys, facts) | drawn["nodes"].get(name, {})
            for name in sorted(network.nodes)
        ],
        "edges": [
            _build_edge_row(network, edge, keys, facts) | drawn["edges"].get(edge, {})
            for edge in sorted(network.edges(keys=True))
        ],
        "bundles": [_build_bundle_row(each, keys, facts) for each in picture.bundles],
        "facts": told,
        "words": _select_labels(told),
        "sources": _build_source_rows(network),
        "at": network.graph.get("at", ""),
        "options": drawn["options"],
        "prefixes": _select_prefixes(told, network),
        "listed": picture.listed,
        "focus": keys.get(picture.focus[0], "") if len(picture.focus) == 1 else "",
        "opening": keys.get(choose_opening_node(network, picture.focus), "")
        if picture.stage.drawn
        else "",
    }
    tidy = make_encodable(data)
    return tidy if isinstance(tidy, dict) else data


def build_keys(picture: Picture) -> dict[Any, str]:
    """Return the keys by which a page knows things by IRI, lines by their ends, and bundles."""
    network = picture.network
    known: dict[str, Iterable[Any]] = {
        "n": sorted(network.nodes),
        "e": sorted(network.edges(keys=True)),
        "b": picture.bundles,
    }
    return {each: f"{sort}{at}" for sort, every in known.items() for at, each in enumerate(every)}


def build_legend(network: "nx.MultiDiGraph[str]") -> tuple[list[NodeStyle], list[EdgeStyle]]:
    """Return the groups and line styles that a page needs, in the order of the palette."""
    groups = {get_node_style(held) for held in network.nodes.values()}
    families = {get_edge_style(held) for held in network.edges.values()}
    own = sorted(groups.difference(NODE_STYLES), key=lambda group: group.name)
    return (
        [group for group in (*NODE_STYLES, *own) if group in groups],
        [family for family in (SIGNIFICANT_EDGE_STYLE, *EDGE_STYLES) if family in families],
    )


def build_embedded_data(
    data: PayloadRow, groups: Iterable[NodeStyle], families: Iterable[EdgeStyle]
) -> PayloadRow:
    """Return what the script needs; what it can tell from the order of things is left out."""
    common = _find_common_values(data["facts"])
    return {
        **data,
        "common": common,
        "nodes": [_omit_fields(node, ("key",)) for node in data["nodes"]],
        "edges": [_omit_fields(edge, ("key",)) for edge in data["edges"]],
        "bundles": [_omit_fields(bundle, ("key",)) for bundle in data["bundles"]],
        "facts": [_build_script_fact(fact, common) for fact in data["facts"]],
        "groups": {each.name: {"shape": each.shape, "hollow": each.hollow} for each in groups},
        "families": {
            each.name: {"ink": each.ink, "width": each.width, "dashes": each.dashes}
            for each in families
        },
        "paths": {each.shape: SHAPE_PATHS[each.shape] for each in groups},
    }


def build_permalinks(data: PayloadRow) -> dict[str, str]:
    """Return the permalink of each mark, line and bundle by its key, without the leading hash."""
    ids = {node["key"]: node["id"] for node in data["nodes"]}
    found = {key: f"node={_quote_id(id_)}" for key, id_ in ids.items()}
    for edge in data["edges"]:
        ends = (ids[edge["from"]], edge["id"], ids[edge["to"]])
        found[edge["key"]] = f"edge={'&'.join(map(_quote_id, ends))}"
    return found | {each["key"]: f"bundle={_quote_id(each['id'])}" for each in data["bundles"]}


def _quote_id(text: str) -> str:
    return quote(text, safe=_UNQUOTED)


def _omit_fields(row: PayloadRow, parts: Iterable[str]) -> PayloadRow:
    return {part: value for part, value in row.items() if part not in parts}


def _find_common_values(facts: list[PayloadRow]) -> dict[str, str]:
    """Return the values that most facts have, which are left out of these."""
    values = {part: Counter(fact.get(part, "") for fact in facts) for part in _COMMON_FIELDS}
    return {part: counts.most_common(1)[0][0] for part, counts in values.items() if counts}


def _build_script_fact(fact: PayloadRow, common: Mapping[str, str]) -> PayloadRow:
    """Return what the script cannot tell from the place of a fact or from what most have."""
    kept: tuple[str, ...] = _TABLE_FIELDS
    if fact["home"]:
        kept = () if fact["o"] else ("relation", "object", "p", "value")
    shown = {part: fact[part] for part in kept if fact.get(part)}
    shown |= {part: fact.get(part, "") for part in common if fact.get(part, "") != common[part]}
    return _omit_fields(fact, (*_TABLE_FIELDS, *common, "home", "when")) | shown


def _build_node_row(
    network: "nx.MultiDiGraph[str]", name: str, keys: Mapping[str, str], facts: FactTable
) -> PayloadRow:
    """Describe a thing: its names, its kind, and the facts that are told of it alone."""
    held = network.nodes[name]
    label = str(held.get("label", name))
    names = {tag: text for tag, text in sorted(held.get("names", {}).items()) if text != label}
    found = {
        "key": keys[name],
        "id": compact(name),
        "label": label,
        "kind": str(held.get("kind_label") or get_node_style(held).name),
        "group": get_node_style(held).name,
        "facts": facts.of(name),
        "names": {tag: text for tag, text in names.items() if tag not in ("", "en")},
        "also": sorted({*held.get("also", [])} - {label}),
    }
    return {part: value for part, value in found.items() if value or part in ("label", "kind")}


def _build_edge_row(
    network: "nx.MultiDiGraph[str]",
    edge: EdgeKey,
    keys: Mapping[Any, str],
    facts: FactTable,
) -> PayloadRow:
    """Describe a line: what it joins, what it says and how firmly, its facts, and its weight."""
    held = network.edges[edge]
    source, target, relation = edge
    found = {
        "key": keys[edge],
        "from": keys[source],
        "to": keys[target],
        "id": compact(str(relation)),
        "relation": str(held.get("relation", relation)),
        "family": get_edge_style(held).name,
        "facts": facts.of(*map(str, edge)),
        **{part: held.get(part) for part in ("weight", "width", "mutual", "said")},
    }
    return {part: value for part, value in found.items() if value is not None}


def _build_bundle_row(bundle: Bundle, keys: Mapping[Any, str], facts: FactTable) -> PayloadRow:
    """Describe what a stage shows as one: its name, its facts, and the keys of its members."""
    members = [keys[each] for each in bundle.members if each in keys]
    found = {
        "key": keys[bundle],
        "id": bundle.id,
        "label": bundle.label,
        "facts": facts.numbers(bundle.facts),
    }
    return found | ({"members": members} if members else {})


def _build_drawing(picture: Picture) -> PayloadRow:
    """Return the places and sizes of marks, the bends of lines, and the options of the drawing."""
    if not picture.stage.drawn:
        return {"nodes": {}, "edges": {}, "options": {}}
    parts = ("smooth", "selfReference")
    return {
        "nodes": {
            name: {p: node[p] for p in ("size", "x", "y")}
            for name, node in build_nodes(picture.network, picture.spots).items()
        },
        "edges": {
            ends: {p: edge[p] for p in parts if edge.get(p)}
            for ends, edge in build_edges(picture.network).items()
        },
        "options": VIS_OPTIONS,
    }


def _select_labels(facts: list[PayloadRow]) -> dict[str, dict[str, str]]:
    """List the plain words of those vocabulary terms that the facts use."""
    tables = {
        "modality": MODALITY_LABELS,
        "basis": BASIS_LABELS,
        "verification": VERIFICATION_LABELS,
        "differs": CONFLICT_LABELS,
    }
    return {
        name: _select_used(table, {str(f.get(name)) for f in facts})
        for name, table in tables.items()
    }


def _select_used(table: Mapping[str, str], words: set[str]) -> dict[str, str]:
    return {word: text for word, text in table.items() if word in words}


def _select_prefixes(facts: list[PayloadRow], network: "nx.MultiDiGraph[str]") -> dict[str, str]:
    """Return the prefixes that ids of the page are written with."""
    ids = {compact(str(iri)) for iri in network.nodes}
    ids |= {fact.get(part, "") for fact in facts for part in ("p", "sIri", "oIri")}
    ids |= {compact(str(relation)) for *_, relation in network.edges(keys=True)}
    used = {id_.partition(":")[0] for id_ in ids} & PREFIXES.keys()
    return {name: PREFIXES[name] for name in sorted({*used, *_TURTLE_PREFIXES})}


def _build_source_rows(network: "nx.MultiDiGraph[str]") -> dict[str, dict[str, str]]:
    """List the sources in order, with an address only where it may become a link."""
    parts = ("title", "publisher", "date", "licence", "note")
    return {
        name: {part: str(source.get(part) or "") for part in parts}
        | {"url": sanitise_url(str(source.get("url") or "")), "place": f"source-{at}"}
        for at, (name, source) in enumerate(sorted(network.graph.get("sources", {}).items()), 1)
    }
