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
    QuerySolution,
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
#: What stands before the rows of an answer in JSON, and after them.
_JSON_ROWS, _JSON_END = b'"bindings":[', b"]}}"
_NOTHING = Store()
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


def make_node(iri: str) -> NamedNode | None:
    """Return the node of an IRI, or None for a text that is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


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
        raise _report_failed_evaluation(error) from error
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


class PeekedSolutions:
    """Solutions whose first row was read, to tell whether there are rows; the others are not held.

    Like ``QuerySolutions``, they can be iterated or serialised once.
    """

    def __init__(self, answer: QuerySolutions) -> None:
        """Read the first row; raises QueryError if evaluation fails."""
        self.variables = answer.variables
        self._rest = answer
        try:
            self._first = next(answer, None)
        except (OSError, RuntimeError) as error:
            raise _report_failed_evaluation(error) from error
        self.has_rows = self._first is not None

    def __iter__(self) -> Iterator[QuerySolution]:
        """Yield the rows."""
        if self._first is not None:
            yield self._first
        yield from self._rest

    def serialize(self, *, format: QueryResultsFormat) -> bytes:  # noqa: A002 -- as pyoxigraph's
        """Return the rows as CSV, TSV or JSON, as pyoxigraph writes them."""
        rest = self._rest.serialize(format=format) or b""
        if self._first is None:
            return rest
        names = " ".join(map(str, self.variables)) or "*"
        values = {
            variable: term
            for variable, term in zip(self.variables, self._first, strict=True)
            if term is not None
        }
        single = _NOTHING.query(f"SELECT {names} {{}}", substitutions=values)
        first: bytes = cast("QuerySolutions", single).serialize(format=format) or b""
        if format != QueryResultsFormat.JSON:
            return first + rest[rest.index(b"\n") + 1 :]
        others = rest[rest.index(_JSON_ROWS) + len(_JSON_ROWS) :]
        return first.removesuffix(_JSON_END) + (b"" if others == _JSON_END else b",") + others


def _report_failed_evaluation(error: Exception) -> QueryError:
    from graph_builder.store.query_errors import describe_evaluation_error

    return QueryError(describe_evaluation_error(error))


def concatenate_solutions(answers: Sequence[QuerySolutions]) -> QuerySolutions:
    """Return the rows of several answers as one answer with the columns of all."""
    columns = dict.fromkeys(named.value for answer in answers for named in answer.variables)
    return build_solutions(columns, (row for answer in answers for row in list_bindings(answer)))
