"""A matrix of who is tied to which theme: its rows, columns, cells and key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.compare.conflict_classification import Verdict
from graph_builder.core.errors import PictureError
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot
from graph_builder.pictures.palette import (
    EDGE_STYLES,
    NODE_STYLES,
    UNSTATED_BASES,
    EdgeStyle,
    NodeStyle,
    get_class_style,
)
from graph_builder.pictures.pyvis_network import get_strongest_style
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


#: Relations that tie somebody to a theme, the firmest first: the letter of a cell, and its shade.
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
_CONFLICT_SIGNS = {True: "\u2260", False: "\u2248"}


@dataclass(frozen=True)
class MatrixCell:
    """What ties somebody to a theme: letters, shade, line style, a sign, and in words."""

    bundle: Bundle
    letters: str
    shade: int
    family: EdgeStyle
    sign: str
    words: str


@dataclass(frozen=True)
class MatrixHeading:
    """The head of a row or column: the IRI and name of a thing, its group, and its ties."""

    iri: str
    label: str
    group: NodeStyle
    ties: int


def rank_nodes(network: "Network", wanted: Callable[[str], bool]) -> list[str]:
    """Return the things whose group is wanted, those with most facts first."""
    found = [
        n for n, held in network.nodes(data=True) if wanted(get_class_style(held["kind"]).name)
    ]
    return sorted(
        found, key=lambda each: (-_count_node_facts(network, each), _get_label(network, each), each)
    )


def build_column_headings(network: "Network", things: list[str]) -> list[MatrixHeading]:
    """Return the heads of columns: group by group, in each those with most facts first."""
    order = {group.name: at for at, group in enumerate(NODE_STYLES)}
    heads = [build_heading(network, each) for each in things]
    return sorted(heads, key=lambda head: order[head.group.name])


def build_row_headings(
    network: "Network", things: list[str], heads: list[MatrixHeading]
) -> list[MatrixHeading]:
    """Return the heads of rows: what most share first, then along the columns."""
    place = {head.iri: at for at, head in enumerate(heads)}

    def order(theme: str) -> tuple[Any, ...]:
        at = sorted(place[each] for each in network.predecessors(theme))
        return (-len(at), at, _get_label(network, theme), theme)

    return [build_heading(network, each) for each in sorted(things, key=order)]


def build_heading(network: "Network", thing: str) -> MatrixHeading:
    """Return the head of a row or column for a thing."""
    held = network.nodes[thing]
    return MatrixHeading(thing, held["label"], get_class_style(held["kind"]), network.degree(thing))


def build_cells(network: "Network") -> dict[tuple[str, str], MatrixCell]:
    """Return the cells by who and which theme."""
    pairs = sorted({(one, theme) for one, theme, _ in network.edges(keys=True)})
    return {pair: _build_cell(network, *pair) for pair in pairs}


def build_letter_key(network: "Network") -> list[tuple[str, int, str]]:
    """Return the letters that a matrix uses with shade and words, the firmest first."""
    words = {
        relation: held["relation"] for *_, relation, held in network.edges(keys=True, data=True)
    }
    return [
        (*THEME_RELATION_CODES[name], words[expand(name)])
        for name in THEME_RELATION_CODES
        if expand(name) in words
    ]


def list_edge_styles(found: dict[tuple[str, str], MatrixCell]) -> list[EdgeStyle]:
    """Return the line styles that cells use, in the order of the palette."""
    used = {cell.family.name for cell in found.values()}
    return [family for family in EDGE_STYLES if family.name in used]


def _build_cell(network: "Network", one: str, theme: str) -> MatrixCell:
    held = network.get_edge_data(one, theme)
    relations = [name for name in THEME_RELATION_CODES if expand(name) in held]
    facts = [fact for name in relations for fact in held[expand(name)]["facts"]]
    names = f"{_get_label(network, one)}, {_get_label(network, theme)}"
    said = sorted({fact["modality"] for fact in facts})
    words = ", ".join(str(held[expand(name)]["relation"]) for name in relations)
    return MatrixCell(
        Bundle(f"{compact(one)} {compact(theme)}", names, tuple(facts)),
        "".join(THEME_RELATION_CODES[name][0] for name in relations),
        max(THEME_RELATION_CODES[name][1] for name in relations),
        get_strongest_style(facts),
        _get_sign(facts),
        f"{names}: {words} ({', '.join(said)})",
    )


def _get_sign(facts: list[dict[str, Any]]) -> str:
    """Return the sign of what sources differ on, or of what none of them states."""
    verdicts = {fact.get("differs", "") for fact in facts} - {""}
    if verdicts:
        return _CONFLICT_SIGNS[Verdict.CONTRADICTION.value in verdicts]
    return "\u2234" if all(fact["basis"] in UNSTATED_BASES for fact in facts) else ""


def _count_node_facts(network: "Network", thing: str) -> int:
    ties = (*network.in_edges(thing, data=True), *network.out_edges(thing, data=True))
    return sum(len(held["facts"]) for *_, held in ties)


def _get_label(network: "Network", thing: str) -> str:
    return str(network.nodes[thing]["label"])


#: Rows and columns that a matrix has at most.
MAX_MATRIX_SIZE = 40
#: Actors that are named under the heading.
MAX_NAMED_ACTORS = 4
_ACTOR_STYLES = ("country", "body", "person")
_COLUMN_STYLES = (*_ACTOR_STYLES, "event", "instrument")


def build_themes_picture(graph: Graph, *scope: str) -> Picture:
    """Return the matrix of actors, events and texts by themes, with what ties them.

    An event in the scope leaves what is tied to it, a source what it says. Raises PictureError for
    another thing, and where nothing is left.
    """
    events, sources = _resolve_scopes(graph, scope)
    every = annotate_network(build_facts_network(graph, source="all"), graph)
    circle = {near for event in events for near in {event, *get_neighbours(every, event)}}
    tied = _select_theme_network(every, circle, sources)
    of = [graph.label(iri) for iri in (*events, *(PREFIXES["source"] + s for s in sources))]
    if not tied.number_of_edges():
        raise PictureError(f"nothing to draw: no theme is on record{_format_title_suffix(of)}")
    found = [rank_nodes(tied, _COLUMN_STYLES.__contains__), rank_nodes(tied, "theme".__eq__)]
    shown = attach_sources(
        tied.subgraph(each for side in found for each in side[:MAX_MATRIX_SIZE]).copy(), tied
    )
    silent = sorted(every.nodes[n]["label"] for n in circle - set(tied) if _is_holder(every, n))
    filled = build_cells(shown)
    return Picture(
        title="Who works on which theme" + _format_title_suffix(of),
        subtitle=". ".join(
            (
                _format_subtitle(every, tied, circle, _format_scope(events)),
                *describe_snapshot(shown, list_network_facts(shown)),
            )
        ),
        network=shown,
        stage=build_markup_stage("themes"),
        content=_build_content(shown, found, filled)
        | {"silent": silent, "around": _format_scope(events)},
        bundles=tuple(cell.bundle for cell in filled.values()),
        whole=tied,
        notes=_build_notes(*found),
    )


VIEW = View(
    name="themes",
    summary="Who works on which theme, and who does not?",
    terms=(
        Argument(
            "SCOPE",
            "Events or sources, by default all: of an event what is tied to it, of a source what "
            "it says.",
            required=False,
            many=True,
        ),
    ),
    make=build_themes_picture,
    example=("2nd India-France AI Policy Roundtable", "AI Action Summit 2025"),
)


def _resolve_scopes(graph: Graph, scope: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the IRIs of events, and the ids of sources; raises PictureError for other things."""
    found: dict[str, list[str]] = {"event": [], "source": []}
    for iri in dict.fromkeys(resolve_entity(word, graph) for word in scope):
        kind = compact(iri).partition(":")[0]
        if kind not in found:
            raise PictureError(f"{graph.label(iri)} is neither an event nor a source")
        found[kind].append(iri)
    return found["event"], [iri.removeprefix(PREFIXES["source"]) for iri in found["source"]]


