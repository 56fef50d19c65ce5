"""What belongs to an event: the ways that lead from it, and the days that sources give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from graph_builder.pictures.caption_text import between
from graph_builder.pictures.item_lists import EVERY, Fact, Group, Lists, far, relation_of, ways

if TYPE_CHECKING:
    import networkx as nx

ORGANISERS = ("aigg:leadOrganizer", "aigg:coOrganizer", "^aigg:hosted", "^aigg:coChaired")
WHO = (
    *ORGANISERS,
    *("^aigg:spokeAt", "^aigg:attended", "aigg:participantCategory", "^aigg:leads"),
    *("^aigg:supports", "^aigg:funds", "^aigg:hostedPreparationOf", "^aigg:announced"),
)
WHERE = ("aigg:venue", "aigg:heldIn")
ABOUT = ("aigg:emphasised", "aigg:discussed", "aigg:hasTheme", "aigg:platformFor")
OUTCOMES = (
    *("aigg:producedOutcome", "^aigg:adoptedAt", "^aigg:openedForSignatureAt"),
    "^aigg:launchedAt",
)
#: What is told of what an event leads to.
FOLLOWED: Mapping[str, Sequence[str]] = {
    "aigg:venue": ("aigg:locatedIn", "org:siteOf"),
    "aigg:heldIn": ("aigg:locatedIn",),
    "aigg:locatedIn": ("aigg:locatedIn",),
    "^aigg:sessionOf": (*WHO, *WHERE, *ABOUT, *OUTCOMES),
    "aigg:producedOutcome": EVERY,
    "^aigg:adoptedAt": EVERY,
    "^aigg:openedForSignatureAt": EVERY,
}
_START, _END = "schema:startDate", "schema:endDate"
_NONE: Fact = {}
DATES = (_START, _END)


def around(
    network: "nx.MultiDiGraph[str]", events: Iterable[str], wanted: Sequence[str]
) -> set[str]:
    """Return the events, what they are tied to in these ways, and what is told of that."""
    found = set(events)
    left = [(event, wanted) for event in found]
    while left:
        thing, asked = left.pop()
        for way, lines in ways(network, thing).items():
            if asked is not EVERY and way not in asked:
                continue
            others = {far(edge, thing) for edge in lines} - found
            found |= others
            left += [(other, FOLLOWED[way]) for other in others if way in FOLLOWED]
    return found


def when(lists: Lists, event: str) -> list[Group]:
    """Return the days of an event, each as one source or several give them, if any does."""
    said: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in lists.network.nodes[event]["facts"]:
        if (name := relation_of(fact)) in DATES:
            said[fact["source"]][name].append(fact)
    told: dict[str, list[Fact]] = defaultdict(list)
    for dates in said.values():
        for first, last in product(dates[_START] or [_NONE], dates[_END] or [_NONE]):
            words = between(first.get("object", ""), last.get("object", ""))
            told[words] += [fact for fact in (first, last) if fact]
    return [lists.value_group(event, "when", told)] if told else []
