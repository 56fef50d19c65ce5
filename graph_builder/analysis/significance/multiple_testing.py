"""Multiple testing: false discovery rate and testable hypotheses."""

from bisect import bisect_left
from collections.abc import Mapping
from math import log
from typing import Literal

Correction = Literal["bh", "by"]
#: Euler's constant, and up to how many tests 1 + 1/2 + 1/3 ... is summed term by term.
_EULER, _TERMS = 0.5772156649015329, 1000


def compute_q_values(
    tests: Mapping[float, int], correction: Correction = "bh"
) -> dict[float, float]:
    """Return the q-value of each p-value, given the number of tests that have it.

    ``bh``: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, Journal of the Royal
    Statistical Society B 57 (1), 1995. It holds for independent and for positively dependent
    tests; pairs that have a country in common are such, as long as one asks who shares more.
    ``by``: Y. Benjamini, D. Yekutieli, The control of the false discovery rate in multiple testing
    under dependency, Annals of Statistics 29 (4), 2001. It holds whatever the dependence, and takes
    p-values that are smaller by a factor of about the logarithm of the number of tests.
    """
    number = sum(tests.values())
    factor = number * (_compute_harmonic_number(number) if correction == "by" else 1.0)
    found: dict[float, float] = {}
    least, rank = 1.0, number
    for p in sorted(tests, reverse=True):
        least = found[p] = min(least, p * factor / rank)
        rank -= tests[p]
    return found


def count_testable(attainable: Mapping[float, int], level: float) -> int:
    """Return the number of testable hypotheses, from the smallest p-value that each can reach.

    R. Tarone, A modified Bonferroni method for discrete data, Biometrics 46 (2), 1990: the least
    K such that at most K tests can reach a p-value of level / K; the others never count.
    """

    def count_attainable(number: int) -> int:
        return sum(times for p, times in attainable.items() if p <= level / number)

    many = range(1, sum(attainable.values()) + 1)
    least = bisect_left(many, x=True, key=lambda number: count_attainable(number) <= number)
    return count_attainable(many[least]) if many else 0


def _compute_harmonic_number(number: int) -> float:
    if number <= _TERMS:
        return sum(1 / k for k in range(1, number + 1))
    return log(number) + _EULER + 1 / (2 * number)
