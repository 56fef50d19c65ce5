"""Where workers come from: a process that holds the graph and divides on request.

A worker is a copy of it (fork), so that it is there in milliseconds and shares the graph's memory.
The nursery is made before the server has threads or clients, and has one thread itself. Orders come
through one channel; when the server is gone the channel ends, and all workers with it.
"""

import gc
import os
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress

from graph_builder.core.errors import AiggError, ReadError
from graph_builder.server.ipc import pack_message, receive_message
from graph_builder.server.sparql_task import Task
from graph_builder.server.worker import run_worker
from graph_builder.store.graph import Graph

GraphOpener = Callable[[], Graph]
#: What loads what workers can do, with all that they need for it.
TaskLoader = Callable[[], Mapping[str, Task]]
#: An order is the number of the worker that is to end, or 0 and the channel of a new one.
_COMMAND = struct.Struct("!i")
_POLL_SECONDS = 0.5


class ForkServer:
    """The server's side of it: orders that workers begin and end."""

    def __init__(
        self, opener: GraphOpener, tasks: TaskLoader, *, memory: int, each: bool = False
    ) -> None:
        """Divide this process, open the graph in the new one, and wait until that is done.

        What workers can do is loaded there too, by ``tasks``. With ``each``, as for a store on
        disk, each worker opens the graph for itself. Raises ReadError with the sentence of what
        went wrong in opening.
        """
        self._orders, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if not self.pid:
            _run_child(lambda: _run_fork_server(theirs, opener, tasks, memory, each=each))
        theirs.close()
        said = receive_message(self._orders) or {
            "error": "the process that opens the graph has ended"
        }
        if "error" in said:
            self.close()
            raise ReadError(said["error"])
        self.quads = int(said["quads"])

    def fileno(self) -> int:
        """Return the number of the channel, which can be read from when the nursery is gone."""
        return self._orders.fileno()

    @property
    def is_gone(self) -> bool:
        """Return whether the nursery has ended by itself."""
        with suppress(ChildProcessError):
            return os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return True

    def bear(self, channel: socket.socket) -> None:
        """Order a worker that talks through a channel; raises OSError if the nursery is gone."""
        socket.send_fds(self._orders, [_COMMAND.pack(0)], [channel.fileno()])

    def end(self, pid: int) -> None:
        """Order the end of a worker; one that has ended already is left in peace."""
        try:
            self._orders.sendall(_COMMAND.pack(pid))
        except OSError:  # the nursery is gone, so that nobody else can do it
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End the nursery and all its workers, and wait until they are gone."""
        self._orders.close()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _run_child(life: Callable[[], object]) -> None:
    """Live a life in a new process and end with it, never going back to what the parent does."""
    try:
        life()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def _run_fork_server(
    orders: socket.socket, opener: GraphOpener, tasks: TaskLoader, memory: int, *, each: bool
) -> None:
    _close_inherited(orders.fileno())
    known = tasks()
    if each:
        # Engines on disk have threads, which a copy would lack; so this process opens none.
        pid = os.fork()
        if not pid:
            _run_child(lambda: _open_graph(orders, opener))
        if os.waitpid(pid, 0)[1]:
            return
    else:
        graph = _open_graph(orders, opener)
        opener = lambda: graph  # noqa: E731 -- what was opened once is there
    gc.collect()
    gc.freeze()  # the collector of a copy then leaves the shared pages alone
    _serve_commands(orders, lambda channel: run_worker(channel, opener, known, memory))


def _open_graph(orders: socket.socket, opener: GraphOpener) -> Graph:
    """Open a graph and say how large it is, or say why that failed and end this process."""
    try:
        graph = opener()
    except AiggError as error:
        orders.sendall(pack_message({"error": str(error)}))
        os._exit(0)
    orders.sendall(pack_message({"quads": len(graph)}))
    return graph


def _close_inherited(kept: int) -> None:
    """Let go of what belongs to the server: its files and sockets, its signals."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # terminals and supervisors send them to all


def _serve_commands(orders: socket.socket, life: Callable[[int], None]) -> None:
    """Begin and end workers until the server is gone, and then end them all."""
    living: set[int] = set()
    while True:
        if select.select([orders], [], [], _POLL_SECONDS)[0]:
            order, channels, _, _ = socket.recv_fds(orders, _COMMAND.size, 1)
            if not order:
                break
            (pid,) = _COMMAND.unpack(order)
            if channels:
                living.add(_fork_worker(channels[0], life))
            elif pid in living:
                os.kill(pid, signal.SIGKILL)
        _reap_workers(living)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _fork_worker(channel: int, life: Callable[[int], None]) -> int:
    pid = os.fork()
    if not pid:
        _run_child(lambda: life(channel))
    os.close(channel)
    return pid


def _reap_workers(living: set[int]) -> None:
    """Take note of the workers that have ended; until then their numbers name nothing else."""
    while living:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        living.discard(pid)
