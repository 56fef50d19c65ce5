"""Fact files in folders: finds them, reads them and runs all checks."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from graph_builder.core.errors import Finding, ReadError
from graph_builder.core.file_locks import Tell, tell_nobody
from graph_builder.core.ontology import Ontology, load_ontology
from graph_builder.core.resources import find_data_folder, find_path, is_folder
from graph_builder.ingest.checked_facts import collect_checked_facts
from graph_builder.ingest.consistency_checks import ConsistencyChecker
from graph_builder.ingest.expected_counts import check_expected_counts
from graph_builder.ingest.fact_file_reader import FactBase, ReadResult, read_fact_files
from graph_builder.ingest.list_names import LONG_SUFFIXES, is_certain_list, is_spreadsheet
from graph_builder.ingest.located_facts import LocatedFacts
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Fact
from graph_builder.ingest.name_resolution import resolve_names
from graph_builder.ingest.private_data_checks import (
    check_private_data,
    check_private_data_of_fact,
)
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.reference_checks import (
    FactReferences,
    IdIndex,
    check_references,
)
from graph_builder.ingest.rejected_rows import RejectedRows
from graph_builder.ingest.text_reader import is_same_file
from graph_builder.ingest.text_spans import check_span_ends


def read_facts(*paths: str | Path, registry: str | Path | None = None) -> FactBase:
    """Return what the fact files of folders, and single files, state, with every id resolved.

    The entities of a ``registry``, another folder, are known where no file declares the same id.
    Raises FactsError with all findings of all files, ReadError if a path cannot be read.
    """
    return read_and_check(*paths, registry=registry).build_fact_base()


def read_with_shipped_facts(
    paths: Iterable[str | Path],
    *,
    only: bool = False,
    map_file: Path | None = None,
    rejected: RejectedRows | None = None,
    tell: Tell = tell_nobody,
) -> ReadResult:
    """Return the shipped facts and those of further folders and files, checked together.

    With ``only``, the further ones replace the shipped facts, whose registry stays known where no
    file declares the same id. A table among the paths is read by the map in a fact file, the
    ``map_file``. Rows of CSV lists with mistakes are left out, and added to those ``rejected``, if
    this is given; then raises FactsError if anything else is wrong. ``tell`` gets what is done.
    Raises ReadError if a path cannot be read.
    """
    shipped = find_data_folder("facts")
    own, tables = _assign_table(list(map(Path, paths)), map_file)
    if only and not own:
        raise ReadError(
            "without the shipped facts there is nothing to build; add fact files with --facts"
        )
    read = partial(
        read_and_check,
        *(own if only else [shipped, *own]),
        registry=shipped / "registry" if only else None,
        tables=tables,
        rejected=rejected,
        tell=tell,
    )
    result = read()
    while rejected is not None and rejected.reject(result):
        result = read()
    return result


def _assign_table(
    paths: list[Path], map_file: Path | None
) -> tuple[list[Path], Mapping[Path, Path]]:
    """Return the paths with a map in place of the table that it reads, and which one that is."""
    tables = [
        path
        for path in paths
        if (path.suffix.lower() in LONG_SUFFIXES or is_spreadsheet(path.name))
        and not is_folder(path)
    ]
    others = [path for path in paths if path not in tables]
    if map_file is None:
        if tables:
            advice = "give the fact file that names it, or --map MAP.yaml"
            raise ReadError(f"{tables[0]}: a table is read by a map; {advice}")
        return paths, {}
    if len(tables) > 1:
        raise ReadError(f"{tables[1]}: --map reads one table; build the others by their own maps")
    if tables and not is_same_file(tables[0], tables[0]):
        raise ReadError(f"{tables[0]}: no such file")
    return [*others, map_file], dict.fromkeys((find_path(map_file),), *tables) if tables else {}


def read_and_check(
    *paths: str | Path,
    registry: str | Path | None = None,
    tables: Mapping[Path, Path] | None = None,
    rejected: RejectedRows | None = None,
    tell: Tell = tell_nobody,
) -> ReadResult:
    """Return what could be read of folders and single files, with all findings.

    ``tables`` has the table that the map of a file reads. Rejected rows of lists are left out.
    ``tell`` gets what is done.
    Raises ReadError if a path cannot be read.
    """
    folders = [_find_fact_files(find_path(Path(path))) for path in paths]
    yaml_files = (path for folder in folders for path in folder.yaml_files)
    tell("reading fact files")
    shipped = read_fact_files(scan_folder(Path(registry)).yaml_files) if registry else ReadResult()
    skip = rejected.has if rejected is not None else None
    result = read_fact_files(list(_skip_duplicates(yaml_files)), shipped.entities, tables, skip)
    result.add_missing_entities(shipped)
    findings = result.diagnostics.findings
    for folder in folders:
        findings += map(report_misnamed_file, folder.misnamed)
        findings += _check_lists(folder, result) if result.complete else []
    tell(f"checking {sum(map(len, result.facts.values())):,} facts")
    findings += resolve_names(result, load_ontology()).findings
    findings += check_references(result, load_ontology()).findings
    findings += check_private_data(result).findings
    findings += check_facts(result, load_ontology()).findings
    for document in result.documents.values():
        findings += check_span_ends(document).findings
    if not findings and not rejected:  # counts are only right where every record could be read
        findings += check_expected_counts(result, load_ontology()).findings
    return result


def check_facts(result: ReadResult, ontology: Ontology) -> Diagnostics:
    """Return the findings on facts, which are iterated twice: long lists are not in memory."""
    diagnostics = Diagnostics()
    references = FactReferences(IdIndex(result, ontology), ontology, diagnostics)
    consistency = ConsistencyChecker(result, ontology)

    def check_alone(facts: LocatedFacts) -> Iterator[LocatedRecord[Fact]]:
        for located in references.check_file(facts):
            if located.complete:
                check_private_data_of_fact(located.record, located.location, diagnostics)
            yield located

    checked = collect_checked_facts(result, ontology)
    sources = [
        (facts, consistency.index_file(facts.iterate(check_alone))) for facts in checked.values()
    ]
    consistency.finish_index()
    for facts, source in sources:
        consistency.check_file(facts, source)
    consistency.check_things()
    diagnostics.findings += consistency.diagnostics.findings
    return diagnostics


@dataclass
class FolderFiles:
    """The fact files of a folder and the folders below it, sorted by path."""

    yaml_files: list[Path] = field(default_factory=list)
    lists: list[Path] = field(default_factory=list)
    misnamed: list[Path] = field(default_factory=list)


def scan_folder(directory: Path) -> FolderFiles:
    """Return the fact files of a folder; raises ReadError if there is no folder, or no file."""
    if not is_folder(directory):
        reason = "no such folder"
        if is_same_file(directory, directory):
            reason = "not a folder, and the name of a fact file must end in .yaml"
        raise ReadError(f"{directory}: {reason}")
    files = FolderFiles()
    for path in sorted(_iter_files(directory), key=lambda path: path.as_posix()):
        if path.suffix == ".yaml":
            files.yaml_files.append(path)
        elif path.suffix.lower() in (".yml", ".yaml"):
            files.misnamed.append(path)
        elif is_certain_list(path.name):
            files.lists.append(path)
    if not files.yaml_files and not files.misnamed:
        raise ReadError(f"{directory}: contains no fact file (a file whose name ends in .yaml)")
    return files


def report_misnamed_file(path: Path) -> Finding:
    """Return the finding for a YAML file that is ignored because of its name."""
    name = path.with_suffix(".yaml").name
    message = f"the name of a fact file must end in .yaml; rename it to {name}"
    return Finding(str(path), 1, 1, message)


def _find_fact_files(path: Path) -> FolderFiles:
    """Return the files of a folder, or the one file that a path names."""
    is_file = path.suffix.lower() == ".yaml" and not is_folder(path)
    return FolderFiles(yaml_files=[path]) if is_file else scan_folder(path)


def _iter_files(directory: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise ReadError(f"{error.filename}: {error.strerror or error}") from error

    for parent, _, names in os.walk(directory, onerror=refuse):
        yield from (Path(parent) / name for name in names)


def _skip_duplicates(paths: Iterable[Path]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        real_path = os.path.realpath(path)
        if real_path not in seen:
            yield path
        seen.add(real_path)


def _check_lists(folder: FolderFiles, result: ReadResult) -> list[Finding]:
    """Return a finding for each list that no fact file names."""
    message = "no fact file uses this list; add its name under 'lists:' in a fact file"
    unnamed = [path for path in folder.lists if path not in result.lists]
    named = {os.path.realpath(path) for path in result.lists} if unnamed else set()
    return [
        Finding(str(path), 1, 1, message) for path in unnamed if os.path.realpath(path) not in named
    ]
