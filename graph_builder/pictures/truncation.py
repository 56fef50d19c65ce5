"""How much a picture shows: what opens in full, what is cut, and the sentences that say so.

At 1366 x 900 pixels about 48 labels find room; up to 80 things are read with some of them found by
search, more only in parts. A fact takes about a thousand bytes of a page.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import groupby
from math import floor
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.pictures.subgraphs import find_nodes_within

if TYPE_CHECKING:
    import networkx as nx

#: Things and lines up to which a picture opens in full.
MAX_OPEN_NODES, MAX_OPEN_EDGES = 80, 200
#: Things up to which a picture holds all and opens on a part of them; beyond, it shows groups.
MAX_PICTURE_NODES = 300
#: Lines that a picture holds at most, if a reader asks for more than opens in full.
MAX_PICTURE_EDGES = 1_000
#: Groups that an overview shows.
MAX_CLUSTERS = 60
#: Things of which no picture is made.
MAX_INPUT_NODES = 3_000
#: Facts that a page holds, so that it stays below two megabytes.
MAX_PAGE_FACTS = 1_100
#: What a sentence on things that are left out ends with.
EXPORT_HINT = "the same command with -o FILE.gexf writes all of them for Gephi and its like"

NodePair = tuple[str, str]


def select_connected_nodes(
    network: "nx.MultiDiGraph[str]", around: set[str], others: set[str], most: int = MAX_OPEN_NODES
) -> tuple[list[str], str]:
    """Return things with as many others as there is room for, those with most ties first.

    The sentence that comes with them says how many were left out, "" if none was. Raises
    PictureError where there are more than any picture is made of.
    """
    if len(around | others) > MAX_INPUT_NODES:
        raise PictureError(
            f"a picture is made of {MAX_INPUT_NODES:,} things at most, and here are "
            f"{len(around | others):,}; ask for less, or export the graph"
        )
    among = network.subgraph(around | others)
    ranked = sorted(others - around, key=lambda each: (-among.degree(each), each))
    kept = take_fitting(
        ranked[: max(most - len(around), 0)],
        lambda some: len(list_network_facts(network.subgraph({*around, *some}))) <= MAX_PAGE_FACTS,
    )
    return [*sorted(around), *kept], _describe_omitted_nodes(len(ranked), len(kept))


def select_densest_nodes(network: "nx.MultiDiGraph[str]") -> tuple[list[str], str]:
    """Return as many things as a page has room for the facts of, those with most ties first.

    The sentence that comes with them says how many were left out, "" if none was.
    """
    ranked = sorted(network, key=lambda each: (-network.degree(each), each))
    kept = take_fitting(
        ranked, lambda some: len(list_network_facts(network.subgraph(some))) <= MAX_PAGE_FACTS
    )
    return kept, _describe_omitted_nodes(len(ranked), len(kept))


def take_fitting(ranked: list[str], fits: Callable[[list[str]], bool]) -> list[str]:
    """Return the first of some things, as many as fit, give or take a tenth."""
    room = len(ranked)
    while room and not fits(ranked[:room]):
        room = room * 9 // 10
    return ranked[:room]


def _describe_omitted_nodes(every: int, shown: int) -> str:
    said = f"Of {every:,} things the {shown:,} with the most ties are shown; {EXPORT_HINT}."
    return said if every > shown else ""


def select_strongest_edges(
    weights: Mapping[NodePair, float],
    told: Callable[[NodePair], Iterable[str]],
    least: float = 0.0,
    unit: str = "",
) -> tuple[list[NodePair], str]:
    """Return the ties of the greatest weights, in order, and a sentence on those left out.

    As many as a picture opens with in full, or as it holds at all if a reader names the ``least``
    weight; ties of one weight are kept or left out together, unless those of the greatest alone are
    too many. ``told`` are the facts behind a tie, of which a page has a number too, and ``unit`` is
    what a weight counts.
    """
    most = (MAX_PICTURE_NODES, MAX_PICTURE_EDGES) if least else (MAX_OPEN_NODES, MAX_OPEN_EDGES)
    wanted = sorted(
        (pair for pair in weights if weights[pair] >= least), key=_build_weight_key(weights)
    )
    kept: list[NodePair] = []
    for _, some in groupby(wanted, key=lambda pair: weights[pair]):
        wider = [*kept, *some]
        if kept and not _fits_limits(wider, told, most):
            break
        kept = wider
    if not _fits_limits(kept, told, most):
        kept = _select_edges_of_strongest_nodes(
            kept, weights, lambda some: _fits_limits(some, told, most)
        )
    return kept, _describe_omitted_edges(weights, kept, least, unit)


def _build_weight_key(
    weights: Mapping[NodePair, float],
) -> Callable[[NodePair], tuple[float, NodePair]]:
    return lambda pair: (-weights[pair], pair)


def _fits_limits(
    pairs: Collection[NodePair], told: Callable[[NodePair], Iterable[str]], most: tuple[int, int]
) -> bool:
    if len(pairs) > most[1] or len({end for pair in pairs for end in pair}) > most[0]:
        return False
    return len({fact for pair in pairs for fact in told(pair)}) <= MAX_PAGE_FACTS


def _select_edges_of_strongest_nodes(
    pairs: list[NodePair], weights: Mapping[NodePair, float], fits: Callable[[list[NodePair]], bool]
) -> list[NodePair]:
    """Return the ties among those things whose ties weigh most together, as many as fit."""
    strength: dict[str, float] = {}
    for pair in pairs:
        for end in pair:
            strength[end] = strength.get(end, 0.0) + weights[pair]

    def among(some: Iterable[str]) -> list[NodePair]:
        ends = {*some}
        return [pair for pair in pairs if ends.issuperset(pair)]

    ranked = sorted(strength, key=lambda end: (-strength[end], end))
    return among(take_fitting(ranked, lambda some: fits(among(some))))


def _describe_omitted_edges(
    weights: Mapping[NodePair, float], kept: list[NodePair], asked: float, unit: str
) -> str:
    """Return a sentence on the ties that are left out, with how to see more of them."""
    if len(kept) == len(weights):
        return ""
    every, some = ({end for pair in pairs for end in pair} for pairs in (weights, kept))
    rest = max(weights[pair] for pair in weights.keys() - {*kept})
    # rounded down, so that what is typed again shows no less
    least, below = (floor(each * 1_000) / 1_000 for each in (weights[kept[-1]], rest))
    weight = f"{least:g} {unit}" if unit else f"weight {least:g}"
    no_room = asked and rest >= asked
    more = "there is no room for more" if no_room else f"--least {below:g} shows weaker ones"
    return (
        f"Shown are the {len(kept):,} strongest of {len(weights):,} ties, of {weight} or more, "
        f"between {len(some):,} of the {len(every):,} that share any; {more}, and {EXPORT_HINT}."
    )


def choose_opening_node(network: "nx.MultiDiGraph[str]", focus: tuple[str, ...] = ()) -> str:
    """Return the thing on whose neighbours a picture opens, "" for one that opens in full.

    It is what the picture is about, else the thing with most neighbours that are few enough.
    """
    if len(network) <= MAX_OPEN_NODES and network.number_of_edges() <= MAX_OPEN_EDGES:
        return ""
    sizes = {
        name: len(find_nodes_within(network, {name}, 1))
        for name in (focus or sorted(network.nodes))
    }
    few = [name for name, size in sizes.items() if size <= MAX_OPEN_NODES]
    return max(few, key=lambda name: (sizes[name], name), default="")