def _format_scope(events: list[str]) -> str:
    return "the event" if len(events) == 1 else "these events"


def _format_title_suffix(names: list[str]) -> str:
    return f": {', '.join(names)}" if names else ""


def _is_holder(network: "Network", thing: str) -> bool:
    return get_class_style(network.nodes[thing]["kind"]).name in _COLUMN_STYLES


def _select_theme_network(every: "Network", circle: set[str], sources: list[str]) -> "Network":
    """Return the lines from actors, events and texts to themes, with the facts of some sources."""
    wanted = {expand(name) for name in THEME_RELATION_CODES}
    facts = [
        fact
        for one, theme, relation, held in every.edges(keys=True, data=True)
        if relation in wanted and every.nodes[theme]["kind"] == "PolicyTheme"
        if _is_holder(every, one) and (one in circle or not circle)
        for fact in held["facts"]
        if fact["source"] in sources or not sources
    ]
    return filter_network_by_facts(every, facts)


def _build_content(
    shown: "Network", found: list[list[str]], filled: Mapping[tuple[str, str], MatrixCell]
) -> dict[str, Any]:
    heads = build_column_headings(
        shown, [each for each in found[0][:MAX_MATRIX_SIZE] if each in shown]
    )
    lines = build_row_headings(
        shown, [each for each in found[1][:MAX_MATRIX_SIZE] if each in shown], heads
    )
    return {
        "columns": heads,
        "rows": [(line, [filled.get((head.iri, line.iri)) for head in heads]) for line in lines],
        "ties": build_letter_key(shown),
    }


