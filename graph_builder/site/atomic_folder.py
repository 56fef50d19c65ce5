"""Writing a site: beside its folder first, then in its place, so that no half site is ever seen."""

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
    """What was written: how many files and bytes, and how many files that were there are gone."""

    files: int
    size: int
    removed: int


def write_folder_atomically(target: Path, files: Iterable[tuple[str, str]]) -> WriteSummary:
    """Write the files of a site, by path and text, into a folder, whole or not at all.

    A site that is there gives way to the new one; what is no file of it stays. Raises ReadError
    for a folder that holds something else, and where a file cannot be written.
    """
    place = Path(os.path.realpath(target))
    try:
        before = _listed(place, target)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".aigg-") as beside:
            new = Path(beside, "new")
            new.mkdir()
            digests = dict(_put(new, files))
            size = sum(length for _, length in digests.values())
            listed = {path: digest for path, (digest, _) in sorted(digests.items())}
            _manifest(new, listed)
            _keep(place, new, before, target)
            _swap(place, new, Path(beside, "old"))
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error
    return WriteSummary(len(listed), size, len(before.keys() - listed.keys()))


def _listed(place: Path, target: Path) -> Mapping[str, str]:
    """Return the files of the site that is there, none of a new or empty folder."""
    if not os.path.lexists(place) or (place.is_dir() and not any(place.iterdir())):
        return {}
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        listed = found["files"] if found["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        listed = None
    if not isinstance(listed, dict):
        raise ReadError(f"{target}: is there already and holds no site; name a new or empty folder")
    return listed


def _put(new: Path, files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Write files below a folder, and yield the digest and the length of each."""
    for path, text in files:
        data = text.encode()
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        yield path, (sha256(data).hexdigest(), len(data))


def _manifest(new: Path, listed: Mapping[str, str]) -> None:
    tree = {"format": _FORMAT, "files": listed}
    text = json.dumps(tree, indent=0, ensure_ascii=False) + "\n"
    (new / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _keep(place: Path, new: Path, before: Mapping[str, str], target: Path) -> None:
    """Put into the new site what is in the old one's folder and no file of it."""
    if not place.is_dir():
        return
    shutil.copymode(place, new)
    for folder, _, names in os.walk(place):
        for name in names:
            path = Path(folder, name).relative_to(place)
            if path.as_posix() in before or path.as_posix() == MANIFEST:
                continue
            if os.path.lexists(new / path):
                raise ReadError(f"{target / path}: is no file of the site, yet stands in its way")
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            _take(place / path, new / path)


def _take(old: Path, new: Path) -> None:
    """Give a file a second name, or a copy where the disk has no such thing."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _swap(place: Path, new: Path, old: Path) -> None:
    """Put the new site in the place of the old one, which comes back if that fails."""
    if not os.path.lexists(place):
        new.rename(place)
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise
