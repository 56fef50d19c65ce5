"""Whole responses that are kept: for which requests, for how long, and that nobody can tell."""

import asyncio
import math
import re
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import ip_network
from typing import Any, cast

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from graph_builder.server.app import AccessPolicy, GuardMiddleware
from graph_builder.server.connection_registry import ConnectionRegistry
from graph_builder.server.http_connection import (
    ConnectionPolicy,
    HTTPConnection,
    build_uvicorn_config,
)
from graph_builder.server.limits import SMALL_ANSWER_BYTES, Limits
from graph_builder.server.request_address import AddressPolicy
from graph_builder.server.response_cache import (
    IGNORED_HEADERS,
    REPEATABLE,
    CachedResponse,
    ResponseCache,
    build_head_key,
)
from tests.conftest import run_alone
from tests.server.conftest import HUNG, Server

HOST = (b"host", b"localhost")
BODY = b"yes"


class Served:
    """A connection to an application whose responses are kept; it counts how often it is asked."""

    def __init__(self, **addresses: Any) -> None:
        """Prepare the application."""
        self.asked = 0
        self.version = "one"
        self.parts = [BODY]
        self.records: list[Any] = []
        self.responses = ResponseCache()
        self.responses.restart("one")
        self.addresses = AddressPolicy(**{"hosts": ("localhost",), **addresses})

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer a request."""
        self.asked += 1
        scope[REPEATABLE] = self.version
        size = str(sum(map(len, self.parts))).encode()
        head = [(b"content-length", size)]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        for left, part in enumerate(self.parts, 1 - len(self.parts)):
            await send({"type": "http.response.body", "body": part, "more_body": left < 0})

    async def run(self, ask: Callable[["socket.socket"], Awaitable[None]]) -> None:
        """Accept a connection, and call a function with its other end."""
        access = AccessPolicy(self.addresses, record=self.records.append)
        app = GuardMiddleware(self.answer, access, self.responses, lambda _: ())
        policy = ConnectionPolicy((), self.records.append, self.responses, self.addresses)
        registry = ConnectionRegistry(Limits(), self.addresses.is_proxy)
        config = build_uvicorn_config(app, registry, policy)
        config.load()
        connection = cast("type[HTTPConnection]", config.http_protocol_class)
        make = partial(connection, config=config, server_state=ServerState(), app_state={})
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as theirs:
            theirs.connect(listener.getsockname())
            theirs.settimeout(0)
            ours, _ = listener.accept()
            await asyncio.get_running_loop().connect_accepted_socket(make, ours)
            await ask(theirs)

    def ask(self, *requests: bytes, heads: float = 1) -> list[bytes]:
        """Send requests one after another; return what comes, so many heads or all, after each."""
        got: list[bytes] = []

        async def exchange(theirs: socket.socket) -> None:
            loop = asyncio.get_running_loop()
            for sent in requests:
                await loop.sock_sendall(theirs, sent)
                got.append(b"")
                while got[-1].count(b"\r\n\r\n") < heads:
                    part = await loop.sock_recv(theirs, 1 << 20)
                    if not part:
                        break
                    got[-1] += part

        run_alone(lambda: asyncio.wait_for(self.run(exchange), HUNG))
        return got


def request(*headers: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    line = method + b" /a HTTP/" + version
    return b"\r\n".join((line, b"Host: localhost", *headers, b"", b""))


def without_date(response: bytes) -> bytes:
    return re.sub(rb"date: [^\r]*\r\n", b"", response)


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_the_same_request_is_answered_by_the_connection(method: bytes) -> None:
    served = Served()
    first, *others = served.ask(*[request(method=method)] * 3)
    assert served.asked == 1
    assert {without_date(each) for each in others} == {without_date(first)}
    assert b"x-content-type-options: nosniff" in first
    size = 0 if method == b"HEAD" else len(BODY)
    assert {(each.path, each.status, each.size) for each in served.records} == {("/a", 200, size)}
    assert len(served.records) == 3


@pytest.mark.parametrize("name", sorted(IGNORED_HEADERS))
def test_headers_that_change_nothing_are_not_looked_at(name: bytes) -> None:
    served = Served()
    served.ask(request(name + b": x"), request(name + b": y"), request())
    assert served.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        request(b"Accept: text/csv"),
        request(b"Accept-Encoding: gzip"),
        request(b'If-None-Match: "x"'),
        request(b"X: y"),
        request(method=b"HEAD"),
        request().replace(b"/a", b"/a?"),
    ],
)
def test_any_other_request_is_put_to_the_application(other: bytes) -> None:
    served = Served()
    served.ask(request(), other)
    assert served.asked == 2


def test_an_unknown_host_gets_nothing_that_is_kept() -> None:
    served = Served()
    _, refused = served.ask(request(), request().replace(b"localhost", b"example.org"))
    assert (served.asked, refused[:12]) == (1, b"HTTP/1.1 421")


@pytest.mark.parametrize(
    "ending", [request(b"Connection: close"), request(version=b"1.0")], ids=["close", "HTTP/1.0"]
)
def test_the_connection_ends_where_its_client_wants_it(ending: bytes) -> None:
    served = Served()
    (made,), (kept,) = (served.ask(ending, heads=math.inf) for _ in range(2))
    assert b"\r\nconnection: close\r\n" in kept
    assert made.endswith(BODY)
    assert kept.endswith(BODY)
    assert served.asked == 1


def test_of_requests_that_come_ahead_only_so_many_are_answered() -> None:
    served = Served()
    served.ask(request())
    (got,) = served.ask(request() * 500, heads=math.inf)
    assert (got.count(b"HTTP/1.1 200"), got.count(b"HTTP/1.1 429")) == (101, 1)


def test_a_proxy_says_whose_a_request_is() -> None:
    served = Served(proxies=(ip_network("127.0.0.0/8"),))
    forwarded = [request(b"X-Forwarded-For: 192.0.2.%d" % number) for number in (1, 2, 3)]
    served.ask(*forwarded)
    assert [each.client for each in served.records] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert served.asked == 1


def test_nothing_outlasts_its_graph() -> None:
    served = Served()
    served.ask(request(), request())
    served.responses.restart("two")  # while a response of the graph before is being made
    served.ask(request(), request())
    assert served.asked == 3
    served.version = "two"
    served.ask(request(), request())
    assert served.asked == 4


@pytest.mark.parametrize(
    "parts", [[b"x" * (SMALL_ANSWER_BYTES + 1)], [b"x", b"y"]], ids=["large", "in parts"]
)
def test_only_small_bodies_in_one_part_are_kept(parts: list[bytes]) -> None:
    served = Served()
    served.parts = parts
    served.ask(request(), request())
    assert served.asked == 2


@pytest.mark.parametrize(
    ("method", "headers", "is_kept"),
    [
        (b"GET", [HOST], True),
        (b"POST", [HOST], False),
        (b"GET", [], False),
        (b"GET", [HOST, (b"content-length", b"1")], False),
        (b"GET", [HOST, (b"transfer-encoding", b"chunked")], False),
        (b"GET", [HOST, (b"expect", b"100-continue")], False),
        (b"GET", [HOST, (b"x", b"y" * 5000)], False),
    ],
)
def test_what_depends_on_more_than_the_head_is_not_kept(
    method: bytes,
    headers: list[tuple[bytes, bytes]],
    is_kept: bool,  # noqa: FBT001
) -> None:
    cache = ResponseCache()
    key = build_head_key(method, b"/", headers, is_proxy=False)
    cache.keep(key, "", CachedResponse(200, b"", b"", "GET", "/"))
    assert (cache.get(key) is not None) == is_kept


def test_what_was_not_asked_for_longest_goes_first() -> None:
    cache = ResponseCache(max_bytes=30_000)
    keys = [build_head_key(b"GET", b"/%d" % n, [HOST], is_proxy=False) for n in range(4)]
    for key in keys:
        cache.get(keys[0])
        cache.keep(key, "", CachedResponse(200, b"", b"x" * 8000, "GET", "/"))
    assert [cache.get(key) is not None for key in keys] == [True, False, True, True]


@pytest.mark.server
@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/sparql?query=ASK%7B%7D", {}),
        ("/sparql?query=ASK%7B%7D", {"Accept": "text/csv"}),
        ("/sparql?query=SELECT*%7B%3Fs+%3Fp+%3Fo%7D", {"Accept_Encoding": "gzip"}),
        ("/sparql?query=ASK%7B", {}),
        ("/sparql?query=SELECT(UUID()AS%3Fx)%7B%7D", {}),
        ("/sparql", {"Accept": "text/turtle"}),
        ("/", {}),
        ("/nothing", {}),
        ("/void", {"Accept": "text/turtle"}),
    ],
)
def test_kept_or_made_the_response_is_the_same(
    server: Server, target: str, headers: dict[str, str]
) -> None:
    fresh = server.send("GET", target, None, X=target, **headers)
    for _ in range(3):
        again = server.send("GET", target, None, **headers)
        assert (again.status, again.headers.keys()) == (fresh.status, fresh.headers.keys())
        assert {**again.headers, "date": ""} == {**fresh.headers, "date": ""}
        assert (again.body == fresh.body) == ("UUID" not in target)
