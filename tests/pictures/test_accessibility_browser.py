"""Accessibility rules of axe-core, in both themes and on both screens."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("state", ["whole", "node", "search", "no hit", "narrowed"])
def test_axe_finds_nothing(
    open_page: Opener, drawn: "nx.MultiDiGraph[str]", axe: str, theme: str, width: int, state: str
) -> None:
    name = max(sorted(drawn), key=drawn.degree)
    fragment = f"#node={quote(name, safe='')}" if state in ("node", "narrowed") else ""
    page = open_page(
        fragment, viewport={"width": width, "height": 844}, color_scheme=theme, bypass_csp=True
    )
    if state in ("search", "no hit"):
        page.fill("#search", "e" if state == "search" else "zzqq")
    if state == "narrowed":
        page.click("[data-steps='1']")
        page.locator(".chip").first.click()
        page.locator("#panel summary").first.click()
    page.evaluate(axe)
    # the table is the same in every state and takes the longest
    place = "document" if state == "whole" else "'.figure'"
    found = page.evaluate(f"axe.run({place}, {{ resultTypes: ['violations'] }})")
    problems = [
        (problem["id"], [node["html"] for node in problem["nodes"]][:3])
        for problem in found["violations"]
    ]
    assert problems == []
