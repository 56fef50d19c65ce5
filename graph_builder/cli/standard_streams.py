"""Standard streams that write everything or fail: no output is cut without an error."""

import errno
import io
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, TextIO

from graph_builder.core.errors import ReadError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _CompleteWriter(io.RawIOBase):
    """A stream without buffer that writes all of its data, also where a descriptor is not ready.

    A buffered stream can fail when the interpreter ends, and an unbuffered one writes a part of the
    data to a pipe that is full and does not block.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        left = memoryview(data).cast("B")
        size = len(left)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError as error:
                self.report(error)
                break
        return size

    def report(self, error: OSError) -> None:
        """End as other programs do if the reader went away; raise ReadError for any other error."""
        if error.errno == errno.EPIPE:
            _end_by_broken_pipe()
        reason = "closed" if error.errno == errno.EBADF else error.strerror or str(error)
        raise ReadError(f"the output was not written completely: standard output: {reason}")


class _ErrorWriter(_CompleteWriter):
    """The error stream: where it cannot be written, nobody can be told, so work goes on."""

    def report(self, error: OSError) -> None:
        """Ignore the error."""


def open_complete_streams() -> None:
    """Replace the standard output and error stream by ones that write UTF-8 and write it all.

    A stream that is closed is replaced too: its descriptor could become that of another file.
    """
    sys.stdout = _open_complete(sys.stdout, _CompleteWriter)
    sys.stderr = _open_complete(sys.stderr, _ErrorWriter)


def _open_complete(stream: TextIO | None, writer: type[_CompleteWriter]) -> TextIO:
    if stream is None:  # to write to what is open for reading only fails, as it should
        descriptor = os.open(os.devnull, os.O_RDONLY)
    else:
        stream.flush()
        descriptor = stream.fileno()
    return io.TextIOWrapper(
        writer(descriptor),  # type: ignore[type-var]
        encoding="utf-8",
        errors="backslashreplace",
        write_through=True,
    )


def _end_by_broken_pipe() -> None:
    """End the process by SIGPIPE, as a shell expects of a command whose reader went away."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.raise_signal(signal.SIGPIPE)
    os._exit(2)
