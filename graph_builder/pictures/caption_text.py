"""Days in words, and what a picture says of the day that its graph was narrowed to."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_builder.core.errors import PictureError
from graph_builder.pictures.palette import group_in

if TYPE_CHECKING:
    import networkx as nx


_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def in_words(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, or nothing for any other text."""
    return _worded(day) if len(day) == len("2025-02-10") else ""


def between(first: str, last: str = "") -> str:
    """Return days, months or years in words, ``30 April to 2 May 2024``, other text as it is."""
    one, other = (_worded(day) or day for day in (first, last))
    if not (one and other):
        return one or (f"until {other}" if other else "")
    parts, ends = one.split(" "), other.split(" ")
    while parts and ends and parts[-1] == ends[-1]:
        parts.pop()
        ends.pop()
    return f"{' '.join(parts)} to {other}" if parts else one


def then(at: str) -> str:
    """Return the day of a narrowed graph as words that follow others, nothing for a whole graph."""
    return f" {'on' if in_words(at) else 'in'} {between(at)}" if at else ""


def _worded(day: str) -> str:
    """Return an ISO day or month in words, or nothing for any other text."""
    if not _DAY.fullmatch(day):
        return ""
    try:
        found = date.fromisoformat(day + "-01"[: len("2025-02-10") - len(day)])
    except ValueError:
        return ""
    month = f"{_MONTHS[found.month - 1]} {found.year:04}"
    return f"{found.day} {month}" if len(day) == len("2025-02-10") else month


def sentence(network: "nx.MultiDiGraph[str]", facts: Sequence[Any]) -> list[str]:
    """Return a sentence on the day that the graph was narrowed to, if it was.

    Raises PictureError where nothing held on that day.
    """
    if not (at := network.graph.get("at", "")):
        return []
    held = [fact["holds"] for fact in facts]
    if not held:
        raise PictureError(f"nothing to draw: nothing that the source says held{then(at)}")
    if all(each == "yes" for each in held):
        return [f"As it stood{then(at)}: all of it surely held"]
    sure = f"{held.count('yes')} of {len(held)} facts surely held"
    return [f"As it stood{then(at)}: {sure}, of the others it is not known"]


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
