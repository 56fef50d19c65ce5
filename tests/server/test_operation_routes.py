"""What operators and robots ask for: health, metrics, robots.txt, the log, what the data is."""

import json
import os
import signal
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from graph_builder.server.dataset_description import describe_dataset
from graph_builder.server.limits import MIB
from graph_builder.server.request_log import RequestRecord, format_log_line
from graph_builder.store.graph import Graph
from graph_builder.store.loading import add_ontology
from tests.conftest import until
from tests.server.conftest import Server, Start, logged
from tests.server.test_http_connection import said

pytestmark = pytest.mark.server

VOID = "http://rdfs.org/ns/void#"


def read_metrics(server: Server) -> dict[tuple[str, ...], float]:
    """Return all samples by name and label values, as Prometheus reads them."""
    answer = server.send("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_count_requests_by_outcome(start: Start, data: Path) -> None:
    server = start("-s", data)
    server.ask("ASK {}")
    server.ask("ASK {")
    server.send("GET", "/nothing/here")
    server.send("PATCH", "/nothing/here")
    said(server, b"GET / HTTP/1.1\r\n\r\n")
    found = read_metrics(server)
    requests = {key[1:]: value for key, value in found.items() if key[0] == "aigg_requests_total"}
    assert requests == {
        ("POST", "answered", "sparql", "200"): 1,
        ("POST", "refused", "sparql", "400"): 1,
        ("GET", "refused", "page", "404"): 1,
        ("other", "refused", "page", "405"): 1,
        ("other", "refused", "none", "400"): 1,
    }
    assert found[("aigg_quads",)] == 6
    assert found[("aigg_workers",)] == len(server.workers())
    assert found[("aigg_connections",)] == 1
    assert found[("aigg_connections_ended_total", "refused")] == 0
    assert found[("aigg_request_duration_seconds_count", "sparql")] == 2
    assert found[("aigg_response_bytes_total", "sparql")] > 26
    assert found[("process_resident_memory_bytes",)] > 1 << 20
    assert ("aigg_requests_total", "GET", "answered", "operation", "200") in read_metrics(server)


def test_health_tells_whether_anything_can_answer(start: Start, data: Path) -> None:
    server = start("-s", data)
    answer = server.send("GET", "/health", None, Host="10.0.0.9")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert (json.loads(answer.text)["status"], json.loads(answer.text)["quads"]) == ("ok", 6)
    assert server.send("GET", "/metrics", None, Host="10.0.0.9").status == 421
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: server.send("GET", "/health").status == 200)


def test_robots_are_kept_from_what_costs_time(start: Start, data: Path) -> None:
    server = start("-s", data, "--public-url", "https://aigg.example/graph")
    answer = server.send("GET", "/robots.txt")
    assert answer.text.startswith("User-agent: *\nDisallow: /graph/sparql\n")
    found = server.send("GET", "/.well-known/void")
    assert (found.status, found.headers["location"]) == (302, "https://aigg.example/graph/void")


def test_the_data_is_described(server: Server) -> None:
    answer = server.send("GET", "/void", None, Accept="text/turtle")
    assert answer.status == 200
    store = Store()
    store.load(answer.body, format=RdfFormat.TURTLE)
    root = f"http://127.0.0.1:{server.port}"
    dataset = NamedNode(f"{root}/void#dataset")

    def read(name: str) -> list[str]:
        found = store.quads_for_pattern(dataset, NamedNode(VOID + name), None)
        return [o.value for _, _, o, _ in found if isinstance(o, Literal | NamedNode)]

    assert read("sparqlEndpoint") == [f"{root}/sparql"]
    assert (read("triples"), read("properties"), read("classes")) == (["1"], ["1"], ["0"])
    rows = store.query(f"SELECT * {{ ?part <{VOID}property> ?p ; <{VOID}triples> ?n }}")
    assert isinstance(rows, QuerySolutions)
    assert [(row["p"].value, row["n"].value) for row in rows] == [("http://example.org/p", "1")]


def test_the_licence_of_our_facts_is_told_and_no_other(graph: Graph) -> None:
    ontology = Graph.wrap(())
    add_ontology(ontology.store)
    told = [
        describe_dataset(each, {"base": "http://x", "accept": "text/turtle"}, MIB).body
        for each in (graph, ontology, Graph.wrap(()))
    ]
    licence = b"dcterms:license <https://creativecommons.org/licenses/by/4.0/>"
    assert [licence in each for each in told] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "is_complete", "outcome"),
    [
        (0, False, "gone"),
        (200, False, "cut"),
        (503, False, "cut"),
        (200, True, "answered"),
        (304, True, "answered"),
        (404, True, "refused"),
        (503, True, "failed"),
    ],
)
def test_the_outcome_is_one_word(status: int, is_complete: bool, outcome: str) -> None:  # noqa: FBT001
    record = RequestRecord("192.0.2.1", "GET", "/", status, 1, 0.0017, is_complete)
    assert record.outcome == outcome
    assert format_log_line(record, 0.0).endswith(
        f" 192.0.2.1 GET / {status or '-'} 1 2ms {outcome}"
    )


@pytest.mark.parametrize(
    "path", ["/a b", "/a\nb", "/a\r\n", "/a\u2028b", "/\x85", "/\udcff", "/\u202e", "/" + "x" * 999]
)
def test_no_path_adds_a_word_or_a_line(path: str) -> None:
    line = format_log_line(RequestRecord("", "", path, 200, 1, 0.0), 0.0)
    assert len(line.split()) == 8
    assert len(line.splitlines()) == 1
    assert len(line) < 300


def test_what_asks_for_operation_is_logged_too(start: Start, data: Path) -> None:
    server = start("-s", data)
    server.send("GET", "/health")
    assert until(lambda: " 127.0.0.1 GET /health 200 " in logged(server))
