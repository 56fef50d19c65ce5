"""Views: which network a page shows, and what it is called."""

from datetime import date

from graph_builder.network import to_networkx
from graph_builder.pictures.page import render
from graph_builder.store import Graph, GraphLike
from graph_builder.vocabulary import expand

ROUNDTABLE = expand("event:india-france-ai-policy-roundtable-2")
#: The source whose facts are drawn: the article on the roundtable.
ARTICLE = "india-france-roundtable-2025"
_DAY = 10


def draw(graph: GraphLike, *, inferred: bool = False) -> str:
    """Return one HTML page with what the article on the roundtable says, each fact with evidence.

    Facts that are only inferred or mere background are drawn if asked for. The page needs no other
    file and no network connection.
    """
    opened = Graph.of(graph)
    network = to_networkx(opened, source=ARTICLE, inferred="yes" if inferred else "no")
    title, subtitle = _heading(opened)
    return render(network, title=title, subtitle=subtitle)


def _heading(graph: Graph) -> tuple[str, str]:
    if ROUNDTABLE not in graph:
        return "A network of facts", "What is tied to what, and who says so"
    day = _in_words(graph.value(ROUNDTABLE, expand("schema:startDate")))
    asked = "who organised it, what it was about, what came out of it, and who says so"
    return graph.label(ROUNDTABLE), f"{day}: {asked}" if day else asked.capitalize()


def _in_words(day: str) -> str:
    """Return an ISO day as ``10 February 2025``, or nothing for any other text."""
    if len(day) != _DAY:
        return ""
    found = date.fromisoformat(day)
    months = "January February March April May June July August September October November December"
    return f"{found.day} {months.split()[found.month - 1]} {found.year}"
