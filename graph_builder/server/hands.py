"""The server's side of the workers: to have them made, to ask them, to end and replace them."""

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from graph_builder.server.answering import Reply
from graph_builder.server.frames import LENGTHS, pack
from graph_builder.server.limits import Refusal
from graph_builder.server.nursery import Nursery

_PART = 1 << 16
_PAUSE = 0.2
_NICE = 10
_GONE = (
    "The process that worked on this has ended: a query may need more memory than it may have, "
    "or be nested deeper than can be read."
)


class Hand:
    """A worker, by its process number and the channel to it."""

    def __init__(
        self,
        nursery: Nursery,
        pid: int,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Keep what is known of a worker that is ready."""
        self.pid = pid
        self._nursery = nursery
        self._reader, self._writer = streams

    @classmethod
    async def born(cls, nursery: Nursery) -> "Hand":
        """Return a new worker; raises OSError or EOFError if none can be had."""
        ours, theirs = socket.socketpair()
        with theirs:
            nursery.bear(theirs)
        streams = await asyncio.open_connection(sock=ours)
        words, _ = await _words(streams[0])
        return cls(nursery, words["pid"], streams)

    @property
    def is_gone(self) -> bool:
        """Return whether the worker has ended by itself."""
        return self._reader.at_eof()

    async def ask(self, words: dict[str, Any], hold: Callable[[int], None]) -> Reply:
        """Return the reply, whole; raises Refusal, 503, if the worker ends before it is.

        ``hold`` is told the size of the body before it is read, and may refuse it.
        """
        try:
            self._writer.write(pack(words))
            said, size = await _words(self._reader)
            hold(size)
            sizes = [_PART] * (size // _PART) + [size % _PART]
            parts = [await self._reader.readexactly(each) for each in sizes]
        except (EOFError, OSError) as error:
            raise Refusal(503, _GONE) from error
        return Reply(said["status"], said["media"], b"".join(parts), said["headers"])

    def step_back(self) -> None:
        """Let others go first where processor time is short; this cannot be taken back."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def end(self) -> None:
        """End the worker, whatever it is doing."""
        self._nursery.end(self.pid)
        self._writer.close()


class Hands:
    """All workers: those that are free, and always as many as there were at the start."""

    def __init__(self, nursery: Nursery) -> None:
        """Begin with none."""
        self._nursery = nursery
        self._free: asyncio.Queue[Hand] = asyncio.Queue()
        self._alive: set[Hand] = set()
        self._births: set[asyncio.Task[None]] = set()

    async def start(self, number: int) -> None:
        """Have a number of workers made, and wait for them."""
        await asyncio.gather(*(self._add() for _ in range(number)))

    async def close(self) -> None:
        """End all workers and the nursery, and wait until they are gone."""
        for birth in self._births:
            birth.cancel()
        for hand in self._alive:
            hand.end()
        await asyncio.to_thread(self._nursery.close)

    async def free(self) -> Hand:
        """Wait for a worker that is free, and return it, to be kept or replaced in the end."""
        while (hand := await self._free.get()).is_gone:
            self.replace(hand)
        return hand

    def keep(self, hand: Hand) -> None:
        """Take back a worker that has done its work."""
        self._free.put_nowait(hand)

    def replace(self, hand: Hand) -> None:
        """End a worker and have another made."""
        hand.end()
        self._alive.discard(hand)
        birth = asyncio.create_task(self._add())
        self._births.add(birth)
        birth.add_done_callback(self._births.discard)

    async def _add(self) -> None:
        while True:
            try:
                hand = await Hand.born(self._nursery)
            except (EOFError, OSError):
                await asyncio.sleep(_PAUSE)  # there may be memory again, or the server ends
            else:
                self._alive.add(hand)
                self._free.put_nowait(hand)
                return


async def _words(reader: asyncio.StreamReader) -> tuple[dict[str, Any], int]:
    head, size = LENGTHS.unpack(await reader.readexactly(LENGTHS.size))
    return json.loads(await reader.readexactly(head)), size
