"""The pictures of a site: each view's example, and pictures of single entities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from posixpath import relpath

from graph_builder.core.errors import AiggError
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_definition import View
from graph_builder.pictures.view_registry import build_picture, load_views
from graph_builder.site.forked_map import map_in_processes
from graph_builder.site.links import Figure, LinkPlan
from graph_builder.store.graph import Graph

#: The largest page of a picture in a site, in bytes.
MAX_FIGURE_BYTES = 2_000_000
#: The fewest nodes in a picture of an entity; its page shows fewer as well.
MIN_FACTS = 3
_HASH_DIGITS = 10
_FIGURE_INDEX_PATH = "picture/index.html"
#: The kinds of entities that a view draws one by one; other views have only their example.
ENTITY_KINDS_BY_VIEW: Mapping[str, tuple[str, ...]] = {
    "ego": (
        *("actor", "event", "instrument", "theme", "place", "outcome", "position"),
        *("sector", "audience", "partnership"),
    ),
    "event": ("event",),
    "source": ("source",),
}


@dataclass
class SharedFiles:
    """The files that pages share, by path, collected as pages use them."""

    files: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str) -> str:
        """Return the path of a file that holds the text; part of its SHA-256 is in the name.

        So a browser that cached an older file loads the new one.
        """
        stem, dot, extension = name.rpartition(".")
        path = f"static/{stem}-{sha256(text.encode()).hexdigest()[:_HASH_DIGITS]}{dot}{extension}"
        self.files[path] = text
        return path


@dataclass(frozen=True)
class NeighbourLinks:
    """The links of a picture's page at a path."""

    path: str
    back_path: str
    name: str
    shared_files: SharedFiles
    plan: LinkPlan

    @property
    def back_link(self) -> tuple[str, str]:
        """Return the URL and name of the page to go back to."""
        return self._relative(self.back_path), self.name

    def share_file(self, name: str, text: str) -> str:
        """Return the URL of a shared file of that name with that text."""
        return self._relative(self.shared_files.put(name, text))

    def get_page_address(self, iri: str) -> str:
        """Return the URL of the page of an IRI, or "" if there is none."""
        path = self.plan.path(iri)
        return path and self._relative(path)

    def _relative(self, path: str) -> str:
        return relpath(path, self.path.rpartition("/")[0])


@dataclass(frozen=True)
class _Drawn:
    """A picture with its page, if it can be drawn, and the shared files that are new with it."""

    figure: tuple[Figure, str] | None
    shared: Mapping[str, str]


def draw_figures(
    graph: Graph, plan: LinkPlan, shared_files: SharedFiles
) -> Iterator[tuple[Figure, str]]:
    """Yield each picture with its page: per view the example, then single entities.

    Pictures that cannot be drawn, or are too large, are left out.
    """
    requests = [
        (view, terms, beside)
        for view in load_views().values()
        for terms, beside in _iter_figure_requests(graph, view, plan, shared_files)
    ]

    def draw(request: tuple[View, tuple[str, ...], NeighbourLinks]) -> _Drawn:
        known = {*shared_files.files}
        figure = _draw_figure(graph, *request)
        files = shared_files.files.items()
        return _Drawn(figure, {path: text for path, text in files if path not in known})

    for drawn in map_in_processes(draw, requests):
        shared_files.files.update(drawn.shared)
        if drawn.figure:
            yield drawn.figure


def _iter_figure_requests(
    graph: Graph, view: View, plan: LinkPlan, shared_files: SharedFiles
) -> Iterator[tuple[tuple[str, ...], NeighbourLinks]]:
    """Yield the arguments of each picture of a view, with the links of its page."""
    path = f"picture/{view.name}"
    yield (
        view.example,
        NeighbourLinks(f"{path}.html", _FIGURE_INDEX_PATH, "All pictures", shared_files, plan),
    )
    for iri, stem in plan.stems.items():
        if stem.partition("/")[0] in ENTITY_KINDS_BY_VIEW.get(view.name, ()):
            back, name = f"{stem}.html", f"{graph.label(iri)}: all facts"
            yield (iri,), NeighbourLinks(f"{path}/{back}", back, name, shared_files, plan)


def _draw_figure(
    graph: Graph, view: View, terms: tuple[str, ...], beside: NeighbourLinks
) -> tuple[Figure, str] | None:
    try:
        made = build_picture(graph, view.name, *terms)
    except AiggError:
        return None
    of_thing = beside.back_path != _FIGURE_INDEX_PATH
    if of_thing and len(made.network) < MIN_FACTS:
        return None
    page = str(render_picture_page(made, beside))
    if len(page.encode()) > MAX_FIGURE_BYTES:
        return None
    iri, content = (terms[0], {}) if of_thing else ("", made.content)
    return Figure(view.name, view.summary, made.title, beside.path, iri, content), page
