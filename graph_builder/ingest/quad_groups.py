"""Quads as text, in groups of one subject: many facts are compiled without an object for each term.

Terms are written as in N-Quads, so that the engine reads them as they are.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: Predicates and objects, as N-Quads writes them.
PredicateObjects = list[tuple[str, str]]
_BLOCK_CHARACTERS = 8_000_000


class QuadGroup(NamedTuple):
    """Quads of one subject in one graph; the default graph is ""."""

    graph: str
    subject: str
    pairs: PredicateObjects

    def format(self) -> str:
        """Return the quads as lines of N-Quads."""
        end = f" {self.graph} .\n" if self.graph else " .\n"
        return "".join([f"{self.subject} {p} {o}{end}" for p, o in self.pairs])


def format_nquads(groups: Iterable[QuadGroup]) -> Iterator[bytes]:
    """Yield the lines of groups in blocks of some megabytes."""
    lines: list[str] = []
    size = 0
    for group in groups:
        lines.append(text := group.format())
        size += len(text)
        if size > _BLOCK_CHARACTERS:
            yield "".join(lines).encode()
            lines, size = [], 0
    if lines:
        yield "".join(lines).encode()
