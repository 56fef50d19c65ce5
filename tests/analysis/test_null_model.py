"""What degrees explain: the fit, its forced cells, exact distributions, and sampled tables."""

from collections import Counter, defaultdict
from itertools import product
from math import fsum, prod
from random import Random

import networkx as nx
import pytest

from graph_builder.analysis.significance import cooccurrence, null_model
from graph_builder.analysis.significance.cooccurrence import (
    build_row_bitmasks,
    count_pair_classes,
    transpose_matrix,
)
from graph_builder.analysis.significance.degree_preserving_swaps import (
    iter_random_tables,
    sample_fixed_degree_model,
    swap_columns,
)
from graph_builder.analysis.significance.null_model import compute_poisson_binomial, fit_bicm
from tests.analysis.small_networks import (
    Cells,
    alike,
    degrees,
    margins,
    matrices,
    random_table,
    table,
)


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (2, 3), (3, 3), (3, 4)])
def test_degrees_are_met_and_what_they_force_is_0_or_1(rows: int, columns: int) -> None:
    seen = defaultdict(list)
    for cells in matrices(rows, columns):
        seen[degrees(cells)].append(cells)
    for (down, across), every in seen.items():
        model = fit_bicm(down, across)
        assert model.residual <= null_model.DEGREE_TOLERANCE
        for i, j in product(range(rows), range(columns)):
            values = {cells[i][j] for cells in every}
            p = model.probability[down[i], across[j]]
            assert (p in values) if len(values) == 1 else (0 < p < 1)


def test_two_by_two_is_known() -> None:
    assert fit_bicm([1, 1], [1, 1]).probability[1, 1] == pytest.approx(0.5, abs=1e-12)
    assert fit_bicm([2, 1], [2, 1]).probability == {(2, 2): 1, (2, 1): 1, (1, 2): 1, (1, 1): 0}
    assert fit_bicm([1, 0], [1, 0]).probability == {(1, 1): 1, (1, 0): 0, (0, 1): 0, (0, 0): 0}


def test_rows_of_one_degree_get_the_share_of_each_column() -> None:
    model = fit_bicm([3] * 10, [9, 6, 5, 5, 4, 1])
    assert model.probability == pytest.approx({(3, c): c / 10 for c in (9, 6, 5, 4, 1)})


def test_a_text_of_all_is_certain_and_changes_no_other_cell() -> None:
    rows, columns = margins(random_table(12, 6, seed=3))
    plain = fit_bicm(rows, columns)
    more = fit_bicm([k + 1 for k in rows], [*columns, len(rows)])
    assert {more.probability[k + 1, len(rows)] for k in rows} == {1.0}
    if len(rows) not in columns:
        for k, c in plain.probability:
            assert more.probability[k + 1, c] == pytest.approx(plain.probability[k, c])


def test_the_model_of_southern_women_is_that_of_its_authors() -> None:
    """Values of the package bicm 3.4.0 for the table of Davis, Gardner and Gardner (1941)."""
    davis = nx.davis_southern_women_graph()
    women = [node for node, held in davis.nodes(data=True) if not held["bipartite"]]
    rows = {woman: frozenset(davis[woman]) for woman in women}
    model = fit_bicm(*margins(rows))
    evelyn = [model.probability[8, davis.degree(f"E{number}")] for number in (1, 3, 5, 8, 9)]
    known = [0.3423289056, 0.5928135101, 0.7157398831, 0.9333824925, 0.8806958003]
    assert evelyn == pytest.approx(known, abs=1e-8)
    for one, other, shared, p in (
        ("Evelyn Jefferson", "Theresa Anderson", 7, 0.18668806857304432),
        ("Olivia Carleton", "Flora Price", 2, 0.08837234621472663),
    ):
        assert len(rows[one] & rows[other]) == shared
        chances = model.get_shared_distribution(len(rows[one]), len(rows[other]))
        assert sum(chances[shared:]) == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize("trials", [[(0.5, 1)], [(0.1, 3), (0.9, 2)], [(0, 2), (1, 3), (0.3, 1)]])
def test_poisson_binomial_is_the_sum_over_all_outcomes(trials: list[tuple[float, int]]) -> None:
    each = [p for p, number in trials for _ in range(number)]
    brute = [0.0] * (len(each) + 1)
    for outcome in product((0, 1), repeat=len(each)):
        brute[sum(outcome)] += prod(p if on else 1 - p for p, on in zip(each, outcome, strict=True))
    assert compute_poisson_binomial(trials) == pytest.approx(brute, abs=1e-15)


