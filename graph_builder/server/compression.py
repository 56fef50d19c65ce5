"""Compression of responses: gzip, which every client knows and Python has."""

import gzip
from dataclasses import replace

from graph_builder.server.sparql_task import Reply

#: Bytes below which compression does not pay.
_MIN_BYTES = 1024
#: Bytes beyond which speed counts more than size.
_LARGE_BYTES = 1 << 20
_FAST, _THOROUGH = 1, 6


def accepts_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header accepts gzip (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        given = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        try:
            weights[coding] = float(given)
        except ValueError:
            weights[coding] = 0.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def compress(body: bytes) -> bytes:
    """Return bytes compressed with gzip, the same for the same bytes."""
    level = _FAST if len(body) > _LARGE_BYTES else _THOROUGH
    return gzip.compress(body, level, mtime=0)


def compress_reply(reply: Reply) -> Reply:
    """Return a reply with its body compressed, if it is large enough to become smaller."""
    if len(reply.body) < _MIN_BYTES:
        return reply
    headers = {**reply.headers, "Content-Encoding": "gzip"}
    return replace(reply, body=compress(reply.body), headers=headers)
