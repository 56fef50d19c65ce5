"""What a network does not say itself: names in all languages, independent voices, disagreements."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from graph_builder.compare.conflicts import disagreements
from graph_builder.core.vocabulary import expand
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_STATEMENT_TERMS = ("rdf:subject", "rdf:predicate", "rdf:object")
#: What makes an assertion the one it is, and what a fact of a network calls it.
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
#: Quads up to which a graph is read as a whole, in about three seconds; of larger ones names only.
_MAX_QUADS = 300_000
_ALIAS_RELATIONS = ("skos:altLabel", "aigg:name")
_ANNOTATIONS: "WeakKeyDictionary[Graph, GraphAnnotations]" = WeakKeyDictionary()

AssertionKey = tuple[str, ...]


class GraphAnnotations:
    """What a graph knows beside the facts of a network; read once, later additions are not seen."""

    def __init__(self, graph: Graph) -> None:
        """Read the assertions of a graph, the names of its things, and where sources differ."""
        self.also = _read_aliases(graph)
        is_small = len(graph) <= _MAX_QUADS
        statement = [
            graph.objects_by_subject(expand(name)) if is_small else {} for name in _STATEMENT_TERMS
        ]
        self.stated: dict[str, tuple[OptionalTerm, ...]] = {
            iri: tuple(part.get(iri) for part in statement) for iri in sorted(statement[0])
        }
        self.assertions = self._keys(graph) if is_small else {}
        self.voices = self._voices(graph) if is_small else {}
        self.differing = dict(_iter_conflicts(graph)) if is_small else {}

    def _keys(self, graph: Graph) -> dict[AssertionKey, str]:
        """Return the assertions by what a fact of a network tells of them."""
        parts = [graph.values_by_subject(expand(name)) for name in _ASSERTION_FIELDS.values()]
        found = {}
        for iri, (subject, relation, object_) in self.stated.items():
            place = [
                get_local_name(part.get(iri, "")) if n == 0 else part.get(iri, "")
                for n, part in enumerate(parts)
            ]
            label = graph.label(to_text(relation))
            found[(to_text(subject), label, to_text(object_), *place)] = iri
        return found

    def _voices(self, graph: Graph) -> dict[tuple[OptionalTerm, ...], int]:
        """Return how many independent sources affirm a statement, as ``corroboration`` counts."""
        sources, bases = (
            graph.values_by_subject(expand(name)) for name in ("prov:wasDerivedFrom", "aigg:basis")
        )
        origins = graph.values_by_subject(expand("aigg:origin"))
        heard: dict[tuple[OptionalTerm, ...], set[str]] = defaultdict(set)
        for iri in graph.instances_of(expand("aigg:Affirmation")):
            if iri in self.stated and bases.get(iri) != expand("basis:editorial"):
                source = sources.get(iri, "")
                heard[self.stated[iri]].add(origins.get(source, source))
        return {statement: len(origin) for statement, origin in heard.items()}


def _iter_conflicts(graph: Graph) -> Iterator[tuple[AssertionKey, str]]:
    """Yield what facts on which sources differ: thing, relation, other end and source."""
    for place in reversed(disagreements(graph)):
        for side in place.sides:
            ends = {to_text(side.get("value")), to_text(side.get("notIn")), to_text(place.object)}
            for end in sorted(ends - {""}):
                key = (
                    place.thing,
                    place.relation,
                    end,
                    get_local_name(to_text(side.get("source"))),
                )
                yield key, place.verdict.value


def _read_aliases(graph: Graph) -> dict[str, list[str]]:
    """Return what else things are called, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in _ALIAS_RELATIONS:
        for quad in graph.quads(None, NamedNode(expand(name))):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                found[quad.subject.value].add(quad.object.value)
    return {iri: sorted(names) for iri, names in found.items()}


def get_annotations(graph: Graph) -> GraphAnnotations:
    """Return what a graph knows beside the facts of a network, read once for each graph."""
    return _ANNOTATIONS.get(graph) or _ANNOTATIONS.setdefault(graph, GraphAnnotations(graph))


def annotate_network(network: "nx.MultiDiGraph[str]", graph: Graph) -> "nx.MultiDiGraph[str]":
    """Return a network after its things and facts were told what else the graph knows of them.

    Things get ``names`` by language and ``also``, other names; facts get ``id``, the IRI of the
    assertion, ``statement``, its three terms, ``voices``, how many independent sources affirm it,
    and ``differs``, the verdict on a disagreement that it is part of.
    """
    context = get_annotations(graph)
    for iri, held in network.nodes(data=True):
        held["names"] = dict(graph.labels(iri))
        held["also"] = context.also.get(iri, [])
        for fact in held["facts"]:
            _annotate_fact(fact, iri, fact["object"], context)
    for subject, object_, held in network.edges(data=True):
        for fact in held["facts"]:
            _annotate_fact(fact, subject, object_, context)
    return network


def _annotate_fact(
    fact: dict[str, Any], subject: str, object_: str, context: GraphAnnotations
) -> None:
    """Add to a fact what its assertion is, who else says so, and whether others differ."""
    place = ("" if fact[name] is None else str(fact[name]) for name in _ASSERTION_FIELDS)
    iri = context.assertions.get((subject, fact["relation"], object_, *place), "")
    if not iri:
        return
    statement = context.stated[iri]
    ends, relation = (to_text(statement[0]), to_text(statement[2])), to_text(statement[1])
    keys = ((one, relation, other, fact["source"]) for one, other in (ends, ends[::-1]))
    verdict = next((context.differing[key] for key in keys if key in context.differing), "")
    fact |= {
        "id": iri,
        "statement": statement,
        "voices": context.voices.get(statement, 0),
        "differs": verdict,
    }


def get_local_name(iri: str) -> str:
    """Return the part of an IRI after the last slash."""
    return iri.rpartition("/")[2]
