"""The picture of a thing: what it is tied to, and what ties these to each other."""

from graph_builder.errors import PictureError
from graph_builder.pictures import draw
from graph_builder.store import Graph


def picture(graph: Graph, iri: str) -> str | None:
    """Return the picture of a thing and its neighbours as a page, or None if it has none."""
    try:
        return draw(graph, "ego", iri)
    except PictureError:
        return None
