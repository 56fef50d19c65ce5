"""The view of a series: its editions in order, what they share and what changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.canonical_themes import group_by_canonical_theme
from graph_builder.pictures.caption_text import describe_snapshot, format_as_of
from graph_builder.pictures.event_relations import (
    DATE_RELATIONS,
    NESTED_RELATIONS,
    ORGANISER_RELATIONS,
    OUTCOME_RELATIONS,
    PLACE_RELATIONS,
    THEME_RELATIONS,
    build_date_groups,
    collect_event_nodes,
    find_event_things,
)
from graph_builder.pictures.item_lists import (
    ItemGroup,
    ListBuilder,
    ListItem,
    build_list_stage,
    get_other_end,
    get_relation_name,
    group_edges_by_relation,
)
from graph_builder.pictures.neighbourhood import ListNeighbours, Scope
from graph_builder.pictures.palette import get_strongest_style
from graph_builder.pictures.subgraphs import extract_subgraph
from graph_builder.pictures.truncation import MAX_PICTURE_NODES, select_connected_nodes
from graph_builder.pictures.view_definition import Argument, EdgeKey, Option, Picture, View
from graph_builder.query.named_questions import ask
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import SnapshotGraph

if TYPE_CHECKING:
    import networkx as nx


DEFAULT_SERIES = "event:ai-impact-summit-2026"
#: Editions that a page has room for side by side.
MAX_EDITIONS = 12
#: The names of the cells of an edition.
ROW_NAMES = ("Day", "Place", "Hosts and organisers", "Themes", "Outcomes and texts")
_STAGE = build_list_stage("series")
_SERIES_CLASS = expand("aigg:EventSeries")
#: Headings of changes of themes, in the order in which they are shown.
_CHANGE_HEADINGS = {
    "new": "+ New themes",
    "kept": "= Themes kept",
    "first recorded": "Themes, first recorded",
    "dropped": "\u2212 Themes no longer named",
}
_COMPARISON_NOTE = (
    "Themes are compared by meaning: the editors file each wording, in quotation marks, under one "
    "theme or several. A theme is no longer named if no source names it again."
)
#: The directed relations that are shown of an edition.
EDITION_RELATIONS = (
    "aigg:editionOf",
    "aigg:follows",
    *ORGANISER_RELATIONS,
    *PLACE_RELATIONS,
    *THEME_RELATIONS,
    *OUTCOME_RELATIONS,
)
_SERIES_RELATIONS = ("aigg:follows", "^aigg:follows", "aigg:editionOf", "^aigg:editionOf")


#: The edges to themes, by edition and change, then by theme.
ThemeChanges = dict[tuple[str, str], dict[str, list[EdgeKey]]]


@dataclass(frozen=True)
class Edition:
    """An edition: an item for its name, and its cells in the order of ROW_NAMES."""

    item: ListItem
    cells: tuple[tuple[ItemGroup, ...], ...]


def build_series_picture(
    graph: Graph, thing: str = DEFAULT_SERIES, *, inferred: bool = True
) -> Picture:
    """Return the picture of the editions of a series, given by itself or by one of its events.

    Raises PictureError where no event follows another or is an edition of the series.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    network = annotate_network(build_facts_network(graph, source="all", inferred=inferred), graph)
    members, editions = _find_editions(graph, network, iri, inferred=inferred)
    latest = editions[-MAX_EDITIONS:]
    nodes = collect_event_nodes(network, latest, EDITION_RELATIONS)
    shown, note = select_connected_nodes(network, set(latest), nodes, MAX_PICTURE_NODES)
    drawn = group_by_canonical_theme(extract_subgraph(network, shown), graph)
    lists = ListBuilder(drawn, graph, NESTED_RELATIONS)
    changes = _find_theme_changes(graph, drawn, latest)
    answer = _format_subtitle(latest, changes)
    every_node = collect_event_nodes(network, editions, EDITION_RELATIONS)
    notes = (_describe_omitted_editions(editions), note, _COMPARISON_NOTE)
    return Picture(
        title=_format_title(graph, members, latest),
        subtitle=". ".join((answer, *describe_snapshot(drawn, list_network_facts(drawn)))),
        network=drawn,
        stage=_STAGE,
        content={
            "rows": ROW_NAMES,
            "editions": [_build_edition(lists, each, changes) for each in latest],
        },
        bundles=lists.bundles,
        full_network=group_by_canonical_theme(extract_subgraph(network, every_node), graph),
        notes=tuple(each for each in notes if each),
    )


