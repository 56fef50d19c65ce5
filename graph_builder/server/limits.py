"""What the endpoint spends at most, on one query, on one client and in all."""

import os
from dataclasses import dataclass

from graph_builder.core.text import escape_controls

MIB = 1024 * 1024

#: Seconds after which a query counts as a long one.
SHORT_QUERY_SECONDS = 0.1
#: Queries that may run for BRIEF at the same time, beside the long ones.
SHORT_QUERY_SLOTS = 2
#: Seconds that a client has for a request's head, for its body, and to take what it is sent.
CLIENT_TIMEOUT = 10.0
#: Requests in progress, of all clients and of one.
MAX_REQUESTS, MAX_REQUESTS_PER_CLIENT = 1024, 512
#: Bytes of a request's head, and so of a query in an address.
MAX_HEAD_BYTES = 64 * 1024
#: Requests that a connection may send ahead of the one that is being answered.
MAX_PIPELINED = 16
#: Bytes of a body that are read and dropped, so that its sender comes to read why it is refused.
MAX_DISCARDED_BYTES = 16 * MIB
#: Bytes of request bodies held at a time.
MAX_BUFFERED_BODY_BYTES = 16 * MIB
#: Answers of the largest size held at a time until their clients have taken them.
MAX_BUFFERED_ANSWERS = 3


@dataclass(frozen=True)
class Limits:
    """The bounds that whoever runs the endpoint may set: times in seconds, sizes in bytes."""

    time: float = 10.0
    memory: int = 512 * MIB
    answer: int = 16 * MIB
    body: int = MIB
    long: int = max(2, os.cpu_count() or 1)

    @property
    def long_each(self) -> int:
        """Return how many long queries one client may have running: half of them, at least one."""
        return max(1, self.long // 2)


class RequestRejected(Exception):  # noqa: N818 -- an answer to the client, not a mistake of ours
    """An answer that is none: a status of HTTP, a sentence, and when to come again, in seconds."""

    def __init__(
        self, status: int, sentence: str, *, again: int | None = None, **headers: str
    ) -> None:
        """Keep the sentence, the status and headers."""
        super().__init__(escape_controls(sentence))
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if again is not None:
            self.headers["Retry-After"] = str(again)


def too_busy(sentence: str) -> RequestRejected:
    """Return the refusal of a server that has too much to do, 503 by RFC 9110."""
    return RequestRejected(503, sentence, again=1)
