"""Linked data: each IRI of the graph has documents at the same path below the server's root.

A thing is no document, so its path leads to one by 303 See Other, chosen by Accept; the ontology,
whose terms are fragments of its address, is one (L. Sauermann and R. Cyganiak, Cool URIs for the
Semantic Web, W3C 2008, sections 4.1 and 4.2). All of it is made in the workers, within the limits
that hold for queries.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from graph_builder.errors import AiggError
from graph_builder.pages import answers, data, indexes, neighbours, ontology, rendering, things
from graph_builder.pages.addresses import DOCUMENTS, ONTOLOGY, Addresses, Place, find, near
from graph_builder.server.answering import Reply, graph_reply
from graph_builder.server.limits import Refusal
from graph_builder.server.media import HTML, TEXT, choose
from graph_builder.store import Graph
from graph_builder.vocabulary import BASE, KINDS

_EXTENSIONS = {media: extension for extension, media in DOCUMENTS.items()}
_PICTURE, _NS = "picture", "ns"
_SAFE = "/:@!$&'()*+,;=~-._%"
_HEADERS = {"Referrer-Policy": "no-referrer"}


def document(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return what stands at ``path``, of at most so many bytes; raises Refusal.

    ``up`` leads from there to the root; ``accept`` is the Accept header, ``asked`` what is looked
    for on the page that finds things.
    """
    try:
        return _document(graph, asked, most)
    except AiggError as error:
        raise Refusal(500, f"The page cannot be made: {error}.") from error


def _document(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    head, _, rest = asked["path"].partition("/")
    made = _MAKERS[head](graph, asked, rest) if head in _MAKERS else None
    if made is not None:
        return _page(made, most)
    if head == _PICTURE and (drawn := _picture(graph, rest)):
        return _html(200, drawn, most, {"Content-Security-Policy": "frame-ancestors 'none'"})
    if head in (*KINDS, _NS) and asked["path"] == f"{head}/":
        return Reply(308, TEXT, b"", {"Location": f"../{head}"})
    place = find(graph, asked["path"])
    if place is None:
        return _missing(graph, asked, most)
    return _of(graph, place, asked, most)


def _start(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return None if rest else indexes.start(graph, Addresses(asked["up"]))


def _found(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return None if rest else indexes.found(graph, asked["asked"], Addresses(asked["up"]))


def _answer(graph: Graph, asked: Mapping[str, Any], rest: str) -> str | None:
    return answers.page(graph, rest, Addresses(asked["up"]))


def _picture(graph: Graph, path: str) -> str | None:
    place = find(graph, path)
    return neighbours.picture(graph, place.iri) if place and not place.extension else None


def _of(graph: Graph, place: Place, asked: Mapping[str, Any], most: int) -> Reply:
    """Return a document of an IRI, or the way to it."""
    if place.extension:
        return _as(graph, place, place.extension, asked["up"], most)
    extension = _EXTENSIONS[choose(asked["accept"], _EXTENSIONS)]
    there = _beside(place, extension)
    if place.iri == ONTOLOGY:
        reply = _as(graph, place, extension, asked["up"], most)
        return replace(
            reply, headers={**reply.headers, "Content-Location": there, "Vary": "Accept"}
        )
    headers = {"Location": there, "Vary": "Accept", "Link": _links(place)}
    return Reply(303, TEXT, f"See {there}\n".encode(), headers)


def _as(graph: Graph, place: Place, extension: str, up: str, most: int) -> Reply:
    """Return one of the documents of an IRI."""
    if extension == "html":
        return _page(_maker(place)(graph, place.iri, Addresses(up)), most, Link=_links(place))
    reply = graph_reply(data.document(graph, place.iri), DOCUMENTS[extension], most)
    return Reply(reply.status, reply.media, reply.body, {"Link": _links(place)})


def _maker(place: Place) -> Callable[[Graph, str, Addresses], str]:
    if place.iri == ONTOLOGY:
        return lambda graph, _, to: ontology.page(graph, to)
    if place.kind:
        return lambda graph, _, to: indexes.index(graph, place.kind, to)
    return things.page


def _missing(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return that there is nothing, and what is near: as a page to whoever can read one."""
    path = asked["path"].removeprefix(f"{_PICTURE}/")
    try:
        choose(asked["accept"], ["text/html"])
    except Refusal:
        names = [iri.removeprefix(BASE) for iri in near(graph, path)]
        sentence = f"There is nothing here.{' Near are: ' + ', '.join(names) if names else ''}\n"
        return Reply(404, TEXT, sentence.encode(), {"Vary": "Accept"})
    page = indexes.missing(graph, path, Addresses(asked["up"]))
    return _html(404, page, most, {"Content-Security-Policy": rendering.policy(), "Vary": "Accept"})


def _page(text: str, most: int, **headers: str) -> Reply:
    return _html(200, text, most, {"Content-Security-Policy": rendering.policy(), **headers})


def _html(status: int, text: str, most: int, headers: Mapping[str, str]) -> Reply:
    body = text.encode()
    if len(body) > most:
        raise Refusal(500, f"The page is larger than {most:,} bytes.")
    return Reply(status, HTML, body, {**headers, **_HEADERS})


def _beside(place: Place, extension: str) -> str:
    """Return the address of a document, relative to that of the thing and of its documents."""
    return f"./{place.path.rpartition('/')[2]}.{extension}"


def _links(place: Place) -> str:
    """Return the Link header (RFC 8288) of a thing and of its documents."""
    links = [
        f'<{_beside(place, extension)}>; rel="alternate"; type="{media}"'
        for extension, media in DOCUMENTS.items()
    ]
    return ", ".join([*links, f'<{quote(place.iri, safe=_SAFE)}>; rel="describes"'])


_MAKERS = {"": _start, "find": _found, "question": _answer}
