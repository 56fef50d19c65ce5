"""What a client bears of servers: silence, refusals, nonsense, and addresses that are none."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, Store

from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.vocabulary import MERGED_GRAPH
from graph_builder.store import graph_upload, http_client
from graph_builder.store.dataset_merge import query_dataset
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.remote_engine import RemoteEngine, declare_prefixes
from tests.conftest import Run
from tests.store.conftest import free_port

ADDRESS = "https://example.org/sparql"
ROW = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
EMPTY = '{"head":{"vars":["g"]},"results":{"bindings":[]}}'
Answering = Callable[[httpx.Request], httpx.Response]


def remote(answering: Answering, address: str = ADDRESS) -> RemoteEngine:
    return RemoteEngine(address, httpx.MockTransport(answering))


def json(text: str) -> httpx.Response:
    kind = {"Content-Type": "application/sparql-results+json"}
    return httpx.Response(200, headers=kind, text=text)


def in_turn(*responses: httpx.Response) -> Answering:
    left = iter(responses)
    return lambda _: next(left)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "_RETRY_DELAYS", (0.0, 0.0))
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"AIGG_STORE_{name}", raising=False)


def values(engine: RemoteEngine) -> list[str]:
    return [row["x"].value for row in Graph(engine).query("SELECT ?x { ?x ?p ?o }")]  # type: ignore[union-attr]


def test_a_query_goes_as_a_form_and_asks_for_json() -> None:
    seen: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return json(EMPTY if len(seen) == 1 else ROW)

    assert values(remote(answering)) == ["1"]
    asked = seen[1]
    assert asked.method == "POST"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.headers["Accept"] == "application/sparql-results+json"


@pytest.mark.parametrize(("written", "expected"), [("1", "true"), ("0", "false")])
def test_a_boolean_is_read_as_true_or_false(written: str, expected: str) -> None:
    typed = f'"value":"{written}","datatype":"http://www.w3.org/2001/XMLSchema#boolean"'
    row = ROW.replace('"value":"1"', typed)
    assert values(remote(in_turn(json(EMPTY), json(row)))) == [expected]


class Held:
    """A server whose merged graph has a name, by SPARQL's rules or by Virtuoso's."""

    def __init__(self, *, keeps_named_graphs: bool, sources: int = 2) -> None:
        """Hold a merged graph, a graph for each of some sources, an upload, and one of others."""
        self.asked: list[dict[str, list[str]]] = []
        self._keeps_named_graphs = keeps_named_graphs
        names = [f"https://w3id.org/aigg/graph/s{number}" for number in range(sources)]
        others = ["https://w3id.org/aigg/upload/x/1", "https://example.org/theirs"]
        self._graphs = [NamedNode(name) for name in (MERGED_GRAPH, *names, *others)]
        thing = NamedNode("https://w3id.org/aigg/actor/a")
        self._store = Store()
        self._store.bulk_extend(Quad(thing, thing, thing, graph) for graph in self._graphs)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a query of the dataset that a request names, or else of all."""
        form = parse_qs(request.content.decode())
        self.asked.append(form)
        default = [NamedNode(name) for name in form.get("default-graph-uri", self._names)]
        named = [NamedNode(name) for name in form.get("named-graph-uri", [])]
        has_variable = "?" in form["query"][0].lower().partition("graph")[2][:3]
        if "default-graph-uri" not in form or (self._keeps_named_graphs and has_variable):
            named = (
                named or self._graphs
            )  # by Virtuoso's rules, names are looked for as by SPARQL's
        found: Any = query_dataset(self._store, form["query"][0], default, named)
        return json(found.serialize(format=QueryResultsFormat.JSON).decode())

    @property
    def _names(self) -> list[str]:
        return [graph.value for graph in self._graphs]


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { GRAPH ?x { ?s ?p ?o } } ORDER BY ?x",
        "SELECT ?x { { graph?x{?s ?p ?o} } FILTER (isIRI(?x)) # GRAPH ?y { }\n} ORDER BY ?x",
        "SELECT ?x { VALUES ?y { 'GRAPH ?z {' } GRAPH ?x { ?s ?p ?o { ?o ?p ?s } } } ORDER BY ?x",
        "SELECT ?x { ?s ?p ?o OPTIONAL { GRAPH ?x { ?s ?p ?o } } } ORDER BY ?x",
        "SELECT DISTINCT ?x { GRAPH ?x { ?s ?p ?o } GRAPH ?y { ?s ?p ?o } } ORDER BY ?x",
    ],
)
def test_the_named_merge_is_asked_with_the_graphs_beside_it(text: str, *, keeps: bool) -> None:
    held = Held(keeps_named_graphs=keeps)
    found = Graph(remote(held)).query(text)
    names = [row["x"].value for row in found]  # type: ignore[union-attr]
    assert names == ["https://w3id.org/aigg/graph/s0", "https://w3id.org/aigg/graph/s1"]
    assert held.asked[-1]["default-graph-uri"] == [MERGED_GRAPH]
    assert held.asked[-1].get("named-graph-uri", names) == names


