"""Editions of a series: which events belong together, in which order, and which there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import annotate_network
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
from graph_builder.pictures.pyvis_network import get_strongest_style
from graph_builder.pictures.subgraphs import extract_subgraph
from graph_builder.pictures.truncation import MAX_PICTURE_NODES, select_connected_nodes
from graph_builder.pictures.view_definition import Argument, EdgeKey, Option, Picture, View
from graph_builder.query.named_questions import ask
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import SnapshotGraph

if TYPE_CHECKING:
    import networkx as nx


#: The ways that are told of an edition.
EDITION_RELATIONS = (
    "aigg:editionOf",
    "aigg:follows",
    *ORGANISER_RELATIONS,
    *PLACE_RELATIONS,
    *THEME_RELATIONS,
    *OUTCOME_RELATIONS,
)
_SERIES_RELATIONS = ("aigg:follows", "^aigg:follows", "aigg:editionOf", "^aigg:editionOf")


def find_series_members(network: "nx.MultiDiGraph[str]", start: str) -> list[str]:
    """Return what leads from a thing to events that follow each other or share a series."""
    found, left = {start}, [start] if start in network else []
    while left:
        thing = left.pop()
        lines = group_edges_by_relation(network, thing)
        near = {
            get_other_end(edge, thing)
            for way in _SERIES_RELATIONS
            for edge in lines.get(way, [])
            if get_strongest_style(network.edges[edge]["facts"]).name != "denied"
        }
        left += sorted(near - found)
        found |= near
    return sorted(found & set(network))


def sort_editions(
    graph: Graph, network: "nx.MultiDiGraph[str]", events: Sequence[str]
) -> list[str]:
    """Return events after those that they follow, those of one rank by their first day."""
    rank = dict.fromkeys(events, 0)
    before = {
        event: {
            get_other_end(edge, event)
            for edge in group_edges_by_relation(network, event).get("aigg:follows", [])
        }
        & {*events}
        for event in events
    }
    for _ in events:  # as often as a chain can be long, so that a circle comes to an end
        for event in events:
            latest = max((rank[each] + 1 for each in before[event]), default=0)
            rank[event] = min(max(rank[event], latest), len(events))
    begins = {event: graph.value(event, expand(DATE_RELATIONS[0])) for event in events}
    return sorted(events, key=lambda event: (rank[event], begins[event], event))


def has_edition_facts(network: "nx.MultiDiGraph[str]", event: str) -> bool:
    """Return whether an edition has anything to show on a day, if there is one."""
    if event not in network or not network.graph["at"]:
        return event in network
    dated = any(get_relation_name(fact) in DATE_RELATIONS for fact in network.nodes[event]["facts"])
    return dated or not {*EDITION_RELATIONS}.isdisjoint(group_edges_by_relation(network, event))


DEFAULT_SERIES = "event:ai-impact-summit-2026"
#: Editions that stand side by side, so that each can be read.
MAX_EDITIONS = 12
#: What the cells of an edition tell, in their order.
ROW_NAMES = ("Day", "Place", "Hosts and organisers", "Themes", "Outcomes and texts")
_STAGE = build_list_stage("series")
_SERIES_CLASS = expand("aigg:EventSeries")
#: What a change of themes is called, in the order in which changes are shown.
_CHANGE_HEADINGS = {
    "new": "+ New themes",
    "kept": "= Themes kept",
    "first recorded": "Themes, first recorded",
    "dropped": "\u2212 Themes no longer named",
}
_COMPARISON_NOTE = (
    "Themes are compared as they are worded: another wording counts as new, and no longer named "
    "means that no source names it again."
)


@dataclass(frozen=True)
class Edition:
    """An edition: its name, and its cells in the order of the rows."""

    item: ListItem
    cells: tuple[tuple[ItemGroup, ...], ...]


def build_series_picture(
    graph: Graph, thing: str = DEFAULT_SERIES, *, inferred: bool = True
) -> Picture:
    """Return the picture of a series, given by itself or by one of its events, edition by edition.

    Raises PictureError where no event follows another or is an edition of the series.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    network = annotate_network(build_facts_network(graph, source="all", inferred=inferred), graph)
    ties, editions = _find_editions(graph, network, iri, inferred=inferred)
    latest = editions[-MAX_EDITIONS:]
    near = collect_event_nodes(network, latest, EDITION_RELATIONS)
    shown, left = select_connected_nodes(network, set(latest), near, MAX_PICTURE_NODES)
    drawn = extract_subgraph(network, shown)
    lists = ListBuilder(drawn, graph, NESTED_RELATIONS)
    named = _find_theme_changes(graph, drawn, latest)
    return Picture(
        title=_format_title(graph, ties, latest),
        subtitle=". ".join(
            (_format_subtitle(latest, named), *describe_snapshot(drawn, list_network_facts(drawn)))
        ),
        network=drawn,
        stage=_STAGE,
        content={
            "rows": ROW_NAMES,
            "editions": [_build_edition(lists, each, named) for each in latest],
        },
        bundles=lists.bundles,
        whole=extract_subgraph(network, collect_event_nodes(network, editions, EDITION_RELATIONS)),
        notes=tuple(
            note for note in (_describe_omitted_editions(editions), left, _COMPARISON_NOTE) if note
        ),
    )


