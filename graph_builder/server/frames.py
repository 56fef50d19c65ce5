"""Messages between the server and its workers: a few words of JSON, then bytes, both with a length.

The lengths stand first, as two unsigned numbers of four bytes in network order.
"""

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")


def pack(words: dict[str, Any], size: int = 0) -> bytes:
    """Return a message up to its bytes, of which ``size`` are to follow."""
    head = json.dumps(words).encode()
    return LENGTHS.pack(len(head), size) + head


def receive(channel: socket.socket) -> dict[str, Any] | None:
    """Wait for a message without bytes and return its words, or None where the other side left."""
    lengths = _exactly(channel, LENGTHS.size)
    head = _exactly(channel, LENGTHS.unpack(lengths)[0]) if lengths else b""
    return dict(json.loads(head)) if head else None


def _exactly(channel: socket.socket, size: int) -> bytes:
    """Return so many bytes, or none where the channel ends before."""
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(size - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)
