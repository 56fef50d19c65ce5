"""Linked data as the workers make it: where a path leads, and what the documents hold."""

import re
from collections import Counter
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from graph_builder.core.vocabulary import BASE, ID_KINDS, NS, expand
from graph_builder.pages.html_rendering import get_page_policy
from graph_builder.pages.index_pages import list_entities_by_kind
from graph_builder.pages.iri_paths import DOCUMENT_FORMATS, KIND_PLURALS, ONTOLOGY_IRI
from graph_builder.query.explanation import explain
from graph_builder.query.named_questions import ask, questions
from graph_builder.server.limits import HTTPError
from graph_builder.server.linked_data import render_document
from graph_builder.server.sparql_task import Reply
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.anchors import Anchors
from tests.conftest import open_sample

MOST = 1 << 24
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}


def get(path: str, accept: str = "", *, graph: Graph | None = None, asked: str = "") -> Reply:
    up = "../" * path.count("/")
    words = {"accept": accept, "asked": asked, "path": path, "up": up}
    return render_document(open_sample() if graph is None else graph, words, MOST)


@cache
def status(path: str) -> int:
    return get(path).status


def triples(reply: Reply, extension: str) -> set[Triple]:
    return {quad.triple for quad in parse(reply.body, format=FORMATS[extension])}


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("", "html"),
        ("*/*", "html"),
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("text/turtle;q=0.5, application/ld+json;q=0.6", "jsonld"),
        ("text/turtle, */*;q=0.1", "ttl"),
        ("text/html;q=0, */*", "ttl"),
        ("application/*", "jsonld"),
    ],
)
def test_a_thing_leads_to_the_document_that_is_liked_best(accept: str, extension: str) -> None:
    reply = get("actor/IND", accept)
    assert reply.status == 303
    assert reply.headers["Location"] == f"./IND.{extension}"
    assert reply.headers["Vary"] == "Accept"
    assert all(
        f'<./IND.{each}>; rel="alternate"' in reply.headers["Link"] for each in DOCUMENT_FORMATS
    )


def test_nothing_acceptable_is_refused() -> None:
    with pytest.raises(HTTPError, match="None of the accepted") as refused:
        get("actor/IND", "image/png")
    assert refused.value.status == 406


@pytest.mark.parametrize(("extension", "media"), DOCUMENT_FORMATS.items())
@pytest.mark.parametrize("path", ["actor/IND", "ns", "theme", "actor", "graph/registry"])
def test_an_extension_names_a_document(path: str, extension: str, media: str) -> None:
    reply = get(f"{path}.{extension}", "image/png")
    assert (reply.status, reply.media.partition(";")[0]) == (200, media)
    assert f'<{BASE}{path}>; rel="describes"' in reply.headers["Link"]


@pytest.mark.parametrize(("extension", "media"), DOCUMENT_FORMATS.items())
def test_the_ontology_is_a_document_itself(extension: str, media: str) -> None:
    reply = get("ns", media)
    assert (reply.status, reply.media.partition(";")[0]) == (200, media)
    assert reply.headers["Content-Location"] == f"./ns.{extension}"
    assert reply.headers["Vary"] == "Accept"


@pytest.mark.parametrize("kind", [*ID_KINDS, "ns"])
def test_a_slash_too_many_is_taken_away(kind: str) -> None:
    reply = get(f"{kind}/")
    assert (reply.status, reply.headers["Location"]) == (308, f"../{kind}")


@pytest.mark.slow
def test_every_iri_of_the_graph_leads_somewhere() -> None:
    terms = {term for quad in open_sample().quads() for term in quad if isinstance(term, NamedNode)}
    paths = {term.value.removeprefix(BASE) for term in terms if term.value.startswith(BASE)}
    for path in paths:
        reply = get(path.partition("#")[0]) if "#" not in path else get("ns")
        assert reply.status in (200, 303), path
        if "#" in path:
            break
    anchors = Anchors(get("ns").body.decode()).ids
    assert {path.partition("#")[2] for path in paths if path.startswith("ns#")} - {""} <= anchors


