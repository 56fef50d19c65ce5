"""Messages between the server and its workers: a few words of JSON, then bytes, both with a length.

The lengths stand first, as two unsigned numbers of four bytes in network order.
"""

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")
_PART = 1 << 16


def pack(words: dict[str, Any], size: int = 0) -> bytes:
    """Return a message up to its bytes, of which ``size`` are to follow."""
    head = json.dumps(words).encode()
    return LENGTHS.pack(len(head), size) + head


def unpack(message: bytearray) -> tuple[dict[str, Any], int, int] | None:
    """Return the words of a message, where its bytes begin and end, or None where more must come.

    For that the words alone have to be there.
    """
    if len(message) < LENGTHS.size:
        return None
    length, size = LENGTHS.unpack_from(message)
    start = LENGTHS.size + length
    if len(message) < start:
        return None
    return json.loads(message[LENGTHS.size : start]), start, start + size


def receive(channel: socket.socket) -> dict[str, Any] | None:
    """Wait for a message without bytes and return its words, or None where the other side left.

    There must be no other message behind it.
    """
    message = bytearray()
    while part := channel.recv(_PART):
        message += part
        if found := unpack(message):
            return found[0]
    return None
