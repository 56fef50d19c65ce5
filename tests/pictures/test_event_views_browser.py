"""Columns and editions in Chromium: where they stand, what is drawn between them, what is told."""

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import go, resize, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
PHONE = {"viewport": {"width": 390, "height": 844}}
both = pytest.mark.parametrize("name", ["event", "series"], scope="module")
PARTS = {"event": ".column", "series": ".edition"}


def boxes(page: "Page", selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)]"
        ".filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect())"
        ".map(({ left, right, top, bottom }) => ({ left, right, top, bottom }))",
        selector,
    )
    return found


def overlap(one: dict[str, float], two: dict[str, float]) -> bool:
    """Return whether two boxes share more than their edges."""
    beside = one["left"] >= two["right"] - 1 or two["left"] >= one["right"] - 1
    above = one["top"] >= two["bottom"] - 1 or two["top"] >= one["bottom"] - 1
    return not (beside or above)


def ties(page: "Page") -> int:
    return page.locator("#connections path").count()


@both
def test_parts_stand_beside_each_other_and_on_a_phone_below(
    look: Opener, show: Opener, name: str
) -> None:
    wide = boxes(look(name), PARTS[name])
    assert all(one["right"] <= two["left"] + 1 for one, two in pairwise(wide))
    narrow = boxes(show(name, **PHONE), PARTS[name])
    assert all(one["bottom"] <= two["top"] + 1 for one, two in pairwise(narrow))
    assert len(wide) == len(narrow) >= 4


@both
def test_no_two_names_overlap(look: Opener, name: str) -> None:
    page = look(name)
    for width in (320, 390, 1366):
        resize(page, width, 844)
        names = boxes(page, ".item")
        assert len(names) > 10
        assert [pair for pair in combinations(names, 2) if overlap(*pair)] == []


def test_cells_of_a_row_begin_at_one_height(look: Opener) -> None:
    page = look("series")
    tops = [
        {round(box["top"]) for box in boxes(page, f".cell:nth-of-type({row})")}
        for row in range(1, 6)
    ]
    assert [len(row) for row in tops] == [1] * 5


def test_lines_are_drawn_from_what_is_chosen_or_pointed_at_to_other_columns(look: Opener) -> None:
    page = look("event")
    assert ties(page) == 0
    page.locator(".who .item", has_text="India").hover()
    pointed = ties(page)
    assert pointed == 2
    page.mouse.move(5, 5)
    assert ties(page) == 0
    go(page, "#node=actor:IND")
    assert ties(page) == pointed
    assert "path" in page.evaluate("aigg.share('svg')")
    go(page, "#all")
    assert ties(page) == 0


def test_on_a_phone_no_lines_are_drawn(show: Opener) -> None:
    page = show("event", "#node=actor:IND", **PHONE)
    assert ties(page) == 0
    assert page.locator("#board .chosen").count() > 0


@both
def test_what_is_folded_opens_when_it_is_chosen_and_stays_out_of_the_drawing(
    show: Opener, name: str
) -> None:
    page = show(name)
    assert "Kenya" not in page.evaluate("aigg.share('svg')")
    go(page, "#node=actor:KEN")
    assert page.locator("#board .chosen", has_text="Kenya").first.is_visible()
    assert "Kenya" in page.evaluate("aigg.share('svg')")


@both
def test_on_a_phone_the_evidence_stands_in_sight_of_what_is_chosen(show: Opener, name: str) -> None:
    page = show(name, **PHONE)
    page.locator("#board .item a").nth(8).click()
    settle(page)
    (panel,) = boxes(page, ".panel")
    assert 0 < panel["top"] < panel["bottom"] <= 845
    chosen = next(box for box in boxes(page, "#board .chosen .item"))
    assert 0 <= chosen["top"] < chosen["bottom"] <= panel["top"]


@both
def test_each_name_opens_its_evidence_by_keyboard(look: Opener, name: str) -> None:
    page = look(name)
    for at in range(6):
        anchor = page.locator("#board .item a").nth(at)
        anchor.focus()
        page.keyboard.press("Enter")
        settle(page)
        assert page.locator("#panel .evidence").count() > 0
        assert page.locator("#panel .evidence dd").first.text_content()


@both
def test_without_script_the_lists_are_there(show: Opener, name: str) -> None:
    page = show(name, java_script_enabled=False)
    assert page.locator("#board h2").count() >= 4
    assert page.locator("#board .item").first.is_visible()


@both
def test_headings_run_from_one_level_to_the_next(look: Opener, name: str) -> None:
    levels: list[Any] = look(name).evaluate(
        "[...document.querySelectorAll('h1, #board :is(h2, h3, h4)')]"
        ".map((each) => Number(each.localName[1]))"
    )
    assert levels[0] == 1
    assert all(two <= one + 1 for one, two in pairwise(levels))