@pytest.mark.slow
@pytest.mark.parametrize("kind", KIND_PLURALS)
def test_things_of_every_kind_have_pages_and_data(kind: str) -> None:
    things = list_entities_by_kind(open_sample())[kind]
    every = [BASE + kind, *things]
    for iri in every[:: max(1, len(every) // 12)]:
        path = iri.removeprefix(BASE)
        page = get(f"{path}.html")
        assert page.status == 200
        assert f"<code>{iri}</code>" in page.body.decode()
        assert bool(triples(get(f"{path}.ttl"), "ttl")) == bool(things)


@pytest.mark.parametrize("thing", ["actor/IND", "event/ai-action-summit-2025", "source/pib-rt2"])
def test_data_of_a_thing_hold_its_triples_and_assertions_in_every_format(thing: str) -> None:
    node = NamedNode(BASE + thing)
    found = {name: triples(get(f"{thing}.{name}"), name) for name in FORMATS}
    assert found["ttl"] == found["nt"] == found["jsonld"] == found["rdf"]
    graph = open_sample()
    inferred = NamedNode(expand("graph:inferred"))
    own = {quad.triple for quad in graph.quads(node) if quad.graph_name != inferred}
    assert own <= found["ttl"]
    for name in ("rdf:subject", "rdf:object", "prov:wasDerivedFrom"):
        for quad in graph.quads(None, NamedNode(expand(name)), node):
            if "/assertion/" in str(quad.subject):
                record = {each.triple for each in graph.quads(quad.subject)}
                assert record <= found["ttl"]


def test_what_is_only_inferred_is_not_among_the_plain_triples() -> None:
    graph = open_sample()
    inferred = NamedNode(expand("graph:inferred"))
    (quad,) = (
        each
        for each in graph.quads(None, NamedNode(expand("aigg:hosted")), None, inferred)
        if not graph.quads(each.subject, each.predicate, each.object, None)[1:]
    )
    assert isinstance(quad.subject, NamedNode)
    found = triples(get(quad.subject.value.removeprefix(BASE) + ".ttl"), "ttl")
    assert quad.triple not in found
    assert any(triple.object == NamedNode(expand("basis:inferred")) for triple in found)


def test_data_of_a_named_graph_are_what_it_holds() -> None:
    graph = NamedNode(BASE + "graph/pib-rt2")
    held = {quad.triple for quad in open_sample().quads(None, None, None, graph)}
    assert held <= triples(get("graph/pib-rt2.ttl"), "ttl")


def test_a_page_shows_every_fact_with_its_evidence() -> None:
    text = get("actor/IND.html").body.decode()
    facts = explain(open_sample(), "actor:IND")
    shown = Anchors(text)
    assert len({link for link in shown.links if "assertion/" in link}) == len(facts)
    assert {f"../{fact['source'].removeprefix(BASE)}" for fact in facts} <= shown.links
    assert 'lang="hi" dir="auto">भारत<' in text
    assert "http://www.wikidata.org/entity/Q668" in shown.links


SAMPLE = (
    *("", "ns", "find", "actor.html", "theme.html", "modality.html", "source.html", "graph.html"),
    *("assertion.html", "actor/IND.html", "actor/nobody", "instrument/bletchley-declaration.html"),
    *("event/india-france-ai-policy-roundtable-2.html", "source/pib-rt2.html", "theme/ai.html"),
    *("graph/pib-rt2.html", "graph/inferred.html", "modality/reported.html", "0.3.0.html"),
    *("modality/asserting.html", "alignments.html", "question/organisers"),
)


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLE)
def test_pages_are_well_formed_and_their_links_lead_somewhere(path: str) -> None:
    text = get(path, BROWSER).body.decode()
    found = Anchors(text)
    assert (found.tags["h1"], found.tags["main"], found.tags["script"]) == (1, 1, 0)
    for link in found.links:
        if link.startswith(("data:", "#")):
            continue
        there = urlsplit(urljoin(f"http://here/{path}", link))
        if there.netloc != "here":
            assert there.scheme in ("http", "https")
        elif not there.path.startswith(("/picture/", "/sparql")):
            assert status(unquote(there.path[1:])) in (200, 303), link
    fragments = {link[1:] for link in found.links if link.startswith("#")}
    assert set(map(unquote, fragments)) <= found.ids


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("actor/Indai", "actor/IND"),
        ("event/ai-action-sumit-2025", "event/ai-action-summit-2025"),
        ("event/ai-action-sumit-2025.ttl", "event/ai-action-summit-2025"),
        ("evnt/ai-action-summit-2025", "event/ai-action-summit-2025"),
        ("actor/india", "actor/IND"),
        ("bletchley-declaration", "instrument/bletchley-declaration"),
    ],
)
def test_a_path_that_leads_nowhere_proposes_what_is_near(path: str, near: str) -> None:
    page, line = get(path, BROWSER), get(path, "text/turtle")
    assert (page.status, line.status) == (404, 404)
    assert Anchors(page.body.decode()).links >= {"../" * path.count("/") + near}
    assert f"Similar: {near}" in line.body.decode()


NOWHERE = [
    "",
    "..",
    "%",
    "<script>",
    "\x00",
    "\u202e",
    "a" * 9_000,
    "'\"`",
    "x.ttl",
    ".html",
    "é/ü",
]


@pytest.mark.parametrize("path", NOWHERE)
def test_hostile_paths_lead_nowhere(path: str) -> None:
    reply = get(f"actor/{path}x", BROWSER)
    assert reply.status == 404
    text = reply.body.decode()
    assert "<script" not in text
    assert "\u202e" not in text
    Anchors(text)


