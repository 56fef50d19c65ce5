"""The version, and the folders of the shipped data."""

import stat
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
