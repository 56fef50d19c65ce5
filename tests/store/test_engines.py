"""One library of questions, equal rows in equal order on every engine."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import QueryTriples

from graph_builder.analysis.networks.edge_dates import list_edge_assertions
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports.network_report import build_network_report
from graph_builder.analysis.reports.report_formats import format_report
from graph_builder.analysis.reports.significance_analysis import analyse_significance
from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import MERGED_GRAPH, expand
from graph_builder.pictures.view_registry import draw
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import questions
from graph_builder.server.linked_data import draw_ego_picture
from graph_builder.store.disk_store import write_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_upload import upload_graph
from graph_builder.store.loading import open_graph
from graph_builder.store.remote_engine import RemoteEngine
from graph_builder.store.serialization import export
from graph_builder.store.snapshot import select
from tests.conftest import Run, sample_file
from tests.store.conftest import Start, oxigraph_server

QUESTIONS = {
    **questions(),
    **questions(find_data_folder("queries") / "checks"),
    **questions(find_data_folder("queries") / "networks"),
}
Ask = Callable[[str], list[list[str]]]
PICTURES: tuple[dict[str, Any], ...] = ({}, {"inferred": True})
SERVERS = ("oxigraph", "virtuoso")
#: Of the one sources say much, of the others something is only inferred, with and without a date.
THINGS = ("Bletchley Declaration", "2nd India-France AI Policy Roundtable", "place:paris")
#: What stands in place of a default: for a parameter of that name, or of that kind.
VALUES: dict[str, tuple[str, ...]] = {
    "source": ("all", "p-bletch"),
    "actor": ("actor:USA", "actor:european-union"),
    "actor or all": ("all", "actor:european-union"),
    "event": ("event:ai-action-summit-2025", "event:ai-seoul-summit-2024"),
    "instrument": ("instrument:seoul-declaration", "instrument:paris-statement"),
    "thing": ("actor:IND", "actor:inesia"),
    "thing or all": ("all", "actor:inesia", "actor:global-partnership-on-ai", "aigg:endorsed"),
    "language": ("fr", "de"),
    "date": ("2020", "2024-05"),
    "date or all": ("2024-05",),
    "integer": ("0", "2", "20"),
}

pytestmark = pytest.mark.server


class Remembering(httpx.BaseTransport):
    """Sends each request once: a server that nobody writes to answers it the same each time."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._sender = httpx.HTTPTransport()
        self._answers: dict[tuple[bytes, str], tuple[int, httpx.Headers, bytes]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, or the earlier one to the same request."""
        key = (request.read(), request.headers["Accept"])
        if key not in self._answers:
            sent = self._sender.handle_request(request)
            self._answers[key] = (sent.status_code, sent.headers, b"".join(sent.iter_raw()))
        status, headers, body = self._answers[key]
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()


@pytest.fixture(scope="module")
def graph(sample: Graph) -> Graph:
    """Return the graph that each engine is to hold."""
    return sample


@pytest.fixture(scope="module")
def disk(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a store on disk that holds the graph."""
    found = tmp_path_factory.mktemp("disk") / "store"
    write_store(graph.quads(), found)
    return str(found)


@pytest.fixture(scope="module")
def opened() -> dict[str, Graph]:
    """Keep the graphs that were opened, so that a server is asked each question once."""
    return {}


@pytest.fixture(params=("disk", *SERVERS))
def other(request: pytest.FixtureRequest, opened: dict[str, Graph]) -> Graph:
    """Return the graph on another engine than memory."""
    if request.param not in opened:
        place = request.getfixturevalue(request.param)
        opened[request.param] = (
            Graph(RemoteEngine(place, Remembering()))
            if request.param in SERVERS
            else open_graph(place)
        )
    return opened[request.param]


@pytest.fixture(scope="module")
def expected(graph: Graph) -> Ask:
    """Return a function that asks the graph in memory, each query once for all engines."""
    return cache(partial(_rows, graph))


def test_questions_have_equal_rows_in_equal_order(expected: Ask, other: Graph) -> None:
    asked = {name: each.text for name, each in QUESTIONS.items()}
    assert [name for name, text in asked.items() if _rows(other, text) != expected(text)] == []


def test_parameters_may_vary(
    graph: Graph,
    expected: Ask,
    other: Graph,
    request: pytest.FixtureRequest,
) -> None:
    """On Virtuoso, which needs a quarter of a second for each query, a parameter has one value."""
    values_each, at_least = (1, 30) if "virtuoso" in request.node.callspec.id else (None, 80)
    asked = {
        (name, parameter.name, value): question.fill({parameter.name: value}, graph)
        for name, question in QUESTIONS.items()
        for parameter in question.parameters.values()
        for value in VALUES.get(parameter.name, VALUES.get(parameter.kind.value, ()))[:values_each]
    }
    assert len(asked) > at_least
    assert [name for name, text in asked.items() if _rows(other, text) != expected(text)] == []


def _rows(graph: Graph, text: str) -> list[list[str]]:
    answer = graph.query(text)
    return [[str(value) for value in row] for row in answer]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def in_memory(graph: Graph) -> Callable[[str], list[object]]:
    """Return a function that measures a network in memory, each once for all engines."""
    return cache(partial(_measured, graph))


@pytest.mark.parametrize("name", load_network_definitions())
def test_a_network_has_equal_ties_measures_and_p_values(
    name: str, in_memory: Callable[[str], list[object]], other: Graph
) -> None:
    assert _measured(other, name) == in_memory(name)


def _measured(graph: Graph, name: str) -> list[object]:
    """Return the ties of a network, its usual measures, and what chance says of each pair."""
    found = build_network_report(graph, name)
    ends = [analyse_significance(graph, name).rows] if found.definition.projected else []
    nodes = {node: dict(held) for node, held in found.network.nodes(data=True)}
    return [
        list_edge_assertions(found.network),
        nodes,
        format_report(found, "json", 0),
        format_report(found, "gexf", 0),
        *ends,
    ]


@pytest.mark.parametrize("thing", THINGS)
def test_an_explanation_is_the_same(thing: str, graph: Graph, other: Graph) -> None:
    for extension in ("table", "csv"):
        expected = format_explanation(graph, thing, extension)
        assert format_explanation(other, thing, extension) == expected


@pytest.fixture(scope="module")
def drawn(graph: Graph) -> list[str]:
    """Return pictures of the graph in memory, drawn once for all engines."""
    return [draw(graph, **options) for options in PICTURES]


def test_a_picture_is_the_same_to_the_byte(drawn: list[str], other: Graph) -> None:
    for expected, options in zip(drawn, PICTURES, strict=True):
        assert draw(other, **options) == expected


def test_the_picture_of_a_thing_is_the_same_to_the_byte(graph: Graph, other: Graph) -> None:
    iri = expand("event:india-france-ai-policy-roundtable-2")
    assert draw_ego_picture(other, iri) == draw_ego_picture(graph, iri)


def test_nothing_is_lost_on_the_way(graph: Graph, other: Graph) -> None:
    assert export(other.quads(), "nq") == export(graph.quads(), "nq")


def test_yes_no_and_graphs_are_answered(graph: Graph, other: Graph) -> None:
    assert bool(other.query("ASK { actor:IND a aigg:Country }")) is True
    assert bool(other.query("ASK { actor:IND a aigg:Event }")) is False
    construct = "CONSTRUCT { ?s aigg:endorsed ?o } WHERE { ?s aigg:endorsed ?o }"
    found, expected = other.query(construct), graph.query(construct)
    assert isinstance(found, QueryTriples)
    assert isinstance(expected, QueryTriples)
    assert {*map(str, found)} == {*map(str, expected)}


def test_a_broad_class_has_the_same_things_without_naming_a_graph(
    graph: Graph, other: Graph
) -> None:
    text = "SELECT DISTINCT ?body { ?body a/rdfs:subClassOf* aigg:Institution } ORDER BY ?body"
    found: list[list[str]] = []
    for each in (graph, other):
        rows: Any = each.query(text)
        found.append([row[0].value for row in rows])
    assert found[0] == found[1]
    assert len(found[0]) > 50


def test_a_day_is_answered_alike(graph: Graph, other: Graph) -> None:
    text = "SELECT ?w { ?w aigg:endorsed instrument:bletchley-declaration } ORDER BY ?w"
    assert _rows(select(other, at="2023-12-01"), text) == _rows(
        select(graph, at="2023-12-01"), text
    )


def test_a_mistake_is_named_with_its_place(other: Graph) -> None:
    with pytest.raises(QueryError, match="query:1:11: not SPARQL from"):
        other.query("SELECT ?x { ?y}")


def test_commands_take_a_location(run: Run, oxigraph: str, disk: str) -> None:
    outputs = {run("query", "organisers", "--store", at).stdout for at in (oxigraph, disk)}
    assert outputs == {run("query", "organisers").stdout}


def test_an_upload_can_be_done_again(run: Run, graph: Graph, start: Start, tmp_path: Path) -> None:
    address = oxigraph_server(start, tmp_path)
    first = run("push", address, "--store", sample_file())
    assert first.exit_code == 0, first.stderr
    assert run("push", address, "--store", sample_file()).stderr == first.stderr
    assert "the merged graph was written to the server's default graph" in first.stderr
    assert export(open_graph(address).quads(), "nq") == export(graph.quads(), "nq")


def test_graphs_of_others_are_left_alone(graph: Graph, start: Start, tmp_path: Path) -> None:
    address = oxigraph_server(start, tmp_path)
    upload_graph(graph.quads(), address)
    fewer = [quad for quad in graph.quads() if "graph/p-bletch" not in str(quad.graph_name)]
    assert upload_graph(fewer, address).foreign == ("https://w3id.org/aigg/graph/p-bletch",)


def test_a_default_graph_of_others_is_left_alone(
    graph: Graph, start: Start, tmp_path: Path
) -> None:
    address = oxigraph_server(start, tmp_path)
    theirs = "<https://example.org/a> <https://example.org/b> <https://example.org/c>"
    store = address.replace("/query", "/store?default")
    httpx.put(store, content=theirs + " .", headers={"Content-Type": "text/turtle"})
    for _ in range(2):
        assert upload_graph(graph.quads(), address).merged == MERGED_GRAPH
    assert RemoteEngine(address).matches_default_graph(theirs)
    text = QUESTIONS["organisers"].text
    assert _rows(open_graph(address), text) == _rows(graph, text)


def test_where_all_graphs_are_one_the_merge_has_a_name(
    graph: Graph, start: Start, tmp_path: Path
) -> None:
    address = oxigraph_server(start, tmp_path, "--union-default-graph")
    assert upload_graph(graph.quads(), address).merged == MERGED_GRAPH
    text = QUESTIONS["organisers"].text
    assert _rows(open_graph(address), text) == _rows(graph, text)


def test_a_server_that_cuts_an_answer_is_not_believed(virtuoso: str) -> None:
    everything = open_graph(virtuoso)
    with pytest.raises(QueryError, match="the server returned only the first 10000 rows"):
        everything.query("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o")


def test_without_a_password_nothing_is_written(virtuoso: str, graph: Graph) -> None:
    with pytest.raises(ReadError, match=r"the server refused \(401\)"):
        upload_graph(graph.quads()[:1], virtuoso)
