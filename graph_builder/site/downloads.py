"""Files to download: RDF, CSV, GEXF, schema.org data, and the sitemap."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from graph_builder.analysis.export.network_export import export_facts_network
from graph_builder.core.vocabulary import BASE, PREFIXES
from graph_builder.query.named_questions import load_question
from graph_builder.query.result_format import format_rows
from graph_builder.site.schema_org import CONTEXT
from graph_builder.store.graph import Graph
from graph_builder.store.graph_export import export_in_blocks

#: Pages left out of the sitemap: those of entities lead to them.
_EXCLUDED_PREFIXES = (
    PREFIXES["assertion"].removeprefix(BASE),
    PREFIXES["graph"].removeprefix(BASE),
    "404.",
)
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"""


def render_sitemap(base: str, paths: Iterable[str]) -> str:
    """Return the sitemap (sitemaps.org 0.9) of pages given by path, without assertions."""
    pages = sorted(
        path for path in paths if path.endswith(".html") and not path.startswith(_EXCLUDED_PREFIXES)
    )
    lines = (f"<url><loc>{escape(base + path)}</loc></url>\n" for path in pages)
    return f"{_HEAD}{''.join(lines)}</urlset>\n"


_KILOBYTE = 1_000


@dataclass
class Download:
    """A file to download: path, name, description (``said``), media type, and content.

    The content may come in blocks; ``length`` are the bytes that were taken of it.
    """

    path: str
    name: str
    said: str
    media: str
    content: str | Iterator[bytes]
    length: int = 0

    @property
    def size(self) -> str:
        """Return the size of the file as text, in kB or MB."""
        kilos = self.length / _KILOBYTE
        return f"{kilos:,.0f} kB" if kilos < _KILOBYTE else f"{kilos / _KILOBYTE:,.1f} MB"

    def take_content(self) -> Iterator[bytes]:
        """Yield the content, which is not kept."""
        content, self.content = self.content, ""
        for block in (content.encode(),) if isinstance(content, str) else content:
            self.length += len(block)
            yield block


def list_downloads(graph: Graph, things: Iterable[dict[str, Any]]) -> Iterator[Download]:
    """Yield the files; ``things`` is the graph in schema.org terms."""
    for extension, name, media, said in _GRAPH_DOWNLOADS:
        blocks = export_in_blocks(graph, extension)
        yield Download(f"data/aigg.{extension}", name, said, media, blocks)
    said = "The entities in terms of schema.org, as far as it has any. Without sources."
    marked = _format_things(things)
    yield Download("data/schema.jsonld", "schema.org", said, "application/ld+json", marked)
    yield Download("data/facts.csv", "CSV", _CSV_DESCRIPTION, "text/csv", _facts_as_csv(graph))
    network = export_facts_network(graph, "gexf")
    yield Download("data/aigg.gexf", "GEXF", _GEXF_DESCRIPTION, "application/gexf+xml", network)


def _format_things(things: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield JSON-LD of things as ``json.dumps`` writes it with an indentation of one."""
    comma = ""
    yield f'{{\n "@context": {json.dumps(CONTEXT)},\n "@graph": ['.encode()
    for thing in things:
        text = json.dumps(thing, ensure_ascii=False, indent=1).replace("\n", "\n  ")
        yield f"{comma}\n  {text}".encode()
        comma = ","
    yield ("\n ]\n}\n" if comma else "]\n}\n").encode()


def _facts_as_csv(graph: Graph) -> str:
    """Return all facts as CSV with IRIs, one row per fact and source."""
    asked = load_question("network").fill({"source": "all"}, graph)
    return format_rows(graph.query(asked), "csv", graph)


_GRAPH_DOWNLOADS = (
    ("ttl", "Turtle", "text/turtle", "What the sources say, merged, with a record of each fact."),
    (
        "trig",
        "TriG",
        "application/trig",
        "The same, and what each source says in a named graph of its own.",
    ),
    ("jsonld", "JSON-LD", "application/ld+json", "The same as TriG, as JSON-LD."),
)
_CSV_DESCRIPTION = (
    "All facts as a table: one row per fact and source, with passage, modality and basis."
)
_GEXF_DESCRIPTION = "The network of all facts, for Gephi and similar programs."
