"""Runs in a worker: evaluates a SPARQL query and serialises its result as the client accepts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, islice
from typing import Any

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from graph_builder.core.errors import QueryError
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.server.content_negotiation import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    choose_media_type,
    get_content_type,
)
from graph_builder.server.limits import HTTPError
from graph_builder.store import dataset_merge
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import check_query_size
from graph_builder.store.query_errors import (
    check_services,
    describe_unknown_function,
    format_syntax_error,
)
from graph_builder.store.serialization import FORMATS, export

_PREFIXES = dict(PREFIXES)
#: Triples up to which a result is sorted, so that the same query always gives the same bytes.
MAX_SORTED_TRIPLES = 20_000
#: What messages call the query of a request.
_NAME = "query"
_EXTENSIONS = {FORMATS[extension]: extension for extension in ("ttl", "nt", "jsonld")}


@dataclass(frozen=True)
class Reply:
    """A whole response: status, media type, body, and further headers."""

    status: int
    media: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


#: A task of a worker: takes the graph, the values of the request and the largest body in bytes.
Task = Callable[[Graph, Mapping[str, Any], int], Reply]


class _BoundedBuffer(BytesIO):
    """A file in memory that raises HTTPError beyond a size."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, part: Any) -> int:
        if self.tell() + len(part) > self._most:
            raise HTTPError(
                500,
                f"The answer is larger than {self._most:,} bytes; use LIMIT to ask for less.",
            )
        return super().write(part)


def answer_sparql(graph: Graph, asked: Mapping[str, Any], most: int) -> Reply:
    """Return the result of a query, of up to ``most`` bytes; raises HTTPError.

    ``asked`` has ``query``, the ``longest`` that it may be, ``base``, ``accept``, and in
    ``default`` and ``named`` the graphs of the dataset that the request names.
    """
    answer = evaluate_query(graph, asked)
    if isinstance(answer, QueryTriples):
        return _build_triples_reply(answer, asked["accept"], most)
    media = choose_media_type(asked["accept"], RESULT_FORMATS)
    out = _BoundedBuffer(most)
    try:
        answer.serialize(out, format=RESULT_FORMATS[media])
    except (OSError, RuntimeError, ValueError) as error:
        raise report_failed_query(error) from error
    return _build_reply(media, out)


def _build_triples_reply(answer: QueryTriples, accept: str, most: int) -> Reply:
    """Return the triples of a result: sorted, or as the engine yields them where they are many."""
    media = choose_media_type(accept, GRAPH_FORMATS)
    try:
        first = list(islice(answer, MAX_SORTED_TRIPLES + 1))
        if len(first) <= MAX_SORTED_TRIPLES:
            return build_graph_reply({Quad(*triple) for triple in first}, accept, most)
        out = _BoundedBuffer(most)
        serialize(chain(first, answer), out, format=GRAPH_FORMATS[media], prefixes=_PREFIXES)
    except (OSError, RuntimeError, ValueError) as error:
        raise report_failed_query(error) from error
    return _build_reply(media, out)


def build_graph_reply(quads: Iterable[Quad], accept: str, most: int) -> Reply:
    """Return triples, sorted, with our prefixes, in an accepted format; raises HTTPError."""
    media = choose_media_type(accept, GRAPH_FORMATS)
    out = _BoundedBuffer(most)
    if GRAPH_FORMATS[media] == RdfFormat.RDF_XML:
        triples = [quad.triple for quad in sorted(quads, key=str)]
        out.write(serialize(triples, format=RdfFormat.RDF_XML, prefixes=_PREFIXES) or b"")
    else:
        out.write(export(quads, _EXTENSIONS[GRAPH_FORMATS[media]]).encode())
    return _build_reply(media, out)


def build_text_reply(media: str, text: str, most: int, **headers: str) -> Reply:
    """Return a text as a reply; raises HTTPError beyond ``most`` bytes of UTF-8."""
    out = _BoundedBuffer(most)
    out.write(text.encode())
    return Reply(200, media, out.getvalue(), {n.replace("_", "-"): v for n, v in headers.items()})


def _build_reply(media: str, out: _BoundedBuffer) -> Reply:
    return Reply(200, get_content_type(media), out.getvalue(), {"Vary": "Accept"})


def collect_triples(answer: QueryTriples) -> set[Quad]:
    """Return the distinct triples of a result; raises HTTPError."""
    try:
        return {Quad(t.subject, t.predicate, t.object) for t in answer}
    except (OSError, RuntimeError, ValueError) as error:
        raise report_failed_query(error) from error


def evaluate_query(
    graph: Graph, asked: Mapping[str, Any]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Return the result of the query of a request; raises HTTPError."""
    text = asked["query"]
    try:
        check_services(text, _NAME)
        check_query_size(text, _NAME, asked["longest"])
        found: QuerySolutions | QueryBoolean | QueryTriples = dataset_merge.query_dataset(
            graph.store, text, *_get_dataset(asked), base=asked["base"]
        )
    except QueryError as error:
        raise _refuse(str(error)) from error
    except SyntaxError as error:
        raise _refuse(format_syntax_error(error, text, _NAME)) from error
    except ValueError as error:
        raise HTTPError(400, f"The query cannot be asked: {error}.") from error
    except (OSError, RuntimeError) as error:
        if unknown := describe_unknown_function(error, text, _NAME):
            raise _refuse(unknown) from error
        raise report_failed_query(error) from error
    return found


def _get_dataset(asked: Mapping[str, Any]) -> tuple[list[NamedNode], list[NamedNode]]:
    """Return the default and named graphs that the request names; they override those of the query.

    SPARQL 1.1 Protocol, section 2.1.4. If only one kind is named, the other is empty.
    """
    default, named = ([NamedNode(iri) for iri in asked[kind]] for kind in ("default", "named"))
    return default, named


def _refuse(sentence: str) -> HTTPError:
    """Return the error of a query that has a mistake."""
    return HTTPError(400, sentence if sentence.endswith("?") else f"{sentence}.")


def report_failed_query(error: Exception) -> HTTPError:
    """Return the error of a query that the engine could not finish; what it says names files."""
    failure = HTTPError(500, "The engine could not answer the query; the server's log says why.")
    failure.__cause__ = error
    return failure
