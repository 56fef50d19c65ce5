"""What HTTP says around an answer: CORS, methods, addresses, formats, and errors of any kind."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.server.conftest import QUERY, Server, running
from tests.server.test_http_connection import ASK, HOST, LONG, said

pytestmark = pytest.mark.server

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ORIGIN = {"Origin": "https://x.example"}
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Server]:
    """Return a server that pages of other sites may read."""
    with running(tmp_path_factory.mktemp("opened"), "-s", data, "--cors") as found:
        yield found


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", "GET, HEAD, OPTIONS, POST"),
        ("/sparql/", "GET, HEAD, OPTIONS, POST"),
        ("/", "GET, HEAD, OPTIONS"),
        ("/actor/IND", "GET, HEAD, OPTIONS"),
        ("/nothing/here.html", "GET, HEAD, OPTIONS"),
        ("/workbench/answer", "OPTIONS, POST"),
        ("/workbench/static/workbench.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_are_told_everywhere(opened: Server, path: str, methods: str) -> None:
    asked = {
        "Access_Control_Request_Method": "GET",
        "Access_Control_Request_Headers": "X-Requested-With,if-none-match, Cache-Control",
    }
    answer = opened.send("OPTIONS", path, None, **ORIGIN, **asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == methods
    assert answer.headers["access-control-allow-origin"] == "*"
    sent = "x-requested-with, if-none-match, cache-control"
    assert answer.headers["access-control-allow-headers"] == sent


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("authorization", "accept, content-type"),
        ("Authorization, accept", "accept"),
        ("cookie, x y, x:y, , x", "x"),
        ("", "accept, content-type"),
    ],
)
def test_a_preflight_allows_no_logins(opened: Server, asked: str, allowed: str) -> None:
    answer = opened.send("OPTIONS", Access_Control_Request_Headers=asked)
    assert answer.headers["access-control-allow-headers"] == allowed


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D", 200),
        ("GET", "/sparql?query=ASK%7B", 400),
        ("GET", "/nothing", 404),
        ("POST", "/actor/IND", 405),
        ("PUT", "/sparql", 405),
        ("PUT", "/workbench/answer", 405),
        ("GET", "/workbench/static/../../limits.py", 404),
    ],
)
def test_every_answer_may_be_read_by_other_pages(
    opened: Server, method: str, path: str, status: int
) -> None:
    answer = opened.send(method, path, None, **ORIGIN)
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"]
    assert {"Link", "Content-Location", "Retry-After", "ETag"} <= set(exposed.split(", "))
    assert status != 405 or answer.text.startswith(("This address accepts ", "The endpoint acc"))


def test_what_is_no_request_may_be_read_by_other_pages_too(opened: Server, server: Server) -> None:
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nX: %s\r\n\r\n" % LONG):
        assert b"\r\naccess-control-allow-origin: *\r\n" in said(opened, sent)
        assert b"access-control" not in said(server, sent)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_a_browser_gets_the_workbench_with_the_query(server: Server, path: str) -> None:
    answer = server.send("GET", f"{path}?query=ASK%7B%7D", None, Accept=BROWSER)
    if path == "/sparql/":
        there = f"http://127.0.0.1:{server.port}/sparql?query=ASK%7B%7D"
        assert (answer.status, answer.headers["location"]) == (308, there)
    else:
        assert (answer.status, answer.headers["vary"]) == (200, "Accept, Accept-Encoding")
        assert '<form id="ask"' in answer.text


def test_the_workbench_is_compressed_and_sent_once(server: Server) -> None:
    asked = {"Accept": BROWSER, "Accept_Encoding": "gzip"}
    first = server.send("GET", "/sparql", None, **asked)
    assert (first.status, first.headers["content-encoding"]) == (200, "gzip")
    assert first.headers["content-security-policy"].startswith("default-src 'none'; ")
    again = server.send("GET", "/sparql", None, **asked, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "more", "type_"),
    [
        ("", "", "application/sparql-results+json"),
        ("*/*", "", "application/sparql-results+json"),
        ("text/html;q=0.5, text/csv", "", "text/csv; charset=utf-8"),
        (BROWSER, "&default-graph-uri=x%3Ay", "application/xml"),
        (BROWSER, "&format=xml", "application/xml"),
        ("application/sparql-results+xml", "", "application/sparql-results+xml"),
    ],
)
def test_a_program_gets_the_answer(server: Server, accept: str, more: str, type_: str) -> None:
    headers = {"Accept": accept} if accept else {}
    query = quote("SELECT (1 AS ?x) {}")
    answer = server.send("GET", f"/sparql?query={query}{more}", None, **headers)
    assert (answer.status, answer.headers["content-type"]) == (200, type_)


@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE <http://example.org/default>"])
@pytest.mark.parametrize(
    ("media", "type_"),
    [
        ("text/n3", "text/n3; charset=utf-8"),
        ("application/n-quads", "application/n-quads"),
        ("application/trig", "application/trig"),
    ],
)
def test_graphs_come_in_more_formats(server: Server, query: str, media: str, type_: str) -> None:
    from pyoxigraph import RdfFormat, parse

    answer = server.ask(query, Accept=media)
    assert (answer.status, answer.headers["content-type"]) == (200, type_)
    format_ = RdfFormat.from_media_type(media)
    assert format_
    (quad,) = parse(answer.body, format=format_)
    assert str(quad.subject) == "<http://example.org/default>"


def test_a_request_without_a_path_ends(server: Server) -> None:
    whole = b"OPTIONS * HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
    assert said(server, whole).startswith(b"HTTP/1.1 ")
    assert said(server, ASK.replace(b"HTTP/1.1", b"HTTP/1.0")).startswith(b"HTTP/1.1 200")


def test_a_query_is_posted_where_the_address_ends_in_a_slash(server: Server) -> None:
    answer = server.send("POST", "/sparql/", b"SELECT (STR(<x>) AS ?x) {}", Content_Type=QUERY)
    assert f"http://127.0.0.1:{server.port}/x" in answer.text
