"""Accessibility rules of axe-core, in each state of a page."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser import SCREENS, Theme, go, problems

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]


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
