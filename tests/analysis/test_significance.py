"""Pairs and groups against chance: corrections, power, validity under the null, and verdicts."""

from collections import Counter
from math import comb, inf
from random import Random

import networkx as nx
import pytest

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.reports.measure_registry import compute_measures
from graph_builder.analysis.significance import multiple_testing, pair_tests
from graph_builder.analysis.significance.cooccurrence import (
    build_biadjacency_matrix,
    build_row_bitmasks,
    run_leave_one_out,
)
from graph_builder.analysis.significance.degree_preserving_swaps import iter_random_tables
from graph_builder.analysis.significance.group_significance import (
    evaluate_groups,
    evaluate_network,
    find_body_members,
)
from graph_builder.analysis.significance.multiple_testing import compute_q_values
from graph_builder.analysis.significance.null_model import fit_bicm
from graph_builder.analysis.significance.pair_tests import UNDECIDABLE, SignificanceSettings, Tail
from graph_builder.analysis.significance.statistical_power import (
    compute_conditional_probability,
    estimate_power,
    plant_pairs,
)
from graph_builder.analysis.significance.validated_projection import validate_projection
from graph_builder.core.errors import MeasureError, UnknownNameError
from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph
from tests.analysis.small_networks import margins, network, random_table

IND, FRA = expand("actor:IND"), expand("actor:FRA")
#: Benjamini and Hochberg 1995, section 3.2: four of fifteen pass at 0.05, three by Bonferroni.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def _twins(seed: int = 1) -> dict[str, frozenset[str]]:
    """Return chance but for ``r00`` and ``r01``, which always act alike."""
    rows = random_table(20, 80, seed=seed, low=0.2, high=0.6)
    return {**rows, "r01": rows["r00"]}


def test_the_false_discovery_rate_is_that_of_the_paper() -> None:
    q = compute_q_values(Counter(PUBLISHED))
    assert [p for p in PUBLISHED if q[p] <= 0.05] == PUBLISHED[:4]
    by = compute_q_values(Counter(PUBLISHED), "by")
    harmonic = sum(1 / k for k in range(1, 16))
    assert all(by[p] == pytest.approx(min(1, q[p] * harmonic)) for p in PUBLISHED[:3])


def test_equal_p_values_count_as_many_tests() -> None:
    stats = pytest.importorskip("scipy.stats")
    many = Counter({0.001: 3, 0.02: 5, 0.5: 40})
    for name in ("bh", "by"):
        known = stats.false_discovery_control(sorted(many.elements()), method=name)
        q = compute_q_values(many, name)
        assert [q[p] for p in sorted(many.elements())] == pytest.approx([*known])


@pytest.mark.parametrize(
    ("attainable", "number"),
    [({0.001: 1, 0.01: 1, 0.04: 3}, 2), ({0.2: 50}, 0), ({0.04: 1}, 1), ({}, 0)],
)
def test_tests_that_cannot_matter_are_not_counted(
    attainable: dict[float, int], number: int
) -> None:
    assert multiple_testing.count_testable(attainable, 0.05) == number


@pytest.mark.parametrize("tail", ["either", "more", "fewer"])
def test_under_chance_p_is_small_no_more_often_than_it_says(tail: Tail) -> None:
    start = random_table(20, 12, seed=1)
    model, random = fit_bicm(*margins(start)), Random(3)  # noqa: S311 -- a sample
    seen: list[float] = []
    for _ in range(60):
        drawn, _ = plant_pairs(start, model, 1.0, random)
        held = pair_tests.compute_pair_tests(
            {row: held for row, held in drawn.items() if held}, SignificanceSettings(tail=tail)
        )
        seen += [held.p(found) for found in held.number.elements()]
    for level in (0.01, 0.05, 0.1, 0.25, 0.5):
        assert sum(p <= level for p in seen) / len(seen) <= level * 1.1 + 0.005


