"""Framing of messages between the server and its workers: a JSON object, then a body of bytes.

Both lengths come first, as two unsigned 32-bit integers in network order.
"""

import json
import socket
import struct
from typing import Any

MESSAGE_HEADER = struct.Struct("!II")
_CHUNK_BYTES = 1 << 16


def pack_message(values: dict[str, Any], size: int = 0) -> bytes:
    """Return a message up to its body, of which ``size`` bytes follow."""
    head = json.dumps(values).encode()
    return MESSAGE_HEADER.pack(len(head), size) + head


def unpack_message(message: bytearray) -> tuple[dict[str, Any], int, int] | None:
    """Return the object of a message and where its body starts and ends, or None if incomplete.

    Only the object has to be complete, not the body.
    """
    if len(message) < MESSAGE_HEADER.size:
        return None
    length, size = MESSAGE_HEADER.unpack_from(message)
    start = MESSAGE_HEADER.size + length
    if len(message) < start:
        return None
    return json.loads(message[MESSAGE_HEADER.size : start]), start, start + size


def receive_message(channel: socket.socket) -> dict[str, Any] | None:
    """Wait for a message without a body and return its object, or None if the socket was closed.

    No other message may follow it.
    """
    message = bytearray()
    while part := channel.recv(_CHUNK_BYTES):
        message += part
        if found := unpack_message(message):
            return found[0]
    return None
