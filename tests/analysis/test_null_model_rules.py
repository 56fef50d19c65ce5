"""The null model by hand: what it expects, what it shares, and when it refuses."""

import sys
from collections import Counter
from itertools import product
from math import log

import pytest

from graph_builder.analysis.significance import null_model
from graph_builder.analysis.significance.null_model import (
    BipartiteConfigurationModel,
    compute_poisson_binomial,
    convolve,
    fit_bicm,
)
from graph_builder.core.errors import LibraryError, MeasureError

Table = dict[tuple[int, int], float]


def _model(rows: dict[int, int], columns: dict[int, int], p: Table) -> BipartiteConfigurationModel:
    return BipartiteConfigurationModel(Counter(rows), Counter(columns), p)


@pytest.mark.parametrize(
    ("rows", "columns", "p", "residual"),
    [
        # two rows of degree 3 expect 0.5 each, the column of degree 5 expects 1
        ({3: 2}, {5: 1}, {(3, 5): 0.5}, 2.5 / 3),
        # three rows of degree 1 expect 0.9 each, the column of degree 6 expects 2.7
        ({1: 3}, {6: 1}, {(1, 6): 0.9}, 3.3 / 6),
        # where nothing is observed, the difference itself counts
        ({0: 1}, {0: 1}, {(0, 0): 0.25}, 0.25),
        ({2: 1, 1: 2}, {3: 1, 1: 1}, {(2, 3): 1, (2, 1): 1, (1, 3): 1, (1, 1): 0}, 0.0),
        ({}, {}, {}, 0.0),
    ],
)
def test_the_residual_is_the_largest_relative_error_of_an_expected_degree(
    rows: dict[int, int], columns: dict[int, int], p: Table, residual: float
) -> None:
    assert _model(rows, columns, p).residual == pytest.approx(residual)


def test_two_rows_share_a_column_with_the_product_of_their_probabilities() -> None:
    p = {(1, 1): 0.5, (2, 1): 0.4, (1, 2): 1.0, (2, 2): 0.25}
    model = _model({1: 1, 2: 1}, {1: 2, 2: 1}, p)
    twice = [0.8 * 0.8, 2 * 0.2 * 0.8, 0.2 * 0.2]
    by_hand = [
        twice[0] * 0.75,
        twice[0] * 0.25 + twice[1] * 0.75,
        twice[1] * 0.25 + twice[2] * 0.75,
        twice[2] * 0.25,
    ]
    assert model.get_shared_distribution(1, 2) == pytest.approx(by_hand)
    assert model.get_shared_distribution(2, 1) is model.get_shared_distribution(1, 2)
    alone = model.get_shared_distribution(1, 1)
    assert alone == pytest.approx([0.75**2 * 0, 0.75**2, 2 * 0.75 * 0.25, 0.25**2])
    assert model.get_resolution(1, 2) == 0.0


def test_nothing_is_fitted_to_nothing() -> None:
    assert fit_bicm([], []).probability == {}


@pytest.mark.parametrize(
    ("rows", "columns"),
    [([2, 1, 1], [2, 1, 1]), ([4, 3, 2, 2, 1], [4, 3, 2, 2, 1]), ([3, 2, 2, 1], [2, 2, 2, 1, 1])],
)
def test_odds_are_products_of_one_number_a_row_and_one_a_column(
    rows: list[int], columns: list[int]
) -> None:
    """That, and the degrees, make the one table of maximum entropy."""
    p = fit_bicm(rows, columns).probability
    odds = {cell: log(value / (1 - value)) for cell, value in p.items() if 0 < value < 1}
    assert odds
    for (r, c), (s, d) in product(odds, repeat=2):
        if (r, d) in odds and (s, c) in odds:
            across = odds[r, c] + odds[s, d] - odds[r, d] - odds[s, c]
            assert across == pytest.approx(0, abs=1e-6)
    for k in rows:
        assert sum(p[k, c] for c in columns) == pytest.approx(k)
    for c in columns:
        assert sum(p[k, c] for k in rows) == pytest.approx(c)


def test_a_full_row_and_an_empty_column_leave_the_others_to_each_other() -> None:
    """One row has all three columns that are not empty; the other two share two of them."""
    p = fit_bicm([3, 1, 1], [3, 1, 1, 0]).probability
    assert p == {(3, 3): 1, (1, 3): 1, (3, 1): 1, (1, 1): 0, (3, 0): 0, (1, 0): 0}
    q = fit_bicm([4, 2, 2, 0], [3, 2, 2, 1, 0]).probability
    assert [q[4, c] for c in (3, 2, 1, 0)] == [1, 1, 1, 0]
    assert q[2, 3] == 1
    assert q[2, 2] == pytest.approx(0.5)
    assert [q[2, 1], q[2, 0], q[0, 3], q[0, 0]] == [0, 0, 0, 0]


def test_a_fit_that_is_cut_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_model, "_MAX_ITERATIONS", 2)
    with pytest.raises(MeasureError, match="null model"):
        fit_bicm([4, 3, 2, 2, 1], [4, 3, 2, 2, 1])


def test_a_fit_ends_as_soon_as_the_degrees_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two equal rows and columns are right from the start: one round shows it."""
    monkeypatch.setattr(null_model, "_MAX_ITERATIONS", 40)
    assert fit_bicm([1, 1], [1, 1]).residual < 1e-10


def test_the_distribution_of_a_sum_is_that_of_its_parts() -> None:
    assert convolve([0.5, 0.5], [0.25, 0.75]) == [0.125, 0.5, 0.375]
    assert convolve([1.0], [0.2, 0.3, 0.5]) == [0.2, 0.3, 0.5]
    assert convolve([0.0, 1.0], [0.0, 0.0, 1.0]) == [0.0, 0.0, 0.0, 1.0]


def test_long_distributions_are_those_of_numpy_and_say_if_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("numpy")
    one, other = [0.5, 0.5], [0.25, 0.25, 0.5]
    plain = convolve(one, other)
    monkeypatch.setattr(null_model, "_MIN_PRODUCTS_NUMPY", 5)
    by_numpy = convolve(one, other)
    assert by_numpy == pytest.approx(plain)
    assert type(by_numpy) is list
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(LibraryError, match=r"pip install 'ai-governance-graph\[analysis\]'"):
        convolve(one, other)
    monkeypatch.setattr(null_model, "_MIN_PRODUCTS_NUMPY", 6)
    assert convolve(one, other) == plain


@pytest.mark.parametrize(
    ("trials", "distribution"),
    [
        ([], [1.0]),
        ([(0.3, 0)], [1.0]),
        ([(0.3, 1)], [0.7, 0.3]),
        ([(0.5, 3)], [0.125, 0.375, 0.375, 0.125]),
        ([(0.5, 2), (1.0, 1)], [0.0, 0.25, 0.5, 0.25]),
    ],
)
def test_successes_are_counted_over_groups_of_equal_trials(
    trials: list[tuple[float, int]], distribution: list[float]
) -> None:
    assert compute_poisson_binomial(trials) == pytest.approx(distribution)
