"""The page of every view on screens of three widths, in both themes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import go, resize, settle
from tests.pictures.views import example

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
View = tuple[str, "Page"]
SCREENS = ((1366, 900), (390, 844), (320, 700))
#: Share of a box by which two lines of text may run into each other: their leading.
LEADING = 0.3

#: Boxes of what is written on the board, a box a line of text, as far as it is in sight.
TEXTS = """
() => {
  // headings that stay in sight cover what is scrolled below them
  for (const part of [window, document.getElementById("board")]) part.scrollTo(0, 0);
  const found = [];
  const walk = document.createTreeWalker(document.getElementById("board"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const part = node.parentElement;
    if (!node.data.trim() || !part.checkVisibility() || part.closest(".unseen")) continue;
    range.selectNodeContents(node);
    for (const { x, y, width: w, height: h } of range.getClientRects()) {
      if (w > 1 && h > 1) found.push({ x, y, w, h, text: node.data.trim() });
    }
  }
  return found;
}
"""
#: How many pixels of the evidence, and of what was clicked, are in sight.
IN_SIGHT = """
(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
}
"""


def overlapping(boxes: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """List the pairs of boxes that share more than the leading of a line."""
    found = []
    ordered = sorted(boxes, key=lambda box: box["y"])
    for at, one in enumerate(ordered):
        for two in ordered[at + 1 :]:
            if two["y"] >= one["y"] + one["h"]:
                break
            across = min(one["x"] + one["w"], two["x"] + two["w"]) - max(one["x"], two["x"])
            down = min(one["y"] + one["h"], two["y"] + two["h"]) - two["y"]
            if across > 1 and down > LEADING * min(one["h"], two["h"]):
                found.append((one, two))
    return found


def test_nothing_overlaps_or_is_cut_on_any_screen(view: View) -> None:
    name, page = view
    drawn = example(name).stage.uses_vis_network
    for width, height in SCREENS:
        resize(page, width, height)
        boxes = page.evaluate("aigg.labels()" if drawn else TEXTS)
        assert len(boxes) >= (5 if drawn else 11)
        assert overlapping(boxes) == []
        assert all(box.get("px", 12) >= 12 for box in boxes)
        for link in ("#all", page.locator("td a").first.get_attribute("href")):
            go(page, link or "")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        go(page, "#all")


def test_a_wide_screen_names_what_it_shows(view: View) -> None:
    name, page = view
    if not example(name).stage.uses_vis_network:
        pytest.skip("this view is no drawing")
    number = len(example(name).network)
    labels, words = page.evaluate("aigg.labels()"), page.evaluate("aigg.words()")
    assert len(labels) >= (number if number <= 20 else 0.85 * number if number <= 60 else 40)
    assert overlapping(labels + words) == []
    spots = page.evaluate("aigg.positions()")
    given = page.evaluate("JSON.parse(document.getElementById('data').textContent).nodes")
    assert [(spot["x"], spot["y"]) for spot in spots] == [(node["x"], node["y"]) for node in given]


def test_what_is_clicked_is_told_in_sight(view: View) -> None:
    name, page = view
    for width, height in SCREENS:
        resize(page, width, height)
        whole = page.locator("#panel h2").text_content()
        if example(name).stage.uses_vis_network:
            page.locator("#canvas").scroll_into_view_if_needed()
            box = page.locator("#canvas").bounding_box()
            mark = page.evaluate("aigg.marks()")[0]
            assert box
            page.mouse.click(box["x"] + mark["x"], box["y"] + mark["y"])
        else:
            links = page.locator("#board [data-of] a:visible, #board a[data-of]:visible")
            (links if links.count() else page.locator("#board [data-of]:visible")).last.click()
        settle(page)
        assert "=" in page.url.partition("#")[2]
        assert page.evaluate(IN_SIGHT, "#panel h2") > 20
        page.keyboard.press("Escape")
        settle(page)
        assert page.url.endswith("#all")
        assert page.locator("#panel h2").text_content() == whole


def test_chips_of_the_legend_are_pressed_and_let_go(view: View) -> None:
    _, page = view
    for chip in page.locator(".legend [role=group] > [aria-pressed]:first-of-type").all():
        pressed = []
        for _ in range(2):
            chip.click()
            settle(page)
            pressed.append(chip.get_attribute("aria-pressed"))
        assert pressed == ["true", "false"]
    assert page.locator("#remaining").text_content() == ""


def test_links_lead_to_the_words_of_a_source(view: View) -> None:
    """Open the evidence of a passage that has words, and follow none of the links."""
    _, page = view
    data = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    quoted = [fact["anchor"] for fact in data["facts"] if fact.get("anchor")]
    if not quoted:
        pytest.skip("no fact of this picture quotes its source")
    ids, addresses = [node["id"] for node in data["nodes"]], set()
    links = [f"#node={each}" for each in ids]
    ends = [(int(each["from"][1:]), each["id"], int(each["to"][1:])) for each in data["edges"]]
    links += [f"#edge={ids[one]}&{relation}&{ids[other]}" for one, relation, other in ends]
    for fragment in links:
        go(page, fragment)
        found = page.locator("#panel a[href*=':~:text=']")
        addresses |= {link.get_attribute("href") for link in found.all()}
        if addresses:
            break
    assert addresses
    assert all(each and each.startswith("http") and each.count("#") == 1 for each in addresses)


def test_paper_shows_the_picture_and_every_fact(view: View) -> None:
    _, page = view
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    page.emulate_media(media="print")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.locator(".stage").is_visible()
    assert page.locator("#facts tbody tr").last.is_visible()
    assert not page.locator(".tools").is_visible()
    page.emulate_media(media="null", color_scheme="light")
