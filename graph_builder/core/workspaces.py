"""Workspaces: folders beside a target, in which what takes its place is made.

The workspace of ``x`` is ``.aigg-x``. It has a lock file and is removed when its process is done.
One that is there but not locked was left by a process that was killed: the next one clears it.
"""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import FileLock, Tell, lock_file, tell_nobody, try_lock

_PREFIX = ".aigg-"
_LOCK = "lock"
#: File systems allow 255 bytes.
_MAX_NAME_BYTES = 240


@contextmanager
def open_workspace(
    target: Path,
    *,
    wait: bool = False,
    tell: Tell = tell_nobody,
    finish: Callable[[Path], None] | None = None,
) -> Iterator[Path]:
    """Yield the workspace of a target, empty and locked; it is removed afterwards.

    If another process has it, waits for it, or raises InUseError. What a killed process left is
    given to ``finish``, then named and removed.
    """
    name = os.fsdecode(os.fsencode(target.name)[:_MAX_NAME_BYTES])
    folder = target.with_name(_PREFIX + name)
    lock = _lock_folder(folder, target, wait=wait, tell=tell)
    try:
        if lock.is_sure and _list_content(folder):
            if finish:
                finish(folder)
            _clear(folder)
            tell(f"{folder}: removed; an interrupted run had left it")
        yield folder
    finally:
        _remove(folder, lock)


@contextmanager
def open_temporary_folder(prefix: str, tell: Tell = tell_nobody) -> Iterator[Path]:
    """Yield an empty folder among the system's temporary ones; it is removed afterwards.

    Those of the same prefix that killed processes left are named and removed first.
    """
    import tempfile

    place = Path(tempfile.gettempdir())
    for left in sweep_folders(place, f"{prefix}*"):
        tell(f"{left}: removed; an interrupted run had left it")
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    lock = _lock_folder(folder, folder, wait=False, tell=tell_nobody)
    try:
        yield folder
    finally:
        _remove(folder, lock)


def sweep_folders(place: Path, pattern: str = f"{_PREFIX}*") -> list[Path]:
    """Remove the workspaces in a folder that killed processes left, and return which."""
    return [folder for folder in sorted(place.glob(pattern)) if _remove_if_left(folder)]


def _remove_if_left(folder: Path) -> bool:
    """Remove a folder that has our lock file, which no process holds; return whether it did."""
    with suppress(OSError):
        if not _is_ours(folder):
            return False
        if not (folder / _LOCK).is_file():
            folder.rmdir()  # which fails unless it is empty
            return True
        lock = try_lock(folder / _LOCK)
        if lock and lock.is_sure:
            _remove(folder, lock)
            return not folder.exists()
    return False


def _is_ours(folder: Path) -> bool:
    """Return whether a path is a folder of this user; others could lead us anywhere by a link."""
    state = folder.lstat()
    return stat.S_ISDIR(state.st_mode) and (sys.platform == "win32" or state.st_uid == os.geteuid())


def _lock_folder(folder: Path, target: Path, *, wait: bool, tell: Tell) -> FileLock:
    while True:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        # it may be removed at once by the process that is done with it
        with suppress(FileNotFoundError):
            if not _is_ours(folder) or (
                _list_content(folder) and not os.path.lexists(folder / _LOCK)
            ):
                raise ReadError(f"{folder}: in the way; this name is needed to write {target}")
            return lock_file(folder / _LOCK, target, wait=wait, tell=tell)


def _list_content(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != _LOCK]


def _clear(folder: Path) -> None:
    for path in _list_content(folder):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _remove(folder: Path, lock: FileLock) -> None:
    """Remove a folder, its lock file last, so that nobody else works in it meanwhile."""
    try:
        with suppress(OSError):  # what cannot be removed now is swept by the next run
            _clear(folder)
        lock.remove_and_release()
        with suppress(OSError):
            folder.rmdir()
    finally:
        lock.release()
