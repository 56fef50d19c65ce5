"""Community detection by modularity: Louvain and Leiden, repeated with several seeds.

A seed and a method give one partition. Small networks use NetworkX, large ones NetworKit on one
thread, since with more its result depends on which is first.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal

from graph_builder.analysis.measures.backends import limit_to_one_thread
from graph_builder.analysis.measures.matrices import EdgeList
from graph_builder.analysis.measures.measure_definition import MIN_NODES_FOR_GROUPS, Measure
from graph_builder.analysis.measures.partitions import (
    Partition,
    build_partition,
    compute_modularity,
    compute_node_agreement,
    compute_stability,
)
from graph_builder.core.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx


Method = Literal["louvain", "leiden"]
#: Returns for a seed the number of the part of each node.
CommunityDetector = Callable[[int], "Sequence[int]"]
#: From this many nodes on, Louvain is NetworKit's.
MIN_NODES_NETWORKIT_LOUVAIN = 5_000
#: Rounds in which nodes move, at each level of NetworKit's Louvain: more take twice the time and
#: raise modularity by three in a thousand.
MAX_MOVE_ROUNDS = 5


def build_community_detector(network: EdgeList, method: Method) -> CommunityDetector:
    """Return the function that partitions a network by a method for a seed.

    Louvain: V. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, Fast unfolding of communities
    in large networks, Journal of Statistical Mechanics P10008, 2008. Leiden: V. Traag, L. Waltman,
    N. J. van Eck, From Louvain to Leiden: guaranteeing well-connected communities, Scientific
    Reports 9, 5233, 2019. NetworKit's: C. Staudt, H. Meyerhenke, Engineering parallel algorithms
    for community detection in massive networks, IEEE TPDS 27 (1), 2016. Raises LibraryError where
    it takes NetworKit, which is not installed.
    """
    if method == "louvain" and len(network) < MIN_NODES_NETWORKIT_LOUVAIN:
        return _build_networkx_detector(network)
    return _build_networkit_detector(network, method)


def _build_networkx_detector(network: EdgeList) -> CommunityDetector:
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(network)))
    graph.add_weighted_edges_from(network)

    def run(seed: int) -> "Sequence[int]":
        found = nx.community.louvain_communities(graph, seed=seed)
        parts = {node: number for number, part in enumerate(found) for node in part}
        return [parts[node] for node in range(len(network))]

    return run


def _build_networkit_detector(network: EdgeList, method: Method) -> CommunityDetector:
    try:
        import networkit
        import numpy as np
    except ImportError as error:
        raise LibraryError(
            f"{method} needs networkit; pip install 'ai-governance-graph[analysis]'"
        ) from error
    ends = np.divmod(np.array(network.pairs, dtype=np.int64), len(network))
    graph: Any = networkit.GraphFromCoo(
        (np.array(network.weights), ends), n=len(network), weighted=True, directed=False
    )

    def run(seed: int) -> "Sequence[int]":
        networkit.setSeed(seed, useThreadId=False)
        algorithm = (
            networkit.community.PLM(
                graph, refine=True, par="none randomized", maxIter=MAX_MOVE_ROUNDS
            )
            if method == "louvain"
            else networkit.community.ParallelLeiden(graph)
        )
        with limit_to_one_thread():
            algorithm.run()
        found: Sequence[int] = algorithm.getPartition().getVector()
        return found

    return run


#: How often the search is repeated with another seed, in a network of few edges.
MAX_RUNS = 50
#: How many edges all runs together may visit; there are always two runs.
MAX_EDGES_ALL_RUNS = 500_000
#: Decimals to which modularities are compared.
_MODULARITY_DIGITS = 12


@dataclass(frozen=True)
class Community:
    """A group: its number, 1 being the largest, its name, and its members, strongest first.

    The name is the label of the first member, or ``others`` for what is put together at the end.
    """

    number: int
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Communities:
    """The partition of best modularity of several runs, of the nodes that have an edge.

    ``stability`` is the mean adjusted Rand index of all pairs of runs, 1 if all are equal;
    ``agreement`` is for each node the share of its community that a run puts with it, on average.
    """

    communities: tuple[Community, ...]
    modularity: float
    stability: float
    agreement: Mapping[str, float]
    runs: int


def detect_communities(graph: "nx.Graph[str]", method: Method = "louvain") -> Communities:
    """Return the communities of a network that has an edge, its directions ignored.

    Numbered by size, then by the IRI of the strongest member. Raises LibraryError for Leiden, and
    from 5,000 nodes on, where NetworKit is not installed.
    """
    network = EdgeList.from_graph(graph)
    best, quality, runs = _run_detector(network, method)
    shares = compute_node_agreement(best, runs)
    return Communities(
        communities=_rank_communities(graph, network, best),
        modularity=quality,
        stability=compute_stability(runs),
        agreement=dict(zip(network.nodes, shares, strict=True)),
        runs=sum(runs.values()),
    )


def detect_node_groups(graph: "nx.Graph[str]", most: int = 60) -> list[Community]:
    """Return at most ``most`` groups of nodes of any network, for a picture of the whole.

    Each node is in one: those without an edge, and the smallest communities where there are too
    many, are put together as the last, ``others``.
    """
    any_tie = any(one != other for one, other in graph.edges())
    found = detect_communities(graph).communities if any_tie else ()
    tied = {node for group in found for node in group.members}
    alone = [node for node in sorted(graph) if node not in tied]
    kept = found[: most - 1] if alone or len(found) > most else found
    others = (*(node for group in found[len(kept) :] for node in group.members), *alone)
    return [*kept, *([Community(len(kept) + 1, "others", others)] if others else [])]


@lru_cache(maxsize=8)
def _run_detector(network: EdgeList, method: Method) -> tuple[Partition, float, Counter[Partition]]:
    """Return the best partition, its modularity, and how often the detector found which.

    The best is that of greatest modularity, then the one found more often, then the first in the
    order of tuples. The last few results are cached, since several measures use them.
    """
    detect = build_community_detector(network, method)
    number = max(2, min(MAX_RUNS, MAX_EDGES_ALL_RUNS // len(network.pairs)))
    found = Counter(build_partition(detect(seed)) for seed in range(number))
    quality = {parts: compute_modularity(network, parts) for parts in found}
    best = min(
        found, key=lambda parts: (-round(quality[parts], _MODULARITY_DIGITS), -found[parts], parts)
    )
    return best, quality[best], found


def _rank_communities(
    graph: "nx.Graph[str]", network: EdgeList, parts: Partition
) -> tuple[Community, ...]:
    """Return the parts as communities, each named by its strongest member."""
    strengths = network.strengths
    members: dict[int, list[int]] = {}
    for place in sorted(range(len(network)), key=lambda place: (-strengths[place], place)):
        members.setdefault(parts[place], []).append(place)
    ranked = sorted(members.values(), key=lambda places: (-len(places), places[0]))
    named = [tuple(network.nodes[place] for place in places) for places in ranked]
    return tuple(
        Community(number, str(graph.nodes[iris[0]].get("label", iris[0])), iris)
        for number, iris in enumerate(named, 1)
    )


def _compute_community_numbers(graph: "nx.Graph[str]", method: Method) -> Mapping[str, float]:
    found = detect_communities(graph, method).communities
    return {node: float(group.number) for group in found for node in group.members}


def _name_communities(graph: "nx.Graph[str]", method: Method) -> Mapping[float, str]:
    return {
        float(group.number): group.name for group in detect_communities(graph, method).communities
    }


def _compute_agreement(graph: "nx.Graph[str]", method: Method) -> Mapping[str, float]:
    return detect_communities(graph, method).agreement


def _compute_community_figures(graph: "nx.Graph[str]", method: Method) -> Mapping[str, float]:
    found = detect_communities(graph, method)
    return {
        "communities": float(len(found.communities)),
        "modularity": found.modularity,
        "stability": found.stability,
        "runs": float(found.runs),
    }


def _define_measures(method: Method, suffix: str, source: str) -> tuple[Measure, ...]:
    make = partial(
        Measure, source=source, network_types=frozenset({"one"}), min_nodes=MIN_NODES_FOR_GROUPS
    )
    return (
        make(
            name=f"community{suffix}",
            level="nodes",
            reading="The group with which a node has close links; 1 is the largest. A group is"
            " named after its strongest member. Random networks have groups too: see"
            " 'communities'.",
            compute=partial(_compute_community_numbers, method=method),
            is_categorical=True,
            name_categories=partial(_name_communities, method=method),
        ),
        make(
            name=f"community-agreement{suffix}",
            level="nodes",
            reading="The share of its community that a node stays with when the search is"
            " repeated. Near 1, the node belongs there; far below, it could as well be elsewhere.",
            compute=partial(_compute_agreement, method=method),
        ),
        make(
            name=f"communities{suffix}",
            level="network",
            reading="How many groups of closely linked nodes there are. Modularity: how far links"
            " inside groups exceed chance; near 0, there is hardly any division. Stability: how"
            " alike repeated searches are; 1 means equal.",
            compute=partial(_compute_community_figures, method=method),
        ),
    )


COMMUNITY_MEASURES = (
    *_define_measures("louvain", "", "Blondel, Guillaume, Lambiotte and Lefebvre 2008"),
    *_define_measures("leiden", "-leiden", "Traag, Waltman and van Eck 2019"),
)
