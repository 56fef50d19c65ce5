"""Answers to ASK queries that tell a no from silence.

A no needs evidence: a source that denies the fact, or that says of an actor that it declined. A
fact that no source affirms or denies is not recorded (the graph is of an open world).
"""

from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph_builder.core.ontology import load_ontology
from graph_builder.core.validity_period import TruthValue
from graph_builder.store.graph import Graph
from graph_builder.store.query_text import (
    has_alternatives,
    list_terms,
    uses_negation_or_aggregation,
)

_DEFAULT_GRAPH = DefaultGraph()
_DENIED_FACTS = """SELECT DISTINCT ?subject ?relation ?object {
  ?assertion rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
             aigg:modality ?modality .
  VALUES ?modality { modality:denied modality:withdrawn }
}"""
_REFUSALS = """SELECT DISTINCT ?subject ?object {{
  ?assertion rdf:predicate {refusal} ; rdf:subject ?subject ; rdf:object ?object ;
             a aigg:Affirmation .
}}"""


def interpret_ask(graph: Graph, text: str, *, answer: bool) -> TruthValue:
    """Return what the answer of an engine to an ASK query means: false is no only with evidence.

    It is not known where the query is false and rests on absence: then something recorded may have
    made it false, or something not recorded. That one of several ways is denied denies no other.
    """
    if answer:
        return TruthValue.YES
    if uses_negation_or_aggregation(text):
        return TruthValue.UNKNOWN
    if has_alternatives(text):
        return TruthValue.NOT_RECORDED
    return TruthValue.NO if is_denied(graph, text) else TruthValue.NOT_RECORDED


def is_denied(graph: Graph, text: str) -> bool:
    """Return whether an ASK query that is false would be true if no source had denied a fact."""
    denied = _list_denied_facts(graph)
    if not denied:
        return False
    store = Store()
    store.bulk_extend(denied)
    for iri in list_terms(text):
        node = NamedNode(iri)
        store.bulk_extend(graph.engine.quads(node, None, None, _DEFAULT_GRAPH))
        store.bulk_extend(graph.engine.quads(None, None, node, _DEFAULT_GRAPH))
    return bool(Graph(store).query(text))


def _list_denied_facts(graph: Graph) -> list[Quad]:
    """Return the facts that a source denies, or that a refusal stands against, as triples."""
    rows: Any = graph.query(_DENIED_FACTS)
    denied = [Quad(*row) for row in rows]
    for relation in load_ontology().relations.values():
        if relation.refusal_of:
            refused = NamedNode(relation.refusal_of)
            rows = graph.query(_REFUSALS.format(refusal=NamedNode(relation.iri)))
            denied += [Quad(subject, refused, object_) for subject, object_ in rows]
    return denied
