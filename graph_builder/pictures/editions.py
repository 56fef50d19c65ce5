"""Editions of a series: which events belong together, in which order, and which there are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graph_builder.pictures.drawing import strongest
from graph_builder.pictures.lists import far, relation_of, ways
from graph_builder.pictures.meetings import ABOUT, DATES, ORGANISERS, OUTCOMES, WHERE
from graph_builder.store import Graph
from graph_builder.vocabulary import expand

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
