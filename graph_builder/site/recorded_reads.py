"""What a page reads of a graph and of the links of its site, and the digests of what it found.

A page whose reads all find the same as before is the same as before. So it need not be made again:
the verifying traces of Mokhov, Mitchell and Peyton Jones, "Build Systems à la Carte" (2018).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    parse,
)

from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.site.links import Figure, LinkPlan
from graph_builder.store.engine import Answer, GraphName, Subject, Term, parse_json_results
from graph_builder.store.graph import Graph
from graph_builder.store.label_index import LabelIndex
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.used_names import UsedNames
from graph_builder.store.word_index import WordIndex

#: The kind of a read and its arguments, as text.
Read = tuple[str, ...]

#: Kinds of reads: quads of a pattern, the answer to a query, what describes an entity in a line,
#: the path of its page, its pictures; and the whole graph, of which no digest is computed.
_QUADS, _QUERY, _DESCRIPTION, _PATH, _FIGURES, _WHOLE = (
    *("quads", "query", "description", "path", "figures", "whole"),
)
_DEFAULT = str(DefaultGraph())
#: Properties that are read of most entities that a page mentions: one read for all of them, without
#: the facts about an entity, of which there may be many.
_DESCRIBING = tuple(
    NamedNode(expand(name))
    for name in (
        *("rdf:type", "rdfs:label", "skos:prefLabel", "aigg:displayLabel", "dcterms:title"),
        *("schema:url", "dcterms:language", "aigg:rank", "aigg:plural"),
    )
)
_DESCRIBING_IRIS = frozenset(each.value for each in _DESCRIBING)
_DIGEST_BYTES = 16
#: The most digests that are kept.
_MOST_KNOWN = 50_000


@dataclass
class ReadRecorder:
    """The reads since it was last asked for them, with the digests that are known."""

    reads: dict[Read, str] = field(default_factory=dict)

    def note(self, kind: str, *arguments: str, digest: str = "") -> None:
        """Add a read, with the digest of what it found where that is known."""
        self.reads[kind, *arguments] = digest

    def take(self) -> dict[Read, str]:
        """Return the reads, in order, and forget them."""
        found = dict(sorted(self.reads.items()))
        self.reads.clear()
        return found


class _RecordingEngine(LocalEngine):
    """An engine that notes what is asked of it."""

    def __init__(self, engine: LocalEngine, recorder: ReadRecorder) -> None:
        self._engine = engine
        self._recorder = recorder
        self.digest, self.index, self.is_on_disk = engine.digest, engine.index, engine.is_on_disk

    def __getattr__(self, name: str) -> Any:
        """Return what this engine does not have, such as its store, of which all may be read."""
        self._recorder.note(_WHOLE)
        return getattr(self._engine, name)

    def __len__(self) -> int:
        self._recorder.note(_WHOLE)
        return len(self._engine)

    def query(self, text: str, name: str) -> Answer:
        answer = self._engine.query(text, name)
        if isinstance(answer, QueryTriples):
            self._recorder.note(_QUERY, text, name)
            return answer
        written = answer.serialize(format=QueryResultsFormat.JSON) or b""
        self._recorder.note(_QUERY, text, name, digest=_digest([str(written)]))
        return parse_json_results(written)

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        self._recorder.note(*_name_read(subject, predicate, object_, graph))
        return self._engine.quads(subject, predicate, object_, graph)


def _name_read(
    subject: Subject | None,
    predicate: NamedNode | None,
    object_: Term | None,
    graph: GraphName | None,
) -> Read:
    """Return the read of a pattern of quads, or one that finds these quads among others.

    One for all quads of an assertion, and one for all that lead to a thing, are fewer than one for
    each property: a page that reads some of these reads most of them.
    """
    iri = subject.value if isinstance(subject, NamedNode) else ""
    if iri and predicate and object_ is None and predicate.value in _DESCRIBING_IRIS:
        return _DESCRIPTION, iri
    if iri.startswith(PREFIXES["assertion"]):
        return _QUADS, str(subject), "", "", ""
    if subject is None and predicate and isinstance(object_, NamedNode):
        return _QUADS, "", "", str(object_), ""
    pattern = (subject, predicate, object_, graph)
    return _QUADS, *("" if each is None else str(each) for each in pattern)


class RecordingGraph(Graph):
    """A graph in memory that notes what is read of it; the answers are those of the graph."""

    def __init__(self, graph: Graph, recorder: ReadRecorder) -> None:
        """Read from a graph with a local engine, which is no snapshot."""
        if not isinstance(graph.engine, LocalEngine):
            raise TypeError("only reads of a local graph can be recorded")
        super().__init__(_RecordingEngine(graph.engine, recorder))
        self._graph = graph
        self._recorder = recorder
        self._excluded, self.verified, self.notes = graph.excluded, graph.verified, graph.notes

    def labels(self, iri: str) -> Mapping[str, str]:
        """Return the labels of an entity by language tag."""
        self._recorder.note(_DESCRIPTION, iri)
        return self._graph.labels(iri)

    def whole_label(self, iri: str, language: str = "en") -> str:
        """Return the label of an entity, never cut."""
        self._recorder.note(_DESCRIPTION, iri)
        return self._graph.whole_label(iri, language)

    def inverse_label(self, relation: str) -> str:
        """Return the words by which a relation is read from its object."""
        self._recorder.note(_DESCRIPTION, relation)
        return self._graph.inverse_label(relation)

    def read_naming_triples(self, iri: str) -> frozenset[Quad]:
        """Return what names an entity, as quads of the default graph, without inferred triples."""
        self._recorder.note(_DESCRIPTION, iri)
        return self._graph.read_naming_triples(iri)

    def classes_of(self, iris: Any) -> dict[str, str]:
        """Return the classes of entities."""
        wanted = [*iris]
        for iri in wanted:
            self._recorder.note(_DESCRIPTION, iri)
        return self._graph.classes_of(wanted)

    def list_inactive_statuses(self) -> dict[str, str]:
        """Return the status of each entity that is not there yet, or no more."""
        self._recorder.note(_WHOLE)
        return self._graph.list_inactive_statuses()

    @property
    def label_index(self) -> LabelIndex:
        """The index of all names."""
        self._recorder.note(_WHOLE)
        return self._graph.label_index

    @property
    def word_index(self) -> WordIndex:
        """The index of what names mean."""
        self._recorder.note(_WHOLE)
        return self._graph.word_index

    @property
    def used_names(self) -> UsedNames:
        """The prefixed names of what is in the graph."""
        self._recorder.note(_WHOLE)
        return self._graph.used_names

    def get_recorded(self, key: str) -> str | None:
        """Return a property of the graph that was recorded with its store."""
        self._recorder.note(_WHOLE)
        return self._graph.get_recorded(key)


class RecordingPlan(LinkPlan):
    """A link plan that notes which paths and pictures are asked for."""

    recorder: ReadRecorder

    @classmethod
    def wrap(cls, plan: LinkPlan, recorder: ReadRecorder) -> "RecordingPlan":
        """Return a plan with the same links that notes its reads."""
        values = (plan.stems, plan.drawn, plan.base, plan.style, plan.scripts)
        recording = cls(*values, plan.has_name_files)
        object.__setattr__(recording, "recorder", recorder)
        return recording

    def path(self, iri: str) -> str:
        """Return the path of the page of an IRI."""
        self.recorder.note(_PATH, iri)
        return super().path(iri)

    def figures_of(self, iri: str) -> list[Figure]:
        """Return the pictures of an entity."""
        self.recorder.note(_FIGURES, iri)
        return super().figures_of(iri)


class ReadDigests:
    """Digests of what reads find in a graph and a link plan; the last ones are kept."""

    def __init__(self, graph: Graph, plan: LinkPlan) -> None:
        """Read from a graph and a plan that are not changed any more."""
        self._graph = graph
        self._plan = plan
        self._known: dict[Read, str] = {}

    def compute(self, read: Read) -> str:
        """Return the digest of what a read finds now, or "" if none is computed."""
        if read not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[read] = self._compute(*read)
        return self._known[read]

    def _compute(self, kind: str, *arguments: str) -> str:
        if kind == _QUADS:
            pattern: list[Any] = [_parse_term(each) for each in arguments]
            return _digest(sorted(map(str, self._graph.quads(*pattern))))
        if kind == _DESCRIPTION:
            return self._digest_description(*arguments)
        if kind == _QUERY:
            return self._digest_answer(*arguments)
        return self._digest_links(kind, *arguments)

    def _digest_links(self, kind: str, *iris: str) -> str:
        if kind == _PATH:
            return _digest([self._plan.path(*iris)])
        if kind == _FIGURES:
            return _digest(f"{each.view} {each.path}" for each in self._plan.figures_of(*iris))
        return ""

    def _digest_answer(self, text: str, name: str) -> str:
        answer = self._graph.query(text, name)
        if isinstance(answer, QueryTriples):
            return ""
        return _digest([str(answer.serialize(format=QueryResultsFormat.JSON))])

    def _digest_description(self, iri: str) -> str:
        graph = self._graph
        said = [graph.whole_label(iri), graph.class_of(iri), graph.inverse_label(iri)]
        said += [f"{language} {label}" for language, label in graph.labels(iri).items()]
        node = _parse_term(f"<{iri}>")
        quads = (quad for name in (_DESCRIBING if node else ()) for quad in graph.quads(node, name))
        return _digest([*said, *sorted(map(str, quads))])


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


def _parse_term(text: str) -> Any:
    """Return the term of a text in N-Triples, or None for "" and for what is no IRI."""
    if not text:
        return None
    if text == _DEFAULT:
        return DefaultGraph()
    if text.startswith("_:"):
        return BlankNode(text.removeprefix("_:"))
    try:
        if text.startswith("<"):
            return NamedNode(text[1:-1])
        (quad,) = parse(f"<x:> <x:> {text} .", format=RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return None
    return quad.object
