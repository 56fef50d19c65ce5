"""Request scheduler: which request runs when and for how long, and when its worker is killed.

Every request first runs in one of a few short slots, for SHORT_QUERY_SECONDS of processor time. If
it needs longer, it goes on as a long one where its client has a long slot left; otherwise its
worker is killed, and it waits for a long slot to start again. So the short slots are soon free:
long requests have a fixed number of slots of their own, and clients take turns. Among the requests
of one client the lowest rank goes first.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph_builder.server.fair_semaphore import FairSemaphore
from graph_builder.server.fork_server import ForkServer
from graph_builder.server.limits import (
    MAX_BUFFERED_ANSWERS,
    MAX_SHORT_QUERY_SECONDS,
    SHORT_QUERY_SECONDS,
    SHORT_QUERY_SLOTS,
    SMALL_ANSWER_BYTES,
    HTTPError,
    Limits,
    service_unavailable,
)
from graph_builder.server.reply_cache import ReplyCache
from graph_builder.server.response_cache import ResponseCache
from graph_builder.server.sparql_task import Reply
from graph_builder.server.worker_pool import WorkerHandle, WorkerPool

#: Workers beyond those that can be busy, so that a killed one is replaced at once.
_SPARE_WORKERS = 3
_MIN_WAIT_SECONDS = 0.01


@dataclass
class _Job:
    """A request: its client and rank, the sizes of answers held for it, and if it has its turn."""

    request: dict[str, Any]
    client: str
    rank: int
    sizes: list[int] = field(default_factory=list)
    waits: bool = True


@dataclass
class _Run:
    """A running task: its worker, whether it holds a long slot, and whether it was slow."""

    workers: WorkerPool
    worker: WorkerHandle
    reply: "asyncio.Future[Reply]"
    is_long: bool = False
    is_slow: bool = False


class SchedulerState(NamedTuple):
    """How many workers are alive, how many requests run or wait, and the quads of the graph."""

    workers: int
    requests: int
    quads: int


class RequestScheduler:
    """Runs tasks on workers: admits, queues, times and ends them."""

    def __init__(self, fork_server: ForkServer, limits: Limits) -> None:
        """Use the workers of a fork server; nothing runs before ``start``."""
        self._limits = limits
        self._workers = WorkerPool(fork_server)
        self._long_slots = FairSemaphore(limits.long, limits.long_per_client)
        self._short_slots = FairSemaphore(SHORT_QUERY_SLOTS, SHORT_QUERY_SLOTS)
        self._admitted: Counter[str] = Counter()
        self._buffered: Counter[str] = Counter()
        self.replies = ReplyCache()
        self.responses = ResponseCache()
        self._set_version(fork_server)

    async def start(self) -> None:
        """Spawn the workers."""
        await self._workers.start(self._count_workers())

    async def replace_workers(self, fork_server: ForkServer) -> WorkerPool:
        """Run new tasks on the workers of another fork server; returns the pool to retire."""
        workers = WorkerPool(fork_server)
        await workers.start(self._count_workers())
        replaced, self._workers = self._workers, workers
        self._set_version(fork_server)
        return replaced

    def measure(self) -> SchedulerState:
        """Return what the scheduler has to do, and with what."""
        workers = self._workers
        return SchedulerState(len(workers), self._admitted.total(), workers.quads)

    def _set_version(self, fork_server: ForkServer) -> None:
        #: What is served, and since when.
        self.version = fork_server.digest
        self.served_since = time.time()
        self.replies.clear()
        self.responses.restart(self.version)

    def _count_workers(self) -> int:
        return SHORT_QUERY_SLOTS + self._limits.long + _SPARE_WORKERS

    async def close(self) -> None:
        """Kill all workers and wait until they have exited."""
        await self._workers.close()

    @asynccontextmanager
    async def run_task(
        self, task: str, client: str, rank: int = 0, **request: Any
    ) -> AsyncIterator[Reply]:
        """Run a task and hold its reply for the length of a block; raises HTTPError.

        ``client`` is the key by which requests take turns, such as an address. Among the tasks of
        one client the lowest rank goes first.
        """
        self._admit(client)
        limits = {"seconds": self._limits.query_seconds, "most": self._limits.answer}
        job = _Job({"task": task, **limits, **request}, client, rank)
        try:
            yield await self._run_with_deadline(job)
        finally:
            self._buffered[client] -= sum(job.sizes)
            if not self._buffered[client]:
                del self._buffered[client]
            self._admitted[client] -= 1
            if not self._admitted[client]:
                del self._admitted[client]

    def _admit(self, client: str) -> None:
        if (
            self._admitted.total() >= self._limits.connections
            or self._admitted[client] >= self._limits.connections_per_client
        ):
            raise service_unavailable("Too many requests are waiting; try again in a moment.")
        self._admitted[client] += 1

    def _check_buffers(self, client: str, size: int) -> None:
        """Raise HTTPError if an answer is too much beside those that are not read yet."""
        own, all_ = self._buffered[client], self._buffered.total()
        if own and own + size > self._limits.answer:
            raise service_unavailable("Read the large answers that are being sent to you first.")
        if all_ and all_ + size > MAX_BUFFERED_ANSWERS * self._limits.answer:
            raise service_unavailable(
                "Too many large answers are being sent; try again in a moment."
            )

    async def _run_with_deadline(self, job: _Job) -> Reply:
        try:
            async with asyncio.timeout(self._limits.query_seconds):
                return await self._run(job)
        except TimeoutError:
            limit = self._limits.query_seconds
            time = f"{limit:g} {'second' if limit == 1 else 'seconds'}"
            reason = f"There was no answer within {time}; ask for less, or try again later."
            if job.waits:
                reason = f"Other queries were asked first, for {time}; try again later."
            raise HTTPError(503, reason) from None

    async def _run(self, job: _Job) -> Reply:
        workers = self._workers  # the same for the whole run, though the graph be reloaded
        with workers.use():
            return await self._run_on(workers, job)

    async def _run_on(self, workers: WorkerPool, job: _Job) -> Reply:
        client = job.client

        def reserve_buffer(size: int) -> None:
            if size > SMALL_ANSWER_BYTES:
                self._check_buffers(client, size)
                job.sizes.append(size)
                self._buffered[client] += size

        async def start() -> _Run:
            worker = await workers.acquire()
            job.waits = False
            return _Run(workers, worker, worker.send_task(job.request, reserve_buffer))

        async with self._short_slots.slot(client, job.rank):
            run = await self._run_in_short_slot(await start(), client)
        if run is None:
            job.waits = True
            async with self._long_slots.slot(client):
                return await self._await_reply(await start())
        try:
            return await self._await_reply(run)
        finally:
            if run.is_long:
                self._long_slots.release(client)

    async def _run_in_short_slot(self, run: _Run, client: str) -> _Run | None:
        """Return the run if it is done or may go on as a long one; else end it and return None."""
        try:
            await self._wait_for_short_run(run)
        except asyncio.CancelledError:
            self._release_or_replace_worker(run)
            raise
        run.is_long = not run.reply.done() and self._long_slots.try_acquire(client)
        if run.reply.done() or run.is_long:
            return run
        self._release_or_replace_worker(run)
        return None

    async def _wait_for_short_run(self, run: _Run) -> None:
        """Wait until a run is done, or has had as much of a processor as a short one may have."""
        begun, worker = time.monotonic(), run.worker
        used, left = worker.measure_processor_time(), SHORT_QUERY_SECONDS
        while left > 0 and time.monotonic() - begun < MAX_SHORT_QUERY_SECONDS:
            await asyncio.wait([run.reply], timeout=max(left, _MIN_WAIT_SECONDS))
            if run.reply.done():
                return
            left = SHORT_QUERY_SECONDS - (worker.measure_processor_time() - used)

    async def _await_reply(self, run: _Run) -> Reply:
        run.is_slow = not run.reply.done()
        if run.is_slow:
            run.worker.lower_priority()
        try:
            return await run.reply
        finally:
            self._release_or_replace_worker(run)

    def _release_or_replace_worker(self, run: _Run) -> None:
        """Release the worker of a short run that went well; replace any other."""
        done = run.reply.done() and not run.reply.cancelled()
        if done and not run.reply.exception() and not run.is_slow:
            run.workers.release(run.worker)
        else:
            run.reply.cancel()
            run.workers.kill_and_replace(run.worker)
