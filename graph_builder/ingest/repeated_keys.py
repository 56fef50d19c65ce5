"""Keys that come more than once among many, found without holding the keys in memory."""

import sqlite3
from array import array
from collections.abc import Hashable
from itertools import pairwise

#: More hashes of keys are kept in a temporary database.
MAX_HASHES_IN_MEMORY = 100_000


class RepeatedKeys:
    """Finds the keys that come more than once, by their hashes.

    Keys are few beside the facts that have them, so what checks must know of the first fact of a
    key is kept only for keys that come again. Two keys of one hash count as one.
    """

    def __init__(self) -> None:
        """Begin without keys."""
        self._hashes = array("q")
        self._database: sqlite3.Connection | None = None
        self._repeated: set[int] = set()

    def add(self, key: Hashable) -> None:
        """Add a key."""
        self._hashes.append(hash(key))
        if len(self._hashes) > MAX_HASHES_IN_MEMORY:
            self._store()

    def find(self) -> None:
        """Find the keys that were added more than once; none is added afterwards."""
        if self._database is None:
            self._repeated = {one for one, next_ in pairwise(sorted(self._hashes)) if one == next_}
        else:
            self._store()
            query = "SELECT hash FROM key GROUP BY hash HAVING COUNT(*) > 1"
            self._repeated = {hash_ for (hash_,) in self._database.execute(query)}
            self._database.close()
            self._database = None
        self._hashes = array("q")

    @property
    def is_any(self) -> bool:
        """Whether there may be a key that was added more than once."""
        return bool(self._repeated)

    def has(self, key: Hashable) -> bool:
        """Return whether a key may have been added more than once."""
        return bool(self._repeated) and hash(key) in self._repeated

    def _store(self) -> None:
        if self._database is None:
            self._database = sqlite3.connect("")  # a file that is removed when it is closed
            self._database.execute("CREATE TABLE key (hash INTEGER)")
        rows = ((each,) for each in self._hashes)
        self._database.executemany("INSERT INTO key VALUES (?)", rows)
        self._hashes = array("q")
