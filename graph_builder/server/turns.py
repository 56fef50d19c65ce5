"""Places that clients wait for: each client in its turn, whoever asks most."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Client = str


class Turns:
    """A number of places; a client holds at most so many, and those who wait get them in rotation.

    Within a client the oldest request comes first, and the newest where ``newest`` says so: whoever
    waits behind requests that will not end in time loses nothing by it, and the last one may be
    quick (adaptive LIFO, Maurer: Fail at Scale, ACM Queue 13(8), 2015).
    """

    def __init__(
        self, places: int, each: int, newest: Callable[[Client], bool] = lambda _: False
    ) -> None:
        """Begin with all places free."""
        self._free = places
        self._each = each
        self._newest = newest
        self._held: Counter[Client] = Counter()
        self._waiting: dict[Client, deque[asyncio.Future[None]]] = {}

    def is_full(self, client: Client) -> bool:
        """Return whether a client holds as many places as it may."""
        return self._held[client] >= self._each

    def take(self, client: Client) -> bool:
        """Take a place at once and return True, or return False where none is to be had."""
        if not self._free or self.is_full(client):
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

    async def turn(self, client: Client) -> None:
        """Wait for a place and take it."""
        if client not in self._waiting and self.take(client):
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(place)
        self._serve()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave(client)
            else:
                self._forget(client, place)
            raise

    @asynccontextmanager
    async def place(self, client: Client) -> AsyncIterator[None]:
        """Hold a place for the length of a block."""
        await self.turn(client)
        try:
            yield
        finally:
            self.leave(client)

    def _serve(self) -> None:
        for client, places in list(self._waiting.items()):
            while places and places[0].done():
                places.popleft()  # cancelled, and not yet forgotten
            if places and self.take(client):
                place = places.pop() if self._newest(client) else places.popleft()
                if place.done():
                    self.leave(client)
                else:
                    place.set_result(None)
                del self._waiting[client]  # and to the end: the others come first
                if places:
                    self._waiting[client] = places

    def _forget(self, client: Client, place: "asyncio.Future[None]") -> None:
        places = self._waiting.get(client, deque())
        if place in places:
            places.remove(place)
        if not places:
            self._waiting.pop(client, None)
