"""Notes on the answer to a query: terms that the graph does not use, and answers by absence.

An answer without rows can mean that nothing is recorded, or that a name in the query is wrong; and
a number, or a row that is there because something else is not, says only what is recorded. The
graph is of an open world: what it does not hold may still be so (SPARQL 1.1 Query Language,
section 8, and R. Reiter, On Closed World Data Bases, 1978).
"""

import re
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from graph_builder.core.errors import format_suggestion, suggest_similar
from graph_builder.core.validity_period import TruthValue
from graph_builder.core.vocabulary import ID_KINDS, ONTOLOGY_GRAPH, PREFIXES, compact
from graph_builder.query.asked_values import AskedValue, describe_asked_values
from graph_builder.query.entity_search import MatchType, find
from graph_builder.store.engine import Answer, PeekedSolutions
from graph_builder.store.graph import Graph
from graph_builder.store.query_text import (
    UnboundColumn,
    find_unbound_columns,
    list_object_literals,
    list_terms,
    uses_graph_or_from,
    uses_negation_or_aggregation,
)

#: Said of an answer that can be what it is because something is not recorded.
ABSENCE_NOTE = (
    "the answer depends on what is not recorded, or on a count; what no source here says may still "
    "be true"
)
#: Said of an answer to a named question that has no rows.
NOTHING_NOTE = "nothing in this graph answers this; what no source here says may still be so"
#: Said of an answer to a named question that has no rows on a day.
NOT_THEN_NOTE = (
    "nothing in this graph is known to have been so at {0}; ask without the day for more"
)
#: Said of an answer from the facts that were checked at least at a level.
_LEFT_OUT_NOTE = (
    "facts that were checked less well than {0} are left out, also where they say that something "
    "was done, ended or refused"
)
#: Said of an ASK query that is false without evidence for a no.
NO_EVIDENCE_NOTE = (
    "not recorded as a fact; aigg explain shows what is only planned, inferred or set aside"
)
#: Said of an ASK query that is false because a source denies it.
DENIED_NOTE = "a source says that it is not so, or that somebody declined; aigg explain shows it"
_NOTES_ON_TRUTH = {TruthValue.NOT_RECORDED: NO_EVIDENCE_NOTE, TruthValue.NO: DENIED_NOTE}
#: Said of a term of the vocabulary that is right, although no fact needs it.
UNUSED = "is in the vocabulary, but no fact in this graph uses it"
#: Prefixes of the values that describe facts, which nobody means by another name.
_VALUE_KINDS = {"modality", "basis", "verification", "rank", "status", "topic", "bearer"}
_NAMESPACES = {*PREFIXES.values()}
_ONTOLOGY = compact(ONTOLOGY_GRAPH)
_USED = "{{ {0} ?p ?o }} UNION {{ ?s {0} ?o }} UNION {{ ?s ?p {0} }}"
#: Class axioms are there for each term of the vocabulary, so they are no use of it.
_IN_DEFAULT_GRAPH = f"""ASK {{{{ {_USED}
  FILTER (!BOUND(?p) || ?p != rdfs:subClassOf)
  FILTER (!BOUND(?p) || !BOUND(?o) || ?p != rdf:type || ?o != aigg:Relation)
}}}}"""
_IS_CLASS = "ASK {{ {{ ?thing a {0} }} UNION {{ ?narrower rdfs:subClassOf {0} }} }}"
_NARROWER = """SELECT DISTINCT ?narrower {{
  ?narrower rdfs:subClassOf+ {0} . ?thing a ?narrower .
  FILTER NOT EXISTS {{ ?thing a {0} }}
}} ORDER BY ?narrower"""
#: The things of a class that are not there yet, or no more; an undertaking is there once announced.
_INACTIVE = """SELECT DISTINCT ?thing {{
  ?thing {0} {1} .
  ?thing aigg:hasStatus ?status .
  status:not-there skos:member ?status .
  FILTER NOT EXISTS {{
    ?thing aigg:hasStatus ?other .
    FILTER NOT EXISTS {{ status:not-there skos:member ?other }}
  }}
  FILTER NOT EXISTS {{ ?thing a/rdfs:subClassOf* aigg:Undertaking }}
}} ORDER BY ?thing"""
_IN_NAMED_GRAPHS = f"""SELECT DISTINCT ?graph {{{{
  {{{{ GRAPH ?graph {{{{ {_USED} }}}} }}}}
  UNION {{{{ BIND ({{0}} AS ?graph) GRAPH ?graph {{{{ ?x ?y ?z }}}} }}}}
}}}} ORDER BY ?graph"""
#: The literals of a text in any language and datatype.
_SAME_TEXT = """SELECT DISTINCT ?literal {{
  ?thing ?relation ?literal . FILTER (isLiteral(?literal) && STR(?literal) = {0})
}} ORDER BY LANG(?literal) DATATYPE(?literal)"""
#: Said of a query without GRAPH on a graph whose statements are all in named graphs.
_ONLY_NAMED_NOTE = "all statements are in named graphs; ask with GRAPH ?g { … }"
_HAS_NAMED_ONLY = """ASK {
  GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?subject ?predicate ?object }
}"""
_NEWEST_SOURCE = "SELECT (MAX(STR(?day)) AS ?newest) { ?source dcterms:issued ?day }"
_MAX_GRAPHS = 3
_MAX_CLASSES = 3
_MAX_THINGS = 3


