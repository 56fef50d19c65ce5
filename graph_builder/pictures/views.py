"""Views: which network a page shows, and what it is called."""

from graph_builder.network import to_networkx
from graph_builder.pictures.page import render
from graph_builder.store import Graph, GraphLike

#: The source whose facts are drawn: the article on the roundtable.
ROUNDTABLE = "india-france-roundtable-2025"


def draw(graph: GraphLike, *, inferred: bool = False) -> str:
    """Return one HTML page with what the article on the roundtable says, each fact with evidence.

    Facts that are only inferred or mere background are drawn if asked for. The page needs no other
    file and no network connection.
    """
    opened = Graph.of(graph)
    network = to_networkx(opened, source=ROUNDTABLE, inferred="yes" if inferred else "no")
    return render(
        network,
        title="The India-France AI Policy Roundtable of 10 February 2025",
        subtitle="Who organised it, what it was about, what came out of it, and who says so",
    )
