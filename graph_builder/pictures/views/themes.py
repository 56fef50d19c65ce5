"""The view of themes: a matrix of actors, events and texts by the canonical themes they work on.

A theme has the facts of all wordings that fall under it; the evidence shows the wordings.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.compare.conflict_classification import Verdict
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.canonical_themes import group_by_canonical_theme
from graph_builder.pictures.caption_text import describe_snapshot, join_names, quote_words
from graph_builder.pictures.palette import (
    NODE_STYLES,
    UNSTATED_BASES,
    EdgeStyle,
    NodeStyle,
    get_class_style,
    get_strongest_style,
)
from graph_builder.pictures.subgraphs import attach_sources, filter_network_by_facts, get_neighbours
from graph_builder.pictures.truncation import EXPORT_HINT
from graph_builder.pictures.view_definition import (
    Argument,
    Bundle,
    Picture,
    View,
    build_markup_stage,
)
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]


#: Relations to a theme, the closest first: the letter of a cell, and its shade.
THEME_RELATION_CODES = {
    "aigg:strategicPriority": ("P", 3),
    "aigg:envoyFor": ("V", 3),
    "aigg:hasTheme": ("T", 3),
    "aigg:promotes": ("M", 2),
    "aigg:professedCommitmentTo": ("C", 2),
    "aigg:emphasised": ("E", 2),
    "aigg:discussed": ("D", 1),
    "aigg:platformFor": ("R", 1),
    "aigg:headlineTheme": ("H", 0),
}
#: Rows, and columns, that a matrix has at most.
MAX_MATRIX_SIZE = 40
#: Actors that the subtitle names.
MAX_NAMED_ACTORS = 4
_ACTOR_STYLES = ("country", "body", "person")
_COLUMN_STYLES = (*_ACTOR_STYLES, "event", "instrument")
_CONTRADICTION_SIGN, _CONFLICT_SIGN, _UNSTATED_SIGN = "\u2260", "\u2248", "\u2234"


@dataclass(frozen=True)
class MatrixCell:
    """How a holder is related to a theme: letters, shade, edge style, sign, and text.

    A holder is an actor, an event or a text.
    """

    bundle: Bundle
    letters: str
    shade: int
    style: EdgeStyle
    sign: str
    words: str


@dataclass(frozen=True)
class MatrixHeading:
    """The heading of a row or column: the IRI, label and style of a node."""

    iri: str
    label: str
    style: NodeStyle


def build_themes_picture(graph: Graph, *scope: str) -> Picture:
    """Return the matrix of actors, events and texts by canonical themes, with their relations.

    Events in the scope limit it to what is linked to them, sources to what they state. Raises
    PictureError for another entity, and where nothing is left.
    """
    events, sources = _resolve_scopes(graph, scope)
    network = annotate_network(build_facts_network(graph, source="all"), graph)
    nearby = {node for event in events for node in {event, *get_neighbours(network, event)}}
    worded = _select_theme_network(network, nearby, sources)
    theme_network = group_by_canonical_theme(worded, graph)
    scope_iris = (*events, *(PREFIXES["source"] + source for source in sources))
    suffix = _format_title_suffix([graph.label(iri) for iri in scope_iris])
    if not theme_network.number_of_edges():
        raise PictureError(
            f"nothing to draw: no themes are recorded{suffix.replace(':', ' for', 1)}"
        )
    holders = rank_nodes(theme_network, _COLUMN_STYLES)
    themes = rank_nodes(theme_network, ("theme",))
    nodes = (*holders[:MAX_MATRIX_SIZE], *themes[:MAX_MATRIX_SIZE])
    shown = attach_sources(theme_network.subgraph(nodes).copy(), theme_network)
    cells = build_cells(shown)
    without_theme = sorted(
        network.nodes[node]["label"]
        for node in nearby - set(theme_network)
        if _is_actor_event_or_text(network, node)
    )
    answer = _format_subtitle(network, theme_network, nearby, _format_scope(events))
    return Picture(
        title=f"Who works on which theme{suffix}",
        subtitle=". ".join((answer, *describe_snapshot(shown, list_network_facts(shown)))),
        network=shown,
        stage=build_markup_stage("themes"),
        content={
            **_build_matrix(shown, holders, themes, cells),
            "without_theme": without_theme,
            "scope": _format_scope(events),
        },
        bundles=tuple(cell.bundle for cell in cells.values()),
        full_network=theme_network,
        notes=_build_notes(holders, themes),
    )


VIEW = View(
    name="themes",
    summary="Who works on which theme, and who does not?",
    arguments=(
        Argument(
            "SCOPE",
            "One or more events or sources; by default all. For an event, the picture shows what "
            "is linked to the event; for a source, what the source states.",
            required=False,
            many=True,
        ),
    ),
    build=build_themes_picture,
    example=("2nd India-France AI Policy Roundtable", "AI Action Summit 2025"),
)


def rank_nodes(network: "Network", style_names: Collection[str]) -> list[str]:
    """Return the nodes of some styles, those with the most facts first."""
    nodes = [
        node
        for node, attributes in network.nodes(data=True)
        if get_class_style(attributes["kind"]).name in style_names
    ]
    return sorted(
        nodes,
        key=lambda node: (-_count_node_facts(network, node), _get_label(network, node), node),
    )


def build_column_headings(network: "Network", nodes: list[str]) -> list[MatrixHeading]:
    """Return the headings of columns by style, in the order of nodes within each."""
    ranks = {style.name: rank for rank, style in enumerate(NODE_STYLES)}
    headings = [_build_heading(network, node) for node in nodes]
    return sorted(headings, key=lambda heading: ranks[heading.style.name])


def build_row_headings(
    network: "Network", themes: list[str], columns: list[MatrixHeading]
) -> list[MatrixHeading]:
    """Return the headings of rows: themes with the most cells first, then along the columns."""
    places = {heading.iri: place for place, heading in enumerate(columns)}

    def sort_key(theme: str) -> tuple[Any, ...]:
        cells = sorted(places[node] for node in network.predecessors(theme))
        return (-len(cells), cells, _get_label(network, theme), theme)

    return [_build_heading(network, theme) for theme in sorted(themes, key=sort_key)]


def build_cells(network: "Network") -> dict[tuple[str, str], MatrixCell]:
    """Return the cells by holder and theme."""
    pairs = sorted({(holder, theme) for holder, theme, _ in network.edges(keys=True)})
    return {pair: _build_cell(network, *pair) for pair in pairs}


def build_letter_key(network: "Network") -> list[tuple[str, int, str]]:
    """Return the letters that a matrix uses with shade and relation, the closest first."""
    labels = {
        relation: attributes["relation"]
        for *_, relation, attributes in network.edges(keys=True, data=True)
    }
    return [
        (*code, labels[expand(name)])
        for name, code in THEME_RELATION_CODES.items()
        if expand(name) in labels
    ]


def _build_heading(network: "Network", node: str) -> MatrixHeading:
    attributes = network.nodes[node]
    return MatrixHeading(node, attributes["label"], get_class_style(attributes["kind"]))


def _build_cell(network: "Network", holder: str, theme: str) -> MatrixCell:
    edges = network.get_edge_data(holder, theme)
    relations = [name for name in THEME_RELATION_CODES if expand(name) in edges]
    facts = [fact for name in relations for fact in edges[expand(name)]["facts"]]
    label = f"{_get_label(network, holder)}, {_get_label(network, theme)}"
    modalities = sorted({fact["modality"] for fact in facts})
    words = ", ".join(str(edges[expand(name)]["relation"]) for name in relations)
    wordings = sorted({fact["object"] for fact in facts} - {_get_label(network, theme)})
    called = f", in the words {join_names([quote_words(each) for each in wordings])}"
    return MatrixCell(
        Bundle(f"{compact(holder)} {compact(theme)}", label, tuple(facts)),
        "".join(THEME_RELATION_CODES[name][0] for name in relations),
        max(THEME_RELATION_CODES[name][1] for name in relations),
        get_strongest_style(facts),
        _get_sign(facts),
        f"{label}: {words} ({', '.join(modalities)})" + (called if wordings else ""),
    )


def _get_sign(facts: list[dict[str, Any]]) -> str:
    """Return the sign of facts on which sources differ, or which no source states."""
    verdicts = {fact.get("differs", "") for fact in facts} - {""}
    if verdicts:
        is_contradiction = Verdict.CONTRADICTION.value in verdicts
        return _CONTRADICTION_SIGN if is_contradiction else _CONFLICT_SIGN
    return _UNSTATED_SIGN if all(fact["basis"] in UNSTATED_BASES for fact in facts) else ""


def _count_node_facts(network: "Network", node: str) -> int:
    edges = (*network.in_edges(node, data=True), *network.out_edges(node, data=True))
    return sum(len(attributes["facts"]) for *_, attributes in edges)


def _get_label(network: "Network", node: str) -> str:
    return str(network.nodes[node]["label"])


def _resolve_scopes(graph: Graph, scope: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the IRIs of events and the ids of sources; raises PictureError for other entities."""
    iris: dict[str, list[str]] = {"event": [], "source": []}
    for iri in dict.fromkeys(resolve_entity(text, graph) for text in scope):
        prefix = compact(iri).partition(":")[0]
        if prefix not in iris:
            raise PictureError(f"{graph.label(iri)} is neither an event nor a source")
        iris[prefix].append(iri)
    return iris["event"], [iri.removeprefix(PREFIXES["source"]) for iri in iris["source"]]


