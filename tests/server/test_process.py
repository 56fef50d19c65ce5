"""The server as a process: workers that die, clients that dawdle, signals, wrong options."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.server.conftest import (
    LIMIT,
    MAIN,
    QUERY,
    SLACK,
    Answer,
    Server,
    Start,
    children,
)
from tests.server.hostile import QUERIES

pytestmark = pytest.mark.server

ENDLESS = QUERIES["order of a cross product"]
SLOW = QUERIES["cartesian count"]
PATIENCE = 1.0
HASTY = f"""
from graph_builder.server import connections, limits, requests
connections.PATIENCE = requests.PATIENCE = {PATIENCE}
connections.REQUESTS_EACH = 20
{MAIN}
"""


def until(condition: "object", seconds: float = 5.0) -> bool:
    """Return whether something becomes true in some time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text(encoding="ascii").split()[2] != "Z"


def logged(server: Server) -> str:
    return server.log.read_text(encoding="utf-8")


def family(server: Server) -> list[int]:
    return [server.process.pid, *children(server.process.pid), *server.workers()]


def test_a_worker_that_is_killed_in_the_midst_gives_503_and_is_replaced(start: Start) -> None:
    server = start("--timeout", 30)
    before = server.workers()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(server.ask, SLOW)
        time.sleep(0.5)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        answer = asked.result(timeout=10)
    assert (answer.status, answer.text[:43]) == (503, "The process that worked on this has ended: ")
    assert until(lambda: b"true" in server.ask("ASK {}").body)
    assert until(lambda: len(server.workers()) == len(before))
    assert not set(server.workers()) & set(before)


def test_idle_workers_that_are_killed_are_not_missed(start: Start) -> None:
    server = start()
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert [server.ask("ASK {}").status for _ in range(10)] == [200] * 10


