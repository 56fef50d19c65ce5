"""Limits of the endpoint: per query, per client and in total."""

import os
from dataclasses import dataclass
from http import HTTPStatus

from graph_builder.core.text import escape_controls
from graph_builder.store.local_engine import MAX_QUERY_LENGTH

KIB, MIB = 1024, 1024 * 1024

#: Seconds of processor time after which a query counts as long; and of a clock, in case the worker
#: gets no processor.
SHORT_QUERY_SECONDS = 0.1
MAX_SHORT_QUERY_SECONDS = 0.5
#: Queries that may run as short ones at the same time, beside the long ones.
SHORT_QUERY_SLOTS = 2
#: Requests that a connection may send at once, each before the answer to the one before it.
MAX_PIPELINED = 100
#: Bytes of a rejected body that are read and discarded, so that its sender reads the response.
MAX_DISCARDED_BYTES = 16 * MIB
#: Request bodies of the largest size in memory at a time.
MAX_BUFFERED_BODIES = 16
#: Answers of the largest size in memory at a time, until their clients have read them; of one
#: client, one. Small answers do not count.
MAX_BUFFERED_ANSWERS = 3
SMALL_ANSWER_BYTES = 64 * KIB
#: Bytes of replies that are kept to be sent again, and of one of them.
MAX_CACHED_BYTES, MAX_CACHED_REPLY = 64 * MIB, 4 * MIB
#: Bytes of whole responses that are kept beside them, small ones alone, by the head of a request.
MAX_CACHED_RESPONSES = 16 * MIB
#: Seconds after which a client may try again.
_RETRY_SECONDS = 1


@dataclass(frozen=True)
class Limits:
    """The limits that an operator can set: times in seconds, sizes in bytes.

    Of a query: its time, memory, length in characters and answer, and how many long ones run at a
    time. Of a client: its ``patience`` is how long it may take to send a request's head, to send
    its body, and to read what it is sent. ``connections`` are also the requests in progress.
    """

    query_seconds: float = 10.0
    memory: int = 512 * MIB
    query_length: int = MAX_QUERY_LENGTH
    answer: int = 16 * MIB
    long: int = max(2, os.cpu_count() or 1)
    long_each: int | None = None
    head: int = 64 * KIB
    body: int = MIB
    patience: float = 10.0
    connections: int = 1024
    connections_per_client: int = 256

    @property
    def long_per_client(self) -> int:
        """Return how many long queries one client may run at a time: by default half of them."""
        return self.long_each or max(1, self.long // 2)


class HTTPError(Exception):
    """An error that a request is answered with: HTTP status, sentence, headers."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        """Keep the sentence, the status and headers; 503 says when to try again."""
        super().__init__(escape_controls(sentence))
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.headers.setdefault("Retry-After", str(_RETRY_SECONDS))


def service_unavailable(sentence: str) -> HTTPError:
    """Return the error of an overloaded server: 503 by RFC 9110, to be retried in a second."""
    return HTTPError(503, sentence)
