"""Deterministic serialisation of graphs: sorted quads, and only the prefixes used.

Graphs without blank nodes, as those of this project are, always give the same bytes. Subjects are
sorted by IRI, blank nodes after them; within a subject the type comes first, then the other
predicates by IRI. So one more triple is one or two more lines. pyoxigraph does the escaping.
"""

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from graph_builder.core.errors import UnknownNameError
from graph_builder.core.option_values import MERGED_FORMATS
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.ingest.quad_groups import QuadGroup, format_nquads
from graph_builder.store.rdf12 import reify

_TYPE = f"<{PREFIXES['rdf']}type>"
_TEXT, _LANGUAGE_TEXT = PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"
_DEFAULT_GRAPH = DefaultGraph()
_PREFIX_LINES = re.compile(r"(?:@prefix .*\n)+")
_NEW_SUBJECT = re.compile(r"\n(?=[^\t}\n])")

#: Graph, subject, whether the predicate is no type, predicate, object, and position of a quad.
_SortKey = tuple[str, str, bool, str, str, int]

#: The formats of pyoxigraph by file extension.
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "ttl12": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}
_TURTLE_FORMATS = ("ttl", "ttl12", "trig")


def export(quads: Iterable[Quad], extension: str) -> str:
    """Return quads as text: the merged graph as ttl, ttl12 or nt, all graphs as trig, nq or jsonld.

    In ttl12, Turtle of RDF 1.2, assertions are reifiers of the triples that they are about. Raises
    UnknownNameError for any other extension.
    """
    if extension not in FORMATS:
        raise UnknownNameError("format", extension, FORMATS)
    chosen = list(quads)
    if extension in MERGED_FORMATS:
        chosen = [quad for quad in chosen if quad.graph_name == _DEFAULT_GRAPH]
    if extension == "ttl12":
        chosen = list(reify(chosen))
    return export_triples(chosen, extension)[0]


def export_triples(quads: Iterable[Quad], *extensions: str) -> list[str]:
    """Return quads of the default graph as text in each format, as ``export`` does, sorted once."""
    chosen = list(quads)
    keys = sorted(_iter_sort_keys(chosen))
    ordered, prefixes = [chosen[key[-1]] for key in keys], _find_namespaces(keys)
    return [_format_quads(ordered, prefixes, extension) for extension in extensions]


def order_quads(quads: list[Quad]) -> list[Quad]:
    """Return quads in the order of exports."""
    return [quads[key[-1]] for key in sorted(_iter_sort_keys(quads))]


def find_used_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefixes, with their namespaces, that an export of quads declares."""
    return _find_namespaces(_iter_sort_keys(quads))


def _format_quads(ordered: list[Quad], prefixes: dict[str, str], extension: str) -> str:
    data = serialize(ordered, format=FORMATS[extension], prefixes=prefixes) or b""
    text = data.decode()
    return _tidy_turtle(text) if extension in _TURTLE_FORMATS else text.rstrip("\n") + "\n"


def export_groups(groups: Iterable[QuadGroup], extension: str) -> Iterator[bytes]:
    """Yield what ``export`` returns, in blocks; N-Quads and N-Triples take little memory."""
    from graph_builder.store.sorted_quads import sort_groups

    is_merged = extension in MERGED_FORMATS
    chosen = (each for each in groups if not each.graph) if is_merged else groups
    if extension in ("nq", "nt"):
        yield from format_nquads(sort_groups(chosen))
    else:
        blocks = b"".join(format_nquads(chosen))
        quads = set(parse(blocks, format=RdfFormat.N_QUADS, lenient=True))
        yield export(quads, extension).encode()


def write_turtle(quads: Iterable[Quad]) -> str:
    """Return the merged graph as Turtle, each fact with the assertions that give its sources."""
    return export(quads, "ttl")


def format_terms(terms: Iterable[NamedNode | Literal]) -> list[str]:
    """Return terms as Turtle writes them with our prefixes."""
    start = "<urn:term:{}> <urn:term> "
    triples = [
        Triple(NamedNode(f"urn:term:{number}"), NamedNode("urn:term"), term)
        for number, term in enumerate(terms)
    ]
    data = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    lines = [line for line in data.decode().split("\n") if line.startswith("<urn:term:")]
    return [
        line.removeprefix(start.format(number)).removesuffix(" .")
        for number, line in enumerate(lines)
    ]


def _iter_sort_keys(quads: Iterable[Quad]) -> Iterator[_SortKey]:
    """Yield for each quad its terms, by which quads are sorted, and its position.

    The engine writes all terms at once faster than it gives one. Only what stands in the object can
    hold a space. Without the last sign of an IRI, one that another begins with comes before it.
    """
    for position, quad in enumerate(quads):
        subject, predicate, object_ = str(quad).split(" ", 2)
        graph = ""
        if quad.graph_name != _DEFAULT_GRAPH:
            object_, _, graph = object_.rpartition(" ")
        yield graph[:-1], subject[:-1], predicate != _TYPE, predicate[:-1], object_, position


def _find_namespaces(keys: Iterable[_SortKey]) -> dict[str, str]:
    """Return the prefixes of the namespaces that the terms of some sort keys use."""
    spaces: set[str] = set()
    before = ("", "", "")
    for graph, subject, _, predicate, object_, _ in keys:
        named = (graph, subject, predicate)
        for term, last in zip(named, before, strict=True):
            if term != last:
                spaces.add(_get_namespace(term[1:]))
        before = named
        spaces.update(map(_get_namespace, _iter_iris(object_)))
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def _get_namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _iter_iris(term: str) -> Iterator[str]:
    """Yield the IRIs of an object: itself, its datatype, or those of a triple term."""
    if term.startswith("<<"):
        for part in term.removeprefix("<<( ").removesuffix(" )>>").split(" ", 2):
            yield from _iter_iris(part)
    elif term.startswith("<"):
        yield term[1:-1]
    elif term.startswith('"'):
        mark = term.rpartition('"')[2]
        yield mark[3:-1] if mark.startswith("^^") else _LANGUAGE_TEXT if mark else _TEXT


def _tidy_turtle(text: str) -> str:
    """Return Turtle or TriG with sorted prefixes and an empty line between subjects.

    pyoxigraph escapes line ends in literals, so a line that does not begin with a tab begins a
    subject or a graph.
    """
    heads = _PREFIX_LINES.match(text)
    lines = sorted(heads[0].splitlines()) if heads else []
    body = text[heads.end() if heads else 0 :].rstrip("\n")
    return "\n".join((*lines, "", _NEW_SUBJECT.sub("\n\n", body), "")) if body else "\n"
