"""Worker pool: spawns workers, sends them tasks, and kills and replaces them."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from graph_builder.server.fork_server import ForkServer
from graph_builder.server.ipc import pack_message, unpack_message
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import Reply

_RETRY_SECONDS = 0.2
_POLL_SECONDS = 0.01
#: In Linux, the number of the clock of a process is made of its pid and this (CPUCLOCK_SCHED).
_SCHEDULED_TIME = 2
_NICE = 10
_WORKER_DIED = (
    "The process that worked on this has ended: the query may need too much memory or be nested "
    "too deeply. Ask for less, or simplify the query."
)


class WorkerHandle(asyncio.Protocol):
    """A worker process that runs one task at a time: its pid, and the socket to it."""

    def __init__(self, fork_server: ForkServer, lost: Callable[["WorkerHandle"], None]) -> None:
        """Prepare for a worker yet to connect; ``lost`` is called when its socket closes."""
        self.pid = 0
        self.has_exited = False
        self._fork_server = fork_server
        self._lost = lost
        self._reset(lambda _: None)

    @classmethod
    async def spawn(
        cls, fork_server: ForkServer, lost: Callable[["WorkerHandle"], None]
    ) -> "WorkerHandle":
        """Return a new, ready worker; raises OSError or HTTPError if it cannot start."""
        ours, theirs = socket.socketpair()
        with theirs:
            fork_server.send_spawn_command(theirs)
        connect = asyncio.get_running_loop().create_connection
        _, worker = await connect(lambda: cls(fork_server, lost), sock=ours)
        await worker.wait_until_ready()
        return worker

    async def wait_until_ready(self) -> None:
        """Wait until the worker reports its pid, which it does first and unasked."""
        self.pid = int((await self._reply).body)

    def send_task(
        self, request: dict[str, Any], reserve_buffer: Callable[[int], None]
    ) -> "asyncio.Future[Reply]":
        """Send a task and return its reply as a future: HTTPError, 503, if the worker exits.

        ``reserve_buffer`` is called with the body's size in bytes before it is read; it may raise
        HTTPError.
        """
        self._reset(reserve_buffer)
        self._channel.write(pack_message(request))
        return self._reply

    def _reset(self, reserve_buffer: Callable[[int], None]) -> None:
        self._reply = asyncio.get_running_loop().create_future()
        self._reserve_buffer = reserve_buffer
        self._message = bytearray()
        self._head: tuple[dict[str, Any], int, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport of the socket."""
        self._channel = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Collect a reply; bytes after it are ignored."""
        if self._reply.done():
            return
        self._message += data
        if self._head is None:
            self._head = unpack_message(self._message)
            if self._head is None or not self._is_accepted(self._head):
                return
        values, start, end = self._head
        if len(self._message) >= end:
            body = bytes(memoryview(self._message)[start:end])
            self._message = bytearray()
            self._reply.set_result(Reply(**values, body=body))

    def _is_accepted(self, head: tuple[dict[str, Any], int, int]) -> bool:
        try:
            self._reserve_buffer(head[2] - head[1])
        except HTTPError as error:
            self._reply.set_exception(error)
        return not self._reply.done()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Reject the pending reply."""
        self.has_exited = True
        if not self._reply.done():
            self._reply.set_exception(HTTPError(503, _WORKER_DIED))
        self._lost(self)

    def measure_processor_time(self) -> float:
        """Return the processor time of the worker in seconds, or where unknown that of a clock."""
        try:
            return time.clock_gettime(~self.pid << 3 | _SCHEDULED_TIME)
        except OSError:
            return time.monotonic()

    def lower_priority(self) -> None:
        """Lower the worker's scheduling priority (irreversible)."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def kill(self) -> None:
        """Kill the worker, whatever it is doing."""
        self._fork_server.send_kill_command(self.pid)
        self._channel.abort()


class WorkerPool:
    """The workers, idle and busy; one that exits is replaced, so that their number stays."""

    def __init__(self, fork_server: ForkServer) -> None:
        """Start with no workers."""
        self._fork_server = fork_server
        # Last in, first out: what the last one needs is still in the processor's caches.
        self._idle: asyncio.LifoQueue[WorkerHandle] = asyncio.LifoQueue()
        self._alive: set[WorkerHandle] = set()
        self._spawning: set[asyncio.Task[None]] = set()
        self._users = 0
        self._has_no_users = asyncio.Event()
        self._has_no_users.set()

    @property
    def quads(self) -> int:
        """Return the number of quads of the graph that the workers have."""
        return self._fork_server.quads

    def __len__(self) -> int:
        """Return the number of workers that are alive."""
        return len(self._alive)

    async def start(self, number: int) -> None:
        """Spawn a number of workers and wait until they are ready."""
        await asyncio.gather(*(self._spawn_worker() for _ in range(number)))

    async def close(self) -> None:
        """Kill all workers, stop the fork server, and wait until they have exited."""
        for task in self._spawning:
            task.cancel()
        while self._alive:
            self._alive.pop().kill()
        # A thread that waits for it would be there when a graph is reloaded, which forks.
        self._fork_server.stop()
        while not self._fork_server.has_exited:
            await asyncio.sleep(_POLL_SECONDS)

    async def retire(self) -> None:
        """Wait until nobody uses the pool, and close."""
        await self._has_no_users.wait()
        await self.close()

    @contextmanager
    def use(self) -> Iterator[None]:
        """Keep the pool from closing for the length of a block."""
        self._users += 1
        self._has_no_users.clear()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._has_no_users.set()

    async def acquire(self) -> WorkerHandle:
        """Wait for an idle worker and return it, to be released or replaced afterwards."""
        while (worker := await self._idle.get()).has_exited:
            pass  # its replacement is on the way
        return worker

    def release(self, worker: WorkerHandle) -> None:
        """Return a worker that has finished its task to the pool."""
        self._idle.put_nowait(worker)

    def kill_and_replace(self, worker: WorkerHandle) -> None:
        """Kill a worker and spawn another, unless that has been done already."""
        if worker not in self._alive:
            return
        self._alive.discard(worker)
        worker.kill()
        task = asyncio.create_task(self._spawn_worker())
        self._spawning.add(task)
        task.add_done_callback(self._spawning.discard)

    async def _spawn_worker(self) -> None:
        while True:
            try:
                worker = await WorkerHandle.spawn(self._fork_server, self.kill_and_replace)
            except (OSError, HTTPError):
                await asyncio.sleep(_RETRY_SECONDS)  # memory may be free again, or the server stops
            else:
                self._alive.add(worker)
                self._idle.put_nowait(worker)
                return
