"""Text of captions: dates in words, lists of names, and the day that a graph is a snapshot of."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.pictures.palette import OTHER_NODE_STYLE, get_node_style

if TYPE_CHECKING:
    import networkx as nx


#: Letters of names that a sentence has room for; beyond, it counts things by kind.
MAX_NAMES_LENGTH = 140
_MAX_KINDS = 3
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_DAY_LENGTH = len("2025-02-10")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def format_day(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, "" for any other text."""
    return _format_date(day) if len(day) == _DAY_LENGTH else ""


def format_date_range(first: str, last: str = "") -> str:
    """Return days, months or years in words, ``30 April to 2 May 2024``; other text as it is."""
    one, other = (_format_date(day) or day for day in (first, last))
    if not (one and other):
        return one or (f"until {other}" if other else "")
    parts, ends = one.split(" "), other.split(" ")
    while parts and ends and parts[-1] == ends[-1]:
        parts.pop()
        ends.pop()
    return f"{' '.join(parts)} to {other}" if parts else one


def format_as_of(at: str) -> str:
    """Return `` on 10 February 2025`` for the day of a snapshot, "" for a whole graph."""
    return f" {'on' if format_day(at) else 'in'} {format_date_range(at)}" if at else ""


def _format_date(day: str) -> str:
    """Return an ISO day or month in words, "" for any other text."""
    if not _DAY.fullmatch(day):
        return ""
    try:
        parsed = date.fromisoformat(day + "-01"[: _DAY_LENGTH - len(day)])
    except ValueError:
        return ""
    month = f"{_MONTHS[parsed.month - 1]} {parsed.year:04}"
    return f"{parsed.day} {month}" if len(day) == _DAY_LENGTH else month


def describe_snapshot(network: "nx.MultiDiGraph[str]", facts: Sequence[Any]) -> list[str]:
    """Return one sentence on how many facts held on the day of a snapshot, none without a day.

    Raises PictureError where no fact held on that day.
    """
    if not (at := network.graph.get("at", "")):
        return []
    holds = [fact["holds"] for fact in facts]
    if not holds:
        raise PictureError(f"nothing to draw: no fact held{format_as_of(at)}")
    if all(each == "yes" for each in holds):
        return [f"As it stood{format_as_of(at)}: all facts certainly held"]
    certain = f"{holds.count('yes')} of {len(holds)} facts certainly held"
    return [f"As it stood{format_as_of(at)}: {certain}; for the others it is not known"]


def join_names(names: Sequence[str], last: str = "and") -> str:
    """Return names as they stand in a sentence: ``one, two and three``."""
    return f" {last} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def quote_words(words: str) -> str:
    """Return the words of a source in quotation marks."""
    return f"\u201c{words}\u201d"


def summarise_nodes(
    network: "nx.MultiDiGraph[str]", nodes: Iterable[str], last: str = "and"
) -> str:
    """Return the labels of some nodes; of many, how many there are of the most common kinds."""
    ordered = sorted(nodes, key=lambda node: str(network.nodes[node]["label"]).casefold())
    names = join_names([str(network.nodes[node]["label"]) for node in ordered], last)
    if len(names) <= MAX_NAMES_LENGTH:
        return names
    numbers = Counter(get_node_style(network.nodes[node]) for node in ordered)
    others = numbers.pop(OTHER_NODE_STYLE, 0)
    ranked = sorted(numbers, key=lambda style: (-numbers[style], style.label))
    parts = [
        format_count(numbers[style], style.singular, style.label.lower())
        for style in ranked[:_MAX_KINDS]
    ]
    if others := others + sum(numbers[style] for style in ranked[_MAX_KINDS:]):
        parts.append(format_count(others, "other thing"))
    return join_names(parts)
