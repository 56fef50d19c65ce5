"""Stores on disk: a new version is written next to the old one and then activated in one step.

A folder contains numbered stores, a file ``lock`` that a build holds, and a file ``current`` that
names the active store and says what it must hold. Readers keep the store that they have opened: a
lock in it keeps builds from removing it. The active store and the one before it are kept.
"""

import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import chain, groupby, islice
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store

from graph_builder.core.durable_files import add_checksum, read_checked, sync, sync_tree
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import (
    FileLock,
    Tell,
    lock_file,
    lock_for_reading,
    tell_nobody,
    try_lock,
)
from graph_builder.core.memory_limit import check_memory_of_store
from graph_builder.store.local_engine import LocalEngine

#: The file that names the active store.
CURRENT_FILE = "current"
_NEW_CURRENT_FILE = "current.new"
_LOCK_FILE = "lock"
_STORE_PREFIX = "store-"
_STORE_NAME = re.compile(rf"{_STORE_PREFIX}[0-9]{{1,9}}")
_STAMP_LENGTH = 4
_DIGEST = re.compile("[0-9a-f]{64}")
#: In each store: whoever reads it holds a lock on this file.
_READERS_FILE = "readers"
#: In a store that is being written: what it is made of, and the digests of the blocks it holds.
_JOURNAL_FILE = "journal"
_FORMAT = "aigg store 1"
#: What was found out about a store when it was written, beside the files of the engine.
INDEX_FILE = "index.sqlite"
#: What the fact files stated of which a store was made, so that it can be brought up to date.
FACTS_FILE = "facts.sqlite"
#: Files of RocksDB that decide what a store holds, and our index; it writes the others for itself.
_DATA_FILES = ("*.sst", "*.log", "MANIFEST-*", "CURRENT", INDEX_FILE, FACTS_FILE)
#: What the engine writes when it runs, and nobody reads.
_FILES_OF_RUN = ("LOG", "LOCK", "OPTIONS", _READERS_FILE, _JOURNAL_FILE)
#: A store may be replaced between reading its name and opening it, hardly so many times.
_MAX_ATTEMPTS = 10


@dataclass(frozen=True)
class _Record:
    """What ``current`` says: the active store, the one before it, and what the active one holds.

    Each file is known by its digest, since the engine may read on for ever where a block of it is
    damaged, and by its stamp: while all stamps are as they were, nobody has written to a file, and
    none is read to compare digests, so that opening takes as long for a large store as for a small
    one. Versions up to 0.3 wrote the name of the store only.
    """

    store: str
    previous: str = ""
    quads: int = 0
    files: Mapping[str, str] | None = None
    stamps: Mapping[str, list[int]] | None = None

    def has_valid_form(self) -> bool:
        """Return whether each value is one that is written, so that no name leads elsewhere."""
        names = [self.store, *([] if self.previous == "" else [self.previous])]
        files, stamps = self.files, self.stamps
        return (
            all(isinstance(name, str) and _STORE_NAME.fullmatch(name) for name in names)
            and type(self.quads) is int
            and self.quads >= 0
            and isinstance(files, dict)
            and all(isinstance(each, str) and _DIGEST.fullmatch(each) for each in files.values())
            and isinstance(stamps, dict)
            and all(_is_stamp(each) for each in stamps.values())
        )


def _is_stamp(value: object) -> bool:
    if not isinstance(value, list) or len(value) != _STAMP_LENGTH:
        return False
    return all(type(each) is int for each in value)


#: What is written to a store: quads, blocks of N-Quads of this program, or what fills it.
Content = Iterable[Quad | bytes] | Callable[[Store], None]
#: Writes what is found out about a store, which it may read, to a new file.
WriteIndex = Callable[[LocalEngine, Path], None]


