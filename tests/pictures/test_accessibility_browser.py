"""Accessibility rules of axe-core, in each state of a page."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.axe import SCREENS, problems
from tests.browser import Pages, Theme, go

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
#: Rows alike, of which some have a fault.
ROWS = """() => {
  const row = (more) => `<li>A word <a href="#two" style="${more}">and a link</a></li>`;
  const pale = "@media (max-width: 500px) { .pale { color: #ddd } }";
  document.documentElement.lang = "en";
  document.title = "Rows";
  document.body.innerHTML = `<style>${pale}</style><main><h1>Rows</h1><ul id="one">${row("")}`
    + `${row("").repeat(9)}${row("color: #ddd")}<li><a href="#two"></a></li>${row("").repeat(9)}`
    + `<li id="two">Two</li><li id="two" class="pale">Two</li></ul></main>`;
}"""


def states(page: "Page", name: str) -> Iterator[str]:
    """Bring a page into each of its states, one after the other."""
    yield "whole"
    page.fill("#search", "e")
    yield "search"
    page.fill("#search", "zzqq")
    yield "no hit"
    page.fill("#search", "")
    go(page, f"#node={quote(name, safe='')}")
    yield "node"
    page.click("[data-steps='1']")
    page.locator(".chip").first.click()
    page.locator("#panel summary").first.click()
    yield "narrowed"


def test_a_fault_among_things_alike_is_found(pages: Pages) -> None:
    with pages.lent() as (take, _):
        page = take("about:blank").page
        page.evaluate(ROWS)
        found = dict(problems(page, theme="light"))
        assert {*found} == {"color-contrast", "link-name", "repeated ids"}
        assert ["#ddd" in html for html in found["color-contrast"]] == [True]
        assert page.locator("li").count() == 5
        page.set_viewport_size({"width": 390, "height": 844})
        assert len(dict(problems(page, theme="light"))["color-contrast"]) == 2


@pytest.mark.parametrize(("width", "height", "theme"), SCREENS)
def test_axe_finds_nothing(
    open_page: Opener, drawn: "nx.MultiDiGraph[str]", width: int, height: int, theme: Theme
) -> None:
    """The table is the same in every state: its first rows are looked at in one."""
    name = max(sorted(drawn), key=drawn.degree)
    page = open_page(viewport={"width": width, "height": height}, bypass_csp=True)
    found = {}
    for state in states(page, name):
        part = "html" if state == "whole" else ".figure"
        found[state] = problems(page, part, theme=theme)
    assert {state: told for state, told in found.items() if told} == {}
