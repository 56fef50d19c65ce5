"""The limit of memory that a shell sets (``ulimit -v``): refuse what would not fit into it.

The engine ends the process where it gets no memory, without a word that helps.
"""

import sys
from pathlib import Path

from graph_builder.core.errors import ReadError

#: Bytes that the engine reserves to fill a store, and by how much a graph is larger in memory.
_RESERVED, _GROWTH = 205_000_000, 3
_MEGABYTE = 1_000_000


def check_memory(size: int) -> None:
    """Raise ReadError if a graph of so many bytes does not fit into the memory that is allowed."""
    left, needed = _find_memory_left(), _RESERVED + _GROWTH * size
    if left is not None and left < needed:
        raise ReadError(
            f"not enough memory: {needed // _MEGABYTE + 1:,} MB are needed for the graph, "
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
