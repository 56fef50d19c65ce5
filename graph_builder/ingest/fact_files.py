"""Folders of fact files: which files belong to them, and which look as if they did."""

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph_builder.core.errors import Finding, ReadError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder, is_folder
from graph_builder.ingest.expected_counts import check_expected_counts
from graph_builder.ingest.reader import FactBase, ReadResult, add_missing_entities, read_fact_files
from graph_builder.ingest.reference_checks import check_references
from graph_builder.ingest.text_reader import is_same_file
from graph_builder.ingest.text_spans import check_span_ends


@dataclass
class FolderFiles:
    """The files of a folder and the folders below it, in a fixed order: facts, lists, misnamed."""

    yaml: list[Path] = field(default_factory=list)
    lists: list[Path] = field(default_factory=list)
    misnamed: list[Path] = field(default_factory=list)


def scan_folder(directory: Path) -> FolderFiles:
    """Return the fact files of a folder; raises ReadError if there is no such folder, or none."""
    if not is_folder(directory):
        raise ReadError(f"{directory}: no such folder")
    found = FolderFiles()
    for path in sorted(_iter_files(directory), key=lambda path: path.as_posix()):
        if path.suffix == ".yaml":
            found.yaml.append(path)
        elif path.suffix.lower() in (".yml", ".yaml"):
            found.misnamed.append(path)
        elif path.suffix.lower() == ".csv":
            found.lists.append(path)
    if not found.yaml and not found.misnamed:
        raise ReadError(f"{directory}: no fact file; a folder of facts holds .yaml files")
    return found


def report_misnamed_file(path: Path) -> Finding:
    """Return the finding for a YAML file that would be passed over."""
    right = path.with_suffix(".yaml").name
    return Finding(str(path), 1, 1, f"a fact file's name ends in .yaml; name it {right}")


def find_unlisted_csv_files(folder: FolderFiles, listed: Collection[Path]) -> list[Finding]:
    """Return a finding for each list that no fact file names."""
    message = "no fact file names this list; write its name under 'lists:' of its source"
    return [
        Finding(str(path), 1, 1, message)
        for path in folder.lists
        if path not in listed and not any(is_same_file(path, each) for each in listed)
    ]


def _iter_files(directory: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise ReadError(f"{error.filename}: {error.strerror or error}") from error

    for parent, _, names in os.walk(directory, onerror=refuse):
        yield from (Path(parent) / name for name in names)


def read_with_shipped_facts(paths: Iterable[str | Path], *, only: bool = False) -> ReadResult:
    """Return what could be read of the shipped facts and of further folders and files.

    With ``only``, these stand instead of the shipped facts, whose registry stays known where none
    of the same id is declared. Raises ReadError if a path cannot be read.
    """
    shipped, own = find_data_folder("facts"), list(paths)
    if not only:
        return read_and_check(shipped, *own)
    if not own:
        raise ReadError("the shipped facts are left out and no others are named")
    return read_and_check(*own, registry=shipped / "registry")


def read_facts(*paths: str | Path, registry: str | Path | None = None) -> FactBase:
    """Return what the fact files of folders, and single files, state, with every id resolved.

    The entities of a ``registry``, another folder, are known where none of the same id is
    declared. Raises FactsError with all findings of all files, ReadError if a path cannot be read.
    """
    return read_and_check(*paths, registry=registry).base()


def read_and_check(*paths: str | Path, registry: str | Path | None = None) -> ReadResult:
    """Return what could be read of folders and single files, with all that is wrong in it.

    Raises ReadError if a path cannot be read.
    """
    folders = [_find_fact_files(Path(path)) for path in paths]
    reading = read_fact_files(
        list(_skip_duplicates(path for each in folders for path in each.yaml))
    )
    if registry:
        add_missing_entities(read_fact_files(scan_folder(Path(registry)).yaml), reading)
    found = reading.findings.found
    for each in folders:
        found += map(report_misnamed_file, each.misnamed)
        found += find_unlisted_csv_files(each, reading.lists) if reading.whole else []
    found += check_references(reading, load_ontology()).found
    for document in reading.documents.values():
        found += check_span_ends(document).found
    if not found:  # counts mean something only where every record could be read
        found += check_expected_counts(reading, load_ontology()).found
    return reading


def _find_fact_files(path: Path) -> FolderFiles:
    """Return the files of a folder, or the one file that a path names."""
    single = path.suffix.lower() == ".yaml" and not is_folder(path)
    return FolderFiles(yaml=[path]) if single else scan_folder(path)


def _skip_duplicates(paths: Iterator[Path]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        real = os.path.realpath(path)
        if real not in seen:
            yield path
        seen.add(real)
