"""Stores on disk: a new version is written next to the old one and then activated in one step.

A folder contains numbered stores and a file ``current`` with the name of the active one. Readers
keep the store that they have opened; the two newest stores are kept.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, Store

from graph_builder.core.errors import ReadError

_CURRENT_FILE = "current"
_STORE_PREFIX = "store-"


def write_store(quads: Iterable[Quad], folder: Path) -> None:
    """Write quads to a new store in a folder and activate it.

    Raises ReadError if the folder cannot be written, or contains anything but stores.
    """
    try:
        numbers = _list_store_numbers(folder)
        ours = not folder.exists() or _holds_only_stores(folder)
    except OSError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    if not ours:
        raise ReadError(f"{folder}: neither an empty folder nor a store; name a new folder")
    target = folder / f"{_STORE_PREFIX}{max(numbers, default=0) + 1}"
    try:
        target.mkdir(parents=True)
        store = Store(target)
        store.bulk_extend(quads)
        store.flush()
        store.optimize()
        del store  # releases the lock
        written = folder / f"{_CURRENT_FILE}.new"
        written.write_text(target.name + "\n", encoding="utf-8")
        written.replace(folder / _CURRENT_FILE)
        for number in numbers[:-1]:
            shutil.rmtree(folder / f"{_STORE_PREFIX}{number}", ignore_errors=True)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise ReadError(f"{folder}: {error.strerror or error}") from error


def open_store(folder: Path) -> Store:
    """Open the active store of a folder read-only; raises ReadError if there is none."""
    try:
        name = (folder / _CURRENT_FILE).read_text(encoding="utf-8").strip()
        if not name.startswith(_STORE_PREFIX) or "/" in name:
            raise ReadError(
                f"{folder / _CURRENT_FILE}: does not name a store; "
                f"build it again with aigg build --store {folder}"
            )
        return Store.read_only(str(folder / name))
    except FileNotFoundError:
        raise ReadError(
            f"{folder}: contains no store; create one with aigg build --store {folder}"
        ) from None
    except PermissionError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{folder}: {error}") from error


def is_store(folder: Path) -> bool:
    """Return whether a folder contains a store; False if it cannot be read."""
    try:
        return (folder / _CURRENT_FILE).is_file()
    except OSError:
        return False


def _list_store_numbers(folder: Path) -> list[int]:
    names = [path.name.removeprefix(_STORE_PREFIX) for path in folder.glob(f"{_STORE_PREFIX}*")]
    return sorted(int(name) for name in names if name.isdigit())


def _holds_only_stores(folder: Path) -> bool:
    """Return whether a folder contains nothing but stores; an empty one does."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    return all(
        n in (_CURRENT_FILE, f"{_CURRENT_FILE}.new") or n.startswith(_STORE_PREFIX) for n in names
    )
