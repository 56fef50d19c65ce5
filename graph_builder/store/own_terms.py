"""Tell graphs that use the ontology of this project from foreign ones, and from empty ones."""

from pyoxigraph import NamedNode

from graph_builder.core.errors import ForeignGraphError
from graph_builder.core.vocabulary import NS, ONTOLOGY_GRAPH
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine

#: The property of a stored graph that says whether it uses a term: yes or no.
USES_TERMS = "uses terms"
_HAS_STATEMENTS = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_HAS_INSTANCES = """ASK {{
  VALUES ?class {{ {0} }}
  {{ ?thing a ?class }} UNION {{ GRAPH ?graph {{ ?thing a ?class }} }}
}}"""


def uses_terms(graph: Graph) -> bool:
    """Return whether a graph uses a term of the ontology; on a server, whether it uses a class."""
    if known := graph.get_recorded(USES_TERMS):
        return known == "yes"
    if not isinstance(graph.engine, LocalEngine):
        from graph_builder.core.ontology import load_ontology

        classes = " ".join(f"aigg:{name}" for name in load_ontology().list_classes())
        return bool(graph.query(_HAS_INSTANCES.format(classes), "classes"))
    return any(
        isinstance(term, NamedNode) and term.value.startswith(NS)
        for quad in graph.store
        for term in (quad.predicate, quad.object, quad.subject)
    )


def has_ontology(graph: Graph) -> bool:
    """Return whether a graph holds the ontology of this project as a named graph."""
    return any(graph.engine.quads(None, None, None, NamedNode(ONTOLOGY_GRAPH)))


def describe_foreign(graph: Graph) -> str:
    """Return that a graph uses no term of the ontology, or "" if it does."""
    if uses_terms(graph):
        return ""
    return f"the graph is foreign: it uses no term of this project's ontology ({NS})"


def check_has_statements(graph: Graph) -> None:
    """Raise ForeignGraphError for an empty graph."""
    is_local = isinstance(graph.engine, LocalEngine)
    has_any = any(graph.engine.quads()) if is_local else graph.query(_HAS_STATEMENTS, "statements")
    if not has_any:
        raise ForeignGraphError("the graph is empty: it holds no statements")


def check_uses_terms(graph: Graph) -> None:
    """Raise ForeignGraphError for a graph that is empty or uses no term of the ontology."""
    if reason := describe_foreign(graph):
        check_has_statements(graph)
        raise ForeignGraphError(reason)
