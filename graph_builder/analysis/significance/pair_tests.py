"""Each pair of rows of a table against chance: p-values, q-values, and what could be found."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Literal

from graph_builder.analysis.significance.cooccurrence import (
    Class,
    Table,
    classes,
    extent,
    masks,
    transposed,
)
from graph_builder.analysis.significance.degree_preserving_swaps import sample
from graph_builder.analysis.significance.multiple_testing import Correction, adjusted, testable
from graph_builder.analysis.significance.null_model import Null, fit

Tail = Literal["either", "more", "fewer"]
Model = Literal["bicm", "fixed"]

#: Verdicts on what is no find: that is no proof of the contrary, or could not have been one.
MAYBE = "chance may explain it, which does not prove that it does"
NEVER = "not enough data, for whatever they shared, chance could have explained it"


@dataclass(frozen=True)
class Settings:
    """How pairs are tested.

    ``null``: ``bicm`` keeps degrees on average and is exact; ``fixed`` keeps them in every sample.
    ``tail``: whether a pair shares ``more`` or ``fewer`` than chance explains, or ``either``, for
    which p is twice the smaller. ``level`` is the share of false finds among the finds.
    """

    null: Model = "bicm"
    tail: Tail = "either"
    level: float = 0.05
    correction: Correction = "bh"
    samples: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class Pairs:
    """The tested pairs of a table, by the degrees of both rows and how many columns they share.

    ``columns`` are the degrees of the columns, ``number`` counts the pairs.
    """

    rows: Table
    columns: tuple[int, ...]
    settings: Settings
    null: Null
    number: Counter[Class]

    def p(self, found: Class) -> float:
        """Return how likely chance shares so many columns or more extremely."""
        one, other, shared = found
        chances = self.null.shared(one, other)
        more, fewer = fsum(chances[shared:]), fsum(chances[: shared + 1])
        tail = self.settings.tail
        p = more if tail == "more" else fewer if tail == "fewer" else 2 * min(more, fewer)
        return min(1.0, max(p, self.null.finest(one, other)))

    def expected(self, one: int, other: int) -> float:
        """Return how many columns two rows of these degrees share on average."""
        return fsum(number * p for number, p in enumerate(self.null.shared(one, other)))

    def attainable(self, found: Class) -> float:
        """Return the least p that rows of these degrees can reach, whatever they share."""
        one, other, _ = found
        ends = extent((one, other), self.columns, len(self.rows))
        return min(self.p((one, other, shared)) for shared in ends)

    @cached_property
    def q(self) -> dict[Class, float]:
        """The q-value of each class: the share of false finds if all such pairs are taken."""
        p = {found: self.p(found) for found in self.number}
        q = adjusted(_counted((p[c], n) for c, n in self.number.items()), self.settings.correction)
        return {found: q[p[found]] for found in self.number}

    @cached_property
    def validated(self) -> frozenset[Class]:
        """The classes whose pairs chance does not explain."""
        return frozenset(found for found, q in self.q.items() if q <= self.settings.level)

    @property
    def above(self) -> int:
        """How many validated pairs share more than expected."""
        return self._on(above=True)

    @property
    def below(self) -> int:
        """How many validated pairs share less than expected."""
        return self._on(above=False)

    @cached_property
    def least(self) -> Mapping[float, int]:
        """How many pairs can reach which p at the least."""
        return _counted((self.attainable(found), n) for found, n in self.number.items())

    @property
    def testable(self) -> int:
        """How many pairs can matter at all (Tarone 1990)."""
        return testable(self.least, self.settings.level)

    @cached_property
    def hopeful(self) -> frozenset[float]:
        """The least p-values that would be validated if each pair were as extreme as can be.

        No data of these degrees validate others, since smaller p-values never lead to fewer finds.
        """
        q = adjusted(self.least, self.settings.correction)
        return frozenset(p for p in self.least if q[p] <= self.settings.level)

    @property
    def possible(self) -> int:
        """How many pairs would be validated if each were as extreme as its degrees allow."""
        return sum(self.least[p] for p in self.hopeful)

    def _on(self, *, above: bool) -> int:
        found = self.validated
        return sum(self.number[c] for c in found if (c[2] > self.expected(*c[:2])) == above)


def tested(rows: Table, settings: Settings) -> Pairs:
    """Return the pairs of a table, tested; raises MeasureError if no null model fits."""
    columns = tuple(map(len, transposed(rows).values()))
    return Pairs(rows, columns, settings, model(rows, settings), classes(masks(rows)))


def model(rows: Table, settings: Settings) -> Null:
    """Return the null model of a table; raises MeasureError if the fit does not converge."""
    if settings.null == "fixed":
        return sample(rows, settings.samples, settings.seed)
    return fit(map(len, rows.values()), map(len, transposed(rows).values()))


def _counted(tests: Iterable[tuple[float, int]]) -> Counter[float]:
    found: Counter[float] = Counter()
    for p, number in tests:
        found[p] += number
    return found