def _find_things(
    iris: Sequence[str], _: Mapping[str, Any], list_neighbours: ListNeighbours
) -> set[str]:
    """Return the members of a series, and what is shown of them with relations of its own."""
    members = {*iris}
    queue = [*members]
    while queue:
        neighbours = list_neighbours(queue.pop())
        found = (neighbours.get(relation, ()) for relation in _SERIES_RELATIONS)
        new = {each for some in found for each in some} - members
        members |= new
        queue += new
    return find_event_things(members, EDITION_RELATIONS, list_neighbours)


VIEW = View(
    name="series",
    summary="What do the editions of a series share, and what changes?",
    arguments=(
        Argument(
            "THING",
            "A series or one of its events, by default the AI summits since 2023.",
            required=False,
        ),
    ),
    options=(
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=True,
        ),
    ),
    build=build_series_picture,
    example=(DEFAULT_SERIES,),
    scope=Scope(ParameterKind.EVENT, _find_things, (DEFAULT_SERIES,)),
)


def _find_editions(
    graph: Graph, network: "nx.MultiDiGraph[str]", iri: str, *, inferred: bool
) -> tuple[list[str], list[str]]:
    """Return the members of a series, and those editions that have anything to show, in order."""
    whole = network
    if isinstance(graph, SnapshotGraph):  # membership does not depend on the day
        whole = build_facts_network(graph.whole, source="all", inferred=inferred)
    members = find_series_members(whole, iri)
    events = [each for each in members if whole.nodes[each]["kind"] == "Event"]
    if len(members) == 1 or not events:
        raise PictureError(
            f"no series: no source says that {graph.label(iri)} follows an event or is an edition"
        )
    editions = [
        each for each in sort_editions(graph, whole, events) if has_edition_facts(network, each)
    ]
    if not editions:
        raise PictureError(
            f"nothing to draw: there are no facts about the editions{format_as_of(graph.at)}"
        )
    return members, editions


def find_series_members(network: "nx.MultiDiGraph[str]", start: str) -> list[str]:
    """Return the series and events linked to a node as editions or by following each other."""
    members, queue = {start}, [start] if start in network else []
    while queue:
        node = queue.pop()
        edges = group_edges_by_relation(network, node)
        others = {
            get_other_end(edge, node)
            for relation in _SERIES_RELATIONS
            for edge in edges.get(relation, [])
            if get_strongest_style(network.edges[edge]["facts"]).name != "denied"
        }
        queue += sorted(others - members)
        members |= others
    return sorted(members & set(network))


def sort_editions(
    graph: Graph, network: "nx.MultiDiGraph[str]", events: Sequence[str]
) -> list[str]:
    """Return events in topological order of what they follow, those of one rank by first day."""
    rank = dict.fromkeys(events, 0)
    before = {
        event: {
            get_other_end(edge, event)
            for edge in group_edges_by_relation(network, event).get("aigg:follows", [])
        }
        & {*events}
        for event in events
    }
    for _ in events:  # as often as a chain can be long, so that a cycle ends
        for event in events:
            latest = max((rank[each] + 1 for each in before[event]), default=0)
            rank[event] = min(max(rank[event], latest), len(events))
    begins = {event: graph.value(event, expand(DATE_RELATIONS[0])) for event in events}
    return sorted(events, key=lambda event: (rank[event], begins[event], event))


def has_edition_facts(network: "nx.MultiDiGraph[str]", event: str) -> bool:
    """Return whether an edition has anything to show, on the day of a snapshot if it is one."""
    if event not in network or not network.graph["at"]:
        return event in network
    dated = any(get_relation_name(fact) in DATE_RELATIONS for fact in network.nodes[event]["facts"])
    return dated or not {*EDITION_RELATIONS}.isdisjoint(group_edges_by_relation(network, event))


