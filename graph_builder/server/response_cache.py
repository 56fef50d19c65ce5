"""Whole responses, kept by the head of their request.

As long as a graph is served, a request with the same head has the same response: the connection
sends it again without asking the application, which takes many times as long. What is kept is
bounded in bytes; what was not asked for longest goes first.
"""

from dataclasses import dataclass
from http import HTTPStatus

from graph_builder.server.limits import MAX_CACHED_RESPONSES, SMALL_ANSWER_BYTES
from graph_builder.server.lru_cache import LRUCache
from graph_builder.server.request_address import Headers

#: Of a request: whether a proxy sent it that is believed, its method, its target, its headers.
HeadKey = tuple[bool, bytes, bytes, tuple[tuple[bytes, bytes], ...]]

#: Keys in the scope of a request: what its response may be kept by, and the version of the graph
#: that made a response which is the same each time.
HEAD_KEY, REPEATABLE = "aigg.head_key", "aigg.repeatable"
_METHODS = (b"GET", b"HEAD")
#: Headers of requests that change no response.
IGNORED_HEADERS = frozenset(
    (b"accept-language", b"cookie", b"referer", b"user-agent", b"x-forwarded-for", b"x-real-ip")
)
#: Headers of a request that has a body, or whose client waits before it sends one.
_OF_BODIES = frozenset((b"content-length", b"expect", b"transfer-encoding"))
_MAX_HEAD = 4096
#: What a kept response takes beside its bytes, and how many times their length headers take.
_OVERHEAD, _HEADER_FACTOR = 1024, 3


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response to a request with a method and a path: status, head and body.

    The head is without the headers that differ each time, and without the empty line at its end.
    """

    status: int
    head: bytes
    body: bytes
    method: str
    path: str


def build_head_key(method: bytes, url: bytes, headers: Headers, *, is_proxy: bool) -> HeadKey:
    """Return all of the head of a request that a response can depend on."""
    read = tuple([header for header in headers if header[0] not in IGNORED_HEADERS])
    return is_proxy, method, url, read


def format_head(status: int, headers: Headers) -> bytes:
    """Return the status line and the headers of a response, without the empty line at the end."""
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()
    return b"\r\n".join((line, *(b"%s: %s" % header for header in headers), b""))


class ResponseCache:
    """The responses that are kept of one version of the graph."""

    def __init__(self, max_bytes: int = MAX_CACHED_RESPONSES) -> None:
        """Keep up to ``max_bytes``."""
        self._version = ""
        self._kept: LRUCache[HeadKey, CachedResponse] = LRUCache(max_bytes, _measure)

    def restart(self, version: str) -> None:
        """Forget all responses, and keep those of another version of the graph from now on."""
        self._version = version
        self._kept.clear()

    def get(self, key: HeadKey) -> CachedResponse | None:
        """Return the response to a request with a head, if it is kept."""
        return self._kept.get(key)

    def keep(self, key: HeadKey, version: str, response: CachedResponse) -> None:
        """Keep a response of a version, if it is small and depends on the head alone."""
        _, method, url, headers = key
        names = {name for name, _ in headers}
        size = len(url) + sum(len(name) + len(value) for name, value in headers)
        if version != self._version or method not in _METHODS or names & _OF_BODIES:
            return
        # without a Host header, the address depends on where the connection came in
        if b"host" not in names or size > _MAX_HEAD or len(response.body) > SMALL_ANSWER_BYTES:
            return
        self._kept.keep(key, response)


def _measure(key: HeadKey, response: CachedResponse) -> int:
    """Return about how many bytes of memory a kept response takes."""
    asked = len(key[2]) + sum(len(name) + len(value) for name, value in key[3])
    return _OVERHEAD + _HEADER_FACTOR * asked + len(response.head) + len(response.body)