def test_sampled_p_is_small_no_more_often_than_it_says() -> None:
    start = random_table(12, 8, seed=2)
    seen: list[float] = []
    for bits in [*iter_random_tables(start, 30, seed=4)]:
        rows = {
            f"r{i}": frozenset(f"c{j}" for j in range(8) if each >> j & 1)
            for i, each in enumerate(bits)
        }
        held = pair_tests.compute_pair_tests(
            rows, SignificanceSettings(null="fixed", tail="more", samples=60)
        )
        seen += [held.p(found) for found in held.number.elements()]
    for level in (0.02, 0.05, 0.1, 0.25):
        assert sum(p <= level for p in seen) / len(seen) <= level * 1.2 + 0.01


@pytest.mark.slow
def test_chance_alone_is_seldom_validated_and_a_planted_pair_is_found() -> None:
    null = [
        pair_tests.compute_pair_tests(random_table(20, 80, seed, 0.2, 0.6), SignificanceSettings())
        for seed in range(40)
    ]
    assert sum(bool(each.validated) for each in null) <= 0.05 * 40 + 3
    for seed in range(5):
        links = validate_projection(network(_twins(seed))).links
        assert ("r00", "r01") in {(pair.source, pair.target) for pair in links}
        assert all(pair.shared > pair.expected for pair in links if pair.target == "r01")


def test_those_who_never_act_together_stand_out_below() -> None:
    texts = {f"c{j:02}" for j in range(80)}
    rows = random_table(20, 80, 5, 0.4, 0.6)
    rows = {**rows, "r01": frozenset(texts - {*rows["r00"]})}
    found = validate_projection(network(rows), tail="fewer")
    pair = found.pair("r00", "r01")
    assert (pair.shared, pair.validated, found.pairs.below_expected > 0) == (0, True, True)
    assert "Fewer than chance explains; p = " in pair.sentence
    assert ("r00", "r01") in {(each.source, each.target) for each in found}
    assert not validate_projection(network(rows), tail="more").pair("r00", "r01").validated


def test_no_data_of_the_same_degrees_validate_more_than_is_possible() -> None:
    for seed in range(6):
        held = pair_tests.compute_pair_tests(
            random_table(10, 30, seed), SignificanceSettings(level=0.3)
        )
        assert sum(held.number[c] for c in held.validated) <= held.max_validated
        assert all(held.p(c) >= held.attainable(c) for c in held.number)


@pytest.mark.slow
def test_power_grows_with_texts_and_with_the_strength_of_ties() -> None:
    few = estimate_power(network(random_table(20, 8, 1)), trials=5)
    many = estimate_power(network(random_table(20, 160, 1, 0.2, 0.6)), trials=5, odds=(1.0, inf))
    assert not few.enough
    assert set(few.found.values()) == {0.0}
    assert "not enough data" in few.sentence
    assert many.found[inf] > 0.8
    assert many.found[1.0] < 0.2
    assert many.enough
    assert few.needed
    assert few.needed > 8


@pytest.mark.parametrize("odds", [0.2, 1.0, 5.0, 1e6])
def test_planted_cells_keep_their_margins_and_have_the_odds(odds: float) -> None:
    p, q = 0.3, 0.6
    acted, idle = (
        compute_conditional_probability(p, q, odds, acted=True),
        compute_conditional_probability(p, q, odds, acted=False),
    )
    assert p * acted + (1 - p) * idle == pytest.approx(q)
    assert acted / (1 - acted) / (idle / (1 - idle)) == pytest.approx(odds, rel=1e-6)


def test_a_text_of_all_and_a_text_left_out_change_no_other_figure() -> None:
    rows = _twins()
    plain = validate_projection(network(rows)).pair("r00", "r02")
    everybody = network({row: held | {"all"} for row, held in rows.items()})
    more, less = (
        validate_projection(everybody, without=without).pair("r00", "r02")
        for without in ((), ("all",))
    )
    assert less == plain
    assert more.p == pytest.approx(plain.p)
    assert more.shared == plain.shared + 1


