"""Searches for the partition of best modularity: a seed and a method give one partition.

Louvain and Leiden start from a random order of the nodes. Small networks go through NetworkX, large
ones through NetworKit on one thread, since with more its result depends on which is first.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from graph_builder.errors import LibraryError
from graph_builder.measures.numbered import Numbered
from graph_builder.measures.tiers import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

Method = Literal["louvain", "leiden"]
#: Returns the number of the part of each node for a seed.
Search = Callable[[int], "Sequence[int]"]
#: From so many nodes on, Louvain is NetworKit's.
MANY = 5_000
#: Rounds in which nodes move, at each level of NetworKit's Louvain: more take twice the time and
#: raise modularity by three in a thousand.
ROUNDS = 5


def search(network: Numbered, method: Method) -> Search:
    """Return the search by a method in a network.

    Louvain: V. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, Fast unfolding of communities
    in large networks, Journal of Statistical Mechanics P10008, 2008. Leiden: V. Traag, L. Waltman,
    N. J. van Eck, From Louvain to Leiden: guaranteeing well-connected communities, Scientific
    Reports 9, 5233, 2019. NetworKit's: C. Staudt, H. Meyerhenke, Engineering parallel algorithms
    for community detection in massive networks, IEEE TPDS 27 (1), 2016. Raises LibraryError where
    it takes NetworKit, which is not installed.
    """
    if method == "louvain" and len(network) < MANY:
        return _by_networkx(network)
    return _by_networkit(network, method)


def _by_networkx(network: Numbered) -> Search:
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(network)))
    graph.add_weighted_edges_from(network)

    def run(seed: int) -> "Sequence[int]":
        found = nx.community.louvain_communities(graph, seed=seed)
        parts = {node: number for number, part in enumerate(found) for node in part}
        return [parts[node] for node in range(len(network))]

    return run


def _by_networkit(network: Numbered, method: Method) -> Search:
    try:
        import networkit
        import numpy as np
    except ImportError as error:
        raise LibraryError(
            f"{method} takes networkit; pip install 'ai-governance-graph[analysis]'"
        ) from error
    ends = np.divmod(np.array(network.pairs, dtype=np.int64), len(network))
    graph: Any = networkit.GraphFromCoo(
        (np.array(network.weights), ends), n=len(network), weighted=True, directed=False
    )

    def run(seed: int) -> "Sequence[int]":
        networkit.setSeed(seed, useThreadId=False)
        algorithm = (
            networkit.community.PLM(graph, refine=True, par="none randomized", maxIter=ROUNDS)
            if method == "louvain"
            else networkit.community.ParallelLeiden(graph)
        )
        with one_thread():
            algorithm.run()
        found: Sequence[int] = algorithm.getPartition().getVector()
        return found

    return run
