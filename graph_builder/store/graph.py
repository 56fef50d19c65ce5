"""The graph behind every question: it stands on an engine, with rdflib on either side."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Union

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from graph_builder.core import notebook
from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import ID_KINDS, NS, PREFIXES, compact, expand
from graph_builder.store.engine import Answer, Engine, GraphName, Subject, Term
from graph_builder.store.label_index import LabelIndex
from graph_builder.store.local_engine import LocalEngine

if TYPE_CHECKING:
    import rdflib

#: What is taken wherever a graph is taken.
GraphLike = Union["Graph", "rdflib.Graph", Iterable[Quad]]
_BATCH_SIZE = 200
_MAX_REPR_CLASSES = 10
#: Where the IRIs of things begin, not those of what is said of them.
_ENTITY_PREFIXES = tuple(PREFIXES[kind] for kind in ID_KINDS[: ID_KINDS.index("modality")])
_CLASSES_QUERY = """SELECT DISTINCT ?thing ?class WHERE {{
  VALUES ?thing {{ {0} }}
  {{ ?thing a ?class }} UNION {{ GRAPH ?g {{ ?thing a ?class }} }}
}}"""
_MENTIONED_QUERY = """ASK {{
  {{ {0} ?p ?o }} UNION {{ ?s ?p {0} }}
  UNION {{ GRAPH ?g {{ {0} ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p {0} }} }}
}}"""


class Graph:
    """A graph to ask: an RDF dataset whose default graph is the merge of what sources say."""

    #: The day that a graph is narrowed to; a whole graph has none.
    at = ""
    #: The IRIs of things that a graph was narrowed to be without, although their names stand in it.
    without: frozenset[str] = frozenset()
    #: How well the facts of a narrowed graph were verified at least; "" of a whole one.
    verified = ""

    def __init__(self, engine: Engine | Store) -> None:
        """Stand on an engine; a pyoxigraph store stands for the local engine over it."""
        self.engine: Engine = LocalEngine(engine) if isinstance(engine, Store) else engine

    @property
    def store(self) -> Store:
        """The pyoxigraph store of a graph on this machine; raises ReadError for one elsewhere."""
        if not isinstance(self.engine, LocalEngine):
            raise ReadError("the graph is on a server; take a copy of it first")
        return self.engine.store

    def copy(self) -> "Graph":
        """Return a copy in memory, for what cannot be asked of a server."""
        store = Store()
        store.bulk_extend(self.quads())
        return Graph(store)

    def to_local(self) -> "Graph":
        """Return the graph itself if it is on this machine, else a copy."""
        return self if isinstance(self.engine, LocalEngine) else self.copy()

    @classmethod
    def wrap(cls, graph: GraphLike) -> "Graph":
        """Return a Graph over quads, an rdflib graph or dataset, or a Graph, which stays itself."""
        if isinstance(graph, Graph):
            return graph
        store = Store()
        if hasattr(graph, "serialize"):
            store.bulk_load(_serialize_rdflib(graph), format=RdfFormat.N_QUADS)
        else:
            store.bulk_extend(graph)
        return cls(store)

    def __len__(self) -> int:
        """Return the number of quads, the merged default graph counted with the others."""
        return len(self.engine)

    def query(self, text: str, name: str = "query") -> Answer:
        """Return the answer to a SPARQL query; raises QueryError with the position of a mistake."""
        return self.engine.query(text, name)

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> list[Quad]:
        """Return the quads that fit a pattern, by default all, in no particular order."""
        return list(self.engine.quads(subject, predicate, object_, graph))

    def to_rdflib(self) -> "rdflib.Dataset":
        """Return this graph as an rdflib Dataset over the same store, or a copy of a server's."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self.to_local().store))

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for predicate in ("dcterms:title", "rdfs:label", "skos:prefLabel"):
            for quad in self.engine.quads(None, NamedNode(expand(predicate)), None):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    language = quad.object.language or ""
                    found.setdefault(quad.subject.value, {})[language] = quad.object.value
        return found

    @cached_property
    def label_index(self) -> LabelIndex:
        """Return the names of the things of the graph, as they were when first looked for."""
        return LabelIndex(self.engine)

    def __contains__(self, iri: object) -> bool:
        """Return whether the graph says anything of or by a thing, in whichever named graph."""
        try:
            node = NamedNode(str(iri))
        except ValueError:
            return False
        return bool(self.engine.query(_MENTIONED_QUERY.format(node), "contains"))

    def value(self, subject: str, predicate: str) -> str:
        """Return the one value of a property of a thing as text, the least of several, or ""."""
        pattern = self.engine.quads(NamedNode(subject), NamedNode(predicate), None)
        return min((getattr(quad.object, "value", "") for quad in pattern), default="")

    def objects_by_subject(self, predicate: str) -> dict[str, Any]:
        """Return the values of a property that things have at most once, by the things' IRIs."""
        pattern = self.engine.quads(None, NamedNode(predicate), None)
        return {getattr(quad.subject, "value", ""): quad.object for quad in pattern}

    def values_by_subject(self, predicate: str) -> dict[str, str]:
        """Return the same as texts: an IRI in full, a literal without its datatype."""
        return {
            iri: getattr(term, "value", "")
            for iri, term in self.objects_by_subject(predicate).items()
        }

    def class_of(self, iri: str) -> str:
        """Return the IRI of the class of our own that a thing has, or ""."""
        return self.classes_of([iri]).get(iri, "")

    def classes_of(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the IRI of the class of our own of each thing that has one; the least of several.

        One question does for many things, since a server may be far away.
        """
        found: dict[str, str] = {}
        for some in _split_batches(sorted({*iris})):
            named = " ".join(str(NamedNode(iri)) for iri in some)
            rows: Any = self.engine.query(_CLASSES_QUERY.format(named), "classes")
            for thing, class_ in rows:
                if class_.value.startswith(NS):
                    found[thing.value] = min(found.get(thing.value, class_.value), class_.value)
        return found

    def instances_of(self, class_: str) -> list[str]:
        """Return the IRIs of the things that have a class, sorted."""
        pattern = self.engine.quads(None, NamedNode(expand("rdf:type")), NamedNode(class_), None)
        return sorted({q.subject.value for q in pattern if isinstance(q.subject, NamedNode)})

    def labels(self, iri: str) -> Mapping[str, str]:
        """Return the names a thing is shown by, one a language, by language tag, "" for none."""
        return self._labels.get(iri, {})

    def label(self, iri: str, language: str = "en") -> str:
        """Return the name a thing is shown by, or its prefixed name where it has none."""
        names = self.labels(iri)
        return names.get(language) or names.get("en") or next(iter(names.values()), compact(iri))

    def _repr_html_(self) -> str:
        """Return a table for a notebook: how many things of each class the graph tells of."""
        typed = {(q.subject, q.object) for q in self.quads(None, NamedNode(expand("rdf:type")))}
        every = Counter(getattr(class_, "value", "") for _, class_ in typed)
        facts, sources = (every[expand(name)] for name in ("aigg:Assertion", "aigg:Source"))
        held = Counter(
            getattr(class_, "value", "")
            for thing, class_ in typed
            if getattr(thing, "value", "").startswith(_ENTITY_PREFIXES)
        )
        ranked = sorted(
            (-number, self.label(iri), iri) for iri, number in held.items() if NS in iri
        )
        rows = [[(name, compact(iri)), (f"{-number:,}", "")] for number, name, iri in ranked]
        more = (
            f"; the first {_MAX_REPR_CLASSES} of {len(rows)} classes"
            if len(rows) > _MAX_REPR_CLASSES
            else ""
        )
        day = f" as of {self.at}" if self.at else ""
        note = f"{facts:,} facts by {sources:,} sources{day}{more}"
        return notebook.format_html_table(("class", "things"), rows[:_MAX_REPR_CLASSES], note)


def _split_batches(items: list[str]) -> list[list[str]]:
    return [items[start : start + _BATCH_SIZE] for start in range(0, len(items), _BATCH_SIZE)]


def _serialize_rdflib(graph: Any) -> bytes:
    """Return an rdflib graph or dataset as N-Quads."""
    from rdflib import Dataset

    if isinstance(graph, Dataset):
        return bytes(graph.serialize(format="nquads", encoding="utf-8"))
    return bytes(graph.serialize(format="nt", encoding="utf-8"))
