"""Long lists of a site: in pages of bounded size that tell the whole and lead to each other."""

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from graph_builder.core.vocabulary import expand
from graph_builder.pages.entity_facts import MAX_ASSERTIONS_ON_PAGE, MAX_FACTS_ON_PAGE
from graph_builder.pages.entity_page import render_entity_page, render_entity_pages
from graph_builder.pages.index_pages import MAX_INDEX_ENTRIES, render_index_pages
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.pages.paging import Paging, list_pagings, split_into_parts
from graph_builder.site.links import FileLinks, LinkPlan, number_path
from graph_builder.store.graph import Graph
from tests.anchors import Anchors
from tests.axe import SCREENS, problems
from tests.browser import resize
from tests.site.conftest import Site
from tests.small_facts import FactMaker, read

if TYPE_CHECKING:
    from tests.browser import Pages

#: The most bytes of a page that lists things or facts.
MAX_PAGE_BYTES = 1_000_000
ACTORS = 2_500
EVENT = expand("event:e")
TO = FileLinks("../", LinkPlan({EVENT: "event/e"}))


@pytest.fixture(scope="module")
def crowd() -> Graph:
    """Return a graph in which very many attended an event, as one source says."""
    made = FactMaker()
    quads = [*read('event:e a aigg:Event ; skos:prefLabel "Meeting"@en .')]
    for number in range(ACTORS):
        quads += read(
            f'actor:a{number} a aigg:Institution ; skos:prefLabel "Body {number:04}"@en .'
        )
        quads += made.say(f"actor:a{number} aigg:attended event:e")
    return Graph.wrap(quads)


def _main(page: str) -> str:
    return page.partition("<main")[2].partition(">")[2].partition("</main>")[0]


