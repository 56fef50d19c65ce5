"""Format search results with details that distinguish similar entities (``aigg find``)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.entity_description import list_property_values
from graph_builder.query.entity_search import Match, find_naming_assertions, find_subjects
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.query.result_format import format_rows
from graph_builder.store.graph import Graph

#: Properties that distinguish entities of similar names, best first, and their wording.
_DISTINGUISHING_PROPERTIES = {
    "aigg:parentBody": "part of",
    "aigg:holderOf": "",
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
_MAX_CANDIDATES = 5
_TEXT_COLUMNS = ("thing", "id", "class", "match", "name", "about")
_DATA_COLUMNS = ("thing", "label", "class", "name", "by", "match", "score", "about")


def format_matches(graph: Graph, matches: Sequence[Match], extension: str = "table") -> str:
    """Return matches as text: with labels and ids for people, with IRIs for programs."""
    is_text = extension in ("table", "md")
    rows = [
        _build_text_row(graph, each) if is_text else _build_data_row(graph, each)
        for each in matches
    ]
    columns: Sequence[str] = _DATA_COLUMNS
    if is_text:
        columns = [name for name in _TEXT_COLUMNS if any(row[name] for row in rows)]
    names = " ".join(f"?{name}" for name in columns)
    values = "\n".join(
        f"({' '.join(str(row[name] or _UNDEFINED) for name in columns)})" for row in rows
    )
    # The engine's limit on the length of queries is for users' queries, so it is not applied here.
    answer: Any = Store().query(f"SELECT {names} WHERE {{ VALUES ({names}) {{\n{values}\n}} }}")
    return format_rows(answer, extension, graph)


def format_candidates(graph: Graph, matches: Sequence[Match]) -> str:
    """Return the first matches on one line, each with its id and class."""
    shown = [
        f"{each.label} ({', '.join(filter(None, (compact(each.iri), graph.label(each.kind))))})"
        for each in matches[:_MAX_CANDIDATES]
    ]
    return "; ".join([*shown, *(["…"] if len(matches) > _MAX_CANDIDATES else [])])


def _build_data_row(graph: Graph, match: Match) -> dict[str, OptionalTerm]:
    """Return the cells of a match with IRIs, by column."""
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
    """Return the cells of a match with labels; the matching name only if it is not the label."""
    givers = ", ".join(filter(None, (match.language, *map(compact, match.by))))
    name = Literal(f"{match.name} ({givers})") if match.name != match.label else None
    return {**_build_data_row(graph, match), "id": Literal(compact(match.iri)), "name": name}


def describe_match(graph: Graph, match: Match) -> str:
    """Return a few facts that distinguish a match, about the matching name and the entity."""
    facts = [
        *_iter_name_notes(graph, match),
        *_iter_former_names(graph, match),
        *_iter_distinguishing_facts(graph, match.iri),
    ]
    shown = [*dict.fromkeys(facts)][:_MAX_FACTS] or [
        *islice(_iter_relations(graph, match.iri), _MAX_RELATIONS)
    ]
    return "; ".join(shorten(each, _MAX_FACT_LENGTH) for each in shown)


def _iter_name_notes(graph: Graph, match: Match) -> Iterator[str]:
    """Yield until when an entity had the matching name, and the notes on that name."""
    if match.name == match.label:
        return
    for record in find_naming_assertions(graph, match.iri, match.name, match.language):
        if until := graph.value(record, expand("aigg:validTo")):
            yield f"had this name until {until}"
        notes = (graph.value(record, expand(each)) for each in ("skos:note", "aigg:reason"))
        yield from filter(None, notes)


def _iter_former_names(graph: Graph, match: Match) -> Iterator[str]:
    """Yield other names that an entity had until a day that a source gives."""
    for name in _list_objects(graph, match.iri, "aigg:name"):
        if isinstance(name, Literal) and name.value != match.name:
            for record in find_naming_assertions(graph, match.iri, name.value, name.language or ""):
                if until := graph.value(record, expand("aigg:validTo")):
                    yield f"called {name.value} until {until}"


def _iter_distinguishing_facts(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the facts that best distinguish an entity, then its definition."""
    for predicate, word in _DISTINGUISHING_PROPERTIES.items():
        if found := _list_objects(graph, iri, predicate):
            yield f"{word} {' or '.join(graph.format_term(each) for each in found)}".lstrip()
    yield from list_property_values(graph, iri, "skos:definition")


def _iter_relations(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the relations of an entity that has no distinguishing facts."""
    relations = find_subjects(graph, "rdf:type", expand("aigg:Relation"))
    for quad in _list_merged_quads(graph, NamedNode(iri), None):
        if quad.predicate.value in relations and isinstance(quad.object, NamedNode):
            yield f"{graph.label(quad.predicate.value)} {graph.format_term(quad.object)}"
    for quad in _list_merged_quads(graph, None, NamedNode(iri)):
        if quad.predicate.value in relations:
            yield f"{graph.format_term(quad.subject)} {graph.label(quad.predicate.value)} it"


def _list_merged_quads(
    graph: Graph, subject: NamedNode | None, object_: NamedNode | None
) -> list[Quad]:
    """Return the sorted facts of the merged graph with a subject or object."""
    return sorted(graph.engine.quads(subject, None, object_, DefaultGraph()), key=str)


def _list_objects(graph: Graph, iri: str, predicate: str) -> list[OptionalTerm]:
    """Return the values of a property of an entity in the merged graph, sorted."""
    found = graph.engine.quads(NamedNode(iri), NamedNode(expand(predicate)), None, DefaultGraph())
    return sorted((quad.object for quad in found), key=str)
