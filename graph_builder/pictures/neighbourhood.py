"""The part of a graph that a picture of one thing reads, so that its cost is that of the part.

It holds all facts about some things, those among their neighbours, and whatever decides how these
are shown: labels, sources, judgements, conflicts, and when they hold. A picture that is made of it
equals the one that is made of the whole graph.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from graph_builder.core import vocabulary as v
from graph_builder.core.ontology import load_ontology
from graph_builder.query.parameters import ParameterKind
from graph_builder.store.engine import make_node
from graph_builder.store.graph import Graph
from graph_builder.store.label_index import NAME_PROPERTIES
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.snapshot import select

_REQUIRED_GRAPHS = tuple(NamedNode(name) for name in (v.ONTOLOGY_GRAPH, v.SCHEMES_GRAPH))
_ONTOLOGY_GRAPHS = (*_REQUIRED_GRAPHS, NamedNode(v.THEME_MAPPING_GRAPH))
_FACT_GRAPHS = (DefaultGraph(), NamedNode(v.INFERRED_GRAPH), NamedNode(v.SET_ASIDE_GRAPH))
#: Things that are asked about at once.
_BATCH_SIZE = 500
#: Things up to which the engine compares the objects of facts with them.
_MAX_COMPARED = 100
_ROWS = """SELECT ?assertion ?subject ?relation ?object {{ {0} {{
  VALUES ?{1} {{ {2} }}
  ?assertion {3} ?{1} .
  ?assertion rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object .
  {4}
}} }}"""
_MERGED = "SELECT ?s ?p ?o {{ GRAPH {0} {{ ?s ?p ?o }} ?s ?p ?o }}"
_SUBJECT, _OBJECT, _STATED_BY = "subject", "object", "source"
_PROPERTIES = {
    _SUBJECT: "rdf:subject",
    _OBJECT: "rdf:object",
    _STATED_BY: "prov:wasDerivedFrom",
}
_LISTED_SUBJECTS = v.expand("rdf:subject")
_STATUS, _REPRESENTED = v.expand("aigg:hasStatus"), v.expand("aigg:represented")
_WHOLES = tuple(v.expand(name) for name in ("aigg:locatedIn", "aigg:parentBody"))
_PLANS = frozenset(v.expand(f"modality:{name}") for name in ("intended", "predicted", "announced"))
_MODALITY, _TYPE = NamedNode(v.expand("aigg:modality")), NamedNode(v.expand("rdf:type"))
_EVENT = NamedNode(v.expand("aigg:Event"))
_BEGINNING = v.expand("aigg:BeginningRelation")
_JUDGED_BY, _SOURCE = v.expand("aigg:rankedBy"), v.expand("prov:wasDerivedFrom")
#: What is read of everything that the part mentions.
_DESCRIPTIONS = tuple(NamedNode(name) for name in (_TYPE.value, *map(v.expand, NAME_PROPERTIES)))


class _Row(NamedTuple):
    """An assertion and the parts of its fact."""

    assertion: Any
    subject: Any
    relation: str
    object: Any


#: The other ends of the facts of a thing, by directed relation: "^" stands before inward ones.
Neighbours = Mapping[str, set[str]]
ListNeighbours = Callable[[str], Neighbours]


@dataclass(frozen=True)
class Scope:
    """What a view of some things reads of a graph, which is then all that has to be looked at.

    Its arguments are things of a ``kind``; without any they are the ``default``, and if this is
    empty, a picture needs the whole graph. ``find_things`` returns the things of which a picture
    needs all facts, from the IRIs of its arguments, its options, and a function that lists the
    neighbours of a thing; it returns None where a picture needs the whole graph.
    """

    kind: ParameterKind
    find_things: Callable[[Sequence[str], Mapping[str, Any], ListNeighbours], set[str] | None]
    default: tuple[str, ...] = ()


def extract_part(
    graph: Graph, scope: Scope, iris: Sequence[str], options: Mapping[str, Any]
) -> Graph | None:
    """Return the part of a graph that a picture of things needs, as a graph in memory.

    That of a selection by day or verification is selected in the same way. None if a picture needs
    the whole graph, or if that is not known, since the graph is not of our form.
    """
    origin = graph.origin
    if not isinstance(origin.engine, LocalEngine):
        return None
    if not all(_has_quads(origin, name) for name in _REQUIRED_GRAPHS):
        return None
    if not all(map(make_node, iris)):
        return None
    extraction = _Extraction(origin, is_selected=origin is not graph)
    things = scope.find_things(iris, options, extraction.list_neighbours)
    if things is None:
        return None
    rows = extraction.collect_rows(set(map(NamedNode, things)))
    if any(isinstance(end, BlankNode) for row in rows for end in (row.subject, row.object)):
        return None
    store = Store()
    store.bulk_extend(extraction.collect_quads(rows))
    return select(Graph(store), at=graph.at, verified=graph.verified)


def _has_quads(graph: Graph, name: NamedNode) -> bool:
    return next(iter(graph.engine.quads(None, None, None, name)), None) is not None


class _Extraction:
    """Reads a graph for the part that is about some things."""

    def __init__(self, graph: Graph, *, is_selected: bool) -> None:
        """Read what the ontology of the graph says on how relations are compared.

        If assertions are then selected, those are needed too that decide which hold, and those that
        affirm what things are called and part of.
        """
        self._graph = graph
        self._is_selected = is_selected
        #: Subject, relation and object of facts.
        self._asserted: set[tuple[Any, ...]] = set()
        lists, counts = (
            graph.values_by_subject(v.expand(f"aigg:{name}")) for name in ("lists", "counts")
        )
        single = graph.instances_of(v.expand("aigg:SingleValued"))
        of_objects = {relation for relation, end in lists.items() if end != _LISTED_SUBJECTS}
        self._counts = counts
        #: Relations whose values are compared for a subject, and those for an object.
        self._compared = {
            _SUBJECT: {*single, *counts, *of_objects},
            _OBJECT: lists.keys() - of_objects,
        }

    def list_neighbours(self, iri: str) -> Neighbours:
        """Return the other ends of the facts of a thing, by directed relation."""
        thing, found = NamedNode(iri), defaultdict(set)
        for end, other, mark in ((_SUBJECT, _OBJECT, ""), (_OBJECT, _SUBJECT, "^")):
            for row in self._query(end, {thing}):
                if isinstance(neighbour := getattr(row, other), NamedNode):
                    found[mark + v.compact(row.relation)].add(neighbour.value)
        return found

    def collect_rows(self, things: set[NamedNode]) -> set[_Row]:
        """Return the facts about things and among their neighbours, and what these depend on."""
        sources = {thing for thing in things if thing.value.startswith(v.PREFIXES["source"])}
        about = {*self._query(_SUBJECT, things), *self._query(_OBJECT, things)}
        facts = about | self._find_facts_among({*things, *_list_ends(about)}, things)
        if sources:
            facts |= self._find_restated({*self._query(_STATED_BY, sources)})
        rows = facts | self._find_compared(facts)
        return self._add_conditions(rows) if self._is_selected else rows | self._find_statuses(rows)

    def _find_restated(self, facts: set[_Row]) -> set[_Row]:
        """Return some facts as all sources state them."""
        known = {row[1:] for row in facts}
        rows = self._query_pairs(_SUBJECT, {(row.subject, row.relation) for row in facts})
        return facts | {row for row in rows if row[1:] in known}

    def _find_facts_among(self, near: set[NamedNode], known: set[NamedNode]) -> set[_Row]:
        """Return the facts that join things, and those with a text, but of what is known."""
        condition = ""
        if len(near) <= _MAX_COMPARED:
            condition = f"FILTER (isLiteral(?object) || ?object IN ({_join(near, ', ')}))"
        return {
            row
            for row in self._query(_SUBJECT, near - known, condition)
            if not isinstance(row.object, NamedNode) or row.object in near
        }

    def _find_compared(self, facts: set[_Row]) -> set[_Row]:
        """Return the facts with which some facts are compared, to find what sources differ in."""
        wanted: dict[str, set[tuple[NamedNode, str]]] = {_SUBJECT: set(), _OBJECT: set()}
        for row in facts:
            for end, relations in self._compared.items():
                if row.relation in relations:
                    wanted[end].add((getattr(row, end), row.relation))
            if counted := self._counts.get(row.relation):
                wanted[_OBJECT].add((row.subject, counted))
        found = {row for end, pairs in wanted.items() for row in self._query_pairs(end, pairs)}
        return found | self._find_plans(facts)

    def _find_plans(self, facts: set[_Row]) -> set[_Row]:
        """Return who was to do the same at events and who did, with whom they represented."""
        done = {
            (row.object, row.relation)
            for row in facts
            if isinstance(row.object, NamedNode)
            and any(self._graph.engine.quads(row.object, _TYPE, _EVENT))
        }
        doers = defaultdict(set)
        for row in self._query_pairs(_OBJECT, done):
            doers[row.object, row.relation].add(row)
        rows = {row for some in doers.values() if any(map(self._is_plan, some)) for row in some}
        roles = {(row.subject, _REPRESENTED) for row in rows}
        return rows | {*self._query_pairs(_SUBJECT, roles)}

    def _is_plan(self, row: _Row) -> bool:
        modalities = self._graph.engine.quads(row.assertion, _MODALITY, None)
        return any(getattr(quad.object, "value", "") in _PLANS for quad in modalities)

    def _find_statuses(self, rows: set[_Row]) -> set[_Row]:
        """Return the facts on the status of the ends of facts."""
        status = NamedNode(_STATUS)
        ends = {end for end in _list_ends(rows) if any(self._graph.engine.quads(end, status, None))}
        return {*self._query_pairs(_SUBJECT, {(end, _STATUS) for end in ends})}

    def _add_conditions(self, rows: set[_Row]) -> set[_Row]:
        """Add when things begin, their status, their names, and what they are part of."""
        relations = load_ontology().relations_by_iri.items()
        wanted = {
            *(iri for iri, each in relations if _BEGINNING in each.kinds),
            *(predicate.value for predicate in _DESCRIPTIONS),
            *(_STATUS, *_WHOLES),
        }
        known = set[NamedNode]()
        while new := _list_ends(rows) - known:
            pairs = {(end, relation) for end in new for relation in wanted}
            rows |= {*self._query_pairs(_SUBJECT, pairs)}
            known |= new
        return rows

    def collect_quads(self, rows: set[_Row]) -> set[Quad]:
        """Return the quads of assertions, of what they mention, and of the ontology."""
        quads: set[Quad] = set()
        if self._is_selected:
            self._asserted = {row[1:] for row in rows}
        assertions, read = {row.assertion for row in rows}, set[Any]()
        while new := assertions - read:
            quads |= {quad for assertion in new for quad in self._read(assertion)}
            read |= new
            assertions = {quad.object for quad in quads if quad.predicate.value == _JUDGED_BY}
        sources = {quad.object for quad in quads if quad.predicate.value == _SOURCE}
        mentioned = {each for quad in quads for each in (quad.predicate, quad.object)}
        quads |= {quad for source in sources for quad in self._read(source)}
        quads |= {quad for row in rows for quad in self._find_triples(row)}
        quads |= {quad for name in _ONTOLOGY_GRAPHS for quad in self._iter_ontology(name)}
        quads |= self._find_wholes(_list_ends(rows))
        things = {each for each in mentioned if isinstance(each, NamedNode)}
        described = {quad for thing in things for quad in self._describe(thing)}
        classes = {quad.object for quad in described if quad.predicate == _TYPE}
        return quads | described | {quad for each in classes for quad in self._describe(each)}

    def _read(self, subject: Any) -> Iterator[Quad]:
        found = self._graph.engine.quads(subject, None, None)
        return (quad for quad in found if quad.graph_name in _FACT_GRAPHS)

    def _describe(self, thing: Any) -> Iterator[Quad]:
        for predicate in _DESCRIPTIONS:
            yield from self._find_values(thing, predicate)

    def _find_values(self, thing: Any, predicate: NamedNode) -> Iterator[Quad]:
        """Yield the values of a property, also those that only the graph of a source holds.

        In a selection none that an assertion of such a graph affirms, for it is not read.
        """
        for quad in self._graph.engine.quads(thing, predicate, None):
            fact = (quad.subject, quad.predicate.value, quad.object)
            if quad.graph_name in _FACT_GRAPHS or fact not in self._asserted:
                yield quad

    def _find_triples(self, row: _Row) -> Iterator[Quad]:
        """Yield the plain triple of a fact, if there is one."""
        for graph in _FACT_GRAPHS:
            yield from self._graph.engine.quads(
                row.subject, NamedNode(row.relation), row.object, graph
            )

    def _find_wholes(self, parts: set[NamedNode]) -> set[Quad]:
        """Return what things are part of, directly or indirectly."""
        found, known = set[Quad](), set[Any]()
        while parts := parts - known:
            known |= parts
            new = {
                quad
                for part in parts
                for up in _WHOLES
                for quad in self._find_values(part, NamedNode(up))
            }
            found |= new
            parts = {quad.object for quad in new if isinstance(quad.object, NamedNode)}
        return found

    def _iter_ontology(self, name: NamedNode) -> Iterator[Quad]:
        """Yield the quads of a graph of the ontology, also those that the merge holds."""
        yield from self._graph.engine.quads(None, None, None, name)
        merged: Any = self._graph.query(_MERGED.format(name), "ontology")
        yield from (Quad(*triple) for triple in merged)

    def _query_pairs(self, end: str, pairs: set[tuple[NamedNode, str]]) -> Iterator[_Row]:
        """Yield the facts of pairs of a thing at one end and a relation."""
        relations = _join({NamedNode(relation) for _, relation in pairs}, ", ")
        rows = self._query(
            end, {thing for thing, _ in pairs}, f"FILTER (?relation IN ({relations}))"
        )
        return (row for row in rows if (getattr(row, end), row.relation) in pairs)

    def _query(self, end: str, things: set[NamedNode], condition: str = "") -> Iterator[_Row]:
        """Yield the facts that have one of these things at an end."""
        for batch in _split(sorted(things, key=lambda node: node.value)):
            for graph in ("", f"GRAPH <{v.INFERRED_GRAPH}>"):
                nodes = _join(batch, " ")
                text = _ROWS.format(graph, end, nodes, _PROPERTIES[end], condition)
                found: Any = self._graph.query(text, "facts")
                for assertion, subject, relation, object_ in found:
                    yield _Row(assertion, subject, relation.value, object_)


def _split(nodes: list[NamedNode]) -> Iterator[list[NamedNode]]:
    return (nodes[start : start + _BATCH_SIZE] for start in range(0, len(nodes), _BATCH_SIZE))


def _join(nodes: Iterable[NamedNode], separator: str) -> str:
    return separator.join(map(str, nodes))


def _list_ends(rows: Iterable[_Row]) -> set[NamedNode]:
    ends = (end for row in rows for end in (row.subject, row.object))
    return {end for end in ends if isinstance(end, NamedNode)}