def test_leaving_out_each_text_shows_on_which_one_a_finding_rests() -> None:
    rows = {f"r{i}": frozenset({"c0", f"c{i % 3 + 1}"}) for i in range(9)}
    found = run_leave_one_out(validate_projection, network(rows), without=["c3"])
    assert [*found] == ["c0", "c1", "c2"]
    assert found["c0"].pairs.columns == (3, 3)
    assert found["c1"].pairs.columns == (9, 3)
    assert len(found["c0"].pairs.rows) == 6


def test_texts_are_tested_by_their_supporters() -> None:
    rows = {f"r{i:02}": frozenset({"a", "b"} if i % 3 else {"c", "d"}) for i in range(40)}
    found = validate_projection(network(rows), of="targets", labels={"a": "A", "b": "B"})
    pair = found.pair("a", "b")
    assert (pair.shared, pair.of, pair.what, pair.validated) == (26, 40, "nodes", True)
    assert "of 6 pairs apart from chance" in found.sentences[0]
    assert "4 texts, 40 nodes; the smallest p" in found.sentences[0]


def test_a_planted_group_acts_together_and_chance_does_not() -> None:
    rows = random_table(24, 10, 3, 0.3, 0.7)
    bloc = {row: frozenset(f"c{j:02}" for j in range(4)) for row in ("x1", "x2", "x3", "x4", "x5")}
    made = network({**rows, **bloc})
    groups = {"bloc": [*bloc], "others": ["r00", "r05", "r11", "r17", "nobody"], "one": ["x1"]}
    fixed, exact = (evaluate_groups(made, groups, null=null) for null in ("fixed", "bicm"))
    assert [group.name for group in fixed] == ["bloc", "others"]
    assert "More than chance explains" in fixed[0].sentence
    assert fixed[1].q > 0.05
    assert fixed[1].outside == 1
    assert exact[0].p < 0.1
    assert exact[0].expected == pytest.approx(fixed[0].expected, abs=0.3)


def test_the_exact_distribution_of_a_group_of_two_is_that_of_the_pair() -> None:
    made = network(random_table(12, 9, 4))
    pair = validate_projection(made).pair("r02", "r03")
    (group,) = evaluate_groups(made, {"two": ["r02", "r03"]}, null="bicm")
    assert (group.p, group.expected, group.shared) == pytest.approx(
        (pair.p, pair.expected, pair.shared)
    )


def test_the_whole_is_uneven_if_some_act_together() -> None:
    half = [frozenset({"a", "b", "c"}), frozenset({"d", "e", "f"})]
    blocs = evaluate_network(network({f"r{i}": half[i % 2] for i in range(12)}), samples=200)
    assert "less evenly" in blocs.sentence
    assert evaluate_network(network(random_table(12, 6, 1)), samples=200).p > 0.05


def test_a_mean_of_squares_is_counted_by_hand() -> None:
    made = network({"a": {"x", "y"}, "b": {"x", "y"}, "c": {"y"}})
    assert evaluate_network(made, samples=20).square == pytest.approx((2**2 + 1 + 1) / 3)


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    rows = random_table(14, 7, 5)
    turned = dict(reversed(rows.items()))
    for null in ("bicm", "fixed"):
        made = [
            validate_projection(network(each), null=null, samples=50) for each in (rows, turned)
        ]
        assert [*made[0]] == [*made[1]]
    groups = [evaluate_groups(network(each), {"g": [*rows][:5]}) for each in (rows, turned)]
    assert groups[0] == groups[1]
    assert estimate_power(network(rows), trials=2) == estimate_power(network(turned), trials=2)