@pytest.mark.slow
def test_pages_of_a_thing_with_very_many_facts_are_bounded_and_tell_all(crowd: Graph) -> None:
    pages = [*render_entity_pages(crowd, EVENT, TO)]
    assert len(pages) == -(-ACTORS // MAX_FACTS_ON_PAGE)
    assert max(len(page.encode()) for page in pages) < MAX_PAGE_BYTES
    told = Counter(name for page in pages for name in re.findall(r"Body \d{4}", _main(page)))
    assert told == {f"Body {number:04}": 1 for number in range(ACTORS)}
    for number, page in enumerate(pages, 1):
        assert f"2,500 facts: page {number} of {len(pages)}" in page
        assert ("<title>Meeting, page" in page) == (number > 1)


@pytest.mark.slow
def test_a_page_of_a_server_shows_the_first_facts_and_says_so(crowd: Graph) -> None:
    page = render_entity_page(crowd, EVENT, PageLinks("../"))
    assert f"the first {MAX_FACTS_ON_PAGE} are shown here" in page
    assert "Next page" not in page


@pytest.mark.slow
def test_pages_of_a_kind_with_very_many_things_are_bounded_and_list_all(crowd: Graph) -> None:
    actors = [expand(f"actor:a{number}") for number in range(ACTORS)]
    pages = [*render_index_pages(crowd, "actor", actors, Counter(), TO)]
    assert len(pages) == -(-ACTORS // MAX_INDEX_ENTRIES)
    assert max(len(page.encode()) for page in pages) < MAX_PAGE_BYTES
    assert all("2,500 in this graph: page" in page for page in pages)
    told = [name for page in pages for name in re.findall(r"Body \d{4}", _main(page))]
    assert told == [f"Body {number:04}" for number in range(ACTORS)]


def test_a_fact_that_very_many_sources_state_goes_on_on_the_next_page() -> None:
    made = FactMaker()
    quads = [*read("event:e a aigg:Event . actor:a a aigg:Institution .")]
    for number in range(MAX_ASSERTIONS_ON_PAGE + 1):
        quads += made.say("actor:a aigg:attended event:e", source=f"s{number}")
    pages = [*render_entity_pages(Graph.wrap(quads), EVENT, TO)]
    assert len(pages) == 2
    assert all("1 fact: page" in page for page in pages)
    assert sum(page.count(">record</a>") for page in pages) == MAX_ASSERTIONS_ON_PAGE + 1


def test_parts_are_full_and_nothing_is_split() -> None:
    assert split_into_parts([], 3, int, 9) == [[]]
    assert split_into_parts([1, 1, 1, 1], 3, int, 9) == [[1, 1, 1], [1]]
    assert split_into_parts([5, 5, 12, 1], 3, int, 9) == [[5], [5], [12], [1]]


def test_links_of_pages_leave_out_what_is_far() -> None:
    links = [*list_pagings(lambda number: number_path("x.html", number), 9)]
    assert links[0].links == [
        (1, "x.html"),
        (2, "x~2.html"),
        (3, "x~3.html"),
        (0, ""),
        (9, "x~9.html"),
    ]
    assert [number for number, _ in links[4].links] == [1, 0, 3, 4, 5, 6, 7, 0, 9]
    assert (links[0].previous, links[0].next) == ("", "x~2.html")
    assert (links[8].previous, links[8].next) == ("x~8.html", "")
    assert Paging(1, ["x.html"]).links == [(1, "x.html")]


@pytest.mark.slow
def test_pages_of_a_list_have_what_one_page_had(paged: Site, small: Site) -> None:
    """With few entries a page there are the same names and facts, on more pages."""
    for path in (f"{kind}/index.html" for kind in ("actor", "assertion", "theme", "picture")):
        pages = [each for each in paged.pages if _is_page_of(each, path)]
        assert len(pages) > 1, path
        links = Counter(link for each in pages for link in _list_links(paged, each))
        assert {*_list_links(small, path)} == {*links}, path


def _is_page_of(page: str, path: str) -> bool:
    stem = re.escape(path.removesuffix(".html"))
    return bool(re.fullmatch(rf"{stem}(~\d+)?\.html", page))


def _list_links(site: Site, path: str) -> list[str]:
    """Return the links of a list, without those to its own pages and parts."""
    found = Anchors(_main(site.text(path))).links
    return [
        link for link in found if not re.search(r"(^|index|differences)(~\d+)?(\.html)?(#|$)", link)
    ]


@pytest.mark.slow
def test_the_search_index_in_files_has_the_rows_of_the_whole(paged: Site, small: Site) -> None:
    files = sorted(path for path in paged.files if path.startswith("static/names"))
    texts = [paged.text(path) for path in sorted(files, key=lambda path: (len(path), path))]
    rows = [
        row
        for text in texts
        for row in json.loads(re.findall(r"NAMES(?: = |\.push\(\.\.\.)(\[.*?\])\)?;\n", text)[0])
    ]
    whole = json.loads(re.findall(r"NAMES = (\[.*\]);\n", small.text("static/names.js"))[0])
    assert len(files) > 2
    assert rows == whole
    assert max(map(len, texts)) < len(small.text("static/names.js")) / 2
    assert "NAME_FILES" not in small.text("static/names.js")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("kind", ["actor", "picture"])
def test_axe_finds_nothing_on_a_further_page(pages: "Pages", paged: Site, kind: str) -> None:
    path = f"{kind}/index~2.html"
    assert 'aria-label="Pages of this list"' in paged.text(path)
    found = {}
    with pages.lent() as (take, _):
        page = take(f"{paged.folder.as_uri()}/{path}", bypass_csp=True).page
        for width, height, theme in SCREENS:
            resize(page, width, height)
            found[theme] = problems(page, theme=theme)
    assert {screen: told for screen, told in found.items() if told} == {}


@pytest.mark.slow
@pytest.mark.browser
def test_a_name_in_a_further_file_is_found_when_somebody_searches(
    pages: "Pages", paged: Site
) -> None:
    top = f"{paged.folder.as_uri()}/"
    last = json.loads(re.findall(r"push\(\.\.\.(\[.*\])\)", paged.text("static/names~2.js"))[0])[-1]
    with pages.lent() as (take, opened):
        page = take(f"{top}actor/index~2.html").page
        assert [url for url in opened[0].asked if "names~" in url] == []
        page.fill("#q", last[0])
        page.locator("[role=option]").first.wait_for()
        assert last[0] in page.locator("[role=option] span").all_inner_texts()
        page.keyboard.press("Enter")
        page.wait_for_url("**/find.html?q=*")
        page.locator("#found a").first.wait_for()
        assert last[0] in page.locator("#found a").all_inner_texts()
        assert (opened[0].foreign(top), opened[0].told + opened[0].errors) == ([], [])
        assert opened[0].violations() == []
