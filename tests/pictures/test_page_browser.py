"""The page in Chromium: silent on the network, faithful to the file, at home on a phone."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.browser import Pages, go, resize, settle, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
#: What returns the parts that are cut at the right.
WIDE = """() =>
  [...document.querySelectorAll("main *")]
    .filter((item) => item.getBoundingClientRect().right > innerWidth + 1)
    .filter((item) => !item.closest(".unseen, thead"))
    .map((item) => item.outerHTML)
"""
BROKEN = ("#node=nobody", "#node=%", "#edge=a&b", "#=", "#%00", "#x=y")


def embedded(page: "Page") -> dict[str, Any]:
    """Read the data that the page holds."""
    data: dict[str, Any] = json.loads(page.locator("#data").text_content() or "")
    return data


def full(name: str, data: dict[str, Any]) -> str:
    """Return the IRI that a page writes with a prefix."""
    prefix, _, local = name.partition(":")
    return f"{data['prefixes'][prefix]}{local}" if prefix in data["prefixes"] else name


def link(name: str) -> str:
    return f"#node={quote(name, safe='')}"


def busiest(drawn: "nx.MultiDiGraph[str]") -> list[str]:
    return sorted(drawn, key=lambda name: (-drawn.degree(name), name))


def session(page: "Page") -> None:
    """Use everything that the page offers once."""
    page.fill("#search", "a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for name in ("1", "2", "0"):
        page.click(f"[data-steps='{name}']")
    for name in ("in", "out", "fit"):
        page.click(f"[data-zoom='{name}']")
    for chip in page.locator(".chip").all():
        chip.click()
    page.click("#theme")
    page.locator("#panel summary").first.click()
    page.locator("#panel .tie a").first.click()
    page.locator("td a").first.click()
    page.mouse.move(400, 400)
    page.mouse.click(400, 400)
    page.emulate_media(media="print")
    page.go_back()
    settle(page)


def test_nothing_is_asked_of_the_network_and_the_policy_is_never_broken(
    pages: Pages, page_file: "Path"
) -> None:
    with pages.lent() as (take, _):
        opened = take(page_file.as_uri(), reduced_motion="no-preference")
        session(opened.page)
        assert opened.asked == [page_file.as_uri()]
        assert (opened.told, opened.errors, opened.violations()) == ([], [], [])


def test_positions_are_those_of_the_file_and_stay(open_page: Opener) -> None:
    page = open_page(reduced_motion="no-preference")
    data = embedded(page)
    wanted = {full(node["id"], data): (node["x"], node["y"]) for node in data["nodes"]}
    page.wait_for_timeout(800)
    found = page.evaluate("aigg.positions()")
    assert {spot["id"]: (spot["x"], spot["y"]) for spot in found} == wanted
    assert embedded(page)["options"]["physics"] == {"enabled": False}


def test_reduced_motion_moves_at_once(open_page: Opener) -> None:
    page = open_page(reduced_motion="reduce")
    scales = page.evaluate(
        "() => { const before = aigg.scale(); document.querySelector('[data-zoom=in]').click();"
        " return [before, aigg.scale()]; }"
    )
    assert scales[1] == pytest.approx(scales[0] * 1.35)
    assert page.evaluate(
        "getComputedStyle(document.querySelector('button')).transitionDuration"
    ) in (
        "0s",
        "",
    )


def test_labels_do_not_overlap_and_most_marks_have_one(
    page: "Page", drawn: "nx.MultiDiGraph[str]"
) -> None:
    labels = page.evaluate("aigg.labels()")
    assert len(labels) >= 0.8 * len(drawn)
    assert all(label["px"] >= 12 for label in labels)
    for index, one in enumerate(labels):
        for two in labels[:index]:
            beside = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
            above = one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]
            assert beside or above, (one, two)


def test_every_mark_can_be_told_when_it_is_chosen(
    page: "Page", drawn: "nx.MultiDiGraph[str]"
) -> None:
    told = []
    for name in sorted(drawn):
        page.evaluate("(link) => { location.hash = link; }", link(name))
        shown = wait_until(page, "(name) => aigg.labels().find((label) => label.id === name)", name)
        told.append(shown["id"])
    assert told == sorted(drawn)


def test_a_permalink_opens_its_node(open_page: Opener, drawn: "nx.MultiDiGraph[str]") -> None:
    name = busiest(drawn)[1]
    page = open_page(link(name))
    assert page.locator("#panel h2").text_content() == drawn.nodes[name]["label"]


def test_a_broken_permalink_does_nothing(pages: Pages, page_file: "Path") -> None:
    with pages.lent() as (take, _):
        opened = take(page_file.as_uri())
        before = opened.page.locator("#panel").inner_text()
        for fragment in BROKEN:
            go(opened.page, fragment)
            assert opened.page.locator("#panel").inner_text() == before
            assert opened.errors == []
        opened.load(page_file.as_uri() + BROKEN[0])
        settle(opened.page)
        assert opened.page.locator("#panel").inner_text() == before
        assert opened.errors == []


def test_without_script_every_fact_is_there(
    open_page: Opener, drawn: "nx.MultiDiGraph[str]"
) -> None:
    page = open_page(java_script_enabled=False)
    facts = sum(len(held["facts"]) for _, held in drawn.nodes(data=True))
    facts += sum(len(held["facts"]) for *_, held in drawn.edges(data=True))
    rows = page.locator("tbody tr")
    assert rows.count() == facts
    assert rows.first.is_visible()
    assert page.locator("noscript").first.is_visible()
    assert not page.locator(".figure").is_visible()


def test_no_sideways_scroll(open_page: Opener, drawn: "nx.MultiDiGraph[str]") -> None:
    page = open_page(viewport={"width": 320, "height": 844})
    for width in (320, 390, 768, 1024, 1366):
        resize(page, width, 844)
        for fragment in ("#all", link(busiest(drawn)[0])):
            go(page, fragment)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(WIDE) == []


def test_table_rows_become_cards_on_a_phone(page: "Page") -> None:
    resize(page, 390, 844)
    cells = page.locator("tbody tr").first.locator("td")
    boxes = [cells.nth(index).bounding_box() for index in (1, 2, 3)]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3


def test_paper_is_light_in_a_dark_theme(open_page: Opener) -> None:
    page = open_page(color_scheme="dark")
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_evidence_out_of_sight_is_laid_out_when_it_comes_into_sight_and_on_paper(
    open_page: Opener,
) -> None:
    page = open_page()
    page.evaluate("document.querySelector('.facts').style.marginTop = '20000px'")
    settle(page)
    laid_out = """document.querySelector("#facts tbody tr:last-child td")
        .checkVisibility({ contentVisibilityAuto: true })"""
    assert page.evaluate(laid_out) is False
    page.emulate_media(media="print")
    settle(page)
    assert page.evaluate(laid_out) is True
    page.emulate_media(media="null")
    page.evaluate("document.querySelector('#facts tbody tr:last-child').scrollIntoView()")
    assert wait_until(page, laid_out)
    assert page.locator("#facts tbody tr").last.bounding_box() is not None
