"""HTTP/1.1 connections: time limits, size limits, and small responses sent in one piece."""

import asyncio
import math
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import uvicorn
from httptools import HttpParserUpgrade, HttpRequestParser
from starlette.types import ASGIApp
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from graph_builder.server.connection_registry import ConnectionRegistry, OpenConnection
from graph_builder.server.limits import MAX_PIPELINED
from graph_builder.server.request_address import (
    AddressPolicy,
    compute_client_key,
    normalise_client,
)
from graph_builder.server.request_log import SENT_RESPONSE, RequestRecord
from graph_builder.server.response_cache import (
    HEAD_KEY,
    CachedResponse,
    ResponseCache,
    build_head_key,
)
from graph_builder.server.send_progress import count_outstanding, reset

_FLUSH_BYTES = 1 << 16


class UpgradeIgnoringParser(HttpRequestParser):
    """An HTTP parser that ignores Upgrade, as a server may (RFC 9110, section 7.8).

    Java's client sends Upgrade with its first request, and a body may follow.
    """

    def __init__(self, protocol: object, build_head: Callable[[], bytes]) -> None:
        """Report to a protocol; ``build_head`` returns the current head without Upgrade."""
        super().__init__(protocol)
        self._build_head = build_head

    def feed_data(self, data: Any) -> None:
        """Parse bytes; raises HttpParserError if they are not HTTP."""
        while data:
            try:
                super().feed_data(data)
            except HttpParserUpgrade as upgrade:
                data = self._build_head() + data[upgrade.args[0] :]
            else:
                return


