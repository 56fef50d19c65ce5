"""What a text may mean, a line a thing, with what tells one from the other: ``aigg find``."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.entity_description import list_property_values
from graph_builder.query.entity_search import Match, find_naming_assertions, find_subjects
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.query.result_format import format_answer
from graph_builder.store.graph import Graph

#: Facts that tell a thing from its namesakes, the most telling first, and how they are worded.
_DISTINGUISHING_PROPERTIES = {
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
_UNDEFINED = "UNDEF"
_MAX_FACTS, _MAX_RELATIONS = 3, 2
_MAX_FACT_LENGTH = 80
_TEXT_COLUMNS = ("thing", "id", "class", "match", "name", "about")
_DATA_COLUMNS = ("thing", "label", "class", "name", "by", "match", "score", "about")


def format_matches(graph: Graph, matches: Sequence[Match], extension: str = "table") -> str:
    """Return matches as text in a format of ROWS: labels and ids to read, IRIs for programs."""
    readable = extension in ("table", "md")
    rows = [
        _build_text_row(graph, each) if readable else _build_data_row(graph, each)
        for each in matches
    ]
    used = (
        [name for name in _TEXT_COLUMNS if any(row[name] for row in rows)]
        if readable
        else _DATA_COLUMNS
    )
    names = " ".join(f"?{name}" for name in used)
    values = "\n".join(
        f"({' '.join(str(row[name] or _UNDEFINED) for name in used)})" for row in rows
    )
    # These are terms of the graph and not a user's text, so no limit of a query is meant for them.
    answer: Any = Store().query(f"SELECT {names} WHERE {{ VALUES ({names}) {{\n{values}\n}} }}")
    return format_answer(answer, extension, graph)


def _build_data_row(graph: Graph, match: Match) -> dict[str, OptionalTerm]:
    """Return the cells of a match for a program."""
    return {
        "thing": NamedNode(match.iri),
        "label": Literal(match.label),
        "class": NamedNode(match.kind) if match.kind else None,
        "name": Literal(match.name, language=match.language or None),
        "by": Literal(" ".join(match.by)),
        "match": Literal(match.how),
        "score": Literal(round(match.score)),
        "about": Literal(describe_match(graph, match)),
    }


def _build_text_row(graph: Graph, match: Match) -> dict[str, OptionalTerm]:
    """Return the cells of a match for a reader: the name that matched only if it is no label."""
    givers = ", ".join(filter(None, (match.language, *map(compact, match.by))))
    name = Literal(f"{match.name} ({givers})") if match.name != match.label else None
    return {**_build_data_row(graph, match), "id": Literal(compact(match.iri)), "name": name}


def describe_match(graph: Graph, match: Match) -> str:
    """Return a few words that tell a match from others: of the name that matched, of the thing."""
    telling = [
        *_iter_name_notes(graph, match),
        *_iter_former_names(graph, match),
        *_iter_distinguishing_facts(graph, match.iri),
    ]
    found = [*dict.fromkeys(telling)][:_MAX_FACTS] or [
        *islice(_iter_relations(graph, match.iri), _MAX_RELATIONS)
    ]
    return "; ".join(shorten(each, _MAX_FACT_LENGTH) for each in found)


def _iter_name_notes(graph: Graph, match: Match) -> Iterator[str]:
    """Yield until when a thing had the name that matched, and what is noted on that name."""
    if match.name == match.label:
        return
    for record in find_naming_assertions(graph, match.iri, match.name, match.language):
        if until := graph.value(record, expand("aigg:validTo")):
            yield f"called so until {until}"
        notes = (graph.value(record, expand(each)) for each in ("skos:note", "aigg:reason"))
        yield from filter(None, notes)


def _iter_former_names(graph: Graph, match: Match) -> Iterator[str]:
    """Yield the other names that a thing had until a day that a source gives."""
    for name in _list_objects(graph, match.iri, "aigg:name"):
        if isinstance(name, Literal) and name.value != match.name:
            for record in find_naming_assertions(graph, match.iri, name.value, name.language or ""):
                if until := graph.value(record, expand("aigg:validTo")):
                    yield f"until {until} {name.value}"


def _iter_distinguishing_facts(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the facts of a thing that tell most, then its definition."""
    for predicate, word in _DISTINGUISHING_PROPERTIES.items():
        if found := _list_objects(graph, iri, predicate):
            yield f"{word} {' or '.join(_format_term(graph, each) for each in found)}".lstrip()
    yield from list_property_values(graph, iri, "skos:definition")


def _iter_relations(graph: Graph, iri: str) -> Iterator[str]:
    """Yield how a thing of which nothing telling is said stands to others."""
    relations = find_subjects(graph, "rdf:type", expand("aigg:Relation"))
    for quad in _list_merged_quads(graph, NamedNode(iri), None):
        if quad.predicate.value in relations and isinstance(quad.object, NamedNode):
            yield f"{graph.label(quad.predicate.value)} {_format_term(graph, quad.object)}"
    for quad in _list_merged_quads(graph, None, NamedNode(iri)):
        if quad.predicate.value in relations:
            yield f"{_format_term(graph, quad.subject)} — {graph.label(quad.predicate.value)} — it"


def _list_merged_quads(
    graph: Graph, subject: NamedNode | None, object_: NamedNode | None
) -> list[Quad]:
    """Return the merged facts with a subject or object, as they are sorted."""
    return sorted(graph.engine.quads(subject, None, object_, DefaultGraph()), key=str)


def _list_objects(graph: Graph, iri: str, predicate: str) -> list[OptionalTerm]:
    """Return what stands in the merged graph under a property of a thing."""
    found = graph.engine.quads(NamedNode(iri), NamedNode(expand(predicate)), None, DefaultGraph())
    return sorted((quad.object for quad in found), key=str)


def _format_term(graph: Graph, term: object) -> str:
    value = str(getattr(term, "value", term))
    return graph.label(value) if isinstance(term, NamedNode) else value
