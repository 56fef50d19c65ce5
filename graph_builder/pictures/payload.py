"""What a page holds besides its words: marks, lines, facts and sources as plain data."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graph_builder.pictures.drawing import to_pyvis
from graph_builder.pictures.palette import (
    APART_BASES,
    FAMILIES,
    GROUPS,
    PATHS,
    Family,
    Group,
)
from graph_builder.pictures.safety import plain, web_address
from graph_builder.pictures.spacing import wrap
from graph_builder.pictures.words import BASIS, MODALITY, VERIFICATION
from graph_builder.texts import period

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

Fact = dict[str, Any]
Found = tuple[Fact, str, "tuple[str, str, str] | None"]

ORDER = ("source", "start", "end", "subject", "relation", "object", "modality", "anchor", "note")
TOLD = ("basis", "verification", "section", "holds", "reason")
LAST = 10**9
SAFE = "/:"


def payload(graph: "nx.MultiDiGraph[str]") -> dict[str, Any]:
    """Collect the data of a page, all text such as UTF-8 carries, in an order that never varies."""
    import json

    network = to_pyvis(graph)
    options = json.loads(network.get_network_data()[5])
    rows = _rows(graph)
    keys = {name: f"n{index}" for index, name in enumerate(network.get_nodes())}
    facts = [_row(fact, name, edge, keys) for fact, name, edge in rows]
    data = {
        "nodes": _nodes(graph, network, rows, keys),
        "edges": _edges(network, rows, keys),
        "facts": facts,
        "words": _words(facts),
        "sources": _sources(graph),
        "paths": PATHS,
        "at": graph.graph.get("at", ""),
        "inks": {family.name: family.ink for family in FAMILIES},
        "options": options,
    }
    tidy = plain(data)
    return tidy if isinstance(tidy, dict) else data


def legend(data: dict[str, Any]) -> tuple[list[Group], list[Family]]:
    """Return the groups and line styles that a page needs, in the order of the palette."""
    groups = {node["group"] for node in data["nodes"]}
    families = {edge["family"] for edge in data["edges"]}
    return (
        [group for group in GROUPS if group.name in groups],
        [family for family in FAMILIES if family.name in families],
    )


def _rows(graph: "nx.MultiDiGraph[str]") -> list[Found]:
    """List every fact with the node or edge that it belongs to, in the order of the sources."""
    found: list[Found] = []
    for name, held in graph.nodes(data=True):
        found += [(fact, str(name), None) for fact in held.get("facts", [])]
    found += [
        (fact, str(source), (str(source), str(target), str(relation)))
        for source, target, relation, held in graph.edges(keys=True, data=True)
        for fact in held.get("facts", [])
    ]
    return sorted(found, key=_place)


def _place(row: Found) -> tuple[Any, ...]:
    """Order facts by source, then by place in its text, then by what they say."""
    fact, name, edge = row
    parts: list[Any] = []
    for part in ORDER:
        value = fact.get(part)
        number = part in ("start", "end")
        parts.append((LAST if value is None else int(value)) if number else str(value or ""))
    return (*parts, name, edge or ("", "", ""))


def _row(
    fact: Fact, name: str, edge: tuple[str, str, str] | None, keys: dict[str, str]
) -> dict[str, Any]:
    """Keep what one fact says, without what it leaves empty."""
    told = {part: fact.get(part) for part in (*ORDER, *TOLD)}
    told["when"] = period(fact)
    told["apart"] = 1 if fact.get("basis") in APART_BASES else None
    told["from"] = keys[name]
    told["to"] = keys[edge[1]] if edge else None
    return {part: value for part, value in told.items() if value not in (None, "")}


def embedded(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the script needs: the names on both ends of a line stand with the marks."""
    facts = [
        {part: value for part, value in fact.items() if part not in _unused(fact)}
        for fact in data["facts"]
    ]
    marks = [
        {part: value for part, value in node.items() if part != "link"} for node in data["nodes"]
    ]
    return {**data, "facts": facts, "nodes": marks}


def _unused(fact: dict[str, Any]) -> tuple[str, ...]:
    ends = ("from", "to", "subject")
    return (*ends, "relation", "object") if "to" in fact else ends


def _words(facts: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """List the plain words of those vocabulary terms that the facts use."""
    tables = {"modality": MODALITY, "basis": BASIS, "verification": VERIFICATION}
    return {name: _used(table, {str(f.get(name)) for f in facts}) for name, table in tables.items()}


def _used(table: dict[str, str], words: set[str]) -> dict[str, str]:
    return {word: text for word, text in table.items() if word in words}


def _nodes(
    graph: "nx.MultiDiGraph[str]", network: "Network", rows: list[Found], keys: dict[str, str]
) -> list[dict[str, Any]]:
    """Join each mark with its names and the facts told of it alone."""
    own: dict[str, list[int]] = {}
    for index, (_, name, edge) in enumerate(rows):
        if edge is None:
            own.setdefault(name, []).append(index)
    return [
        {
            "key": keys[mark["id"]],
            "id": mark["id"],
            "label": mark["label"],
            "lines": wrap(mark["label"]),
            "kind": str(graph.nodes[mark["id"]].get("kind_label") or mark["kind"]),
            "group": mark["kind"],
            "hollow": mark["color"]["border"] != network.bgcolor,
            "facts": own.get(mark["id"], []),
            "link": f"#node={quote(plain_text(mark['id']), safe=SAFE)}",
            **{part: mark[part] for part in ("shape", "size", "x", "y", "borderWidth")},
        }
        for mark in network.nodes
    ]


def _edges(network: "Network", rows: list[Found], keys: dict[str, str]) -> list[dict[str, Any]]:
    """Join each line with the facts that it stands for."""
    own: dict[tuple[str, str, str], list[int]] = {}
    for index, (_, _, edge) in enumerate(rows):
        if edge is not None:
            own.setdefault(edge, []).append(index)
    drawn = ("relation", "family", "width", "dashes", "smooth", "selfReference")
    return [
        {
            "key": f"e{index}",
            "from": keys[line["from"]],
            "to": keys[line["to"]],
            "facts": own.get((line["from"], line["to"], line["key"]), []),
            "id": line["key"],
            **{part: line[part] for part in drawn if part in line},
        }
        for index, line in enumerate(network.edges)
    ]


def plain_text(value: object) -> str:
    """Return a value as text that UTF-8 can carry."""
    return str(plain(str(value)))


def _sources(graph: "nx.MultiDiGraph[str]") -> dict[str, dict[str, str]]:
    """List the sources in order, with an address only where it may become a link."""
    parts = ("title", "publisher", "date", "licence", "note")
    return {
        name: {part: str(source.get(part) or "") for part in parts}
        | {"url": web_address(str(source.get("url") or "")), "place": f"source-{index}"}
        for index, (name, source) in enumerate(sorted(graph.graph.get("sources", {}).items()), 1)
    }
