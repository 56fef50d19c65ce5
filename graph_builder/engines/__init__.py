"""Engines: what answers the SPARQL of a graph, in this process or at an address."""

from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    parse_query_results,
)

Answer = QuerySolutions | QueryBoolean | QueryTriples
Subject = NamedNode | BlankNode | Triple
Term = NamedNode | BlankNode | Literal | Triple
GraphName = NamedNode | BlankNode | DefaultGraph

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Engine(Protocol):
    """What a graph needs of a store, with None in a pattern for any term."""

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; raises QueryError, named after ``name``."""
        ...

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that fit a pattern, in no particular order."""
        ...

    def __len__(self) -> int:
        """Return the number of quads, those of the merged default graph among them."""
        ...


def triples_answer(triples: Iterable[Triple]) -> QueryTriples:
    """Return triples as the answer to a CONSTRUCT."""
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return cast("QueryTriples", store.query(_ALL))


def solutions_answer(json: str | bytes) -> QuerySolutions | QueryBoolean:
    """Return what is written in the SPARQL 1.1 Query Results JSON Format; raises SyntaxError."""
    return parse_query_results(json, format=QueryResultsFormat.JSON)
