"""Places that clients wait for: each client in its turn, whoever asks most."""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

Client = str
_Waiter = tuple[int, int, "asyncio.Future[None]"]


class FairSemaphore:
    """A number of places; a client holds at most so many, and those who wait get them in rotation.

    Among the requests of one client the lowest rank comes first, and within a rank the oldest.
    """

    def __init__(self, places: int, each: int) -> None:
        """Begin with all places free."""
        self._free = places
        self._each = each
        self._held: Counter[Client] = Counter()
        self._waiting: dict[Client, list[_Waiter]] = {}
        self._arrivals = count()

    def take(self, client: Client) -> bool:
        """Take a place at once and return True, or return False where none is to be had."""
        if not self._free or self._held[client] >= self._each:
            return False
        self._free -= 1
        self._held[client] += 1
        return True

    def leave(self, client: Client) -> None:
        """Give a place back, to the next client that waits."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self._serve()

    async def turn(self, client: Client, rank: int = 0) -> None:
        """Wait for a place and take it."""
        if client not in self._waiting and self.take(client):
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        insort(self._waiting.setdefault(client, []), (rank, next(self._arrivals), place))
        self._serve()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave(client)
            else:
                self._clean(client)
            raise

    @asynccontextmanager
    async def place(self, client: Client, rank: int = 0) -> AsyncIterator[None]:
        """Hold a place for the length of a block."""
        await self.turn(client, rank)
        try:
            yield
        finally:
            self.leave(client)

    def _serve(self) -> None:
        for client in list(self._waiting):
            self._clean(client)
            if client in self._waiting and self.take(client):
                queue = self._waiting.pop(client)
                queue.pop(0)[2].set_result(None)
                if queue:
                    self._waiting[client] = queue  # at the end: the others come first

    def _clean(self, client: Client) -> None:
        """Forget the requests of a client that have stopped waiting."""
        queue = self._waiting.get(client, [])
        queue[:] = [entry for entry in queue if not entry[2].done()]
        if not queue:
            self._waiting.pop(client, None)