def write_store(
    quads: Content,
    folder: Path,
    *,
    wait: bool = False,
    tell: Tell = tell_nobody,
    write_index: WriteIndex | None = None,
    key: str = "",
) -> None:
    """Write quads to a new store in a folder and activate it once it is proven.

    Quads may come as blocks of N-Quads of this program, which load faster, or from a function that
    fills the store. They are asked for when the folder is locked. If another process builds there,
    waits for it, or raises InUseError. Raises ReadError if the folder cannot be written, or
    contains anything but stores. ``tell`` gets a sentence on all that interrupted builds left,
    which is removed. With a ``key`` of what the blocks are made of, a store of the same key that
    was interrupted is continued: blocks that it holds are not loaded again.
    """
    try:
        with _lock_folder(folder, wait=wait, tell=tell) as lock:
            known = _list_known_stores(folder)
            left = (
                _find_unfinished(folder, known, key) if lock.is_sure and known is not None else None
            )
            if lock.is_sure and known is not None:
                _sweep(folder, [*known, *([left.name] if left else [])], tell)
            if left:
                tell(f"{left}: continued; an interrupted build had left it")
            before = known[0] if known else ""
            record = _write_next_store(quads, folder, before, write_index, _Journal(left, key))
            if known is None and lock.is_sure:
                _sweep(folder, [record.store], tell)
            for name in (known or [])[1:]:
                _remove_unread_store(folder / name)
    except OSError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    except RuntimeError as error:
        from graph_builder.store.query_errors import describe_damage

        if not describe_damage(error):
            raise
        raise ReadError(f"{folder}: {error}") from error


def derive_store(
    base: Path,
    folder: Path,
    change: Callable[[Store, Path], int],
    release_older: Callable[[], None],
    *,
    shares_files: bool = True,
) -> None:
    """Write a store that differs from that of another folder in a few quads, and activate it.

    It shares the files of the other one that it does not change, unless both are to be kept: links
    change the inodes by which a store is known to be as it was written. ``change`` gets the store,
    with copies of what was found out about it in its folder, and returns by how many quads it
    grew. Before the store is sealed, ``release_older`` removes what shares files with it and is no
    longer needed. Nothing is written if the folder has a store already. The caller has opened the
    other store and keeps it open. Raises ReadError.
    """
    try:
        with _lock_folder(folder, wait=True, tell=tell_nobody):
            if (folder / CURRENT_FILE).is_file():
                return
            for left in _list_stores(folder):
                shutil.rmtree(left, ignore_errors=True)
            record = _read_record(base)
            target = folder / f"{_STORE_PREFIX}1"
            target.mkdir()
            is_whole = False
            try:
                shared = _share_files(base / record.store, target, is_wanted=shares_files)
                held = record.quads + _change_store(target, change)
                sync_tree(target, without=shared)
                release_older()
                found = {name: record.files[name] for name in shared} if record.files else {}
                files = _describe_files(target, found)
                new = _Record(target.name, "", held, files, _stamp_data_files(target))
                _write_record(folder / _NEW_CURRENT_FILE, new)
                is_whole = True
            finally:
                if not is_whole:
                    (folder / _NEW_CURRENT_FILE).unlink(missing_ok=True)
                    shutil.rmtree(target, ignore_errors=True)
            (folder / _NEW_CURRENT_FILE).replace(folder / CURRENT_FILE)
            sync(folder)
    except OSError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    except RuntimeError as error:
        raise ReadError(f"{folder}: {error}") from error


def _share_files(source: Path, target: Path, *, is_wanted: bool) -> set[str]:
    """Bring the files of a store into the folder of another one; return which both share.

    The engine never writes to a file of sorted quads again, so that both may have it.
    """
    shared = set()
    for file in source.iterdir():
        if is_wanted and file.suffix == ".sst":
            with suppress(OSError):
                (target / file.name).hardlink_to(file)
                shared.add(file.name)
                continue
        if not file.name.startswith(_FILES_OF_RUN):
            shutil.copyfile(file, target / file.name)
    (target / _READERS_FILE).touch()
    return shared


def _change_store(target: Path, change: Callable[[Store, Path], int]) -> int:
    store = Store(target)
    growth = change(store, target)
    store.flush()
    return growth


