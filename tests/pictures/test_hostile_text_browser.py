"""Text that would like to be code stays text, wherever it stands."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import networkx as nx
import pytest

from graph_builder.pictures.picture_page import render_network_page
from tests.browser import Opened, Pages, follow, settle, wait_until

pytestmark = pytest.mark.browser
HOSTILE = [
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    '" autofocus onfocus="window.ran = 1',
    "' onmouseover='window.ran = 1' x='",
    "javascript:window.ran=1",
    "<a href='javascript:window.ran=1'>href</a>",
    "{{ 7 * 7 }}{% raw %}",
    "${window.ran = 1}`",
    "<!--<script>",
    "]]></style></title><svg onload=window.ran=1>",
    "&lt;b&gt; &amp;#60;",
    "\\u003cscript\\u003e\\",
    "__proto__",
    "constructor",
    "line\u2028one\u2029two \u202eright to left %00 %3Cb%3E #&=?",
]


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph["sources"] = {
        text: {"title": text, "publisher": text, "url": text, "licence": text, "note": text}
        for text in HOSTILE
    }
    parts = ("subject", "relation", "object", "modality", "basis", "verification", "source")
    told = {
        text: dict.fromkeys((*parts, "section", "anchor", "note", "reason"), text)
        for text in HOSTILE
    }
    for text in HOSTILE:
        graph.add_node(text, label=text, kind=text, kind_label=text, facts=[told[text]])
    for one, two in zip(HOSTILE, [*HOSTILE[1:], HOSTILE[0]], strict=True):
        graph.add_edge(one, two, key=one, relation=one, facts=[told[one] | {"start": 1, "end": 2}])
    file = tmp_path_factory.mktemp("hostile") / "page.html"
    title = " ".join(HOSTILE)
    file.write_text(
        render_network_page(graph, title=title, subtitle=title), encoding="utf-8", newline="\n"
    )
    return file


@pytest.fixture(scope="module")
def opened(pages: Pages, hostile_file: Path) -> Iterator[Opened]:
    """Return the page, which is opened once; it asks for nothing and tells nothing."""
    with pages.lent() as (take, _):
        found = take(hostile_file.as_uri())
        wait_until(found.page, "Boolean(window.aigg)")
        yield found
        assert (found.foreign(), found.told + found.errors, found.violations()) == ([], [], [])


def test_there_are_sixteen() -> None:
    assert len(set(HOSTILE)) == 16


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs_and_text_is_shown_as_it_is(opened: Opened, text: str) -> None:
    page = opened.page
    assert follow(page, f"#node={quote(text, safe='')}") == [text]
    assert page.locator("#panel h2").text_content() == text
    assert page.locator("#panel .kind").text_content() == text
    assert text in page.locator("#panel .value").all_text_contents()
    assert text in page.locator("#panel dd").all_text_contents()
    page.fill("#search", text)
    assert text in page.locator("#hits span").all_text_contents()
    page.keyboard.press("Enter")
    page.locator("#panel .tie a").first.click()
    settle(page)
    assert page.locator("#panel .evidence").count() == 1
    assert page.evaluate("[window.ran, window.violations]") == [None, []]


def test_a_page_is_opened_at_a_hostile_text(opened: Opened, hostile_file: Path) -> None:
    opened.load(f"{hostile_file.as_uri()}#node={quote(HOSTILE[-1], safe='')}")
    settle(opened.page)
    assert opened.page.locator("#panel h2").text_content() == HOSTILE[-1]


def test_title_table_and_sources_show_every_text(opened: Opened) -> None:
    page, title = opened.page, " ".join(HOSTILE)
    assert page.locator("h1").text_content() == title
    assert page.locator(".deck").text_content() == title
    table = page.locator("tbody").text_content() or ""
    sources = page.locator(".sources").text_content() or ""
    assert [text for text in HOSTILE if text not in table or text not in sources] == []
    assert page.locator(".sources a").count() == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 3
