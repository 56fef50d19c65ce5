"""Engines: what answers the SPARQL of a graph, in this process or at an address."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, cast

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

from graph_builder.core.errors import QueryError

Answer = QuerySolutions | QueryBoolean | QueryTriples
Subject = NamedNode | BlankNode | Triple
Term = NamedNode | BlankNode | Literal | Triple
GraphName = NamedNode | BlankNode | DefaultGraph

_CONSTRUCT_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


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


def build_triples_answer(triples: Iterable[Triple]) -> QueryTriples:
    """Return triples as the answer to a CONSTRUCT."""
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return cast("QueryTriples", store.query(_CONSTRUCT_ALL))


def parse_json_results(written: str | bytes) -> QuerySolutions | QueryBoolean:
    """Return what is written in the SPARQL 1.1 Query Results JSON Format; raises SyntaxError."""
    return parse_query_results(written, format=QueryResultsFormat.JSON)


def list_bindings(answer: QuerySolutions) -> list[dict[str, Any]]:
    """Return the rows of an answer as the SPARQL 1.1 Query Results JSON Format has them.

    Raises QueryError where the answer, which is worked out while it is read, breaks off.
    """
    try:
        text = answer.serialize(format=QueryResultsFormat.JSON) or b""
    except (OSError, RuntimeError) as error:
        raise QueryError(f"the query cannot be answered: {error}") from error
    found: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
    return found


def build_solutions(columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> QuerySolutions:
    """Return an answer with such columns and with rows as that format has them."""
    answer = {"head": {"vars": list(columns)}, "results": {"bindings": list(rows)}}
    return cast("QuerySolutions", parse_json_results(json.dumps(answer)))


def concatenate_solutions(answers: Sequence[QuerySolutions]) -> QuerySolutions:
    """Return answers as one with the columns of all, each below the one before it."""
    columns = dict.fromkeys(named.value for answer in answers for named in answer.variables)
    return build_solutions(columns, (row for answer in answers for row in list_bindings(answer)))
