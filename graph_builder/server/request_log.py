"""The log: one line a request, with who asked, for which path, and what came of it.

Queries are not logged, neither those in addresses nor those that are posted: they can name people,
and what somebody looks up is nobody else's business. A line has eight words, none of which a client
can put a blank or a line end into.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from graph_builder.core.text import shorten

#: The key in the scope of a request under which its record stands once its response was sent.
SENT_RESPONSE = "aigg.sent_response"
_MAX_PATH = 200
_FIRST_REFUSAL, _FIRST_FAILURE = 400, 500


@dataclass(frozen=True)
class RequestRecord:
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


def format_log_line(record: RequestRecord) -> str:
    """Return a record as a line: time, client, method, path, status, bytes, duration, outcome."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    path = shorten(quote(record.path, errors="surrogateescape"), _MAX_PATH) or "-"
    status = record.status or "-"
    asked = f"{record.client or '-'} {record.method or '-'} {path}"
    took = f"{record.size} {record.seconds * 1000:.0f}ms"
    return f"{now} {asked} {status} {took} {record.outcome}"
