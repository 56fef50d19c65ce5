"""The view of an event: who met when and where, about what, and with which outcome."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, format_as_of, join_names
from graph_builder.pictures.event_relations import (
    DATE_RELATIONS,
    NESTED_RELATIONS,
    OUTCOME_RELATIONS,
    PARTICIPANT_RELATIONS,
    PLACE_RELATIONS,
    THEME_RELATIONS,
    build_date_groups,
    collect_event_nodes,
)
from graph_builder.pictures.item_lists import (
    ALL_RELATIONS,
    ItemGroup,
    ListBuilder,
    build_list_stage,
    get_other_end,
    group_edges_by_relation,
)
from graph_builder.pictures.palette import get_class_style
from graph_builder.pictures.subgraphs import extract_subgraph
from graph_builder.pictures.truncation import MAX_PICTURE_NODES, select_connected_nodes
from graph_builder.pictures.view_definition import Argument, Option, Picture, View
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

DEFAULT_EVENT = "event:india-france-ai-policy-roundtable-2"
_STAGE = build_list_stage("event")


@dataclass(frozen=True)
class EventColumn:
    """A column: its heading, its groups, and what it says where there are none."""

    name: str
    heading: str
    empty: str
    groups: tuple[ItemGroup, ...] = ()


@dataclass(frozen=True)
class _ColumnDefinition:
    """What stands in a column: these ways, and any others that lead to marks of these groups."""

    name: str
    heading: str
    empty: str
    ways: tuple[str, ...]
    marks: tuple[str, ...] = ()


_COLUMN_DEFINITIONS = (
    _ColumnDefinition(
        "who",
        "Who",
        "No source of this graph says who took part.",
        PARTICIPANT_RELATIONS,
        ("country", "body", "person"),
    ),
    _ColumnDefinition(
        "where",
        "When and where",
        "No source of this graph says when or where.",
        (
            *PLACE_RELATIONS,
            *("aigg:eventForm", "aigg:editionOf", "aigg:follows", "^aigg:follows"),
            *("aigg:sideEventOf", "^aigg:sideEventOf", "aigg:sessionOf", "^aigg:sessionOf"),
            *("aigg:focus", "aigg:highlighted", "aigg:assessedAs"),
        ),
    ),
    _ColumnDefinition(
        "about", "About what", "No source of this graph names a theme.", THEME_RELATIONS, ("theme",)
    ),
    _ColumnDefinition(
        "outcomes",
        "With which outcome",
        "No source of this graph tells of an outcome or a text.",
        (*OUTCOME_RELATIONS, "^aigg:buildsOn"),
        ("outcome", "instrument"),
    ),
)
_DEFAULT_COLUMN = "where"
_PLACE_HEADINGS = ("Venue", "Place", "Held in")
#: What one and several things of a column are called.
_COUNT_NOUNS = {
    "who": ("actor", "actors"),
    "about": ("theme", "themes"),
    "outcomes": ("outcome or text", "outcomes and texts"),
}


def build_event_picture(
    graph: Graph, thing: str = DEFAULT_EVENT, *, inferred: bool = True
) -> Picture:
    """Return the picture of an event in columns, by default of the roundtable.

    Raises PictureError for what is no event, or of which nothing is said.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    if (class_ := graph.class_of(iri)) not in ("", expand("aigg:Event")):
        view = "series" if class_ == expand("aigg:EventSeries") else "ego"
        raise PictureError(f"{graph.label(iri)} is no event; the view {view} shows it")
    network = build_facts_network(graph, source="all", inferred=inferred)
    if iri not in network:
        raise PictureError(
            f"nothing to draw: nothing is said of {graph.label(iri)}{format_as_of(graph.at)}"
        )
    every = collect_event_nodes(network, {iri}, ALL_RELATIONS)
    shown, left = select_connected_nodes(network, {iri}, every, MAX_PICTURE_NODES)
    drawn = annotate_network(extract_subgraph(network, shown), graph)
    lists = ListBuilder(drawn, graph, NESTED_RELATIONS)
    columns = _build_columns(lists, iri)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join(
            (_format_subtitle(lists, columns), *describe_snapshot(drawn, list_network_facts(drawn)))
        ),
        network=drawn,
        stage=_STAGE,
        content={"columns": columns},
        bundles=lists.bundles,
        focus=(iri,),
        whole=extract_subgraph(network, every),
        notes=(left,) if left else (),
    )


VIEW = View(
    name="event",
    summary="Who met where, about what, and with which outcome?",
    terms=(
        Argument(
            "THING", "An event, by default the India-France roundtable of 2025.", required=False
        ),
    ),
    options=(Option("inferred", "Show inferred and background facts too.", default=True),),
    make=build_event_picture,
    example=("event:ai-action-summit-2025",),
)


def _build_columns(lists: ListBuilder, iri: str) -> list[EventColumn]:
    found = []
    for sort in _COLUMN_DEFINITIONS:
        groups = lists.ties(iri, (*sort.ways, *_find_other_relations(lists.network, iri, sort)))
        if sort.name == _DEFAULT_COLUMN:
            groups = [
                *build_date_groups(lists, iri),
                *groups,
                *lists.values(iri, but=DATE_RELATIONS),
            ]
        found.append(EventColumn(sort.name, sort.heading, sort.empty, tuple(groups)))
    return found


def _find_other_relations(
    network: "nx.MultiDiGraph[str]", iri: str, sort: _ColumnDefinition
) -> list[str]:
    """Return the ways that no column names, where they lead to what belongs in this one."""
    named = {way for each in _COLUMN_DEFINITIONS for way in each.ways}
    placed = {}
    for way, lines in sorted(group_edges_by_relation(network, iri).items()):
        mark = get_class_style(str(network.nodes[get_other_end(lines[0], iri)]["kind"])).name
        placed[way] = next(
            (each.name for each in _COLUMN_DEFINITIONS if mark in each.marks), _DEFAULT_COLUMN
        )
    return [way for way, name in placed.items() if way not in named and name == sort.name]


def _format_subtitle(lists: ListBuilder, columns: list[EventColumn]) -> str:
    """Return when and where it was, of what sources contradict what editors hold or most say."""
    groups = {group.heading: group for column in columns for group in column.groups}
    dated = [_format_first_item(lists, groups["When"])] if "When" in groups else []
    placed = [lists.words(groups[name].items[0]) for name in _PLACE_HEADINGS if name in groups][:1]
    told = [_count_items(column) for column in columns if column.name in _COUNT_NOUNS]
    answer = ": ".join(filter(None, (", ".join(dated + placed), join_names([*filter(None, told)]))))
    return answer[:1].upper() + answer[1:] or "Who, about what, and with which outcome"


def _format_first_item(lists: ListBuilder, group: ItemGroup) -> str:
    """Return the first item of a group, with what is to be known besides."""
    apart = "sources contradict each other" if group.sign == "contradicts" else ""
    first = group.items[0]
    told = [tag for tag in (*first.tags, apart) if tag]
    return lists.words(first) + (f" ({', '.join(told)})" if told else "")


def _count_items(column: EventColumn) -> str:
    """Return how many different things a column affirms, nothing where there are none."""
    items = {item.name for group in column.groups for item in group.items if item.affirmed}
    return format_count(len(items), *_COUNT_NOUNS[column.name]) if items else ""
