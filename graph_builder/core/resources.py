"""The version, and the folders of the shipped data."""

import os
import stat
import unicodedata
from pathlib import Path

VERSION = "0.3.0"
#: The id of the source that is shown by default: the article on the roundtable.
DEFAULT_SOURCE_ID = "india-france-roundtable-2025"


def find_data_folder(name: str) -> Path:
    """Return a folder of shipped data, such as ``facts``.

    It is inside the package if that is installed, and one level above it in a checkout.
    """
    package = Path(__file__).parents[1]
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


def is_folder(path: Path) -> bool:
    """Return whether there is a folder at a path; false for an invalid path."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def find_path(path: Path) -> Path:
    """Return a path, or the one that exists and whose names are the same text under NFC.

    A name typed on one system may have its accents in another form than the name on disk.
    """
    if os.path.lexists(path) or str(path).isascii():
        return path
    found = Path(path.anchor)
    for name in path.parts[len(found.parts) if path.anchor else 0 :]:
        same = [name] if os.path.lexists(found / name) else _list_same_names(found, name)
        if not same:
            return path
        found /= same[0]
    return found


def _list_same_names(folder: Path, name: str) -> list[str]:
    """Return the names in a folder that are the same text as a name."""
    wanted = normalize_name(name)
    try:
        names = (each.name for each in folder.iterdir())
        return sorted(each for each in names if normalize_name(each) == wanted)
    except OSError:
        return []


def normalize_name(name: str) -> str:
    """Return the name of a file in the form in which names are compared (NFC)."""
    return unicodedata.normalize("NFC", name)
