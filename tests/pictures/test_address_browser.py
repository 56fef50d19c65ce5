"""What a page knows beside its drawing: proofs, days, filters, and the address that holds them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser import go, resize, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]


def test_a_proof_opens_the_source_at_its_words(look: Opener) -> None:
    page = look("ego")
    go(page, "#node=actor:IND")
    links = page.locator("#panel a[href*=':~:text=']")
    assert links.count() > 5
    words = {link.get_attribute("href") for link in links.all()}
    assert all(each and each.count("#") == 1 and " " not in each for each in words)
    # what a passage leaves out is a range of text
    assert any(each and re.search(r"text=[^,]+,[^,]+$", each) for each in words)


def test_the_slider_fades_what_is_said_of_other_days(look: Opener) -> None:
    page = look("ego")
    whole = page.evaluate("aigg.remains()")
    page.focus("#day")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "at=20" in page.evaluate("location.hash")
    told = page.locator("#remaining").text_content() or ""
    assert "without a day" in told
    assert 0 < page.evaluate("aigg.remains()") < whole
    assert "said to hold" in (page.locator("#day").get_attribute("aria-valuetext") or "")
    page.go_back()
    settle(page)
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
    settle(page)
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
    said = page.locator("#panel").inner_text()
    assert "precision: one is more precise than the other; both can be right" in said
    assert page.locator("[data-only=differs]").is_visible()
    assert "\u2248" in page.evaluate("aigg.svg()")


def test_what_others_contradict_is_marked(show: Opener) -> None:
    page = show("ego", "#node=event:ai-impact-summit-2026")
    proofs = page.locator("#panel details", has_text="contradiction: not all of these can be right")
    assert proofs.count() > 1
    assert page.locator("[data-only=contradicts]").is_visible()
    assert "\u2260" in page.evaluate("aigg.svg()")


def test_a_value_is_told_once_with_all_who_say_so_and_days_in_words(look: Opener) -> None:
    page = look("ego")
    go(page, "#node=event:ai-action-summit-2025")
    names = page.locator("#panel h3").all_text_contents()
    values = page.locator("#panel .value").all_text_contents()
    assert len(names) == len({*names})
    assert values.count("10 February 2025") == 1
    assert not any(re.match(r"\d{4}-\d\d", value) for value in values)
    assert page.locator("#panel .value + details + details").count() > 0


def test_a_file_of_a_network_has_what_the_filters_leave(show: Opener) -> None:
    page = show("query", "#only=two")
    assert page.evaluate("aigg.remains()") == 0
    assert "<node " not in page.evaluate("aigg.share('gexf')")
    go(page, "#all")
    assert "<node " in page.evaluate("aigg.share('gexf')")


def test_a_way_that_is_chosen_lights_its_lines(show: Opener) -> None:
    page = show("path")
    first = page.locator("#panel .list a").first
    names = (first.text_content() or "").split(" \u2013 ")
    first.click()
    settle(page)
    assert page.url.partition("#")[2].startswith("bundle=")
    assert sum(mark["on"] for mark in page.evaluate("aigg.marks()")) == len(names) == 3
    assert {words["text"] for words in page.evaluate("aigg.words()")} == {"endorsed"}
    assert "endorsed" in page.evaluate("aigg.svg()")


def test_a_phone_turns_the_drawing_and_stays_with_it(show: Opener) -> None:
    page = show("path", viewport={"width": 390, "height": 844})
    spots = page.evaluate("aigg.positions()")
    wide, high = (max(s[p] for s in spots) - min(s[p] for s in spots) for p in "xy")
    assert high > wide
    assert len(page.evaluate("aigg.labels()")) == len(spots)
    page.set_viewport_size({"width": 1366, "height": 900})
    settle(page)
    turned = page.evaluate("aigg.positions()")
    assert [(s["x"], s["y"]) for s in turned] == [(s["y"], -s["x"]) for s in spots]


def test_a_drawing_that_has_its_size_again_looks_as_before(show: Opener) -> None:
    page = show("path", viewport={"width": 1366, "height": 900})
    looks = [(page.evaluate("aigg.scale()"), page.evaluate("aigg.marks()"))]
    fresh = show("path", viewport={"width": 390, "height": 844})
    on_phone = fresh.evaluate("aigg.scale()")
    for width, height in ((390, 844), (1366, 900)):
        resize(page, width, height)
        looks.append((page.evaluate("aigg.scale()"), page.evaluate("aigg.marks()")))
    assert looks[2] == looks[0]
    assert looks[1][0] == pytest.approx(on_phone)
