"""The bipartite configuration model (BiCM): the maximum-entropy null model of given degrees.

Each cell of a table is filled independently, with the probabilities of maximum entropy for which
the expected degrees of all rows and columns are those observed. F. Saracco, R. Di Clemente, A.
Gabrielli, T. Squartini, Randomizing bipartite networks: the case of the World Trade Web, Scientific
Reports 5, 10595, 2015; F. Saracco and others, Inferring monopartite projections of bipartite
networks: an entropy-based approach, New Journal of Physics 19, 053022, 2017.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple, Protocol

from graph_builder.core.errors import LibraryError, MeasureError

#: The allowed relative error of an expected degree.
DEGREE_TOLERANCE = 1e-10
_MAX_ITERATIONS = 100_000
#: From this many products on, NumPy convolves.
_MIN_PRODUCTS_NUMPY = 100_000


class NullModel(Protocol):
    """A null model: the distribution of the number of columns that two rows share."""

    def get_shared_distribution(self, one: int, other: int) -> Sequence[float]:
        """Return the probabilities of sharing 0, 1, 2 ... columns, by the degrees of two rows."""

    def get_resolution(self, one: int, other: int) -> float:
        """Return the smallest probability that the model can tell from 0 for two rows."""


class DegreeClass(NamedTuple):
    """Rows or columns of one degree: the degree, the part not yet explained, and their number."""

    degree: int
    left: int
    number: int


@dataclass(frozen=True)
class BipartiteConfigurationModel:
    """A fitted model; rows and columns of equal degree have equal probabilities."""

    rows: Counter[int]
    columns: Counter[int]
    probability: dict[tuple[int, int], float]
    _shared: dict[tuple[int, int], list[float]] = field(default_factory=dict, repr=False)

    def get_resolution(self, one: int, other: int) -> float:  # noqa: ARG002 -- the same for all
        """Return 0, since probabilities are exact."""
        return 0.0

    @property
    def residual(self) -> float:
        """The greatest relative error of an expected degree."""
        p, rows, columns = self.probability, self.rows, self.columns
        by_row = {r: fsum(n * p[r, c] for c, n in columns.items()) for r in rows}
        by_column = {c: fsum(n * p[r, c] for r, n in rows.items()) for c in columns}
        expected = [*by_row.items(), *by_column.items()]
        return max((abs(got - k) / max(k, 1) for k, got in expected), default=0.0)

    def get_shared_distribution(self, one: int, other: int) -> list[float]:
        """Return the probabilities of sharing 0, 1, 2 ... columns, by the degrees of two rows."""
        key = (min(one, other), max(one, other))
        if key not in self._shared:
            self._shared[key] = compute_poisson_binomial(
                (self.probability[one, c] * self.probability[other, c], n)
                for c, n in sorted(self.columns.items())
            )
        return self._shared[key]


def fit_bicm(rows: Iterable[int], columns: Iterable[int]) -> BipartiteConfigurationModel:
    """Return the model for the degrees of the rows and columns of a table.

    Cells that are equal in every table of these degrees, such as those of a text that all
    endorsed, get 0 or 1 exactly. Raises MeasureError if the residual exceeds ``TOLERANCE``.
    """
    by_row, by_column = Counter(rows), Counter(columns)
    found: dict[tuple[int, int], float] = {}
    _solve_block(_group_degrees(by_row), _group_degrees(by_column), found)
    model = BipartiteConfigurationModel(by_row, by_column, found)
    if model.residual > DEGREE_TOLERANCE:
        raise MeasureError("the null model bicm does not fit this network; try --null fixed")
    return model


def compute_poisson_binomial(trials: Iterable[tuple[float, int]]) -> list[float]:
    """Return the probabilities of 0, 1, 2 ... successes, from pairs of a probability and a number.

    Exact, by convolution of binomials: all terms are positive, so small tails keep their digits.
    Y. Hong, On computing the distribution function for the Poisson binomial distribution,
    Computational Statistics and Data Analysis 59, 2013.
    """
    found = [1.0]
    for p, number in trials:
        found = convolve(found, _convolve_power([1 - p, p], number))
    return found


def convolve(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Return the distribution of the sum of two independent counts.

    Raises LibraryError for long ones if numpy is not installed.
    """
    if len(one) * len(other) > _MIN_PRODUCTS_NUMPY:
        return _convolve_numpy(one, other)
    found = [0.0] * (len(one) + len(other) - 1)
    for i, p in enumerate(one):
        for j, q in enumerate(other):
            found[i + j] += p * q
    return found


