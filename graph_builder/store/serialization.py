"""Deterministic serialisation of graphs: sorted quads, and only the prefixes used.

Graphs without blank nodes, as those of this project are, always give the same bytes. Subjects are
sorted by IRI; within a subject the type comes first, then the other predicates by IRI. So one more
triple is one or two more lines. pyoxigraph does the escaping.
"""

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
from graph_builder.store.sorted_quads import sort_groups

_RDF_TYPE = PREFIXES["rdf"] + "type"
_DEFAULT_GRAPH = DefaultGraph()

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
    chosen = quads
    if extension in MERGED_FORMATS:
        chosen = (quad for quad in quads if quad.graph_name == _DEFAULT_GRAPH)
    if extension == "ttl12":
        chosen = reify(chosen)
    ordered = sorted(chosen, key=_get_sort_key)
    statements = [quad.triple for quad in ordered] if extension in MERGED_FORMATS else ordered
    data = (
        serialize(statements, format=FORMATS[extension], prefixes=_find_used_prefixes(ordered))
        or b""
    )
    text = data.decode()
    return _tidy_turtle(text) if extension in _TURTLE_FORMATS else text.rstrip("\n") + "\n"


def export_groups(groups: Iterable[QuadGroup], extension: str) -> Iterator[bytes]:
    """Yield what ``export`` returns, in blocks; N-Quads and N-Triples take little memory."""
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


def _get_sort_key(quad: Quad) -> tuple[str, str, bool, str, str]:
    graph, subject, predicate = (
        getattr(term, "value", "") for term in (quad.graph_name, quad.subject, quad.predicate)
    )
    return graph, subject, predicate != _RDF_TYPE, predicate, str(quad.object)


def _find_used_prefixes(quads: Iterable[Quad]) -> dict[str, str]:
    """Return the prefixes of the namespaces that the quads use."""
    terms = {term for quad in quads for term in _iter_terms(quad)}
    kinds = {getattr(term, "datatype", term) for term in terms}
    iris = {term.value for term in kinds if isinstance(term, NamedNode)}
    spaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def _iter_terms(quad: Quad) -> Iterator[object]:
    for term in quad:
        yield from term if isinstance(term, Triple) else (term,)


def _tidy_turtle(text: str) -> str:
    """Return Turtle or TriG with sorted prefixes and an empty line between subjects.

    pyoxigraph escapes line ends in literals, so a line that does not begin with a tab begins a
    subject or a graph.
    """
    lines = text.rstrip("\n").split("\n")
    prefixes = sorted(line for line in lines if line.startswith("@prefix "))
    rest = [line for line in lines if not line.startswith("@prefix ")]
    opens = [line[:1] not in ("\t", "}", "") for line in rest]
    spaced = ("\n" + line if new else line for line, new in zip(rest, opens, strict=True))
    return "\n".join((*prefixes, *spaced, ""))
