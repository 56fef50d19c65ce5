"""Facts that sources affirm and that judgements set aside, with the reasons."""

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph

_TYPE, _SET_ASIDE = NamedNode(expand("rdf:type")), NamedNode(expand("aigg:SetAside"))


def list_set_aside(graph: Graph) -> dict[str, str]:
    """Return the reason for each assertion that is set aside, by IRI."""
    return {
        iri: get_reason_to_set_aside(graph, iri)
        for iri in graph.instances_of(expand("aigg:SetAside"))
    }


def get_reason_to_set_aside(graph: Graph, assertion: str) -> str:
    """Return why the fact of an assertion is set aside, "" if it is not."""
    if not graph.quads(NamedNode(assertion), _TYPE, _SET_ASIDE):
        return ""
    judgement = graph.value(assertion, expand("aigg:rankedBy"))
    return graph.value(judgement, expand("aigg:reason")) if judgement else ""
