"""An engine that is not in this process, as far as graphs can tell, and counts what it is asked."""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Quad

from graph_builder.store.engine import Answer, Engine


class CountingEngine:
    """Passes everything on to another engine; ``asked`` counts queries and patterns."""

    def __init__(self, engine: Engine) -> None:
        """Begin at none."""
        self._engine, self.asked = engine, 0

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
        return self._engine.quads(*pattern)
