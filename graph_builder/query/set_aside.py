"""Facts that sources affirm and that judgements set aside, with the reasons."""

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph

_TYPE, _SET_ASIDE = NamedNode(expand("rdf:type")), NamedNode(expand("aigg:SetAside"))


def list_set_aside(graph: Graph) -> dict[str, str]:
    """Return the reason for each assertion that is set aside, by IRI."""
    ranked_by, reason = expand("aigg:rankedBy"), expand("aigg:reason")
    judgements = graph.values_of(graph.instances_of(_SET_ASIDE.value), [ranked_by])
    judged = {iri: values[ranked_by] for iri, values in judgements.items()}
    reasons = graph.values_of(filter(None, judged.values()), [reason])
    return {iri: reasons.get(by, {}).get(reason, "") for iri, by in judged.items()}


def get_reason_to_set_aside(graph: Graph, assertion: str) -> str:
    """Return why the fact of an assertion is set aside, "" if it is not."""
    if not graph.quads(NamedNode(assertion), _TYPE, _SET_ASIDE):
        return ""
    judgement = graph.value(assertion, expand("aigg:rankedBy"))
    return graph.value(judgement, expand("aigg:reason")) if judgement else ""
