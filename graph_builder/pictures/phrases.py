"""Phrases of the sentence under a heading: names in a row, and what sort of things there are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from graph_builder.pictures.palette import group_in

if TYPE_CHECKING:
    import networkx as nx

#: Letters of names that a sentence has room for; of more things it tells how many of which sort.
NAMED = 140


def in_a_row(names: Sequence[str], last: str = "and") -> str:
    """Return names as they stand in a sentence: ``one, two and three``."""
    return f" {last} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def sorts(network: "nx.MultiDiGraph[str]", things: Iterable[str], last: str = "and") -> str:
    """Return some things by name, or if they are many how many there are of the sorts with most."""
    found = sorted(things, key=lambda each: str(network.nodes[each]["label"]).casefold())
    names = in_a_row([str(network.nodes[each]["label"]) for each in found], last)
    if len(names) <= NAMED:
        return names
    number = Counter(group_in(network.nodes[each]).label.lower() for each in found)
    most = sorted(number, key=lambda sort: (-number[sort], sort))[:3]
    told = in_a_row([f"{sort} ({number[sort]:,})" for sort in most])
    return f"{len(found):,} things, most of them {told}" if len(number) > len(most) else told
