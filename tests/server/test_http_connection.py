"""Connections: clients that dawdle, leave, or send what is no request, and one too many of them."""

import asyncio
import re
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import cast

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from graph_builder.server.connection_registry import ConnectionRegistry
from graph_builder.server.http_connection import (
    ConnectionPolicy,
    HTTPConnection,
    build_uvicorn_config,
)
from graph_builder.server.limits import Limits
from graph_builder.server.request_log import SENT_RESPONSE, RequestRecord
from tests.conftest import run_alone, until
from tests.server.conftest import (
    HUNG,
    QUERY,
    SLACK,
    Server,
    Start,
    is_busy,
    logged,
    pinging,
)
from tests.server.hostile_queries import QUERIES

pytestmark = pytest.mark.server

ENDLESS = QUERIES["order of a cross product"].encode()
#: Takes time, but no memory.
BUSY = QUERIES["cartesian count"]
PATIENCE = 1.0
HASTY = ("--patience", PATIENCE, "--max-connections-per-client", 20)
HOST = b"Host: localhost\r\n"
HEAD = b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
ASK = b"GET /sparql?query=ASK+{} HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"x" * 70_000
WRONG = b"HTTP/1.1 400 Bad Request\r\n"


def posted(query: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(query), query)


def connected(server: Server, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(
        ("127.0.0.1", server.port), timeout=HUNG, source_address=(address, 0)
    )


def drain(client: socket.socket, trickle: bytes = b"") -> bytes:
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


def said(server: Server, *sent: bytes) -> bytes:
    """Return all that a server says to what is sent before it ends the connection."""
    with connected(server) as client:
        for part in sent:
            client.sendall(part)
        return drain(client)


def test_a_client_that_goes_away_ends_its_query(start: Start) -> None:
    server = start("--timeout", 60)
    with connected(server) as client:
        client.sendall(posted(ENDLESS))
        assert until(lambda: is_busy(server))
    assert until(lambda: not is_busy(server), 30)
    assert until(lambda: "POST /sparql - " in logged(server))


def test_a_client_that_goes_away_ends_its_query_though_another_request_is_behind_it(
    start: Start,
) -> None:
    server = start("--timeout", 60)
    client = connected(server)
    client.sendall(posted(ENDLESS))
    assert until(lambda: is_busy(server))
    client.sendall(b"garbage\r\n\r\n" + ASK)
    assert drain(client) == b""  # nothing of it is taken for the answer
    assert until(lambda: not is_busy(server), 30)


def test_who_had_no_turn_is_told_so(start: Start) -> None:
    server = start("--timeout", 2, "--long-queries", 1, "--long-queries-per-client", 1)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(server.ask, [f"{BUSY} # {n}" for n in range(4)]))
    assert {(answer.status, answer.headers["retry-after"]) for answer in answers} == {(503, "1")}
    assert {answer.text for answer in answers} == {
        "There was no answer within 2 seconds; ask for less, or try again later.\n",
        "Other queries were asked first, for 2 seconds; try again later.\n",
    }


def test_bodies_are_held_within_one_budget(start: Start) -> None:
    server = start("--max-body", 1)
    ask = f"ASK {{}} #{'x' * 500}"
    body = ask.encode() + b"y" * 500
    with ExitStack() as open_:
        clients = [open_.enter_context(connected(server)) for _ in range(16)]
        for each in clients:
            each.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
            each.sendall(body[:-1])
        assert until(lambda: server.ask(ask).status == 503)
        answer = server.send("POST", "/workbench/answer", ask.encode(), Content_Type=QUERY)
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.text.startswith("Too many large requests at the moment")
        clients[0].sendall(body[-1:])
        assert clients[0].recv(12) == b"HTTP/1.1 200"
    assert server.send("POST", "/workbench/answer", ask.encode(), Content_Type=QUERY).status == 200


#: Requests that do not come to their end; the first one comes on and on.
UNFINISHED = {
    "half a head": HEAD,
    "nothing": b"",
    "half a line": b"GET /spar",
    "half a body": HEAD + b"Content-Length: 6\r\n\r\nASK",
    "no body": HEAD + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n",
}


def test_requests_that_do_not_come_are_not_waited_for(start: Start, server: Server) -> None:
    hasty = start(*HASTY)
    with pinging(server) as beside:
        begun = time.monotonic()
        clients = [(connected(hasty), sent) for sent in UNFINISHED.values() for _ in range(3)]
        for client, sent in clients:
            client.sendall(sent)
        assert hasty.ask("ASK {}").status == 200
        for client, sent in clients:
            drain(client, trickle=b"x" if sent == HEAD else b"")
        taken = time.monotonic() - begun
    assert taken < PATIENCE + 2 * SLACK + beside.allowance


