"""Folders of fact files: which files belong to them, and which look as if they did."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph_builder.errors import Finding, ReadError
from graph_builder.resources import is_folder
from graph_builder.sources.text_files import same


@dataclass
class Folder:
    """The files of a folder and the folders below it, in a fixed order: facts, lists, misnamed."""

    yaml: list[Path] = field(default_factory=list)
    lists: list[Path] = field(default_factory=list)
    misnamed: list[Path] = field(default_factory=list)


def scan(directory: Path) -> Folder:
    """Return the fact files of a folder; raises ReadError if there is no such folder, or none."""
    if not is_folder(directory):
        raise ReadError(f"{directory}: no such folder")
    found = Folder()
    for path in sorted(_files(directory), key=lambda path: path.as_posix()):
        if path.suffix == ".yaml":
            found.yaml.append(path)
        elif path.suffix.lower() in (".yml", ".yaml"):
            found.misnamed.append(path)
        elif path.suffix.lower() == ".csv":
            found.lists.append(path)
    if not found.yaml and not found.misnamed:
        raise ReadError(f"{directory}: no fact file; a folder of facts holds .yaml files")
    return found


def misnamed(path: Path) -> Finding:
    """Return the finding for a YAML file that would be passed over."""
    right = path.with_suffix(".yaml").name
    return Finding(str(path), 1, 1, f"a fact file's name ends in .yaml; name it {right}")


def unlisted(folder: Folder, listed: Collection[Path]) -> list[Finding]:
    """Return a finding for each list that no fact file names."""
    message = "no fact file names this list; write its name under 'lists:' of its source"
    return [
        Finding(str(path), 1, 1, message)
        for path in folder.lists
        if path not in listed and not any(same(path, each) for each in listed)
    ]


def _files(directory: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise ReadError(f"{error.filename}: {error.strerror or error}") from error

    for folder, _, names in os.walk(directory, onerror=refuse):
        yield from (Path(folder) / name for name in names)
