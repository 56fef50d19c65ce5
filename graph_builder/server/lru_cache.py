"""A least-recently-used cache that is bounded by the bytes of what it keeps."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """Values by key, of which those that were not asked for longest go first."""

    def __init__(self, max_bytes: int, measure: Callable[[K, V], int]) -> None:
        """Keep up to ``max_bytes``; ``measure`` returns the bytes that a key and value take."""
        self._max_bytes = max_bytes
        self._measure = measure
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._size = 0

    def get(self, key: K) -> V | None:
        """Return the value of a key, if it is kept."""
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> None:
        """Keep the value of a key that has none yet."""
        if key not in self._kept:
            self._kept[key] = value
            self._size += self._measure(key, value)
        while self._size > self._max_bytes:
            self._size -= self._measure(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forget all values."""
        self._kept.clear()
        self._size = 0
