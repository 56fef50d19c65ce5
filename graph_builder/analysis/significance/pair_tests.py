"""Tests of all pairs of rows of a table: p-values, q-values and what could be found at all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Literal

from graph_builder.analysis.significance.cooccurrence import (
    BiadjacencyMatrix,
    PairClass,
    build_row_bitmasks,
    compute_overlap_range,
    count_pair_classes,
    transpose_matrix,
)
from graph_builder.analysis.significance.degree_preserving_swaps import sample_fixed_degree_model
from graph_builder.analysis.significance.multiple_testing import (
    Correction,
    compute_q_values,
    count_testable,
)
from graph_builder.analysis.significance.null_model import NullModel, fit_bicm

Tail = Literal["either", "more", "fewer"]
NullModelName = Literal["bicm", "fixed"]

#: Verdicts on pairs that are not validated, or could not have been.
MAY_BE_CHANCE = "chance may explain it, which does not prove that it does"
UNDECIDABLE = "not enough data: chance could explain any number that they might share"


@dataclass(frozen=True)
class SignificanceSettings:
    """How pairs are tested.

    ``null``: ``bicm`` keeps degrees on average and is exact; ``fixed`` keeps them in every sample.
    ``tail``: whether a pair shares ``more`` or ``fewer`` than chance explains, or ``either``, for
    which p is twice the smaller. ``level`` is the false discovery rate.
    """

    null: NullModelName = "bicm"
    tail: Tail = "either"
    level: float = 0.05
    correction: Correction = "bh"
    samples: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class PairTests:
    """The tested pairs of a table, by the degrees of both rows and the number of shared columns.

    ``columns`` are the degrees of the columns, ``number`` counts the pairs.
    """

    rows: BiadjacencyMatrix
    columns: tuple[int, ...]
    settings: SignificanceSettings
    null: NullModel
    number: Counter[PairClass]

    def p(self, found: PairClass) -> float:
        """Return the p-value: the probability of this or a more extreme count of shared columns."""
        one, other, shared = found
        chances = self.null.get_shared_distribution(one, other)
        more, fewer = fsum(chances[shared:]), fsum(chances[: shared + 1])
        tail = self.settings.tail
        p = more if tail == "more" else fewer if tail == "fewer" else 2 * min(more, fewer)
        return min(1.0, max(p, self.null.get_resolution(one, other)))

    def expected(self, one: int, other: int) -> float:
        """Return how many columns two rows of these degrees share on average."""
        return fsum(
            number * p for number, p in enumerate(self.null.get_shared_distribution(one, other))
        )

    def attainable(self, found: PairClass) -> float:
        """Return the least p that rows of these degrees can reach, whatever they share."""
        one, other, _ = found
        ends = compute_overlap_range((one, other), self.columns, len(self.rows))
        return min(self.p((one, other, shared)) for shared in ends)

    @cached_property
    def q(self) -> dict[PairClass, float]:
        """The q-value of each class: the false discovery rate if all such pairs are accepted."""
        p = {found: self.p(found) for found in self.number}
        q = compute_q_values(
            _count_p_values((p[c], n) for c, n in self.number.items()), self.settings.correction
        )
        return {found: q[p[found]] for found in self.number}

    @cached_property
    def validated(self) -> frozenset[PairClass]:
        """The classes whose pairs chance does not explain."""
        return frozenset(found for found, q in self.q.items() if q <= self.settings.level)

    @property
    def above_expected(self) -> int:
        """How many validated pairs share more than expected."""
        return self._count_validated(above=True)

    @property
    def below_expected(self) -> int:
        """How many validated pairs share less than expected."""
        return self._count_validated(above=False)

    @cached_property
    def number_by_minimum_p(self) -> Mapping[float, int]:
        """The number of pairs by the smallest p that they can reach."""
        return _count_p_values((self.attainable(found), n) for found, n in self.number.items())

    @property
    def testable(self) -> int:
        """The number of testable pairs (Tarone 1990)."""
        return count_testable(self.number_by_minimum_p, self.settings.level)

    @cached_property
    def significant_attainable_p(self) -> frozenset[float]:
        """The smallest p-values that would be validated if each pair were as extreme as possible.

        No data with these degrees validate others, since smaller p-values never give fewer
        findings.
        """
        q = compute_q_values(self.number_by_minimum_p, self.settings.correction)
        return frozenset(p for p in self.number_by_minimum_p if q[p] <= self.settings.level)

    @property
    def max_validated(self) -> int:
        """How many pairs would be validated if each were as extreme as its degrees allow."""
        return sum(self.number_by_minimum_p[p] for p in self.significant_attainable_p)

    def _count_validated(self, *, above: bool) -> int:
        found = self.validated
        return sum(self.number[c] for c in found if (c[2] > self.expected(*c[:2])) == above)


def compute_pair_tests(rows: BiadjacencyMatrix, settings: SignificanceSettings) -> PairTests:
    """Return the tested pairs of a table; raises MeasureError if no null model fits."""
    columns = tuple(map(len, transpose_matrix(rows).values()))
    return PairTests(
        rows,
        columns,
        settings,
        fit_null_model(rows, settings),
        count_pair_classes(build_row_bitmasks(rows)),
    )


def fit_null_model(rows: BiadjacencyMatrix, settings: SignificanceSettings) -> NullModel:
    """Return the null model of a table; raises MeasureError if the fit does not converge."""
    if settings.null == "fixed":
        return sample_fixed_degree_model(rows, settings.samples, settings.seed)
    return fit_bicm(map(len, rows.values()), map(len, transpose_matrix(rows).values()))


def _count_p_values(tests: Iterable[tuple[float, int]]) -> Counter[float]:
    found: Counter[float] = Counter()
    for p, number in tests:
        found[p] += number
    return found
