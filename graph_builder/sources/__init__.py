"""Fact files: what sources state, readable and editable by an analyst, checked line by line."""

from pathlib import Path

from graph_builder.errors import FactsError
from graph_builder.sources.holdings import check_holdings
from graph_builder.sources.model import Entity, Fact, Source
from graph_builder.sources.reader import Document, FactBase, Located, fact_files, read_files
from graph_builder.sources.references import check_references
from graph_builder.terms import load

__all__ = ["Document", "Entity", "Fact", "FactBase", "Located", "Source", "read_facts"]


def read_facts(directory: Path, *, also: Path | None = None) -> FactBase:
    """Return what the fact files of a folder (and one file more) state, with every id resolved.

    Raises FactsError with all findings of all files, ReadError if the folder cannot be read.
    """
    paths = fact_files(directory)
    if also and also.resolve() not in {path.resolve() for path in paths}:
        paths.append(also)
    reading = read_files(paths)
    found = list(reading.findings.found)
    if reading.whole:
        found += check_references(reading, load()).found
        found += check_holdings(reading, load()).found
    if found:
        raise FactsError(found)
    return reading.base()
