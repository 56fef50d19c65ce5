"""How much a picture shows: what opens in full, what is cut, and the sentences that say so.

At 1366 x 900 pixels about 48 labels find room; 80 things can be read with some of them found by
search, more only in parts. The figures were measured in Chromium without a graphics card.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from graph_builder.errors import PictureError

if TYPE_CHECKING:
    import networkx as nx

#: Things and lines up to which a picture opens in full.
FULL_NODES, FULL_EDGES = 80, 200
#: Things up to which a picture holds all and opens on a part; beyond, it shows groups.
PART_NODES = 300
#: Groups that an overview shows at most.
GROUPS = 60
#: Things that no picture holds more of.
HARD_NODES = 3_000


class Opening(StrEnum):
    """On what a picture opens: on everything, on a part of it, or on groups."""

    FULL = "full"
    PART = "part"
    GROUPS = "groups"


def opening(nodes: int, edges: int) -> Opening:
    """Return on what a picture of so many things and lines opens."""
    if nodes <= FULL_NODES and edges <= FULL_EDGES:
        return Opening.FULL
    return Opening.PART if nodes <= PART_NODES else Opening.GROUPS


def closest(
    network: "nx.MultiDiGraph[str]", around: set[str], others: set[str], most: int = FULL_NODES
) -> tuple[list[str], str]:
    """Return things with as many others as there is room for, those with most ties first.

    The sentence that comes with them says how many were left out, "" if none was.
    """
    room = max(most - len(around), 0)
    among = network.subgraph(around | others)
    ranked = sorted(others - around, key=lambda each: (-among.degree(each), each))
    left = len(ranked) - room
    said = f"The {room} with the most ties of {len(ranked):,} are shown" if left > 0 else ""
    return [*sorted(around), *ranked[:room]], said


def refuse_too_many(number: int, instead: str) -> None:
    """Raise PictureError for more things than any picture holds, with what to do instead."""
    if number > HARD_NODES:
        raise PictureError(
            f"a picture holds {HARD_NODES:,} things at most, and here are {number:,}; {instead}"
        )
