"""The open connections by client: who has how many, and which give way when there are too many."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from graph_builder.server.limits import Limits


@dataclass(eq=False)
class OpenConnection:
    """A connection of a client; ``close`` is called where it has to give way to another.

    ``is_proxy`` says that it is one of many clients.
    """

    client: str
    close: Callable[[], None]
    is_proxy: bool = False


@dataclass
class ConnectionRegistry:
    """Admits connections up to a number in total, and a number of each client.

    Where the total is reached, a connection that waits for its client to send a request gives way:
    the oldest of the client that has most connections. So whoever opens many and sends nothing
    shuts out nobody. A proxy may have any number.
    """

    limits: Limits
    is_proxy: Callable[[str], bool] = lambda _: False
    open_: dict[OpenConnection, None] = field(default_factory=dict)
    #: Connections ended, by reason.
    ended: Counter[str] = field(default_factory=Counter)
    _by_client: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, dict[OpenConnection, None]] = field(default_factory=dict)

    def admit(self, connection: OpenConnection) -> bool:
        """Count a connection and return whether it may stay; another one may be closed for it."""
        client = connection.client
        within = self._by_client[client] < self.limits.connections_per_client
        admitted = (within or connection.is_proxy) and (
            len(self.open_) < self.limits.connections or self._close_oldest_waiting()
        )
        self.open_[connection] = None
        self._by_client[client] += 1
        if not admitted:
            self.ended["refused"] += 1
        return admitted

    def remove(self, connection: OpenConnection) -> None:
        """Forget a connection, if that has not been done."""
        if connection not in self.open_:
            return
        del self.open_[connection]
        self.mark_busy(connection)
        self._by_client[connection.client] -= 1
        if not self._by_client[connection.client]:
            del self._by_client[connection.client]

    def mark_waiting(self, connection: OpenConnection) -> None:
        """Note that a connection waits for its client to send a request."""
        if connection in self.open_:
            self._waiting.setdefault(connection.client, {})[connection] = None

    def mark_busy(self, connection: OpenConnection) -> None:
        """Note that a connection has a whole request to answer."""
        waiting = self._waiting.get(connection.client, {})
        waiting.pop(connection, None)
        if not waiting:
            self._waiting.pop(connection.client, None)

    def _close_oldest_waiting(self) -> bool:
        """Close the oldest waiting connection of the client that has most; returns if there was."""
        if not self._waiting:
            return False
        largest = max(self._waiting, key=self._by_client.__getitem__)
        oldest = next(iter(self._waiting[largest]))
        self.remove(oldest)
        self.ended["displaced"] += 1
        oldest.close()
        return True
