"""Linked data: each IRI of the graph has documents at the same path below the server's root.

Workers render the documents: HTML pages, RDF and pictures.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pyoxigraph import RdfFormat, Store
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from graph_builder.core.errors import AiggError, PictureError
from graph_builder.core.vocabulary import BASE, ID_KINDS, PREFIXES
from graph_builder.pages import (
    entity_page,
    html_rendering,
    index_pages,
    ontology_page,
    question_page,
    rdf_document,
)
from graph_builder.pages.iri_paths import (
    DOCUMENT_FORMATS,
    ONTOLOGY_IRI,
    DocumentPath,
    PageLinks,
    find_similar_iris,
    resolve_path,
)
from graph_builder.pictures.view_registry import draw
from graph_builder.server.content_negotiation import HTML, TEXT, choose_media_type
from graph_builder.server.dispatch import dispatch_task
from graph_builder.server.limits import HTTPError
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_task import Reply, build_graph_reply
from graph_builder.store.graph import Graph


def draw_ego_picture(graph: Graph, iri: str) -> str | None:
    """Return the picture of an entity and its neighbours as a page, or None if it has none."""
    try:
        return draw(graph, "ego", iri)
    except PictureError:
        return None


_EXTENSIONS = {media: extension for extension, media in DOCUMENT_FORMATS.items()}
_PICTURE, _NS, _QUESTION, _FIND = "picture", "ns", "question", "find"
_SAFE = "/:@!$&'()*+,;=~-._%"
_HEADERS = {"Referrer-Policy": "no-referrer"}


def render_document(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the document at ``path``, of up to ``most`` bytes; raises HTTPError.

    ``up`` is the relative URL of the root; ``accept`` is the Accept header, ``asked`` the text to
    search for on the search page.
    """
    try:
        return _route_path(graph, asked, most)
    except AiggError as error:
        raise HTTPError(500, "The page cannot be made; the server's log says why.") from error


