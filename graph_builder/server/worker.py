"""A worker: one process that answers one request at a time and can do nothing else.

It can open no file and no connection, since it may have no more of them than it has; it cannot grow
beyond its share of memory; and the kernel ends it where the server forgets it.
"""

import fcntl
import os
import resource
import select
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph_builder.server.content_negotiation import TEXT
from graph_builder.server.ipc import pack_message, receive_message
from graph_builder.server.limits import RequestRejected
from graph_builder.server.sparql_task import Reply, Task
from graph_builder.store.graph import Graph

_CHANNEL, _ERRORS = 3, 4
#: Bytes of an answer up to which copying costs less than sending twice.
_COPY_LIMIT = 1 << 16
#: Seconds of processor time beyond the deadline, after which the kernel ends a forgotten worker.
_GRACE_SECONDS = 5


def run_worker(
    channel: int, opener: Callable[[], Graph], tasks: Mapping[str, Task], memory: int
) -> None:
    """Live as a worker: say who it is, then answer what comes until the channel ends."""
    talk = _take_channel(channel)
    graph = opener()
    _set_resource_limits(memory)
    _send_reply(talk, Reply(200, TEXT, str(os.getpid()).encode()))
    # To wait by recv would be woken also when the reply is taken, once more for each request.
    waiting = select.poll()
    waiting.register(talk, select.POLLIN)
    while waiting.poll() and (asked := receive_message(talk)):
        _set_cpu_limit(asked["seconds"])
        _send_reply(talk, _run_task(graph, asked, tasks))


def _send_reply(talk: socket.socket, reply: Reply) -> None:
    words = {"status": reply.status, "media": reply.media, "headers": dict(reply.headers)}
    head = pack_message(words, len(reply.body))
    whole = len(reply.body) <= _COPY_LIMIT
    for part in (head + reply.body,) if whole else (head, reply.body):
        talk.sendall(part)


def _run_task(graph: Graph, asked: Mapping[str, Any], tasks: Mapping[str, Task]) -> Reply:
    try:
        return tasks[asked["task"]](graph, asked, asked["most"])
    except RequestRejected as refusal:
        return Reply(refusal.status, TEXT, f"{refusal}\n".encode(), refusal.headers)
    except MemoryError:
        return Reply(503, TEXT, b"The query needs more memory than it may have.\n")


def _take_channel(channel: int) -> socket.socket:
    """Keep nothing open but the channel, and the error stream where engines do not find it."""
    apart = fcntl.fcntl(channel, fcntl.F_DUPFD, _ERRORS + 1)
    os.dup2(2, _ERRORS)
    os.dup2(apart, _CHANNEL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(_ERRORS + 1, os.sysconf("SC_OPEN_MAX"))
    sys.stderr = os.fdopen(_ERRORS, "w", encoding="utf-8", errors="backslashreplace")
    return socket.socket(fileno=_CHANNEL)


def _set_resource_limits(memory: int) -> None:
    """Give up for good what no query needs: more memory, files, processes, and core dumps."""
    if used := _measure_address_space():
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    last = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while os.open(os.devnull, os.O_RDONLY) < last:
        pass  # no number is left free below the last
    for kind, most in (("NOFILE", last + 1), ("FSIZE", 0), ("CORE", 0), ("NPROC", 0)):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (most, most))


def _measure_address_space() -> int:
    """Return the size of this process's address space in bytes, or 0 where Linux is not there."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except FileNotFoundError:
        return 0
    return pages * resource.getpagesize()


def _set_cpu_limit(seconds: float) -> None:
    """Let the kernel end this worker when it has computed for much longer than it may take."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime + seconds) + _GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