def test_an_answer_that_is_not_taken_is_not_kept(start: Start) -> None:
    server = start("--timeout", 60, *HASTY)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(posted(b"SELECT * WHERE { ?s ?p ?o . ?s ?q ?r } LIMIT 40000"))
        assert until(lambda: "POST /sparql 200" in logged(server))  # it is done with, and not read
        got = drain(client)
    size = int(re.search(rb"content-length: (\d+)", got)[1])  # type: ignore[index]
    assert len(got) < size
    assert server.ask("ASK {}").status == 200


SENT = 50_000  # less than makes the connection wait for its client, more than its buffers hold
LARGE = b"SELECT * WHERE { ?s ?p ?o . ?s ?q ?r } LIMIT 10000"


def read_slowly(client: socket.socket, pause: float) -> tuple[bytes, bool]:
    """Read a little after each pause; return what came, and whether it ended as if all was sent."""
    got = b""
    while True:
        time.sleep(pause)
        try:
            part = client.recv(1 << 17)
        except ConnectionError:
            return got, False
        if not part:
            return got, True
        got += part


def test_each_byte_that_is_taken_renews_the_patience(start: Start) -> None:
    server = start("--timeout", 60, *HASTY)
    begun = time.monotonic()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        client.connect(("127.0.0.1", server.port))
        client.sendall(posted(LARGE).replace(HOST, HOST + b"Connection: close\r\n", 1))
        got, ended = read_slowly(client, PATIENCE / 5)
    size = int(re.search(rb"content-length: (\d+)", got)[1])  # type: ignore[index]
    assert (len(got.partition(b"\r\n\r\n")[2]), ended) == (size, True)
    assert time.monotonic() - begun > 2 * PATIENCE


def test_a_cut_response_is_a_reset_and_told_in_the_log(start: Start) -> None:
    server = start("--timeout", 60, *HASTY)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(posted(LARGE))
        assert until(lambda: logged(server).endswith(" cut\n"))
        _, ended = read_slowly(client, 0)
    assert not ended


def test_a_response_that_was_sent_and_never_taken_is_told_as_cut() -> None:
    told: list[RequestRecord] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        scope[SENT_RESPONSE] = RequestRecord("c", "GET", "/", 200, SENT, 0.0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * SENT})

    async def run() -> None:
        registry = ConnectionRegistry(Limits(patience=0.2))
        config = build_uvicorn_config(answer, registry, ConnectionPolicy((), told.append))
        config.load()
        connection = cast("type[HTTPConnection]", config.http_protocol_class)
        make = partial(connection, config=config, server_state=ServerState(), app_state={})
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as theirs:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            theirs.connect(listener.getsockname())
            ours, _ = listener.accept()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            theirs.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.get_running_loop().connect_accepted_socket(make, ours)
            while not told:
                await asyncio.sleep(0.01)

    run_alone(lambda: asyncio.wait_for(run(), HUNG))
    (record,) = told
    assert (record.outcome, 0 < record.size < SENT) == ("cut", True)


def test_one_address_has_only_so_many_connections(start: Start) -> None:
    server = start(*HASTY)
    clients = [connected(server) for _ in range(20)]
    refused = said(server)
    assert refused.startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")
    for client in clients:
        client.close()
    assert until(lambda: server.send("GET").status == 200)


def test_heads_that_never_end_shut_out_no_other_address(start: Start) -> None:
    """All of 127.0.0.0/8 is this machine; a whole request that is being answered is kept."""
    server = start("--timeout", 60, "--max-connections", 60, "--max-connections-per-client", 30)
    with ExitStack() as open_:
        busy = open_.enter_context(connected(server))
        busy.sendall(posted(ENDLESS))
        assert until(lambda: is_busy(server))
        for sent in (b"", b"GET /spar", HEAD + b"Content-Length: 6\r\n\r\nASK"):
            for number in range(2, 5):
                for _ in range(25):
                    client = open_.enter_context(connected(server, f"127.0.0.{number}"))
                    client.sendall(sent)
            assert server.ask("ASK {}").status == 200
        assert not select.select([busy], [], [], 0)[0]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /sparql?query=ASK{} HTTP/1.1\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        b"GET /sparql HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /sparql?query=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n",
        HEAD + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
        HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_what_is_no_request_is_refused(server: Server, sent: bytes) -> None:
    """RFC 9112, sections 2.2, 3.2, 5.1, 6.3 and 7.1."""
    got = said(server, sent)
    assert got.startswith(WRONG) or got == b""
    assert b"ASK" not in got
    assert server.ask("ASK {}").status == 200


