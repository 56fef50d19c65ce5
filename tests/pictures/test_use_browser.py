"""What a reader does with mouse and keyboard, in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.browser import settle, wait_until

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]

FREE_LINE = """
() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const marks = new Map(aigg.marks().map((mark) => [mark.id, mark]));
  const full = (id) => {
    const [prefix, ...rest] = id.split(":");
    return prefix in data.prefixes ? data.prefixes[prefix] + rest.join(":") : id;
  };
  const name = new Map(data.nodes.map((node, at) => [`n${at}`, full(node.id)]));
  const within = (low, value, length) => value > low - 6 && value < low + length + 6;
  const inside = (box, x, y) => within(box.x, x, box.w) && within(box.y, y, box.h);
  for (const edge of data.edges) {
    const [from, to] = [marks.get(name.get(edge.from)), marks.get(name.get(edge.to))];
    for (const share of [0.35, 0.5, 0.65]) {
      const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
      const far = aigg.marks().every((mark) => Math.hypot(mark.x - x, mark.y - y) > mark.r + 12);
      const covered = aigg.labels().some((label) => inside(label, x, y));
      if (!far || covered || !aigg.edgeAt(x, y)) continue;
      return { x, y, link: aigg.edgeAt(x, y) };
    }
  }
  return null;
}
"""
#: What sets addresses at once, and returns the headings of the evidence that is shown meanwhile.
SHOWN = """
(links) => new Promise((done) => {
  const panel = document.getElementById("panel");
  const shown = [];
  const note = () => shown.push(panel.querySelector("h2").textContent);
  new MutationObserver(note).observe(panel, { childList: true });
  let left = links.length;
  addEventListener("hashchange", () => (left -= 1) || setTimeout(() => done(shown)));
  for (const link of links) location.hash = link;
})
"""


def heading(page: "Page") -> str:
    settle(page)
    return page.locator("#panel h2").text_content() or ""


def click(page: "Page", spot: dict[str, Any]) -> None:
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])


def busiest(drawn: "nx.MultiDiGraph[str]") -> list[str]:
    return sorted(drawn, key=lambda name: (-drawn.degree(name), name))


def label(drawn: "nx.MultiDiGraph[str]", name: str) -> str:
    return str(drawn.nodes[name]["label"])


def test_search_by_keys(page: "Page", drawn: "nx.MultiDiGraph[str]") -> None:
    name = label(drawn, busiest(drawn)[1])
    page.focus("#search")
    page.keyboard.type(name[:4].upper())
    field = page.locator("#search")
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    wanted = chosen.locator("span").text_content()
    page.keyboard.press("Enter")
    assert heading(page) == wanted
    assert field.get_attribute("aria-expanded") == "false"


def test_of_addresses_set_at_once_only_the_last_is_shown(
    open_page: Opener, drawn: "nx.MultiDiGraph[str]"
) -> None:
    names = busiest(drawn)[:5]
    links = [f"#node={quote(name, safe='')}" for name in names]
    assert open_page().evaluate(SHOWN, links) == [label(drawn, names[-1])]


def test_search_arrows_go_round_and_escape_closes(page: "Page") -> None:
    page.fill("#search", "e")
    count = page.locator("#hits li").count()
    page.keyboard.press("ArrowUp")
    assert page.locator("#hits li").last.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert page.locator("#hits li").first.get_attribute("aria-selected") == "true"
    assert count > 1
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()


def test_search_without_a_hit_says_so(page: "Page") -> None:
    page.fill("#search", "zzqq")
    assert page.locator("#no-hit").text_content() == "Nothing found for “zzqq”"
    assert page.locator("#hits").is_hidden()
    page.keyboard.press("Enter")
    assert heading(page) == "What is in the picture"


def test_search_by_mouse(page: "Page") -> None:
    page.fill("#search", "a")
    second = page.locator("#hits li").nth(1)
    wanted = second.locator("span").text_content()
    second.click()
    assert heading(page) == wanted


def test_clicks_on_mark_label_line_and_ground(page: "Page", drawn: "nx.MultiDiGraph[str]") -> None:
    mark = max(page.evaluate("aigg.marks()"), key=lambda mark: mark["r"])
    click(page, mark)
    assert heading(page) == label(drawn, mark["id"])
    click(page, {"x": 4, "y": 4})
    assert heading(page) == "What is in the picture"
    text = page.evaluate("aigg.labels()")[5]
    click(page, {"x": text["x"] + text["w"] / 2, "y": text["y"] + text["h"] / 2})
    assert heading(page) == label(drawn, text["id"])
    click(page, {"x": 4, "y": 4})
    line = page.evaluate(FREE_LINE)
    click(page, line)
    settle(page)
    assert page.evaluate("location.hash") == line["link"]
    assert page.locator("#panel .evidence").count() >= 1


def test_the_evidence_of_a_line_is_complete(
    open_page: Opener, drawn: "nx.MultiDiGraph[str]"
) -> None:
    source, target, key, held = max(
        drawn.edges(keys=True, data=True), key=lambda edge: len(edge[3]["facts"][0]["note"])
    )
    page = open_page("#edge=" + "&".join(quote(part, safe="") for part in (source, key, target)))
    shown = " ".join((page.locator("#panel").text_content() or "").split())
    fact = held["facts"][0]
    origin = drawn.graph["sources"][fact["source"]]
    wanted = [fact["relation"], fact["modality"], fact["section"], fact["anchor"], fact["note"]]
    wanted += [label(drawn, source), label(drawn, target), origin["title"], origin["publisher"]]
    wanted += (
        [f"characters {fact['start']}\u2013{fact['end']}"] if fact["start"] is not None else []
    )
    assert [part for part in wanted if " ".join(part.split()) not in shown] == []


def test_neighbours_back_and_forward(open_page: Opener, drawn: "nx.MultiDiGraph[str]") -> None:
    first = busiest(drawn)[1]
    page = open_page(f"#node={quote(first, safe='')}")
    neighbour = page.locator("#panel .row a").first
    wanted = neighbour.text_content()
    neighbour.focus()
    page.keyboard.press("Enter")
    assert heading(page) == wanted
    assert page.evaluate("document.activeElement.textContent") == wanted
    page.go_back()
    assert heading(page) == label(drawn, first)
    page.go_forward()
    assert heading(page) == wanted


def test_legend_fades_and_does_not_hide(page: "Page", drawn: "nx.MultiDiGraph[str]") -> None:
    button = page.locator("[data-mark=country]")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    settle(page)
    assert button.get_attribute("aria-pressed") == "true"
    marks = page.evaluate("aigg.marks()")
    assert len(marks) == len(drawn)
    countries = {name for name, held in drawn.nodes(data=True) if held["kind"] == "Country"}
    assert {mark["id"] for mark in marks if mark["on"]} == countries
    button.click()
    settle(page)
    assert button.get_attribute("aria-pressed") == "false"
    assert all(mark["on"] for mark in page.evaluate("aigg.marks()"))


def test_line_styles_fade_too(page: "Page", drawn: "nx.MultiDiGraph[str]") -> None:
    page.click("[data-line=ahead]")
    settle(page)
    marks = page.evaluate("aigg.marks()")
    assert 0 < sum(mark["on"] for mark in marks) < len(marks) == len(drawn)


def test_steps_around_a_node(open_page: Opener, drawn: "nx.MultiDiGraph[str]") -> None:
    outcome = next(name for name, held in drawn.nodes(data=True) if held["kind"] == "Takeaway")
    page = open_page()
    assert page.locator("[data-steps='1']").is_disabled()
    page.goto(f"{page.url}#node={quote(outcome, safe='')}")
    counts = []
    for steps in ("1", "2", "0"):
        page.click(f"[data-steps='{steps}']")
        settle(page)
        assert page.locator("#steps [aria-pressed=true]").get_attribute("data-steps") == steps
        counts.append(len(page.evaluate("aigg.positions()")))
    near = set(drawn.predecessors(outcome)) | set(drawn.successors(outcome)) | {outcome}
    assert counts[0] == len(near)
    assert counts[0] < counts[1] <= counts[2] == len(drawn)


def test_theme_button(open_page: Opener) -> None:
    page = open_page(color_scheme="dark")
    button = page.locator("#theme")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert page.evaluate(ground) == "rgb(255, 255, 255)" != dark


def test_a_link_in_the_table_leads_to_its_node(page: "Page") -> None:
    anchor = page.locator("tbody tr").nth(20).locator("a").first
    wanted = anchor.text_content()
    anchor.click()
    assert heading(page) == wanted
    assert page.evaluate("document.querySelector('#canvas').getBoundingClientRect().top") >= 0


def test_the_wheel_scrolls_the_page_and_zooms_with_control(open_page: Opener) -> None:
    page = open_page()
    before = page.evaluate("aigg.scale()")
    page.mouse.move(400, 500)
    page.mouse.wheel(0, 200)
    wait_until(page, "scrollY > 0")
    settle(page)
    assert page.evaluate("aigg.scale()") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    wait_until(page, "(before) => aigg.scale() > before", before)
