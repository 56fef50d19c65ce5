"""Partitions of a network: modularity, stability and agreement of several.

A partition is a tuple with the number of the part of each node, parts being numbered in the order
in which they first occur, so that equal partitions are equal tuples.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from math import comb

from graph_builder.analysis.measures.matrices import EdgeList

Partition = tuple[int, ...]


def build_partition(parts: Iterable[Hashable]) -> Partition:
    """Return the partition with these part names, as numbers."""
    numbers: dict[Hashable, int] = {}
    return tuple(numbers.setdefault(part, len(numbers)) for part in parts)


def compute_modularity(network: EdgeList, parts: Sequence[int]) -> float:
    """Return the weighted modularity, from -1/2 to 1.

    It is the share of edge weight inside parts less the share expected at random. M. Newman,
    Analysis of weighted networks, Physical Review E 70, 056131, 2004. Raises ZeroDivisionError for
    a network without edges.
    """
    total = sum(network.weights)
    inside = sum(weight for one, other, weight in network if parts[one] == parts[other])
    sums: defaultdict[int, float] = defaultdict(float)
    for part, strength in zip(parts, network.strengths, strict=True):
        sums[part] += strength
    return inside / total - sum((each / (2 * total)) ** 2 for each in sums.values())


def compute_adjusted_rand_index(one: Partition, other: Partition) -> float:
    """Return the adjusted Rand index of two partitions of two or more nodes: 1 equal, 0 by chance.

    L. Hubert, P. Arabie, Comparing partitions, Journal of Classification 2, 1985.
    """
    both, first, second = (
        _count_pairs(each) for each in (zip(one, other, strict=True), one, other)
    )
    expected, most = first * second / comb(len(one), 2), (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def compute_stability(runs: Mapping[Partition, int]) -> float:
    """Return the mean adjusted Rand index of all pairs of runs; ``runs`` counts equal ones."""
    alike: float = sum(comb(number, 2) for number in runs.values())
    for (one, once), (other, often) in combinations(runs.items(), 2):
        alike += once * often * compute_adjusted_rand_index(one, other)
    return alike / comb(sum(runs.values()), 2)


def compute_node_agreement(parts: Partition, runs: Mapping[Partition, int]) -> list[float]:
    """Return for each node the share of its part that a run puts with it, on average.

    The mean over the part of the consensus matrix of A. Lancichinetti, S. Fortunato, Consensus
    clustering in complex networks, Scientific Reports 2, 336, 2012.
    """
    sizes = Counter(parts)
    found = [0.0] * len(parts)
    for run, number in runs.items():
        met = Counter(zip(parts, run, strict=True))
        for node, both in enumerate(zip(parts, run, strict=True)):
            found[node] += number * (met[both] - 1) / max(1, sizes[parts[node]] - 1)
    return [each / sum(runs.values()) for each in found]


def _count_pairs(parts: Iterable[Hashable]) -> int:
    return sum(comb(size, 2) for size in Counter(parts).values())
