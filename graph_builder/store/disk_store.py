"""Stores on disk: built beside what is read, then switched to in one step.

A folder holds numbered stores and a file ``current`` that names the one to read. A reader keeps
the store that it has opened; the one before the last is removed when a third is written.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, Store

from graph_builder.core.errors import ReadError

_CURRENT_FILE = "current"
_STORE_PREFIX = "store-"


def write_store(quads: Iterable[Quad], folder: Path) -> None:
    """Put quads into a new store of a folder and make it the one that is read.

    Raises ReadError where the folder cannot be written, or holds something that is no store.
    """
    try:
        numbers = _list_store_numbers(folder)
        ours = not folder.exists() or _holds_only_stores(folder)
    except OSError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    if not ours:
        raise ReadError(f"{folder}: not empty, and no store; name a new folder")
    made = folder / f"{_STORE_PREFIX}{max(numbers, default=0) + 1}"
    try:
        made.mkdir(parents=True)
        store = Store(made)
        store.bulk_extend(quads)
        store.flush()
        store.optimize()
        del store  # gives up the lock
        written = folder / f"{_CURRENT_FILE}.new"
        written.write_text(made.name + "\n", encoding="utf-8")
        written.replace(folder / _CURRENT_FILE)
        for number in numbers[:-1]:
            shutil.rmtree(folder / f"{_STORE_PREFIX}{number}", ignore_errors=True)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise ReadError(f"{folder}: {error.strerror or error}") from error


def open_store(folder: Path) -> Store:
    """Return the current store of a folder, for reading only; raises ReadError if there is none."""
    try:
        name = (folder / _CURRENT_FILE).read_text(encoding="utf-8").strip()
        if not name.startswith(_STORE_PREFIX) or "/" in name:
            raise ReadError(f"{folder / _CURRENT_FILE}: names no store")
        return Store.read_only(str(folder / name))
    except FileNotFoundError:
        raise ReadError(f"{folder}: holds no store; aigg build --store {folder}") from None
    except PermissionError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{folder}: {error}") from error


def is_store(folder: Path) -> bool:
    """Return whether a folder holds a store; one that cannot be looked into holds none."""
    try:
        return (folder / _CURRENT_FILE).is_file()
    except OSError:
        return False


def _list_store_numbers(folder: Path) -> list[int]:
    names = [path.name.removeprefix(_STORE_PREFIX) for path in folder.glob(f"{_STORE_PREFIX}*")]
    return sorted(int(name) for name in names if name.isdigit())


def _holds_only_stores(folder: Path) -> bool:
    """Return whether a folder is empty or holds nothing but stores."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    return all(
        n in (_CURRENT_FILE, f"{_CURRENT_FILE}.new") or n.startswith(_STORE_PREFIX) for n in names
    )