class CoalescingTransport:
    """A transport that coalesces what is written within one iteration of the event loop.

    A small response is then sent together with its head, which halves the work on both sides.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Wrap a transport and delegate everything else to it."""
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0
        self.written = 0

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the wrapped transport."""
        return getattr(self._transport, name)

    def write(self, part: bytes) -> None:
        """Send bytes at the end of the iteration, or at once if there are many."""
        if not self._parts:
            self._loop.call_soon(self._send)
        self._parts.append(part)
        self._size += len(part)
        self.written += len(part)
        if self._size >= _FLUSH_BYTES:
            self._send()

    def close(self) -> None:
        """Send what is left and close the connection."""
        self._send()
        self._transport.close()

    def count_outstanding(self) -> int:
        """Return the bytes that were written and that the client has not taken."""
        return self._size + count_outstanding(self._transport)

    def count_taken(self) -> int:
        """Return the bytes that the client has taken."""
        return self.written - self.count_outstanding() if self.written else 0

    def reset(self) -> None:
        """Close the connection so that the client sees that a response is cut."""
        reset(self._transport)

    def _send(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))


_Rejection = tuple[str, str]
_TOO_MANY_CONNECTIONS = (
    "503 Service Unavailable\r\nRetry-After: 1",
    "There are too many connections; try again in a moment.",
)
_HEAD_TOO_LONG = (
    "431 Request Header Fields Too Large",
    "The address and headers of the request are too long; post a long query.",
)
_BAD_REQUEST = "400 Bad Request", "This cannot be read as a request of HTTP/1.1."
_BAD_HOST = "400 Bad Request", "A request of HTTP/1.1 has one Host header, and no more."
_BAD_ADDRESS = "400 Bad Request", "An address has no letters beyond ASCII; encode them by %."
_CONNECT = "501 Not Implemented", "This server is no proxy."
_TOO_MANY_REQUESTS = (
    "429 Too Many Requests",
    f"At most {MAX_PIPELINED} requests may wait on a connection; read their responses first.",
)


@dataclass(frozen=True)
class ConnectionPolicy:
    """What connections answer by themselves, and who is told of it.

    ``headers`` are those of what is sent to connections without a request. ``responses`` are sent
    again to requests with the same head; ``addresses`` says whose these are.
    """

    headers: Sequence[tuple[bytes, bytes]]
    record: Callable[[RequestRecord], None]
    responses: ResponseCache = field(default_factory=ResponseCache)
    addresses: AddressPolicy = field(default_factory=AddressPolicy)


class _BadHead(Exception):  # noqa: N818 -- stops the parser and goes no further
    """A request head that gets no regular response."""


class HTTPConnection(HttpToolsProtocol):
    """A connection of HTTP/1.1 that ends where its client takes longer than it may.

    A client has that time from the connection, or from the last response, until a request's head is
    there, and again whenever it has to take what it was sent; each byte that it takes renews it. A
    response that is not taken is cut by a reset, never by what looks like its end. The parser keeps
    heads of any length and any number of requests, so that both are counted here.
    """

    def __init__(
        self,
        *words: Any,
        registry: ConnectionRegistry,
        policy: ConnectionPolicy,
        **options: Any,
    ) -> None:
        """Prepare a connection as uvicorn does; it is counted in a registry, and has its limits."""
        super().__init__(*words, **options)
        self._registry = registry
        self._policy = policy
        self._limits = registry.limits
        self._entry = OpenConnection("", self._give_way)
        self.parser = UpgradeIgnoringParser(self, self._build_head)
        self._waits: dict[str, tuple[float, int]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._cycles: list[RequestResponseCycle] = []
        self._cached: CachedResponse | None = None
        self._sent_cached: RequestRecord | None = None
        self._ahead = 0
        self._unread = 0
        self._fault = _BAD_REQUEST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or send away what is one connection too many."""
        self._sending = CoalescingTransport(transport, self.loop)
        super().connection_made(cast("asyncio.Transport", self._sending))
        # asyncio does so only where it made the socket; without it a reply waits for 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.client:
            self.client = normalise_client(self.client[0]), self.client[1]
            self._entry.client = compute_client_key(self.client[0])
            self._entry.is_proxy = self._registry.is_proxy(self.client[0])
        admitted = self._registry.admit(self._entry)
        self._wait_for_request()
        if not admitted:
            self._refuse(_TOO_MANY_CONNECTIONS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and let all know that work for it."""
        self._registry.remove(self._entry)
        self._waits.clear()
        for timer in self._timers.values():
            timer.cancel()
        for cycle in self._unanswered():
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; once it makes a request, nothing is waited for."""
        self._unread += len(data)
        self._ahead = 0
        super().data_received(data)
        if self._unread > self._limits.head:
            self._refuse(_HEAD_TOO_LONG)
        if self._unanswered():
            self._stop_waiting("request")

    def on_headers_complete(self) -> None:
        """Begin to answer a request, or raise what ends the work of the parser."""
        self._cycles = self._unanswered()
        self._check_head()
        if self.parser.should_upgrade():
            return  # the parser comes back without the offer
        self._unread = 0
        self._cached = self._find_cached()
        if not self._cached:
            super().on_headers_complete()
            self._cycles.append(self.cycle)
            self._sent_cached = None

    def _find_cached(self) -> CachedResponse | None:
        """Return the kept response to a request that is the only one, if its client reads."""
        key = build_head_key(
            self.parser.get_method(), self.url, self.headers, is_proxy=self._entry.is_proxy
        )
        self.scope[HEAD_KEY] = key  # type: ignore[literal-required]
        if self._cycles or self.flow.write_paused:
            return None
        return self._policy.responses.get(key)

    def _send_cached(self, response: CachedResponse) -> None:
        """Send a kept response."""
        keep_alive = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        each_time = [*self.server_state.default_headers, *([] if keep_alive else [CLOSE_HEADER])]
        head = [b"%s: %s\r\n" % header for header in each_time]
        self.transport.write(b"".join((response.head, *head, b"\r\n", response.body)))
        self.server_state.total_requests += 1
        self._ahead += 1
        if not keep_alive:
            self.transport.close()
        self._registry.mark_busy(self._entry)
        self._wait_for_request()
        self._sent_cached = RequestRecord(
            self._identify_client(),
            response.method,
            response.path,
            response.status,
            len(response.body),
            0.0,
        )
        self._policy.record(self._sent_cached)

    def _identify_client(self) -> str:
        client = self.client[0] if self.client else ""
        if self._entry.is_proxy:
            return self._policy.addresses.identify_client(client, self.headers)
        return client

    def _check_head(self) -> None:
        """Raise _BadHead for a head that is too long, or names no host or two (RFC 9112, 3.2)."""
        if fault := self._find_fault():
            self._fault = fault
            raise _BadHead

    def _find_fault(self) -> _Rejection | None:
        size = len(self.url) + sum([len(name) + len(value) for name, value in self.headers])
        if size > self._limits.head:
            return _HEAD_TOO_LONG
        hosts = [name for name, _ in self.headers].count(b"host")
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            return _BAD_HOST
        if not self.url.isascii():
            return _BAD_ADDRESS
        if self.parser.get_method() == b"CONNECT":
            return _CONNECT
        return _TOO_MANY_REQUESTS if len(self._cycles) + self._ahead > MAX_PIPELINED else None

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        if self.parser.should_upgrade():
            return
        self._unread = 0
        if self._cached:
            self._send_cached(self._cached)
        else:
            self._registry.mark_busy(self._entry)
            super().on_message_complete()

    def _build_head(self) -> bytes:
        """Return the current head without Upgrade."""
        line = b"%s %s HTTP/%s" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        kept = (b"%s: %s" % header for header in self.headers if header[0] != b"upgrade")
        return b"\r\n".join((line, *kept, b"", b""))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's words
        """Refuse what the parser could not go on with."""
        self._refuse(self._fault)

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it was there already."""
        self._wait_for_request()
        super().on_response_complete()
        if self._unanswered():
            self._stop_waiting("request")
            self._registry.mark_busy(self._entry)

    def pause_writing(self) -> None:
        """Wait for the client to take what was sent."""
        super().pause_writing()
        self._wait_for("reader")

    def resume_writing(self) -> None:
        """Go on sending."""
        self._stop_waiting("reader")
        super().resume_writing()

    def _unanswered(self) -> list[RequestResponseCycle]:
        return [cycle for cycle in self._cycles if not cycle.response_complete]

    def _refuse(self, refused: _Rejection) -> None:
        """Send a rejection and close; abort if it could be read as another request's response."""
        if any(cycle.response_started or not cycle.more_body for cycle in self._unanswered()):
            self.transport.abort()
            return
        status, sentence = refused
        head = (
            f"HTTP/1.1 {status}",
            "Connection: close",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(sentence) + 1}",
            *(f"{name.decode()}: {value.decode()}" for name, value in self._policy.headers),
        )
        self.transport.write("\r\n".join((*head, "", f"{sentence}\n")).encode())
        self.transport.close()
        client = self.client[0] if self.client else ""
        code = int(status.partition(" ")[0])
        self._policy.record(RequestRecord(client, "", "", code, len(sentence) + 1, 0.0))

    def _give_way(self) -> None:
        """Close, so that another client may connect."""
        if self._unanswered():
            self.transport.abort()  # its body is not there yet
        else:
            self.transport.close()

    def _wait_for_request(self) -> None:
        self._registry.mark_waiting(self._entry)
        self._wait_for("request")

    def _wait_for(self, name: str) -> None:
        patience = self._limits.patience
        self._waits[name] = self.loop.time() + patience, self._sending.count_taken()
        if name not in self._timers:  # else that one looks when this wait ends
            self._timers[name] = self.loop.call_later(patience, self._look_at, name)

    def _look_at(self, name: str) -> None:
        """Give up if a wait lasts too long."""
        del self._timers[name]
        if name not in self._waits:
            return
        end, taken = self._waits[name]
        if (left := end - self.loop.time()) > 0:
            self._timers[name] = self.loop.call_later(left, self._look_at, name)
        else:
            del self._waits[name]
            self._give_up(name, taken)

    def _give_up(self, name: str, taken_before: int) -> None:
        """Close, but for a client that has taken some of what it was sent since the wait began."""
        outstanding = self._sending.count_outstanding()
        if not outstanding:
            self.transport.abort()
        elif self._sending.count_taken() > taken_before:
            self._wait_for(name)
        else:
            self._record_cut(outstanding)
            self._sending.reset()

    def _record_cut(self, outstanding: int) -> None:
        """Tell of a response that was sent, as far as the application knows, and is cut."""
        answered = self.cycle.scope.get(SENT_RESPONSE) if self.cycle else None
        sent = self._sent_cached or answered
        if isinstance(sent, RequestRecord) and not self._unanswered():
            size = max(sent.size - outstanding, 0)
            self._policy.record(sent._replace(size=size, is_complete=False))

    def _stop_waiting(self, name: str) -> None:
        self._waits.pop(name, None)


def build_uvicorn_config(
    app: ASGIApp, registry: ConnectionRegistry, policy: ConnectionPolicy
) -> uvicorn.Config:
    """Return how uvicorn is to serve an application, whose connections a registry counts."""
    limits = registry.limits
    connection = partial(HTTPConnection, registry=registry, policy=policy)
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", connection),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=math.ceil(limits.patience),
        timeout_graceful_shutdown=math.ceil(limits.query_seconds) + 1,
    )
