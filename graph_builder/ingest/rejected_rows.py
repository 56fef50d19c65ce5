"""Rows of lists that are left out because of their mistakes, so that the others can be built."""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.list_names import LONG_SUFFIXES
from graph_builder.ingest.table_reader import Cell

COLUMNS = ("file", "line", "column", "reason", "row")
_HEAD = ",".join(COLUMNS).encode()


def check_target(path: Path) -> None:
    """Raise ReadError for a path where a file of rejected rows cannot be, or would replace another.

    So a build does not end with rows that nobody can look at, and no list is written over.
    """
    if not path.parent.is_dir():
        raise ReadError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise ReadError(f"{path}: this is a folder; name a file")
    if not path.is_file():
        return  # nothing yet, or a pipe
    try:
        with path.open("rb") as file:
            is_ours = file.read(len(_HEAD)) == _HEAD
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    if not is_ours:
        raise ReadError(f"{path}: already exists and holds no rejected rows; name another file")


class RejectedRows:
    """The rows of lists in which something was found, and what."""

    def __init__(self) -> None:
        """Begin without rows."""
        self.findings: list[Finding] = []
        self._lines: dict[str, set[int]] = defaultdict(set)
        self._first: dict[str, int] = {}
        self._rows: dict[tuple[str, int], str] = {}

    def has(self, file: str, row: Sequence[Cell]) -> bool:
        """Return whether a row is rejected; its text is kept."""
        line = row[0].position[0]
        self._first[file] = min(line, self._first.get(file, line))
        lines = self._lines.get(file)
        if not lines or lines.isdisjoint(cell.position[0] for cell in row):
            return False
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([cell.text for cell in row])
        for line in {cell.position[0] for cell in row} & lines:
            self._rows[file, line] = text.getvalue()
        return True

    def reject(self, result: ReadResult) -> bool:
        """Reject the rows of the findings of a result; return whether there are any.

        Raises FactsError with all findings if one is about anything else: another file, the names
        of columns, what is no CSV, or a row of the shipped facts.
        """
        findings = sorted(set(result.diagnostics.findings))
        if not all(self._is_row(each, result) for each in findings):
            raise FactsError(findings)
        for each in findings:
            self._lines[each.file].add(each.line)
        self.findings += findings
        return bool(findings)

    def _is_row(self, finding: Finding, result: ReadResult) -> bool:
        if finding.line < self._first.get(finding.file, finding.line):
            return False  # the names of columns
        if finding.line in self._lines.get(finding.file, ()):
            return False  # which was left out in vain
        shipped = find_data_folder("facts")
        return any(
            str(path) == finding.file and path.suffix.lower() in LONG_SUFFIXES
            for path in result.lists
            if shipped not in path.parents
        )

    def format(self) -> str:
        """Return a line of CSV for each mistake: where it is, what it is, and the row."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in sorted(self.findings):
            writer.writerow((*each, self._rows.get((each.file, each.line), "")))
        return text.getvalue()

    def __len__(self) -> int:
        """Return the number of rejected rows."""
        return sum(map(len, self._lines.values()))