@pytest.mark.parametrize(
    ("sent", "begin", "sentence"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", WRONG, b"A request of HTTP/1.1 has one Host header"),
        (b"CONNECT localhost:1 HTTP/1.1\r\n" + HOST + b"\r\n", b"HTTP/1.1 501 ", b"no proxy"),
    ],
)
def test_a_refusal_says_what_is_wrong(
    server: Server, sent: bytes, begin: bytes, sentence: bytes
) -> None:
    got = said(server, sent)
    assert got.startswith(begin)
    assert sentence in got


def test_too_many_kept_responses_at_once_are_told(server: Server) -> None:
    assert said(server, ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    with connected(server) as client:
        client.sendall(ASK)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        client.sendall(ASK * 102)
        got = drain(client)
    assert got.count(b"HTTP/1.1 200 ") == 101
    assert b"At most 100 requests may wait on a connection" in got


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "HEAD"])
def test_the_server_as_a_whole_has_an_answer(server: Server, method: str) -> None:
    """RFC 9110, section 9.3.7."""
    closing = HOST + b"Connection: close\r\n\r\n"
    got = said(server, f"{method} * HTTP/1.1\r\n".encode() + closing)
    assert got.startswith(b"HTTP/1.1 204 " if method == "OPTIONS" else b"HTTP/1.1 404 ")
    assert server.send("GET", "/metrics").status == 200
    assert "Traceback" not in logged(server)


def test_a_request_of_http_1_0_needs_no_host(server: Server) -> None:
    got = said(server, b"GET /sparql?query=ASK{} HTTP/1.0\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(b"true}")


@pytest.mark.parametrize(
    "sent",
    [
        [b"GET /sparql?query=" + LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n"],
        [b"GET /sparql HTTP/1.1\r\n" + HOST + b"X: " + LONG + b"\r\n\r\n"],
        [b"GET /sparql HTTP/1.1\r\n" + HOST + b"X: ", *[LONG] * 20],
        [b"GET /sparql HTTP/1.1\r\n" + HOST, *[b"X: y\r\n" * 10_000] * 20],
        [CHUNKED, b"6\r\nASK {}\r\n0\r\n", *[b"X: y\r\n" * 10_000] * 20],
        [CHUNKED, b"6;", *[LONG] * 20],
    ],
    ids=["address", "header", "endless header", "headers", "trailers", "extension of a chunk"],
)
def test_a_head_that_is_too_long_is_not_taken(server: Server, sent: list[bytes]) -> None:
    try:
        got = said(server, *sent)
    except ConnectionError:  # ended while more is sent
        got = b""
    assert got.startswith(b"HTTP/1.1 431 ") or (len(sent) > 1 and not got)
    assert server.ask("ASK {}").status == 200


def test_requests_that_come_ahead_are_answered_in_order(server: Server) -> None:
    texts = [b"%d" % number for number in range(99)]
    body = b"SELECT (%s AS ?x) {}"
    last = posted(body % b"99").replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    got = said(server, b"".join(posted(body % text) for text in texts) + last)
    assert re.findall(rb'"value":"(\d+)"', got) == [*texts, b"99"]


def test_of_requests_that_come_ahead_there_may_be_only_so_many(server: Server) -> None:
    assert said(server, ASK * 10_000).count(b"HTTP/1.1 200") <= 101
    assert server.ask("ASK {}").status == 200


@pytest.mark.parametrize(
    "request_", [ASK, posted(b"ASK {}"), CHUNKED + b"6\r\nASK {}\r\n0\r\n\r\n"]
)
def test_an_offer_of_another_protocol_is_declined(server: Server, request_: bytes) -> None:
    """RFC 9110, 7.8. As Java's client makes it with the first request, a body behind it or not."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
    last = ASK.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    got = said(server, request_.replace(HOST, HOST + offer) * 2 + last)
    assert (got.count(b"HTTP/1.1 200 "), got.count(b"true}")) == (3, 3)


def test_a_body_that_is_waited_for_is_asked_for(server: Server) -> None:
    """RFC 9110, 10.1.1."""
    expecting = b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 6\r\n\r\n"
    with connected(server) as client:
        client.sendall(HEAD + expecting)
        assert client.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"ASK {}")
        assert drain(client).startswith(b"HTTP/1.1 200 ")


def test_a_small_answer_comes_in_one_piece_with_its_head(server: Server) -> None:
    with connected(server) as client:
        for _ in range(20):
            client.sendall(ASK)
            assert client.recv(1 << 16).endswith(b"true}")
