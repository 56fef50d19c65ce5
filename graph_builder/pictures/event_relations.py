"""The relations of events: who took part, where, about what and with which outcome.

A directed relation is a prefixed name, with "^" before it for edges that lead to the event.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.item_lists import (
    ALL_RELATIONS,
    ItemGroup,
    ListBuilder,
    get_other_end,
    get_relation_name,
    group_edges_by_relation,
)
from graph_builder.pictures.neighbourhood import ListNeighbours
from graph_builder.pictures.view_definition import NetworkFact

if TYPE_CHECKING:
    import networkx as nx

ORGANISER_RELATIONS = (
    *("aigg:leadOrganizer", "aigg:coOrganizer", "^aigg:hosted", "^aigg:coChaired"),
)
PARTICIPANT_RELATIONS = (
    *ORGANISER_RELATIONS,
    *("^aigg:spokeAt", "^aigg:attended", "aigg:participantCategory", "^aigg:leads"),
    *("^aigg:supports", "^aigg:funds", "^aigg:hostedPreparationOf", "^aigg:announced"),
)
PLACE_RELATIONS = ("aigg:venue", "aigg:heldIn")
THEME_RELATIONS = ("aigg:emphasised", "aigg:discussed", "aigg:hasTheme", "aigg:platformFor")
OUTCOME_RELATIONS = (
    *("aigg:producedOutcome", "^aigg:adoptedAt", "^aigg:openedForSignatureAt"),
    "^aigg:launchedAt",
)
_SESSION_RELATIONS = (
    *PARTICIPANT_RELATIONS,
    *PLACE_RELATIONS,
    *THEME_RELATIONS,
    *OUTCOME_RELATIONS,
)
#: The relations that are shown of what an event leads to, by the relation that leads there.
NESTED_RELATIONS: Mapping[str, Sequence[str]] = {
    "aigg:venue": ("aigg:locatedIn", "org:siteOf"),
    "aigg:heldIn": ("aigg:locatedIn",),
    "aigg:locatedIn": ("aigg:locatedIn",),
    "^aigg:sessionOf": _SESSION_RELATIONS,
    "aigg:producedOutcome": ALL_RELATIONS,
    "^aigg:adoptedAt": ALL_RELATIONS,
    "^aigg:openedForSignatureAt": ALL_RELATIONS,
}
_START_DATE, _END_DATE = "schema:startDate", "schema:endDate"
DATE_RELATIONS = (_START_DATE, _END_DATE)
_NO_DATE: NetworkFact = {}


def collect_event_nodes(
    network: "nx.MultiDiGraph[str]", events: Iterable[str], relations: Sequence[str]
) -> set[str]:
    """Return events, the nodes at the end of these relations, and those nested below them."""
    nodes = set(events)
    queue = [(event, relations) for event in nodes]
    while queue:
        node, followed = queue.pop()
        for relation, edges in group_edges_by_relation(network, node).items():
            if followed is not ALL_RELATIONS and relation not in followed:
                continue
            others = {get_other_end(edge, node) for edge in edges} - nodes
            nodes |= others
            if relation in NESTED_RELATIONS:
                queue += [(other, NESTED_RELATIONS[relation]) for other in others]
    return nodes


def find_event_things(
    events: Iterable[str], relations: Sequence[str], list_neighbours: ListNeighbours
) -> set[str]:
    """Return events and whatever `collect_event_nodes` follows relations of."""
    queue = [(event, tuple(relations)) for event in events]
    known = {*queue}
    while queue:
        thing, followed = queue.pop()
        new = {
            (other, tuple(NESTED_RELATIONS[relation]))
            for relation, others in list_neighbours(thing).items()
            if relation in NESTED_RELATIONS and (followed == ALL_RELATIONS or relation in followed)
            for other in others
        } - known
        known |= new
        queue += new
    return {thing for thing, _ in known}


def build_date_groups(lists: ListBuilder, event: str) -> list[ItemGroup]:
    """Return one group with the dates of an event as sources give them, none without dates."""
    by_source: dict[str, dict[str, list[NetworkFact]]] = defaultdict(lambda: defaultdict(list))
    for fact in lists.network.nodes[event]["facts"]:
        if (name := get_relation_name(fact)) in DATE_RELATIONS:
            by_source[fact["source"]][name].append(fact)
    dates: dict[str, list[NetworkFact]] = defaultdict(list)
    for facts in by_source.values():
        for first, last in product(
            facts[_START_DATE] or [_NO_DATE], facts[_END_DATE] or [_NO_DATE]
        ):
            text = format_date_range(first.get("object", ""), last.get("object", ""))
            dates[text] += [fact for fact in (first, last) if fact]
    return [lists.build_value_group(event, "when", dates)] if dates else []