def open_store(folder: Path) -> LocalEngine:
    """Open the active store of a folder read-only.

    Files are compared with their digests only if one was written to or copied since. Raises
    ReadError if there is no store, or if it is not what was written.
    """
    try:
        for _ in range(_MAX_ATTEMPTS):
            record = _read_record(folder)
            with suppress(FileNotFoundError):
                return _open_recorded_store(folder, record)
            if _read_record(folder) == record:
                raise _build_damage_error(folder, f"files of {record.store} are missing")
        raise ReadError(f"{folder}: replaced again and again while it was opened; try again")
    except OSError as error:
        raise ReadError(f"{folder}: {error.strerror or error}") from error
    except RuntimeError as error:
        raise _build_damage_error(folder, str(error)) from error


def remove_store(folder: Path) -> bool:
    """Remove a folder of stores unless a process reads or builds one; return whether it is gone."""
    lock = try_lock(folder / _LOCK_FILE)
    if lock is not None and all(map(_remove_unread_store, _list_stores(folder))):
        shutil.rmtree(folder, ignore_errors=True)
    if lock is not None:
        lock.release()
    return not folder.exists()


def is_store(folder: Path) -> bool:
    """Return whether a folder contains a store, or what is left of one; False if unreadable."""
    try:
        return (folder / CURRENT_FILE).is_file() or (
            folder.is_dir() and any(folder.iterdir()) and not _list_foreign(folder)
        )
    except OSError:
        return False


