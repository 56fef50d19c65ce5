"""The assertions of a graph with their facts, read once, to leave some of them out."""

from collections.abc import Callable, Iterator
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.store.graph import Graph

_INFERRED = NamedNode(v.INFERRED_GRAPH)
_REASON = NamedNode(v.expand("aigg:reason"))

#: Subject, predicate, object and graph of a triple.
_Triple = tuple[Any, Any, Any, Any]


class AssertionTable:
    """The assertions of a graph by IRI, their facts, and which of these they affirm in a graph.

    ``facts`` are subject, predicate and object, ``affirmations`` the assertions that affirm.
    """

    def __init__(self, graph: Graph) -> None:
        """Read the assertions; what is added to the graph later is not seen."""
        self._graph = graph
        predicates, objects = (
            graph.objects_by_subject(v.expand(f"rdf:{part}")) for part in ("predicate", "object")
        )
        self.affirmations, set_aside = (
            {*graph.instances_of(v.expand(name))} for name in ("aigg:Affirmation", "aigg:SetAside")
        )
        self.facts: dict[str, tuple[Any, Any, Any]] = {}
        self._nodes: dict[str, Any] = {}
        #: Each assertion with a triple that it affirms.
        self._affirmed: list[tuple[str, _Triple]] = []
        for quad in graph.engine.quads(None, NamedNode(v.expand("rdf:subject")), None):
            iri = getattr(quad.subject, "value", "")
            self._nodes[iri] = quad.subject
            fact = self.facts[iri] = (quad.object, predicates.get(iri), objects.get(iri))
            if (
                iri in self.affirmations
                or quad.graph_name == _INFERRED
                or (iri in set_aside and quad.graph_name != DefaultGraph())
            ):
                self._affirmed.append((iri, (*fact, quad.graph_name)))

    def iter_quads_of(
        self, is_excluded: Callable[[str], bool], is_gone: Callable[[str], bool] | None = None
    ) -> Iterator[Quad]:
        """Yield the quads that go with some assertions, without those that are gone with others.

        These are what is said of them, but for the reason of a judgement, and the triples that only
        these assertions affirm. All that is gone has to be excluded too.
        """
        gone = {iri for iri in self.facts if is_gone(iri)} if is_gone else set()
        excluded = {iri for iri in self.facts if is_excluded(iri)}
        triples = self._find_triples(excluded) - self._find_triples(gone)
        yield from self._iter_quads_about(excluded - gone)
        yield from (Quad(*triple) for triple in triples if _is_statement(triple))

    def _find_triples(self, excluded: set[str]) -> set[_Triple]:
        """Return the triples that only some assertions affirm."""
        affirmed: dict[bool, set[_Triple]] = {True: set(), False: set()}
        for iri, triple in self._affirmed if excluded else ():
            affirmed[iri in excluded].add(triple)
        return affirmed[True] - affirmed[False]

    def _iter_quads_about(self, assertions: set[str]) -> Iterator[Quad]:
        """Yield what is said of assertions, but the reason of a judgement."""
        judgements = self._graph.objects_by_subject(v.expand("aigg:givesRank"))
        for iri in sorted(assertions):
            for quad in self._graph.engine.quads(self._nodes[iri], None, None):
                if quad.predicate != _REASON or iri not in judgements:
                    yield quad

    def find_entities_of(self, is_excluded: Callable[[str], bool]) -> frozenset[str]:
        """Return the entities that only excluded assertions are about."""
        mentioned: dict[bool, set[str]] = {True: set(), False: set()}
        for iri, (subject, _, object_) in self.facts.items():
            named = (end.value for end in (subject, object_) if isinstance(end, NamedNode))
            mentioned[is_excluded(iri)].update(named)
        return frozenset(mentioned[True] - mentioned[False])


def _is_statement(triple: _Triple) -> bool:
    """Return whether the parts that an assertion names can be those of a triple."""
    subject, predicate, object_, _ = triple
    is_resource = isinstance(subject, NamedNode | BlankNode)
    return is_resource and isinstance(predicate, NamedNode) and object_ is not None
