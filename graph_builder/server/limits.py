"""Limits of the endpoint: per query, per client and in total."""

import os
from dataclasses import dataclass

from graph_builder.core.text import escape_controls

MIB = 1024 * 1024

#: Seconds after which a query counts as long.
SHORT_QUERY_SECONDS = 0.1
#: Queries that may run as short ones at the same time, beside the long ones.
SHORT_QUERY_SLOTS = 2
#: Seconds a client has to send a request's head, to send its body, and to read what it is sent.
CLIENT_TIMEOUT = 10.0
#: Requests in progress: of all clients, and of one.
MAX_REQUESTS, MAX_REQUESTS_PER_CLIENT = 1024, 512
#: Bytes of a request's head, and so of a query in a URL.
MAX_HEAD_BYTES = 64 * 1024
#: Requests that a connection may send ahead of the one being answered.
MAX_PIPELINED = 16
#: Bytes of a rejected body that are read and discarded, so that its sender reads the response.
MAX_DISCARDED_BYTES = 16 * MIB
#: Bytes of request bodies in memory at a time.
MAX_BUFFERED_BODY_BYTES = 16 * MIB
#: Answers of the largest size in memory at a time, until their clients have read them.
MAX_BUFFERED_ANSWERS = 3


@dataclass(frozen=True)
class Limits:
    """The limits that an operator can set: times in seconds, sizes in bytes."""

    query_seconds: float = 10.0
    memory: int = 512 * MIB
    answer: int = 16 * MIB
    body: int = MIB
    long: int = max(2, os.cpu_count() or 1)

    @property
    def long_per_client(self) -> int:
        """Return how many long queries one client may run at a time: half of them, at least one."""
        return max(1, self.long // 2)


class HTTPError(Exception):
    """An error that a request is answered with: HTTP status, sentence, headers."""

    def __init__(
        self, status: int, sentence: str, *, retry_after: int | None = None, **headers: str
    ) -> None:
        """Keep the sentence, the status and headers; ``retry_after`` is in seconds."""
        super().__init__(escape_controls(sentence))
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


def service_unavailable(sentence: str) -> HTTPError:
    """Return the error of an overloaded server: 503 by RFC 9110, to be retried in a second."""
    return HTTPError(503, sentence, retry_after=1)