def find_term_notes(graph: Graph, text: str, *, of_question: bool = False) -> list[str]:
    """Return a note on each term of a valid query that a graph does not use where it is asked.

    Unless it is that of a named question, also on each class whose narrower classes the query
    leaves out, or that takes in what is not there, and on each text that has another language or
    datatype in the graph; a question's own terms are in their places.
    """
    whole = graph.whole
    if whole.verified:  # what it leaves out may use the terms
        return []
    terms = (iri for iri in list_terms(text) if iri not in _NAMESPACES)
    if of_question:
        return [note for iri in terms if (note := _describe_absent(whole, iri))]
    found = [note for iri in terms if (note := _describe_use(whole, iri, text))]
    found += map(_describe_unbound, find_unbound_columns(text))
    literals = list_object_literals(text)
    return found + [note for each in literals if (note := _describe_unused_literal(whole, each))]


@dataclass(frozen=True)
class AnsweredQuery:
    """The answer to a query, with what a reader has to know of it.

    ``truth`` is what the answer to an ASK query means, None for any other query; ``term_notes`` are
    on terms that the graph does not use, ``asked`` are the parameters of a named question,
    ``value_notes`` are on values of them that have rows if the answer has none, ``day_note`` is on
    a day after all sources, ``absence_note`` on what absence means, ``selection_note`` on facts
    that are left out of what is there; "" for nothing.
    """

    answer: Answer | PeekedSolutions
    truth: TruthValue | None = None
    term_notes: tuple[str, ...] = ()
    asked: tuple[AskedValue, ...] = ()
    value_notes: tuple[str, ...] = ()
    day_note: str = ""
    absence_note: str = ""
    selection_note: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes, the first of a question with parameters on what it was asked with."""
        asked = describe_asked_values(self.asked)
        return (*([asked] if asked else []), *self.remarks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes other than that on what a question was asked with."""
        others = (self.day_note, self.absence_note, *self.value_notes, self.selection_note)
        return (*self.term_notes, *filter(None, others))


def annotate_answer(graph: Graph, text: str, answer: Answer) -> AnsweredQuery:
    """Return an equal answer to a valid query with notes: unused terms, absence, no evidence."""
    truth = None
    if isinstance(answer, QueryBoolean):
        from graph_builder.store.ask_interpretation import interpret_ask

        truth = interpret_ask(graph, text, answer=bool(answer))
    absence = (_NOTES_ON_TRUTH.get(truth, "") if truth else "") or describe_absence(text)
    notes = find_term_notes(graph, text)
    peeked, has_rows = _peek(answer)
    if not has_rows and not uses_graph_or_from(text) and _has_only_named_graphs(graph):
        notes.append(_ONLY_NAMED_NOTE)
    return AnsweredQuery(
        peeked,
        truth,
        tuple(notes),
        absence_note=absence,
        selection_note=describe_selection(graph) if absence else "",
    )


def _has_only_named_graphs(graph: Graph) -> bool:
    """Return whether all statements of a graph are in named graphs."""
    whole = graph.whole
    return bool(whole.query(_HAS_NAMED_ONLY))


