"""Write docs/ontology.md: each term of the ontology with its IRI, its meaning and a query for it.

The one argument is the file to write, docs/ontology.md.
"""

import sys
from pathlib import Path

from graph_builder.core.vocabulary import compact
from graph_builder.pages.ontology_page import OntologyEntry, list_sections
from graph_builder.store.loading import open_graph

_HEAD = """# Terms of the ontology
Classes, relations, and what the records of sources and assertions carry, each with its IRI and a
query that asks for it. Run one with `aigg query --text '...'`. The page `/ns` of `aigg serve` and
of a site says more of each term: notes, examples, what a relation joins, and how often the graph
uses it. `make docs` writes this page.
"""
_COLUMNS = "| term | IRI | meaning | query |\n|---|---|---|---|\n"
USAGE = 2


def format_reference() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for heading, lead, entries in list_sections(open_graph()):
        rows = "".join(map(_format_row, entries))
        parts.append(f"## {heading}\n{lead}\n\n{_COLUMNS}{rows}")
    return "\n".join(parts)


def _format_row(entry: OntologyEntry) -> str:
    meaning = entry.definition.replace("|", "\\|")
    return f"| `{compact(entry.iri)}` | `{entry.iri}` | {meaning} | `{entry.query}` |\n"


def main(arguments: list[str]) -> int:
    """Write the page to the path that is given."""
    if len(arguments) != USAGE - 1:
        print("use: ontology_reference.py OUTPUT", file=sys.stderr)
        return USAGE
    Path(arguments[0]).write_text(format_reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
