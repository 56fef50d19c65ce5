"""Atomic replacement of a site's folder: written beside it, then exchanged with it."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from graph_builder.core.durable_files import exchange, sync, sync_tree
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import Tell, tell_nobody
from graph_builder.core.workspaces import open_workspace

MANIFEST = "site.json"
_FORMAT = "aigg site 1"
#: In the workspace: the new site while it is made, when it is complete, and the old one where
#: folders cannot be exchanged. Where they can, the old one takes the name of the complete one.
_NEW, _COMPLETE, _OLD = "new", "complete", "old"


@dataclass(frozen=True)
class WriteSummary:
    """What was written: number of files, bytes, and files of the old site removed."""

    files: int
    size: int
    removed: int


def write_folder_atomically(
    target: Path,
    files: Iterable[tuple[str, str]],
    *,
    wait: bool = False,
    tell: Tell = tell_nobody,
) -> WriteSummary:
    """Write the files of a site, given as path and text, completely or not at all.

    An existing site is replaced; files that are not part of it stay. If another process writes the
    same site, waits for it, or raises InUseError. ``tell`` gets a sentence on what an interrupted
    run left, which is put right first. Raises ReadError for a folder that holds something else, or
    if a file cannot be written.
    """
    place = Path(os.path.realpath(target))
    try:
        _read_manifest_of_site(place, target)
        place.parent.mkdir(parents=True, exist_ok=True)
        finish = partial(_finish_interrupted_swap, place=place)
        with open_workspace(place, wait=wait, tell=tell, finish=finish) as folder:
            before = _read_manifest_of_site(place, target)
            new = folder / _NEW
            new.mkdir()
            digests = dict(_write_files(new, files))
            size = sum(length for _, length in digests.values())
            listed = {path: digest for path, (digest, _) in sorted(digests.items())}
            _write_manifest(new, listed)
            _carry_over_files(place, new, before, target)
            sync_tree(new)
            _swap_folders(place, new.rename(folder / _COMPLETE), folder / _OLD)
            _rescue_files(folder, place)
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error
    return WriteSummary(len(listed), size, len(before.keys() - listed.keys()))


def _read_manifest_of_site(place: Path, target: Path) -> Mapping[str, str]:
    """Return the files of the existing site with their digests; none for a new or empty folder."""
    if not os.path.lexists(place) or (place.is_dir() and not any(place.iterdir())):
        return {}
    listed = _read_manifest(place)
    if listed is None:
        raise ReadError(f"{target}: already exists and is not a site; name a new or empty folder")
    return listed


def _read_manifest(folder: Path) -> Mapping[str, str] | None:
    """Return the files of a site with their digests, or None if a folder is no site."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = found["files"] if found["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        listed = None
    return listed if isinstance(listed, dict) else None


def _write_files(
    new: Path, files: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, tuple[str, int]]]:
    """Write files below a folder; yield the path, digest and length of each."""
    for path, text in files:
        data = text.encode()
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        yield path, (sha256(data).hexdigest(), len(data))


def _write_manifest(new: Path, listed: Mapping[str, str]) -> None:
    tree = {"format": _FORMAT, "files": listed}
    text = json.dumps(tree, indent=0, ensure_ascii=False) + "\n"
    (new / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _carry_over_files(place: Path, new: Path, before: Mapping[str, str], target: Path) -> None:
    """Carry over what is in the old folder and not part of the old site."""
    if not place.is_dir():
        return
    shutil.copymode(place, new)
    for path in _list_foreign_paths(place, before):
        if os.path.lexists(new / path) and not (new / path).is_dir():
            raise ReadError(
                f"{target / path}: the new site needs this file name; move your file elsewhere"
            )
        _carry_over(place, new, path)


def _list_foreign_paths(folder: Path, listed: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files, links and empty folders that are not part of a site."""
    for name, folders, files in os.walk(folder):
        place = Path(name)
        links = [each for each in folders if (place / each).is_symlink()]
        for each in (*files, *links):
            path = (place / each).relative_to(folder)
            if path.as_posix() not in listed and path.as_posix() != MANIFEST:
                yield path
        if not folders and not files and place != folder:
            yield place.relative_to(folder)


def _carry_over(old: Path, new: Path, path: Path) -> None:
    """Hard-link a file, or copy it where that fails; make folders with the mode of the old ones."""
    is_folder = (old / path).is_dir() and not (old / path).is_symlink()
    for parent in reversed([*([path] if is_folder else []), *path.parents]):
        if not (new / parent).exists():
            (new / parent).mkdir()
            shutil.copymode(old / parent, new / parent)
    if is_folder:
        return
    try:
        os.link(old / path, new / path, follow_symlinks=False)
    except OSError:
        shutil.copy2(old / path, new / path, follow_symlinks=False)


def _swap_folders(place: Path, new: Path, old: Path) -> None:
    """Put the new site in its place; the old one ends up where the new one was, or at ``old``.

    Where the system cannot exchange folders, the place is empty for a moment; the next run puts the
    old site back if this one is killed then.
    """
    if not os.path.lexists(place):
        new.rename(place)
    elif not exchange(new, place):
        place.rename(old)
        try:
            new.rename(place)
        except OSError:
            old.rename(place)
            raise
    sync(place.parent)


def _finish_interrupted_swap(folder: Path, place: Path) -> None:
    """Put back an old site that was moved away, and rescue the files that were left in it."""
    if (folder / _OLD).exists() and not os.path.lexists(place):
        (folder / _OLD).rename(place)
        sync(place.parent)
    _rescue_files(folder, place)


def _rescue_files(folder: Path, place: Path) -> None:
    """Carry over what was added to the old site, or changed in it, until it was replaced.

    Most of it is there already. An incomplete new site has no files of others.
    """
    for old in (folder / _COMPLETE, folder / _OLD):
        for path in _list_foreign_paths(old, _read_manifest(old) or {}):
            there, kept = place / path, old / path
            if not os.path.lexists(there):
                _carry_over(old, place, path)
            elif kept.lstat().st_mtime > there.lstat().st_mtime and not kept.is_dir():
                kept.replace(there)
