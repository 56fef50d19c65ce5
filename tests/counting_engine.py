"""An engine that is not in this process, as far as graphs can tell, and counts what it is asked."""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Quad

from graph_builder.store.engine import Answer, Engine


class CountingEngine:
    """Passes everything on to another engine; ``asked`` counts queries and patterns.

    ``of_all`` lists the properties whose values were asked for of all that have them.
    """

    def __init__(self, engine: Engine) -> None:
        """Begin at none."""
        self._engine, self.asked = engine, 0
        self.of_all: list[str] = []

    def __len__(self) -> int:
        """Return the number of quads, which takes one query."""
        self.asked += 1
        return len(self._engine)

    def query(self, text: str, name: str) -> Answer:
        """Return the answer of the other engine."""
        self.asked += 1
        return self._engine.query(text, name)

    def quads(self, *pattern: Any) -> Iterator[Quad]:
        """Yield the quads of the other engine."""
        self.asked += 1
        if pattern[:1] == (None,) and pattern[1] and pattern[2:3] == (None,):
            self.of_all.append(pattern[1].value)
        return self._engine.quads(*pattern)
