"""The pictures of a site: each view by its example and of the things that it fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from posixpath import relpath

from graph_builder.core.errors import AiggError
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_definition import View
from graph_builder.pictures.view_registry import build_picture, load_views
from graph_builder.site.links import DrawnFigures, LinkPlan
from graph_builder.store.graph import Graph

#: Bytes of the largest page of a picture that a site holds.
MAX_FIGURE_BYTES = 2_000_000
#: Marks of the smallest picture of a single thing; the page of a thing shows one tie as well.
MIN_FACTS = 3
_DIGITS = 10
_INDEX = "picture/index.html"
#: The kinds of things that a view shows one of; of other views there is the example only.
FITS: Mapping[str, tuple[str, ...]] = {
    "ego": (
        *("actor", "event", "instrument", "theme", "place", "outcome", "position"),
        *("sector", "audience", "partnership"),
    ),
    "event": ("event",),
    "source": ("source",),
}


@dataclass
class FigureShelf:
    """The files that pages share, by path from the top of the site, as they come to be used."""

    files: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str) -> str:
        """Return the path of a file that holds the text, which no other text is ever given.

        A part of the text's SHA-256 is in it, so that a browser that kept an older file asks anew.
        """
        stem, dot, extension = name.rpartition(".")
        path = f"static/{stem}-{sha256(text.encode()).hexdigest()[:_DIGITS]}{dot}{extension}"
        self.files[path] = text
        return path


@dataclass(frozen=True)
class NeighbourLinks:
    """What the page of a picture at a path finds beside it."""

    path: str
    back_path: str
    name: str
    shelf: FigureShelf
    plan: LinkPlan

    @property
    def back(self) -> tuple[str, str]:
        """Return the address of the page that leads here, and its name."""
        return self._relative(self.back_path), self.name

    def shared(self, name: str, text: str) -> str:
        """Return the address of a file of that name that holds the text."""
        return self._relative(self.shelf.put(name, text))

    def of(self, iri: str) -> str:
        """Return the address of the page of an IRI, or "" where there is none."""
        path = self.plan.path(iri)
        return path and self._relative(path)

    def _relative(self, path: str) -> str:
        return relpath(path, self.path.rpartition("/")[0])


def draw_figures(
    graph: Graph, plan: LinkPlan, shelf: FigureShelf
) -> Iterator[tuple[DrawnFigures, str]]:
    """Yield each picture with its page: of each view the example, then those of single things.

    What cannot be drawn, or only in a page that is too large, is left out.
    """
    for view in load_views().values():
        for terms, beside in _places(graph, view, plan, shelf):
            yield from _made(graph, view, terms, beside)


def _places(
    graph: Graph, view: View, plan: LinkPlan, shelf: FigureShelf
) -> Iterator[tuple[tuple[str, ...], NeighbourLinks]]:
    """Yield what a view is to show, with what is beside its page."""
    path = f"picture/{view.name}"
    yield view.example, NeighbourLinks(f"{path}.html", _INDEX, "All pictures", shelf, plan)
    for iri, stem in plan.stems.items():
        if stem.partition("/")[0] in FITS.get(view.name, ()):
            back, name = f"{stem}.html", f"{graph.label(iri)}: all facts"
            yield (iri,), NeighbourLinks(f"{path}/{back}", back, name, shelf, plan)


def _made(
    graph: Graph, view: View, terms: tuple[str, ...], beside: NeighbourLinks
) -> Iterator[tuple[DrawnFigures, str]]:
    try:
        made = build_picture(graph, view.name, *terms)
    except AiggError:
        return
    of_thing = beside.back_path != _INDEX
    if of_thing and len(made.network) < MIN_FACTS:
        return
    page = render_picture_page(made, beside)
    if len(page.encode()) <= MAX_FIGURE_BYTES:
        iri, content = (terms[0], {}) if of_thing else ("", made.content)
        yield DrawnFigures(view.name, view.summary, made.title, beside.path, iri, content), page