def annotate_question_answer(graph: Graph, text: str, answer: Answer) -> AnsweredQuery:
    """Return an equal answer to a named question with the given text, with notes if it has no rows.

    Only then are its terms looked up: a question asks for more than each graph has.
    """
    peeked, has_rows = _peek(answer)
    if has_rows:
        return AnsweredQuery(peeked)
    unused = find_term_notes(graph, text, of_question=True)
    nothing = NOT_THEN_NOTE.format(graph.at) if graph.at else NOTHING_NOTE
    return AnsweredQuery(peeked, term_notes=tuple(unused), absence_note=nothing)


def _peek(answer: Answer) -> tuple[Answer | PeekedSolutions, bool]:
    """Return an equal answer, and whether it has rows or is no table."""
    if not isinstance(answer, QuerySolutions):
        return answer, True
    peeked = PeekedSolutions(answer)
    return peeked, peeked.has_rows


def describe_later_day(graph: Graph, day: str) -> str:
    """Return a note on a day, month or year after the newest source of a graph, else ""."""
    if not day[:1].isdigit():
        return ""
    rows: Any = graph.query(_NEWEST_SOURCE)
    newest = next((row[0].value for row in rows if row[0]), "")
    if not newest or day <= newest or newest.startswith(day):
        return ""
    return f"the newest source here is of {newest}; what came after it is not recorded"


def describe_selection(graph: Graph) -> str:
    """Return a note on what a graph of facts checked at a level leaves out, "" on any other."""
    return _LEFT_OUT_NOTE.format(graph.verified) if graph.verified else ""


def describe_absence(text: str) -> str:
    """Return a note on a query whose answer can rest on what is not recorded, "" on any other."""
    return ABSENCE_NOTE if uses_negation_or_aggregation(text) else ""


def _describe_unbound(column: UnboundColumn) -> str:
    """Return that a column of a query is always empty, with the nearest variables there are."""
    near = suggest_similar(column.name, column.bound, "?")
    return f"?{column.name} has no values: no pattern of the query has it{near}"


def _describe_use(graph: Graph, iri: str, text: str) -> str:
    """Return what is odd about a term of a query: what it leaves out or takes in, or no use."""
    if not graph.query(_IS_CLASS.format(NamedNode(iri))):
        return _describe_unused(graph, iri, text)
    narrower = _list_narrower_classes(graph, NamedNode(iri))
    if narrower and "subClassOf" not in text:
        return _format_narrower_classes(iri, narrower)
    if note := _describe_inactive(graph, iri, text):
        return note
    return "" if narrower else _describe_unused(graph, iri, text)


def _describe_inactive(graph: Graph, iri: str, text: str) -> str:
    """Return which things of a class are not there yet, or no more, if a query ignores statuses."""
    if "hasStatus" in text:
        return ""
    path = "a/rdfs:subClassOf*" if "subClassOf" in text else "a"
    rows: Any = graph.query(_INACTIVE.format(path, NamedNode(iri)))
    labels = [graph.label(row[0].value) for row in rows]
    if not labels:
        return ""
    listed = "; ".join(labels[:_MAX_THINGS]) + ("; …" if len(labels) > _MAX_THINGS else "")
    return f"{_show(iri)} takes in what is not there yet, or no more: {listed}; see aigg:hasStatus"


def _describe_unused_literal(graph: Graph, literal: Literal) -> str:
    """Return that no fact has a literal as object, if one has it in another language or type."""
    if bool(graph.query(f"ASK {{ ?thing ?relation {literal} }}")):
        return ""
    rows: Any = graph.query(_SAME_TEXT.format(Literal(literal.value)))
    same = [_show_literal(row[0]) for row in rows]
    shown = _show_literal(literal)
    return f"{shown} is not used in this graph{format_suggestion(same)}" if same else ""


def _describe_absent(graph: Graph, iri: str) -> str:
    """Return that a term of a query is used nowhere in a graph."""
    is_used = bool(graph.query(_IN_DEFAULT_GRAPH.format(NamedNode(iri))))
    return "" if is_used or _list_graphs_that_use(graph, iri) else _format_absent(graph, iri)


