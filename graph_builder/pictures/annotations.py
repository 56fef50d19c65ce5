"""Annotations of a network: labels in all languages, aliases, independent origins, conflicts."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from graph_builder.compare.conflicts import disagreements
from graph_builder.core.text import MAX_LABEL, MAX_TEXT, shorten
from graph_builder.core.vocabulary import expand
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.set_aside import list_set_aside
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_STATEMENT_TERMS = ("rdf:subject", "rdf:predicate", "rdf:object")
#: The fields of a network's fact that identify its assertion, and their properties.
_ASSERTION_FIELDS = {
    "source": "prov:wasDerivedFrom",
    "section": "aigg:section",
    "anchor": "aigg:anchor",
    "start": "oa:start",
    "end": "oa:end",
    "from_": "aigg:validFrom",
    "to": "aigg:validTo",
    "as_of": "aigg:asOf",
}
#: Quads up to which assertions and conflicts are read, in about three seconds.
_MAX_QUADS = 300_000
#: Assertions whose sources affirm their facts, whether a judgement sets these aside or not.
_AFFIRMING_CLASSES = ("Affirmation", "SetAside")
_ANNOTATIONS: "WeakKeyDictionary[Graph, GraphAnnotations]" = WeakKeyDictionary()
#: Fields of nodes, edges, facts and sources with the name of something.
_LABEL_FIELDS = ("subject", "relation", "kind_label", "title", "publisher", "licence")

#: Subject, relation, object and the assertion fields, as text.
AssertionKey = tuple[str, ...]
#: Subject, relation and object of an assertion.
FactTerms = tuple[OptionalTerm, ...]


def annotate_network(network: "nx.MultiDiGraph[str]", graph: Graph) -> "nx.MultiDiGraph[str]":
    """Add to the nodes and facts of a network what else its graph knows about them; return it.

    Nodes get ``names``, labels by language, and ``also``, aliases. Facts get ``id``, the IRI of the
    assertion, ``statement``, its three terms, ``origins``, how many independent sources affirm it,
    ``differs``, the verdict on a conflict that it is part of, and ``set_aside``, the reason of a
    judgement that sets it aside.
    """
    annotations = get_annotations(graph)
    for iri, attributes in network.nodes(data=True):
        attributes["names"] = list_shown_names(graph, iri)
        attributes["also"] = [shorten(each, MAX_LABEL) for each in annotations.aliases.get(iri, [])]
        for fact in attributes["facts"]:
            _annotate_fact(fact, iri, fact["object"], annotations)
    for subject, object_, attributes in network.edges(data=True):
        for fact in attributes["facts"]:
            _annotate_fact(fact, subject, object_, annotations)
    _shorten_texts(network)
    return network


def list_shown_names(graph: Graph, iri: str) -> dict[str, str]:
    """Return the labels of an entity by language, as long as pictures show them."""
    return {tag: shorten(label, MAX_LABEL) for tag, label in graph.labels(iri).items()}


def _shorten_texts(network: "nx.MultiDiGraph[str]") -> None:
    """Cut what is longer than people read; exports take a label that is cut as ``whole_label``."""
    for attributes in network.nodes.values():
        if len(label := attributes["label"]) > MAX_LABEL:
            attributes |= {"label": shorten(label, MAX_LABEL), "whole_label": label}
    for attributes in network.nodes.values():
        for row in (attributes, *attributes["facts"]):
            _shorten_values(row, _LABEL_FIELDS)
    for attributes in network.edges.values():
        for row in (attributes, *attributes["facts"]):
            _shorten_values(row, (*_LABEL_FIELDS, "object"))
    for source in network.graph.get("sources", {}).values():
        _shorten_values(source, _LABEL_FIELDS)


def _shorten_values(row: dict[str, Any], labels: Collection[str]) -> None:
    for name, value in row.items():
        if isinstance(value, str) and len(value) > MAX_LABEL and name != "whole_label":
            row[name] = shorten(value, MAX_LABEL if name in labels else MAX_TEXT)


def get_annotations(graph: Graph) -> "GraphAnnotations":
    """Return the annotations of a graph, read once for each graph."""
    return _ANNOTATIONS.get(graph) or _ANNOTATIONS.setdefault(graph, GraphAnnotations(graph))


class GraphAnnotations:
    """What a graph knows besides the facts of a network; additions to the graph are not seen.

    ``aliases`` are by IRI, ``facts`` by the IRI of their assertion, ``assertions`` by key,
    ``origins`` are numbers of independent sources by statement, ``conflicts`` verdicts by subject,
    relation, object and source, ``set_aside`` the reasons to set a fact aside by assertion.
    """

    def __init__(self, graph: Graph) -> None:
        """Read the aliases, assertions and conflicts of a graph."""
        self.aliases = graph.label_index.list_aliases()
        is_small = len(graph) <= _MAX_QUADS
        terms = [
            graph.objects_by_subject(expand(name)) if is_small else {} for name in _STATEMENT_TERMS
        ]
        self.facts: dict[str, FactTerms] = {
            iri: tuple(part.get(iri) for part in terms) for iri in sorted(terms[0])
        }
        self.assertions = self._index_assertions(graph) if is_small else {}
        self.independent_sources = self._count_independent_sources(graph) if is_small else {}
        self.conflicts = dict(_iter_conflicts(graph)) if is_small else {}
        self.set_aside = list_set_aside(graph)

    def _index_assertions(self, graph: Graph) -> dict[AssertionKey, str]:
        fields = {
            name: graph.values_by_subject(expand(term)) for name, term in _ASSERTION_FIELDS.items()
        }
        assertions = {}
        for iri, (subject, relation, object_) in self.facts.items():
            values = {name: field.get(iri, "") for name, field in fields.items()}
            values["source"] = get_local_name(values["source"])
            label = graph.whole_label(to_text(relation))
            assertions[(to_text(subject), label, to_text(object_), *values.values())] = iri
        return assertions

    def _count_independent_sources(self, graph: Graph) -> dict[FactTerms, int]:
        """Return how many independent sources affirm a statement, as ``corroboration`` counts."""
        sources = graph.values_by_subject(expand("prov:wasDerivedFrom"))
        bases = graph.values_by_subject(expand("aigg:basis"))
        origin_of = graph.values_by_subject(expand("aigg:origin"))
        origins: dict[FactTerms, set[str]] = defaultdict(set)
        standing = (graph.instances_of(expand(f"aigg:{name}")) for name in _AFFIRMING_CLASSES)
        for iri in (each for iris in standing for each in iris):
            if iri in self.facts and bases.get(iri) != expand("basis:editorial"):
                source = sources.get(iri, "")
                origins[self.facts[iri]].add(origin_of.get(source, source))
        return {statement: len(some) for statement, some in origins.items()}


def get_local_name(iri: str) -> str:
    """Return the part of an IRI after its last slash."""
    return iri.rpartition("/")[2]


def _iter_conflicts(graph: Graph) -> Iterator[tuple[AssertionKey, str]]:
    """Yield subject, relation, object and source of conflicting facts, with the verdict."""
    for conflict in reversed(disagreements(graph)):
        for side in conflict.sides:
            source = get_local_name(to_text(side.get("source")))
            values = (side.get("value"), side.get("notIn"), conflict.object)
            for value in sorted({*map(to_text, values)} - {""}):
                yield (conflict.thing, conflict.relation, value, source), conflict.verdict.value


def _annotate_fact(
    fact: dict[str, Any], subject: str, object_: str, annotations: GraphAnnotations
) -> None:
    values = ("" if fact[name] is None else str(fact[name]) for name in _ASSERTION_FIELDS)
    iri = annotations.assertions.get((subject, fact["relation"], object_, *values), "")
    if not iri:
        return
    statement = annotations.facts[iri]
    ends, relation = (to_text(statement[0]), to_text(statement[2])), to_text(statement[1])
    keys = ((one, relation, other, fact["source"]) for one, other in (ends, ends[::-1]))
    conflicts = annotations.conflicts
    fact |= {
        "id": iri,
        "statement": statement,
        "origins": annotations.independent_sources.get(statement, 0),
        "differs": next((conflicts[key] for key in keys if key in conflicts), ""),
        "set_aside": annotations.set_aside.get(iri, ""),
    }
    fact["affirmed"] = fact["affirmed"] and not fact["set_aside"]
