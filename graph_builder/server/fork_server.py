"""Fork server: a process that holds the graph and forks a worker whenever the server asks for one.

A forked worker is ready in milliseconds and shares the graph's memory. The fork server starts
before the server has threads or clients, and has one thread itself. Commands come through one
socket; when the server exits, the socket closes, and the fork server kills all workers.
"""

import gc
import hashlib
import os
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat

from graph_builder.core.errors import AiggError, ReadError
from graph_builder.core.memory_limit import check_memory
from graph_builder.server.ipc import pack_message, receive_message
from graph_builder.server.sparql_task import Task
from graph_builder.server.worker import run_worker
from graph_builder.store.graph import Graph

GraphOpener = Callable[[], Graph]
#: Returns the tasks that workers can run, with all modules and files loaded that they need.
TaskLoader = Callable[[], Mapping[str, Task]]
#: A command is the pid of a worker to kill, or 0 with the socket of a worker to spawn.
_COMMAND = struct.Struct("!i")
_POLL_SECONDS = 0.5
_PROGRAM = Path(__file__).parents[1]
_PROGRAM_SUFFIXES = (".css", ".html", ".js", ".py", ".xml")


class ForkServer:
    """The server's handle on the fork server: spawns and kills workers."""

    def __init__(self, opener: GraphOpener, tasks: TaskLoader, *, memory: int) -> None:
        """Fork, and begin to open the graph in the child.

        The graph has to be in memory, so that workers need no file of it, and nothing that becomes
        of its files changes the answers. The child also calls ``tasks`` to load what workers need.
        """
        self._commands, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if not self.pid:
            _run_child(lambda: _run_fork_server(theirs, opener, tasks, memory))
        theirs.close()
        self.quads, self.digest = 0, ""

    def wait_until_open(self) -> None:
        """Wait until the graph is open; raises ReadError with the reason if it cannot be opened.

        Does not wait once the command socket is readable.
        """
        opened = receive_message(self._commands) or {
            "error": "the process that opens the graph has ended, perhaps for lack of memory"
        }
        if "error" in opened:
            self.close()
            raise ReadError(opened["error"])
        self.quads, self.digest = int(opened["quads"]), str(opened["digest"])

    def fileno(self) -> int:
        """Return the descriptor of the command socket, readable once the child has exited."""
        return self._commands.fileno()

    @property
    def has_exited(self) -> bool:
        """Return whether the fork server has exited by itself."""
        with suppress(ChildProcessError):
            return os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return True

    def send_spawn_command(self, channel: socket.socket) -> None:
        """Have a worker spawned for a socket; raises OSError if the fork server has exited."""
        socket.send_fds(self._commands, [_COMMAND.pack(0)], [channel.fileno()])

    def send_kill_command(self, pid: int) -> None:
        """Have a worker killed; does nothing if it has exited already."""
        try:
            self._commands.sendall(_COMMAND.pack(pid))
        except OSError:  # the fork server has exited, so this process must do it
            with suppress(ProcessLookupError):
                _kill_worker(pid)

    def stop(self) -> None:
        """Stop the fork server and all its workers; they have exited when it has."""
        self._commands.close()

    def close(self) -> None:
        """Stop the fork server and all its workers, and wait until they have exited."""
        self.stop()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _run_child(function: Callable[[], object]) -> None:
    """Run a function in the forked child and exit; never return to the parent's code."""
    try:
        function()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def _run_fork_server(
    commands: socket.socket, opener: GraphOpener, tasks: TaskLoader, memory: int
) -> None:
    _close_inherited(commands.fileno())
    graph, loaded = _open_graph(commands, opener, tasks)
    gc.collect()
    gc.freeze()  # so that the collector of a worker does not touch shared pages
    _run_commands(commands, lambda channel: run_worker(channel, graph, loaded, memory))


def _open_graph(
    commands: socket.socket, opener: GraphOpener, tasks: TaskLoader
) -> tuple[Graph, Mapping[str, Task]]:
    """Open the graph, load tasks and report the size, or report why that failed and exit."""
    try:
        check_memory(0)
        loaded = tasks()
        graph = opener()
    except AiggError as error:
        _report(commands, {"error": str(error)})
        os._exit(0)
    _report(commands, {"quads": len(graph), "digest": _compute_digest(graph)})
    return graph, loaded


def _report(commands: socket.socket, opened: dict[str, Any]) -> None:
    """Tell the server what became of the graph; exit if it has ended meanwhile."""
    try:
        commands.sendall(pack_message(opened))
    except ConnectionError:
        os._exit(0)


def _compute_digest(graph: Graph) -> str:
    """Return a SHA-256 over a graph and the program that renders it.

    Of a graph whose digest is not known, all quads are digested, in any order.
    """
    digest = hashlib.sha256(graph.digest.encode())
    if not graph.digest:
        lines = (graph.store.dump(format=RdfFormat.N_QUADS) or b"").splitlines()
        digest.update(b"\n".join(sorted(lines)))
    for path in sorted(path for path in _PROGRAM.rglob("*") if path.suffix in _PROGRAM_SUFFIXES):
        stamp = path.stat()
        digest.update(f"{path.name} {stamp.st_size} {stamp.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _close_inherited(kept: int) -> None:
    """Close inherited file descriptors and ignore the server's signals."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # terminals and supervisors signal the whole group


def _run_commands(commands: socket.socket, run: Callable[[int], None]) -> None:
    """Spawn and kill workers as commanded until the server has exited, then kill all workers."""
    workers: set[int] = set()
    while True:
        if select.select([commands], [], [], _POLL_SECONDS)[0]:
            command, channels, _, _ = socket.recv_fds(commands, _COMMAND.size, 1)
            if not command:
                break
            (pid,) = _COMMAND.unpack(command)
            if channels:
                workers.add(_fork_worker(channels[0], run))
            elif pid in workers:
                _kill_worker(pid)
        _reap_workers(workers)
    for pid in workers:
        _kill_worker(pid)


def _kill_worker(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _fork_worker(channel: int, run: Callable[[int], None]) -> int:
    pid = os.fork()
    if not pid:
        _run_child(lambda: run(channel))
    os.close(channel)
    return pid


def _reap_workers(workers: set[int]) -> None:
    """Reap the workers that have exited; their pids stay reserved until then."""
    while workers:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        workers.discard(pid)
