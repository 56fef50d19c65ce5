"""Days in words, and what a picture says of the day that its graph was narrowed to."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_builder.errors import PictureError

if TYPE_CHECKING:
    import networkx as nx

_DAY = 10


def in_words(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, or nothing for any other text."""
    if len(day) != _DAY:
        return ""
    found = date.fromisoformat(day)
    months = "January February March April May June July August September October November December"
    return f"{found.day} {months.split()[found.month - 1]} {found.year}"


def sentence(network: "nx.MultiDiGraph[str]", facts: Sequence[Any]) -> list[str]:
    """Return a sentence on the day that the graph was narrowed to, if it was.

    Raises PictureError where nothing held on that day.
    """
    if not (at := network.graph.get("at", "")):
        return []
    held = [fact["holds"] for fact in facts]
    day = f"on {in_words(at)}" if in_words(at) else f"in {at}"
    if not held:
        raise PictureError(f"nothing to draw: nothing that the source says held {day}")
    if all(each == "yes" for each in held):
        return [f"As it stood {day}: all of it surely held"]
    sure = f"{held.count('yes')} of {len(held)} facts surely held"
    return [f"As it stood {day}: {sure}, of the others it is not known"]
