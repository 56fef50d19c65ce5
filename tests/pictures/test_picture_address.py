"""What a page knows beside its drawing: proofs, days, filters, and the address that holds them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]


def test_a_proof_opens_the_source_at_its_words(show: Opener) -> None:
    page = show("ego", "#node=actor:IND")
    links = page.locator("#panel a[href*=':~:text=']")
    assert links.count() > 5
    words = {link.get_attribute("href") for link in links.all()}
    assert all(each and each.count("#") == 1 and " " not in each for each in words)
    # what a passage leaves out is a range of text
    assert any(each and re.search(r"text=[^,]+,[^,]+$", each) for each in words)


def test_the_slider_fades_what_is_said_of_other_days(show: Opener) -> None:
    page = show("ego")
    whole = page.evaluate("aigg.remains()")
    page.focus("#day")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert "at=20" in page.evaluate("location.hash")
    told = page.locator("#remaining").text_content() or ""
    assert "without a day" in told
    assert 0 < page.evaluate("aigg.remains()") < whole
    assert "said to hold" in (page.locator("#day").get_attribute("aria-valuetext") or "")
    page.go_back()
    page.wait_for_timeout(100)
    assert page.evaluate("aigg.remains()") == whole


def test_steps_and_filters_stand_in_one_address(show: Opener) -> None:
    fragment = "#node=actor:IND;steps=1;only=official;mark=country,instrument;line=done;lang=hi"
    page = show("ego", fragment)
    assert page.locator("#panel .kind").text_content() == "country"
    pressed = page.locator(".figure [aria-pressed=true]").evaluate_all(
        "(found) => found.map((each) => Object.values(each.dataset)[0])"
    )
    assert pressed == ["1", "country", "instrument", "done", "official"]
    assert page.locator("#language").input_value() == "hi"
    page.click("[data-only=official]")
    page.wait_for_timeout(80)
    assert page.evaluate("location.hash") == fragment.replace("only=official;", "")


def test_the_menu_closes_by_itself(show: Opener) -> None:
    page = show("source")
    page.click("#share summary")
    page.keyboard.press("Escape")
    assert page.locator("#share").get_attribute("open") is None
    page.click("#share summary")
    page.click("h1")
    assert page.locator("#share").get_attribute("open") is None


def test_what_others_say_is_marked(show: Opener) -> None:
    page = show(
        "source",
        "#edge=event:india-france-ai-policy-roundtable-2&aigg:leadOrganizer"
        "&actor:government-of-india",
    )
    assert "contradiction: not all of this can be right" in page.locator("#panel").inner_text()
    assert page.locator("[data-only=contradicts]").is_visible()
    assert "\u2260" in page.evaluate("aigg.svg()")
