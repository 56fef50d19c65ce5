"""Reload the graph while it is served: on a signal, or when its files change.

Another fork server opens the graph, and new requests go to its workers; requests that run already
are finished by those of the one before. A graph that cannot be opened replaces nothing.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from graph_builder.core.errors import ReadError
from graph_builder.server.fork_server import ForkServer
from graph_builder.server.scheduler import RequestScheduler

#: Seconds between two looks at the files of a graph. They are read once they have not changed
#: between two looks, so that a file that is being written is left to its writer.
_WATCH_SECONDS = 1.0

_ERROR_STREAM = 2

#: Returns what tells one version of the files of a graph from another.
StampFiles = Callable[[], object]


class FileWatch:
    """Watches the files of a graph, from before they are read for the first time."""

    def __init__(self, stamp: StampFiles) -> None:
        """Take the stamp of the files that are about to be read."""
        self._stamp = stamp
        self._read = stamp()

    async def run(self, changed: Callable[[], None]) -> None:
        """Call a function whenever the files have changed, and then stay the same for a while."""
        before = self._read
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now = self._stamp()
            if now == before != self._read:
                self._read = now
                changed()
            before = now


@dataclass
class GraphReloader:
    """Replaces the graph of a scheduler.

    ``fork`` starts a fork server that opens the graph, and ``tell`` is called with a line for the
    log. ``ended`` is called when the fork server whose graph is served exits by itself, and when
    the terminal is closed in which the server was started.
    """

    scheduler: RequestScheduler
    fork_server: ForkServer
    fork: Callable[[], ForkServer]
    tell: Callable[[str], None]
    ended: Callable[[], None]

    async def run(self, watch: "FileWatch | None" = None) -> None:
        """Reload on SIGHUP, and when watched files change."""
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        loop.add_reader(self.fork_server, self.ended)
        had_terminal = os.isatty(_ERROR_STREAM)

        def hear_hangup() -> None:
            if had_terminal and not os.isatty(_ERROR_STREAM):
                self.ended()  # the terminal was closed
            else:
                asked.set()

        loop.add_signal_handler(signal.SIGHUP, hear_hangup)
        async with asyncio.TaskGroup() as tasks:
            if watch:
                tasks.create_task(watch.run(asked.set))
            while await asked.wait():
                asked.clear()
                await self._reload()

    def close(self) -> None:
        """Wait no longer for the fork server to exit."""
        asyncio.get_running_loop().remove_reader(self.fork_server)

    async def _reload(self) -> None:
        self.tell("reloading the graph")
        opened = self.fork()
        try:
            await _wait_until_readable(opened)
            opened.wait_until_open()
        except ReadError as error:
            self.tell(f"{error}; the graph is not reloaded, the one before is served on")
            return
        except asyncio.CancelledError:
            opened.close()
            raise
        if opened.digest == self.fork_server.digest:
            opened.close()
            self.tell("the graph has not changed")
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.fork_server)
        self.fork_server = opened
        loop.add_reader(opened, self.ended)
        replaced = await self.scheduler.replace_workers(opened)
        self.tell(f"the graph is reloaded: {opened.quads:,} quads")
        await replaced.retire()


async def _wait_until_readable(fork_server: ForkServer) -> None:
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(fork_server, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(fork_server)
