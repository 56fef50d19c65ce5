"""Stores on disk in the cache: a graph is opened there instead of being loaded each time.

The name of a store says of which files it was made and by what these are known: size, times and
inode. While nobody has written to one of them, none is read to open the store, so that opening
takes as long for a large graph as for a small one.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph_builder.core.errors import ReadError
from graph_builder.store.disk_store import CURRENT_FILE, open_store, remove_store, write_store
from graph_builder.store.graph import Graph

#: From how many quads on a graph is opened faster than loaded (docs/decisions.md, 58).
MIN_STORED_QUADS = 5_000
#: For so many nanoseconds after a file was written to, its times may not show that it is again.
_SAME_TIME = 100_000_000
_MAX_STORES = 12
_MAX_BYTES = 4 << 30
_PREFIX = "store"


@dataclass(frozen=True)
class GraphFiles:
    """The files that a graph is made of, with what else decides it."""

    name: str
    roots: tuple[Path, ...]
    is_input: Callable[[str], bool]


class CachedStore:
    """The place in the cache for the store of a graph that is made of files as they are now."""

    def __init__(self, files: GraphFiles, cache: Path) -> None:
        """Look at the files, before anybody reads them."""
        stamps, newest = _stamp(files)
        self._cache = cache
        self._family = f"{_PREFIX}-{_compute_digest([files.name])[:16]}"
        self._folder = cache / f"{self._family}-{_compute_digest(stamps)[:32]}"
        self._is_settled = time.time_ns() - newest > _SAME_TIME

    def find(self) -> Graph | None:
        """Return the graph of the store; None if it is missing or damaged."""
        with suppress(ReadError):
            return open_stored_graph(self._folder)
        return None

    def keep(self, graph: Graph) -> Graph:
        """Write the store of a graph if it is large, and return the graph.

        That nothing can be written is no error.
        """
        if self._is_settled and len(graph) >= MIN_STORED_QUADS:
            with suppress(OSError, ReadError):
                _write(graph, self._folder)
                _remove_old(self._cache, self._family, self._folder)
        return graph


def open_stored_graph(folder: Path) -> Graph:
    """Return the graph of a store, with the notes on how it was read; raises ReadError."""
    from graph_builder.store.graph_properties import read_notes

    engine = open_store(folder)
    graph = Graph(engine)
    graph.digest = engine.digest
    graph.notes = read_notes(graph)
    return graph


def _write(graph: Graph, folder: Path) -> None:
    from graph_builder.store.graph_properties import write_index_of

    write_index = partial(write_index_of, notes=graph.notes)
    write_store(graph.store, folder, write_index=write_index)


def _stamp(files: GraphFiles) -> tuple[list[str], int]:
    """Return a line on each file that changes when somebody writes to it, and the latest time."""
    lines, newest = [], 0
    for path in _list_inputs(files):
        with suppress(OSError):  # whoever reads it tells
            state = os.stat(path)  # noqa: PTH116 -- thousands of times
            times = state.st_mtime_ns, state.st_ctime_ns
            lines.append(f"{path} {state.st_size} {times} {state.st_ino}")
            newest = max(newest, *times)
    return lines, newest


def _list_inputs(files: GraphFiles) -> Iterator[str]:
    for root in files.roots:
        if not root.is_dir():
            yield str(root)
        for place, folders, names in os.walk(root):
            folders.sort()
            yield from (f"{place}{os.sep}{each}" for each in sorted(names) if files.is_input(each))


def _compute_digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


def _remove_old(cache: Path, family: str, new: Path) -> None:
    """Remove older stores of the same files, and of others until few enough are left."""
    others = sorted(cache.glob(f"{_PREFIX}-*"), key=_get_time, reverse=True)
    size = _measure(new)
    for number, folder in enumerate((each for each in others if each != new), 2):
        size += _measure(folder)
        if folder.name.startswith(family) or number > _MAX_STORES or size > _MAX_BYTES:
            remove_store(folder)


def _get_time(folder: Path) -> float:
    try:
        return (folder / CURRENT_FILE).stat().st_mtime
    except OSError:
        return 0.0


def _measure(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
