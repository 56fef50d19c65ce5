"""What is new since a day, and what differs from a version."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from graph_builder.store.graph import Graph
from tests.conftest import DATA, Run

VERSIONS = DATA / "changes"


def _rows(run: Run, since: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("changes", "--since", since, "-F", "csv").stdout)))


@pytest.mark.parametrize("since", ["2025", "2025-02", "2025-02-11", "2026-08"])
def test_what_is_new_is_dated_since_then_and_the_newest_comes_first(since: str, run: Run) -> None:
    dates = [row["date"] for row in _rows(run, since)]
    assert dates == sorted(dates, reverse=True)
    assert all(date >= since or since.startswith(date) for date in dates)
    assert dates


def test_each_source_since_a_day_is_listed_once(graph: Graph, run: Run) -> None:
    answer: Any = graph.query("SELECT ?s ?d { ?s a aigg:Source ; dcterms:issued ?d }")
    new = sorted(row[0].value for row in answer if row[1].value >= "2026-03")
    listed = [row for row in _rows(run, "2026-03") if row["date"] >= "2026-03"]
    assert sorted(row["thing"] for row in listed if row["dated"] == "published") == new


def test_earlier_dates_show_more(run: Run) -> None:
    later, earlier = (
        {tuple(row.values()) for row in _rows(run, since)} for since in ("2026-02-01", "2025-02-01")
    )
    assert later < earlier


@pytest.mark.parametrize(
    ("since", "code", "message"),
    [
        ("2025-13", 2, "since: '2025-13' is not a date in the calendar"),
        ("2025-02-30", 2, "since: '2025-02-30' is not a date in the calendar"),
        ("10/02/2025", 2, "since: '10/02/2025' is not a date such as 2025-02-10, 2025-02 or 2025"),
        ("10 February 2025", 2, "is not a date such as"),
        ("yesterday", 2, "'yesterday' is neither a date such as 2025-02-10, 2025-02 or 2025 nor a"),
        ("2100", 0, "the newest source here is of 2026-"),
    ],
)
def test_a_wrong_or_coming_date_gets_a_sentence(
    since: str, code: int, message: str, run: Run
) -> None:
    result = run("changes", "--since", since)
    assert result.exit_code == code
    assert message in result.stderr
    assert code == 0 or result.stderr.count("\n") == 1


def test_without_news_the_answer_says_so(run: Run) -> None:
    result = run("changes", "--since", "2100-01-01")
    assert result.stdout == "since = 2100-01-01, given\n\n0 rows\n"
    assert "there are rows for since = 2026-08-01" in result.stderr


@pytest.mark.slow
def test_a_version_shows_what_differs_from_it_as_diff_does(run: Run, tmp_path: Path) -> None:
    old, new = VERSIONS / "old", tmp_path / "new.trig"
    assert run("build", "--only", "--facts", VERSIONS / "new", "-o", new).exit_code == 0
    shown = run("changes", "--since", old, "-s", new)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout == run("diff", old, new).stdout
    refused = run("changes", "--since", old, "-s", new, "-F", "csv")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "what differs from a version has no csv; use table, json or md\n",
    )
