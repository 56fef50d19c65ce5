"""The errors a caller may meet, all under one base class, each a sentence a user can act on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import find_best_matches
from graph_builder.core.text import quote, shorten

_MAX_SUGGESTIONS = 3
#: Among few words a weaker likeness, such as that of two letters of a code in three, helps too.
_MIN_SUGGESTION_SCORE = 65.0
_CLEAR_LEAD = 5


class AiggError(Exception):
    """The base of every error that this package raises on purpose."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing wrong in a file: its line and column, from 1, and what would be right."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return ``file:line:column: message``, the form that editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class FactsError(AiggError):
    """Fact files hold mistakes; ``findings`` lists all of them, in the order of the files."""

    def __init__(self, findings: Iterable[Finding], heading: str | None = None) -> None:
        """Keep the findings, sorted and each once, under a sentence that says whose they are."""
        self.findings = sorted(set(findings))
        self.sentences = [*([heading] if heading else []), *map(str, self.findings)]
        super().__init__("\n".join(self.sentences))


class QueryError(AiggError):
    """A query cannot be asked: its text, its head or a parameter is wrong."""


class UnknownNameError(AiggError):
    """A name is not known; the message proposes the nearest ones."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str] = (), *, near: Sequence[str] = ()
    ) -> None:
        """Say which kind of thing was looked for, and what is near: given, or out of ``known``."""
        proposed = format_suggestion(near) or suggest_similar(name, known)
        super().__init__(f"unknown {kind} {quote(name)}{proposed}")


class ReadError(AiggError):
    """A file cannot be read or written, or is not what it should be."""


class LibraryError(AiggError):
    """A library that is used where it is installed cannot be imported."""


class MeasureError(AiggError):
    """A measure means nothing for a network, or cannot be had."""


class PictureError(AiggError):
    """A picture cannot be drawn."""


def suggest_similar(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Return ``; did you mean a, b or c?`` with the names nearest to ``name``, or nothing.

    A name that is much nearer than the next stands alone. All are shown behind a ``prefix``.
    """
    written = ((fold_words(each), each) for each in sorted(set(known)))
    found = find_best_matches(fold_words(name), written, _MIN_SUGGESTION_SCORE)
    near = [shorten(prefix + each) for score, each in found if score > found[0][0] - _CLEAR_LEAD]
    return format_suggestion(near)


def format_suggestion(names: Sequence[str]) -> str:
    """Return ``; did you mean a, b or c?`` with the first three names, or nothing for none."""
    *rest, last = names[:_MAX_SUGGESTIONS] or [""]
    return f"; did you mean {', '.join(rest) + ' or ' if rest else ''}{last}?" if last else ""
