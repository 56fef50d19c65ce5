"""The page of a text or undertaking says first how far it has come, by when, and what sum."""

import re

import pytest

from graph_builder.core.vocabulary import expand
from graph_builder.pages.entity_page import render_entity_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.pages.progress_summary import describe_progress, format_amount
from graph_builder.store.graph import Graph


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "ai-act-rights-bodies",
            {"Due": "2024-11-02", "Done": "no source here says so"},
        ),
        (
            "funders-initiative-for-public-interest-ai",
            {"Latest status": "announced, 2023-11-01", "Sum": "USD 200,000,000"},
        ),
        (
            "eo-14319-procurement-guidance",
            {"Latest status": "delivered, 2025-12-11", "Due": "2025-11-20 (worked out)"},
        ),
        (
            "eo-14365-evaluation-of-state-laws",
            {
                "Latest status": "delivered or missed, 2026-03-11; sources differ",
                "Due": "2026-03-11 (worked out)",
            },
        ),
    ],
)
def test_a_summary_tells_status_day_and_sum(
    name: str, expected: dict[str, str], graph: Graph
) -> None:
    assert dict(describe_progress(graph, expand(f"undertaking:{name}"))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "us-executive-order-14110",
            {"Latest status": "repealed as of 2025-01-23", "Adopted": "2023-10-30"},
        ),
        (
            "colorado-sb-24-205",
            {"Latest status": "repealed as of 2026-05"},
        ),
    ],
)
def test_a_law_says_its_status_and_days_first(
    name: str, expected: dict[str, str], graph: Graph
) -> None:
    assert dict(describe_progress(graph, expand(f"instrument:{name}"))).items() >= expected.items()


def test_other_things_have_no_such_summary(graph: Graph) -> None:
    assert describe_progress(graph, expand("actor:IND")) == []


def test_the_latest_status_comes_first_on_the_page(graph: Graph) -> None:
    iri = expand("undertaking:iea-observatory-on-energy-and-ai")
    page = render_entity_page(graph, iri, PageLinks("/"))
    assert "<dt>Latest status</dt><dd>delivered, 2025-06-17</dd>" in page
    table = page[page.index('id="of-aigg-hasStatus"') :]
    shown = re.findall(r'<th scope="rowgroup">.*?<a [^>]*>([^<]+)<', table)
    assert shown[:2] == ["delivered", "announced"]


def test_a_sum_is_grouped_by_thousands() -> None:
    assert format_amount("CAD", "925600000") == "CAD 925,600,000"
    assert format_amount("EUR", "1.5") == "EUR 1.5"
