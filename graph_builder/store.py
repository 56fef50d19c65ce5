"""The store behind every question: pyoxigraph in memory, and rdflib on either side."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Union

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from graph_builder.errors import QueryError
from graph_builder.texts import quoted
from graph_builder.vocabulary import BASE, NS, PREFIXES, compact, expand

if TYPE_CHECKING:
    import rdflib

#: What is taken wherever a graph is taken.
GraphLike = Union["Graph", "rdflib.Graph", Iterable[Quad]]
_SHORT = 60
_LONGEST = 100_000
_DEEPEST = 200
_NESTING = re.compile(rf"[{{(\[]|[}})\]]|(?:!\s*){{{_DEEPEST}}}")


class Graph:
    """A graph to ask: an RDF dataset whose default graph is the merge of what sources say."""

    #: The day that a graph is narrowed to; a whole graph has none.
    at = ""

    def __init__(self, store: Store) -> None:
        """Stand on a pyoxigraph store, which stays available as ``store``."""
        self.store = store

    @classmethod
    def of(cls, graph: GraphLike) -> "Graph":
        """Return a Graph over quads, an rdflib graph or dataset, or a Graph, which stays itself."""
        if isinstance(graph, Graph):
            return graph
        store = Store()
        if hasattr(graph, "serialize"):
            store.bulk_load(_rdflib_quads(graph), format=RdfFormat.N_QUADS)
        else:
            store.bulk_extend(graph)
        return cls(store)

    def __len__(self) -> int:
        """Return the number of quads, the merged default graph counted with the others."""
        return len(self.store)

    def query(self, text: str, name: str = "query") -> QuerySolutions | QueryBoolean | QueryTriples:
        """Return the answer to a SPARQL query; raises QueryError with the position of a mistake."""
        _refuse_excess(text, name)
        try:
            return self.store.query(text, prefixes=dict(PREFIXES))
        except SyntaxError as error:
            raise QueryError(_explain(error, text, name)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query cannot be answered: {error}") from error

    def quads(self) -> list[Quad]:
        """Return all quads, in no particular order."""
        return list(self.store)

    def to_rdflib(self) -> "rdflib.Dataset":
        """Return this graph as an rdflib Dataset over the same store, without a copy."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self.store))

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for predicate in ("dcterms:title", "rdfs:label", "skos:prefLabel"):
            for quad in self.store.quads_for_pattern(None, NamedNode(expand(predicate)), None):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    language = quad.object.language or ""
                    found.setdefault(quad.subject.value, {})[language] = quad.object.value
        return found

    def names(self, kind: str | None = None) -> list[tuple[str, str]]:
        """Return pairs of a name and the IRI of the thing that has it, of one kind or of all."""
        start = PREFIXES[kind] if kind else BASE
        found = set()
        for predicate in ("aigg:name", "dcterms:title", "skos:altLabel", "skos:prefLabel"):
            for quad in self.store.quads_for_pattern(None, NamedNode(expand(predicate)), None):
                if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(start):
                    found.add((getattr(quad.object, "value", ""), quad.subject.value))
        return sorted(found)

    def __contains__(self, iri: object) -> bool:
        """Return whether the graph says anything of or by a thing, in whichever named graph."""
        try:
            node = NamedNode(str(iri))
        except ValueError:
            return False
        patterns = ((node, None), (None, node))
        return any(next(self.store.quads_for_pattern(s, None, o), None) for s, o in patterns)

    def value(self, subject: str, predicate: str) -> str:
        """Return the one value of a property of a thing as text, the least of several, or ""."""
        pattern = self.store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
        return min((getattr(quad.object, "value", "") for quad in pattern), default="")

    def terms(self, predicate: str) -> dict[str, Any]:
        """Return the values of a property that things have at most once, by the things' IRIs."""
        pattern = self.store.quads_for_pattern(None, NamedNode(predicate), None)
        return {getattr(quad.subject, "value", ""): quad.object for quad in pattern}

    def texts(self, predicate: str) -> dict[str, str]:
        """Return the same as texts: an IRI in full, a literal without its datatype."""
        return {iri: getattr(term, "value", "") for iri, term in self.terms(predicate).items()}

    def class_of(self, iri: str) -> str:
        """Return the IRI of the class of our own that a thing has, or ""."""
        pattern = self.store.quads_for_pattern(NamedNode(iri), NamedNode(expand("rdf:type")), None)
        classes = (getattr(quad.object, "value", "") for quad in pattern)
        return min((class_ for class_ in classes if class_.startswith(NS)), default="")

    def instances(self, class_: str) -> list[str]:
        """Return the IRIs of the things that have a class, sorted."""
        pattern = self.store.quads_for_pattern(
            None, NamedNode(expand("rdf:type")), NamedNode(class_), None
        )
        return sorted({q.subject.value for q in pattern if isinstance(q.subject, NamedNode)})

    def label(self, iri: str, language: str = "en") -> str:
        """Return the name a thing is shown by, or its prefixed name where it has none."""
        names = self._labels.get(iri, {})
        return names.get(language) or names.get("en") or next(iter(names.values()), compact(iri))


def _refuse_excess(text: str, name: str) -> None:
    """Raise QueryError for a text whose size or nesting the parser's stack would not survive."""
    if len(text) > _LONGEST:
        raise QueryError(
            f"{name}:1:1: the query has {len(text):,} characters, {_LONGEST:,} at most"
        )
    depth = 0
    for found in _NESTING.finditer(text):
        depth += 1 if found[0] in "{([" else -1 if found[0] in "})]" else _DEEPEST
        if depth > _DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            raise QueryError(f"{name}:{line}:{column}: nested more than {_DEEPEST} deep")


def _explain(error: SyntaxError, text: str, name: str) -> str:
    """Return a mistake in a query as ``name:line:column: ...`` with the text it begins at."""
    found = re.match(r"(?s)error at (\d+):(\d+): (.*)", str(error))
    if found is None:
        return f"{name}:1:1: {error}"
    line, column, reason = int(found[1]), int(found[2]), found[3]
    rest = text.split("\n")[line - 1][column - 1 :].strip()
    problem = f"not SPARQL from {quoted(rest)} on" if rest else "something is missing here"
    if not reason.startswith("expected") or len(reason) <= _SHORT:
        problem += f" ({reason})"
    return f"{name}:{line}:{column}: {problem}"


def _rdflib_quads(graph: Any) -> bytes:
    """Return an rdflib graph or dataset as N-Quads."""
    from rdflib import Dataset

    if isinstance(graph, Dataset):
        return bytes(graph.serialize(format="nquads", encoding="utf-8"))
    return bytes(graph.serialize(format="nt", encoding="utf-8"))
