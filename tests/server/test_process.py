"""The server as a process: workers that die, signals, one client beside another, wrong options."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph_builder.cli.serve_command import _check_bounds, _choose
from graph_builder.cli.serve_command import serve as serve_command
from graph_builder.server.fork_server import ForkServer
from graph_builder.server.limits import Limits
from graph_builder.store.graph import Graph
from tests.conftest import Run, until
from tests.server.conftest import (
    HUNG,
    MAIN,
    QUERY,
    SLACK,
    Answer,
    Server,
    Start,
    children,
    is_busy,
    logged,
    pinging,
    running,
)
from tests.server.hostile_queries import QUERIES
from tests.server.test_http_connection import said

pytestmark = pytest.mark.server

ENDLESS = QUERIES["order of a cross product"]
SLOW = QUERIES["cartesian count"]
#: Time, client, method, path, status, bytes, duration, outcome.
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [\d.]+ (?:GET|POST|-) \S+ \d{3} \d+ \d+ms "
    r"(?:answered|refused|failed|cut|gone)"
)
EVERYWHERE = "0.0.0.0"  # noqa: S104


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text(encoding="ascii").split()[2] != "Z"


def family(server: Server) -> list[int]:
    return [server.process.pid, *children(server.process.pid), *server.workers()]


def test_a_worker_that_is_killed_in_the_midst_gives_503_and_is_replaced(start: Start) -> None:
    server = start("--timeout", 30)
    before = server.workers()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(server.ask, SLOW)
        assert until(lambda: is_busy(server))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        answer = asked.result(timeout=HUNG)
    assert (answer.status, answer.text[:43]) == (503, "The process that worked on this has ended: ")
    assert until(lambda: b"true" in server.ask("ASK {}").body)
    assert until(lambda: len(server.workers()) == len(before))
    assert not set(server.workers()) & set(before)


def test_idle_workers_that_are_killed_are_not_missed(start: Start) -> None:
    server = start()
    before = server.workers()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: len(set(server.workers()) - set(before)) == len(before))
    assert [server.ask("ASK {}").status for _ in range(10)] == [200] * 10


def test_a_server_whose_fork_server_is_killed_ends_with_a_sentence(start: Start) -> None:
    server = start()
    processes = family(server)
    os.kill(children(server.process.pid)[0], signal.SIGKILL)
    assert server.process.wait(timeout=HUNG) == 2
    assert logged(server).endswith("perhaps for lack of memory; start aigg serve again\n")
    assert until(lambda: not any(map(is_alive, processes)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_in_time_and_leaves_nothing(
    start: Start, server: Server, number: signal.Signals
) -> None:
    told = start("--timeout", 2)
    processes = family(told)
    assert len(processes) > 5
    with ThreadPoolExecutor(4) as threads, pinging(server) as beside:
        asked = [threads.submit(told.ask, ENDLESS) for _ in range(4)]
        assert until(lambda: "aigg_connections 5" in told.send("GET", "/metrics").text)
        begun = time.monotonic()
        for pid in family(told):  # as a terminal does, and a supervisor
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        assert told.process.wait(timeout=HUNG) == 0
        taken = time.monotonic() - begun
        assert {answer.result().status for answer in asked} == {503}
    assert taken < 2 + 2 * SLACK + beside.allowance
    assert until(lambda: not any(map(is_alive, processes)))
    assert "Traceback" not in logged(told)


def test_killed_it_leaves_no_process_behind(start: Start) -> None:
    server = start("--timeout", 30)
    processes = family(server)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(_or_nothing, server, ENDLESS)
        assert until(lambda: is_busy(server))
        server.process.kill()
        asked.result(timeout=HUNG)
    assert until(lambda: not any(map(is_alive, processes)))


def _or_nothing(server: Server, query: str) -> Answer | None:
    try:
        return server.ask(query)
    except (ConnectionError, OSError):
        return None


def test_another_client_is_not_delayed_by_a_flood_of_slow_queries(
    start: Start, server: Server
) -> None:
    """All of 127.0.0.0/8 is this machine, so that a test can come from two addresses."""
    flooded = start("--timeout", 8)
    with ThreadPoolExecutor(40) as threads, pinging(server) as beside:
        flood = [threads.submit(flooded.ask, SLOW) for _ in range(40)]
        assert until(lambda: is_busy(flooded))
        other = _from("127.0.0.2", flooded, "ASK {}")
        assert not any(answer.done() for answer in flood)
        _from("127.0.0.2", flooded, "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c }")
        assert {answer.result().status for answer in flood} == {503}
    assert other < 0.5 + beside.allowance


def _from(address: str, server: Server, query: str) -> float:
    import http.client

    begun = time.monotonic()
    connection = http.client.HTTPConnection(
        "127.0.0.1", server.port, source_address=(address, 0), timeout=HUNG
    )
    with closing(connection):
        connection.request("POST", "/sparql", query.encode(), {"Content-Type": QUERY})
        assert connection.getresponse().status == 200
    return time.monotonic() - begun


def test_the_log_says_who_asked_but_not_what(start: Start, data: Path) -> None:
    server = start("-s", data)
    server.get(("query", "ASK { ?s ?p 'a secret' }"))
    server.ask("ASK { ?s ?p 'a secret' }")
    forged = "2026-01-01T00:00:00.000Z%20192.0.2.1%20GET%20/x%20200%205%201ms%20answered"
    server.send("GET", f"/x%20200%205%201ms%20answered%0d%0a{forged}", None)
    server.send("GET", "/%1b%5b31m%0anew%e9")
    assert said(server, b"GET / HTTP/9.9\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert until(lambda: "new%EF%BF%BD 404 " in logged(server) and " 400 " in logged(server))
    lines = [line for line in logged(server).splitlines() if "quads at" not in line]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert len(lines) == 5
    assert "127.0.0.1 GET /sparql 200 27 " in logged(server)
    assert "127.0.0.1 POST /sparql 200 27 " in logged(server)
    assert "secret" not in logged(server)
    assert "127.0.0.1 GET /%1B%5B31m%0Anew" in logged(server)


def test_other_origins_are_let_in_only_where_that_is_asked_for(
    start: Start, server: Server, data: Path
) -> None:
    opened = start("-s", data, "--cors")
    for answer in (opened.ask("ASK {}"), opened.ask("ASK {"), opened.send("OPTIONS")):
        assert answer.headers["access-control-allow-origin"] == "*"
    for answer in (server.ask("ASK {}"), server.send("OPTIONS", Origin="http://x.example")):
        assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs IPv6")
def test_all_addresses_of_this_machine_are_both_families(start: Start, data: Path) -> None:
    server = start("-s", data, "--host", "::", "--allowed-host", "aigg.example")
    for host in ("127.0.0.1", "::1"):
        with closing(socket.create_connection((host, server.port), timeout=HUNG)) as client:
            client.sendall(b"GET /sparql?query=ASK{} HTTP/1.0\r\nHost: AIGG.example.\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 200"
    assert until(lambda: " 127.0.0.1 GET /sparql 200" in logged(server))
    assert until(lambda: " ::1 GET /sparql 200" in logged(server))
    assert "warning: whoever can reach :: can use this server" in logged(server)
    assert server.send("GET", "/sparql", Host="evil.example").status == 421


def test_who_serves_beyond_this_machine_is_warned(start: Start, data: Path) -> None:
    server = start("-s", data, "--host", EVERYWHERE)
    assert f"warning: whoever can reach {EVERYWHERE} can use this server" in logged(server)
    assert "warning: the server answers to every host name" in logged(server)
    assert "warning" not in logged(start("-s", data))


def test_behind_a_proxy_the_address_is_the_one_it_names(start: Start, data: Path) -> None:
    plain = start("-s", data)
    plain.ask("ASK {}", X_Forwarded_For="192.0.2.7")
    assert until(lambda: "127.0.0.1 POST /sparql 200" in logged(plain))


def test_a_proxy_is_believed_where_there_is_one(start: Start, data: Path) -> None:
    server = start("-s", data, "--behind-proxy")
    server.ask("ASK {}", X_Forwarded_For="192.0.2.7", Host="aigg.example")
    assert until(lambda: "192.0.2.7 POST /sparql 200" in logged(server))
    said = {
        "X_Forwarded_Host": "aigg.example",
        "X_Forwarded_Prefix": "/graph/",
        "X_Forwarded_Proto": "https",
    }
    described = server.send("GET", "/sparql", None, Accept="text/turtle", **said)
    assert "#endpoint> <https://aigg.example/graph/sparql>" in described.text
    kept = server.send("POST", "/workbench/kept", b"ASK {}", Content_Type=QUERY, **said)
    assert "https://aigg.example/graph/sparql" in kept.text


def test_the_public_address_is_named_whatever_the_request_says(start: Start, data: Path) -> None:
    server = start("-s", data, "--public-url", "https://aigg.example/graph/")
    assert "note: published as https://aigg.example/graph/sparql" in logged(server)
    for host in ("aigg.example", "127.0.0.1"):
        described = server.send(Accept="text/turtle", Host=host, X_Forwarded_Host="evil.example")
        assert "#endpoint> <https://aigg.example/graph/sparql>" in described.text
    assert server.send(Host="evil.example").status == 421


def test_what_needs_too_much_memory_is_refused(start: Start) -> None:
    server = start("--timeout", 30, "--memory", 64)
    answer = server.ask(ENDLESS)
    assert answer.status == 503
    assert "memory" in answer.text
    assert json.loads(server.ask("ASK {}").body)["boolean"] is True


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_limits_of_the_shell_that_are_lower_hold_too(tmp_path: Path, data: Path) -> None:
    limited = f"{_limit_in_shell('AS', 2 << 30)}{_limit_in_shell('CPU', 3600)}{MAIN}"
    more = ("--memory", 16 * 1024, "--timeout", 3600)
    with running(tmp_path, "-s", data, *more, code=limited) as server:
        assert json.loads(server.ask("ASK {}").body)["boolean"] is True
        assert server.log.read_text(encoding="utf-8").count("\n") <= 2


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_too_little_memory_for_any_graph_is_told(data: Path) -> None:
    command = [sys.executable, "-c", f"{_limit_in_shell('AS', 200 << 20)}{MAIN}", "serve"]
    done = subprocess.run(
        [*command, "--port", "0", "-s", str(data)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert re.fullmatch(r"not enough memory: .*; raise ulimit -v\n", done.stderr)


def _limit_in_shell(kind: str, most: int) -> str:
    return f"import resource as r; r.setrlimit(r.RLIMIT_{kind}, ({most},) * 2); "


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
        (("--store", "https://"), "is not an address of a SPARQL server"),
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
        timeout=HUNG,
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
        ("--max-answer", "0"),
        ("--max-head", "1"),
        ("--max-connections", "0"),
        ("--patience", "nan"),
        ("--public-url", "example.org"),
        ("--public-url", "ftp://example.org/"),
        ("--public-url", "https://a:b@example.org/"),
        ("--public-url", "https://example.org/?x"),
        ("--public-url", "https://example.org/a b"),
        ("--public-url", "https://example.org:65536/"),
        ("--allowed-host", "example.org:80"),
        ("--allowed-host", "https://example.org"),
        ("--trusted-proxy", "localhost"),
        ("--trusted-proxy", "10.0.0.1/8"),
    ],
    ids=" ".join,
)
def test_wrong_options_are_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("serve", *words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (("--long-queries", "2", "--long-queries-per-client", "3"), "--long-queries"),
        (("--max-connections-per-client", "1025"), "--max-connections"),
        (("--max-query", "2000000"), "--max-body"),
        (("--max-answer", "64", "--memory", "32"), "--memory"),
    ],
)
def test_a_limit_beyond_one_that_bounds_it_is_refused(
    run: Run, words: tuple[str, ...], whole: str
) -> None:
    done = run("serve", *words)
    assert done.exit_code == 2
    assert f"allows; lower it, or raise {whole}.\n" in done.stderr


def test_a_limit_below_the_default_of_another_is_no_mistake() -> None:
    lowered = ["--long-queries", "1", "--max-connections", "9", "--max-body", "1", "--memory", "16"]
    context = serve_command.make_context("serve", lowered)
    limits = _choose(Limits, context.params)
    _check_bounds(context, limits)
    assert (limits.long, limits.long_per_client, limits.connections) == (1, 1, 9)


def test_ended_while_the_graph_is_opened_it_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ended = tmp_path / "ended"

    def open_slowly() -> Graph:
        until(ended.exists)
        return Graph(Store())

    fork_server = ForkServer(open_slowly, dict, memory=0)
    fork_server.stop()
    ended.touch()
    os.waitpid(fork_server.pid, 0)
    assert capfd.readouterr().err == ""


def test_without_its_libraries_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.server.startup.find_spec", lambda _: None)
    done = run("serve", "--port", "0")
    assert done.exit_code == 2
    assert "pip install 'ai-governance-graph[serve]'" in done.output


def test_the_limits_of_the_help_are_those_of_the_server() -> None:
    options = serve_command.make_context("serve", []).params
    limits = {name: options[name] for name in vars(Limits()) if options[name] is not None}
    assert Limits(**limits) == Limits()
