"""Atomic replacement of a site's folder: written beside it, then exchanged with it."""

import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path

from graph_builder.core.durable_files import exchange, sync, sync_tree
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import Tell, tell_nobody
from graph_builder.core.workspaces import open_workspace

MANIFEST = "site.json"
_FORMAT = "aigg site 1"
#: A file of a site: its path, and its text, or None for the one that is there already; one of any
#: length comes in blocks.
SiteFile = tuple[str, str | Iterator[bytes] | None]
#: In the workspace: the new site while it is made, when it is complete, and the old one where
#: folders cannot be exchanged. Where they can, the old one takes the name of the complete one.
_NEW, _COMPLETE, _OLD = "new", "complete", "old"
#: In the workspace, too: a file while it is written.
_PART = "part"
#: Texts whose digests are kept: more than a picture has shared files.
_KEPT_DIGESTS = 16


@dataclass(frozen=True)
class WriteSummary:
    """What was written: number of files, bytes, and files of the old site removed.

    The list of these files, ``site.json``, is not counted. ``kept`` counts the files that are the
    same as before, which were not written.
    """

    files: int
    size: int
    removed: int
    kept: int = 0


@lru_cache(maxsize=_KEPT_DIGESTS)
def hash_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8; the files that all pictures share are hashed once."""
    return sha256(text.encode()).hexdigest()


class ExistingSite:
    """The files of the site that is in a folder, read when they are first asked for."""

    def __init__(self, target: Path) -> None:
        """Name the folder, which need not exist."""
        self._place = Path(os.path.realpath(target))

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        return _read_manifest(self._place) or {}

    def get_digest(self, path: str) -> str:
        """Return the SHA-256 of a file of the site as it is now, or "" if there is none."""
        if path not in self._listed:
            return ""
        file = self._place / path
        try:
            is_file = stat.S_ISREG(file.lstat().st_mode)
            return sha256(file.read_bytes()).hexdigest() if is_file else ""
        except OSError:
            return ""

    def has(self, path: str, digest: str) -> bool:
        """Return whether a file of the site has the SHA-256."""
        return self._listed.get(path) == digest == self.get_digest(path)


def write_folder_atomically(
    target: Path,
    files: Iterable[SiteFile],
    *,
    wait: bool = False,
    tell: Tell = tell_nobody,
) -> WriteSummary:
    """Write the files of a site, given as path and text, completely or not at all.

    An existing site is replaced; files that are not part of it stay. A file that is the same as
    before, or has no text since that is known, is not written again. If another process writes the
    same site, waits for it, or raises InUseError. ``tell`` gets a sentence on what an interrupted
    run left, which is put right first. Raises ReadError for a folder that holds something else, or
    if a file cannot be written.
    """
    place = Path(os.path.realpath(target))
    try:
        _check_parents(place, target)
        _read_manifest_of_site(place, target)
        place.parent.mkdir(parents=True, exist_ok=True)
        finish = partial(_finish_interrupted_swap, place=place)
        with open_workspace(place, wait=wait, tell=tell, finish=finish) as folder:
            before = _read_manifest_of_site(place, target)
            new = folder / _NEW
            new.mkdir()
            written = dict(_write_files(place, new, files))
            listed = {path: each.digest for path, each in sorted(written.items())}
            _write_manifest(new, listed)
            _carry_over_files(place, new, before, target)
            sync_tree(new)
            _swap_folders(place, new.rename(folder / _COMPLETE), folder / _OLD)
            _rescue_files(folder, place)
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error
    return WriteSummary(
        len(listed),
        sum(each.length for each in written.values()),
        len(before.keys() - listed.keys()),
        sum(each.is_kept for each in written.values()),
    )


def _check_parents(place: Path, target: Path) -> None:
    """Raise ReadError if a folder that a site is to lie in is a file."""
    file = next((each for each in place.parents if each.exists() and not each.is_dir()), None)
    if file:
        raise ReadError(f"{target}: {file} is a file, not a folder; name another folder")


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


@dataclass(frozen=True)
class _Written:
    """A file of the new site: its SHA-256, its length in bytes, and whether it is the old file."""

    digest: str
    length: int
    is_kept: bool


def _write_files(
    place: Path, new: Path, files: Iterable[SiteFile]
) -> Iterator[tuple[str, _Written]]:
    """Write files below a folder, or keep those of the old site; yield what became of each."""
    existing = ExistingSite(place)
    for path, content in files:
        file = new / path
        if content is None:
            _carry_over(place, new, Path(path))
            yield path, _Written(existing.get_digest(path), file.stat().st_size, is_kept=True)
            continue
        part = file if isinstance(content, str) else new.with_name(_PART)
        written = _write_file(part, path, content, existing)
        if written.is_kept:
            _carry_over(place, new, Path(path))
        elif part is not file:
            sync(part)
            _make_parent(file)
            part.rename(file)
        yield path, written


def _write_file(
    part: Path, path: str, content: str | Iterator[bytes], existing: ExistingSite
) -> _Written:
    """Write the content of a file; a text only if the site does not have the same already."""
    if isinstance(content, str):
        data = content.encode()
        digest, length = sha256(data).hexdigest(), len(data)
        is_kept = existing.has(path, digest)
        if not is_kept:
            _make_parent(part)
            part.write_bytes(data)
        return _Written(digest, length, is_kept)
    hashed, length = sha256(), 0
    with part.open("wb") as stream:
        for block in content:
            stream.write(block)
            hashed.update(block)
            length += len(block)
    digest = hashed.hexdigest()
    return _Written(digest, length, existing.has(path, digest))


def _make_parent(file: Path) -> None:
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True)


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
