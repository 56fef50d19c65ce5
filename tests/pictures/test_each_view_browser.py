"""The page of every view in Chromium: the checks that hold for all, each view by its example."""

import csv
import io
import json
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.view_definition import Picture
from tests.axe import problems
from tests.browser import follow, go, resize, settle
from tests.conftest import open_sample
from tests.pictures.page_parts import root, xml
from tests.pictures.views import HOSTILE, NAMES, example

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., "Page"]
View = tuple[str, "Page"]
every_view = pytest.mark.parametrize("name", NAMES)
#: What presses every button above a picture and every visible one of its legend.
PRESSED = """() => {
  for (const each of document.querySelectorAll(".tools .switch button:enabled")) each.click();
  for (const each of document.querySelectorAll(".legend .chip")) {
    if (each.checkVisibility()) each.click();
  }
}"""
DESK, PHONE, SMALL = (1366, 900), (390, 844), (320, 700)


def embedded(page: "Page") -> dict[str, Any]:
    data: dict[str, Any] = json.loads(page.locator("#data").text_content() or "")
    return data


def busiest(picture: Picture) -> str:
    return max(sorted(picture.network), key=picture.network.degree)


@every_view
def test_a_whole_session_is_silent(show: Opener, name: str) -> None:
    """Use everything that the page offers once; the fixture sees that nothing was asked or told."""
    page = show(name)
    page.fill("#search", "a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.evaluate(PRESSED)
    if page.locator("#day").is_visible():
        page.locator("#day").press("ArrowRight")
    page.goto(page.url.partition("#")[0] + "#all")
    page.click("#share summary")
    for kind in ("csv", "ttl", "gexf", "svg", "png"):
        with page.expect_download() as saved:
            page.click(f"[data-share={kind}]")
        assert saved.value.suggested_filename.endswith(f".{kind}")
        assert saved.value.path().stat().st_size > 100
    page.click("[data-share=frame]")
    assert page.locator("#copied").input_value().startswith("<iframe src=")
    page.click("#theme")
    page.locator("td a").first.click()
    page.emulate_media(media="print")
    page.emulate_media(media="screen")
    page.go_back()
    settle(page)
    assert page.evaluate("aigg.remains()") > 0


@every_view
def test_axe_finds_nothing(show: Opener, name: str) -> None:
    page = show(name, bypass_csp=True)
    found = {"desk": problems(page, theme="light")}
    resize(page, *SMALL)
    found["small"] = problems(page, theme="dark")
    resize(page, *DESK)
    go(page, "#all;only=official")
    found["official"] = problems(page, ".figure", theme="dark")
    page.locator("td a").first.click()
    resize(page, *PHONE)
    found["chosen"] = problems(page, ".figure", theme="light")
    assert {look: told for look, told in found.items() if told} == {}


def test_search_selects_and_back_and_forward_agree(view: View) -> None:
    name, page = view
    before = page.locator("#panel h2").text_content()
    page.fill("#search", "zzqq")
    assert page.locator("#no-hit").text_content() == "Nothing found for \u201czzqq\u201d"
    label = str(example(name).network.nodes[busiest(example(name))]["label"])
    page.fill("#search", label.upper())
    assert label in page.locator("#hits span").all_text_contents()
    page.keyboard.press("Enter")
    settle(page)
    chosen = page.locator("#panel h2").text_content()
    assert page.url.partition("#")[2].startswith("node=")
    page.go_back()
    settle(page)
    assert page.locator("#panel h2").text_content() == before
    page.go_forward()
    settle(page)
    assert page.locator("#panel h2").text_content() == chosen


@every_view
def test_an_address_opens_its_thing_with_filters_and_a_broken_one_nothing(
    show: Opener, name: str
) -> None:
    iri = busiest(example(name))
    page = show(name, f"#node={iri};only=official")
    label = str(example(name).network.nodes[iri]["label"])
    assert page.locator("#panel h2").text_content() == label
    data = embedded(page)
    official = {"primary", "official-copy"}
    left = sum({**data["common"], **f}["verification"] in official for f in data["facts"])
    assert page.locator("[data-only=official]").get_attribute("aria-pressed") == "true"
    assert page.evaluate("aigg.remains()") == left
    broken = ("#node=nobody", "#node=%", "#edge=a&b", "#=", "#%00", "#x=y", "#constructor")
    assert follow(page, *broken) == [label] * len(broken)
    page.click("#clear")
    settle(page)
    assert page.evaluate("aigg.remains()") == len(data["facts"])
    go(page, "#all")
    page.click("[data-only=official]")
    settle(page)
    assert page.url.endswith("#only=official")
    told = page.locator("#remaining").text_content() or ""
    assert told.startswith(f"{left} of {len(data['facts'])} fact")
    assert page.evaluate("aigg.remains()") == left


@every_view
def test_without_script_every_fact_is_there(show: Opener, name: str) -> None:
    page = show(name, java_script_enabled=False)
    number = len({id(fact) for fact in list_network_facts(example(name).network)})
    assert page.locator("#facts tbody tr").count() == number
    assert page.locator("#facts tbody tr").first.is_visible()
    assert page.locator("noscript").first.is_visible()
    assert not page.locator(".tools").is_visible()


def test_what_is_shared_is_what_it_claims(view: View) -> None:
    name, page = view
    assert_pictures(page, name)
    assert_says_what_the_graph_says(page)
    for fragment in ("#all", "#only=official"):
        go(page, fragment)
        assert_data_remain(page)


def assert_pictures(page: "Page", name: str) -> None:
    svg = page.evaluate("aigg.share('svg')")
    document = xml(svg)
    assert root(document).tagName == "svg"
    names = {node.tagName for node in document.getElementsByTagName("*")}
    assert not names & {"script", "foreignObject", "a", "image", "use"}
    assert str(example(name).network.nodes[busiest(example(name))]["label"]).split()[0] in svg
    size = page.evaluate(
        "aigg.share('png').then(async (blob) => {"
        " const map = await createImageBitmap(blob);"
        " return [blob.type, map.width, map.height]; })"
    )
    width, height = (int(float(root(document).getAttribute(each))) for each in ("width", "height"))
    assert size == ["image/png", 2 * width, 2 * height]


def assert_data_remain(page: "Page") -> None:
    """See that the data that are shared are the facts that remain."""
    remain = page.evaluate("aigg.remains()")
    rows = list(csv.DictReader(io.StringIO(page.evaluate("aigg.share('csv')"))))
    assert len(rows) == remain
    assert all(row["subject"] and row["relation"] and row["modality"] for row in rows)
    store = Store()
    store.load(page.evaluate("aigg.share('ttl')"), format=RdfFormat.TURTLE)
    stated = list(store.quads_for_pattern(None, NamedNode(expand("rdf:subject")), None))
    assert len(stated) == remain
    assert xml(page.evaluate("aigg.share('gexf')")).getElementsByTagName("nodes")


def assert_says_what_the_graph_says(page: "Page") -> None:
    store = Store()
    store.load(page.evaluate("aigg.share('ttl')"), format=RdfFormat.TURTLE)
    start = expand("assertion:x")[:-1]
    mine = {
        quad.triple
        for quad in store
        if quad.subject.value.startswith(start) and "label" not in quad.predicate.value
    }
    assert mine - known_triples() == set()
    assert mine


@cache
def known_triples() -> frozenset[Triple]:
    return frozenset(quad.triple for quad in open_sample().quads())


def test_names_in_other_languages_find_and_show_a_thing(view: View) -> None:
    name, page = view
    named = {
        iri: held["names"]["fr"]
        for iri, held in example(name).network.nodes(data=True)
        if held["names"].get("fr", held["label"]) != held["label"]
    }
    assert page.locator("#language").is_visible() == bool(named)
    for iri, french in sorted(named.items())[:1]:
        page.fill("#search", french)
        assert french in " ".join(page.locator("#hits li").all_text_contents())
        page.select_option("#language", "fr")
        go(page, f"#node={iri};lang=fr")
        assert page.locator("#panel h2").text_content() == french


@every_view
def test_a_frame_shows_the_picture_alone(show: Opener, name: str) -> None:
    page = show(name, "#embed", viewport={"width": 600, "height": 500})
    for part in (".deck", ".facts", ".sources", "#share"):
        assert not page.locator(part).first.is_visible()
    assert page.locator(".stage").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 600


@every_view
def test_nothing_of_a_hostile_graph_runs(show: Opener, name: str) -> None:
    page = show(name, worse=True)
    data = embedded(page)
    rows = (*data["facts"], *data["nodes"], *data["sources"].values())
    texts = {text for row in rows for text in row.values() if isinstance(text, str)}
    assert sum(any(each in text for text in texts) for each in HOSTILE) > 5
    nodes = data["nodes"][:40]
    links = [f"#node={quote(node['id'], safe='')}" for node in nodes]
    assert follow(page, *links) == [node["label"] for node in nodes]
    assert page.evaluate("aigg.share('csv')")
    Store().load(page.evaluate("aigg.share('ttl')"), format=RdfFormat.TURTLE)
    for kind in ("gexf", "svg"):
        xml(page.evaluate(f"aigg.share('{kind}')"))
    made = page.evaluate("document.querySelectorAll('iframe, object, base').length")
    assert (page.evaluate("window.ran"), made) == (None, 0)
