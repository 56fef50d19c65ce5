"""What a site offers to programs: the graph in files, each thing by itself, and schema.org."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store, parse

from graph_builder.query.named_questions import questions
from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.store.graph import Graph
from tests.conftest import Run, sample_file
from tests.pictures.page_parts import root, xml
from tests.site.conftest import BASE, Site

pytestmark = pytest.mark.slow

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _marked(site: Site, path: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in site.page(path).scripts["application/ld+json"]]


def _stems(site: Site) -> list[str]:
    return sorted(path.removesuffix(".jsonld") for path in site.files if path.endswith(".jsonld"))


@pytest.mark.parametrize("extension", ["ttl", "trig", "jsonld", "gexf"])
def test_files_of_the_whole_are_what_export_writes(sampled: Site, extension: str, run: Run) -> None:
    written = run("export", "-s", sample_file(), "-F", extension).stdout
    assert sampled.text(f"data/aigg.{extension}") == written


def test_files_of_the_whole_load_back_as_the_graph(sampled: Site, sample: Graph) -> None:
    every = {str(quad) for quad in sample.quads()}
    for extension, media in (("trig", RdfFormat.TRIG), ("jsonld", RdfFormat.JSON_LD)):
        store = Store()
        store.load(sampled.text(f"data/aigg.{extension}").encode(), format=media)
        assert {str(quad) for quad in store} == every


def test_the_table_has_every_fact_once_a_source(sampled: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(sampled.text("data/facts.csv"))))
    assert len(rows) == len({tuple(row.items()) for row in rows}) > 500
    assert all(row["source"] and row["modality"] for row in rows if "inferred" not in row["basis"])


def test_both_documents_of_a_thing_say_the_same(any_site: Site) -> None:
    found = [stem for stem in _stems(any_site) if not stem.startswith("data/")]
    for stem in found[:: max(1, len(found) // 60)]:
        turtle = parse(any_site.text(f"{stem}.ttl").encode(), format=RdfFormat.TURTLE)
        linked = parse(any_site.text(f"{stem}.jsonld").encode(), format=RdfFormat.JSON_LD)
        assert {str(quad) for quad in turtle} == {str(quad) for quad in linked} != set()


def test_rdflib_reads_what_pages_offer(sampled: Site) -> None:
    for path in [stem for stem in _stems(sampled) if stem.startswith("event/")][:4]:
        linked = rdflib.Graph().parse(data=sampled.text(f"{path}.jsonld"), format="json-ld")
        turtle = rdflib.Graph().parse(data=sampled.text(f"{path}.ttl"), format="turtle")
        assert set(linked) == set(turtle)
        assert len(linked) > 3


def test_pages_tell_search_engines_what_they_are_of(any_site: Site) -> None:
    told = {path: _marked(any_site, path) for path in any_site.pages if path.count("/") == 1}
    found = {path: each[0] for path, each in told.items() if each}
    kinds = {each["@type"] for each in found.values()}
    assert kinds >= {"Event", "Organization", "CreativeWork", "DefinedTerm"}
    for path, each in found.items():
        assert each["@context"] == "https://schema.org/"
        assert each["@id"].startswith("https://w3id.org/aigg/"), path
        assert each["name"]
    path, each = next((path, each) for path, each in found.items() if each["@type"] == "Event")
    local = {**each, "@context": {"@vocab": "https://schema.org/"}}
    read = rdflib.Graph().parse(data=json.dumps(local), format="json-ld")
    assert (rdflib.URIRef(each["@id"]), rdflib.RDF.type, rdflib.SDO.Event) in read


def test_the_start_describes_the_data(small: Site) -> None:
    (about,) = _marked(small, "index.html")
    assert (about["@type"], about["url"]) == ("Dataset", BASE)
    for each in about["distribution"]:
        assert each["contentUrl"].removeprefix(BASE) in small.files
    many = json.loads(small.text("data/schema.jsonld"))["@graph"]
    assert all(each["mainEntityOfPage"].removeprefix(BASE) in small.files for each in many)


@pytest.mark.parametrize("name", questions())
def test_each_question_has_its_files(sampled: Site, name: str, run: Run) -> None:
    assert sampled.text(f"question/{name}.rq") == questions()[name].text
    if name in ("organisers", "disagreements", "unsourced"):
        asked = run("query", name, "-s", sample_file(), "-F", "csv").stdout_bytes
        assert sampled.text(f"question/{name}.csv").encode() == asked


def test_a_sitemap_lists_pages_by_their_addresses(small: Site) -> None:
    tree = ET.fromstring(small.text("sitemap.xml"))  # noqa: S314 -- our own
    found = [each.text or "" for each in tree.iter(f"{SITEMAP}loc")]
    assert tree.tag == f"{SITEMAP}urlset"
    assert len(found) == len(set(found)) > 100
    assert all(each.removeprefix(BASE) in small.pages for each in found)
    missing = {path for path in small.pages if BASE + path not in found}
    assert {path.partition("/")[0] for path in missing} == {"404.html", "assertion", "graph"}


def test_without_an_address_there_is_no_sitemap(sampled: Site) -> None:
    assert "sitemap.xml" not in sampled.files


def test_the_network_is_well_formed(hostile: Site) -> None:
    assert root(xml(hostile.text("data/aigg.gexf"))).tagName == "gexf"


def _make_start_page(graph: Graph, wanted: SiteOptions) -> str:
    text = dict(generate_files(graph, wanted))["index.html"]
    assert isinstance(text, str)
    return text


def test_a_site_tells_what_changed_since(few: Graph) -> None:
    wanted = SiteOptions(since="v1", old=few)
    start = _make_start_page(few, wanted)
    assert "Nothing has changed since v1." in start
    fewer = Graph.wrap([quad for quad in few.quads() if "actor/a" not in str(quad)])
    start = _make_start_page(few, SiteOptions(since="v1", old=fewer))
    assert "Since v1" in start
    assert "Sciences Po" in start.partition("Since v1")[2].partition("Latest sources")[0]
