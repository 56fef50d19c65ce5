"""Exceptions of the package, under one base class; each message tells users what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import find_best_matches
from graph_builder.core.text import join_alternatives, quote, shorten

_MAX_SUGGESTIONS = 3
#: Lower than for searches, because few names are known: two letters of three in a code suffice.
_MIN_SUGGESTION_SCORE = 65.0
_CLEAR_LEAD = 5
#: Characters of a suggestion, so that an id is shown whole.
_MAX_SUGGESTED = 120


class AiggError(Exception):
    """Base of every error that this package raises on purpose."""


@dataclass(frozen=True, order=True)
class Finding:
    """A mistake in a file: line and column, from 1, and a message that says how to mend it."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return ``file:line:column: message``, the form that editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class FactsError(AiggError):
    """Fact files have mistakes; ``findings`` lists all of them, sorted by file and position."""

    def __init__(self, findings: Iterable[Finding], heading: str | None = None) -> None:
        """Keep the findings, sorted and without duplicates, under an optional heading."""
        self.findings = sorted(set(findings))
        self.lines = [*([heading] if heading else []), *map(str, self.findings)]
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
        super().__init__(f"unknown {kind} {quote(name)}{suggested}")


class ReadError(AiggError):
    """A file cannot be read or written, or has the wrong format."""


class LibraryError(AiggError):
    """An optional library that is needed is not installed."""


class MeasureError(AiggError):
    """A measure is undefined for a network, or cannot be computed."""


class PictureError(AiggError):
    """A picture cannot be drawn."""


def suggest_similar(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Return ``; did you mean a, b or c?`` with the known names most similar to ``name``, or "".

    Names that score much lower than the best are left out. Each is shown with a ``prefix``.
    """
    written = ((fold_words(each), each) for each in sorted(set(known)))
    found = find_best_matches(fold_words(name), written, _MIN_SUGGESTION_SCORE)
    near = [
        shorten(prefix + each, _MAX_SUGGESTED)
        for score, each in found
        if score > found[0][0] - _CLEAR_LEAD
    ]
    return format_suggestion(near)


def format_suggestion(names: Sequence[str]) -> str:
    """Return ``; did you mean a, b or c?`` with the first three names, or "" for none."""
    suggested = names[:_MAX_SUGGESTIONS]
    return f"; did you mean {join_alternatives(suggested)}?" if suggested else ""
