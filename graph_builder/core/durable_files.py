"""Files and folders that are on the disk before they take the place of others.

What takes a place is written beside it, given to the disk, and then renamed, so that even a loss of
power leaves the old or the new, whole.
"""

import errno
import os
import stat
import sys
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import Tell, tell_nobody
from graph_builder.core.workspaces import open_workspace

_PARALLEL_SYNCS = 8
#: For so many files, threads take longer than they save.
_FEW_SYNCS = 32
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
#: How the line begins that has the SHA-256 of what follows it.
CHECKSUM_START = "# sha256 "
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
#: What systems answer that cannot exchange two folders.
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def write_file(target: Path, data: bytes | Iterable[bytes], *, tell: Tell = tell_nobody) -> None:
    """Write a file durably and atomically; an existing one keeps its mode, and a link is followed.

    The data may come in blocks. What is no regular file, such as a pipe, is written to. Raises
    ReadError.
    """
    blocks = [data] if isinstance(data, bytes) else data
    try:
        mode = _get_mode(target)
        if mode is None or stat.S_ISREG(mode):
            _replace_file(Path(os.path.realpath(target)), blocks, mode, tell)
        else:
            _write_blocks(target, blocks)
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error


def _get_mode(target: Path) -> int | None:
    """Return the mode of a file, or None if it does not exist."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _write_blocks(target: Path, blocks: Iterable[bytes]) -> None:
    with target.open("wb") as stream:
        stream.writelines(blocks)


def _replace_file(target: Path, blocks: Iterable[bytes], mode: int | None, tell: Tell) -> None:
    with open_workspace(target, wait=True, tell=tell) as folder:
        new = folder / "new"
        _write_blocks(new, blocks)
        if mode is not None:
            new.chmod(stat.S_IMODE(mode))
        sync(new)
        new.replace(target)
        sync(target.parent)


def sync(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder."""
    # Windows opens no folders, and some file systems cannot give one to the disk
    with suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
                raise
        finally:
            os.close(descriptor)


def sync_tree(folder: Path, *, without: Container[str] = ()) -> None:
    """Wait until the disk holds a folder with all that is in it, but for files of some names."""
    names = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    new = (path for path in names if path.name not in without)
    files = [path for path in new if stat.S_ISREG(path.lstat().st_mode)]
    folders = [Path(place) for place, _, _ in os.walk(folder)]
    paths = [*files, *folders]
    if len(paths) <= _FEW_SYNCS:
        for path in paths:
            sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    # disks serve several at once: a folder of a thousand files takes a twentieth of the time
    parts = [paths[first::_PARALLEL_SYNCS] for first in range(_PARALLEL_SYNCS)]
    with ThreadPoolExecutor(_PARALLEL_SYNCS) as pool:
        for _ in pool.map(_sync_all, parts):
            pass


def _sync_all(paths: Iterable[Path]) -> None:
    for path in paths:
        sync(path)


@contextmanager
def report_full_disk() -> Iterator[None]:
    """Raise ReadError if there is no room for the temporary files of a block."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        from tempfile import gettempdir

        advice = "set TMPDIR to a folder with more room"
        raise ReadError(f"{gettempdir()}: {error.strerror}; {advice}") from error


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False where the system cannot."""
    if sys.platform != "linux":
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    if rename(*names, _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def add_checksum(content: bytes) -> bytes:
    """Return content below a line with its SHA-256."""
    import hashlib

    return f"{CHECKSUM_START}{hashlib.sha256(content).hexdigest()}\n".encode() + content


def read_checked(path: Path) -> bytes | None:
    """Return the content that ``add_checksum`` was given, or None if it is damaged."""
    data = path.read_bytes()
    content = data.partition(b"\n")[2]
    return content if data == add_checksum(content) else None
