"""Fact files: what sources state, readable and editable by an analyst, checked line by line."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph_builder.errors import ReadError
from graph_builder.resources import folder, is_folder
from graph_builder.sources.folders import Folder, misnamed, scan, unlisted
from graph_builder.sources.holdings import check_holdings
from graph_builder.sources.model import Entity, Fact, Source
from graph_builder.sources.passages import check_spans
from graph_builder.sources.reader import (
    Document,
    FactBase,
    Located,
    Reading,
    add_entities,
    read_files,
)
from graph_builder.sources.references import check_references
from graph_builder.terms import load

__all__ = [
    "Document",
    "Entity",
    "Fact",
    "FactBase",
    "Located",
    "Reading",
    "Source",
    "beside",
    "read_facts",
    "survey",
]


def beside(paths: Iterable[str | Path], *, only: bool = False) -> Reading:
    """Return what could be read of the shipped facts and of further folders and files.

    With ``only``, these stand instead of the shipped facts, whose registry stays known where none
    of the same id is declared. Raises ReadError if a path cannot be read.
    """
    shipped, own = folder("facts"), list(paths)
    if not only:
        return survey(shipped, *own)
    if not own:
        raise ReadError("the shipped facts are left out and no others are named")
    return survey(*own, registry=shipped / "registry")


def read_facts(*paths: str | Path, registry: str | Path | None = None) -> FactBase:
    """Return what the fact files of folders, and single files, state, with every id resolved.

    The entities of a ``registry``, another folder, are known where none of the same id is
    declared. Raises FactsError with all findings of all files, ReadError if a path cannot be read.
    """
    return survey(*paths, registry=registry).base()


def survey(*paths: str | Path, registry: str | Path | None = None) -> Reading:
    """Return what could be read of folders and single files, with all that is wrong in it.

    Raises ReadError if a path cannot be read.
    """
    folders = [_folder(Path(path)) for path in paths]
    reading = read_files(list(_each_once(path for each in folders for path in each.yaml)))
    if registry:
        add_entities(read_files(scan(Path(registry)).yaml), reading)
    found = reading.findings.found
    for each in folders:
        found += map(misnamed, each.misnamed)
        found += unlisted(each, reading.lists) if reading.whole else []
    found += check_references(reading, load()).found
    for document in reading.documents.values():
        found += check_spans(document).found
    if not found:  # counts mean something only where every record could be read
        found += check_holdings(reading, load()).found
    return reading


def _folder(path: Path) -> Folder:
    """Return the files of a folder, or the one file that a path names."""
    single = path.suffix.lower() == ".yaml" and not is_folder(path)
    return Folder(yaml=[path]) if single else scan(path)


def _each_once(paths: Iterator[Path]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        real = os.path.realpath(path)
        if real not in seen:
            yield path
        seen.add(real)
