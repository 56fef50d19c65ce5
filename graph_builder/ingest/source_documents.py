"""Source documents: lists and shows them, and checks their files and texts."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError, UnknownNameError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_path, is_folder, normalize_name
from graph_builder.ingest.fact_file_reader import ReadResult, SourceDocument
from graph_builder.ingest.fact_files import (
    read_with_shipped_facts,
    report_misnamed_file,
    scan_folder,
)
from graph_builder.ingest.json_reader import describe_json_list
from graph_builder.ingest.list_names import (
    LIST_SUFFIXES,
    is_json_list,
    is_spreadsheet,
    split_sheet_name,
)
from graph_builder.ingest.plausibility_warnings import find_warnings
from graph_builder.ingest.record_tables import is_record_table
from graph_builder.ingest.source_texts import SourceText, read_source_text
from graph_builder.ingest.spreadsheet_reader import read_sheet
from graph_builder.ingest.text_reader import is_same_file, read_text
from graph_builder.ingest.text_spans import check_anchors, check_source_text
from graph_builder.ingest.yaml_reader import read_yaml


@dataclass(frozen=True)
class CheckedFile:
    """A fact file without mistakes, with its numbers of facts, passages and entities.

    ``warnings`` are what should be looked at again in it.
    """

    path: Path
    facts: int | None
    passages: int
    entities: int
    warnings: tuple[Finding, ...] = ()


def list_sources(facts: Iterable[Path] = (), *, only: bool = False) -> list[dict[str, str | int]]:
    """Return a row for each source: id, number of facts, title, publisher, date and kind."""
    documents = read_with_shipped_facts(facts, only=only).build_fact_base().documents
    return [
        {
            "id": name,
            "facts": len(document.facts),
            "title": document.source.title,
            "publisher": document.source.publisher,
            "date": str(document.source.date),
            "kind": str(document.source.kind),
        }
        for name, document in sorted(documents.items())
    ]


def describe_source(
    name: str, facts: Iterable[Path] = (), *, only: bool = False
) -> dict[str, str | int]:
    """Return the record of a source and its number of facts; raises UnknownNameError."""
    documents = read_with_shipped_facts(facts, only=only).build_fact_base().documents
    if name not in documents:
        raise UnknownNameError("source", name, documents)
    record = documents[name].source.model_dump(
        exclude_none=True, by_alias=True, exclude={"text", "holds"}
    )
    shown = {key: str(value) for key, value in record.items()}
    return {**shown, "facts": len(documents[name].facts)}


def check_source(
    source: str,
    text: Path | None = None,
    *,
    facts: Sequence[Path] = (),
    only: bool = False,
    map_file: Path | None = None,
) -> list[CheckedFile]:
    """Return the files of a source, after checking them and all ids that they refer to.

    ``source`` is a path that ends in .yaml, the id of a source, or a folder, in this order. It is
    read with the shipped facts and those of ``facts``, or ``only`` with the latter. With
    ``map_file``, ``source`` is a table, which the map of this fact file reads. With ``text``,
    the file of the source's text, anchors and spans are checked too. Raises FactsError with all
    findings, UnknownNameError for an unknown id, ReadError for any other name.
    """
    if map_file:
        target = (*facts, Path(source))
        result = read_with_shipped_facts(target, only=only, map_file=map_file)
        paths = [map_file]
    else:
        result, paths = _read_target(source, facts, only=only)
    passages = _check_passages(source, result, paths, read_source_text(text)) if text else []
    base = result.build_fact_base()
    documents = {os.path.realpath(each.path): each for each in base.documents.values()}
    owners = {str(listed): str(path) for listed, path in result.lists.items()}
    by_file = Counter(each.location.file for each in result.entities)
    entities: Counter[str] = Counter()
    for file, number in by_file.items():
        entities[os.path.realpath(owners.get(file, file))] += number
    warnings = _find_warnings_by_file(result, paths, passages)
    real = ((path, os.path.realpath(path)) for path in paths)
    return [
        _count_contents(path, documents.get(name), entities[name], warnings.get(name, ()))
        for path, name in real
    ]


def _find_warnings_by_file(
    result: ReadResult, paths: list[Path], passages: list[Finding]
) -> Mapping[str, tuple[Finding, ...]]:
    """Return the warnings about each of some YAML files, and about their CSV files, by real path.

    Those about ``passages`` come first. A file that is read under another path too is the same one.
    """
    real = {os.path.realpath(path) for path in paths}
    files = {str(path) for path in result.facts if os.path.realpath(path) in real}
    owners = {str(listed): os.path.realpath(path) for listed, path in result.lists.items()}
    found: dict[str, tuple[Finding, ...]] = {}
    found_by_checks = find_warnings(result, load_ontology(), files)
    for warning in (*passages, *result.warnings, *found_by_checks):
        owner = owners.get(warning.file) or os.path.realpath(warning.file)
        if owner not in real:  # it is about the text, which belongs to the only file
            owner = os.path.realpath(paths[0])
        found[owner] = (*found.get(owner, ()), warning)
    return found


def _read_target(
    source: str, facts: Sequence[Path], *, only: bool
) -> tuple[ReadResult, list[Path]]:
    path = find_path(Path(source))
    suffix = "" if is_folder(path) else path.suffix.lower()
    if suffix == ".yaml":
        return read_with_shipped_facts((*facts, path), only=only), [path]
    if suffix == ".yml":
        read_text(path)
        raise FactsError([report_misnamed_file(path)])
    if suffix in LIST_SUFFIXES:
        raise ReadError(_format_owner(path))
    known = read_with_shipped_facts(facts, only=only and bool(facts))
    if source in known.documents:
        return known, [known.documents[source].path]
    if is_folder(path):
        return read_with_shipped_facts((*facts, path), only=only), scan_folder(path).yaml_files
    if is_same_file(path, path):
        raise ReadError(f"{path}: not a fact file; the name of a fact file ends in .yaml")
    raise UnknownNameError("source", source, known.documents)


def _format_owner(path: Path) -> str:
    """Return a message that names the fact file to check instead of a list.

    Raises FactsError or ReadError if the list cannot be read.
    """
    described = _describe_list(path)
    for each in sorted(path.parent.glob("*.yaml")):
        try:
            tree, _, _ = read_yaml(read_text(each), str(each))
        except (FactsError, ReadError):
            continue
        lists = tree.get("lists") if isinstance(tree, dict) else None
        listed = lists if isinstance(lists, list) else []
        files = [each.get("file") if isinstance(each, dict) else each for each in listed]
        named = [split_sheet_name(str(name))[0] for name in files]
        if normalize_name(path.name) in map(normalize_name, named):
            return f"{path}: this list belongs to a fact file; check that file instead: {each}"
    source = re.sub(r"[^A-Za-z0-9]+", "-", path.name.partition(".")[0]).strip("-") or "my-source"
    entry = json.dumps(path.name, ensure_ascii=False)
    return (
        f"{path}: {described}no fact file uses this list; add its name under 'lists:' in one "
        f"beside it, such as a new one for its source (aigg new {source}), as '  - {entry}'"
    )


def _describe_list(path: Path) -> str:
    """Return what a list in JSON is, or nothing; raises FactsError or ReadError."""
    if is_record_table(path, is_mapped=False):
        return ""
    if is_json_list(path.name):
        return f"{describe_json_list(path)}; "
    if is_spreadsheet(path.name):
        read_sheet(path)
    else:
        read_text(path)
    return ""


def _check_passages(
    source: str, result: ReadResult, paths: list[Path], text: SourceText
) -> list[Finding]:
    """Add a finding for each passage of a source that its text lacks; return the warnings."""
    names = set(map(os.path.realpath, paths))
    documents = [d for d in result.documents.values() if os.path.realpath(d.path) in names]
    if len(documents) != 1 and not (len(paths) == 1 and result.diagnostics.findings):
        raise ReadError(
            f"{source}: --text works with exactly one source; {len(documents)} are given"
        )
    notes = [Finding(str(text.path), 1, 1, note) for note in text.notes]
    warnings: list[Finding] = []
    findings = result.diagnostics.findings
    for document in documents:
        findings += check_source_text(document, text).findings
    recorded = next((d.source.text.sha256 for d in documents if d.source.text), None)
    files = {os.path.realpath(d.path) for d in documents} or names
    for file, facts in result.facts.items():
        if os.path.realpath(file) in files:
            missing, differing = check_anchors(facts, text, recorded)
            findings += missing.findings
            warnings += differing.findings
    findings += notes if findings else []  # they may say why passages are missing
    return [*notes, *warnings]


def _count_contents(
    path: Path, document: SourceDocument | None, entities: int, warnings: tuple[Finding, ...]
) -> CheckedFile:
    facts = document.facts if document else ()
    return CheckedFile(
        path=path,
        facts=len(facts) if document else None,
        passages=sum(located.record.anchor is not None for located in facts),
        entities=entities,
        warnings=warnings,
    )
