"""Truncation: how many nodes, edges and facts a picture shows, and the notes on what it omits.

At 1366 x 900 pixels about 48 labels find room; a picture of up to 80 nodes can be read with the
help of the search, a larger one only in parts. A fact takes about a thousand bytes of a page.
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

#: Nodes and edges up to which a picture opens in full.
MAX_OPEN_NODES, MAX_OPEN_EDGES = 80, 200
#: Nodes that a picture holds; one with more than it opens with opens on a part of them.
MAX_PICTURE_NODES = 300
#: Edges that a picture holds if a reader asks for more than it opens with.
MAX_PICTURE_EDGES = 1_000
#: Clusters that an overview shows.
MAX_CLUSTERS = 60
#: Nodes from which a picture is built; of more it is refused.
MAX_INPUT_NODES = 3_000
#: Facts that a page holds, so that it stays below two megabytes.
MAX_PAGE_FACTS = 1_100
#: The command that exports all of a picture; ``build_picture`` fills in the view and its terms.
EXPORT_COMMAND = "aigg draw … -o FILE.gexf"
#: The end of a note on what is omitted.
EXPORT_HINT = f"“{EXPORT_COMMAND}” exports all of them"

NodePair = tuple[str, str]


def select_connected_nodes(
    network: "nx.MultiDiGraph[str]",
    required: set[str],
    others: set[str],
    maximum: int = MAX_OPEN_NODES,
) -> tuple[list[str], str]:
    """Return the required nodes and as many others as fit, those with the most edges first.

    The second value is a note on how many were omitted, "" if none was. Raises PictureError for
    more nodes than MAX_INPUT_NODES.
    """
    nodes = required | others
    if len(nodes) > MAX_INPUT_NODES:
        raise PictureError(
            f"a picture can be built from at most {MAX_INPUT_NODES:,} things, and there are "
            f"{len(nodes):,} here; narrow the selection, or use aigg export"
        )
    subgraph = network.subgraph(nodes)
    ranked = sorted(others - required, key=lambda node: (-subgraph.degree(node), node))
    kept = take_fitting(
        ranked[: max(maximum - len(required), 0)],
        lambda some: (
            len(list_network_facts(network.subgraph({*required, *some}))) <= MAX_PAGE_FACTS
        ),
    )
    return [*sorted(required), *kept], _describe_omitted_nodes(len(ranked), len(kept))


def select_densest_nodes(network: "nx.MultiDiGraph[str]") -> tuple[list[str], str]:
    """Return the nodes with the most edges, as many as a page has room for the facts of.

    The second value is a note on how many were omitted, "" if none was.
    """
    ranked = sorted(network, key=lambda node: (-network.degree(node), node))
    kept = take_fitting(ranked, lambda some: _has_room(network.subgraph(some)))
    return kept, _describe_omitted_nodes(len(ranked), len(kept))


def _has_room(network: "nx.MultiDiGraph[str]") -> bool:
    return len(list_network_facts(network)) <= MAX_PAGE_FACTS


def take_fitting(ranked: list[str], fits: Callable[[list[str]], bool]) -> list[str]:
    """Return the first nodes, as many as fit, reducing their number by a tenth at a time."""
    number = len(ranked)
    while number and not fits(ranked[:number]):
        number = number * 9 // 10
    return ranked[:number]


def _describe_omitted_nodes(total: int, shown: int) -> str:
    if total <= shown:
        return ""
    return f"Shows the {shown:,} best connected of {total:,} things; {EXPORT_HINT}."


def select_strongest_edges(
    weights: Mapping[NodePair, float],
    list_facts: Callable[[NodePair], Iterable[str]],
    minimum: float = 0.0,
    unit: str = "",
) -> tuple[list[NodePair], str]:
    """Return the edges with the greatest weights, strongest first, and a note on those omitted.

    There are as many as a picture opens with, or as it holds if a reader gives a ``minimum``
    weight. Edges of one weight are kept or omitted together, unless those of the greatest weight
    alone are too many. ``list_facts`` returns the facts of an edge, which a page limits too;
    ``unit`` is what a weight counts. Raises PictureError if no edge has few enough facts.
    """
    limits = (MAX_PICTURE_NODES, MAX_PICTURE_EDGES) if minimum else (MAX_OPEN_NODES, MAX_OPEN_EDGES)
    ranked = sorted(
        (pair for pair in weights if weights[pair] >= minimum),
        key=lambda pair: (-weights[pair], pair),
    )
    kept: list[NodePair] = []
    for _, some in groupby(ranked, key=lambda pair: weights[pair]):
        wider = [*kept, *some]
        if kept and not _fits_limits(wider, list_facts, limits):
            break
        kept = wider
    if not _fits_limits(kept, list_facts, limits):
        kept = _select_edges_of_strongest_nodes(
            kept, weights, lambda some: _fits_limits(some, list_facts, limits)
        )
    if ranked and not kept:
        raise PictureError(
            "nothing to draw: the strongest links rest on more facts than the "
            f"{MAX_PAGE_FACTS:,} that a page holds"
        )
    return kept, _describe_omitted_edges(weights, kept, minimum, unit)


def _fits_limits(
    pairs: Collection[NodePair],
    list_facts: Callable[[NodePair], Iterable[str]],
    limits: tuple[int, int],
) -> bool:
    max_nodes, max_edges = limits
    if len(pairs) > max_edges or len(_collect_ends(pairs)) > max_nodes:
        return False
    return len({fact for pair in pairs for fact in list_facts(pair)}) <= MAX_PAGE_FACTS


def _collect_ends(pairs: Iterable[NodePair]) -> set[str]:
    return {end for pair in pairs for end in pair}


def _select_edges_of_strongest_nodes(
    pairs: list[NodePair],
    weights: Mapping[NodePair, float],
    fits: Callable[[list[NodePair]], bool],
) -> list[NodePair]:
    """Return the edges among the nodes whose edges weigh most together, as many as fit."""
    strength: dict[str, float] = {}
    for pair in pairs:
        for end in pair:
            strength[end] = strength.get(end, 0.0) + weights[pair]

    def select_among(some: Iterable[str]) -> list[NodePair]:
        ends = {*some}
        return [pair for pair in pairs if ends.issuperset(pair)]

    ranked = sorted(strength, key=lambda end: (-strength[end], end))
    return select_among(take_fitting(ranked, lambda some: fits(select_among(some))))


def _describe_omitted_edges(
    weights: Mapping[NodePair, float], kept: list[NodePair], minimum: float, unit: str
) -> str:
    """Return a note on the edges that are omitted, with how to see more of them."""
    if len(kept) == len(weights):
        return ""
    all_ends, kept_ends = _collect_ends(weights), _collect_ends(kept)
    next_weight = max(weights[pair] for pair in weights.keys() - {*kept})
    # rounded down, so that typing the number again shows no less
    lowest, below = (floor(each * 1_000) / 1_000 for each in (weights[kept[-1]], next_weight))
    weight = f"{lowest:g} {unit}" if unit else f"weight {lowest:g}"
    is_full = minimum and next_weight >= minimum
    more = (
        "there is no room for more"
        if is_full
        else f"the option --least {below:g} shows weaker ones"
    )
    return (
        f"Shows the {len(kept):,} strongest of {len(weights):,} links, those of {weight} or more, "
        f"between {len(kept_ends):,} of {len(all_ends):,} linked things; {EXPORT_HINT}; {more}."
    )


def choose_opening_node(network: "nx.MultiDiGraph[str]", focus: tuple[str, ...] = ()) -> str:
    """Return the node on whose neighbours a picture opens, "" for one that opens in full.

    It is the focus of the picture, or the node with the most neighbours that are few enough.
    """
    if len(network) <= MAX_OPEN_NODES and network.number_of_edges() <= MAX_OPEN_EDGES:
        return ""
    sizes = {
        node: len(find_nodes_within(network, {node}, 1))
        for node in (focus or sorted(network.nodes))
    }
    fitting = [node for node, size in sizes.items() if size <= MAX_OPEN_NODES]
    return max(fitting, key=lambda node: (sizes[node], node), default="")
