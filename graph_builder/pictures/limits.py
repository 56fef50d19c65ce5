"""How much a picture shows: what opens in full, what is cut, and the sentences that say so.

At 1366 x 900 pixels about 48 labels find room; up to 80 things are read with some of them found by
search, more only in parts. A fact takes about a thousand bytes of a page.
"""

from typing import TYPE_CHECKING

from graph_builder.errors import PictureError
from graph_builder.networks.facts import facts_of
from graph_builder.pictures.subnetworks import within

if TYPE_CHECKING:
    import networkx as nx

#: Things and lines up to which a picture opens in full.
FULL_NODES, FULL_EDGES = 80, 200
#: Things up to which a picture holds all and opens on a part of them; beyond, it shows groups.
PART_NODES = 300
#: Groups that an overview shows.
GROUPS = 60
#: Things of which no picture is made.
HARD_NODES = 3_000
#: Facts that a page holds, so that it stays below two megabytes.
FACTS = 1_100
_WHOLE = "the same command with -o FILE.gexf writes all of them for Gephi and its like"


def closest(
    network: "nx.MultiDiGraph[str]", around: set[str], others: set[str], most: int = FULL_NODES
) -> tuple[list[str], str]:
    """Return things with as many others as there is room for, those with most ties first.

    The sentence that comes with them says how many were left out, "" if none was. Raises
    PictureError where there are more than any picture is made of.
    """
    if len(around | others) > HARD_NODES:
        raise PictureError(
            f"a picture is made of {HARD_NODES:,} things at most, and here are "
            f"{len(around | others):,}; ask for less, or export the graph"
        )
    among = network.subgraph(around | others)
    ranked = sorted(others - around, key=lambda each: (-among.degree(each), each))
    room = min(max(most - len(around), 0), len(ranked))
    shown = [*sorted(around), *ranked[:room]]
    while room and len(facts_of(network.subgraph(shown))) > FACTS:
        room = room * 9 // 10
        shown = [*sorted(around), *ranked[:room]]
    said = f"Of {len(ranked):,} things the {room:,} with the most ties are shown; {_WHOLE}."
    return shown, said if len(ranked) > room else ""


def opening(network: "nx.MultiDiGraph[str]", focus: tuple[str, ...] = ()) -> str:
    """Return the thing on whose neighbours a picture opens, "" for one that opens in full.

    It is what the picture is about, else the thing with most neighbours that are few enough.
    """
    if len(network) <= FULL_NODES and network.number_of_edges() <= FULL_EDGES:
        return ""
    sizes = {name: len(within(network, {name}, 1)) for name in (focus or sorted(network.nodes))}
    few = [name for name, size in sizes.items() if size <= FULL_NODES]
    return max(few, key=lambda name: (sizes[name], name), default="")