VIEW = View(
    name="series",
    summary="What do the editions of a series share, and what changes from one to the next?",
    terms=(
        Argument(
            "THING",
            "A series or one of its events, by default the AI summits since 2023.",
            required=False,
        ),
    ),
    options=(Option("inferred", "Show inferred and background facts too.", default=True),),
    make=build_series_picture,
    example=(DEFAULT_SERIES,),
)


def _find_editions(
    graph: Graph, network: "nx.MultiDiGraph[str]", iri: str, *, inferred: bool
) -> tuple[list[str], list[str]]:
    """Return what belongs to a series, and those of its editions of which there is something."""
    whole = network
    if isinstance(graph, SnapshotGraph):  # which belong together does not depend on a day
        whole = build_facts_network(graph.whole, source="all", inferred=inferred)
    ties = find_series_members(whole, iri)
    every = [each for each in ties if whole.nodes[each]["kind"] == "Event"]
    if len(ties) == 1 or not every:
        raise PictureError(
            f"no series: no source says what {graph.label(iri)} follows or is an edition of"
        )
    editions = [
        each for each in sort_editions(graph, whole, every) if has_edition_facts(network, each)
    ]
    if not editions:
        raise PictureError(
            f"nothing to draw: nothing is said of the editions{format_as_of(graph.at)}"
        )
    return ties, editions


def _find_theme_changes(
    graph: Graph, network: "nx.MultiDiGraph[str]", editions: Sequence[str]
) -> dict[tuple[str, str], dict[str, list[EdgeKey]]]:
    """Return by edition and change the themes, each with the lines that name it."""
    found: dict[tuple[str, str], dict[str, list[EdgeKey]]]
    found, left = defaultdict(lambda: defaultdict(list)), list(editions)
    while left:
        rows = ask(graph, "themes-over-editions", event=left.pop(0))
        for row in rows:
            edge = (row["of"], row["theme"], row["relation"])
            lines = found[row["edition"], row["change"]][row["theme"]]
            if network.has_edge(*edge) and edge not in lines:
                lines.append(edge)
        left = [each for each in left if each not in {row["edition"] for row in rows}]
    return found


def _build_edition(
    lists: ListBuilder, event: str, named: dict[tuple[str, str], dict[str, list[EdgeKey]]]
) -> Edition:
    days, places, bodies = (
        build_date_groups(lists, event),
        lists.ties(event, PLACE_RELATIONS),
        lists.ties(event, ORGANISER_RELATIONS),
    )
    told = [item for group in (*days, *places, *bodies) for item in group.items]
    is_planned = told and all(item.family == "ahead" for item in told)
    order = lists.ties(event, ("aigg:editionOf", "aigg:follows"))
    number = lists.values(event, only=("aigg:editionNumber",))
    cells = (
        (*days, *number, *order),
        tuple(places),
        tuple(bodies),
        tuple(_iter_theme_groups(lists, event, named)),
        tuple(lists.ties(event, OUTCOME_RELATIONS)),
    )
    return Edition(lists.thing(event, ("planned",) if is_planned else ()), cells)


def _iter_theme_groups(
    lists: ListBuilder, event: str, named: dict[tuple[str, str], dict[str, list[EdgeKey]]]
) -> Iterable[ItemGroup]:
    """Yield the themes by what changed, then those that are not said to have been themes."""
    taken: set[EdgeKey] = set()
    for change, heading in _CHANGE_HEADINGS.items():
        lines = {theme: edges for theme, edges in named[event, change].items() if edges}
        items = tuple(lists.line(edges, theme) for theme, edges in lines.items())
        taken |= {edge for edges in lines.values() for edge in edges}
        if items:
            yield ItemGroup(heading, items, past=change == "dropped")
    yield from lists.ties(event, THEME_RELATIONS, but=taken)


def _format_title(graph: Graph, ties: Sequence[str], editions: Sequence[str]) -> str:
    names = [graph.label(each) for each in ties if graph.class_of(each) == _SERIES_CLASS]
    if names:
        return names[0]
    first = graph.label(editions[0])
    return f"{first} and what followed" if len(editions) > 1 else first


def _format_subtitle(
    editions: Sequence[str], named: Mapping[tuple[str, str], Mapping[str, Any]]
) -> str:
    """Return how many editions and themes there are, and how many themes lasted."""
    number = f"{len(editions)} editions side by side" if len(editions) > 1 else "One edition"
    changes = [(change, theme) for (_, change), every in named.items() for theme in every]
    themes = {theme for _, theme in changes}
    kept = {theme for change, theme in changes if change == "kept"}
    if not themes or len(editions) == 1:
        return f"{number}: when and where, by whom, about what, with which outcome"
    lasted = f"{len(kept):,} of them" if kept else "none"
    told = format_count(len(themes), "theme")
    return f"{number}: {told} named, {lasted} kept from one to the next"


def _describe_omitted_editions(editions: Sequence[str]) -> str:
    if len(editions) <= MAX_EDITIONS:
        return ""
    return f"Of {len(editions):,} editions the latest {MAX_EDITIONS} are shown."