def _find_theme_changes(
    graph: Graph, network: "nx.MultiDiGraph[str]", editions: Sequence[str]
) -> ThemeChanges:
    """Return the edges to canonical themes, by edition and change, then by theme."""
    changes: ThemeChanges = defaultdict(lambda: defaultdict(list))
    queue = list(editions)
    while queue:
        rows = ask(graph, "themes-over-editions", event=queue.pop(0))
        for row in rows:
            edge = (row["of"], row["theme"], row["relation"])
            edges = changes[row["edition"], row["change"]][row["theme"]]
            if network.has_edge(*edge) and edge not in edges:
                edges.append(edge)
        compared = {row["edition"] for row in rows}
        queue = [each for each in queue if each not in compared]
    return changes


def _build_edition(lists: ListBuilder, event: str, changes: ThemeChanges) -> Edition:
    dates = build_date_groups(lists, event)
    places = lists.build_edge_groups(event, PLACE_RELATIONS)
    organisers = lists.build_edge_groups(event, ORGANISER_RELATIONS)
    items = [item for group in (*dates, *places, *organisers) for item in group.items]
    is_planned = items and all(item.style == "ahead" for item in items)
    is_said = str(lists.network.nodes[event]["label"]).endswith("(planned)")
    order = lists.build_edge_groups(event, ("aigg:editionOf", "aigg:follows"))
    number = lists.build_value_groups(event, only=("aigg:editionNumber",))
    cells = (
        (*dates, *number, *order),
        tuple(places),
        tuple(organisers),
        tuple(_iter_theme_groups(lists, event, changes)),
        tuple(lists.build_edge_groups(event, OUTCOME_RELATIONS)),
    )
    return Edition(
        lists.build_node_item(event, ("planned",) if is_planned and not is_said else ()), cells
    )


def _iter_theme_groups(
    lists: ListBuilder, event: str, changes: ThemeChanges
) -> Iterable[ItemGroup]:
    """Yield the themes by what changed, then what else the edition was about."""
    listed: set[EdgeKey] = set()
    for change, heading in _CHANGE_HEADINGS.items():
        themes = {theme: edges for theme, edges in changes[event, change].items() if edges}
        items = (lists.build_theme_item(edges, theme) for theme, edges in themes.items())
        ordered = tuple(sorted(items, key=lambda item: lists.get_text(item).casefold()))
        listed |= {edge for edges in themes.values() for edge in edges}
        if ordered:
            yield ItemGroup(heading, ordered, past=change == "dropped")
    yield from lists.build_edge_groups(event, THEME_RELATIONS, excluded=listed)


def _format_title(graph: Graph, members: Sequence[str], editions: Sequence[str]) -> str:
    names = [graph.label(each) for each in members if graph.class_of(each) == _SERIES_CLASS]
    if names:
        return names[0]
    first = graph.label(editions[0])
    return f"{first} and what followed" if len(editions) > 1 else first


def _format_subtitle(
    editions: Sequence[str], named: Mapping[tuple[str, str], Mapping[str, Any]]
) -> str:
    """Return the numbers of editions, of themes, and of themes that more than one edition has."""
    number = f"{len(editions)} editions side by side" if len(editions) > 1 else "1 edition"
    changes = [(change, theme) for (_, change), every in named.items() for theme in every]
    themes = {theme for _, theme in changes}
    kept = {theme for change, theme in changes if change == "kept"}
    if not themes or len(editions) == 1:
        return f"{number}: when, where, by whom, about what, with which outcome"
    lasted = f"{len(kept):,} of them" if kept else "none"
    total = format_count(len(themes), "theme")
    return f"{number}: {total}, {lasted} kept from one edition to the next"


def _describe_omitted_editions(editions: Sequence[str]) -> str:
    if len(editions) <= MAX_EDITIONS:
        return ""
    return f"Shows the latest {MAX_EDITIONS} of {len(editions):,} editions."
