"""The view of an event: who met when and where, about what, and with which outcome."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import facts_network, facts_of
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import in_context
from graph_builder.pictures.caption_text import in_a_row, sentence, then
from graph_builder.pictures.event_data import (
    ABOUT,
    DATES,
    FOLLOWED,
    OUTCOMES,
    WHERE,
    WHO,
    around,
    when,
)
from graph_builder.pictures.item_lists import EVERY, Group, Lists, far, stage, ways
from graph_builder.pictures.palette import group_of
from graph_builder.pictures.subgraphs import part
from graph_builder.pictures.truncation import PART_NODES, closest
from graph_builder.pictures.view_model import Option, Picture, TermArgument, View
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

ROUNDTABLE = "event:india-france-ai-policy-roundtable-2"
_STAGE = stage("event")


@dataclass(frozen=True)
class Column:
    """A column: its heading, its groups, and what it says where there are none."""

    name: str
    heading: str
    empty: str
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class _Sort:
    """What stands in a column: these ways, and any others that lead to marks of these groups."""

    name: str
    heading: str
    empty: str
    ways: tuple[str, ...]
    marks: tuple[str, ...] = ()


_SORTS = (
    _Sort(
        "who",
        "Who",
        "No source of this graph says who took part.",
        WHO,
        ("country", "body", "person"),
    ),
    _Sort(
        "where",
        "When and where",
        "No source of this graph says when or where.",
        (
            *WHERE,
            *("aigg:eventForm", "aigg:editionOf", "aigg:follows", "^aigg:follows"),
            *("aigg:sideEventOf", "^aigg:sideEventOf", "aigg:sessionOf", "^aigg:sessionOf"),
            *("aigg:focus", "aigg:highlighted", "aigg:assessedAs"),
        ),
    ),
    _Sort("about", "About what", "No source of this graph names a theme.", ABOUT, ("theme",)),
    _Sort(
        "outcomes",
        "With which outcome",
        "No source of this graph tells of an outcome or a text.",
        (*OUTCOMES, "^aigg:buildsOn"),
        ("outcome", "instrument"),
    ),
)
_OTHERWISE = "where"
_PLACES = ("Venue", "Place", "Held in")
#: What one and several things of a column are called.
_TOLD = {
    "who": ("actor", "actors"),
    "about": ("theme", "themes"),
    "outcomes": ("outcome or text", "outcomes and texts"),
}


def event(graph: Graph, thing: str = ROUNDTABLE, *, inferred: bool = True) -> Picture:
    """Return the picture of an event in columns, by default of the roundtable.

    Raises PictureError for what is no event, or of which nothing is said.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    if (class_ := graph.class_of(iri)) not in ("", expand("aigg:Event")):
        view = "series" if class_ == expand("aigg:EventSeries") else "ego"
        raise PictureError(f"{graph.label(iri)} is no event; the view {view} shows it")
    network = facts_network(graph, source="all", inferred=inferred)
    if iri not in network:
        raise PictureError(
            f"nothing to draw: nothing is said of {graph.label(iri)}{then(graph.at)}"
        )
    every = around(network, {iri}, EVERY)
    shown, left = closest(network, {iri}, every, PART_NODES)
    drawn = in_context(part(network, shown), graph)
    lists = Lists(drawn, graph, FOLLOWED)
    columns = _columns(lists, iri)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join((_subtitle(lists, columns), *sentence(drawn, facts_of(drawn)))),
        network=drawn,
        stage=_STAGE,
        content={"columns": columns},
        bundles=lists.bundles,
        focus=(iri,),
        whole=part(network, every),
        notes=(left,) if left else (),
    )


VIEW = View(
    name="event",
    summary="Who met where, about what, and with which outcome?",
    terms=(
        TermArgument(
            "THING", "An event, by default the India-France roundtable of 2025.", required=False
        ),
    ),
    options=(Option("inferred", "Show inferred and background facts too.", default=True),),
    make=event,
    example=("event:ai-action-summit-2025",),
)


def _columns(lists: Lists, iri: str) -> list[Column]:
    found = []
    for sort in _SORTS:
        groups = lists.ties(iri, (*sort.ways, *_others(lists.network, iri, sort)))
        if sort.name == _OTHERWISE:
            groups = [*when(lists, iri), *groups, *lists.values(iri, but=DATES)]
        found.append(Column(sort.name, sort.heading, sort.empty, tuple(groups)))
    return found


def _others(network: "nx.MultiDiGraph[str]", iri: str, sort: _Sort) -> list[str]:
    """Return the ways that no column names, where they lead to what belongs in this one."""
    named = {way for each in _SORTS for way in each.ways}
    placed = {}
    for way, lines in sorted(ways(network, iri).items()):
        mark = group_of(str(network.nodes[far(lines[0], iri)]["kind"])).name
        placed[way] = next((each.name for each in _SORTS if mark in each.marks), _OTHERWISE)
    return [way for way, name in placed.items() if way not in named and name == sort.name]


def _subtitle(lists: Lists, columns: list[Column]) -> str:
    """Return when and where it was, of what sources contradict what editors hold or most say."""
    groups = {group.heading: group for column in columns for group in column.groups}
    dated = [_first(lists, groups["When"])] if "When" in groups else []
    placed = [lists.words(groups[name].items[0]) for name in _PLACES if name in groups][:1]
    told = [_told(column) for column in columns if column.name in _TOLD]
    answer = ": ".join(filter(None, (", ".join(dated + placed), in_a_row([*filter(None, told)]))))
    return answer[:1].upper() + answer[1:] or "Who, about what, and with which outcome"


def _first(lists: Lists, group: Group) -> str:
    """Return the first item of a group, with what is to be known besides."""
    apart = "sources contradict each other" if group.sign == "contradicts" else ""
    first = group.items[0]
    told = [tag for tag in (*first.tags, apart) if tag]
    return lists.words(first) + (f" ({', '.join(told)})" if told else "")


def _told(column: Column) -> str:
    """Return how many different things a column affirms, nothing where there are none."""
    items = {item.name for group in column.groups for item in group.items if item.affirmed}
    return format_count(len(items), *_TOLD[column.name]) if items else ""
