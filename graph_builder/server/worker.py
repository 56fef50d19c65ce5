"""Worker: a sandboxed process that runs one task at a time.

Resource limits keep it from opening a file or a connection and from using more than its share of
memory; a limit on processor time lets the kernel kill it if the server does not.
"""

import fcntl
import os
import resource
import select
import socket
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from graph_builder.core.text import escape_controls
from graph_builder.server.compression import compress_reply
from graph_builder.server.content_negotiation import TEXT
from graph_builder.server.ipc import pack_message, receive_message
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import Reply, Task
from graph_builder.store.graph import Graph

_CHANNEL, _ERRORS = 3, 4
#: Bytes of a body up to which copying costs less than sending twice.
_COPY_LIMIT = 1 << 16
#: Seconds of processor time beyond the deadline, after which the kernel kills the worker.
_GRACE_SECONDS = 5


def run_worker(channel: int, graph: Graph, tasks: Mapping[str, Task], memory: int) -> None:
    """Report the pid, then run the tasks that come through a socket until it closes."""
    server = _keep_only_channel(channel)
    _set_resource_limits(memory)
    _send_reply(server, Reply(200, TEXT, str(os.getpid()).encode()))
    # Waiting in recv would wake up a second time for each request, when the reply is taken.
    requests = select.poll()
    requests.register(server, select.POLLIN)
    while requests.poll() and (request := receive_message(server)):
        _set_cpu_limit(request["seconds"])
        _send_reply(server, _run_task(graph, request, tasks))


def _send_reply(server: socket.socket, reply: Reply) -> None:
    values = {"status": reply.status, "media": reply.media, "headers": dict(reply.headers)}
    head = pack_message(values, len(reply.body))
    whole = len(reply.body) <= _COPY_LIMIT
    for part in (head + reply.body,) if whole else (head, reply.body):
        server.sendall(part)


def _run_task(graph: Graph, request: Mapping[str, Any], tasks: Mapping[str, Task]) -> Reply:
    try:
        reply = tasks[request["task"]](graph, request, request["most"])
        return compress_reply(reply) if request["gzip"] else reply
    except HTTPError as error:
        if error.status == HTTPStatus.INTERNAL_SERVER_ERROR and error.__cause__:
            _log_fault(error.__cause__)
        return _build_error_reply(error)
    except MemoryError:
        return _build_error_reply(HTTPError(503, "The query needs more memory than it may have."))


def _log_fault(error: BaseException) -> None:
    """Tell the operator what the client is not told, since it may name files."""
    sys.stderr.write(f"error: {escape_controls(str(error))}\n")


def _build_error_reply(error: HTTPError) -> Reply:
    return Reply(error.status, TEXT, f"{error}\n".encode(), error.headers)


def _keep_only_channel(channel: int) -> socket.socket:
    """Close all but the socket; move the error stream to a number that engines do not write to."""
    copy = fcntl.fcntl(channel, fcntl.F_DUPFD, _ERRORS + 1)
    os.dup2(2, _ERRORS)
    os.dup2(copy, _CHANNEL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(_ERRORS + 1, os.sysconf("SC_OPEN_MAX"))
    # a line at a time: a worker ends without writing what is left
    sys.stderr = os.fdopen(_ERRORS, "w", 1, encoding="utf-8", errors="backslashreplace")
    return socket.socket(fileno=_CHANNEL)


def _set_resource_limits(memory: int) -> None:
    """Set rlimits: address space, open files, file size, processes, core dumps."""
    if used := _measure_address_space():
        most = _keep_within_shell(resource.RLIMIT_AS, used + memory)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    last = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while os.open(os.devnull, os.O_RDONLY) < last:
        pass  # use up every free descriptor below the last
    for kind, most in (("NOFILE", last + 1), ("FSIZE", 0), ("CORE", 0), ("NPROC", 0)):
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (most, most))


def _measure_address_space() -> int:
    """Return the size of this process's address space in bytes, or 0 where not on Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except FileNotFoundError:
        return 0
    return pages * resource.getpagesize()


def _set_cpu_limit(seconds: float) -> None:
    """Let the kernel kill this worker if it computes far beyond the deadline, in seconds."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime + seconds) + _GRACE_SECONDS
    most = _keep_within_shell(resource.RLIMIT_CPU, until)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _keep_within_shell(kind: int, wanted: int) -> int:
    """Return a limit, or that of the shell (``ulimit``) if it is lower and cannot be raised."""
    _, allowed = resource.getrlimit(kind)
    return wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed)