def test_small_tails_keep_their_digits_and_long_sums_their_total() -> None:
    pytest.importorskip("numpy")
    assert compute_poisson_binomial([(1e-9, 12)])[12] == pytest.approx(1e-108)
    long = compute_poisson_binomial([(0.3, 1500), (0.01, 900)])
    assert sum(long) == pytest.approx(1)
    assert sum(k * p for k, p in enumerate(long)) == pytest.approx(0.3 * 1500 + 9)


SMALL: Cells = ((1, 1, 0, 0), (1, 0, 1, 0), (1, 1, 0, 1), (0, 0, 1, 0))


def test_samples_have_the_degrees_and_each_table_comes_as_often() -> None:
    rows = table(SMALL)
    drawn = [*iter_random_tables(rows, 6000, seed=5)]
    for bits in drawn[:200]:
        assert [each.bit_count() for each in bits] == [len(held) for held in rows.values()]
        assert degrees(SMALL)[1] == tuple(sum(b >> j & 1 for b in bits) for j in range(4))
    seen = Counter(map(tuple, drawn))
    every = alike(SMALL)
    assert len(seen) == len(every)
    even = 6000 / len(every)
    assert sum((number - even) ** 2 / even for number in seen.values()) < 2 * len(every)


def test_the_sampled_model_agrees_with_the_list_of_all_tables() -> None:
    rows = table(SMALL)
    model = sample_fixed_degree_model(rows, 4000, seed=2)
    exact = Counter[tuple[int, int, int]]()
    for cells in alike(SMALL):
        exact.update(count_pair_classes(build_row_bitmasks(table(cells))))
    for low, high, shared in exact:
        pairs = sum(number for key, number in exact.items() if key[:2] == (low, high))
        found = model.get_shared_distribution(low, high)[shared]
        assert found == pytest.approx(exact[low, high, shared] / pairs, abs=0.03)


@pytest.mark.parametrize(("low", "high"), [(0.01, 0.1), (0.05, 0.2), (0.3, 0.7)])
def test_free_degrees_are_the_more_cautious_model_in_the_tail(low: float, high: float) -> None:
    """The two are different models, so they differ by more than sampling does."""
    rows = random_table(40, 60, seed=4, low=low, high=high)
    free, fixed = fit_bicm(*margins(rows)), sample_fixed_degree_model(rows, 100, seed=1)
    tails = [
        [fsum(model.get_shared_distribution(one, other)[shared:]) for model in (free, fixed)]
        for (one, other), pairs in fixed.pairs.items()
        if pairs > 1500
        for shared in range(1, one + 1)
    ]
    assert any(exact - drawn > 0.03 for exact, drawn in tails)
    assert all(exact > drawn - 0.02 for exact, drawn in tails if drawn < 0.3)


def test_distributions_agree_with_drawn_cells() -> None:
    rows = random_table(15, 8, seed=6)
    model = fit_bicm(*margins(rows))
    columns = margins(rows)[1]
    one, other = sorted(margins(rows)[0])[-2:]
    random = Random(1)  # noqa: S311 -- a sample
    counts = Counter(
        sum(
            random.random() < model.probability[one, c]
            and random.random() < model.probability[other, c]
            for c in columns
        )
        for _ in range(20_000)
    )
    for shared, p in enumerate(model.get_shared_distribution(one, other)):
        assert counts[shared] / 20_000 == pytest.approx(p, abs=0.015)


def test_a_seed_gives_the_same_samples_and_another_others() -> None:
    rows = random_table(12, 5, seed=7)
    first = [*iter_random_tables(rows, 30, seed=1)]
    assert first == [*iter_random_tables(rows, 30, seed=1)]
    assert first != [*iter_random_tables(rows, 30, seed=2)]
    assert sample_fixed_degree_model(rows, 20, seed=1) == sample_fixed_degree_model(
        dict(sorted(rows.items())), 20, seed=1
    )


def test_trades_of_one_line_or_of_equal_lines_change_nothing() -> None:
    for lines in ([{1, 2}], [{1, 2}, {1, 2}]):
        before = [set(line) for line in lines]
        swap_columns(lines, Random(1))  # noqa: S311 -- a sample
        assert lines == before


def test_pairs_are_counted_alike_by_bits_and_by_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy")
    bits = build_row_bitmasks(random_table(60, 9, seed=8, low=0.0, high=0.4))
    plain = count_pair_classes(bits)
    monkeypatch.setattr(cooccurrence, "MIN_ROWS_SCIPY", 0)
    assert count_pair_classes(bits) == plain
    assert plain.total() == len(bits) * (len(bits) - 1) // 2


def test_a_table_turned_twice_is_itself() -> None:
    rows = random_table(6, 4, seed=9)
    assert transpose_matrix(transpose_matrix(rows)) == rows
