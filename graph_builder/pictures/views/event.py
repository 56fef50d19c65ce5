"""The view of an event: who took part, when and where, about what, with which outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import list_network_facts
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
    find_event_things,
)
from graph_builder.pictures.item_lists import (
    ALL_RELATIONS,
    ItemGroup,
    ListBuilder,
    build_list_stage,
    get_other_end,
    group_edges_by_relation,
)
from graph_builder.pictures.neighbourhood import ListNeighbours, Scope
from graph_builder.pictures.palette import get_class_style
from graph_builder.pictures.subgraphs import extract_subgraph, get_full_network
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
    """A column of the page: its heading, its groups, and the text that an empty column shows."""

    name: str
    heading: str
    empty: str
    groups: tuple[ItemGroup, ...] = ()


@dataclass(frozen=True)
class _ColumnDefinition:
    """What a column holds: directed relations, and others that lead to nodes of these styles."""

    name: str
    heading: str
    empty: str
    relations: tuple[str, ...]
    style_names: tuple[str, ...] = ()


_COLUMN_DEFINITIONS = (
    _ColumnDefinition(
        "who",
        "Who",
        "No source says who took part.",
        PARTICIPANT_RELATIONS,
        ("country", "body", "person"),
    ),
    _ColumnDefinition(
        "where",
        "When and where",
        "No source says when or where.",
        (
            *PLACE_RELATIONS,
            *("aigg:eventForm", "aigg:editionOf", "aigg:follows", "^aigg:follows"),
            *("aigg:sideEventOf", "^aigg:sideEventOf", "aigg:sessionOf", "^aigg:sessionOf"),
            *("aigg:focus", "aigg:highlighted", "aigg:assessedAs"),
        ),
    ),
    _ColumnDefinition("about", "Themes", "No source names a theme.", THEME_RELATIONS, ("theme",)),
    _ColumnDefinition(
        "outcomes",
        "Outcomes",
        "No source names an outcome or a text.",
        (*OUTCOME_RELATIONS, "^aigg:buildsOn"),
        ("outcome", "instrument"),
    ),
)
_DEFAULT_COLUMN = "where"
_PLACE_HEADINGS = ("Venue", "Place", "Held in")
#: Nouns, in singular and plural, for the columns that the subtitle counts.
_COUNT_NOUNS = {
    "who": ("actor", "actors"),
    "about": ("theme", "themes"),
    "outcomes": ("outcome or text", "outcomes and texts"),
}


def build_event_picture(
    graph: Graph, thing: str = DEFAULT_EVENT, *, inferred: bool = True
) -> Picture:
    """Return the picture of an event in columns, by default of the roundtable.

    Raises PictureError for what is no event, and for an event without facts.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    if (class_iri := graph.class_of(iri)) not in ("", expand("aigg:Event")):
        view = "series" if class_iri == expand("aigg:EventSeries") else "ego"
        raise PictureError(f"{graph.label(iri)} is not an event; use: aigg draw {view}")
    network = get_full_network(graph, inferred=inferred)
    if iri not in network:
        raise PictureError(
            f"nothing to draw: there are no facts about {graph.label(iri)}{format_as_of(graph.at)}"
        )
    nodes = collect_event_nodes(network, {iri}, ALL_RELATIONS)
    shown, note = select_connected_nodes(network, {iri}, nodes, MAX_PICTURE_NODES)
    drawn = annotate_network(extract_subgraph(network, shown), graph)
    lists = ListBuilder(drawn, graph, NESTED_RELATIONS)
    columns = _build_columns(lists, iri)
    answer = _format_subtitle(lists, columns)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join((answer, *describe_snapshot(drawn, list_network_facts(drawn)))),
        network=drawn,
        stage=_STAGE,
        content={"columns": columns},
        bundles=lists.bundles,
        focus=(iri,),
        full_network=extract_subgraph(network, nodes),
        notes=(note,) if note else (),
    )


def _find_things(
    iris: Sequence[str], _: Mapping[str, Any], list_neighbours: ListNeighbours
) -> set[str]:
    return find_event_things(iris, ALL_RELATIONS, list_neighbours)


VIEW = View(
    name="event",
    summary="Who met where, about what, and with which outcome?",
    arguments=(
        Argument(
            "THING", "An event, by default the India-France roundtable of 2025.", required=False
        ),
    ),
    options=(
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=True,
        ),
    ),
    build=build_event_picture,
    example=("event:ai-action-summit-2025",),
    scope=Scope(ParameterKind.EVENT, _find_things, (DEFAULT_EVENT,)),
)


def _build_columns(lists: ListBuilder, iri: str) -> list[EventColumn]:
    columns = []
    for each in _COLUMN_DEFINITIONS:
        other_relations = _find_other_relations(lists.network, iri, each)
        groups = lists.build_edge_groups(iri, (*each.relations, *other_relations))
        if each.name == _DEFAULT_COLUMN:
            dates = build_date_groups(lists, iri)
            values = lists.build_value_groups(iri, excluded=DATE_RELATIONS)
            groups = [*dates, *groups, *values]
        columns.append(EventColumn(each.name, each.heading, each.empty, tuple(groups)))
    return columns


def _find_other_relations(
    network: "nx.MultiDiGraph[str]", iri: str, column: _ColumnDefinition
) -> list[str]:
    """Return the relations that no column names and that lead to nodes of this column."""
    named = {relation for each in _COLUMN_DEFINITIONS for relation in each.relations}
    relations = []
    for relation, edges in sorted(group_edges_by_relation(network, iri).items()):
        node = network.nodes[get_other_end(edges[0], iri)]
        style = get_class_style(str(node["kind"])).name
        fitting = (each.name for each in _COLUMN_DEFINITIONS if style in each.style_names)
        if relation not in named and next(fitting, _DEFAULT_COLUMN) == column.name:
            relations.append(relation)
    return relations


def _format_subtitle(lists: ListBuilder, columns: list[EventColumn]) -> str:
    """Return date, place and counts, by a judgement, or as most sources state them."""
    groups = {group.heading: group for column in columns for group in column.groups}
    date = [_format_first_item(lists, groups["When"])] if "When" in groups else []
    headings = [heading for heading in _PLACE_HEADINGS if heading in groups][:1]
    place = [lists.get_text(groups[heading].items[0]) for heading in headings]
    counts = [_count_items(column) for column in columns if column.name in _COUNT_NOUNS]
    parts = (", ".join(date + place), join_names([*filter(None, counts)]))
    answer = ": ".join(filter(None, parts))
    return answer[:1].upper() + answer[1:] or "Who took part, about what, and with which outcome"


def _format_first_item(lists: ListBuilder, group: ItemGroup) -> str:
    """Return the first item of a group with its tags."""
    conflict = "sources contradict each other" if group.sign == "contradicts" else ""
    item = group.items[0]
    tags = [tag for tag in (*item.tags, conflict) if tag]
    return lists.get_text(item) + (f" ({', '.join(tags)})" if tags else "")


def _count_items(column: EventColumn) -> str:
    """Return how many different things a column affirms, "" for none."""
    names = {item.name for group in column.groups for item in group.items if item.affirmed}
    return format_count(len(names), *_COUNT_NOUNS[column.name]) if names else ""