@pytest.mark.parametrize("keeps", [True, False])
def test_a_graph_that_a_query_names_is_asked_beside_the_merge(*, keeps: bool) -> None:
    held = Held(keeps_named_graphs=keeps)
    graph = Graph(remote(held))
    named = "PREFIX g: <https://w3id.org/aigg/graph/> ASK { GRAPH g:s1 { ?s ?p ?o } }"
    assert graph.query(named)
    assert held.asked[-1]["named-graph-uri"] == ["https://w3id.org/aigg/graph/s1"]
    assert not graph.query(f"ASK {{ GRAPH <{MERGED_GRAPH}> {{ ?s ?p ?o }} }}")
    both = "SELECT ?x { GRAPH graph:s1 { ?s ?p ?o } GRAPH ?x { ?s ?p ?o } } ORDER BY ?x"
    names = [row["x"].value for row in graph.query(both)]  # type: ignore[union-attr]
    assert names == ["https://w3id.org/aigg/graph/s0", "https://w3id.org/aigg/graph/s1"]


@pytest.mark.parametrize("keeps", [True, False])
def test_graphs_are_named_only_to_who_has_to_know_them(*, keeps: bool) -> None:
    """A server that repeats what a request names may say more than a client reads."""
    held = Held(keeps_named_graphs=keeps, sources=3_000)
    engine = remote(held)
    assert [row["x"].value for row in Graph(engine).query("SELECT ?x { ?x ?p ?o }")]  # type: ignore[union-attr]
    assert [list(form) for form in held.asked[-1:]] == [["query", "default-graph-uri"]]
    assert len([*engine.quads()]) == 3_001
    assert max(len(form.get("named-graph-uri", [])) for form in held.asked) == 3_000 * (not keeps)


@pytest.mark.parametrize("service", ["SERVICE <{}>", "service silent <{}>", "SERVICE s:"])
def test_services_are_called_by_the_server_alone(service: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        text = f"PREFIX s: <{address}> SELECT ?x {{ {service.format(address)} {{ ?x ?p ?o }} }}"
        asked: list[str] = []

        def answering(request: httpx.Request) -> httpx.Response:
            asked.append(parse_qs(request.content.decode())["query"][0])
            return json(ROW if text in asked else EMPTY)

        found: Any = remote(answering).query(text, "q")
        assert [row["x"].value for row in found] == ["1"]
        assert asked[-1] == text
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_a_mistake_after_a_service_has_its_position() -> None:
    with pytest.raises(QueryError, match=r"^q:2:3: "):
        remote(in_turn()).query("SELECT ?x { SERVICE SILENT <http://x/> { ?x ?p ?o }\n} ] ", "q")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_server_is_asked_again(status: int) -> None:
    assert values(remote(in_turn(httpx.Response(status), json(EMPTY), json(ROW)))) == ["1"]


def test_a_server_that_stays_busy_is_said_to_refuse() -> None:
    busy = in_turn(*(httpx.Response(503, text="come back\nlater") for _ in range(3)))
    with pytest.raises(ReadError, match=r"the server refused \(503\): come back$"):
        values(remote(busy))


def test_a_mistake_is_not_repeated() -> None:
    with pytest.raises(ReadError, match=r"refused \(400\): no such function"):
        values(remote(in_turn(httpx.Response(400, text="no such function"))))


@pytest.mark.parametrize("body", ["<html>", "{}", '{"head":{"vars":["x"]},"results":', "[]", ""])
def test_nonsense_is_no_answer(body: str) -> None:
    with pytest.raises(ReadError, match=r"does not return a SPARQL result \("):
        values(remote(in_turn(json(EMPTY), json(body))))


@pytest.mark.parametrize("rows", ["", ROW[ROW.index('{"x"') : -3] + ","])
def test_an_answer_that_breaks_off_is_told_with_the_reason(rows: str) -> None:
    body = f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{rows}Connection refused'
    with pytest.raises(ReadError) as raised:
        values(remote(in_turn(json(EMPTY), json(body))))
    assert str(raised.value) == f"{ADDRESS}: the server broke off its answer: Connection refused"


def test_a_graph_that_breaks_off_is_told_with_the_reason() -> None:
    sent = "<http://x/a> <http://x/b> <http://x/c> .\nConnection refused"
    broken = httpx.Response(200, headers={"Content-Type": "application/n-triples"}, text=sent)
    with pytest.raises(ReadError, match=r"not return valid RDF: .*: Connection refused$"):
        remote(in_turn(json(EMPTY), broken)).query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "q")


def test_a_server_of_pages_speaks_no_sparql() -> None:
    page = httpx.Response(200, html="<!doctype html><title>Welcome</title>")
    with pytest.raises(ReadError) as raised:
        values(remote(in_turn(page)))
    assert str(raised.value) == (
        f"{ADDRESS}: the server does not return a SPARQL result but text/html; "
        "is this the address for queries?"
    )
    missing = httpx.Response(404, html="<!doctype html><title>Not found</title>")
    with pytest.raises(ReadError, match=r"the server refused \(404\)$"):
        values(remote(in_turn(missing)))