@contextmanager
def _lock_folder(folder: Path, *, wait: bool, tell: Tell) -> Iterator[FileLock]:
    """Lock a folder of stores, which is made if need be, and removed again if it stays empty."""
    is_new = not folder.exists()
    if is_new and folder.is_symlink():
        raise ReadError(f"{folder}: a link to nothing; remove it or name a new folder")
    if not is_new and not folder.is_dir():
        raise ReadError(f"{folder}: neither an empty folder nor a store; name a new folder")
    if foreign := _list_foreign(folder):
        raise ReadError(
            f"{folder}: neither an empty folder nor a store, for {foreign[0]} is no part of one; "
            "name a new folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    lock = lock_file(folder / _LOCK_FILE, folder, wait=wait, tell=tell)
    try:
        yield lock
    finally:
        if is_new and [path.name for path in folder.iterdir()] == [_LOCK_FILE]:
            lock.remove_and_release()
            with suppress(OSError):
                folder.rmdir()
        lock.release()


def _list_foreign(folder: Path) -> list[str]:
    """Return the names of what a folder contains beside stores; nothing if there is no folder."""
    ours = (CURRENT_FILE, _NEW_CURRENT_FILE, _LOCK_FILE)
    return sorted(
        path.name
        for path in (folder.iterdir() if folder.is_dir() else ())
        if not (
            path.is_file()
            if path.name in ours
            else path.is_dir() and _STORE_NAME.fullmatch(path.name)
        )
    )


class _Journal:
    """The digests of the blocks that a store holds while it is written; none without a key."""

    def __init__(self, left: Path | None, key: str) -> None:
        """Take an unfinished store of the key, if there is one."""
        self.left = left
        self._key = key
        self._path: Path | None = None
        self._finished: list[str] = []

    def open(self, target: Path) -> None:
        """Read which blocks a store holds, or begin a journal; a line that was cut off is lost."""
        if not self._key:
            return
        self._path = target / _JOURNAL_FILE
        if self.left:
            lines = self._path.read_text(encoding="ascii").split("\n")[1:]
            self._finished = [line for line in lines if _DIGEST.fullmatch(line)]
        content = "".join(f"{line}\n" for line in (self._key, *self._finished))
        self._path.write_text(content, encoding="ascii")

    def load(self, blocks: Iterable[bytes], store: Store) -> None:
        """Load the blocks that the store does not hold yet."""
        for number, block in enumerate(blocks):
            digest = hashlib.sha256(block).hexdigest() if self._path else ""
            if number < len(self._finished):
                if self._finished[number] != digest:
                    raise ReadError(f"{self.left}: what was to be continued changed; build again")
                continue
            store.bulk_load(block, format=RdfFormat.N_QUADS, lenient=True)
            if self._path:
                with self._path.open("a", encoding="ascii") as file:
                    file.write(f"{digest}\n")

    def remove(self) -> None:
        """Remove the journal."""
        if self._path:
            self._path.unlink()


def _find_unfinished(folder: Path, known: list[str], key: str) -> Path | None:
    """Return a store of a key that an interrupted build left."""
    for path in _list_stores(folder) if key else ():
        journal = path / _JOURNAL_FILE
        if path.name not in known and journal.is_file():
            with suppress(OSError, ValueError):
                if journal.read_text(encoding="ascii").startswith(f"{key}\n"):
                    return path
    return None


def _write_next_store(
    quads: Content, folder: Path, before: str, write_index: WriteIndex | None, journal: _Journal
) -> _Record:
    """Write a new store, or what is left of one, prove that it can be read, and activate it."""
    numbers = (int(path.name.removeprefix(_STORE_PREFIX)) for path in _list_stores(folder))
    target = journal.left or folder / f"{_STORE_PREFIX}{max(numbers, default=0) + 1}"
    new = folder / _NEW_CURRENT_FILE
    target.mkdir(exist_ok=True)
    is_proven = False
    try:
        journal.open(target)
        for name in (INDEX_FILE, FACTS_FILE):
            (target / name).unlink(missing_ok=True)
        held = _fill_store(target, quads, journal)
        if write_index:
            write_index(LocalEngine(Store.read_only(str(target))), target / INDEX_FILE)
        sync_tree(target)
        sync(folder)
        _prove(target, held)
        record = _Record(
            target.name, before, held, _describe_files(target), _stamp_data_files(target)
        )
        _write_record(new, record)
        journal.remove()
        is_proven = True
    finally:
        if not is_proven:
            new.unlink(missing_ok=True)
            shutil.rmtree(target, ignore_errors=True)
    new.replace(folder / CURRENT_FILE)
    sync(folder)
    return record


def _fill_store(target: Path, quads: Content, journal: _Journal) -> int:
    """Write quads to a new store; return how many it holds."""
    (target / _READERS_FILE).touch()
    rest = iter(() if callable(quads) else quads)
    first = list(islice(rest, 1))  # with it, the graph is made and has taken its memory
    check_memory_of_store(is_filled=True)
    store = Store(target)
    if callable(quads):
        quads(store)
    for is_text, group in groupby(chain(first, rest), lambda each: isinstance(each, bytes)):
        if is_text:
            journal.load((each for each in group if isinstance(each, bytes)), store)
        else:
            store.bulk_extend(each for each in group if isinstance(each, Quad))
    store.flush()
    store.optimize()
    return len(store)


def _prove(target: Path, held: int) -> None:
    """Raise ReadError unless all quads that were written can be read."""
    found = len(Store.read_only(str(target)))
    if found != held:
        raise ReadError(f"{target}: {held} quads were written, but {found} can be read")


def _write_record(new: Path, record: _Record) -> None:
    content = json.dumps({"format": _FORMAT, **asdict(record)}, indent=1)
    new.write_bytes(add_checksum(content.encode() + b"\n"))
    sync(new)


def _list_stores(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _STORE_NAME.fullmatch(path.name)]


def _list_known_stores(folder: Path) -> list[str] | None:
    """Return the active store and the one before it; None if ``current`` is damaged."""
    if not (folder / CURRENT_FILE).exists():
        return []
    try:
        record = _read_record(folder)
    except ReadError:
        return None
    return [record.store, *([record.previous] if record.previous else [])]


def _sweep(folder: Path, known: list[str], tell: Tell) -> None:
    """Remove what interrupted builds left: all that ``current`` does not know."""
    left = [path for path in _list_stores(folder) if path.name not in known]
    gone = [path for path in left if _remove_unread_store(path)]
    new = folder / _NEW_CURRENT_FILE
    if new.exists():
        new.unlink()
        gone.append(new)
    for path in gone:
        tell(f"{path}: removed; an interrupted build had left it")


def _remove_unread_store(path: Path) -> bool:
    """Remove a store unless another process reads it; return whether it is gone."""
    readers = path / _READERS_FILE
    if os.path.lexists(readers) and not readers.is_file():  # nobody can hold a lock on it
        shutil.rmtree(path, ignore_errors=True)
    lock = try_lock(readers) if path.exists() else None
    if lock is not None:
        shutil.rmtree(path, ignore_errors=True)
        lock.release()
    return not path.exists()


def _read_record(folder: Path) -> _Record:
    """Return what ``current`` says; raises ReadError if it is missing or damaged."""
    path = folder / CURRENT_FILE
    if os.path.lexists(path) and not path.is_file():
        raise ReadError(f"{path}: not an ordinary file; remove it and what is beside it")
    if not path.is_file():
        raise ReadError(
            f"{folder}: contains no store; create one with {_format_build(folder)}"
            ", or put a fact file into it"
        )
    content = read_checked(path)
    if content is None:
        name = path.read_bytes().strip().decode(errors="replace")
        if _STORE_NAME.fullmatch(name):
            return _Record(name)
        raise _build_damage_error(folder, f"{CURRENT_FILE} was changed")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.pop("format", None) != _FORMAT:
        raise ReadError(f"{folder}: written by another version of aigg; {_format_rebuild(folder)}")
    with suppress(TypeError):  # keys that are missing, or not known
        record = _Record(**found)
        if record.has_valid_form():
            return record
    raise _build_damage_error(folder, f"{CURRENT_FILE} does not have the form of a record")


def _open_recorded_store(folder: Path, record: _Record) -> LocalEngine:
    """Open a store; raises ReadError if it is not what is recorded, FileNotFoundError if gone."""
    if record.files is None:
        raise ReadError(
            f"{folder}: written by an older version of aigg, which did not record what a store "
            f"must hold; {_format_rebuild(folder)}"
        )
    path = folder / record.store
    if path.exists() and not path.is_dir():
        raise _build_damage_error(folder, f"{record.store} is not a folder; remove it")
    if strange := _find_strange_file(path):
        raise _build_damage_error(folder, f"{record.store}/{strange} is not an ordinary file")
    check_memory_of_store()
    lock = lock_for_reading(path / _READERS_FILE)
    if _stamp_data_files(path) != record.stamps:  # a copy, or something was written to
        found = _describe_files(path)
        if changed := sorted(name for name, _ in found.items() ^ record.files.items()):
            reason = f"{record.store}/{changed[0]} is missing or was changed"
            raise _build_damage_error(folder, reason)
    store = Store.read_only(str(path))
    if record.quads and next(iter(store), None) is None:
        raise _build_damage_error(folder, f"{record.store} reads as empty")
    content = json.dumps(record.files, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    index = path / INDEX_FILE if INDEX_FILE in record.files else None
    return LocalEngine(store, lock, digest, index, path)


def _find_strange_file(path: Path) -> str:
    """Return the name of what is no ordinary file in a store, such as a pipe, which never ends."""
    return min((each.name for each in path.iterdir() if not each.is_file()), default="")


def _list_data_files(path: Path) -> list[Path]:
    """Return the files that decide what a store holds."""
    return sorted(file for pattern in _DATA_FILES for file in path.glob(pattern))


def _describe_files(path: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the files that decide what a store holds, with the digest of each.

    Digests that are known are not computed.
    """
    found = known or {}
    return {
        file.name: found.get(file.name) or _compute_digest(file) for file in _list_data_files(path)
    }


def _stamp_data_files(path: Path) -> dict[str, list[int]]:
    """Return the files that decide what a store holds, with what changes when one is written to.

    A program can set back the time of the last change, but not that of the inode's.
    """
    states = {file.name: file.stat() for file in _list_data_files(path)}
    return {
        name: [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
        for name, state in states.items()
    }


def _compute_digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _build_damage_error(folder: Path, reason: str) -> ReadError:
    return ReadError(f"{folder}: damaged: {reason}; {_format_rebuild(folder)}")


def _format_rebuild(folder: Path) -> str:
    return f"build it again with {_format_build(folder)} and the same --facts, if any"


def _format_build(folder: Path) -> str:
    return f"aigg build --store {shlex.quote(str(folder))}"
