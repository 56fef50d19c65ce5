"""Compute something of many items in forked processes, which see what this one has loaded."""

import gc
import os
import pickle
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from typing import IO, Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Items whose results a process sends together, so that a slow one does not hold up the others.
_BATCH = 8


def map_in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int | None = None
) -> Generator[Result, None, None]:
    """Yield the results of a function in the order of the items, computed on all processors.

    The first item is computed in this process, so that the others share the caches that it fills.
    So is what a process was to compute that failed or was killed; thus an exception of the function
    is raised here. Results are pickled. A process waits until its results are read, and ends when
    nobody reads them any more.
    """
    number = min(processes or count_processors(), -(-(len(items) - 1) // _BATCH))
    if number <= 1 or not hasattr(os, "fork"):
        yield from map(function, items)
        return
    yield function(items[0])
    batches = [items[start : start + _BATCH] for start in range(1, len(items), _BATCH)]
    with ExitStack() as stack:
        pipes = [
            stack.enter_context(closing(_fork(function, batches[first::number])))
            for first in range(number)
        ]
        for place, batch in enumerate(batches):
            received = pipes[place % number].receive()
            yield from map(function, batch) if received is None else received


def count_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """A forked process and the pipe from which its results are read."""

    def __init__(self, process: int, pipe: IO[bytes]) -> None:
        self._process = process
        self._pipe = pipe

    def receive(self) -> list[Any] | None:
        """Return the next results, or None where the process has ended without them."""
        try:
            received: list[Any] = pickle.load(self._pipe)  # noqa: S301 -- from our own process
        except (EOFError, pickle.UnpicklingError):
            return None
        return received

    def close(self) -> None:
        self._pipe.close()  # by which a process that still writes ends
        os.waitpid(self._process, 0)


def _fork(function: Callable[[Any], Any], batches: Sequence[Sequence[Any]]) -> _Worker:
    read, write = os.pipe()
    process = os.fork()
    if process:
        os.close(write)
        return _Worker(process, os.fdopen(read, "rb"))
    os.close(read)
    gc.freeze()  # a collection would copy what is shared with the parent
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends on Ctrl-C and closes the pipe
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        with os.fdopen(write, "wb") as pipe:
            for batch in batches:
                pickle.dump([*map(function, batch)], pipe, pickle.HIGHEST_PROTOCOL)
                pipe.flush()
    finally:
        os._exit(0)
