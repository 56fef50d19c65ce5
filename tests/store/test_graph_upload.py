"""Uploads that are cut off or overlap: a server is never left half old and half new silently."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import BASE, MERGED_GRAPH, expand
from graph_builder.store import http_client, remote_engine
from graph_builder.store.graph_upload import upload_graph
from graph_builder.store.loading import open_graph
from graph_builder.store.upload_marker import UPLOAD_PREFIX, Upload, is_upload_graph
from tests.conftest import Run
from tests.store.sparql_server import Moment, SparqlServer, do_nothing, run_server

#: What servers can do: all, update alone, update without MOVE, graph store alone.
ABILITIES: dict[str, dict[str, Any]] = {
    "all": {},
    "update": {"has_graph_store": False},
    "update-without-move": {"has_graph_store": False, "can_move": False},
    "graph-store": {"has_update": False},
}
KILLS_EACH = 4
MOMENTS_EACH = 6
StartUpload = Callable[[str], BaseProcess]

pytestmark = pytest.mark.server


def build_quads(version: str, size: int = 20) -> list[Quad]:
    """Return a default graph and three named graphs, all different in each version."""
    quads = [
        Quad(
            NamedNode(f"{BASE}assertion/{version}{number}"),
            NamedNode(expand("rdf:type")),
            NamedNode(expand("aigg:Affirmation")),
        )
        for number in range(size)
    ]
    for name in ("a", "b", "c"):
        about = NamedNode(f"{BASE}actor/{name}")
        label = NamedNode(expand("rdfs:label"))
        graph = NamedNode(f"{BASE}graph/{name}")
        quads.append(Quad(about, label, Literal(version)))
        quads.append(Quad(about, label, Literal(version), graph))
    return quads


OLD, NEW, OTHER = build_quads("old"), build_quads("new"), build_quads("other")
#: So large that it is sent in several batches; the first of them have no assertion.
LARGE_OLD, LARGE_NEW = build_quads("old", 4_500), build_quads("new", 4_500)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "_RETRY_DELAYS", (0.0, 0.0))


@pytest.fixture(params=ABILITIES)
def server(request: pytest.FixtureRequest) -> Iterator[SparqlServer]:
    """Return a server for each of the abilities."""
    with run_server(SparqlServer(**ABILITIES[request.param])) as running:
        yield running


def list_held(server: SparqlServer) -> set[Quad]:
    return {quad for quad in server.store if not is_upload_graph(name_of(quad))}


def list_upload_quads(server: SparqlServer) -> list[Quad]:
    return [quad for quad in server.store if is_upload_graph(name_of(quad))]


def name_of(quad: Quad) -> str:
    return getattr(quad.graph_name, "value", "")


@pytest.fixture(scope="module")
def start_upload(tmp_path_factory: pytest.TempPathFactory) -> StartUpload:
    """Return a function that uploads the large new graph in a process that can be killed."""
    file = tmp_path_factory.mktemp("upload") / "new.nq"
    store = Store()
    store.extend(LARGE_NEW)
    store.dump(str(file), format=RdfFormat.N_QUADS)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])

    def start(address: str) -> BaseProcess:
        process = context.Process(target=upload_file, args=(file, address))
        process.start()
        return process

    return start


def upload_file(file: Path, address: str) -> None:
    """Upload a file, in a process of its own."""
    upload_graph(parse(path=str(file), format=RdfFormat.N_QUADS), address)


def test_an_upload_that_is_killed_is_told_and_repaired(
    server: SparqlServer, start_upload: StartUpload, request: pytest.FixtureRequest
) -> None:
    """The process is killed when one of its requests has been carried out."""
    upload_graph(LARGE_OLD, server.address)
    needed = count_requests(server, LARGE_NEW)
    chance = random.Random(request.node.name)  # noqa: S311 -- to try, not to hide
    for _ in range(KILLS_EACH):
        upload_graph(LARGE_OLD, server.address)
        moment = chance.randint(1, needed)
        kill_after(moment, server, start_upload)
        notes = open_graph(server.address).notes
        assert list_held(server) in ({*LARGE_OLD}, {*LARGE_NEW}) or notes, moment
        assert all("is not finished" in note for note in notes)
        upload_graph(LARGE_NEW, server.address)
        check_complete(server, LARGE_NEW)


def kill_after(number: int, server: SparqlServer, start_upload: StartUpload) -> None:
    """Upload, and kill the process that does it after a number of requests."""
    last = (server.requests + number, True)
    started: Queue[BaseProcess] = Queue()
    killed = Event()

    def kill(now: Moment) -> None:
        if now == last:
            os.kill(started.get().pid or 0, signal.SIGKILL)
            killed.set()

    server.on_request = kill
    process = start_upload(server.address)
    started.put(process)
    process.join()
    killed.wait()
    server.on_request = do_nothing


def check_complete(server: SparqlServer, *expected: list[Quad]) -> None:
    """Check that a server holds one of the graphs, and nothing of any upload beside it."""
    assert list_held(server) in [{*quads} for quads in expected]
    assert list_upload_quads(server) == []
    assert open_graph(server.address).notes == ()
    assert not any(is_upload_graph(str(name.value)) for name in server.store.named_graphs())


def test_of_two_uploads_one_wins(server: SparqlServer, request: pytest.FixtureRequest) -> None:
    """The second begins and ends while a request of the first waits for it, or for its answer."""
    upload_graph(OLD, server.address)
    needed = count_requests(server, NEW)
    moments = [(number, done) for number in range(1, needed + 1) for done in (False, True)]
    chance = random.Random(request.node.name)  # noqa: S311 -- to try, not to hide
    for moment in chance.sample(moments, MOMENTS_EACH):
        upload_graph(OLD, server.address)
        first, second = upload_both(server, moment)
        assert not (first and second), moment
        if "in part old and in part new" in first:
            assert open_graph(server.address).notes
        else:
            check_complete(server, *([NEW] if second else [OTHER] if first else [NEW, OTHER]))


def upload_both(server: SparqlServer, moment: Moment) -> tuple[str, str]:
    """Upload twice, the second time at a moment of the first, and return what was wrong with each.

    The moment counts from now.
    """
    begun, second = server.requests, ""

    def upload_other(now: Moment) -> None:
        nonlocal second
        if (now[0] - begun, now[1]) == moment:
            server.on_request = do_nothing
            second = upload(OTHER, server)

    server.on_request = upload_other
    first = upload(NEW, server)
    server.on_request = do_nothing
    return first, second


def count_requests(server: SparqlServer, quads: list[Quad]) -> int:
    """Upload quads and return how many requests that took."""
    before = server.requests
    upload_graph(quads, server.address)
    return server.requests - before


def upload(quads: list[Quad], server: SparqlServer) -> str:
    """Upload quads and return what was wrong, or ""."""
    try:
        upload_graph(quads, server.address)
    except ReadError as error:
        return str(error)
    return ""


@pytest.fixture
def plain() -> Iterator[SparqlServer]:
    """Return a server that can do everything and holds nothing."""
    with run_server(SparqlServer()) as running:
        yield running


@pytest.fixture
def cut_off(plain: SparqlServer) -> SparqlServer:
    """Return a server to which an upload was cut off: its marker and a staging graph are there."""
    upload_graph(OLD, plain.address)
    cut = Upload(UPLOAD_PREFIX + "0", "2026-11-30T04:05:06Z")
    for name in (cut.iri, cut.name_staging_graph("1")):
        add_marker(plain, cut, name)
    return plain


def add_marker(server: SparqlServer, upload: Upload, graph: str) -> None:
    """Add the triples of a marker to a graph."""
    name = NamedNode(graph)
    triples = upload.build_marker()
    server.store.extend(Quad(t.subject, t.predicate, t.object, name) for t in triples)


def test_readers_are_told_of_an_upload_that_is_not_finished(
    cut_off: SparqlServer, run: Run
) -> None:
    for words in (("query", "relations"), ("find", "a"), ("export", "-F", "nq")):
        done = run(*words, "--store", cut_off.address)
        assert done.stderr.startswith(
            f"note: {cut_off.address}: the upload that began on 30 November 2026 at 04:05 UTC is "
            "not finished, so answers may mix old and new facts; if it was cut off, repeat aigg "
            "push\n"
        )
    assert {*parse(done.stdout.encode(), format=RdfFormat.N_QUADS)} == {*OLD}
    assert "is not finished" in run("diff", cut_off.address, cut_off.address).stderr


def test_an_upload_says_what_it_repaired(cut_off: SparqlServer, run: Run, tmp_path: Path) -> None:
    done = run("push", cut_off.address, "--store", write_file(tmp_path / "new.nq", NEW))
    assert done.exit_code == 0
    assert "the upload that began on 30 November 2026 at 04:05 UTC was cut off; repaired\n" in (
        done.stderr
    )
    assert {*NEW} <= list_held(cut_off)
    assert list_upload_quads(cut_off) == []


def test_half_a_graph_is_not_uploaded(cut_off: SparqlServer, run: Run) -> None:
    with run_server(SparqlServer()) as other:
        done = run("push", other.address, "--store", cut_off.address)
        assert done.exit_code == 2
        assert done.stderr.endswith(
            f"\n{cut_off.address}: an upload is not finished, so nothing was read\n"
        )
        assert other.requests == 0


def test_an_empty_graph_empties_no_server(plain: SparqlServer, run: Run, tmp_path: Path) -> None:
    upload_graph(OLD, plain.address)
    done = run("push", plain.address, "--store", write_file(tmp_path / "empty.nq", []))
    assert (done.exit_code, done.stdout) == (2, "")
    check_complete(plain, OLD)


def test_named_graphs_alone_leave_the_default_graph(
    server: SparqlServer, run: Run, tmp_path: Path
) -> None:
    upload_graph(OLD, server.address)
    named = [quad for quad in NEW if name_of(quad)]
    done = run("push", server.address, "--store", write_file(tmp_path / "new.nq", named))
    assert done.exit_code == 0
    assert "the server's default graph was not changed" in done.stderr
    check_complete(server, [*named, *(quad for quad in OLD if not name_of(quad))])


@pytest.mark.parametrize(
    ("number", "is_foreign", "count", "place"),
    [
        (350, False, "350 other named graphs of this project stay", "default"),
        (1, True, "1 other named graph of this project stays", "merged"),
    ],
)
def test_graphs_that_stay_are_one_line_with_how_to_remove_one(
    *,
    number: int,
    is_foreign: bool,
    count: str,
    place: str,
    server: SparqlServer,
    run: Run,
    tmp_path: Path,
) -> None:
    node = NamedNode("http://x.org/")
    names = sorted(f"{BASE}graph/x{each}" for each in range(number))
    theirs = Quad(node, node, Literal("theirs"))
    others = {Quad(node, node, node, NamedNode(name)) for name in names}
    server.store.extend([*others, *([theirs] if is_foreign else [])])
    done = run("push", server.address, "--store", write_file(tmp_path / "new.nq", NEW))
    listed = ", ".join([f"<{name}>" for name in names[:3]] + ["…"] * (number > 3))
    beside = f"beside a {place} graph that is now the new one alone"
    last, advice = done.stderr.splitlines()[-1].split("; to remove one, ")
    assert last == f"{count} on the server as before ({listed}), {beside}"
    assert done.stderr.count("graph/x") <= 4
    if "SPARQL Update" in advice:
        server.store.update(advice.partition("SPARQL Update ")[2])
        others = {quad for quad in others if name_of(quad) != names[0]}
    assert {quad for quad in server.store if "/graph/x" in name_of(quad)} == others


@pytest.mark.parametrize("abilities", [{}, {"has_update": False}])
def test_a_server_that_cannot_write_its_default_graph(abilities: dict[str, Any]) -> None:
    with run_server(SparqlServer(**abilities, is_default_writable=False)) as refusing:
        for quads in (OLD, NEW):
            assert upload_graph(quads, refusing.address).merged == MERGED_GRAPH
        assert {quad.graph_name for quad in refusing.store if quad in NEW}
        assert not [quad for quad in refusing.store if not name_of(quad)]
        assert list_upload_quads(refusing) == []


def test_data_of_others_stay_after_an_upload_that_was_cut_off(server: SparqlServer) -> None:
    theirs = Quad(*[NamedNode("https://example.org/a")] * 3)
    server.store.add(theirs)
    needed = count_requests(server, NEW)
    for part in (1, 3, 5, 7):
        refuse_after(needed * part // 8, server)
        upload(OLD, server)
        server.on_request = do_nothing
        assert upload_graph(NEW, server.address).merged == MERGED_GRAPH
        assert theirs in server.store
        assert list_upload_quads(server) == []


def refuse_after(number: int, server: SparqlServer) -> None:
    """Let a server fail for good after a number of requests."""
    last = server.requests + number

    def refuse(now: Moment) -> None:
        if now[0] > last:
            raise ConnectionAbortedError

    server.on_request = refuse


def test_a_graph_is_not_read_half_before_and_half_after_an_upload(
    plain: SparqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_graph(OLD, plain.address)
    graph = open_graph(plain.address)
    monkeypatch.setattr(remote_engine, "_PAGE_SIZE", 5)
    assert {*graph.quads()} == {*OLD}
    pages = iter(graph.engine.quads())
    next(pages)
    began = Upload()
    add_marker(plain, began, began.iri)
    with pytest.raises(ReadError, match="an upload to it began while the graph was read"):
        list(pages)


def write_file(path: Path, quads: list[Quad]) -> Path:
    """Write quads to an N-Quads file."""
    store = Store()
    store.extend(quads)
    store.dump(str(path), format=RdfFormat.N_QUADS)
    return path


def test_a_merged_graph_without_facts_of_sources_is_replaced_too(server: SparqlServer) -> None:
    """It is known by what the graphs of this project have."""
    for version in ("old", "new"):
        plain = [quad for quad in build_quads(version) if "Affirmation" not in str(quad.object)]
        assert upload_graph(plain, server.address).merged == "default graph"
        assert list_held(server) == {*plain}


def test_a_copy_of_other_graphs_is_no_merged_graph_of_this_project(server: SparqlServer) -> None:
    theirs = [
        Quad(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c"), graph)
        for graph in (DefaultGraph(), NamedNode("x:graph"))
    ]
    server.store.extend(theirs)
    assert upload_graph(NEW, server.address).merged == MERGED_GRAPH
    assert {*theirs} <= list_held(server)
