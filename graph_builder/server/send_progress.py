"""How much of what a connection was sent its client has taken."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import cast

_NUMBER = struct.Struct("i")
_NOTHING = bytes(_NUMBER.size)
_NO_LINGER = struct.pack("ii", 1, 0)

try:
    import fcntl
    import termios
except ImportError:  # Windows tells of its own buffer only
    _UNSENT = None
else:
    _UNSENT = termios.TIOCOUTQ


def count_outstanding(transport: asyncio.Transport) -> int:
    """Return the bytes that were written to a transport and that its client has not taken.

    These are the bytes in its buffer, and where the system tells (``TIOCOUTQ``), those that the
    other side has not acknowledged.
    """
    size = transport.get_write_buffer_size()
    if _UNSENT is None:
        return size
    try:
        queued = fcntl.ioctl(_get_socket(transport).fileno(), _UNSENT, _NOTHING)
    except (OSError, ValueError):
        return size
    return size + int(_NUMBER.unpack(queued)[0])


def reset(transport: asyncio.Transport) -> None:
    """Close a connection so that its client sees an error, not the end of a response.

    What the system has not sent is dropped (``SO_LINGER`` with no time).
    """
    with suppress(OSError):  # it is closed already
        _get_socket(transport).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def _get_socket(transport: asyncio.Transport) -> socket.socket:
    return cast("socket.socket", transport.get_extra_info("socket"))
