"""The log: one line a request, with who asked, for which path, and what came of it.

Queries are not logged, neither those in addresses nor those that are posted: they can name people,
and what somebody looks up is nobody else's business. A line has eight words, none of which a client
can put a blank or a line end into.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from graph_builder.core.text import shorten

#: The key in the scope of a request under which its record stands once its response was sent.
SENT_RESPONSE = "aigg.sent_response"
_MAX_PATH = 200
_DELAY_SECONDS = 0.05
#: Each may be as long as the head of a request.
_CACHED_PATHS = 64
_FIRST_REFUSAL, _FIRST_FAILURE = 400, 500


class RequestRecord(NamedTuple):
    """What became of a request: its client, method and path, and the response to it.

    ``status`` is 0 if no response was begun. What was no request has no method and no path.
    """

    client: str
    method: str
    path: str
    status: int
    size: int
    seconds: float
    is_complete: bool = True

    @property
    def outcome(self) -> str:
        """Return one word: gone and cut mean that the client did not get the whole response."""
        if not self.status:
            return "gone"
        if not self.is_complete:
            return "cut"
        if self.status >= _FIRST_FAILURE:
            return "failed"
        return "refused" if self.status >= _FIRST_REFUSAL else "answered"


class RequestLog:
    """Writes lines of requests a moment after they end, those of many at once."""

    def __init__(self, write: Callable[..., None]) -> None:
        """Call ``write`` with the lines."""
        self._write = write
        self._ended: list[tuple[float, RequestRecord]] = []

    def record(self, request: RequestRecord) -> None:
        """Note that a request ended now."""
        if not self._ended:
            asyncio.get_running_loop().call_later(_DELAY_SECONDS, self.flush)
        self._ended.append((time.time(), request))

    def flush(self) -> None:
        """Write what was not written yet."""
        ended, self._ended = self._ended, []
        if ended:
            self._write(*(format_log_line(request, at) for at, request in ended))


def format_log_line(record: RequestRecord, at: float) -> str:
    """Return a record of a time, in seconds, as a line.

    Its words are time, client, method, path, status, bytes, duration, outcome.
    """
    second = int(at)
    now = f"{_format_second(second)}.{int((at - second) * 1000):03d}Z"
    asked = f"{record.client or '-'} {record.method or '-'} {_format_path(record.path)}"
    took = f"{record.size} {record.seconds * 1000:.0f}ms"
    return f"{now} {asked} {record.status or '-'} {took} {record.outcome}"


@lru_cache(maxsize=1)
def _format_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat().removesuffix("+00:00")


@lru_cache(maxsize=_CACHED_PATHS)
def _format_path(path: str) -> str:
    return shorten(quote(path, errors="surrogateescape"), _MAX_PATH) or "-"
