"""Connections that cannot be held for long: by a request that does not come, or an unread reply."""

import asyncio
import math
import socket
from collections import Counter
from typing import Any, ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from graph_builder.server.limits import LONGEST_HEAD, PATIENCE, REQUESTS, REQUESTS_EACH

_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 31\r\n\r\n"
    b"There are too many connections\n"
)


class Connection(H11Protocol):
    """A connection of HTTP/1.1 that ends where its client takes longer than PATIENCE.

    A client has that time from the connection, or from the last response, until a request's head is
    there, and again whenever it has to take what it was sent.
    """

    open_: ClassVar[Counter[str]] = Counter()

    def __init__(self, *words: Any, **options: Any) -> None:
        """Prepare a connection as uvicorn does."""
        super().__init__(*words, **options)
        self._waits: dict[str, asyncio.TimerHandle] = {}
        self._host = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or send away what is one connection too many."""
        super().connection_made(transport)
        # asyncio does so only where it made the socket; without it a reply waits for 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = self.client[0] if self.client else ""
        self.open_[self._host] += 1
        self._wait_for("request")
        if self.open_[self._host] > REQUESTS_EACH or self.open_.total() > REQUESTS:
            transport.write(_BUSY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.open_.subtract([self._host])
        if not self.open_[self._host]:
            del self.open_[self._host]
        for name in list(self._waits):
            self._stop_waiting(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; once it makes a request, nothing is waited for."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting("request")

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._wait_for("request")
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting("request")  # it was there already

    def pause_writing(self) -> None:
        """Wait for the client to take what was sent."""
        super().pause_writing()
        self._wait_for("reader")

    def resume_writing(self) -> None:
        """Go on sending."""
        self._stop_waiting("reader")
        super().resume_writing()

    def _wait_for(self, name: str) -> None:
        self._stop_waiting(name)
        self._waits[name] = self.loop.call_later(PATIENCE, self.transport.abort)

    def _stop_waiting(self, name: str) -> None:
        if name in self._waits:
            self._waits.pop(name).cancel()


def configuration(app: ASGIApp, *, grace: int, proxy: bool) -> uvicorn.Config:
    """Return how uvicorn is to serve an application, which has ``grace`` seconds for its end.

    Only behind a proxy are its headers believed, and only if it is on this machine: otherwise
    whoever asks could give any address for its own, and take many turns.
    """
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_keep_alive=math.ceil(PATIENCE),
        timeout_graceful_shutdown=grace,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
