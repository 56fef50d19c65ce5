"""Exceptions of the package, under one base class; each message tells users what to do."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import NameIndex
from graph_builder.core.text import (
    format_count,
    join_alternatives,
    quote_id,
    shorten_id,
)

_MAX_SUGGESTIONS = 3
#: Lower than for searches, because few names are known: two letters of three in a code suffice.
MIN_SUGGESTION_SCORE = 65.0
_CLEAR_LEAD = 5
#: Findings of one file with one message that are told apart; more are told in one line.
_MAX_SAME_FINDINGS = 3


class AiggError(Exception):
    """Base of every error that this package raises on purpose."""


class Finding(NamedTuple):
    """A mistake in a file: line and column, from 1, and a message that says how to mend it."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return ``file:line:column: message``, the form that editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class FactsError(AiggError):
    """Fact files have mistakes; ``findings`` lists all of them, sorted by file and position.

    ``lines`` are what is shown: one for each, or for all that say the same of a file.
    """

    def __init__(self, findings: Iterable[Finding], heading: str | None = None) -> None:
        """Keep the findings, sorted and without duplicates, under an optional heading."""
        self.findings = sorted(set(findings))
        self.lines = [*([heading] if heading else []), *format_findings(self.findings)]
        super().__init__("\n".join(self.lines))


class QueryError(AiggError):
    """A query cannot be run: its text, its header or a parameter is wrong."""


class QueryWarning(UserWarning):
    """A query names what the graph does not use, so that its answer is smaller than was meant."""


class UnknownNameError(AiggError):
    """A name is not known; the message suggests similar ones."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str] = (), *, near: Sequence[str] = ()
    ) -> None:
        """Name the kind of thing looked up; suggest ``near``, or similar names among ``known``."""
        suggested = format_suggestion(near) or suggest_similar(name, known)
        super().__init__(f"unknown {kind} {quote_id(name)}{suggested}")


class ReadError(AiggError):
    """A file cannot be read or written, or has the wrong format."""


class DiffError(AiggError):
    """Two versions of a graph cannot be compared."""


class ForeignGraphError(AiggError):
    """A graph uses no term of this project, so there is nothing to check, draw or measure."""


class LibraryError(AiggError):
    """An optional library that is needed is not installed."""


class MeasureError(AiggError):
    """A measure is undefined for a network, or cannot be computed."""


class PictureError(AiggError):
    """A picture cannot be drawn."""


def format_findings(findings: Iterable[Finding], kind: str = "") -> list[str]:
    """Return a line for each finding; more than three that say the same of a file share one.

    ``kind`` is put before each message.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in findings:
        each = found._replace(message=kind + found.message)
        groups.setdefault((each.file, each.message), []).append(each)
    lines: list[tuple[Finding, str]] = []
    for same in groups.values():
        if len(same) > _MAX_SAME_FINDINGS:
            lines.append((same[0], f"{same[0]} ({_format_places(same)})"))
        else:
            lines += [(each, str(each)) for each in same]
    return [line for _, line in sorted(lines)]


def _format_places(same: Sequence[Finding]) -> str:
    """Return how many places findings are about, and their first lines."""
    noun = "row" if same[0].file.lower().endswith(".csv") else "place"
    first = ", ".join(f"{each.line}" for each in same[:_MAX_SAME_FINDINGS])
    more = f"{len(same) - _MAX_SAME_FINDINGS:,} more"
    return f"in {format_count(len(same), noun)}: lines {first} and {more}"


def suggest_similar(name: str, known: Iterable[str] | NameIndex[str], prefix: str = "") -> str:
    """Return ``; did you mean a, b or c?`` with the known names most similar to ``name``, or "".

    Names that score much lower than the best are left out. Each is shown with a ``prefix``. Known
    names with which many are compared may be given as an index.
    """
    index = known if isinstance(known, NameIndex) else _index_sorted(tuple(sorted(set(known))))
    return _suggest(name, index, prefix)


@lru_cache(maxsize=1024)
def _suggest(name: str, index: NameIndex[str], prefix: str) -> str:
    found = index.find_best_matches(fold_words(name), MIN_SUGGESTION_SCORE)
    near = [shorten_id(prefix + each) for score, each in found if score > found[0][0] - _CLEAR_LEAD]
    return format_suggestion(near)


def index_names(names: Iterable[str]) -> NameIndex[str]:
    """Return an index of names for `suggest_similar`."""
    return NameIndex((fold_words(name), name) for name in sorted(set(names)))


_index_sorted = lru_cache(maxsize=64)(index_names)


def format_suggestion(names: Sequence[str]) -> str:
    """Return ``; did you mean a, b or c?`` with the first three names, or "" for none."""
    suggested = names[:_MAX_SUGGESTIONS]
    return f"; did you mean {join_alternatives(suggested)}?" if suggested else ""
