"""The interface of query engines, and conversions between kinds of SPARQL results."""

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

#: The most bytes of a value that the engine reads in an answer.
_MAX_VALUE = 8_000_000
_CONSTRUCT_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Engine(Protocol):
    """Queries and quad patterns over a dataset; None in a pattern matches any term."""

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; QueryError messages begin with ``name``."""
        ...

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that match a pattern, in no particular order."""
        ...

    def __len__(self) -> int:
        """Return the number of quads in all graphs, the merged default graph included."""
        ...


def build_triples_answer(triples: Iterable[Triple]) -> QueryTriples:
    """Return triples as the answer to a CONSTRUCT query."""
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return cast("QueryTriples", store.query(_CONSTRUCT_ALL))


def parse_json_results(written: str | bytes) -> QuerySolutions | QueryBoolean:
    """Return the answer in a SPARQL 1.1 Query Results JSON document; raises SyntaxError."""
    return parse_query_results(written, format=QueryResultsFormat.JSON)


def list_bindings(answer: QuerySolutions) -> list[dict[str, Any]]:
    """Return the rows of an answer as bindings of the SPARQL 1.1 Query Results JSON Format.

    Raises QueryError if evaluation, which goes on while rows are read, fails.
    """
    try:
        text = answer.serialize(format=QueryResultsFormat.JSON) or b""
    except (OSError, RuntimeError) as error:
        from graph_builder.store.query_errors import describe_evaluation_error

        raise QueryError(describe_evaluation_error(error)) from error
    found: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
    return found


def build_solutions(columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> QuerySolutions:
    """Return an answer made of columns and of bindings as ``list_bindings`` returns them.

    Raises QueryError for a value that is too long to be read again.
    """
    bindings = list(rows)
    answer = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    written = json.dumps(answer, ensure_ascii=False).encode()
    if len(written) > _MAX_VALUE:
        for term in (term for row in bindings for term in row.values()):
            if (size := len(json.dumps(term, ensure_ascii=False).encode())) > _MAX_VALUE:
                raise QueryError(
                    f"a value in the answer has {size / 1e6:.1f} MB, more than can be read; "
                    "ask for a part of it with SUBSTR"
                )
    return cast("QuerySolutions", parse_json_results(written))


def peek_rows(answer: QuerySolutions) -> tuple[QuerySolutions, bool]:
    """Return an equal answer, since rows are read once, and whether it has rows."""
    rows = list_bindings(answer)
    return build_solutions([named.value for named in answer.variables], rows), bool(rows)


def concatenate_solutions(answers: Sequence[QuerySolutions]) -> QuerySolutions:
    """Return the rows of several answers as one answer with the columns of all."""
    columns = dict.fromkeys(named.value for answer in answers for named in answer.variables)
    return build_solutions(columns, (row for answer in answers for row in list_bindings(answer)))
