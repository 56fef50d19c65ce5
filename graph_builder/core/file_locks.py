"""Locks on files, by which processes keep out of each other's way.

They are advisory locks of flock(2): the system releases them when their process ends, however it
ends. The file itself says who holds the lock. Where a file system or Windows has no such locks,
nobody is kept out, and nothing that others may use is removed.
"""

import errno
import os
import shlex
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graph_builder.core.errors import ReadError
from graph_builder.core.text import shorten

if sys.platform != "win32":
    import fcntl

#: What file systems without locks answer.
_UNSUPPORTED = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF)
_MAX_HOLDER_LENGTH = 300
#: Windows has neither.
_SAFE_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


#: Gets a sentence for the user.
Tell = Callable[[str], None]


def tell_nobody(_: str) -> None:
    """Ignore a sentence."""


class InUseError(ReadError):
    """Another process is writing to the same place."""


@dataclass
class FileLock:
    """A lock that this process holds; ``is_sure`` is False where there are no locks to hold."""

    path: Path
    descriptor: int = field(repr=False)
    is_sure: bool = True

    def release(self) -> None:
        """Release the lock; the file stays."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def remove_and_release(self) -> None:
        """Remove the file, then release the lock; whoever waits for it begins anew."""
        self.path.unlink(missing_ok=True)
        self.release()

    def __del__(self) -> None:
        """Release the lock with its last user."""
        self.release()


def lock_file(path: Path, place: Path, *, wait: bool = False, tell: Tell = tell_nobody) -> FileLock:
    """Return a lock on a file, which is created if it is missing.

    ``place`` is what the lock is for, as users know it. If another process holds the lock, waits
    for it, or raises InUseError, which says who that is.
    """
    holder = _describe_process()  # takes a while, in which the lock would not name its holder
    lock = try_lock(path)
    if lock is None and not wait:
        raise InUseError(f"{place}: in use by {_read_holder(path)}; wait for it with --wait")
    if lock is None:
        tell(f"{place}: waiting for {_read_holder(path)}")
    while lock is None:
        lock = _lock(path, wait=True)
        holder = _describe_process()
    with suppress(OSError):  # on a full disk: a lock holds without a name
        os.ftruncate(lock.descriptor, os.write(lock.descriptor, holder))
    return lock


def try_lock(path: Path) -> FileLock | None:
    """Return a lock on a file, or None if another process uses it."""
    return _lock(path, wait=False)


def lock_for_reading(path: Path) -> FileLock:
    """Return a lock that many may hold, and that keeps others from removing what is read.

    Raises FileNotFoundError if the file is missing, also if it is removed meanwhile.
    """
    descriptor = _open(path, os.O_RDONLY)
    lock = FileLock(path, descriptor)
    lock.is_sure = _flock(descriptor, shared=True, wait=True)
    if not _is_file_of(path, descriptor):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return lock


def _lock(path: Path, *, wait: bool) -> FileLock | None:
    while True:
        lock = FileLock(path, _open(path, os.O_RDWR | os.O_CREAT))
        try:
            lock.is_sure = _flock(lock.descriptor, shared=False, wait=wait)
        except BlockingIOError:
            return None
        # whoever held the lock may have removed the file before releasing it
        if _is_file_of(path, lock.descriptor):
            return lock


def _open(path: Path, flags: int) -> int:
    """Open an ordinary file; raises ReadError for others, such as a pipe, and waits for none."""
    try:
        descriptor = os.open(path, flags | _SAFE_FLAGS, 0o666)
    except IsADirectoryError as error:
        raise ReadError(f"{path}: a folder, where a file for a lock belongs") from error
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise ReadError(f"{path}: not an ordinary file, where one for a lock belongs")


def _flock(descriptor: int, *, shared: bool, wait: bool) -> bool:
    """Lock an open file; return False where that is not possible at all."""
    if sys.platform == "win32":
        return False
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        return False
    return True


def _is_file_of(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _describe_process() -> bytes:
    """Return which process this is, for those who find its lock."""
    import socket
    from datetime import datetime

    program = Path(sys.argv[0]).name
    words = ["aigg" if program == "__main__.py" else program, *sys.argv[1:]]
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    command = shorten(shlex.join(words), _MAX_HOLDER_LENGTH)
    text = f"process {os.getpid()} on {socket.gethostname()} since {since} ({command})\n"
    return text.encode(errors="replace")


def _read_holder(path: Path) -> str:
    try:
        text = path.read_bytes()[: 2 * _MAX_HOLDER_LENGTH].decode(errors="replace")
    except OSError:
        text = ""
    return text.strip() or "another process"
