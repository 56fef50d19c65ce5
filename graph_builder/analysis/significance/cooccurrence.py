"""Co-occurrence: the biadjacency matrix behind a projection, and its pairs of rows by degree."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from graph_builder.core.errors import LibraryError, MeasureError, UnknownNameError

if TYPE_CHECKING:
    import networkx as nx

#: From this many distinct rows on, pairs are counted by a product of sparse matrices.
MIN_ROWS_SCIPY = 2_000
#: A biadjacency matrix as the columns of each row; empty rows and columns may be left out.
BiadjacencyMatrix = Mapping[str, frozenset[str]]
#: The degrees of two rows, the smaller first.
DegreePair = tuple[int, int]
#: The degrees of two rows, and how many columns they share.
PairClass = tuple[int, int, int]
_T = TypeVar("_T")
ProjectionSide = Literal["sources", "targets"]


def build_biadjacency_matrix(
    network: "nx.Graph[str]", *, without: Collection[str] = (), of: ProjectionSide = "sources"
) -> dict[str, frozenset[str]]:
    """Return the targets of each source of a projected network, or the sources of each target.

    ``without`` names targets to leave out; sources without any other are left out too. Raises
    MeasureError for a network that is no projection, UnknownNameError for what is no target.
    """
    incidence = network.graph.get("incidence")
    if incidence is None:
        raise MeasureError(
            "only a network in which nodes share something can be tested against chance"
        )
    for name in without:
        if name not in incidence.by_target:
            raise UnknownNameError("target", name, incidence.by_target)
    rows = {
        source: frozenset(held.keys() - set(without))
        for source, held in sorted(incidence.by_source.items())
    }
    kept = {source: held for source, held in rows.items() if held}
    return kept if of == "sources" else transpose_matrix(kept)


def transpose_matrix(rows: BiadjacencyMatrix) -> dict[str, frozenset[str]]:
    """Return the matrix with rows and columns swapped, sorted."""
    columns = sorted(frozenset().union(*rows.values()))
    met: dict[str, set[str]] = {column: set() for column in columns}
    for row, held in rows.items():
        for column in held:
            met[column].add(row)
    return {column: frozenset(held) for column, held in met.items()}


def build_row_bitmasks(rows: BiadjacencyMatrix) -> list[int]:
    """Return each row as an integer whose bits are its columns, in the order of the rows."""
    bits = {column: 1 << index for index, column in enumerate(transpose_matrix(rows))}
    return [sum(bits[column] for column in held) for held in rows.values()]


def count_pair_classes(patterns: Iterable[int]) -> Counter[PairClass]:
    """Return the number of pairs of rows (bitmasks) by their degrees and number of shared columns.

    Equal rows are counted together, so the cost is that of the pairs of distinct rows, and from
    2,000 of these on that of the pairs that share anything. Raises LibraryError if SciPy is needed
    and missing.
    """
    alike = sorted((bits.bit_count(), bits, n) for bits, n in Counter(patterns).items())
    if len(alike) >= MIN_ROWS_SCIPY:
        return _count_pair_classes_scipy(alike)
    found: Counter[PairClass] = Counter()
    for low, _, number in alike:
        found[low, low, low] += number * (number - 1) // 2
    for (low, one, number), (high, other, times) in combinations(alike, 2):
        found[low, high, (one & other).bit_count()] += number * times
    return +found


def compute_overlap_range(
    degrees: DegreePair, columns: Sequence[int], number: int
) -> tuple[int, int]:
    """Return the least and the most columns that two rows of these degrees can share.

    ``columns`` are the degrees of the columns and ``number`` is how many rows there are: all share
    a column that is full, none one that has a single row.
    """
    full = sum(column == number for column in columns)
    several = sum(column > 1 for column in columns)
    return max(full, sum(degrees) - len(columns)), min(*degrees, several)


def list_set_bits(bits: int) -> list[int]:
    """Return the positions of the bits that are set."""
    return [place for place, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


def _count_pair_classes_scipy(alike: Sequence[tuple[int, int, int]]) -> Counter[PairClass]:
    """Count pairs by a product of sparse matrices, which has those that share anything."""
    try:
        import numpy as np
        from scipy.sparse import csr_array, triu
    except ImportError as error:
        raise LibraryError(
            "this many nodes need scipy; pip install 'ai-governance-graph[analysis]'"
        ) from error
    columns = [list_set_bits(bits) for _, bits, _ in alike]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate([np.array(each, dtype=int) for each in columns])
    met = csr_array((np.ones(len(flat), dtype=int), flat, starts))
    pairs = csr_array(triu(met @ met.T, k=1)).tocoo()
    degree, times = (
        np.array(each) for each in ([a for a, _, _ in alike], [n for _, _, n in alike])
    )
    base = int(degree[-1]) + 1
    keys = (degree[pairs.row] * base + degree[pairs.col]) * base + pairs.data
    kinds, where = np.unique(keys, return_inverse=True)
    sums = np.bincount(where, weights=times[pairs.row] * times[pairs.col])
    found: Counter[PairClass] = Counter()
    for kind, number in zip(kinds.tolist(), sums.tolist(), strict=True):
        ends, shared = divmod(kind, base)
        found[*divmod(ends, base), shared] = round(number)
    for low, _, number in alike:
        found[low, low, low] += number * (number - 1) // 2
    return +(found + _count_disjoint_pairs(alike, found))


def _count_disjoint_pairs(
    alike: Sequence[tuple[int, int, int]], found: Mapping[PairClass, int]
) -> Counter[PairClass]:
    """Return how many pairs of two degrees share nothing: all pairs less those that share any."""
    rows: Counter[int] = Counter()
    for degree, _, number in alike:
        rows[degree] += number
    void: Counter[PairClass] = Counter()
    for low, high in combinations(sorted(rows), 2):
        void[low, high, 0] = rows[low] * rows[high]
    for degree, number in rows.items():
        void[degree, degree, 0] = number * (number - 1) // 2
    for (low, high, _), number in found.items():
        void[low, high, 0] -= number
    return void


def run_leave_one_out(
    test: Callable[..., _T], network: "nx.Graph[str]", *args: Any, **options: Any
) -> dict[str, _T]:
    """Return the result of a test without each shared target in turn, by the target's IRI.

    A result that vanishes without one text is a result about that text. The test takes a network
    and ``without``, like ``validate_projection`` and ``evaluate_groups``; what ``without`` already
    names stays left out.
    """
    outside = [*options.pop("without", ())]
    shared = transpose_matrix(build_biadjacency_matrix(network, without=outside))
    return {each: test(network, *args, without=[*outside, each], **options) for each in shared}