def _format_scope(events: list[str]) -> str:
    return "the event" if len(events) == 1 else "these events"


def _format_title_suffix(names: list[str]) -> str:
    return f": {', '.join(names)}" if names else ""


def _is_actor_event_or_text(network: "Network", node: str) -> bool:
    return get_class_style(network.nodes[node]["kind"]).name in _COLUMN_STYLES


def _select_theme_network(network: "Network", nearby: set[str], sources: list[str]) -> "Network":
    """Return the edges from actors, events and texts to themes, with the facts of some sources."""
    relations = {expand(name) for name in THEME_RELATION_CODES}
    facts = [
        fact
        for holder, theme, relation, attributes in network.edges(keys=True, data=True)
        if relation in relations and network.nodes[theme]["kind"] == "PolicyTheme"
        if _is_actor_event_or_text(network, holder) and (holder in nearby or not nearby)
        for fact in attributes["facts"]
        if fact["source"] in sources or not sources
    ]
    return filter_network_by_facts(network, facts)


def _build_matrix(
    shown: "Network",
    holders: list[str],
    themes: list[str],
    cells: Mapping[tuple[str, str], MatrixCell],
) -> dict[str, Any]:
    shown_holders, shown_themes = (
        [node for node in nodes[:MAX_MATRIX_SIZE] if node in shown] for nodes in (holders, themes)
    )
    columns = build_column_headings(shown, shown_holders)
    rows = build_row_headings(shown, shown_themes, columns)
    return {
        "columns": columns,
        "rows": [(row, [cells.get((column.iri, row.iri)) for column in columns]) for row in rows],
        "letters": build_letter_key(shown),
    }


