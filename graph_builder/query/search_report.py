"""What a text may mean, a line a thing, with what tells one from the other: ``aigg find``."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.entity_description import values_of
from graph_builder.query.entity_search import Match, records, subjects
from graph_builder.query.named_queries import Term
from graph_builder.query.result_format import write
from graph_builder.store.graph import Graph

#: Facts that tell a thing from its namesakes, the most telling first, and how they are worded.
_TELLING = {
    "aigg:parentBody": "within",
    "aigg:holdsPost": "",
    "aigg:leads": "leads",
    "aigg:chairs": "chairs",
    "aigg:basedIn": "based in",
    "aigg:heldIn": "in",
    "schema:startDate": "from",
    "aigg:adoptedAt": "adopted at",
    "aigg:locatedIn": "in",
    "aigg:publisherName": "by",
    "dcterms:issued": "dated",
}
_NONE = "UNDEF"
_MOST, _FEW = 3, 2
_LONGEST = 80
_READABLE = ("thing", "id", "class", "match", "name", "about")
_FULL = ("thing", "label", "class", "name", "by", "match", "score", "about")


def listing(graph: Graph, matches: Sequence[Match], extension: str = "table") -> str:
    """Return matches as text in a format of ROWS: labels and ids to read, IRIs for programs."""
    readable = extension in ("table", "md")
    rows = [_read(graph, each) if readable else _cells(graph, each) for each in matches]
    used = [name for name in _READABLE if any(row[name] for row in rows)] if readable else _FULL
    names = " ".join(f"?{name}" for name in used)
    values = "\n".join(f"({' '.join(str(row[name] or _NONE) for name in used)})" for row in rows)
    # These are terms of the graph and not a user's text, so no limit of a query is meant for them.
    answer: Any = Store().query(f"SELECT {names} WHERE {{ VALUES ({names}) {{\n{values}\n}} }}")
    return write(answer, extension, graph)


def _cells(graph: Graph, match: Match) -> dict[str, Term]:
    """Return the cells of a match for a program."""
    return {
        "thing": NamedNode(match.iri),
        "label": Literal(match.label),
        "class": NamedNode(match.kind) if match.kind else None,
        "name": Literal(match.name, language=match.language or None),
        "by": Literal(" ".join(match.by)),
        "match": Literal(match.how),
        "score": Literal(round(match.score)),
        "about": Literal(about(graph, match)),
    }


def _read(graph: Graph, match: Match) -> dict[str, Term]:
    """Return the cells of a match for a reader: the name that matched only if it is no label."""
    givers = ", ".join(filter(None, (match.language, *map(compact, match.by))))
    name = Literal(f"{match.name} ({givers})") if match.name != match.label else None
    return {**_cells(graph, match), "id": Literal(compact(match.iri)), "name": name}


def about(graph: Graph, match: Match) -> str:
    """Return a few words that tell a match from others: of the name that matched, of the thing."""
    telling = [*_on_the_name(graph, match), *_other_names(graph, match), *_facts(graph, match.iri)]
    found = [*dict.fromkeys(telling)][:_MOST] or [*islice(_standing(graph, match.iri), _FEW)]
    return "; ".join(shorten(each, _LONGEST) for each in found)


def _on_the_name(graph: Graph, match: Match) -> Iterator[str]:
    """Yield until when a thing had the name that matched, and what is noted on that name."""
    if match.name == match.label:
        return
    for record in records(graph, match.iri, match.name, match.language):
        if until := graph.value(record, expand("aigg:validTo")):
            yield f"called so until {until}"
        notes = (graph.value(record, expand(each)) for each in ("skos:note", "aigg:reason"))
        yield from filter(None, notes)


def _other_names(graph: Graph, match: Match) -> Iterator[str]:
    """Yield the other names that a thing had until a day that a source gives."""
    for name in _objects(graph, match.iri, "aigg:name"):
        if isinstance(name, Literal) and name.value != match.name:
            for record in records(graph, match.iri, name.value, name.language or ""):
                if until := graph.value(record, expand("aigg:validTo")):
                    yield f"until {until} {name.value}"


def _facts(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the facts of a thing that tell most, then its definition."""
    for predicate, word in _TELLING.items():
        if found := _objects(graph, iri, predicate):
            yield f"{word} {' or '.join(_shown(graph, each) for each in found)}".lstrip()
    yield from values_of(graph, iri, "skos:definition")


def _standing(graph: Graph, iri: str) -> Iterator[str]:
    """Yield how a thing of which nothing telling is said stands to others."""
    relations = subjects(graph, "rdf:type", expand("aigg:Relation"))
    for quad in _in_order(graph, NamedNode(iri), None):
        if quad.predicate.value in relations and isinstance(quad.object, NamedNode):
            yield f"{graph.label(quad.predicate.value)} {_shown(graph, quad.object)}"
    for quad in _in_order(graph, None, NamedNode(iri)):
        if quad.predicate.value in relations:
            yield f"{_shown(graph, quad.subject)} — {graph.label(quad.predicate.value)} — it"


def _in_order(graph: Graph, subject: NamedNode | None, object_: NamedNode | None) -> list[Quad]:
    """Return the merged facts with a subject or object, as they are sorted."""
    return sorted(graph.engine.quads(subject, None, object_, DefaultGraph()), key=str)


def _objects(graph: Graph, iri: str, predicate: str) -> list[Term]:
    """Return what stands in the merged graph under a property of a thing."""
    found = graph.engine.quads(NamedNode(iri), NamedNode(expand(predicate)), None, DefaultGraph())
    return sorted((quad.object for quad in found), key=str)


def _shown(graph: Graph, term: object) -> str:
    value = str(getattr(term, "value", term))
    return graph.label(value) if isinstance(term, NamedNode) else value
