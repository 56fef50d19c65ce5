"""The server's side of the workers: to have them made, to ask them, to end and replace them."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from graph_builder.server.fork_server import ForkServer
from graph_builder.server.ipc import pack_message, unpack_message
from graph_builder.server.limits import RequestRejected
from graph_builder.server.sparql_task import Reply

_RETRY_SECONDS = 0.2
_NICE = 10
_WORKER_DIED = (
    "The process that worked on this has ended: a query may need more memory than it may have, "
    "or be nested deeper than can be read."
)


class WorkerHandle(asyncio.Protocol):
    """A worker, by its process number and the channel to it; it has one task at a time."""

    def __init__(self, nursery: ForkServer, lost: Callable[["WorkerHandle"], None]) -> None:
        """Begin with a worker that is not there yet; ``lost`` is called when its channel ends."""
        self.pid = 0
        self.is_gone = False
        self._nursery = nursery
        self._lost = lost
        self._expect(lambda _: None)

    @classmethod
    async def born(
        cls, nursery: ForkServer, lost: Callable[["WorkerHandle"], None]
    ) -> "WorkerHandle":
        """Return a new worker; raises OSError or Refusal if none can be had."""
        ours, theirs = socket.socketpair()
        with theirs:
            nursery.bear(theirs)
        make = asyncio.get_running_loop().create_connection
        _, hand = await make(lambda: cls(nursery, lost), sock=ours)
        await hand.arrived()
        return hand

    async def arrived(self) -> None:
        """Wait until the worker says its number, which it does without being asked."""
        self.pid = int((await self._reply).body)

    def ask(self, words: dict[str, Any], hold: Callable[[int], None]) -> "asyncio.Future[Reply]":
        """Return the reply to come, whole; a Refusal, 503, if the worker ends before it is.

        ``hold`` is told the size of the body before it is read, and may refuse it.
        """
        self._expect(hold)
        self._channel.write(pack_message(words))
        return self._reply

    def _expect(self, hold: Callable[[int], None]) -> None:
        self._reply = asyncio.get_running_loop().create_future()
        self._hold = hold
        self._message = bytearray()
        self._said: tuple[dict[str, Any], int, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the channel."""
        self._channel = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take a part of a reply, and nothing after it."""
        if self._reply.done():
            return
        self._message += data
        if self._said is None:
            self._said = unpack_message(self._message)
            if self._said is None or not self._may_come(self._said):
                return
        words, start, end = self._said
        if len(self._message) >= end:
            body = bytes(memoryview(self._message)[start:end])
            self._message = bytearray()
            self._reply.set_result(Reply(**words, body=body))

    def _may_come(self, said: tuple[dict[str, Any], int, int]) -> bool:
        try:
            self._hold(said[2] - said[1])
        except RequestRejected as refusal:
            self._reply.set_exception(refusal)
        return not self._reply.done()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Say to who waits for a reply that there is none."""
        self.is_gone = True
        if not self._reply.done():
            self._reply.set_exception(RequestRejected(503, _WORKER_DIED))
        self._lost(self)

    def step_back(self) -> None:
        """Let others go first where processor time is short; this cannot be taken back."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def end(self) -> None:
        """End the worker, whatever it is doing."""
        self._nursery.end(self.pid)
        self._channel.abort()


class WorkerPool:
    """All workers: those that are free, and always as many as there were at the start."""

    def __init__(self, nursery: ForkServer) -> None:
        """Begin with none."""
        self._nursery = nursery
        # The last that worked goes first: what it needs is still in the processor's caches.
        self._free: asyncio.LifoQueue[WorkerHandle] = asyncio.LifoQueue()
        self._alive: set[WorkerHandle] = set()
        self._births: set[asyncio.Task[None]] = set()

    async def start(self, number: int) -> None:
        """Have a number of workers made, and wait for them."""
        await asyncio.gather(*(self._add() for _ in range(number)))

    async def close(self) -> None:
        """End all workers and the nursery, and wait until they are gone."""
        for birth in self._births:
            birth.cancel()
        while self._alive:
            self._alive.pop().end()
        await asyncio.to_thread(self._nursery.close)

    async def free(self) -> WorkerHandle:
        """Wait for a worker that is free, and return it, to be kept or replaced in the end."""
        while (hand := await self._free.get()).is_gone:
            pass  # another takes its place already
        return hand

    def keep(self, hand: WorkerHandle) -> None:
        """Take back a worker that has done its work."""
        self._free.put_nowait(hand)

    def replace(self, hand: WorkerHandle) -> None:
        """End a worker and have another made, unless that is done already."""
        if hand not in self._alive:
            return
        self._alive.discard(hand)
        hand.end()
        birth = asyncio.create_task(self._add())
        self._births.add(birth)
        birth.add_done_callback(self._births.discard)

    async def _add(self) -> None:
        while True:
            try:
                hand = await WorkerHandle.born(self._nursery, self.replace)
            except (OSError, RequestRejected):
                await asyncio.sleep(_RETRY_SECONDS)  # there may be memory again, or the server ends
            else:
                self._alive.add(hand)
                self._free.put_nowait(hand)
                return
