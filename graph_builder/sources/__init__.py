"""Fact files: what sources state, readable and editable by an analyst, checked line by line."""

from pathlib import Path

from graph_builder.errors import FactsError
from graph_builder.sources.folders import misnamed, scan, unlisted
from graph_builder.sources.holdings import check_holdings
from graph_builder.sources.model import Entity, Fact, Source
from graph_builder.sources.passages import check_spans
from graph_builder.sources.reader import Document, FactBase, Located, add_entities, read_files
from graph_builder.sources.references import check_references
from graph_builder.sources.text_files import same
from graph_builder.terms import load

__all__ = ["Document", "Entity", "Fact", "FactBase", "Located", "Source", "read_facts"]


def read_facts(
    directory: str | Path, *, also: str | Path | None = None, registry: Path | None = None
) -> FactBase:
    """Return what the fact files of a folder (and one file more) state, with every id resolved.

    The entities of a ``registry``, another folder, are known where the folder declares none of
    the same id. Raises FactsError with all findings of all files, ReadError if the folder cannot
    be read.
    """
    folder = scan(Path(directory))
    paths = list(folder.yaml)
    if also and not any(same(Path(also), path) for path in paths):
        paths.append(Path(also))
    reading = read_files(paths)
    if registry:
        add_entities(read_files(scan(registry).yaml), reading)
    found = [*reading.findings.found, *map(misnamed, folder.misnamed)]
    if reading.whole:
        found += unlisted(folder, reading.lists)
    found += check_references(reading, load()).found
    for document in reading.documents.values():
        found += check_spans(document).found
    if not found:  # counts mean something only where every record could be read
        found += check_holdings(reading, load()).found
    if found:
        raise FactsError(found)
    return reading.base()