def _route_path(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    head, _, rest = asked["path"].partition("/")
    made = _PAGE_RENDERERS[head](graph, asked, rest) if head in _PAGE_RENDERERS else None
    if made is not None:
        return _build_page_reply(made, most)
    if head == _PICTURE and (drawn := _render_picture(graph, rest)):
        return _build_html_reply(
            200, drawn, most, {"Content-Security-Policy": "frame-ancestors 'none'"}
        )
    if head in (*ID_KINDS, _NS) and asked["path"] == f"{head}/":
        return Reply(308, TEXT, b"", {"Location": f"../{head}"})
    place = resolve_path(graph, asked["path"])
    if place is None:
        return _render_not_found(graph, asked, most)
    return _negotiate_document(graph, place, asked, most)


def _render_start(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return None if rest else index_pages.render_start_page(graph, PageLinks(asked["up"]))


def _render_search(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return (
        None
        if rest
        else index_pages.render_search_page(graph, asked["asked"], PageLinks(asked["up"]))
    )


def _render_question(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return question_page.render_question_page(graph, rest, PageLinks(asked["up"]))


def _render_picture(graph: Graph, path: str) -> str | None:
    place = resolve_path(graph, path)
    return draw_ego_picture(graph, place.iri) if place and not place.extension else None


def _negotiate_document(
    graph: Graph, place: DocumentPath, asked: Mapping[str, Any], most: int
) -> Reply:
    """Return a document of an IRI, or a redirect (303) to the one that the client accepts."""
    if place.extension:
        return _render_as(graph, place, place.extension, asked["up"], most)
    extension = _EXTENSIONS[choose_media_type(asked["accept"], _EXTENSIONS)]
    there = _get_document_address(place, extension)
    if place.iri == ONTOLOGY_IRI:
        reply = _render_as(graph, place, extension, asked["up"], most)
        return replace(
            reply, headers={**reply.headers, "Content-Location": there, "Vary": "Accept"}
        )
    headers = {"Location": there, "Vary": "Accept", "Link": _format_link_header(place)}
    return Reply(303, TEXT, f"See {there}\n".encode(), headers)


def _render_as(graph: Graph, place: DocumentPath, extension: str, up: str, most: int) -> Reply:
    """Return one of the documents of an IRI."""
    if extension == "html":
        return _build_page_reply(
            _select_renderer(place)(graph, place.iri, PageLinks(up)),
            most,
            Link=_format_link_header(place),
        )
    reply = build_graph_reply(
        rdf_document.build_document(graph, place.iri), DOCUMENT_FORMATS[extension], most
    )
    return Reply(reply.status, reply.media, reply.body, {"Link": _format_link_header(place)})


def _select_renderer(place: DocumentPath) -> Callable[[Graph, str, PageLinks], str]:
    if place.iri == ONTOLOGY_IRI:
        return lambda graph, _, to: ontology_page.render_ontology_page(graph, to)
    if place.kind:
        return lambda graph, _, to: index_pages.render_index_page(graph, place.kind, to)
    return entity_page.render_entity_page


def _render_not_found(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return a 404 that proposes similar addresses, as a page or as text."""
    path = asked["path"].removeprefix(f"{_PICTURE}/")
    if not _accepts_html(asked["accept"]):
        names = [iri.removeprefix(BASE) for iri in find_similar_iris(graph, path)]
        similar = f" Similar: {', '.join(names)}" if names else ""
        sentence = f"Nothing found at this address; check the spelling.{similar}\n"
        return Reply(404, TEXT, sentence.encode(), {"Vary": "Accept"})
    page = index_pages.render_not_found_page(graph, path, PageLinks(asked["up"]))
    return _build_html_reply(
        404,
        page,
        most,
        {"Content-Security-Policy": html_rendering.get_page_policy(), "Vary": "Accept"},
    )


def _build_page_reply(text: str, most: int, **headers: str) -> Reply:
    return _build_html_reply(
        200, text, most, {"Content-Security-Policy": html_rendering.get_page_policy(), **headers}
    )


def _build_html_reply(status: int, text: str, most: int, headers: Mapping[str, str]) -> Reply:
    body = text.encode()
    if len(body) > most:
        raise HTTPError(500, f"The page is larger than {most:,} bytes.")
    return Reply(status, HTML, body, {**headers, **_HEADERS})


def _get_document_address(place: DocumentPath, extension: str) -> str:
    """Return the URL of a document, relative to those of the entity and its other documents."""
    return f"./{place.path.rpartition('/')[2]}.{extension}"


def _format_link_header(place: DocumentPath) -> str:
    """Return the Link header (RFC 8288) of an entity and its documents."""
    links = [
        f'<{_get_document_address(place, extension)}>; rel="alternate"; type="{media}"'
        for extension, media in DOCUMENT_FORMATS.items()
    ]
    return ", ".join([*links, f'<{quote(place.iri, safe=_SAFE)}>; rel="describes"'])


_PAGE_RENDERERS = {"": _render_start, _FIND: _render_search, _QUESTION: _render_question}


class LinkedDataRoute:
    """The route of everything that is neither the endpoint nor the workbench."""

    def __init__(self, scheduler: RequestScheduler) -> None:
        """Send tasks to a scheduler."""
        self._scheduler = scheduler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        path = scope["path_params"]["path"]
        if _is_foreign_file(path):
            raise HTTPError(404, "Nothing found at this address.")
        values = {
            "accept": _simplify_accept(", ".join(request.headers.getlist("accept"))),
            "asked": request.query_params.get("q", "") if path == _FIND else "",
            "path": path,
            "up": "../" * (scope["raw_path"].count(b"/") - 1),
        }
        await dispatch_task(self._scheduler, request, send, "document", is_page=True, **values)


def _is_foreign_file(path: str) -> bool:
    """Return whether a path is what robots ask any server for, such as /favicon.ico.

    No document of an IRI is there, and no name is like it, so that nothing has to be looked up.
    """
    head, _, rest = path.partition("/")
    is_ours = rest and head in (*ID_KINDS, _PICTURE, _NS, _QUESTION)
    extension = path.rpartition("/")[2].partition(".")[2]
    return not is_ours and (path[:1] == "." or extension not in ("", *DOCUMENT_FORMATS))


def _simplify_accept(accept: str) -> str:
    """Return a header that chooses the same documents, so that few are made for many browsers."""
    try:
        chosen = choose_media_type(accept, _EXTENSIONS)
    except HTTPError:
        return accept
    return f"{chosen}, text/html;q=0.1" if _accepts_html(accept) else chosen


def _accepts_html(accept: str) -> bool:
    try:
        choose_media_type(accept, ["text/html"])
    except HTTPError:
        return False
    return True


_SAMPLE_DATA = """
actor:one a aigg:Country ; skos:prefLabel "one"@en .
event:two a aigg:Event ; skos:prefLabel "two"@en .
assertion:three a aigg:Assertion , aigg:Affirmation ;
  rdf:subject actor:one ; rdf:predicate aigg:hosted ; rdf:object event:two ;
  aigg:modality modality:reported ; aigg:basis basis:stated ; aigg:section "1" ;
  aigg:verification verification:press ; prov:wasDerivedFrom source:four .
assertion:five a aigg:Assertion , aigg:Affirmation ;
  rdf:subject actor:one ; rdf:predicate aigg:hosted ; rdf:object event:two ;
  aigg:modality modality:reported ; aigg:basis basis:stated ; aigg:section "2" ;
  aigg:verification verification:press ; prov:wasDerivedFrom source:six .
"""
_SAMPLE_PATHS = (
    *("", "ns", "find", "nothing/onee", "actor.html", "actor.ttl", "actor.rdf", "actor.jsonld"),
    *("actor/one.html", "assertion/three.html", "picture/actor/one"),
)


def warm_up_documents() -> None:
    """Render one document of each type, so that workers need no file access."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store = Store()
    store.load(prefixes + _SAMPLE_DATA, format=RdfFormat.TURTLE)
    graph = Graph(store)
    html_rendering.preload_templates()
    question_page.load_all_questions()
    for path in _SAMPLE_PATHS:
        render_document(graph, {"accept": "", "asked": "onee", "path": path, "up": ""}, 1 << 30)
