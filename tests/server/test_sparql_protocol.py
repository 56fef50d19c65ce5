"""SPARQL 1.1 Protocol (W3C Recommendation, 21 March 2013), query part, sentence by sentence.

Numbers in brackets are those of its sections.
"""

import json
import socket
from urllib.parse import quote, urlencode

import pytest

from tests.server.conftest import FORM, QUERY, Answer, Server

pytestmark = pytest.mark.server

SELECT = "SELECT ?s WHERE { ?s ?p 1 }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s <http://example.org/p> ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
BASE = "SELECT (STR(<x>) AS ?iri) WHERE {}"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
ONE, TWO = "http://example.org/one", "http://example.org/two"
WAYS = ("get", "form", "ask")


def query(server: Server, way: str, text: str, *more: tuple[str, str], **headers: str) -> Answer:
    if way == "ask":
        return server.ask(text, *more, **headers)
    return Answer(*vars(getattr(server, way)(("query", text), *more, **headers)).values())


def values(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    rows = json.loads(answer.body)["results"]["bindings"]
    return [cell["value"] for row in rows for cell in row.values()]


@pytest.mark.parametrize("way", WAYS)
def test_a_query_goes_by_get_by_form_and_as_it_is(server: Server, way: str) -> None:
    """2.1: three ways to send a query, one answer."""
    assert values(query(server, way, SELECT)) == ["http://example.org/default"]


@pytest.mark.parametrize("way", WAYS)
def test_what_the_query_holds_is_utf_8(server: Server, way: str) -> None:
    """2.1.3: a query is UTF-8; 2.1.1, 2.1.2: in an address or form it is percent-encoded."""
    text = "SELECT ('Żółć & + % 日本 🌍' AS ?x) WHERE {}"
    assert values(query(server, way, text)) == ["Żółć & + % 日本 🌍"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("graphs", "inside", "among_named"),
    [
        ([], "1", "5"),
        ([(DEFAULT, ONE)], "1", "0"),
        ([(DEFAULT, ONE), (DEFAULT, TWO)], "2", "0"),
        ([(NAMED, ONE)], "0", "2"),
        ([(NAMED, ONE), (NAMED, TWO)], "0", "5"),
        ([(DEFAULT, ONE), (NAMED, TWO)], "1", "3"),
        ([(DEFAULT, "http://example.org/none")], "0", "0"),
    ],
    ids=str,
)
def test_the_request_names_the_dataset(
    server: Server, way: str, graphs: list[tuple[str, str]], inside: str, among_named: str
) -> None:
    """2.1.4: parameters may be given several times; of a direct POST they are in the address."""
    among = COUNT_NAMED.replace("?s ?p ?o", "?s ?p ?o FILTER(STRSTARTS(STR(?g), 'http://ex'))")
    assert values(query(server, way, COUNT, *graphs)) == [inside]
    assert values(query(server, way, among, *graphs)) == [among_named]


@pytest.mark.parametrize("way", WAYS)
def test_a_graph_that_is_named_twice_is_one_graph(server: Server, way: str) -> None:
    """2.1.4; SPARQL 1.1 Query, 13.2.1: the default graph is the merge of those that are named."""
    twice = [(DEFAULT, ONE), (DEFAULT, ONE)]
    assert values(query(server, way, COUNT, *twice)) == ["1"]
    assert values(
        query(server, way, COUNT.replace("WHERE", f"FROM <{ONE}> FROM <{ONE}> WHERE"))
    ) == ["1"]


@pytest.mark.parametrize("way", WAYS)
def test_the_dataset_of_the_request_comes_before_that_of_the_query(
    server: Server, way: str
) -> None:
    """2.1.4: where both name one, the one in the protocol request is used."""
    own = COUNT_NAMED.replace("WHERE", f"FROM <{ONE}> FROM NAMED <{ONE}> WHERE")
    assert values(query(server, way, own)) == ["2"]
    assert values(query(server, way, own, (NAMED, TWO))) == ["3"]
    assert values(query(server, way, own, (DEFAULT, TWO))) == ["0"]


def test_the_query_may_name_its_dataset(server: Server) -> None:
    """2.1.4: without parameters that of the query is used, and nothing is fetched for it."""
    assert values(server.ask(COUNT.replace("WHERE", f"FROM <{ONE}> WHERE"))) == ["1"]
    assert values(server.ask(COUNT.replace("WHERE", "FROM <file:///etc/passwd> WHERE"))) == ["0"]


@pytest.mark.parametrize("way", WAYS)
def test_relative_iris_are_resolved_against_the_address_of_the_request(
    server: Server, way: str
) -> None:
    """4 (determining the base IRI): without BASE it is that of the request (RFC 3986, 5.1.3)."""
    base = f"http://127.0.0.1:{server.port}/x"
    assert values(query(server, way, BASE)) == [base]
    assert values(query(server, way, f"BASE <http://example.org/> {BASE}")) == [
        "http://example.org/x"
    ]


@pytest.mark.parametrize(
    ("target", "body", "type_", "status"),
    [
        (f"/sparql?{urlencode([('query', 'ASK {}'), ('query', SELECT)])}", None, "", 400),
        ("/sparql", urlencode([("query", "ASK {}"), ("query", SELECT)]), FORM, 400),
        ("/sparql?query=ASK%20%7B%7D", "ASK {}", QUERY, 400),
        ("/sparql?query=ASK%20%7B%7D", "query=ASK%20%7B%7D", FORM, 400),
        ("/sparql?default-graph-uri=x%3Ay", None, "", 400),
        ("/sparql", "", FORM, 400),
        ("/sparql", "default-graph-uri=x%3Ay", FORM, 400),
        ("/sparql", "", QUERY, 400),
        ("/sparql", "query=ASK%20%7B%7D", "", 415),
        ("/sparql", "ASK {}", "", 415),
        ("/sparql", "ASK {}", "text/plain", 415),
        ("/sparql", '{"query": "ASK {}"}', "application/json", 415),
        ("/sparql", "ASK {}", f"{QUERY}; charset=iso-8859-1", 415),
        ("/sparql", "ASK {}", f"{QUERY}; charset=UTF-8", 200),
        ("/sparql", "ASK {}", QUERY.upper(), 200),
        ("/sparql", "ASK {}", f'{QUERY}; charset="utf8"', 200),
        ("/sparql", "ASK {}", f"{QUERY};charset=utf_8 ; version=1", 200),
        ("/sparql", "ASK {}", f"{QUERY}; charset=us-ascii", 200),
        ("/sparql", "ASK {}", f"{QUERY}; charset=utf-16", 415),
        ("/sparql", "ASK {}", f"{QUERY}; charset=nonsense", 415),
        ("/sparql/", "ASK {}", QUERY, 200),
        ("/sparql", "\ufeffASK {}", QUERY, 200),
        ("/sparql", "query=%EF%BB%BFASK%20%7B%7D", FORM, 200),
        ("/sparql?query=%EF%BB%BFASK%20%7B%7D", None, "", 200),
    ],
)
def test_what_is_not_one_query_of_a_known_kind_is_refused(
    server: Server, target: str, body: str | None, type_: str, status: int
) -> None:
    """2.1: exactly one query; 2.1.2, 2.1.3: the media type says how it is sent; 2.1.7: 400."""
    data = None if body is None else body.encode()
    headers = {"Content_Type": type_} if type_ else {}
    answer = server.send("GET" if body is None else "POST", target, data, **headers)
    assert answer.status == status, answer.text
    assert status == 200 or answer.text.endswith(".\n")


@pytest.mark.parametrize(
    ("target", "body", "type_"),
    [
        ("/sparql", "ASK {}".encode("utf-16"), QUERY),
        ("/sparql", "ASK { ?s ?p 'é' }".encode("latin-1"), QUERY),
        ("/sparql", b"query=ASK+%7B+%3Fs+%3Fp+%27%E9%27+%7D", FORM),
        ("/sparql", b"query=ASK \xe9", FORM),
        ("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%20%7D", None, ""),
    ],
)
def test_another_encoding_than_utf_8_is_refused(
    server: Server, target: str, body: bytes | None, type_: str
) -> None:
    """2.1.3, 2.1.7: what is no query in UTF-8 is a bad request."""
    headers = {"Content_Type": type_} if type_ else {}
    answer = server.send("POST" if type_ else "GET", target, body, **headers)
    assert (answer.status, answer.text[:26]) == (400, "The request is not UTF-8: ")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT * WHERE { ?s ?p", "query:1:16: something is missing: this { is not closed"),
        ("ASK { ?s nowhere:p ?o }", "query:1:"),
        ("", "query:1:1: something is missing here: the query is empty"),
    ],
)
def test_what_is_no_query_is_refused_with_the_place(
    server: Server, way: str, text: str, sentence: str
) -> None:
    """2.1.7: 400 for what is not in the language."""
    answer = query(server, way, text)
    assert answer.status == 400
    assert answer.text.startswith(sentence)


def test_a_query_that_would_call_other_servers_is_refused_with_the_reason(server: Server) -> None:
    """2.1.7 has 500 for this too; but asked again it is refused again, so the client is to mend it.

    Monitors and clients take a 500 for a fault of the server, and repeat the query.
    """
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/sparql"
        answer = server.ask(f"SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    assert answer.status == 400
    assert "is not called from here" in answer.text


UPDATE = "INSERT DATA { <x:s> <x:p> <x:o> }"


@pytest.mark.parametrize(
    ("method", "target", "body", "type_", "status"),
    [
        ("POST", "/sparql", UPDATE, "application/sparql-update", 403),
        ("POST", "/sparql", urlencode({"update": UPDATE}), FORM, 403),
        ("POST", "/sparql", urlencode({"update": UPDATE, "query": "ASK {}"}), FORM, 403),
        ("POST", f"/sparql?{urlencode({'update': UPDATE})}", "", FORM, 403),
        ("GET", f"/sparql?{urlencode({'update': UPDATE})}", None, "", 403),
        ("GET", f"/sparql?{urlencode({'query': UPDATE})}", None, "", 400),
        ("POST", "/sparql", UPDATE, QUERY, 400),
        ("POST", "/sparql", urlencode({"query": UPDATE}), FORM, 400),
        ("POST", "/sparql?using-graph-uri=x%3Ay", "ASK {}", QUERY, 403),
        ("POST", "/update", UPDATE, "application/sparql-update", 405),
        ("PUT", "/sparql", "<x:s> <x:p> <x:o> .", "text/turtle", 405),
        ("PUT", "/sparql?default", "<x:s> <x:p> <x:o> .", "text/turtle", 405),
        ("POST", "/sparql?default", "<x:s> <x:p> <x:o> .", "text/turtle", 415),
        ("PATCH", "/sparql", UPDATE, "application/sparql-update", 405),
        ("DELETE", "/sparql?default", None, "", 405),
        ("POST", "/sparql", "DROP ALL", "application/sparql-update", 403),
        ("POST", "/sparql", urlencode({"update": "DROP ALL"}), FORM, 403),
        ("POST", "/sparql", "DROP ALL", QUERY, 400),
    ],
)
def test_an_update_in_any_form_is_refused_and_changes_nothing(
    server: Server, method: str, target: str, body: str | None, type_: str, status: int
) -> None:
    """2.2: updates are another operation, and this service has none."""
    every = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    before = values(server.ask(every))
    headers = {"Content_Type": type_} if type_ else {}
    answer = server.send(method, target, None if body is None else body.encode(), **headers)
    assert answer.status == status, answer.text
    assert values(server.ask(every)) == before
    assert not json.loads(
        server.ask("ASK { { ?s <x:p> ?o } UNION { GRAPH ?g { ?s <x:p> ?o } } }").body
    )["boolean"]


def test_other_methods_are_told_which_there_are(server: Server) -> None:
    answer = server.send("PUT")
    assert (answer.status, set(answer.headers["allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "OPTIONS", "POST"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<http://x/f>(1) AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(<http://x/f>(?o)) }",
        "PREFIX f: <http://x/> SELECT * { ?s ?p ?o } ORDER BY f:f(?o)",
        "SELECT (COUNT(<http://x/f>(?o)) AS ?n) { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (<http://x/f>(?s))",
        "ASK { ?s ?p ?o FILTER EXISTS { ?s ?q ?r FILTER(<http://x/f>(?r)) } }",
        "CONSTRUCT { ?s ?p ?x } { ?s ?p ?o BIND(<http://x/f>(?o) AS ?x) }",
        "DESCRIBE ?s { ?s ?p ?o FILTER(<http://x/f>(?o)) }",
        "SELECT (NOWHERE(1) AS ?x) {}",
    ],
)
def test_an_unknown_function_is_refused_by_its_name(server: Server, text: str) -> None:
    answer = server.ask(text)
    assert answer.status == 400
    assert "unknown function" in answer.text or "NOWHERE" in answer.text
    assert "http://x/f" in answer.text or "NOWHERE" in answer.text


def test_all_columns_come_in_the_order_of_the_query(server: Server) -> None:
    text = "SELECT * { ?thing <http://example.org/p> ?a BIND(1 AS ?b) } # ?b"
    assert server.ask(text, Accept="text/csv").text.startswith("thing,a,b\r\n")


def test_head_is_get_without_the_body(server: Server) -> None:
    """RFC 9110, 9.3.2."""
    target = f"/sparql?query={quote(SELECT)}"
    got, head = server.send("GET", target), server.send("HEAD", target)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "vary"):
        assert head.headers[name] == got.headers[name]


def test_prefixes_of_the_project_need_no_declaration_and_may_be_declared(server: Server) -> None:
    text = "SELECT (STR(aigg:Event) AS ?x) WHERE {}"
    assert values(server.ask(text)) == ["https://w3id.org/aigg/ns#Event"]
    assert values(server.ask(f"PREFIX aigg: <http://example.org/> {text}")) == [
        "http://example.org/Event"
    ]


@pytest.mark.parametrize(
    "graph", ["not an iri", "x", "http://example.org/ ", "http://e/\x00", "<http://e/>"]
)
def test_what_names_no_graph_is_refused(server: Server, graph: str) -> None:
    answer = server.get(("query", "ASK {}"), (DEFAULT, graph))
    assert answer.status == 400
    assert "\x00" not in answer.text


def test_a_request_that_is_too_large_is_refused(server: Server) -> None:
    long = b"ASK {} #" + b"x" * (1 << 20)
    assert server.send("POST", body=long, Content_Type=QUERY).status == 413
    within = server.send("POST", body=long[: 1 << 20], Content_Type=QUERY)
    assert (within.status, within.text) == (
        400,
        "query:1:1: the query has 1,048,576 characters; at most 100,000 are allowed.\n",
    )


def test_a_name_that_is_not_ours_is_refused(server: Server) -> None:
    """A page elsewhere that got our address for its own name reads nothing (DNS rebinding)."""
    assert server.send("GET", "/sparql", Host="evil.example").status == 421
    assert server.send("GET", "/sparql", Host=f"localhost:{server.port}").status == 200