def _format_subtitle(
    network: "Network", theme_network: "Network", nearby: set[str], scope: str
) -> str:
    """Return who has the most themes, and for how many actors no theme is recorded."""
    actors = {
        node
        for node, attributes in network.nodes(data=True)
        if get_class_style(attributes["kind"]).name in _ACTOR_STYLES
    }
    actors = actors & nearby if nearby else actors
    ranked = _rank_by_themes(theme_network, actors & set(theme_network))
    named = ranked[:MAX_NAMED_ACTORS]
    if not named:
        holders = {node for node in theme_network if _is_actor_event_or_text(theme_network, node)}
        named = _rank_by_themes(theme_network, holders)[:1]
    number = len(get_neighbours(theme_network, named[0]))
    parts = [f"{_get_label(theme_network, named[0])} has {format_count(number, 'theme')}"]
    parts += [
        f"{_get_label(theme_network, node)} {len(get_neighbours(theme_network, node))}"
        for node in named[1:]
    ]
    if more := len(ranked) - MAX_NAMED_ACTORS if len(ranked) > MAX_NAMED_ACTORS else 0:
        parts.append(f"{format_count(more, 'other actor')} at least 1")
    answer = join_names(parts)
    if missing := len(actors) - len(ranked):
        where = f" linked to {scope}" if nearby else ""
        answer += f"; for {format_count(missing, 'actor')}{where} no theme is recorded"
    return answer


def _rank_by_themes(theme_network: "Network", nodes: set[str]) -> list[str]:
    """Return nodes, those with the most themes first."""

    def sort_key(node: str) -> tuple[int, str, str]:
        return -len(get_neighbours(theme_network, node)), _get_label(theme_network, node), node

    return sorted(nodes, key=sort_key)


def _build_notes(holders: list[str], themes: list[str]) -> tuple[str, ...]:
    """Return a note on what a matrix has no room for."""
    kinds = (("actors, events and texts", holders), ("themes", themes))
    cut = [f"{len(nodes):,} {kind}" for kind, nodes in kinds if len(nodes) > MAX_MATRIX_SIZE]
    if not cut:
        return ()
    each = " each" if len(cut) > 1 else ""
    shown = f"shows the {MAX_MATRIX_SIZE}{each} with the most facts"
    return (f"Of {' and '.join(cut)}, {shown}; {EXPORT_HINT}.",)
