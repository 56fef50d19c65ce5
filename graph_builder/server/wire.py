"""Between a connection and its bytes: requests are read from them, small answers go out whole."""

import asyncio
from collections.abc import Callable
from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser

_PART = 1 << 16


class Parser(HttpRequestParser):
    """A parser of requests that goes on where a client offers to speak another protocol.

    As Java's client does with its first request, behind which a body may come. A server that keeps
    to HTTP/1.1 reads on as if nothing had been offered (RFC 9110, section 7.8).
    """

    def __init__(self, protocol: object, declined: Callable[[], bytes]) -> None:
        """Report to a protocol; ``declined`` returns the head at hand without the offer."""
        super().__init__(protocol)
        self._declined = declined

    def feed_data(self, data: Any) -> None:
        """Read bytes; raises HttpParserError where they are no requests."""
        while data:
            try:
                super().feed_data(data)
            except HttpParserUpgrade as offer:
                data = self._declined() + data[offer.args[0] :]
            else:
                return


class Joining:
    """A transport that sends in one piece what is written within one turn of the loop.

    A small answer then goes out with its head, which is half the work for both sides.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Stand on a transport, which does all that is not done here."""
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Return what the transport has by a name."""
        return getattr(self._transport, name)

    def write(self, part: bytes) -> None:
        """Send bytes soon, or at once where there are many."""
        if not self._parts:
            self._loop.call_soon(self._send)
        self._parts.append(part)
        self._size += len(part)
        if self._size >= _PART:
            self._send()

    def close(self) -> None:
        """End the connection once all is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))
