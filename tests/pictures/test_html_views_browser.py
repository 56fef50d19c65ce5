"""Views of the page's own HTML and SVG in Chromium: what stands there is read, reached and seen."""

import io
from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from graph_builder.pictures.network_drawing import Drawing
from graph_builder.pictures.payload import build_payload
from tests.browser import go, resize, settle
from tests.pictures.views import example

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
VIEWS = ("themes", "disagreement", "timeline", "overview")
#: Every run of text in sight on the board, where it is, and in how many pixels it is set.
TEXTS = """() => {
  const walker = document.createTreeWalker(document.getElementById("board"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const [node, range] = [walker.currentNode, document.createRange()];
    const holder = node.parentElement;
    const folded = holder.closest("details:not([open])") && !holder.closest("summary");
    const unseen = holder.closest(".unseen, title") || folded || !holder.checkVisibility();
    if (!node.data.trim() || unseen) continue;
    const grown = holder.getScreenCTM ? holder.getScreenCTM().a : 1;
    range.selectNodeContents(node);
    for (const { x, y, width, height } of range.getClientRects()) {
      const size = Number.parseFloat(getComputedStyle(holder).fontSize) * grown;
      found.push({ text: node.data.trim(), size, x, y, width, height });
    }
  }
  return found;
}"""
#: Whether the middle of the first part that is chosen is in sight, and nothing covers it.
IN_SIGHT = """() => {
  const chosen = [...document.querySelectorAll("#board .chosen")];
  const part = chosen.find((each) => each.checkVisibility());
  const { x, y, width, height } = part.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 20));
  return part.contains(top);
}"""
PARTS = (
    "[...document.querySelectorAll('#board [data-of]:not(line)')]"
    ".filter((each) => each.checkVisibility())"
)
KEYED = PARTS.replace("#board [data-of]:not(line)", "#board a, #board [role=button]")


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two texts meet; the boxes of lines are a little higher than their letters."""
    beside = (
        one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
    )
    above = (
        one["y"] + one["height"] <= other["y"] + 4 or other["y"] + other["height"] <= one["y"] + 4
    )
    return not (beside or above)


@pytest.mark.parametrize("name", VIEWS, scope="module")
def test_texts_are_large_enough_and_apart(look: Opener, name: str) -> None:
    page = look(name)
    for width in (320, 390, 1024, 1366):
        resize(page, width, 844)
        texts = page.evaluate(TEXTS)
        assert len(texts) > 20
        assert [each["text"] for each in texts if each["size"] < 12] == []
        met = [(a["text"], b["text"]) for a, b in combinations(texts, 2) if overlap(a, b)]
        assert met == []
        most = max(each["x"] + each["width"] for each in texts)
        assert most <= width or name == "themes"


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("width", [390, 1366])
def test_what_is_chosen_comes_into_sight(show: Opener, name: str, width: int) -> None:
    page = show(name, viewport={"width": width, "height": 844})
    parts = page.evaluate(f"{PARTS}.map((each) => each.dataset.of.split(' ')[0])")
    fragments = build_payload(example(name), Drawing()).links
    for key in (parts[-1], parts[len(parts) // 2], parts[0]):
        go(page, fragments[key])
        assert page.evaluate(IN_SIGHT), key
        shown = page.locator("#panel h2").bounding_box()
        assert shown is not None
        assert 0 <= shown["y"] <= 844


@pytest.mark.parametrize("name", VIEWS, scope="module")
def test_a_part_is_opened_by_keys_and_left_by_a_click_on_the_ground(
    look: Opener, name: str
) -> None:
    page = look(name)
    before = page.locator("#panel h2").text_content()
    page.evaluate(f"{KEYED}.at(-1).focus()")
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator("#board .chosen").count()
    assert page.locator("#panel h2").text_content() != before
    page.keyboard.press("Escape")
    settle(page)
    assert page.locator("#panel h2").text_content() == before
    page.locator("#board [data-of]:not(line)").first.click()
    settle(page)
    assert page.locator("#board .chosen").count()
    page.locator("#board").dispatch_event("click")
    settle(page)
    assert page.locator("#board .chosen").count() == 0
    assert page.locator("#board .faded").count() == 0


@pytest.mark.parametrize("name", [*VIEWS, "cooperation"], scope="module")
def test_networks_that_are_shared_are_read_by_networkx(look: Opener, name: str) -> None:
    drawn = example(name).network
    found = nx.read_gexf(io.BytesIO(look(name).evaluate("aigg.share('gexf')").encode()))
    assert {*found} == {*drawn}
    assert found.number_of_edges() == drawn.number_of_edges()
    mutual = all(held.get("mutual") for held in drawn.edges.values())
    assert found.is_directed() is not mutual
