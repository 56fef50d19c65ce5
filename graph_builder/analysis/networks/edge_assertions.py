"""The edges of a network as the sources assert them, filtered by kind, modality and basis."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from graph_builder.analysis.networks.network_definition import NetworkDefinition
from graph_builder.core.errors import UnknownNameError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import NS, PREFIXES
from graph_builder.store.graph import Graph


class EdgeAssertion(NamedTuple):
    """One assertion of an edge between two nodes; all but the weight are texts, IRIs in full.

    ``date`` is the day, month or year from which the edge holds, or "". ``holds`` is ``yes`` or
    ``not known`` in a graph of a day, and else "".
    """

    source: str
    target: str
    relation: str
    weight: float
    evidence: str
    modality: str
    basis: str
    date: str
    holds: str = ""


def query_edge_assertions(
    graph: Graph, network: NetworkDefinition, *, kind: str = "", modality: str = "", basis: str = ""
) -> list[EdgeAssertion]:
    """Return the edge assertions of a network, ordered by source, target, relation and evidence.

    ``modality`` (such as ``intended``) replaces the default, which is all that is done; ``basis``
    is such as ``stated``; ``kind`` is the class of the source node, as a local name. Raises
    UnknownNameError for a name that the ontology does not have.
    """
    _check_filters(kind, modality, basis)
    found = [*_iter_edge_assertions(graph, network, modality, basis)]
    sources = _filter_by_class(graph, {assertion.source for assertion in found}, network.sources)
    targets = _filter_by_class(graph, {assertion.target for assertion in found}, network.targets)
    if kind:
        sources &= _filter_by_class(graph, sources, (NS + kind,))
    return [
        assertion
        for assertion in found
        if assertion.source in sources and assertion.target in targets
    ]


def _iter_edge_assertions(
    graph: Graph, network: NetworkDefinition, modality: str, basis: str
) -> Iterator[EdgeAssertion]:
    wanted = PREFIXES["modality"] + modality if modality else ""
    rests = PREFIXES["basis"] + basis if basis else ""
    answer: Any = graph.query(network.question.text, network.name)
    for source, target, relation, weight, evidence, done, how, on, date, *holds in answer:
        if (how.value == wanted if wanted else done.value == "yes") and rests in ("", on.value):
            yield EdgeAssertion(
                source.value,
                target.value,
                relation.value,
                float(weight.value),
                evidence.value,
                how.value,
                on.value,
                date.value if date else "",
                holds[0].value if holds else "",
            )


def _filter_by_class(graph: Graph, iris: Iterable[str], wanted: tuple[str, ...]) -> set[str]:
    """Return the IRIs that are instances of one of the classes."""
    vocabulary = load_ontology()
    classes = graph.classes_of(iris)
    fits = {class_: vocabulary.is_a([class_], wanted) for class_ in {*classes.values()}}
    return {iri for iri, class_ in classes.items() if fits[class_]}


def _check_filters(kind: str, modality: str, basis: str) -> None:
    vocabulary = load_ontology()
    for what, given, known in (
        ("kind", kind, vocabulary.list_classes()),
        ("modality", modality, vocabulary.list_concepts("modality")),
        ("basis", basis, vocabulary.list_concepts("basis")),
    ):
        if given and given not in known:
            raise UnknownNameError(what, given, known)