def _convolve_numpy(one: Sequence[float], other: Sequence[float]) -> list[float]:
    try:
        import numpy as np
    except ImportError as error:
        raise LibraryError(
            "nodes that share this much need numpy; pip install 'ai-governance-graph[analysis]'"
        ) from error
    return np.convolve(one, other).tolist()


def _convolve_power(single: list[float], number: int) -> list[float]:
    """Return the distribution of the sum of ``number`` independent counts of one distribution."""
    if not number:
        return [1.0]
    half = _convolve_power(single, number // 2)
    both = convolve(half, half)
    return convolve(both, single) if number % 2 else both


def _group_degrees(degrees: Counter[int]) -> list[DegreeClass]:
    return [DegreeClass(k, k, number) for k, number in sorted(degrees.items(), reverse=True)]


def _solve_block(
    rows: list[DegreeClass], columns: list[DegreeClass], found: dict[tuple[int, int], float]
) -> None:
    """Find the probabilities of a block, after splitting off the cells that its degrees force.

    Where the first rows use all the room that columns have (Gale 1957; Ryser 1957), columns with
    more left than there are such rows are full in them, and columns with less are empty below.
    Without such a cut the probabilities lie between 0 and 1, and there is one solution.
    """
    if not (rows and columns):
        return
    for index in range(len(rows) + 1):
        top, below = rows[:index], rows[index:]
        cut = sum(line.number for line in top)
        full = [line for line in columns if line.left >= cut]
        empty = [line for line in columns if line.left <= cut]
        if _is_tight_cut(top, columns, cut) and ((top and full) or (below and empty)):
            found.update({(r.degree, c.degree): 1.0 for r in top for c in full})
            found.update({(r.degree, c.degree): 0.0 for r in below for c in empty})
            taken = sum(line.number for line in full)
            _solve_block(_reduce_degrees(top, taken), [c for c in columns if c.left < cut], found)
            _solve_block(below, _reduce_degrees([c for c in columns if c.left > cut], cut), found)
            return
    _solve_by_iteration(rows, columns, found)


def _is_tight_cut(top: list[DegreeClass], columns: list[DegreeClass], cut: int) -> bool:
    used = sum(line.left * line.number for line in top)
    return used == sum(min(line.left, cut) * line.number for line in columns)


def _reduce_degrees(lines: list[DegreeClass], taken: int) -> list[DegreeClass]:
    return [line._replace(left=line.left - taken) for line in lines]


def _solve_by_iteration(
    rows: list[DegreeClass], columns: list[DegreeClass], found: dict[tuple[int, int], float]
) -> None:
    """Solve a block in which nothing is forced.

    The likelihood is that of a Bradley-Terry model of rows against columns, for which this update
    never lowers the likelihood and converges. D. Hunter, MM algorithms for generalized
    Bradley-Terry models, Annals of Statistics 32 (1), 2004.
    """
    total = sum(line.left * line.number for line in rows) ** 0.5
    x, y = ([line.left / total for line in lines] for lines in (rows, columns))
    for _ in range(_MAX_ITERATIONS):
        off = max(
            _update_multipliers(x, rows, y, columns), _update_multipliers(y, columns, x, rows)
        )
        if off < DEGREE_TOLERANCE / 10:
            break
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            found[row.degree, column.degree] = x[r] * y[c] / (1 + x[r] * y[c])


def _update_multipliers(
    x: list[float], lines: list[DegreeClass], y: list[float], others: list[DegreeClass]
) -> float:
    """Move the expected degrees of some classes nearer; return the relative error before."""
    off = 0.0
    for index, line in enumerate(lines):
        old = x[index]
        room = sum(other.number * v / (1 + old * v) for v, other in zip(y, others, strict=True))
        x[index] = line.left / room
        off = max(off, abs(old * room - line.left) / line.left)
    return off
