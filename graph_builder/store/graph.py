"""The class ``Graph``: an RDF dataset over an engine, made from and turned into rdflib's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Union

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from graph_builder.core.errors import ReadError
from graph_builder.core.search_words import SearchWords, load_search_words
from graph_builder.core.text import MAX_LABEL, MAX_TEXT, shorten
from graph_builder.core.vocabulary import ID_KINDS, INFERRED_GRAPH, NS, PREFIXES, compact, expand
from graph_builder.store.engine import Answer, Engine, GraphName, Subject, Term, make_node
from graph_builder.store.label_index import LabelIndex, NamesInMemory
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.used_names import UsedNames, UsedNamesInMemory
from graph_builder.store.word_index import MeaningsInMemory, WordIndex

if TYPE_CHECKING:
    import rdflib

    from graph_builder.store.stored_index import StoredIndex

#: Whatever ``Graph.wrap`` accepts.
GraphLike = Union["Graph", "rdflib.Graph", Iterable[Quad]]
#: The column that a snapshot adds to each answer.
HOLDS_COLUMN = "holds"
_BATCH_SIZE = 200
_MAX_REPR_CLASSES = 10
#: The IRI prefixes of entities, without those of what describes facts.
_ENTITY_PREFIXES = tuple(PREFIXES[kind] for kind in ID_KINDS[: ID_KINDS.index("modality")])
_CLASSES_QUERY = """SELECT DISTINCT ?thing ?class WHERE {{
  VALUES ?thing {{ {0} }}
  {{ ?thing a ?class }} UNION {{ GRAPH ?g {{ ?thing a ?class }} }}
}}"""
_VALUES_QUERY = """SELECT ?thing ?property ?value WHERE {{
  VALUES ?thing {{ {0} }}
  {{ ?thing ?property ?value }} UNION {{ GRAPH ?g {{ ?thing ?property ?value }} }}
  FILTER (?property IN ({1}))
}}"""
_STATUS_QUERY = """SELECT ?thing ?status ?from ?asOf {
  ?assertion a aigg:Affirmation ; rdf:predicate aigg:hasStatus ;
             rdf:subject ?thing ; rdf:object ?status .
  OPTIONAL { ?assertion aigg:validFrom ?from }
  OPTIONAL { ?assertion aigg:asOf ?asOf }
}"""
_LABELS = tuple(
    NamedNode(expand(name))
    for name in ("dcterms:title", "rdfs:label", "skos:prefLabel", "aigg:displayLabel")
)
_TYPE = NamedNode(expand("rdf:type"))
_NAMING_PROPERTIES = tuple(
    NamedNode(expand(name))
    for name in ("rdf:type", "rdfs:label", "skos:prefLabel", "dcterms:title", "schema:url")
)
#: The most entities of which is kept what names them.
_MOST_NAMED = 4_000
#: The most entities whose labels are asked for alone.
_MOST_LABELS = 2_000
#: The most entities that a server is asked about one by one.
_FEW_LABELS = 10
#: The collection of the statuses of what is not there yet, or no more.
_NOT_THERE = NamedNode(expand("status:not-there"))
_MENTIONED_QUERY = """ASK {{
  {{ {0} ?p ?o }} UNION {{ ?s ?p {0} }}
  UNION {{ GRAPH ?g {{ {0} ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p {0} }} }}
}}"""


class Graph:
    """An RDF dataset; its default graph is the merge of what all sources say."""

    #: The day, month or year of a snapshot; "" for a graph that is no snapshot.
    at = ""
    _whole: "Graph | None" = None
    _excluded: frozenset[str] = frozenset()
    #: The lowest verification of the facts in a selection; "" for all facts.
    verified = ""
    #: What a reader has to know of how the graph was read from a file.
    notes: tuple[str, ...] = ()
    #: What tells the graph from any other, where it was read from a cache or store that knows it.
    digest = ""
    #: How many entities a server was asked about one by one.
    _labels_asked = 0

    def __init__(self, engine: Engine | Store) -> None:
        """Use an engine; a pyoxigraph store is wrapped in a local engine."""
        self._engine: Engine = LocalEngine(engine) if isinstance(engine, Store) else engine
        self._labels_asked = 0

    @property
    def engine(self) -> Engine:
        """The engine that answers queries."""
        return self._engine

    @property
    def excluded(self) -> frozenset[str]:
        """The IRIs of entities that a selection excludes; their names are still in the graph."""
        return self._excluded

    @property
    def whole(self) -> "Graph":
        """The graph that a snapshot restricts to a day; any other graph itself."""
        return self if self._whole is None else self._whole

    @property
    def origin(self) -> "Graph":
        """The graph that a selection, by day or verification, was made of; any other itself."""
        return self

    @property
    def store(self) -> Store:
        """The pyoxigraph store of a local graph; raises ReadError for a remote one."""
        if not isinstance(self.engine, LocalEngine):
            raise ReadError("the graph is on a server; copy it first with Graph.copy()")
        return self.engine.store

    def copy(self) -> "Graph":
        """Return a copy in memory."""
        store = Store()
        store.bulk_extend(self.quads())
        copy = Graph(store)
        copy.notes = self.notes
        return copy

    def to_local(self) -> "Graph":
        """Return the graph itself if it is local, otherwise a copy in memory."""
        return self if isinstance(self.engine, LocalEngine) else self.copy()

    def to_memory(self) -> "Graph":
        """Return the graph itself if it is in memory, otherwise a copy in memory."""
        in_memory = isinstance(self.engine, LocalEngine) and not self.engine.is_on_disk
        if in_memory:
            return self
        copy = self.copy()
        copy.digest = self.digest
        return copy

    @classmethod
    def wrap(cls, graph: GraphLike) -> "Graph":
        """Return quads or an rdflib graph as a Graph; a Graph is returned as it is."""
        if isinstance(graph, Graph):
            return graph
        store = Store()
        if hasattr(graph, "serialize"):
            store.bulk_load(_serialize_rdflib(graph), format=RdfFormat.N_QUADS)
        else:
            store.bulk_extend(graph)
        return cls(store)

    def __len__(self) -> int:
        """Return the number of quads in all graphs, the merged default graph included."""
        return len(self.engine)

    def query(self, text: str, name: str = "query") -> Answer:
        """Return the answer to a SPARQL query; QueryError gives the position of an error."""
        return self.engine.query(text, name)

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> list[Quad]:
        """Return the quads that match a pattern, in no particular order; by default all."""
        return list(self.engine.quads(subject, predicate, object_, graph))

    def to_rdflib(self) -> "rdflib.Dataset":
        """Return an rdflib Dataset over the same store, or over a copy of a remote graph.

        Its queries know the prefixes of this project.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(store=OxigraphStore(store=self.to_local().store))
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace, replace=True)
        return dataset

    @cached_property
    def _all_labels(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of all entities, since each question to a server takes a round trip."""
        found: dict[str, dict[str, str]] = {}
        for predicate in _LABELS:
            for quad in self.engine.quads(None, predicate, None):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    language = quad.object.language or ""
                    found.setdefault(quad.subject.value, {})[language] = quad.object.value
        return found

    @cached_property
    def _labels(self) -> dict[str, Mapping[str, str]]:
        """The labels that were looked up."""
        return {}

    def _find_labels(self, iri: str) -> Mapping[str, str]:
        if not isinstance(self.engine, LocalEngine):
            self._labels_asked += 1
            is_read = "_all_labels" in vars(self) or self._labels_asked > _FEW_LABELS
            return self._all_labels.get(iri, {}) if is_read else self._query_labels([iri])[iri]
        node = make_node(iri)
        found = (
            quad.object
            for predicate in (_LABELS if node else ())
            for quad in self.engine.quads(node, predicate, None)
        )
        return {each.language or "": each.value for each in found if isinstance(each, Literal)}

    def read_labels(self, iris: Iterable[str]) -> None:
        """Read the labels of the entities of an answer, if a server has the graph.

        Else the labels of all entities are read when the first one is asked for, which is better
        for an answer that is about many of them.
        """
        if isinstance(self.engine, LocalEngine) or "_all_labels" in vars(self):
            return
        wanted = sorted({*iris} - self._labels.keys())
        if len(wanted) <= _MOST_LABELS:
            self._labels.update(self._query_labels(wanted))

    def _query_labels(self, iris: list[str]) -> dict[str, dict[str, str]]:
        """Return the labels of each entity as ``labels`` does, asking for these alone."""
        found = {iri: dict[str, str]() for iri in iris}
        rows = self._query_values(iris, _LABELS)
        for iri, _, label in sorted(rows, key=lambda row: (_LABELS.index(row[1]), str(row[2]))):
            if isinstance(label, Literal):
                found[iri][label.language or ""] = label.value
        return found

    @cached_property
    def _inverse_labels(self) -> Mapping[str, str]:
        return self.values_by_subject(expand("aigg:inverseLabel"))

    @cached_property
    def label_index(self) -> LabelIndex:
        """The index of all names in the graph, built at the first search and not updated."""
        return LabelIndex(self._stored_index or NamesInMemory(self.engine))

    @cached_property
    def word_index(self) -> WordIndex:
        """The index of what names mean, built at the first search and not updated."""
        return WordIndex(self._stored_index or MeaningsInMemory(self), self.search_words)

    @property
    def used_names(self) -> UsedNames:
        """The prefixed names of what is in the graph."""
        return self._stored_index or self._used_names

    @cached_property
    def _used_names(self) -> UsedNamesInMemory:
        return UsedNamesInMemory(self)

    @cached_property
    def search_words(self) -> SearchWords:
        """What the words of searches mean."""
        return self._stored_index.load_search_words() if self._stored_index else load_search_words()

    @cached_property
    def _stored_index(self) -> "StoredIndex | None":
        """The index that was written with a store on disk, if there is one."""
        path = self.engine.index if isinstance(self.engine, LocalEngine) else None
        if path is None:
            return None
        from graph_builder.store.stored_index import open_index

        return open_index(path)

    @cached_property
    def _inactive_status_labels(self) -> Mapping[str, str]:
        return self.list_inactive_statuses()

    def list_inactive_statuses(self) -> dict[str, str]:
        """Return the status of each entity that is not there yet, or no more, by IRI."""
        rows: Any = self.engine.query(_STATUS_QUERY, "statuses")
        latest: dict[str, tuple[str, str]] = {}
        for thing, status, *dates in rows:
            day = max(getattr(each, "value", "") for each in dates)
            latest[thing.value] = max(latest.get(thing.value, ("", "")), (day, status.value))
        members = self.engine.quads(_NOT_THERE, NamedNode(expand("skos:member")), None)
        not_there = {getattr(quad.object, "value", "") for quad in members}
        found = {iri: status for iri, (_, status) in latest.items() if status in not_there}
        self.read_labels(found.values())
        return {iri: min(self.labels(each).values(), default="") for iri, each in found.items()}

    def get_recorded(self, key: str) -> str | None:
        """Return a property of the graph that was recorded with its store, None if none was."""
        return self._stored_index.get_property(key) if self._stored_index else None

    def __contains__(self, iri: object) -> bool:
        """Return whether an IRI occurs in any triple of the graph as subject or object."""
        node = make_node(str(iri))
        return bool(node and self.engine.query(_MENTIONED_QUERY.format(node), "contains"))

    def value(self, subject: str, predicate: str) -> str:
        """Return the value of a property as text: "" if there is none, the least of several.

        What is no IRI, such as a text where a thing belongs, has none.
        """
        if (node := make_node(subject)) is None:
            return ""
        pattern = self.engine.quads(node, NamedNode(predicate), None)
        return min((getattr(quad.object, "value", "") for quad in pattern), default="")

    def values_of(
        self, subjects: Iterable[str], predicates: Iterable[str]
    ) -> dict[str, dict[str, str]]:
        """Return the values of some properties of each subject, as ``value`` returns each.

        A server is asked once for many subjects.
        """
        wanted, names = sorted({*subjects}), [*predicates]
        if isinstance(self.engine, LocalEngine):
            return {iri: {name: self.value(iri, name) for name in names} for iri in wanted}
        found: dict[str, dict[str, list[str]]] = {iri: {} for iri in wanted}
        for thing, name, value in self._query_values(wanted, map(NamedNode, names)):
            found[thing].setdefault(name.value, []).append(getattr(value, "value", ""))
        return {
            iri: {name: min(values.get(name, ()), default="") for name in names}
            for iri, values in found.items()
        }

    def _query_values(
        self, subjects: list[str], predicates: Iterable[NamedNode]
    ) -> Iterator[tuple[str, NamedNode, Term]]:
        """Yield each subject, property and value, asking once for many subjects."""
        properties = ", ".join(map(str, predicates))
        for batch in _split_batches(subjects):
            nodes = " ".join(str(node) for iri in batch if (node := make_node(iri)))
            rows: Any = self.engine.query(_VALUES_QUERY.format(nodes, properties), "values")
            for thing, name, value in rows:
                yield thing.value, name, value

    def objects_by_subject(self, predicate: str) -> dict[str, Any]:
        """Return the object of each subject of a single-valued property, keyed by subject IRI."""
        pattern = self.engine.quads(None, NamedNode(predicate), None)
        return {getattr(quad.subject, "value", ""): quad.object for quad in pattern}

    def values_by_subject(self, predicate: str) -> dict[str, str]:
        """Return the objects of a single-valued property as text, by the IRI of the subject."""
        return {
            iri: getattr(term, "value", "")
            for iri, term in self.objects_by_subject(predicate).items()
        }

    def class_of(self, iri: str) -> str:
        """Return the IRI of an entity's class in the project's ontology, or ""."""
        return self.classes_of([iri]).get(iri, "")

    def classes_of(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the classes of entities in the project's ontology; the least IRI of several.

        Each entity is queried once, in batches, since each query to a server takes a round trip.
        """
        wanted = {*iris}
        # to subtract the keys of a dictionary would look at all of them
        unknown = sorted(iri for iri in wanted if iri not in self._classes)
        for batch in _split_batches(unknown):
            self._classes.update(self._query_classes(batch))
        return {iri: class_ for iri in sorted(wanted) if (class_ := self._classes[iri])}

    @cached_property
    def _classes(self) -> dict[str, str]:
        """The classes that were queried, by entity; "" for what has none."""
        return {}

    def _query_classes(self, iris: list[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        nodes = [node for iri in iris if (node := make_node(iri))]
        for thing, class_ in self._iter_types(nodes):
            if class_.startswith(NS):
                found[thing] = min(found.get(thing, class_), class_)
        return {**dict.fromkeys(iris, ""), **found}

    def _iter_types(self, nodes: Iterable[NamedNode]) -> Iterator[tuple[str, str]]:
        if isinstance(self.engine, LocalEngine):
            for node in nodes:
                for quad in self.engine.quads(node, _TYPE, None):
                    yield node.value, getattr(quad.object, "value", "")
            return
        rows: Any = self.engine.query(_CLASSES_QUERY.format(" ".join(map(str, nodes))), "classes")
        for thing, class_ in rows:
            yield thing.value, class_.value

    def instances_of(self, class_: str) -> list[str]:
        """Return the IRIs of the instances of a class, sorted."""
        pattern = self.engine.quads(None, NamedNode(expand("rdf:type")), NamedNode(class_), None)
        return sorted({q.subject.value for q in pattern if isinstance(q.subject, NamedNode)})

    def labels(self, iri: str) -> Mapping[str, str]:
        """Return the labels of an entity by language tag ("" for a label without one)."""
        if iri not in self._labels:
            self._labels[iri] = self._find_labels(iri)
        return self._labels[iri]

    def label(self, iri: str, language: str = "en") -> str:
        """Return the label of an entity, or its prefixed name if it has no label, for people.

        That of one which is not there yet, or no more, ends in its status: ``X (proposed)``. One
        longer than 500 characters is cut; `whole_label` returns it for data.
        """
        return shorten(self.whole_label(iri, language), MAX_LABEL)

    def whole_label(self, iri: str, language: str = "en") -> str:
        """Return the label of an entity as `label` does, but never cut."""
        labels = self.labels(iri)
        label = labels.get(language) or labels.get("en") or next(iter(labels.values()), "")
        stored = self._stored_index
        status = (
            stored.get_status_label(iri) if stored else self._inactive_status_labels.get(iri, "")
        )
        return f"{label or compact(iri)} ({status})" if status else label or compact(iri)

    def read_naming_triples(self, iri: str) -> frozenset[Quad]:
        """Return what names an entity, as quads of the default graph, without inferred triples.

        These are its classes, labels and address, not its facts, of which there may be many.
        """
        known = self._naming_triples
        if iri not in known:
            if len(known) >= _MOST_NAMED:
                known.clear()
            known[iri] = frozenset(self._iter_naming_triples(iri))
        return known[iri]

    @cached_property
    def _naming_triples(self) -> dict[str, frozenset[Quad]]:
        """What names the entities that were asked for last."""
        return {}

    def _iter_naming_triples(self, iri: str) -> Iterator[Quad]:
        node = NamedNode(iri)
        for predicate in _NAMING_PROPERTIES:
            for quad in self.engine.quads(node, predicate, None):
                if getattr(quad.graph_name, "value", "") != INFERRED_GRAPH:
                    yield Quad(quad.subject, quad.predicate, quad.object)

    def inverse_label(self, relation: str) -> str:
        """Return the words by which a relation is read from its object: ``hosted by``.

        For one without such words, its label with a mark of the direction: ``(reverse of) hosted``.
        """
        label = self._inverse_labels.get(relation) or f"(reverse of) {self.label(relation)}"
        return shorten(label, MAX_LABEL)

    def format_term(self, term: object) -> str:
        """Return a term for people: the label of what an IRI names, or a text, cut if it is long.

        For None, return "".
        """
        if isinstance(term, NamedNode):
            return self.label(term.value)
        return "" if term is None else shorten(str(getattr(term, "value", term)), MAX_TEXT)

    def __repr__(self) -> str:
        """Return the number of quads, and to which day and verification the graph is narrowed."""
        if not isinstance(self.engine, LocalEngine):
            return f"<{type(self).__name__} on a server>"
        narrowed = (
            f" at {self.at}" if self.at else "",
            f", verified {self.verified}" if self.verified else "",
        )
        return f"<{type(self).__name__} of {len(self):,} quads{''.join(narrowed)}>"

    def _repr_html_(self) -> str:
        """Return a table for a notebook: the number of entities of each class."""
        from graph_builder.core import notebook

        typed = {(q.subject, q.object) for q in self.quads(None, NamedNode(expand("rdf:type")))}
        all_counts = Counter(getattr(class_, "value", "") for _, class_ in typed)
        facts, sources = (all_counts[expand(name)] for name in ("aigg:Assertion", "aigg:Source"))
        entity_counts = Counter(
            getattr(class_, "value", "")
            for thing, class_ in typed
            if getattr(thing, "value", "").startswith(_ENTITY_PREFIXES)
        )
        ranked = sorted(
            (-number, self.label(iri), iri) for iri, number in entity_counts.items() if NS in iri
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
    """Return an rdflib graph or dataset as N-Quads or N-Triples."""
    from rdflib import Dataset

    if isinstance(graph, Dataset):
        return bytes(graph.serialize(format="nquads", encoding="utf-8"))
    return bytes(graph.serialize(format="nt", encoding="utf-8"))
