"""A graph in files of this machine: served as it was read, and reloaded when that is asked for."""

import json
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from graph_builder.core.vocabulary import PREFIXES
from graph_builder.query.entity_search import find
from graph_builder.server.startup import preload_indexes
from graph_builder.store.disk_store import write_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import add_ontology, open_graph, stamp_files
from tests.conftest import Run, until
from tests.server.conftest import Answer, Server, Start, children, logged
from tests.server.hostile_queries import QUERIES

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ACTOR = "<https://w3id.org/aigg/actor/{0}>"
PAGES = ("", "actor.html", "actor/a0.html", "actor/a0.ttl", "find?q=a0")


def make_store(folder: Path, actors: int) -> Path:
    """Write a store with so many actors, each of which has two facts."""
    lines = (
        f"{ACTOR.format(f'a{number}')} a <https://w3id.org/aigg/ns#Country> ; "
        f'<http://www.w3.org/2004/02/skos/core#prefLabel> "a{number}"@en .'
        for number in range(actors)
    )
    write_store(parse("\n".join(lines), format=RdfFormat.TURTLE), folder)
    return folder


def count(server: Server) -> int:
    (found,) = json.loads(server.ask(COUNT).body)["results"]["bindings"]
    return int(found["n"]["value"])


def kill_workers(server: Server) -> None:
    before = server.workers()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: len(set(server.workers()) - set(before)) == len(before))


@contextmanager
def asking(server: Server) -> Iterator[list[Answer]]:
    """Ask a server on and on until the block ends, and see that no answer is missing."""
    answers, done = list[Answer](), threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(server.ask(COUNT))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_what_searches_need_is_made_before_there_are_workers() -> None:
    facts = """
    event:a a aigg:Summit ; skos:prefLabel "A"@en ; aigg:heldIn place:b .
    place:b a aigg:Place ; skos:prefLabel "New Delhi"@en .
    """
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    graph = Graph.wrap(parse(prefixes + facts, format=RdfFormat.TURTLE))
    add_ontology(graph.store)
    preload_indexes(graph)
    made = {*vars(graph), *vars(graph.word_index)}
    find(graph, "summit of Delhi")
    assert {*vars(graph), *vars(graph.word_index)} == made


def test_the_digest_that_a_store_has_is_that_of_its_graph(tmp_path: Path) -> None:
    first = open_graph(make_store(tmp_path / "store", 1)).to_memory().digest
    assert first == open_graph(tmp_path / "store").digest != ""
    assert open_graph(make_store(tmp_path / "store", 2)).digest not in ("", first)


@pytest.mark.server
def test_a_store_on_disk_is_served_as_it_was_opened_until_it_is_reloaded(
    start: Start, tmp_path: Path
) -> None:
    folder = make_store(tmp_path / "store", 10)
    server = start("-s", folder, "--timeout", 20)
    answers = [server.send(target=f"/{page}") for page in PAGES]
    assert [answer.status for answer in answers] == [200] * len(PAGES)
    assert not any(str(tmp_path) in answer.text for answer in answers)
    assert count(server) == 20

    for _ in range(3):
        make_store(folder, 11)  # until the store that was opened is not there any more
    kill_workers(server)
    assert {count(server) for _ in range(8)} == {20}
    assert server.send(target="/actor/a10.html").status == 404

    with asking(server) as answers:
        server.process.send_signal(signal.SIGHUP)
        assert until(lambda: "the graph is reloaded: 22 quads\n" in logged(server))
        assert until(lambda: b'"22"' in answers[-1].body)
    assert {answer.status for answer in answers} == {200}
    assert server.send(target="/actor/a10.html").status == 200
    assert until(lambda: len(children(server.process.pid)) == 1)  # the one before has exited

    server.process.send_signal(signal.SIGHUP)
    assert until(lambda: "the graph has not changed\n" in logged(server))

    shutil.rmtree(folder)
    server.process.send_signal(signal.SIGHUP)
    assert until(lambda: "is not reloaded, the one before is served on\n" in logged(server))
    kill_workers(server)
    assert count(server) == 22
    assert "Traceback" not in logged(server)


@pytest.mark.server
def test_a_query_that_runs_when_the_graph_is_reloaded_is_finished(
    start: Start, tmp_path: Path
) -> None:
    folder = make_store(tmp_path / "store", 90)
    server = start("-s", folder, "--timeout", 600)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?a != ?f) }"
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(server.ask(slow)))
    thread.start()
    make_store(folder, 91)
    server.process.send_signal(signal.SIGHUP)
    assert until(lambda: "the graph is reloaded: 182 quads\n" in logged(server))
    assert count(server) == 182
    thread.join()
    assert [answer.status for answer in answers] == [200]


@pytest.mark.server
def test_a_watched_file_is_reloaded_when_it_changes(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "graph.ttl"
    file.write_text("<x:a> <x:b> 1 .")
    server = start("-s", file, "--watch")
    assert count(server) == 1
    file.write_text("<x:a> <x:b> 1 , 2 .")
    assert until(lambda: "the graph is reloaded: 2 quads\n" in logged(server))
    assert count(server) == 2
    file.write_text("<x:a> <x:b> 1 ,")
    assert until(lambda: "is not reloaded" in logged(server))
    assert count(server) == 2


@pytest.mark.server
def test_queries_of_a_store_on_disk_reach_no_network(start: Start, tmp_path: Path) -> None:
    server = start("-s", make_store(tmp_path / "store", 10))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{address}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
            f"DESCRIBE <x:y> FROM <{address}>",
            f"LOAD <{address}>",
            QUERIES["another service"],
        ):
            server.ask(query)
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert count(server) == 20


def test_only_files_of_this_machine_can_be_watched(run: Run) -> None:
    for location in ("memory:", "http://127.0.0.1:1/sparql", "nothing.ttl"):
        assert run("serve", "--watch", "-s", location).exit_code == 2


def test_a_stamp_tells_versions_of_files_apart(tmp_path: Path) -> None:
    folder = make_store(tmp_path / "store", 1)
    stamps = [stamp_files(folder), stamp_files(folder)]
    make_store(folder, 1)
    assert stamps[0] == stamps[1] != stamp_files(folder)
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "a.yaml").write_text("x: 1")
    alone = stamp_files(facts)
    (facts / "b.csv").write_text("x")
    assert alone != stamp_files(facts)
