"""One-mode projection of a bipartite network: how much two sources share.

An edge between two sources weighs how many targets they share, or, after M. Newman (Scientific
collaboration networks II, Physical Review E 64, 016132, 2001), the sum of 1/(k-1) over the shared
targets, k being how many sources a target has: then each source
adds one unit for each target, and a text with a hundred supporters does not outweigh ten of two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.util import find_spec
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Literal

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array

Weighting = Literal["count", "newman"]
NodePair = tuple[str, str]

#: From this many co-occurrences on, they are counted by a product of sparse matrices.
MIN_PAIRS_SCIPY = 100_000


class Incidence:
    """The incidence of sources and targets: which are joined, and by which edge assertions."""

    def __init__(self, assertions: Iterable[EdgeAssertion]) -> None:
        """Index the edge assertions by source and target."""
        self.by_source: dict[str, dict[str, list[EdgeAssertion]]] = defaultdict(dict)
        for assertion in assertions:
            self.by_source[assertion.source].setdefault(assertion.target, []).append(assertion)

    @cached_property
    def by_target(self) -> Mapping[str, list[str]]:
        """The sources of each target, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for source in sorted(self.by_source):
            for target in self.by_source[source]:
                found[target].append(source)
        return found

    @property
    def co_occurrences(self) -> int:
        """The number of co-occurrences of two sources at a target."""
        return sum(comb(len(sources), 2) for sources in self.by_target.values())

    def list_shared(self, one: str, other: str) -> list[str]:
        """Return the targets that two sources share, sorted."""
        return sorted(self.by_source[one].keys() & self.by_source[other].keys())

    def evidence(self, one: str, other: str) -> list[EdgeAssertion]:
        """Return the edge assertions of two sources to the targets they share, target by target."""
        held = (self.by_source[one], self.by_source[other])
        return [
            assertion
            for target in self.list_shared(one, other)
            for each in held
            for assertion in each[target]
        ]


def project_incidence(
    incidence: Incidence, weighting: Weighting = "count"
) -> dict[NodePair, float]:
    """Return the weight of each pair of sources that share a target, in sorted order.

    Large networks are counted by SciPy where it is installed, with the same result in less time.
    """
    if incidence.co_occurrences >= MIN_PAIRS_SCIPY and find_spec("scipy"):
        return _project_by_matrix_product(incidence, weighting)
    return _project_by_counting(incidence, weighting)


def compute_weight_contribution(number: int, weighting: Weighting) -> float:
    """Return what one target adds to the weight of each pair of its sources."""
    return 1.0 if weighting == "count" else 1 / (number - 1)


def _project_by_counting(incidence: Incidence, weighting: Weighting) -> dict[NodePair, float]:
    weights: Counter[NodePair] = Counter()
    for _, sources in sorted(incidence.by_target.items()):
        for pair in combinations(sources, 2):
            weights[pair] += compute_weight_contribution(len(sources), weighting)  # type: ignore[assignment]
    return dict(sorted(weights.items()))


def _project_by_matrix_product(incidence: Incidence, weighting: Weighting) -> dict[NodePair, float]:
    sources = sorted(incidence.by_source)
    found = _multiply_incidence(incidence, sources, weighting)
    return {
        (sources[row], sources[column]): weight
        for row, column, weight in _iter_matrix_entries(found)
    }


def _multiply_incidence(
    incidence: Incidence, sources: list[str], weighting: Weighting
) -> "csr_array[np.float64, tuple[int, int]]":
    """Return the upper half of B W Bᵀ, B being the incidence and W what each target adds."""
    import numpy as np
    from scipy.sparse import csr_array, triu

    number = {target: index for index, target in enumerate(sorted(incidence.by_target))}
    columns = [number[target] for source in sources for target in incidence.by_source[source]]
    ends = np.cumsum([0, *(len(incidence.by_source[source]) for source in sources)])
    shape = (len(sources), len(number))
    met = csr_array((np.ones(len(columns)), columns, ends), shape=shape)
    sizes = np.bincount(columns, minlength=len(number))
    added = np.ones(len(number)) if weighting == "count" else 1 / np.maximum(sizes - 1, 1)
    half = csr_array(triu((met * added) @ met.T, k=1))
    half.sort_indices()
    return half


def _iter_matrix_entries(
    matrix: "csr_array[np.float64, tuple[int, int]]",
) -> Iterator[tuple[int, int, float]]:
    found = matrix.tocoo()
    return zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True)
