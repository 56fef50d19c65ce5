"""Fair semaphore: round-robin between clients; by priority, then FIFO, within one."""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

Client = str
_Waiter = tuple[int, int, "asyncio.Future[None]"]


class FairSemaphore:
    """A number of slots, of which one client holds at most ``each``; clients that wait take turns.

    Among the requests of one client the lowest rank comes first, and within a rank the oldest.
    """

    def __init__(self, slots: int, each: int) -> None:
        """Start with all slots free."""
        self._free = slots
        self._each = each
        self._held: Counter[Client] = Counter()
        self._waiting: dict[Client, list[_Waiter]] = {}
        self._arrivals = count()

    def try_acquire(self, client: Client) -> bool:
        """Acquire a slot without waiting; returns whether there was one."""
        if not self._free or self._held[client] >= self._each:
            return False
        self._free -= 1
        self._held[client] += 1
        return True

    def release(self, client: Client) -> None:
        """Release a slot to the next client that waits."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self._wake_waiters()

    async def acquire(self, client: Client, rank: int = 0) -> None:
        """Wait for a slot and acquire it."""
        if client not in self._waiting and self.try_acquire(client):
            return
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        insort(self._waiting.setdefault(client, []), (rank, next(self._arrivals), slot))
        self._wake_waiters()
        try:
            await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled():
                self.release(client)
            else:
                self._drop_finished(client)
            raise

    @asynccontextmanager
    async def slot(self, client: Client, rank: int = 0) -> AsyncIterator[None]:
        """Hold a slot for the length of a block."""
        await self.acquire(client, rank)
        try:
            yield
        finally:
            self.release(client)

    def _wake_waiters(self) -> None:
        for client in list(self._waiting):
            self._drop_finished(client)
            if client in self._waiting and self.try_acquire(client):
                queue = self._waiting.pop(client)
                queue.pop(0)[2].set_result(None)
                if queue:
                    self._waiting[client] = queue  # at the end: the others come first

    def _drop_finished(self, client: Client) -> None:
        """Drop the requests of a client that no longer wait."""
        queue = self._waiting.get(client, [])
        queue[:] = [entry for entry in queue if not entry[2].done()]
        if not queue:
            self._waiting.pop(client, None)