def test_a_graph_in_no_known_format_is_no_answer() -> None:
    page = httpx.Response(200, headers={"Content-Type": "text/html; charset=utf-8"}, text="<html>")
    with pytest.raises(ReadError, match="returns a graph as text/html"):
        remote(in_turn(json(EMPTY), page)).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "q")


def test_what_goes_wrong_on_the_way_is_one_sentence() -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    with pytest.raises(ReadError, match="no answer within 60 seconds"):
        values(remote(silent))


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "MAX_RESPONSE_BYTES", 1_000)
    with pytest.raises(ReadError, match="larger than 1,000 bytes"):
        values(remote(lambda _: json(" " * 2_000)))


@pytest.mark.parametrize(
    "address",
    [
        "https://",
        "http:///sparql",
        "ftp://example.org",
        "x",
        "http://[bad/",
        "http://example.org:x/",
        "http://example.org:99999/",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ReadError, match="is not an address of a SPARQL server"):
        RemoteEngine(address)


@pytest.mark.parametrize("host", ["a\x01b", "é..é", "xn--", "a" * 3_000])
def test_a_host_that_cannot_be_one_is_no_address(host: str) -> None:
    with pytest.raises(ReadError, match="is not an address of a SPARQL server"):
        RemoteEngine(f"http://{host}/").query("ASK {}", "query")


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(ReadError, match="an address must not contain a password") as raised:
        RemoteEngine("https://me:secret@example.org/sparql")
    assert "secret" not in str(raised.value)


def test_nobody_listens(run: Run) -> None:
    result = run("query", "organisers", "--store", f"http://127.0.0.1:{free_port()}/sparql")
    assert result.exit_code == 2
    assert "no server answers" in result.stderr


def test_credentials_go_where_they_are_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGG_STORE_TOKEN", "secret")
    with pytest.raises(ReadError, match="not secure, so no password or token is sent; use https"):
        values(remote(in_turn(json(EMPTY)), "http://example.org/sparql"))
    for address in (ADDRESS, "http://127.0.0.1/sparql", "http://localhost/sparql"):
        assert values(remote(_wanting("Bearer secret"), address)) == ["1"]


def _wanting(authorization: str) -> Answering:
    answered: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        if request.headers.get("Authorization") != authorization:
            return httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        answered.append(request)
        return json(EMPTY if len(answered) == 1 else ROW)

    return answering


def test_a_name_and_password_are_sent_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIGG_STORE_USER", "me")
    monkeypatch.setenv("AIGG_STORE_PASSWORD", "secret")
    assert values(remote(_wanting("Basic bWU6c2VjcmV0"))) == ["1"]


def test_prefixes_are_added_where_they_are_used_and_not_declared() -> None:
    assert declare_prefixes("ASK { ?x a aigg:Event }").startswith(
        "PREFIX aigg: <https://w3id.org/aigg/ns#> ASK"
    )
    told = "PREFIX aigg: <https://example.org/> ASK { ?x a aigg:Event }"
    assert declare_prefixes(told) == told


@pytest.mark.slow
@pytest.mark.parametrize("address", ["ftp://example.org/x", "file:///x.ttl", "HTTPS://", "x+y://z"])
@pytest.mark.parametrize("words", [("query", "organisers", "-s"), ("push",), ("draw", "-s")])
def test_an_address_of_another_kind_is_no_file(
    address: str, words: tuple[str, ...], run: Run
) -> None:
    done = run(*words, address)
    sentence = "is not an address of a SPARQL server such as https://example.org/sparql"
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"'{address}' {sentence}\n"


def test_the_scheme_of_an_address_may_be_written_in_capitals(run: Run) -> None:
    done = run("query", "organisers", "--store", f"HTTP://127.0.0.1:{free_port()}/sparql")
    assert done.exit_code == 2
    assert "no server answers" in done.stderr


@pytest.mark.parametrize(
    "name", ["none", "none.ttl", "none.yaml", "none/", "none/x.trig", "\x1b[2J"]
)
def test_a_location_where_there_is_nothing_is_named(name: str, run: Run) -> None:
    for words in (("query", "organisers"), ("export",), ("serve", "--port", "0")):
        done = run(*words, "--store", name)
        assert (done.exit_code, done.stdout) == (2, "")
        shown = name.rstrip("/").replace("\x1b", "\\x1b")
        assert done.stderr == f"{shown}: No such file or directory\n"


def test_locations_that_hold_nothing(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(ReadError, match="contains no store; create one with aigg build --store"):
        open_graph(empty)
    assert run("query", "organisers", "-s", empty).exit_code == 2


def test_nothing_is_sent_to_what_answers_no_sparql(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def page(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(200, text="<html>Welcome</html>")

    monkeypatch.setattr(
        graph_upload, "RemoteEngine", lambda url: RemoteEngine(url, httpx.MockTransport(page))
    )
    with pytest.raises(ReadError, match="does not return a SPARQL result"):
        graph_upload.upload_graph(graph.quads()[:1], ADDRESS)
    assert seen == ["POST"]
