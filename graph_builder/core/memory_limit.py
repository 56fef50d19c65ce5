"""The limit of memory that a shell sets (``ulimit -v``): refuse what would not fit into it.

The engine ends the process where it gets no memory, without a word that helps.
"""

import os
import sys
from pathlib import Path

from graph_builder.core.errors import ReadError

#: Bytes that the engine reserves to fill a store, and by how much a graph is larger in memory.
_RESERVED, _GROWTH = 205_000_000, 3
#: Bytes that it reserves to open a store on disk, to fill one, and for each of its threads.
_OPENING, _FILLING, _THREAD = 80_000_000, 600_000_000, 140_000_000
_MEGABYTE = 1_000_000


def check_memory(size: int) -> None:
    """Raise ReadError if a graph of so many bytes does not fit into the memory that is allowed."""
    _require_memory(_RESERVED + _GROWTH * size, "the graph")


def check_memory_of_store(*, is_filled: bool = False) -> None:
    """Raise ReadError if the memory that is allowed is too little to open a store on disk.

    Of a store that is to be filled more is needed. The engine has a thread for each processor.
    """
    processors = os.cpu_count() or 1
    if is_filled:
        _require_memory(_FILLING + _THREAD * (processors + 2), "writing the store")
    else:
        _require_memory(_OPENING + _THREAD * (processors + 1), "the store")


def _require_memory(needed: int, purpose: str) -> None:
    left = _find_memory_left()
    if left is not None and left < needed:
        raise ReadError(
            f"not enough memory: {needed // _MEGABYTE + 1:,} MB are needed for {purpose}, "
            f"{left // _MEGABYTE:,} MB are left of what the shell allows; raise ulimit -v"
        )


def _find_memory_left() -> int | None:
    """Return how many bytes of addresses the process may still take, None if there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # not Linux
        return None
    return max(0, limit - pages * resource.getpagesize())
