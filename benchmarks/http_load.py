"""Load on an HTTP server: many connections, on each of which a request follows the response.

One thread without a library sends them all, so that what is measured is the server.
"""

import re
import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

_SIZE = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD_END, _LAST_CHUNK = b"\r\n\r\n", b"0\r\n\r\n"
_PART = 1 << 18
_PATIENCE = 60


@dataclass(frozen=True)
class Load:
    """Requests for one address: how many, and on how many connections at once.

    ``keep_alive`` sends all requests of a connection on it; else each has a new one.
    """

    target: str
    requests: int
    connections: int
    accept: str = "*/*"
    keep_alive: bool = True

    def format_request(self, port: int) -> bytes:
        """Return a request of it."""
        ending = "" if self.keep_alive else "Connection: close\r\n"
        head = f"GET {self.target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {self.accept}\r\n"
        return f"{head}Accept-Encoding: gzip\r\n{ending}\r\n".encode()


@dataclass
class LoadResult:
    """What became of a load: its seconds, the responses by status, and their slowest."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def rate(self) -> float:
        """Return the responses a second."""
        return self.statuses.total() / self.seconds


@dataclass
class _Client:
    """A connection with what came of a response, and when its request was sent."""

    socket: socket.socket
    sent: float
    got: bytes = b""

    def take(self) -> int:
        """Read; return the status of a response that is whole, else 0."""
        part = self.socket.recv(_PART)
        self.got = self.got + part if self.got else part
        end = self.got.find(_HEAD_END)
        if not part and end < 0:
            return -1  # cut, or refused without a response
        size = _SIZE.search(self.got, 0, end)
        if size:
            is_whole = len(self.got) >= end + len(_HEAD_END) + int(size[1])
        else:
            is_whole = self.got.endswith(_LAST_CHUNK)
        return int(self.got[9:12]) if end >= 0 and is_whole else 0


def put_load(port: int, load: Load) -> LoadResult:
    """Put a load on the server at a port of this machine, and return what became of it.

    A response that is cut counts with the status -1.
    """
    request, result = load.format_request(port), LoadResult()
    left = load.requests
    with selectors.DefaultSelector() as selector:

        def connect() -> None:
            client = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(request)
            opened = _Client(client, time.perf_counter())
            selector.register(client, selectors.EVENT_READ, opened)

        begun = time.perf_counter()
        for _ in range(min(load.connections, left)):
            connect()
            left -= 1
        while selector.get_map():
            for key, _ in selector.select(_PATIENCE) or _fail(load):
                client: _Client = key.data
                if not (status := client.take()):
                    continue
                now = time.perf_counter()
                result.statuses[status] += 1
                result.slowest = max(result.slowest, now - client.sent)
                if left and load.keep_alive and status > 0:
                    client.got, client.sent = b"", now
                    client.socket.sendall(request)
                    left -= 1
                    continue
                selector.unregister(client.socket)
                client.socket.close()
                if left:
                    connect()
                    left -= 1
        result.seconds = time.perf_counter() - begun
    return result


def _fail(load: Load) -> list[tuple[selectors.SelectorKey, int]]:
    raise SystemExit(f"{load.target}: no response for {_PATIENCE} seconds")