def _format_subtitle(every: "Network", tied: "Network", circle: set[str], around: str) -> str:
    """Return to how many themes actors are tied, and of how many that is not on record."""
    actors = {n for n in every if get_class_style(every.nodes[n]["kind"]).name in _ACTOR_STYLES}
    among = actors & circle if circle else actors
    where = f"around {around}" if circle else "on record"
    known = _rank_by_themes(tied, among & set(tied))
    if not known:
        first = _format_theme_count(
            tied, _rank_by_themes(tied, {n for n in tied if _is_holder(tied, n)})[0], is_first=True
        )
        return f"{first}, none of the {len(among):,} actors {where} to any"
    first = ", ".join(
        _format_theme_count(tied, each, is_first=at == 0)
        for at, each in enumerate(known[:MAX_NAMED_ACTORS])
    )
    more = (
        f", {len(known) - MAX_NAMED_ACTORS} more to some" if len(known) > MAX_NAMED_ACTORS else ""
    )
    rest = len(among) - len(known)
    return first + more + (f"; {rest:,} more actors {where} to none" if rest else "")


def _rank_by_themes(tied: "Network", some: set[str]) -> list[str]:
    return sorted(some, key=lambda n: (-len(get_neighbours(tied, n)), _get_node_label(tied, n), n))


def _format_theme_count(tied: "Network", actor: str, *, is_first: bool) -> str:
    number = len(get_neighbours(tied, actor))
    themes_ = "" if not is_first else " theme" if number == 1 else " themes"
    return f"{_get_node_label(tied, actor)}{' is tied to' if is_first else ' to'} {number}{themes_}"


def _get_node_label(network: "Network", thing: str) -> str:
    return str(network.nodes[thing]["label"])


def _build_notes(held: list[str], told: list[str]) -> tuple[str, ...]:
    """Return the sentence on what a matrix has no room for."""
    kinds = (("actors, events and texts", held), ("themes", told))
    cut = [f"of {len(things):,} {kind}" for kind, things in kinds if len(things) > MAX_MATRIX_SIZE]
    if not cut:
        return ()
    said = " and ".join(cut)
    return (
        f"{said.capitalize()} the {MAX_MATRIX_SIZE} with the most facts are shown; {EXPORT_HINT}.",
    )
