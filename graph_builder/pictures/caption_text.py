"""Days in words, and what a picture says of the day that its graph was narrowed to."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_builder.core.errors import PictureError
from graph_builder.pictures.palette import get_node_style

if TYPE_CHECKING:
    import networkx as nx


_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def format_day(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, or nothing for any other text."""
    return _format_date(day) if len(day) == len("2025-02-10") else ""


def format_date_range(first: str, last: str = "") -> str:
    """Return days, months or years in words, ``30 April to 2 May 2024``, other text as it is."""
    one, other = (_format_date(day) or day for day in (first, last))
    if not (one and other):
        return one or (f"until {other}" if other else "")
    parts, ends = one.split(" "), other.split(" ")
    while parts and ends and parts[-1] == ends[-1]:
        parts.pop()
        ends.pop()
    return f"{' '.join(parts)} to {other}" if parts else one


def format_as_of(at: str) -> str:
    """Return the day of a narrowed graph as words that follow others, nothing for a whole graph."""
    return f" {'on' if format_day(at) else 'in'} {format_date_range(at)}" if at else ""


def _format_date(day: str) -> str:
    """Return an ISO day or month in words, or nothing for any other text."""
    if not _DAY.fullmatch(day):
        return ""
    try:
        found = date.fromisoformat(day + "-01"[: len("2025-02-10") - len(day)])
    except ValueError:
        return ""
    month = f"{_MONTHS[found.month - 1]} {found.year:04}"
    return f"{found.day} {month}" if len(day) == len("2025-02-10") else month


def describe_snapshot(network: "nx.MultiDiGraph[str]", facts: Sequence[Any]) -> list[str]:
    """Return a sentence on the day that the graph was narrowed to, if it was.

    Raises PictureError where nothing held on that day.
    """
    if not (at := network.graph.get("at", "")):
        return []
    held = [fact["holds"] for fact in facts]
    if not held:
        raise PictureError(f"nothing to draw: nothing that the source says held{format_as_of(at)}")
    if all(each == "yes" for each in held):
        return [f"As it stood{format_as_of(at)}: all of it surely held"]
    sure = f"{held.count('yes')} of {len(held)} facts surely held"
    return [f"As it stood{format_as_of(at)}: {sure}, of the others it is not known"]


#: Letters of names that a sentence has room for; of more things it tells how many of which sort.
MAX_NAMES_LENGTH = 140


def join_names(names: Sequence[str], last: str = "and") -> str:
    """Return names as they stand in a sentence: ``one, two and three``."""
    return f" {last} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def summarise_nodes(
    network: "nx.MultiDiGraph[str]", things: Iterable[str], last: str = "and"
) -> str:
    """Return some things by name, or if they are many how many there are of the sorts with most."""
    found = sorted(things, key=lambda each: str(network.nodes[each]["label"]).casefold())
    names = join_names([str(network.nodes[each]["label"]) for each in found], last)
    if len(names) <= MAX_NAMES_LENGTH:
        return names
    number = Counter(get_node_style(network.nodes[each]).label.lower() for each in found)
    most = sorted(number, key=lambda sort: (-number[sort], sort))[:3]
    told = join_names([f"{sort} ({number[sort]:,})" for sort in most])
    return f"{len(found):,} things, most of them {told}" if len(number) > len(most) else told
