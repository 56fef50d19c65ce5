"""Editions of a series: which events belong together, in which order, and which there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import facts_network, facts_of
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import in_context
from graph_builder.pictures.caption_text import sentence, then
from graph_builder.pictures.event_data import (
    ABOUT,
    DATES,
    FOLLOWED,
    ORGANISERS,
    OUTCOMES,
    WHERE,
    around,
    when,
)
from graph_builder.pictures.item_lists import Group, Item, Lists, far, relation_of, stage, ways
from graph_builder.pictures.pyvis_network import strongest
from graph_builder.pictures.subgraphs import part
from graph_builder.pictures.truncation import PART_NODES, closest
from graph_builder.pictures.view_model import EdgeKey, Option, Picture, TermArgument, View
from graph_builder.query.named_questions import ask
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import SnapshotGraph

if TYPE_CHECKING:
    import networkx as nx


#: The ways that are told of an edition.
EDITION = ("aigg:editionOf", "aigg:follows", *ORGANISERS, *WHERE, *ABOUT, *OUTCOMES)
_TIES = ("aigg:follows", "^aigg:follows", "aigg:editionOf", "^aigg:editionOf")


def tied(network: "nx.MultiDiGraph[str]", start: str) -> list[str]:
    """Return what leads from a thing to events that follow each other or share a series."""
    found, left = {start}, [start] if start in network else []
    while left:
        thing = left.pop()
        lines = ways(network, thing)
        near = {
            far(edge, thing)
            for way in _TIES
            for edge in lines.get(way, [])
            if strongest(network.edges[edge]["facts"]).name != "denied"
        }
        left += sorted(near - found)
        found |= near
    return sorted(found & set(network))


def ordered(graph: Graph, network: "nx.MultiDiGraph[str]", events: Sequence[str]) -> list[str]:
    """Return events after those that they follow, those of one rank by their first day."""
    rank = dict.fromkeys(events, 0)
    before = {
        event: {far(edge, event) for edge in ways(network, event).get("aigg:follows", [])}
        & {*events}
        for event in events
    }
    for _ in events:  # as often as a chain can be long, so that a circle comes to an end
        for event in events:
            latest = max((rank[each] + 1 for each in before[event]), default=0)
            rank[event] = min(max(rank[event], latest), len(events))
    begins = {event: graph.value(event, expand(DATES[0])) for event in events}
    return sorted(events, key=lambda event: (rank[event], begins[event], event))


def is_there(network: "nx.MultiDiGraph[str]", event: str) -> bool:
    """Return whether an edition has anything to show on a day, if there is one."""
    if event not in network or not network.graph["at"]:
        return event in network
    dated = any(relation_of(fact) in DATES for fact in network.nodes[event]["facts"])
    return dated or not {*EDITION}.isdisjoint(ways(network, event))


SUMMITS = "event:ai-impact-summit-2026"
#: Editions that stand side by side, so that each can be read.
MOST = 12
#: What the cells of an edition tell, in their order.
ROWS = ("Day", "Place", "Hosts and organisers", "Themes", "Outcomes and texts")
_STAGE = stage("series")
_SERIES = expand("aigg:EventSeries")
#: What a change of themes is called, in the order in which changes are shown.
_CHANGES = {
    "new": "+ New themes",
    "kept": "= Themes kept",
    "first recorded": "Themes, first recorded",
    "dropped": "\u2212 Themes no longer named",
}
_COMPARED = (
    "Themes are compared as they are worded: another wording counts as new, and no longer named "
    "means that no source names it again."
)


@dataclass(frozen=True)
class Edition:
    """An edition: its name, and its cells in the order of the rows."""

    item: Item
    cells: tuple[tuple[Group, ...], ...]


def series(graph: Graph, thing: str = SUMMITS, *, inferred: bool = True) -> Picture:
    """Return the picture of a series, given by itself or by one of its events, edition by edition.

    Raises PictureError where no event follows another or is an edition of the series.
    """
    iri = resolve_entity(thing, graph, ParameterKind.EVENT)
    network = in_context(facts_network(graph, source="all", inferred=inferred), graph)
    ties, editions = _editions(graph, network, iri, inferred=inferred)
    latest = editions[-MOST:]
    near = around(network, latest, EDITION)
    shown, left = closest(network, set(latest), near, PART_NODES)
    drawn = part(network, shown)
    lists = Lists(drawn, graph, FOLLOWED)
    named = _themes(graph, drawn, latest)
    return Picture(
        title=_title(graph, ties, latest),
        subtitle=". ".join((_subtitle(latest, named), *sentence(drawn, facts_of(drawn)))),
        network=drawn,
        stage=_STAGE,
        content={"rows": ROWS, "editions": [_edition(lists, each, named) for each in latest]},
        bundles=lists.bundles,
        whole=part(network, around(network, editions, EDITION)),
        notes=tuple(note for note in (_cut(editions), left, _COMPARED) if note),
    )


VIEW = View(
    name="series",
    summary="What do the editions of a series share, and what changes from one to the next?",
    terms=(
        TermArgument(
            "THING",
            "A series or one of its events, by default the AI summits since 2023.",
            required=False,
        ),
    ),
    options=(Option("inferred", "Show inferred and background facts too.", default=True),),
    make=series,
    example=(SUMMITS,),
)


def _editions(
    graph: Graph, network: "nx.MultiDiGraph[str]", iri: str, *, inferred: bool
) -> tuple[list[str], list[str]]:
    """Return what belongs to a series, and those of its editions of which there is something."""
    whole = network
    if isinstance(graph, SnapshotGraph):  # which belong together does not depend on a day
        whole = facts_network(graph.whole, source="all", inferred=inferred)
    ties = tied(whole, iri)
    every = [each for each in ties if whole.nodes[each]["kind"] == "Event"]
    if len(ties) == 1 or not every:
        raise PictureError(
            f"no series: no source says what {graph.label(iri)} follows or is an edition of"
        )
    editions = [each for each in ordered(graph, whole, every) if is_there(network, each)]
    if not editions:
        raise PictureError(f"nothing to draw: nothing is said of the editions{then(graph.at)}")
    return ties, editions


def _themes(
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


def _edition(
    lists: Lists, event: str, named: dict[tuple[str, str], dict[str, list[EdgeKey]]]
) -> Edition:
    days, places, bodies = (
        when(lists, event),
        lists.ties(event, WHERE),
        lists.ties(event, ORGANISERS),
    )
    told = [item for group in (*days, *places, *bodies) for item in group.items]
    is_planned = told and all(item.family == "ahead" for item in told)
    order = lists.ties(event, ("aigg:editionOf", "aigg:follows"))
    number = lists.values(event, only=("aigg:editionNumber",))
    cells = (
        (*days, *number, *order),
        tuple(places),
        tuple(bodies),
        tuple(_about(lists, event, named)),
        tuple(lists.ties(event, OUTCOMES)),
    )
    return Edition(lists.thing(event, ("planned",) if is_planned else ()), cells)


def _about(
    lists: Lists, event: str, named: dict[tuple[str, str], dict[str, list[EdgeKey]]]
) -> Iterable[Group]:
    """Yield the themes by what changed, then those that are not said to have been themes."""
    taken: set[EdgeKey] = set()
    for change, heading in _CHANGES.items():
        lines = {theme: edges for theme, edges in named[event, change].items() if edges}
        items = tuple(lists.line(edges, theme) for theme, edges in lines.items())
        taken |= {edge for edges in lines.values() for edge in edges}
        if items:
            yield Group(heading, items, past=change == "dropped")
    yield from lists.ties(event, ABOUT, but=taken)


def _title(graph: Graph, ties: Sequence[str], editions: Sequence[str]) -> str:
    names = [graph.label(each) for each in ties if graph.class_of(each) == _SERIES]
    if names:
        return names[0]
    first = graph.label(editions[0])
    return f"{first} and what followed" if len(editions) > 1 else first


def _subtitle(editions: Sequence[str], named: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
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


def _cut(editions: Sequence[str]) -> str:
    if len(editions) <= MOST:
        return ""
    return f"Of {len(editions):,} editions the latest {MOST} are shown."
