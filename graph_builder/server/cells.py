"""Answers for people: rows of cells in which an IRI stands with its label and its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples

from graph_builder.catalogue import Term, text
from graph_builder.pictures.safety import web_address
from graph_builder.server.answering import evaluate, failed, triples
from graph_builder.store import Graph
from graph_builder.texts import visible
from graph_builder.vocabulary import BASE, compact, expand

TRIPLE = ("subject", "relation", "object")
_STRINGS = (expand("xsd:string"), expand("rdf:langString"))

#: A cell: its text, and as far as there is one its IRI, prefixed name, link, language, datatype.
Cell = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """An answer read: rows of terms under columns, of which there may be more; or yes or no."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Term], ...] = ()
    more: bool = False
    value: bool | None = None


def read(graph: Graph, asked: Mapping[str, Any], most: int) -> Answer:
    """Return the answer to a query with so many rows at most; raises Refusal.

    The triples of a graph are rows too, sorted, under the columns of ``TRIPLE``.
    """
    answer = evaluate(graph, asked)
    if isinstance(answer, QueryBoolean):
        return Answer("boolean", value=bool(answer))
    if isinstance(answer, QueryTriples):
        quads = sorted(triples(answer), key=str)
        found = [dict(zip(TRIPLE, quad.triple, strict=True)) for quad in quads[:most]]
        return Answer("graph", TRIPLE, tuple(found), more=len(quads) > most)
    columns = tuple(variable.value for variable in answer.variables)
    try:
        rows = [dict(zip(columns, row, strict=True)) for row in islice(answer, most + 1)]
    except (OSError, RuntimeError, ValueError) as error:
        raise failed(error) from error
    return Answer("rows", columns, tuple(rows[:most]), more=len(rows) > most)


def cells(answer: Answer, graph: Graph) -> list[list[Cell]]:
    """Return the rows of an answer as cells."""
    return [[_cell(row[name], graph) for name in answer.columns] for row in answer.rows]


def sources(rows: Iterable[Mapping[str, Term]], graph: Graph) -> list[dict[str, str]]:
    """Return what there is to say of the sources that rows name, by IRI."""
    start = expand("source:")
    named = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    return [_source(iri, graph) for iri in sorted(named) if iri.startswith(start)]


def _source(iri: str, graph: Graph) -> dict[str, str]:
    return {
        "title": graph.label(iri),
        "publisher": graph.value(iri, expand("aigg:publisherName")),
        "date": graph.value(iri, expand("dcterms:issued")),
        "url": web_address(graph.value(iri, expand("schema:url"))),
    }


def _cell(term: Term, graph: Graph) -> Cell:
    if isinstance(term, NamedNode):
        iri = term.value
        shown = {"text": graph.label(iri), "name": compact(iri), "iri": iri, "link": _link(iri)}
    else:
        shown = {"text": text(term)}
    if isinstance(term, Literal):
        shown["language"] = term.language or ""
        shown["type"] = "" if term.datatype.value in _STRINGS else compact(term.datatype.value)
    return {part: visible(said) for part, said in shown.items() if said or part == "text"}


def _link(iri: str) -> str:
    """Return the address of a thing's page, for one of ours relative to the endpoint's."""
    return f"./{iri.removeprefix(BASE)}" if iri.startswith(BASE) else web_address(iri)
