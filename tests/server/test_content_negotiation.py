"""Content negotiation (RFC 9110, 12.5.1; SPARQL 1.1 Protocol, 2.1.5 and 2.1.6)."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from pyoxigraph import QueryResultsFormat, parse, parse_query_results

from graph_builder.server.content_negotiation import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    choose_media_type,
)
from graph_builder.server.limits import HTTPError
from tests.server.conftest import Server

OFFERED = ("a/json", "a/xml", "text/csv")
SELECT = "SELECT ?s ?o WHERE { ?s ?p ?o FILTER(?o = 1) }"
CONSTRUCT = "CONSTRUCT { ?s a aigg:Event } WHERE { ?s ?p 1 }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "a/json"),
        ("*/*", "a/json"),
        ("*", "a/json"),
        ("a/*", "a/json"),
        ("text/*", "text/csv"),
        ("a/xml", "a/xml"),
        ("A/XML", "a/xml"),
        ("a/xml, a/json", "a/json"),
        ("a/json;q=0.5, a/xml", "a/xml"),
        ("a/json;q=0.5, a/xml;q=0.501", "a/xml"),
        ("*/*;q=0.1, text/csv", "text/csv"),
        ("*/*, a/json;q=0", "a/xml"),
        ("a/*;q=0.2, a/json;q=0.1, text/csv;q=0.15", "a/xml"),
        ("a/xml ; q=1.000 , text/csv ; q=0.999", "a/xml"),
        ("a/xml;charset=utf-8;q=0.3, text/csv;q=0.2", "a/xml"),
        ("x/y, a/xml;q=0.001", "a/xml"),
        ("a/json;q=2, a/xml", "a/xml"),
        ("a/json;q=x, a/xml", "a/xml"),
        ("nonsense, */csv, /, a/xml", "a/xml"),
        (",, a/xml ,", "a/xml"),
    ],
)
def test_the_most_precise_range_gives_a_type_its_weight(accept: str, chosen: str) -> None:
    assert choose_media_type(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    "accept",
    ["x/y", "image/*", "*/*;q=0", "a/json;q=0, a/xml;q=0.000", "nonsense", "a/json;q=0.0001"],
)
def test_where_nothing_fits_the_refusal_says_what_there_is(accept: str) -> None:
    with pytest.raises(HTTPError, match=r"a/json, a/xml, text/csv\.$") as refused:
        choose_media_type(accept, OFFERED)
    assert refused.value.status == 406


@pytest.mark.server
@pytest.mark.parametrize("media", RESULT_FORMATS)
def test_rows_come_in_each_format(server: Server, media: str) -> None:
    answer = server.ask(SELECT, Accept=media)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    if RESULT_FORMATS[media] in (QueryResultsFormat.JSON, QueryResultsFormat.XML):
        parsed: Any = parse_query_results(answer.body, format=RESULT_FORMATS[media])
        assert [row["s"].value for row in parsed] == ["http://example.org/default"]
    else:
        assert answer.text.splitlines()[1].startswith(("http://example.org/", "<http://example"))
        assert "charset=utf-8" in answer.headers["content-type"]


@pytest.mark.server
@pytest.mark.parametrize("media", ["text/csv", "text/tab-separated-values"])
def test_text_in_rows_keeps_its_quotes_and_breaks(server: Server, media: str) -> None:
    answer = server.ask(r"""SELECT ("a,\"b\"\n\tc" AS ?x) WHERE {}""", Accept=media)
    rows = list(csv.reader(io.StringIO(answer.text)))
    expected = {"text/csv": 'a,"b"\n\tc', "text/tab-separated-values": r'"a,\"b\"\n\tc"'}
    assert rows[1] == [expected[media]] or answer.text.splitlines()[1] == expected[media]


@pytest.mark.server
@pytest.mark.parametrize("media", GRAPH_FORMATS)
def test_graphs_come_in_each_format(server: Server, media: str) -> None:
    answer = server.ask(CONSTRUCT, Accept=media)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    quads = list(parse(answer.body, format=GRAPH_FORMATS[media]))
    assert [quad.subject.value for quad in quads] == ["http://example.org/default"]


@pytest.mark.server
def test_graphs_are_written_with_the_prefixes_of_the_project(server: Server) -> None:
    assert "@prefix aigg: " in server.ask(CONSTRUCT, Accept="text/turtle").text
    assert "a aigg:Event" in server.ask(CONSTRUCT, Accept="text/turtle").text
    assert ET.fromstring(server.ask(CONSTRUCT, Accept="application/rdf+xml").text) is not None  # noqa: S314


@pytest.mark.server
@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, BROWSER, "application/xml"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("ASK {}", "*/*", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/sparql-results+json, application/ld+json", "application/ld+json"),
        ("DESCRIBE <http://example.org/default>", "", "text/turtle; charset=utf-8"),
    ],
)
def test_the_form_of_the_query_and_the_client_choose(
    server: Server, query: str, accept: str, media: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    assert server.ask(query, **headers).headers["content-type"] == media


@pytest.mark.server
@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, "text/turtle"),
        (CONSTRUCT, "text/csv"),
        ("ASK {}", "image/png"),
        (SELECT, "*/*;q=0"),
    ],
)
def test_what_cannot_be_sent_is_not_acceptable(server: Server, query: str, accept: str) -> None:
    answer = server.ask(query, Accept=accept)
    assert answer.status == 406
    assert answer.text.endswith(".\n")


@pytest.mark.server
@pytest.mark.parametrize("media", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_without_a_query_the_service_describes_itself(server: Server, media: str) -> None:
    """SPARQL 1.1 Service Description, 2: at the endpoint, by GET without a query."""
    answer = server.send("GET", Accept=media)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    triples = {
        tuple(getattr(t, "value", "") for t in q.triple)
        for q in parse(answer.body, format=GRAPH_FORMATS[media])
    }
    endpoint = f"http://127.0.0.1:{server.port}/sparql"
    assert (f"{endpoint}#service", f"{sd}endpoint", endpoint) in triples
    assert (f"{endpoint}#service", f"{sd}supportedLanguage", f"{sd}SPARQL11Query") in triples
    names = {o for _, p, o in triples if p == f"{sd}name"}
    assert {"http://example.org/one", "http://example.org/two"} <= names


@pytest.mark.server
def test_a_person_sees_a_page(server: Server) -> None:
    answer = server.send("GET", Accept=BROWSER)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in answer.text


@pytest.mark.server
def test_an_answer_in_json_is_read_by_any_client(server: Server) -> None:
    answer = json.loads(server.ask(SELECT).body)
    assert answer["head"]["vars"] == ["s", "o"]
    assert answer["results"]["bindings"][0]["o"]["value"] == "1"