@pytest.mark.parametrize(
    "asked", ["", "inde", "भारत", "Indai", "<script>", "\x00\u202e", "a" * 9_000]
)
def test_things_are_found_by_name(asked: str) -> None:
    text = get("find", BROWSER, asked=asked).body.decode()
    assert "<script" not in text
    assert ("actor/IND" in Anchors(text).links) == (asked in ("inde", "भारत", "Indai"))


HOSTILE = "</a><script>alert(1)</script>\"'&{{ 7 * 7 }}\u202e\x1b[31m"


def test_hostile_data_stay_text() -> None:
    thing, bad = NamedNode(BASE + "actor/x"), NamedNode("javascript:alert(1)")
    record = NamedNode(BASE + "assertion/x")
    given: list[tuple[NamedNode, str, NamedNode | Literal]] = [
        (thing, "rdf:type", NamedNode(NS + "Actor")),
        (thing, "skos:prefLabel", Literal(HOSTILE, language="en")),
        (thing, "skos:prefLabel", Literal(HOSTILE, language="hi")),
        (thing, "skos:note", Literal(HOSTILE)),
        (thing, "schema:url", bad),
        (thing, "schema:sameAs", NamedNode("http://x/%22onclick=%22alert(1)")),
        (record, "rdf:subject", thing),
        (record, "rdf:predicate", NamedNode(NS + "endorsed")),
        (record, "rdf:object", bad),
        (record, "prov:wasDerivedFrom", NamedNode(BASE + "source/x")),
        (record, "aigg:anchor", Literal(HOSTILE)),
        (record, "aigg:section", Literal(HOSTILE)),
        (record, "aigg:modality", bad),
    ]
    graph = Graph.wrap([Quad(s, NamedNode(expand(p)), o) for s, p, o in given])
    for path in ("", "actor.html", "actor/x.html", "assertion/x.html", "source/x.html", "find"):
        text = get(path, graph=graph, asked=HOSTILE).body.decode()
        found = Anchors(text)
        assert not any(link.startswith("javascript") for link in found.links)
        assert "<script" not in text
        assert not re.search("[\u202e\x1b]", text)
        assert "49" not in text


def test_pages_allow_nothing_but_their_style() -> None:
    headers = get("actor/IND.html").headers
    assert headers["Content-Security-Policy"] == get_page_policy()
    assert "default-src 'none'" in get_page_policy()
    assert "script-src" not in get_page_policy()
    assert "unsafe" not in get_page_policy()


@pytest.mark.filterwarnings("ignore::graph_builder.core.errors.QueryWarning")
@pytest.mark.parametrize("name", questions())
def test_every_question_has_a_page_with_its_answer(name: str) -> None:
    text = get(f"question/{name}").body.decode()
    rows = len(ask(open_sample(), name))
    found = Anchors(text)
    assert found.tags["tr"] == (min(rows, 500) + 1 if rows else 0)
    (link,) = {link for link in found.links if link.startswith("../sparql#")}
    asked = unquote(link.removeprefix("../sparql#query="))
    assert asked.startswith("#+ summary: ")
    assert len(ask(open_sample(), asked)) == rows


@pytest.mark.slow
def test_on_a_day_each_fact_says_whether_it_held() -> None:
    dated = select(open_sample(), at="2026-02")
    text = get("instrument/paris-statement.html", graph=dated).body.decode()
    said = Counter(re.findall(r"<small>on 2026-02: (\w+(?: \w+)?)</small>", text))
    assert set(said) == {"yes", "not known"}
    assert said.total() == len(set(re.findall(r"assertion/\w+", text)))
    record = re.findall(r'href="../(assertion/\w+)"', text)[0]
    assert "<dt>On 2026-02</dt><dd>yes</dd>" in get(f"{record}.html", graph=dated).body.decode()
    assert "on 2026" not in get("instrument/paris-statement.html").body.decode()


def test_an_answer_that_is_too_long_is_refused() -> None:
    words = {"accept": "", "asked": "", "path": "actor/IND.html", "up": ""}
    with pytest.raises(HTTPError, match="larger than"):
        render_document(open_sample(), words, 100)


def test_a_picture_is_bounded(graph: Graph) -> None:
    reply = get("picture/instrument/new-delhi-declaration", graph=graph)
    assert "the 79 best connected of" in reply.body.decode()
    assert get("picture/theme", BROWSER).status == 404


def test_the_ontology_page_names_every_term() -> None:
    text = get("ns").body.decode()
    for term in open_sample().instances_of(expand("aigg:Relation")):
        if term.startswith(NS):
            assert f'id="{term.removeprefix(NS)}"' in text
    assert open_sample().value(ONTOLOGY_IRI, expand("dcterms:description"))[:30] in text
