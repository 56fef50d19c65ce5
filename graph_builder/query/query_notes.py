"""Notes on the answer to a query: terms that the graph does not use, and answers by absence.

An answer without rows can mean that nothing is recorded, or that a name in the query is wrong; and
a number, or a row that is there because something else is not, says only what is recorded. The
graph is of an open world: what it does not hold may still be so (SPARQL 1.1 Query Language,
section 8, and R. Reiter, On Closed World Data Bases, 1978).
"""

from functools import lru_cache
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions

from graph_builder.core.errors import format_suggestion, suggest_similar
from graph_builder.core.validity_period import TruthValue
from graph_builder.core.vocabulary import ONTOLOGY_GRAPH, PREFIXES, compact
from graph_builder.store.ask_interpretation import interpret_ask
from graph_builder.store.engine import Answer, peek_rows
from graph_builder.store.graph import Graph
from graph_builder.store.query_text import (
    list_terms,
    uses_graph_or_from,
    uses_negation_or_aggregation,
)
from graph_builder.store.snapshot import SnapshotGraph

#: Said of an answer that can be what it is because something is not recorded.
ABSENCE_NOTE = (
    "the answer depends on what is not recorded, or on a count; what no source here says may still "
    "be true"
)
#: Said of an ASK query that is false without evidence for a no.
NO_EVIDENCE_NOTE = (
    "not recorded as a fact; aigg explain shows what is only planned, inferred or set aside"
)
#: Said of a term of the vocabulary that is right, although no fact needs it.
UNUSED = "is in the vocabulary, but no fact in this graph uses it"
#: Prefixes of the values that describe facts, which nobody means by another name.
_VALUE_KINDS = {"modality", "basis", "verification", "rank", "status", "topic", "bearer"}
_NAMESPACES = {*PREFIXES.values()}
_ONTOLOGY = compact(ONTOLOGY_GRAPH)
_USED = "{{ {0} ?p ?o }} UNION {{ ?s {0} ?o }} UNION {{ ?s ?p {0} }}"
_IN_DEFAULT_GRAPH = f"ASK {{{{ {_USED} }}}}"
_IN_NAMED_GRAPHS = f"""SELECT DISTINCT ?graph {{{{
  {{{{ GRAPH ?graph {{{{ {_USED} }}}} }}}}
  UNION {{{{ BIND ({{0}} AS ?graph) GRAPH ?graph {{{{ ?x ?y ?z }}}} }}}}
}}}} ORDER BY ?graph"""
_NAMES = "SELECT DISTINCT ?name { { ?s ?name ?o } UNION { ?name a ?class } UNION { ?s a ?name } }"
_MAX_GRAPHS = 3


def find_term_notes(graph: Graph, text: str) -> list[str]:
    """Return a note on each term of a valid query that a graph does not use where it is asked."""
    whole = graph.whole if isinstance(graph, SnapshotGraph) else graph
    if whole.verified:  # what it leaves out may use the terms
        return []
    terms = (iri for iri in list_terms(text) if iri not in _NAMESPACES)
    return [note for iri in terms if (note := _describe_use(whole, iri, text))]


def find_query_notes(graph: Graph, text: str, answer: Answer) -> list[str]:
    """Return notes on a valid query and its answer: unused terms, absence, and no evidence."""
    is_false = isinstance(answer, QueryBoolean) and not answer
    unproven = is_false and interpret_ask(graph, text, answer=False) is TruthValue.NOT_RECORDED
    absence = NO_EVIDENCE_NOTE if unproven else describe_absence(text)
    return find_term_notes(graph, text) + ([absence] if absence else [])


def find_question_notes(
    graph: Graph, text: str, answer: Answer, absence: str
) -> tuple[Answer, list[str]]:
    """Return an equal answer to a named question with the given text, and notes on it.

    Its terms are looked up only if the answer has no rows: a question asks for more than each graph
    has. ``absence`` says what absence means for the answer, "" if nothing.
    """
    has_rows = True
    if isinstance(answer, QuerySolutions):
        answer, has_rows = peek_rows(answer)
    notes = [] if has_rows else find_term_notes(graph, text)
    return answer, [*notes, absence] if absence else notes


def describe_absence(text: str) -> str:
    """Return a note on a query whose answer can rest on what is not recorded, "" on any other."""
    return ABSENCE_NOTE if uses_negation_or_aggregation(text) else ""


def _describe_use(graph: Graph, iri: str, text: str) -> str:
    """Return what is odd about a term of a query: used nowhere, or not in the graph it asks."""
    node = NamedNode(iri)
    if bool(graph.query(_IN_DEFAULT_GRAPH.format(node))):
        return ""
    rows: Any = graph.query(_IN_NAMED_GRAPHS.format(node))
    graphs = [compact(row[0].value) for row in rows]
    if not graphs:
        return f"{_show(iri)} is not used in this graph{_suggest(graph, iri)}"
    if uses_graph_or_from(text):
        return ""
    namesakes = _suggest_namesakes(graph, iri)
    if not namesakes and graphs == [_ONTOLOGY]:
        return f"{_show(iri)} {UNUSED}"
    listed = ", ".join(graphs[:_MAX_GRAPHS]) + (", …" if len(graphs) > _MAX_GRAPHS else "")
    advice = namesakes or f"; ask there: GRAPH {graphs[0]} {{ … }}"
    return f"{_show(iri)} is used only in {listed}{advice}"


def _show(iri: str) -> str:
    name = compact(iri)
    return name if name != iri else f"<{iri}>"


def _suggest(graph: Graph, iri: str) -> str:
    """Return the nearest names: one of the same local name, else similar ones of the same kind."""
    prefix, _, local = compact(iri).partition(":")
    if prefix not in PREFIXES:
        return ""
    names = (each.partition(":") for each in _list_names(graph))
    near = (name for kind, _, name in names if kind == prefix)
    return _suggest_namesakes(graph, iri) or suggest_similar(local, near, f"{prefix}:")


def _suggest_namesakes(graph: Graph, iri: str) -> str:
    """Return the names that differ from that of a term in their prefix only, or in case."""
    local = compact(iri).partition(":")[2]
    names = (each for each in _list_names(graph) if each.partition(":")[0] not in _VALUE_KINDS)
    same = [each for each in names if each.partition(":")[2].lower() == local.lower()]
    return format_suggestion(same)


@lru_cache(maxsize=4)
def _list_names(graph: Graph) -> tuple[str, ...]:
    """Return the prefixed names of the properties that a graph uses and of its typed things."""
    rows: Any = graph.query(_NAMES)
    iris = (row[0].value for row in rows if isinstance(row[0], NamedNode))
    return tuple(sorted(name for name in map(compact, iris) if not name.startswith("assertion:")))
