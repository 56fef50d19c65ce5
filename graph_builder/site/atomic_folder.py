"""Atomic replacement of a site's folder: written beside it, then renamed into place."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from graph_builder.core.errors import ReadError

MANIFEST = "site.json"
_FORMAT = "aigg site 1"


@dataclass(frozen=True)
class WriteSummary:
    """What was written: number of files, bytes, and files of the old site removed."""

    files: int
    size: int
    removed: int


def write_folder_atomically(target: Path, files: Iterable[tuple[str, str]]) -> WriteSummary:
    """Write the files of a site, given as path and text, completely or not at all.

    An existing site is replaced; files that are not part of it stay. Raises ReadError for a folder
    that holds something else, or if a file cannot be written.
    """
    place = Path(os.path.realpath(target))
    try:
        before = _read_manifest(place, target)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".aigg-") as beside:
            new = Path(beside, "new")
            new.mkdir()
            digests = dict(_write_files(new, files))
            size = sum(length for _, length in digests.values())
            listed = {path: digest for path, (digest, _) in sorted(digests.items())}
            _write_manifest(new, listed)
            _carry_over_files(place, new, before, target)
            _swap_folders(place, new, Path(beside, "old"))
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error
    return WriteSummary(len(listed), size, len(before.keys() - listed.keys()))


def _read_manifest(place: Path, target: Path) -> Mapping[str, str]:
    """Return the files of the existing site with their digests; none for a new or empty folder."""
    if not os.path.lexists(place) or (place.is_dir() and not any(place.iterdir())):
        return {}
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        listed = found["files"] if found["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        listed = None
    if not isinstance(listed, dict):
        raise ReadError(f"{target}: already exists and is not a site; name a new or empty folder")
    return listed


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
    """Carry over files in the old folder that are not part of the old site."""
    if not place.is_dir():
        return
    shutil.copymode(place, new)
    for folder, _, names in os.walk(place):
        for name in names:
            path = Path(folder, name).relative_to(place)
            if path.as_posix() in before or path.as_posix() == MANIFEST:
                continue
            if os.path.lexists(new / path):
                raise ReadError(
                    f"{target / path}: the new site needs this file name; move your file elsewhere"
                )
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(place / path, new / path)


def _link_or_copy(old: Path, new: Path) -> None:
    """Hard-link a file, or copy it where the file system has no links."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _swap_folders(place: Path, new: Path, old: Path) -> None:
    """Rename the new site into place; the old one is restored if that fails."""
    if not os.path.lexists(place):
        new.rename(place)
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise
