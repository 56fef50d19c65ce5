"""Cross-origin requests (CORS, Fetch standard): what pages of other sites may send and read.

The server has no logins and no cookies, so that any page may read all of it, and a preflight allows
whatever header a client wants to send except those of logins.
"""

import re
from collections.abc import Iterator, Sequence

from starlette.types import Scope

_ORIGIN = (b"access-control-allow-origin", b"*")
#: Headers of answers that pages may read, beyond those that they always may.
_EXPOSED = b"Content-Location, ETag, Link, Retry-After"
_MAX_AGE = b"86400"
_TOKEN = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_MAX_HEADERS = 64
_OF_LOGINS = (b"authorization", b"cookie", b"proxy-authorization")
_DEFAULT_HEADERS = b"accept, content-type"


def list_answer_headers() -> list[tuple[bytes, bytes]]:
    """Return the headers by which pages of other sites may read an answer."""
    return [_ORIGIN, (b"access-control-expose-headers", _EXPOSED)]


def list_preflight_headers(scope: Scope, methods: Sequence[str]) -> list[tuple[bytes, bytes]]:
    """Return the headers by which pages of other sites may send a request."""
    headers = b", ".join(_iter_requested(scope)) or _DEFAULT_HEADERS
    return [
        (b"access-control-allow-methods", ", ".join(methods).encode()),
        (b"access-control-allow-headers", headers),
        (b"access-control-max-age", _MAX_AGE),
        (b"vary", b"Access-Control-Request-Headers"),
    ]


def _iter_requested(scope: Scope) -> Iterator[bytes]:
    found = (v for n, v in scope["headers"] if n == b"access-control-request-headers")
    names = (name.strip().lower() for name in b",".join(found).split(b",")[:_MAX_HEADERS])
    return (name for name in names if _TOKEN.fullmatch(name) and name not in _OF_LOGINS)
