"""Verdicts: which values exclude each other, and which are only finer, rounded or later."""

import pytest

from graph_builder.compare.conflict_classification import (
    VERDICT_MEANINGS,
    VERDICT_NOUNS,
    Verdict,
    classify_growth,
    classify_planned_vs_actual,
    classify_values,
)

TOWNS = {(town, "France") for town in ("Paris", "Lyon", "1", "1.2")}


def _part_of(one: str, other: str) -> bool:
    return (one, other) in TOWNS


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"2025-02-10"}, None),
        ({"2025-02-10", "2025-02-11"}, Verdict.CONTRADICTION),
        ({"2025", "2025-01-25"}, Verdict.PRECISION),
        ({"2025", "2025-01", "2025-01-25"}, Verdict.PRECISION),
        ({"2025-01", "2025-02-25"}, Verdict.CONTRADICTION),
        ({"2025", "2025-01-25", "2025-01-26"}, Verdict.CONTRADICTION),
        ({"2022", "2023"}, Verdict.CONTRADICTION),
        ({"INR 10371.92 crore", "INR 10372 crore"}, Verdict.ROUNDING),
        ({"INR 10371.92 crore", "INR 10371.9 crore", "INR 10372 crore"}, Verdict.ROUNDING),
        ({"INR 10371.92 crore", "INR 10371 crore"}, Verdict.CONTRADICTION),
        ({"INR 10371.92 crore", "EUR 10372 crore"}, Verdict.CONTRADICTION),
        ({"EUR 2 million", "EUR 2 to 3 million"}, Verdict.CONTRADICTION),
        ({"Paris", "France"}, Verdict.PRECISION),
        ({"Paris", "Lyon", "France"}, Verdict.CONTRADICTION),
        ({"28", "29"}, Verdict.CONTRADICTION),
        ({"9" * 40 + ".5", "1" + "0" * 40}, Verdict.ROUNDING),
        ({"9" * 5_000, "8"}, Verdict.CONTRADICTION),
        ({"2.5", "3"}, Verdict.ROUNDING),
        ({"2.4", "3"}, Verdict.CONTRADICTION),
        ({"1.25", "1.3"}, Verdict.ROUNDING),
        ({"1.24", "1.3"}, Verdict.CONTRADICTION),
        ({"2 of 3.5", "2 of 4"}, Verdict.ROUNDING),
        ({"2 of 3.5", "9 of 4"}, Verdict.CONTRADICTION),
        ({"2025", "2025-soon"}, Verdict.CONTRADICTION),
        ({"2025", "2025.4"}, Verdict.CONTRADICTION),
        ({"\uff12\uff10\uff12\uff15", "\uff12\uff10\uff12\uff15-01"}, Verdict.CONTRADICTION),
        ({"\uff12.5", "3"}, Verdict.CONTRADICTION),
        ({"1", "1.2", "France"}, Verdict.ROUNDING),
    ],
)
def test_values_of_one_thing(values: set[str], verdict: Verdict | None) -> None:
    assert classify_values(values, _part_of) is verdict


@pytest.mark.parametrize(
    ("affirmed", "planned", "verdict"),
    [
        ({"2024-11-20"}, {"2024-11-21"}, Verdict.PLAN),
        ({"2026-06-02"}, {"2026"}, Verdict.PLAN),
        ({"2026", "2026-06-02"}, {"2027"}, Verdict.PLAN),
        ({"2025", "2026"}, {"2027"}, Verdict.CONTRADICTION),
        (set(), {"2027", "2028"}, Verdict.CONTRADICTION),
        (set(), {"2027", "2027-03"}, Verdict.PRECISION),
        ({"2027", "2027-03"}, set(), Verdict.PRECISION),
        ({"2027"}, set(), Verdict.CONTRADICTION),
        (set(), {"2027"}, Verdict.CONTRADICTION),
        ({"Paris", "France"}, {"Rome"}, Verdict.PLAN),
        ({"Paris", "Rome"}, {"France"}, Verdict.CONTRADICTION),
        ({"Paris", "France"}, set(), Verdict.PRECISION),
        (set(), {"Paris", "France"}, Verdict.PRECISION),
    ],
)
def test_plans_and_what_came(affirmed: set[str], planned: set[str], verdict: Verdict) -> None:
    assert classify_planned_vs_actual(affirmed, planned, _part_of) is verdict


@pytest.mark.parametrize(
    ("dated", "verdict"),
    [
        ([(49, "2024-05-02"), (50, "2024-05-07"), (66, "2026-03")], Verdict.GROWTH),
        ([(50, "2024-05-07"), (49, "2024-05-02")], Verdict.GROWTH),
        ([(85, "2026-02"), (88, "2026-02-21"), (91, "2026-02-24")], Verdict.GROWTH),
        ([(28, "2023-11-01"), (29, "2023-11-01")], Verdict.CONTRADICTION),
        ([(58, "2025-02"), (61, "2025-02")], Verdict.CONTRADICTION),
        ([(28, "2024-05"), (27, "2026-08-17")], Verdict.CONTRADICTION),
        ([(38, ""), (39, "2023-10-28")], Verdict.CONTRADICTION),
        ([("many", "2023"), (39, "2024")], Verdict.CONTRADICTION),
        ([("9" * 5_000, "2024"), (39, "2023")], Verdict.GROWTH),
        ([(9, "2023"), (10, "2024")], Verdict.GROWTH),
        ([("1.5", "2023"), (2, "2024")], Verdict.GROWTH),
        ([(1, "2025-02-10"), (2, "2025-02")], Verdict.GROWTH),
        ([(1, "2025-02"), (2, "2025-02-10")], Verdict.GROWTH),
        ([(5, ""), (5, "2024")], Verdict.GROWTH),
        ([(5, ""), (6, "")], Verdict.CONTRADICTION),
        ([(39, "2023-10-28"), (40, "")], Verdict.CONTRADICTION),
        ([("\uff19", "2023"), (10, "2024")], Verdict.CONTRADICTION),
    ],
)
def test_numbers_of_days(dated: list[tuple[int | str, str]], verdict: Verdict) -> None:
    assert classify_growth((str(value), day) for value, day in dated) is verdict


def test_each_verdict_is_explained() -> None:
    assert set(VERDICT_MEANINGS) == set(Verdict)
    assert set(VERDICT_NOUNS) == set(Verdict)


def test_verdicts_are_written_as_exports_and_readers_know_them() -> None:
    assert [str(verdict) for verdict in Verdict] == [
        *("contradiction", "list differs", "plan and fact", "growth", "precision", "rounding")
    ]
