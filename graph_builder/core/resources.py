"""The version, and where the data folders are, installed or in a checkout."""

import stat
from pathlib import Path

VERSION = "0.2.0"
#: The id of the source that is shown where none is named: the article on the roundtable.
DEFAULT_SOURCE_ID = "india-france-roundtable-2025"


def find_data_folder(name: str) -> Path:
    """Return the folder that holds the shipped data called ``name``.

    In an installed package it lies beside the modules, in a checkout one level above them.
    """
    package = Path(__file__).parents[1]
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


def is_folder(path: Path) -> bool:
    """Return whether a folder stands at a path; a path that cannot be is none."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False
