"""The pool: which request runs when, for how long, and what becomes of one that does not end.

Every query first gets BRIEF seconds in one of a few lanes. One that needs longer goes on as a long
one if its client has a place for long ones left; otherwise its worker is ended, and it waits for
such a place to start again. So nothing holds up the lanes: not many long queries, since there are
only so many places for them, and not one client, since clients take turns. Among the queries of one
client those go first that can hardly be long.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from graph_builder.server.fair_semaphore import FairSemaphore
from graph_builder.server.fork_server import ForkServer
from graph_builder.server.limits import (
    MAX_BUFFERED_ANSWERS,
    MAX_REQUESTS,
    MAX_REQUESTS_PER_CLIENT,
    SHORT_QUERY_SECONDS,
    SHORT_QUERY_SLOTS,
    Limits,
    RequestRejected,
    too_busy,
)
from graph_builder.server.sparql_task import Reply
from graph_builder.server.worker_pool import WorkerHandle, WorkerPool

#: Workers beyond those that can be busy, so that those that end are replaced at once.
_SPARE_WORKERS = 3

_Claim = tuple[str, int]


@dataclass
class _Run:
    """A worker at work: whether it holds a place for long ones, and whether it ever was slow."""

    hand: WorkerHandle
    reply: "asyncio.Future[Reply]"
    is_long: bool = False
    is_slow: bool = False


class RequestScheduler:
    """The workers, and the order in which requests get them."""

    def __init__(self, nursery: ForkServer, limits: Limits) -> None:
        """Stand on a nursery; nothing runs before ``start``."""
        self._limits = limits
        self._hands = WorkerPool(nursery)
        self._long = FairSemaphore(limits.long, limits.long_each)
        self._lanes = FairSemaphore(SHORT_QUERY_SLOTS, SHORT_QUERY_SLOTS)
        self._inside: Counter[str] = Counter()
        self._held = 0

    async def start(self) -> None:
        """Have the workers made."""
        await self._hands.start(SHORT_QUERY_SLOTS + self._limits.long + _SPARE_WORKERS)

    async def close(self) -> None:
        """End all workers, and wait until they are gone."""
        await self._hands.close()

    @asynccontextmanager
    async def reply(
        self, task: str, client: str, rank: int = 0, **words: Any
    ) -> AsyncIterator[Reply]:
        """Hold the reply to a task for as long as it takes to send it; raises Refusal.

        A client is whatever takes turns with others, such as an address. Of what one client asks,
        the tasks of the lowest rank go first.
        """
        self._enter(client)
        sizes: list[int] = []
        asked = {"task": task, "seconds": self._limits.time, "most": self._limits.answer, **words}
        try:
            yield await self._in_time(asked, (client, rank), sizes)
        finally:
            self._held -= sum(sizes)
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]

    def _enter(self, client: str) -> None:
        if self._inside.total() >= MAX_REQUESTS or self._inside[client] >= MAX_REQUESTS_PER_CLIENT:
            raise too_busy("Too many requests are waiting; come again in a moment.")
        self._inside[client] += 1

    async def _in_time(self, asked: dict[str, Any], who: _Claim, sizes: list[int]) -> Reply:
        def hold(size: int) -> None:
            if self._held and self._held + size > MAX_BUFFERED_ANSWERS * self._limits.answer:
                raise too_busy("Too many large answers are being sent; come again in a moment.")
            sizes.append(size)
            self._held += size

        try:
            async with asyncio.timeout(self._limits.time):
                return await self._run(asked, who, hold)
        except TimeoutError:
            sentence = f"There was no answer within {self._limits.time:g} seconds."
            raise RequestRejected(503, sentence) from None

    async def _run(self, asked: dict[str, Any], who: _Claim, hold: Callable[[int], None]) -> Reply:
        client, rank = who

        async def begun() -> _Run:
            hand = await self._hands.free()
            return _Run(hand, hand.ask(asked, hold))

        async with self._lanes.place(client, rank):
            run = await self._try(await begun(), client)
        if run is None:
            async with self._long.place(client):
                return await self._result(await begun())
        try:
            return await self._result(run)
        finally:
            if run.is_long:
                self._long.leave(client)

    async def _try(self, run: _Run, client: str) -> _Run | None:
        """Return a run that is done, or may go on as a long one; of any other nothing is left."""
        try:
            await asyncio.wait([run.reply], timeout=SHORT_QUERY_SECONDS)
        except asyncio.CancelledError:
            self._end(run)
            raise
        run.is_long = not run.reply.done() and self._long.take(client)
        if run.reply.done() or run.is_long:
            return run
        self._end(run)
        return None

    async def _result(self, run: _Run) -> Reply:
        run.is_slow = not run.reply.done()
        if run.is_slow:
            run.hand.step_back()
        try:
            return await run.reply
        finally:
            self._end(run)

    def _end(self, run: _Run) -> None:
        """Keep the worker of a brief run that went well, and replace any other."""
        done = run.reply.done() and not run.reply.cancelled()
        if done and not run.reply.exception() and not run.is_slow:
            self._hands.keep(run.hand)
        else:
            run.reply.cancel()
            self._hands.replace(run.hand)
