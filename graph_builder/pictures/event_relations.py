"""What belongs to an event: the ways that lead from it, and the days that sources give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.item_lists import (
    ALL_RELATIONS,
    ItemGroup,
    ListBuilder,
    NetworkFact,
    get_other_end,
    get_relation_name,
    group_edges_by_relation,
)

if TYPE_CHECKING:
    import networkx as nx

ORGANISER_RELATIONS = ("aigg:leadOrganizer", "aigg:coOrganizer", "^aigg:hosted", "^aigg:coChaired")
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
#: What is told of what an event leads to.
NESTED_RELATIONS: Mapping[str, Sequence[str]] = {
    "aigg:venue": ("aigg:locatedIn", "org:siteOf"),
    "aigg:heldIn": ("aigg:locatedIn",),
    "aigg:locatedIn": ("aigg:locatedIn",),
    "^aigg:sessionOf": (
        *PARTICIPANT_RELATIONS,
        *PLACE_RELATIONS,
        *THEME_RELATIONS,
        *OUTCOME_RELATIONS,
    ),
    "aigg:producedOutcome": ALL_RELATIONS,
    "^aigg:adoptedAt": ALL_RELATIONS,
    "^aigg:openedForSignatureAt": ALL_RELATIONS,
}
_START_DATE, _END_DATE = "schema:startDate", "schema:endDate"
_NO_DATE: NetworkFact = {}
DATE_RELATIONS = (_START_DATE, _END_DATE)


def collect_event_nodes(
    network: "nx.MultiDiGraph[str]", events: Iterable[str], wanted: Sequence[str]
) -> set[str]:
    """Return the events, what they are tied to in these ways, and what is told of that."""
    found = set(events)
    left = [(event, wanted) for event in found]
    while left:
        thing, asked = left.pop()
        for way, lines in group_edges_by_relation(network, thing).items():
            if asked is not ALL_RELATIONS and way not in asked:
                continue
            others = {get_other_end(edge, thing) for edge in lines} - found
            found |= others
            left += [(other, NESTED_RELATIONS[way]) for other in others if way in NESTED_RELATIONS]
    return found


def build_date_groups(lists: ListBuilder, event: str) -> list[ItemGroup]:
    """Return the days of an event, each as one source or several give them, if any does."""
    said: dict[str, dict[str, list[NetworkFact]]] = defaultdict(lambda: defaultdict(list))
    for fact in lists.network.nodes[event]["facts"]:
        if (name := get_relation_name(fact)) in DATE_RELATIONS:
            said[fact["source"]][name].append(fact)
    told: dict[str, list[NetworkFact]] = defaultdict(list)
    for dates in said.values():
        for first, last in product(
            dates[_START_DATE] or [_NO_DATE], dates[_END_DATE] or [_NO_DATE]
        ):
            words = format_date_range(first.get("object", ""), last.get("object", ""))
            told[words] += [fact for fact in (first, last) if fact]
    return [lists.value_group(event, "when", told)] if told else []
