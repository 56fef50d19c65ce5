"""Messages between the server and its workers: a few words of JSON, then bytes, both with a length.

The lengths stand first, as two unsigned numbers of four bytes in network order.
"""

import json
import socket
import struct
from typing import Any

MESSAGE_HEADER = struct.Struct("!II")
_CHUNK_BYTES = 1 << 16


def pack_message(words: dict[str, Any], size: int = 0) -> bytes:
    """Return a message up to its bytes, of which ``size`` are to follow."""
    head = json.dumps(words).encode()
    return MESSAGE_HEADER.pack(len(head), size) + head


def unpack_message(message: bytearray) -> tuple[dict[str, Any], int, int] | None:
    """Return the words of a message, where its bytes begin and end, or None where more must come.

    For that the words alone have to be there.
    """
    if len(message) < MESSAGE_HEADER.size:
        return None
    length, size = MESSAGE_HEADER.unpack_from(message)
    start = MESSAGE_HEADER.size + length
    if len(message) < start:
        return None
    return json.loads(message[MESSAGE_HEADER.size : start]), start, start + size


def receive_message(channel: socket.socket) -> dict[str, Any] | None:
    """Wait for a message without bytes and return its words, or None where the other side left.

    There must be no other message behind it.
    """
    message = bytearray()
    while part := channel.recv(_CHUNK_BYTES):
        message += part
        if found := unpack_message(message):
            return found[0]
    return None
