"""Lists in JSON: FollowTheMoney entities and Popolo documents, seen from their content."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.text import format_count
from graph_builder.ingest.entity_names import EntityNames
from graph_builder.ingest.ftm_reader import is_ftm_record, read_ftm
from graph_builder.ingest.popolo_reader import (
    LISTS,
    find_popolo_kind,
    is_popolo_document,
    read_popolo,
)
from graph_builder.ingest.record_collector import Place, RecordCollector
from graph_builder.ingest.text_reader import read_text

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[\s,]*")
_UNKNOWN = (
    "neither FollowTheMoney (objects with schema and properties) nor Popolo (lists of persons, "
    "organizations, posts or memberships); write the facts as a table (CSV)"
)


def read_json_list(path: Path, language: str, known: EntityNames) -> RecordCollector:
    """Return the entities and facts of a file, with what is wrong in it and what is left out.

    ``language`` is that of the names. A thing whose name is ``known`` has the id of that one.
    """
    collector = RecordCollector(str(path), language, known)
    findings = collector.diagnostics.findings
    try:
        document = JsonDocument(read_text(path), str(path))
    except FactsError as error:
        findings += error.findings
        return collector
    findings += document.findings
    if document.findings:
        return collector
    if document.is_ftm:
        read_ftm(document.iter_records(is_ftm_record, collector), collector)
    elif document.is_popolo:
        read_popolo(document.iter_popolo(collector), collector)
    else:
        findings.append(Finding(str(path), 1, 1, f"the file is {_UNKNOWN}"))
    if not (findings or collector.facts or collector.entities):
        omitted = "".join(f"; {each.message}" for each in collector.list_warnings())
        message = f"the file has no entity and no fact that has a place here{omitted}"
        findings.append(Finding(str(path), 1, 1, message))
    return collector


def describe_json_list(path: Path) -> str:
    """Return what a file in JSON is, such as ``a list of FollowTheMoney (3 records)``.

    Raises FactsError if it is none, ReadError if it cannot be opened.
    """
    document = JsonDocument(read_text(path), str(path))
    if document.findings:
        raise FactsError(document.findings)
    if not (document.is_ftm or document.is_popolo):
        raise FactsError([Finding(str(path), 1, 1, f"the file is {_UNKNOWN}")])
    name = "FollowTheMoney" if document.is_ftm else "Popolo"
    return f"a list of {name} ({format_count(document.count, 'record')})"


class JsonDocument:
    """The records of a text in JSON or JSON Lines, each with its pointer and position."""

    def __init__(self, text: str, file: str) -> None:
        """Read a text; ``findings`` are its mistakes."""
        self.findings: list[Finding] = []
        self._text, self._file = text, file
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._records: list[tuple[str, int, Any]] = []
        try:
            self._records = list(self._iter_values())
        except json.JSONDecodeError as error:
            self._report(error)
        except RecursionError:
            self.findings.append(Finding(file, 1, 1, "not JSON: values nested too deeply"))
        records = [value for _, _, value in self._records]
        self.is_ftm = any(map(is_ftm_record, records))
        self.is_popolo = not self.is_ftm and any(
            _get_list_name(pointer) in LISTS or is_popolo_document(value) or find_popolo_kind(value)
            for pointer, _, value in self._records
        )
        self.count = len(records)

    def iter_records(
        self, accept: Any, collector: RecordCollector
    ) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Yield the records that are accepted; count the others as left out."""
        for pointer, offset, value in self._records:
            place = Place(self._locate(offset), pointer)
            if accept(value):
                yield place, value
            else:
                collector.leave_out("value", "it has no schema and properties", place)

    def iter_popolo(self, collector: RecordCollector) -> Iterator[tuple[Place, str, Any]]:
        """Yield the records of Popolo, each with its kind; count the others as left out."""
        for pointer, offset, value in self._records:
            place = Place(self._locate(offset), pointer)
            name = _get_list_name(pointer)
            kind = LISTS.get(name) or find_popolo_kind(value)
            if not isinstance(value, dict):
                collector.leave_out("value", "it has no keys", place)
            elif kind:
                yield place, kind, value
            else:
                what = f"record of {name}" if name else "record"
                collector.leave_out(what, "no class here is for it", place)

    def _iter_values(self) -> Iterator[tuple[str, int, Any]]:
        """Yield each record: an object of a sequence or array, or of the arrays of an object."""
        position = _skip_blanks(self._text, 0)
        number = 0
        while position < len(self._text):
            value, end = _DECODER.raw_decode(self._text, position)
            if isinstance(value, list):
                yield from self._iter_array(position, "")
            elif isinstance(value, dict) and not is_ftm_record(value) and self._holds_lists(value):
                yield from self._iter_object(position)
            else:
                yield f"/{number}", position, value
            number += 1
            position = _skip_blanks(self._text, end)

    def _holds_lists(self, value: dict[str, Any]) -> bool:
        lists = (each for each in value.values() if isinstance(each, list))
        return find_popolo_kind(value) is None and any(
            isinstance(item, dict) for each in lists for item in each
        )

    def _iter_object(self, start: int) -> Iterator[tuple[str, int, Any]]:
        """Yield the records of the arrays of an object."""
        position = _skip_blanks(self._text, start + 1)
        while self._text[position] != "}":
            key, position = _DECODER.raw_decode(self._text, position)
            position = _skip_blanks(self._text, self._text.index(":", position) + 1)
            value, end = _DECODER.raw_decode(self._text, position)
            if isinstance(value, list):
                yield from self._iter_array(position, f"/{key}")
            position = _skip_blanks(self._text, end)

    def _iter_array(self, start: int, pointer: str) -> Iterator[tuple[str, int, Any]]:
        position = _skip_blanks(self._text, start + 1)
        number = 0
        while self._text[position] != "]":
            value, end = _DECODER.raw_decode(self._text, position)
            yield f"{pointer}/{number}", position, value
            number += 1
            position = _skip_blanks(self._text, end)

    def _report(self, error: json.JSONDecodeError) -> None:
        """Report every line of JSON Lines that is not JSON, or where a document is not."""
        lines = [line for line in self._text.split("\n") if line.strip()]
        is_lines = len(lines) > 1 and all(line.lstrip()[0] in "{[" for line in lines[:2])
        if not is_lines or lines[0].strip() in "{[":
            message = f"not JSON: {_explain(error)}"
            self.findings.append(Finding(self._file, error.lineno, error.colno, message))
            return
        for number, line in enumerate(self._text.split("\n"), 1):
            try:
                if line.strip():
                    json.loads(line)
            except json.JSONDecodeError as wrong:
                message = f"not JSON: {_explain(wrong)}"
                self.findings.append(Finding(self._file, number, wrong.colno, message))

    def _locate(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


def _get_list_name(pointer: str) -> str:
    """Return the name of the list of a document that holds a record, or an empty text."""
    parts = pointer.split("/")
    return parts[1] if len(parts) > 2 else ""  # noqa: PLR2004


def _skip_blanks(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _explain(error: json.JSONDecodeError) -> str:
    """Return what a JSON parser says, in the style of other messages."""
    message = error.msg.removesuffix(" starting at")
    return message[:1].lower() + message[1:]
