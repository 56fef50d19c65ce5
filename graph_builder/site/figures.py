"""The pictures of a site: each view's example, and pictures of single entities."""

import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from posixpath import relpath
from typing import Any

from graph_builder.core.errors import AiggError
from graph_builder.pictures.annotations import get_annotations
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.subgraphs import forget_full_network, get_full_network
from graph_builder.pictures.view_definition import Picture, View
from graph_builder.pictures.view_registry import build_picture, load_views
from graph_builder.site.atomic_folder import SiteFile, hash_text
from graph_builder.site.forked_map import map_in_processes
from graph_builder.site.links import Figure, LinkPlan
from graph_builder.site.page_records import PageKeeper, PageRecord, SiteRecords
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
        path = f"static/{stem}-{hash_text(text)[:_HASH_DIGITS]}{dot}{extension}"
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
    """A picture, if it can be drawn, with its page, the files that it shares, and their record."""

    figure: Figure
    files: list[SiteFile]
    record: PageRecord


def draw_figures(
    graph: Graph, plan: LinkPlan, records: SiteRecords
) -> Iterator[tuple[Figure | None, list[SiteFile]]]:
    """Yield each picture with its page: per view the example, then single entities.

    Pictures that cannot be drawn, or are too large, are left out. Last come the files that they
    share, without a picture.
    """
    keeper = records.keep_pages(plan)
    requests = [
        (view, terms, beside)
        for view in load_views().values()
        for terms, beside in _iter_figure_requests(graph, view, plan)
    ]

    if requests:
        _read_what_pictures_share(graph)
    returned: set[tuple[str, bool]] = set()

    def draw(request: tuple[View, tuple[str, ...], NeighbourLinks]) -> _Drawn | None:
        drawn = _draw_figure(graph, keeper, *request)
        return drawn and replace(drawn, files=_drop_returned(drawn.files, returned))

    shared: dict[str, str | Iterator[bytes] | None] = {}
    for (*_, beside), drawn in zip(requests, map_in_processes(draw, requests), strict=True):
        if drawn is None:
            continue
        records.put(beside.path, drawn.record)
        for path, text in drawn.files[1:]:
            shared[path] = shared.get(path) or text
        if drawn.files:
            yield drawn.figure, drawn.files[:1]
    forget_full_network(graph)
    yield None, [*shared.items()]


def _read_what_pictures_share(graph: Graph) -> None:
    """Read what most pictures need, before processes are forked, which then need not do so."""
    with suppress(AiggError):
        get_full_network(graph, inferred=True)
        get_annotations(graph)


def _drop_returned(files: list[SiteFile], returned: set[tuple[str, bool]]) -> list[SiteFile]:
    """Return the page and the shared files that this process has not returned yet."""
    new = [file for file in files[1:] if (file[0], file[1] is None) not in returned]
    returned.update((path, text is None) for path, text in new)
    return [*files[:1], *new]


def _iter_figure_requests(
    graph: Graph, view: View, plan: LinkPlan
) -> Iterator[tuple[tuple[str, ...], NeighbourLinks]]:
    """Yield the arguments of each picture of a view, with the links of its page."""
    path = f"picture/{view.name}"
    yield (
        view.example,
        NeighbourLinks(f"{path}.html", _FIGURE_INDEX_PATH, "All pictures", SharedFiles(), plan),
    )
    for iri, stem in plan.stems.items():
        if stem.partition("/")[0] in ENTITY_KINDS_BY_VIEW.get(view.name, ()):
            back, name = f"{stem}.html", f"{graph.label(iri)}: all facts"
            yield (iri,), NeighbourLinks(f"{path}/{back}", back, name, SharedFiles(), plan)


def _draw_figure(
    graph: Graph, keeper: PageKeeper, view: View, terms: tuple[str, ...], beside: NeighbourLinks
) -> _Drawn | None:
    try:
        made = build_picture(graph, view.name, *terms)
    except AiggError:
        return None
    of_thing = beside.back_path != _FIGURE_INDEX_PATH
    if of_thing and len(made.network) < MIN_FACTS:
        return None
    links = replace(beside, plan=keeper.plan, shared_files=SharedFiles())

    def render() -> list[tuple[str, str]]:
        page = str(render_picture_page(made, links))
        if len(page.encode()) > MAX_FIGURE_BYTES:
            return []
        return [(beside.path, page), *links.shared_files.files.items()]

    given = _compute_digest(made, beside.name)
    files, record = keeper.make(beside.path, render, given)
    iri, content = (terms[0], {}) if of_thing else ("", made.content)
    figure = Figure(view.name, view.summary, made.title, beside.path, iri, content)
    return _Drawn(figure, files, record)


def _compute_digest(picture: Picture, back_name: str) -> str:
    """Return a digest of all that the page of a picture shows.

    Pages show nodes and edges in the order of their names, whatever that in the network is, so that
    order is left out. Should a digest differ without need, the page is made once more.
    """
    import networkx as nx

    networks = [
        each and (each.graph, _sort_by_name(each.nodes.items()), _sort_by_name(each.edges.items()))
        for each in (picture.network, picture.full_network)
    ]
    rest = replace(picture, network=nx.MultiDiGraph(), full_network=None)
    return sha256(pickle.dumps((networks, rest, back_name))).hexdigest()


def _sort_by_name(elements: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return sorted(elements, key=lambda element: element[0])