def test_a_server_whose_nursery_is_killed_ends_with_a_sentence(start: Start) -> None:
    server = start()
    processes = family(server)
    os.kill(children(server.process.pid)[0], signal.SIGKILL)
    assert server.process.wait(timeout=10) == 2
    assert logged(server).endswith("the process that holds the graph has ended\n")
    assert until(lambda: not any(map(is_alive, processes)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_in_time_and_leaves_nothing(
    start: Start, number: signal.Signals
) -> None:
    server = start("--timeout", 2)
    processes = family(server)
    assert len(processes) > 5
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(server.ask, ENDLESS) for _ in range(4)]
        time.sleep(0.5)
        begun = time.monotonic()
        for pid in family(server):  # as a terminal does, and a supervisor
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - begun < 2 + SLACK
        assert {answer.result().status for answer in asked} == {503}
    assert until(lambda: not any(map(is_alive, processes)))
    assert "Traceback" not in logged(server)


def test_killed_it_leaves_no_process_behind(start: Start) -> None:
    server = start("--timeout", 30)
    processes = family(server)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(_or_nothing, server, ENDLESS)
        time.sleep(0.3)
        server.process.kill()
        asked.result(timeout=10)
    assert until(lambda: not any(map(is_alive, processes)))


def _or_nothing(server: Server, query: str) -> Answer | None:
    try:
        return server.ask(query)
    except (ConnectionError, OSError):
        return None


def test_a_client_that_goes_away_ends_its_query(start: Start) -> None:
    server = start("--timeout", 30)
    body = ENDLESS.encode()
    head = (
        f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/sparql-query\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(head.encode() + body)
        assert until(lambda: _busy(server))
    assert until(lambda: not _busy(server))
    assert until(lambda: "POST /sparql gone" in logged(server))


def _busy(server: Server) -> bool:
    """Return whether a worker computes."""
    states = [Path(f"/proc/{pid}/stat") for pid in server.workers()]
    return any(s.exists() and s.read_text(encoding="ascii").split()[2] == "R" for s in states)


HEAD = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"


def test_bodies_are_held_within_one_budget(start: Start) -> None:
    server = start(
        code=f"from graph_builder.server import requests; requests.BODIES = 1_000; {MAIN}"
    )
    ask = f"ASK {{}} #{'x' * 400}"
    body = ask.encode() + b"y" * 400
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        slow.sendall(body[:-1])
        assert until(lambda: server.ask(ask).status == 503)
        answer = server.send("POST", "/workbench/answer", ask.encode(), Content_Type=QUERY)
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.text.startswith("Too many large requests are coming in")
        slow.sendall(body[-1:])
        assert slow.recv(12) == b"HTTP/1.1 200"
    assert server.send("POST", "/workbench/answer", ask.encode(), Content_Type=QUERY).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /spar",
        HEAD,
        HEAD + b"Content-Length: 6\r\n\r\nASK",
        HEAD + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "no body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(start: Start, sent: bytes) -> None:
    server = start(code=HASTY)
    begun = time.monotonic()
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(10)]
    for client in clients:
        client.sendall(sent)
    assert server.ask("ASK {}").seconds < 0.5
    for client in clients:
        _drain(client, trickle=b"x" if sent == HEAD else b"")
    assert time.monotonic() - begun < PATIENCE + 2 * SLACK


def _drain(client: socket.socket, trickle: bytes) -> bytes:
    """Read until the other side ends, and go on sending a little now and then."""
    got = b""
    with client:
        while True:
            if select.select([client], [], [], 0.1)[0]:
                try:
                    part = client.recv(1 << 16)
                except ConnectionError:
                    return got
                if not part:
                    return got
                got += part
            elif trickle:
                try:
                    client.sendall(trickle)
                except OSError:
                    return got


def test_an_answer_that_is_not_taken_is_not_kept(start: Start) -> None:
    server = start(code=HASTY)
    query = "SELECT * WHERE { ?s ?p ?o . ?s ?q ?r } LIMIT 40000"
    head = b"Content-Length: %d\r\n\r\n%s" % (len(query), query.encode())
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(HEAD + head)
        time.sleep(LIMIT + PATIENCE + SLACK)
        got = _drain(client, trickle=b"")
    assert got.startswith(b"HTTP/1.1 200")
    size = int(re.search(rb"content-length: (\d+)", got)[1])  # type: ignore[index]
    assert len(got) < size
    assert server.ask("ASK {}").status == 200


def test_one_address_has_only_so_many_connections(start: Start) -> None:
    server = start(code=HASTY)
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    time.sleep(0.1)
    refused = server.send("GET")
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")
    for client in clients:
        client.close()
    assert until(lambda: server.send("GET").status == 200)


def test_another_client_is_not_delayed_by_a_flood_of_slow_queries(start: Start) -> None:
    """All of 127.0.0.0/8 is this machine, so that a test can come from two addresses."""
    server = start("--timeout", 2)
    with ThreadPoolExecutor(40) as threads:
        flood = [threads.submit(server.ask, SLOW) for _ in range(40)]
        time.sleep(0.2)
        other = _from("127.0.0.2", server, "ASK {}")
        counted = _from("127.0.0.2", server, "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c }")
        assert {answer.result().status for answer in flood} == {503}
    assert other < 0.5
    assert counted < 2


def _from(address: str, server: Server, query: str) -> float:
    import http.client

    begun = time.monotonic()
    connection = http.client.HTTPConnection(
        "127.0.0.1", server.port, source_address=(address, 0), timeout=10
    )
    connection.request(
        "POST", "/sparql", query.encode(), {"Content-Type": "application/sparql-query"}
    )
    assert connection.getresponse().status == 200
    connection.close()
    return time.monotonic() - begun


def test_the_log_says_who_asked_but_not_what(start: Start, data: Path) -> None:
    server = start("-s", data)
    server.get(("query", "ASK { ?s ?p 'a secret' }"))
    server.ask("ASK { ?s ?p 'a secret' }")
    server.send("GET", "/%1b%5b31m%0anew")
    assert until(lambda: "new 404 " in logged(server))
    assert "127.0.0.1 GET /sparql 200 27 " in logged(server)
    assert "127.0.0.1 POST /sparql 200 27 " in logged(server)
    assert "secret" not in logged(server)
    assert "127.0.0.1 GET /\\x1b[31m new 404 " in logged(server)


def test_other_origins_are_let_in_only_where_that_is_asked_for(
    start: Start, server: Server, data: Path
) -> None:
    opened = start("-s", data, "--cors")
    for answer in (opened.ask("ASK {}"), opened.ask("ASK {"), opened.send("OPTIONS")):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert opened.send("OPTIONS").headers["access-control-allow-headers"] == "accept, content-type"
    for answer in (server.ask("ASK {}"), server.send("OPTIONS", Origin="http://x.example")):
        assert not any(name.startswith("access-control") for name in answer.headers)


def test_behind_a_proxy_the_address_is_the_one_it_names(start: Start, data: Path) -> None:
    plain = start("-s", data)
    plain.ask("ASK {}", X_Forwarded_For="192.0.2.7")
    assert until(lambda: "127.0.0.1 POST /sparql 200" in logged(plain))


def test_a_proxy_is_believed_where_there_is_one(start: Start, data: Path) -> None:
    server = start("-s", data, "--behind-proxy")
    server.ask("ASK {}", X_Forwarded_For="192.0.2.7", Host="aigg.example")
    assert until(lambda: "192.0.2.7 POST /sparql 200" in logged(server))


def test_what_needs_too_much_memory_is_refused(start: Start) -> None:
    server = start("--timeout", 30, "--memory", 64)
    answer = server.ask(ENDLESS)
    assert answer.status == 503
    assert "memory" in answer.text
    assert json.loads(server.ask("ASK {}").body)["boolean"] is True


def test_an_address_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _serve("--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"'127.0.0.1', port {port}: Address already in use\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-s", "nothing.ttl"), "nothing.ttl: No such file or directory"),
        (("--host", "no.such.host.invalid"), "'no.such.host.invalid', port 0: "),
        (("--host", "x" * 300), "port 0: "),
        (("--store", "https://"), "is no address of a SPARQL server"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = _serve("--port", 0, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def _serve(*words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", MAIN, "serve", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "-1"),
        ("--port", "65536"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--memory", "0"),
    ],
    ids=" ".join,
)
def test_wrong_options_are_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("serve", *words).exit_code == 2


def test_without_its_libraries_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.server.running.find_spec", lambda _: None)
    done = run("serve", "--port", "0")
    assert done.exit_code == 2
    assert "pip install 'ai-governance-graph[serve]'" in done.output


ON_DISK = f"""
import sys
from pyoxigraph import Store
from graph_builder.opening import open_graph
from graph_builder.server import running
from graph_builder.store import Graph
folder = sys.argv.pop()
Store(folder).bulk_extend(open_graph().quads())
in_memory = running.serve
running.serve = lambda _, *words, **options: in_memory(
    lambda: Graph(Store.read_only(folder)), *words, each=True, **options
)
{MAIN}
"""


def test_a_store_on_disk_is_opened_by_each_worker(start: Start, tmp_path: Path) -> None:
    server = start(tmp_path / "store", code=ON_DISK)
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    answers = {server.ask(count).body for _ in range(8)}
    assert len(answers) == 1
    assert server.ask(SLOW).status == 503
    assert server.ask("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { } }").status == 500
    assert {server.ask(count).body} == answers
