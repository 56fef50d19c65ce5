"""Stores on disk in the cache: a graph is opened there instead of being loaded each time.

The name of a store says of which files it was made and by what these are known: size, times and
inode. While nobody has written to one of them, none is read to open the store, so that opening
takes as long for a large graph as for a small one.
"""

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, Store

from graph_builder.core.errors import ReadError
from graph_builder.store.disk_store import (
    CURRENT_FILE,
    FACTS_FILE,
    INDEX_FILE,
    derive_store,
    open_store,
    remove_store,
    write_store,
)
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine

#: From how many quads on a graph is opened faster than loaded (docs/decisions.md, 58).
MIN_STORED_QUADS = 5_000
#: For so many nanoseconds after a file was written to, its times may not show that it is again.
_SAME_TIME = 100_000_000
#: The longest that is waited until they do.
_LONGEST_WAIT = 200_000_000
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
        self.stamps, self._newest = _stamp(files)
        lines = (f"{path} {stamp}" for path, stamp in self.stamps.items())
        self._cache = cache
        self._family = f"{_PREFIX}-{_compute_digest([files.name])[:16]}"
        self._folder = cache / f"{self._family}-{_compute_digest(lines)[:32]}"
        self._is_settled = time.time_ns() - self._newest > _SAME_TIME

    def find(self) -> Graph | None:
        """Return the graph of the store; None if it is missing or damaged."""
        with suppress(ReadError):
            found = open_stored_graph(self._folder)
            with suppress(OSError):
                (self._folder / CURRENT_FILE).touch()  # what was used last is removed last
            return found
        return None

    def keep(self, graph: Graph, write_facts: Callable[[Path], None] | None = None) -> Graph:
        """Write the store of a graph if it is large, and return the graph.

        ``write_facts`` writes what the graph of fact files was made of to a new file. That nothing
        can be written is no error.
        """
        if self._is_settled and len(graph) >= MIN_STORED_QUADS:
            with suppress(OSError, ReadError):
                _write(graph, self._folder, write_facts)
                _remove_old(self._cache, self._family, self._folder)
        return graph

    def find_earlier(self) -> Path | None:
        """Return the newest other store of the same files, which says what these stated then."""
        folders = self._cache.glob(f"{self._family}-*")
        others = [each for each in folders if any(each.glob(f"*/{FACTS_FILE}"))]
        return max(others, key=_get_time, default=None)

    def wait_until_settled(self) -> bool:
        """Wait until a file that is written to again has another time; False if that is far."""
        rest = self._newest + _SAME_TIME - time.time_ns()
        if rest > _LONGEST_WAIT:
            return False
        time.sleep(max(rest, 0) / 1_000_000_000)
        return True

    def derive(self, earlier: Path, change: Callable[[Store, Path], int]) -> Graph | None:
        """Return the graph of a store that is made of an earlier one; None if that cannot be."""

        def remove_older() -> None:
            _remove_old(self._cache, self._family, self._folder, {earlier})

        with suppress(OSError, ReadError):
            derive_store(earlier, self._folder, change, remove_older)
        return self.find()

    def derive_part(
        self, engine: LocalEngine, iter_removed: Callable[[], Iterable[Quad]]
    ) -> Graph | None:
        """Return the graph of a copy of a store without some quads; None if it cannot be made."""
        if not self._is_settled or engine.folder is None:
            return None

        def change(store: Store, folder: Path) -> int:
            for name in (INDEX_FILE, FACTS_FILE):
                (folder / name).unlink(missing_ok=True)
            before = len(store)
            for quad in iter_removed():
                store.remove(quad)
            return len(store) - before

        def remove_older() -> None:
            _remove_old(self._cache, self._family, self._folder)

        base = engine.folder.parent
        with suppress(OSError, ReadError):
            if self._folder.exists():
                remove_store(self._folder)
            opened = open_store(base)
            if opened.digest == engine.digest:
                derive_store(base, self._folder, change, remove_older, shares_files=False)
                return open_stored_graph(self._folder)
        return None


def open_stored_graph(folder: Path) -> Graph:
    """Return the graph of a store, with the notes on how it was read; raises ReadError."""
    from graph_builder.store.graph_properties import read_notes

    engine = open_store(folder)
    graph = Graph(engine)
    graph.digest = engine.digest
    graph.notes = read_notes(graph)
    return graph


def _write(graph: Graph, folder: Path, write_facts: Callable[[Path], None] | None) -> None:
    from graph_builder.store.graph_properties import write_index_of

    def write_index(engine: LocalEngine, path: Path) -> None:
        write_index_of(engine, path, graph.notes, is_compiled=write_facts is not None)
        if write_facts:
            write_facts(path.with_name(FACTS_FILE))

    write_store(graph.store, folder, write_index=write_index)


def _stamp(files: GraphFiles) -> tuple[dict[str, str], int]:
    """Return for each file what changes when somebody writes to it, and the latest time."""
    stamps, newest = {}, 0
    for path in _list_inputs(files):
        with suppress(OSError):  # whoever reads it tells
            state = os.stat(path)  # noqa: PTH116 -- thousands of times
            times = state.st_mtime_ns, state.st_ctime_ns
            stamps[path] = f"{state.st_size} {times} {state.st_ino}"
            newest = max(newest, *times)
    return stamps, newest


def _list_inputs(files: GraphFiles) -> Iterator[str]:
    for root in files.roots:
        if not root.is_dir():
            yield str(root)
        for place, folders, names in os.walk(root):
            folders.sort()
            # as Path writes it, so that a file has one name
            start = f"{place}{os.sep}".removeprefix(f"{os.curdir}{os.sep}")
            yield from (f"{start}{each}" for each in sorted(names) if files.is_input(each))


def _compute_digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


def _remove_old(cache: Path, family: str, new: Path, kept: Collection[Path] = ()) -> None:
    """Remove older stores of the same files, and of others until few enough are left.

    Some are kept.
    """
    stores = sorted(cache.glob(f"{_PREFIX}-*"), key=_get_time, reverse=True)
    others = [each for each in stores if each != new and each not in kept]
    size = sum(map(_measure, (new, *kept)))
    for number, folder in enumerate(others, 2 + len(kept)):
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
