"""All pages of a site: each link leads to what is there, and nothing comes from elsewhere."""

import json
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from graph_builder.core.content_security import SAME_FOLDER_SOURCES
from graph_builder.core.vocabulary import BASE, NS
from graph_builder.pages.index_pages import list_entities_by_kind
from graph_builder.site.figures import MAX_FIGURE_BYTES
from graph_builder.store.graph import Graph
from tests.site.conftest import Site

pytestmark = pytest.mark.slow
MEGA = 1_000_000


def _leads(site: Site, path: str, link: str) -> bool:
    """Return whether a link of a page leads somewhere: outside, to a file, to a part of a page."""
    there = urlsplit(link)
    if there.scheme or there.netloc:
        return there.scheme in ("http", "https") and bool(there.netloc)
    target = normpath(join(dirname(path), unquote(there.path))) if there.path else path
    if target not in site.files:
        return False
    if not there.fragment or target.startswith("picture/"):
        return True
    return unquote(there.fragment) in site.page(target).ids


def _all(site: Site, part: str) -> Iterator[tuple[str, str]]:
    for path in site.pages:
        for link in getattr(site.page(path), part):
            yield path, link


def test_every_link_leads_to_what_is_there(any_site: Site) -> None:
    found = list(_all(any_site, "links"))
    assert len(found) > len(any_site.pages)
    assert [each for each in found if not _leads(any_site, *each)] == []


def test_no_link_leads_to_where_our_ids_point(any_site: Site) -> None:
    assert [each for each in _all(any_site, "links") if each[1].startswith(BASE)] == []


def test_what_a_page_loads_is_of_the_site(any_site: Site) -> None:
    for path, loaded in _all(any_site, "loaded"):
        file = normpath(join(dirname(path), loaded))
        assert loaded == "data:," or (file.startswith("static/") and file in any_site.files), path


def test_every_page_has_a_policy_and_no_script_of_its_own(any_site: Site) -> None:
    for path in any_site.pages:
        page = any_site.page(path)
        assert f"script-src {SAME_FOLDER_SOURCES};" in page.policy, path
        assert "default-src 'none';" in page.policy
        assert "unsafe" not in page.policy
        assert set(page.scripts["text/javascript"]) == {""}
        for texts in (page.scripts[kind] for kind in page.scripts if kind.endswith("json")):
            assert all(json.loads(text) for text in texts)


def test_every_page_has_one_heading_and_one_main_part(any_site: Site) -> None:
    odd = [
        path
        for path in any_site.pages
        if (any_site.page(path).tags["h1"], any_site.page(path).tags["main"]) != (1, 1)
    ]
    assert odd == []


def test_the_site_is_small_enough_for_any_host(sampled: Site, sample: Graph, graph: Graph) -> None:
    """Free hosts take 20,000 files of 25 MB each at most; the site grows with the facts.

    What the shipped graph takes is that of the sample, so many times as it has things and facts.
    """
    sizes = {path: (sampled.folder / path).stat().st_size for path in sampled.files}
    facts, all_facts = (len(each.instances_of(NS + "Assertion")) for each in (sample, graph))
    things, all_things = (
        sum(map(len, list_entities_by_kind(each).values())) for each in (sample, graph)
    )
    growth = all_facts / facts
    assert len(sizes) * all_things / things <= 20_000
    assert max(sizes.values()) * growth <= 25 * MEGA
    assert sum(sizes.values()) <= 60_000 * facts
    pictures = {path for path in sampled.pages if path.startswith("picture/")}
    assert max(sizes[path] for path in pictures) <= MAX_FIGURE_BYTES
    assert max(sizes[path] for path in {*sampled.pages} - pictures) * growth <= 2 * MEGA


def test_every_page_can_be_reached_from_the_start(any_site: Site) -> None:
    seen, rim = {"index.html"}, ["index.html"]
    while rim:
        path = rim.pop()
        for link in any_site.page(path).links:
            there = urlsplit(link)
            target = normpath(join(dirname(path), unquote(there.path))) if there.path else path
            if not there.scheme and target.endswith(".html") and target not in seen:
                seen.add(target)
                rim.append(target)
    assert set(any_site.pages) - seen == {"404.html"}


def test_a_page_that_is_not_found_looks_the_same_wherever_it_is_asked_for(small: Site) -> None:
    page = small.page("404.html")
    inside = {link for link in page.links | page.loaded if link != "data:,"} - {"#main"}
    assert inside
    for link in inside:
        start, _, path = link.partition("/some/graph/")
        assert (start, path in small.files) == ("https://example.org", True)