def _format_absent(graph: Graph, iri: str) -> str:
    return f"{_show(iri)} is not used in this graph{_suggest(graph, iri)}"


def _list_graphs_that_use(graph: Graph, iri: str) -> list[str]:
    rows: Any = graph.query(_IN_NAMED_GRAPHS.format(NamedNode(iri)))
    return [compact(row[0].value) for row in rows]


def _describe_unused(graph: Graph, iri: str, text: str) -> str:
    """Return that a term of a query is used nowhere, or not in the graph that is asked."""
    if bool(graph.query(_IN_DEFAULT_GRAPH.format(NamedNode(iri)))):
        return ""
    graphs = _list_graphs_that_use(graph, iri)
    if not graphs:
        return _format_absent(graph, iri)
    if uses_graph_or_from(text):
        return ""
    namesakes = _suggest_namesakes(graph, iri)
    if not namesakes and graphs == [_ONTOLOGY]:
        return f"{_show(iri)} {UNUSED}"
    listed = ", ".join(graphs[:_MAX_GRAPHS]) + (", …" if len(graphs) > _MAX_GRAPHS else "")
    advice = namesakes or f"; ask there: GRAPH {graphs[0]} {{ … }}"
    return f"{_show(iri)} is used only in {listed}{advice}"


def _list_narrower_classes(graph: Graph, class_: NamedNode) -> list[str]:
    """Return the classes below a class that have things which do not have the class itself."""
    rows: Any = graph.query(_NARROWER.format(class_))
    return [compact(row[0].value) for row in rows]


def _format_narrower_classes(class_: str, narrower: list[str]) -> str:
    """Return that a query which asks for a broader class only leaves narrower ones out."""
    listed = ", ".join(narrower[:_MAX_CLASSES]) + (", …" if len(narrower) > _MAX_CLASSES else "")
    name = _show(class_)
    return f"{name} leaves out its narrower classes ({listed}); write a/rdfs:subClassOf* {name}"


def _show(iri: str) -> str:
    name = compact(iri)
    return name if name != iri else f"<{iri}>"


def _show_literal(literal: Literal) -> str:
    """Return a literal as a query names it, with its datatype as a prefixed name."""
    text, mark, datatype = str(literal).rpartition("^^")
    return f"{text}^^{compact(datatype[1:-1])}" if mark else str(literal)


def _suggest(graph: Graph, iri: str) -> str:
    """Return the nearest names: of the same local name, of this label or code, or similar ones."""
    if advice := _suggest_other_scheme(graph, iri):
        return advice
    prefix, _, local = compact(iri).partition(":")
    if prefix not in PREFIXES:
        return ""
    return (
        _suggest_namesakes(graph, iri)
        or _suggest_by_label(graph, prefix, local)
        or suggest_similar(local, graph.used_names.find_near_names(prefix, local), f"{prefix}:")
    )


def _suggest_other_scheme(graph: Graph, iri: str) -> str:
    """Return the name of the IRI that begins with https instead of http, or the other way round."""
    scheme, _, rest = iri.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme, "")
    name = compact(f"{other}://{rest}")
    return format_suggestion([name]) if graph.used_names.has_name(name) else ""


def _suggest_by_label(graph: Graph, prefix: str, local: str) -> str:
    """Return the ids of the things of a kind that have a text as label, other name or code."""
    from graph_builder.core.ontology import RESERVED_COUNTRY_CODES

    if prefix not in ID_KINDS:
        return ""
    if prefix == "actor" and (code := RESERVED_COUNTRY_CODES.get(local.upper())):
        return format_suggestion([f"actor:{code}"])
    matches = find(graph, re.sub(r"[_-]+", " ", local), kind=prefix, limit=None)
    equal = [each for each in matches if each.how in (MatchType.EXACT, MatchType.ALIAS)]
    equal = equal or [each for each in matches if each.how is MatchType.ID]
    return format_suggestion([compact(each.iri) for each in equal])


def _suggest_namesakes(graph: Graph, iri: str) -> str:
    """Return the names that differ from that of a term in their prefix only, or in case."""
    found = graph.used_names.find_namesakes(compact(iri).partition(":")[2])
    return format_suggestion([n for n in found if n.partition(":")[0] not in _VALUE_KINDS])
