"""The list of pages that search engines read."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from graph_builder.analysis.export.network_export import export_facts_network
from graph_builder.core.vocabulary import BASE, PREFIXES
from graph_builder.query.named_questions import load_question
from graph_builder.query.result_format import format_answer
from graph_builder.site.schema_org import CONTEXT
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export

#: Pages that a search leads to better by the things that they are of.
_LEFT = (PREFIXES["assertion"].removeprefix(BASE), PREFIXES["graph"].removeprefix(BASE), "404.")
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"""


def render_sitemap(base: str, paths: Iterable[str]) -> str:
    """Return the sitemap (sitemaps.org 0.9) of pages by path, those of assertions left out."""
    pages = sorted(path for path in paths if path.endswith(".html") and not path.startswith(_LEFT))
    lines = (f"<url><loc>{escape(base + path)}</loc></url>\n" for path in pages)
    return f"{_HEAD}{''.join(lines)}</urlset>\n"


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


def list_downloads(graph: Graph, things: list[dict[str, Any]]) -> Iterator[Download]:
    """Yield the files; ``things`` is the graph as schema.org has it."""
    quads = graph.quads()
    for extension, name, media, said in _GRAPHS:
        text = export(quads, extension)
        yield Download(f"data/aigg.{extension}", name, said, media, text)
    marked = json.dumps({"@context": CONTEXT, "@graph": things}, ensure_ascii=False, indent=1)
    said = "Things in the words of schema.org, as far as these reach. Without sources."
    yield Download("data/schema.jsonld", "schema.org", said, "application/ld+json", marked + "\n")
    yield Download("data/facts.csv", "CSV", _TABLE, "text/csv", _facts_as_csv(graph))
    network = export_facts_network(graph, "gexf")
    yield Download("data/aigg.gexf", "GEXF", _NETWORK, "application/gexf+xml", network)


def _facts_as_csv(graph: Graph) -> str:
    """Return all facts as a table with IRIs, one row a fact and source."""
    asked = load_question("network").fill({"source": "all"}, graph)
    return format_answer(graph.query(asked), "csv", graph)


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
