"""Files to download: the graph, its facts as a table, its network, its words for search engines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_builder.answers import write
from graph_builder.catalogue import question
from graph_builder.exchange import facts
from graph_builder.site.markup import CONTEXT
from graph_builder.store import Graph
from graph_builder.turtle import export

_KILO = 1_000


@dataclass(frozen=True)
class Download:
    """A file to download: its path from the top, what it is called and holds, its media type."""

    path: str
    name: str
    said: str
    media: str
    text: str

    @property
    def size(self) -> str:
        """Return how large the file is, in words."""
        kilos = len(self.text.encode()) / _KILO
        return f"{kilos:,.0f} kB" if kilos < _KILO else f"{kilos / _KILO:,.1f} MB"


def downloads(graph: Graph, things: list[dict[str, Any]]) -> Iterator[Download]:
    """Yield the files; ``things`` is the graph as schema.org has it."""
    quads = graph.quads()
    for extension, name, media, said in _GRAPHS:
        text = export(quads, extension)
        yield Download(f"data/aigg.{extension}", name, said, media, text)
    marked = json.dumps({"@context": CONTEXT, "@graph": things}, ensure_ascii=False, indent=1)
    said = "Things in the words of schema.org, as far as these reach. Without sources."
    yield Download("data/schema.jsonld", "schema.org", said, "application/ld+json", marked + "\n")
    yield Download("data/facts.csv", "CSV", _TABLE, "text/csv", _facts(graph))
    network = facts(graph, "gexf")
    yield Download("data/aigg.gexf", "GEXF", _NETWORK, "application/gexf+xml", network)


def _facts(graph: Graph) -> str:
    """Return all facts as a table with IRIs, one row a fact and source."""
    asked = question("network").fill({"source": "all"}, graph)
    return write(graph.query(asked), "csv", graph)


_GRAPHS = (
    ("ttl", "Turtle", "text/turtle", "What some source says, merged, with a record of each fact."),
    (
        "trig",
        "TriG",
        "application/trig",
        "The same, and what each source says in a named graph of its own.",
    ),
    ("jsonld", "JSON-LD", "application/ld+json", "The same as TriG, as JSON-LD."),
)
_TABLE = "All facts as a table, one row a fact and source, with passage, modality and basis."
_NETWORK = "What is tied to what, for Gephi and its like."