@pytest.mark.parametrize(
    "rows",
    [
        {"a": {"x"}},
        {"a": {"x"}, "b": {"x"}},
        {"a": {"x"}, "b": {"y"}},
        {"a": {"x", "y"}, "b": {"x", "y"}, "c": {"x"}},
    ],
)
def test_what_is_too_small_is_not_enough_data(rows: dict[str, set[str]]) -> None:
    for null in ("bicm", "fixed"):
        found = validate_projection(network(rows), null=null, samples=20)
        assert not found.enough
        assert found.power.startswith(("the data cannot show", "there is no pair to test"))
        assert found.links == []


def test_wrong_questions_are_answered_in_a_sentence() -> None:
    made = network({"a": {"x", "y"}, "b": {"x"}})
    with pytest.raises(MeasureError, match="only a network in which nodes share"):
        validate_projection(nx.Graph(name="plain", mode=1, projected=""))
    with pytest.raises(UnknownNameError, match="unknown target 'z'"):
        validate_projection(made, without=["z"])
    with pytest.raises(UnknownNameError, match="unknown node"):
        validate_projection(made).pair("a", "z")
    with pytest.raises(MeasureError, match="two different nodes"):
        validate_projection(made).pair("a", "a")
    with pytest.raises(MeasureError, match="two nodes"):
        estimate_power(network({"a": {"x"}}))
    big = {f"r{i:03}": frozenset(f"c{j}" for j in range(i % 40)) for i in range(400)}
    with pytest.raises(MeasureError, match="too large"):
        evaluate_groups(network(big), {"all": [*big]}, null="bicm")


def test_a_hostile_label_is_made_visible() -> None:
    made = network({"a": {"x"}, "b": {"x"}})
    made.nodes["a"]["label"] = "A\x1b[31m"
    assert "\x1b" not in validate_projection(made).pair("a", "b").sentence


def test_the_shipped_texts_are_too_few_to_judge_two_countries(graph: Graph) -> None:
    made = to_networkx(graph, "co-endorsement")
    for null in ("bicm", "fixed"):
        found = validate_projection(made, tail="more", null=null, samples=100)
        pair = found.pair(IND, FRA)
        assert not found.enough
        assert found.power.startswith("the data cannot show for any of the ")
        assert found.result.startswith("this is no evidence for or against a link")
        assert pair.shared == made.edges[IND, FRA]["weight"]
        assert pair.sentence.startswith("India and France share")
        assert UNDECIDABLE[1:] in pair.sentence
    (figures,) = compute_measures(made, ["chance"])
    assert figures.values == {"possible": 0.0, "above": 0.0, "below": 0.0}


def test_each_pair_that_shares_is_told_once(graph: Graph) -> None:
    made = to_networkx(graph, "co-endorsement")
    told = {(pair.source, pair.target): pair.shared for pair in validate_projection(made)}
    assert told == {tuple(sorted(edge[:2])): edge[2]["weight"] for edge in made.edges(data=True)}


def test_groups_are_those_that_the_graph_states(graph: Graph) -> None:
    made, found = to_networkx(graph, "co-endorsement"), find_body_members(graph)
    groups = evaluate_groups(made, found, samples=50)
    assert {group.name for group in groups} <= set(found)
    rows = build_biadjacency_matrix(made)
    for group in groups:
        number = comb(len(group.members), 2)
        total = sum(len(rows[a] & rows[b]) for a in group.members for b in group.members if a < b)
        assert group.shared == pytest.approx(total / number)


def test_a_collaboration_is_no_group(graph: Graph) -> None:
    collaboration = expand("actor:india-france-ai-collaboration")
    assert graph.query(f"ASK {{ ?who aigg:memberOf <{collaboration}> }}")
    assert collaboration not in find_body_members(graph)


def test_the_network_stays_as_it_is(graph: Graph) -> None:
    made = to_networkx(graph, "co-endorsement")
    before = (
        nx.utils.graphs_equal(made, made.copy()),
        build_row_bitmasks(build_biadjacency_matrix(made)),
    )
    validate_projection(made)
    assert before == (True, build_row_bitmasks(build_biadjacency_matrix(made)))
