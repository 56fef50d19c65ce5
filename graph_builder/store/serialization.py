"""Deterministic serialisation of graphs: sorted quads, and only the prefixes used.

Graphs without blank nodes, as those of this project are, always give the same bytes. Subjects are
sorted by IRI, blank nodes after them; within a subject the type comes first, then the other
predicates by IRI. So one more triple is one or two more lines. pyoxigraph does the escaping.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

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
_NAMESPACE = re.compile(r"^<([^<>]*[/#])", re.MULTILINE)
_NEW_SUBJECT = re.compile(r"\n(?=[^\t}\n])")

#: Subject, predicate, object and graph of a quad, as N-Quads write them; "" is the default graph.
_Terms = tuple[str, str, str, str]

#: The formats of pyoxigraph by file extension.
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "ttl12": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}
#: Quads whose terms are in memory to find the namespaces of all.
_QUADS_AT_ONCE = 10_000
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
    return export_formats(chosen, extension)[0]


def export_formats(quads: Iterable[Quad], *extensions: str) -> list[str]:
    """Return all quads as text in each format, as ``export`` writes those that it chose.

    They are sorted once. Those of named graphs are for formats that have such graphs.
    """
    chosen = list(quads)
    terms = _split_quads(chosen)
    ordered = _sort_by_terms(chosen, terms)
    prefixes = _select_prefixes(_find_namespaces(terms))
    return [_format_quads(ordered, prefixes, extension) for extension in extensions]


def order_quads(quads: list[Quad]) -> list[Quad]:
    """Return quads in the order of exports."""
    return _sort_by_terms(quads, _split_quads(quads))


def find_used_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefixes, with their namespaces, that an export of quads declares."""
    spaces: set[str] = set()
    rest = iter(quads)
    while some := _split_quads(islice(rest, _QUADS_AT_ONCE)):
        spaces |= _find_namespaces(some)
    return _select_prefixes(spaces)


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


def _split_quads(quads: Iterable[Quad]) -> list[_Terms]:
    """Return the terms of quads; the engine writes those of one faster than it gives each.

    Only what stands in the object can hold a space.
    """
    terms: list[_Terms] = []
    for quad in quads:
        subject, predicate, object_ = str(quad).split(" ", 2)
        graph = ""
        if " " in object_ and quad.graph_name != _DEFAULT_GRAPH:
            object_, _, graph = object_.rpartition(" ")
        terms.append((subject, predicate, object_, graph))
    return terms


def _sort_by_terms(quads: list[Quad], terms: list[_Terms]) -> list[Quad]:
    """Return quads sorted by graph, subject, predicate and object.

    A tab comes before all characters of terms. Without the last sign of an IRI, one that another
    begins with comes before it.
    """
    ranks = {predicate: predicate[:-1] for _, predicate, _, _ in terms}
    ranks[_TYPE] = ""
    keys = [f"{g[:-1]}\t{s[:-1]}\t{ranks[p]}\t{o}" for s, p, o, g in terms]
    return [quads[number] for number in sorted(range(len(quads)), key=keys.__getitem__)]


def _find_namespaces(terms: list[_Terms]) -> set[str]:
    """Return the namespaces of the terms of some quads."""
    if not terms:
        return set()
    subjects, predicates, objects, graphs = map(set, zip(*terms, strict=True))
    spaces = {*_NAMESPACE.findall("\n".join(chain(subjects, predicates, graphs, objects)))}
    # what is written after a literal is its datatype, and of these there are few
    marks = {term.rpartition('"')[2] for term in objects if term.startswith('"')}
    others = chain((f'""{mark}' for mark in marks), (o for o in objects if o.startswith("<<")))
    spaces.update(map(_get_namespace, chain.from_iterable(map(_iter_iris, others))))
    return spaces


def _select_prefixes(spaces: set[str]) -> dict[str, str]:
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
