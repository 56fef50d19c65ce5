"""The engine at an address: a server of the SPARQL 1.1 Protocol.

https://www.w3.org/TR/sparql11-protocol/. Queries go by POST as a form, since one widespread server
never answers the direct kind. Where the merged graph stands under the name ``graph:merged``, since
a server's own default graph is the union of all, each query says which graphs it is about.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
)

from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.vocabulary import BASE, MERGED_GRAPH, PREFIXES, expand
from graph_builder.store.engine import (
    Answer,
    GraphName,
    Subject,
    Term,
    build_triples_answer,
    parse_json_results,
)
from graph_builder.store.http_client import SparqlClient, get_media_type
from graph_builder.store.local_engine import LocalEngine

if TYPE_CHECKING:
    import httpx

_JSON_RESULTS = "application/sparql-results+json"
_TRIPLE_FORMATS = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
_PAGE_SIZE = 10_000
_TRUE_VALUES = {"1", "true"}
_BOOLEAN = NamedNode(expand("xsd:boolean"))
_ASK_FALSE = "ASK { FILTER (false) }"
_GRAPH_NAMES_QUERY = f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
FILTER (STRSTARTS(STR(?g), "{BASE}")) }} ORDER BY ?g"""
_PREFIX_USE = re.compile(r"\b([a-z]+):")


class RemoteEngine:
    """A SPARQL endpoint, asked over HTTP."""

    def __init__(self, url: str, transport: "httpx.BaseTransport | None" = None) -> None:
        """Stand on the endpoint at an address; raises ReadError for what is no address."""
        self.server = SparqlClient(url, transport)

    def __len__(self) -> int:
        """Return the number of quads."""
        return sum(1 for _ in self.quads())

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; raises QueryError for a mistake, ReadError else."""
        kind = LocalEngine(Store()).query(
            text, name
        )  # finds mistakes, and what kind of answer it takes
        if isinstance(kind, QueryBoolean):
            return _parse_boolean(self._post(text, _JSON_RESULTS), self.server.url)
        if not isinstance(kind, QuerySolutions):
            response = self._post(text, ", ".join(_TRIPLE_FORMATS))
            return build_triples_answer(
                quad.triple for quad in _parse_triples(response, self.server.url)
            )
        response = self._post(text, _JSON_RESULTS)
        _check_complete(response, name)
        answer: Answer = _parse_solutions(response, self.server.url)
        return answer

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that fit a pattern, asked for in pages; raises ReadError."""
        if any(isinstance(term, BlankNode) for term in (subject, object_, graph)):
            raise ReadError(f"{self.server.url}: blank nodes of a server cannot be asked for")
        known = {"s": subject, "p": predicate, "o": object_, "g": graph}
        text = _build_pattern_query(known)
        for start in count(0, _PAGE_SIZE):
            page = f"SELECT * WHERE {{ {{ {text} }} }} LIMIT {_PAGE_SIZE} OFFSET {start}"
            rows = _parse_solutions(self._post(page, _JSON_RESULTS), self.server.url)
            columns = [variable.value for variable in rows.variables]
            found = [{**known, **dict(zip(columns, row, strict=True))} for row in rows]
            for row in found:
                yield Quad(
                    row["s"], row["p"], _normalize_boolean(row["o"]), row["g"] or DefaultGraph()
                )
            if len(found) < _PAGE_SIZE:
                return

    def graphs(self) -> list[str]:
        """Return the names of the graphs of ours that the server holds, sorted."""
        rows: Any = _parse_solutions(
            self._send({"query": _GRAPH_NAMES_QUERY}, _JSON_RESULTS), self.server.url
        )
        return [row["g"].value for row in rows]

    def asks_default(self, pattern: str) -> bool:
        """Return whether the server's own default graph shows what fits a triple pattern."""
        response = self._send({"query": f"ASK {{ {pattern} }}"}, _JSON_RESULTS)
        return bool(_parse_boolean(response, self.server.url))

    @cached_property
    def _dataset(self) -> dict[str, Any]:
        """The graphs that queries are about, if the server has the merge under a name."""
        names = self.graphs()
        if MERGED_GRAPH not in names:
            return {}
        named = [name for name in names if name != MERGED_GRAPH]
        return {"default-graph-uri": MERGED_GRAPH, "named-graph-uri": named}

    def _post(self, text: str, accept: str) -> "httpx.Response":
        return self._send({"query": declare_prefixes(text), **self._dataset}, accept)

    def _send(self, form: dict[str, Any], accept: str) -> "httpx.Response":
        return self.server.send("POST", self.server.url, again=True, accept=accept, data=form)


def declare_prefixes(text: str) -> str:
    """Return a query with those of our prefixes that it uses and does not declare."""
    used = {*_PREFIX_USE.findall(text)} & PREFIXES.keys()
    declared = {*re.findall(r"(?i)\bprefix\s+([a-z]+):", text)}
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in sorted(used - declared)) + text


def _build_pattern_query(known: Mapping[str, Any]) -> str:
    """Return a query for the quads of a pattern, its known terms in place of variables.

    In place and not by VALUES, which one server answers with the wrong terms.
    """
    s, p, o = (f"?{name}" if known[name] is None else str(known[name]) for name in "spo")
    graph = known["g"]
    named = f"{{ GRAPH {graph if isinstance(graph, NamedNode) else '?g'} {{ {s} {p} {o} }} }}"
    inside = f"{{ {s} {p} {o} }}"
    either = {type(None): f"{inside} UNION {named}", DefaultGraph: inside}.get(type(graph), named)
    free = " ".join(f"?{name}" for name in "gspo" if known[name] is None) or "?g"
    return f"SELECT {free} WHERE {{ {either} }} ORDER BY {free}"


def _normalize_boolean(term: Any) -> Any:
    """Return a term as it was uploaded: Virtuoso writes true and false as 1 and 0."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN:
        return Literal(str(term.value in _TRUE_VALUES).lower(), datatype=_BOOLEAN)
    return term


def _parse_solutions(response: "httpx.Response", url: str) -> Any:
    """Return the rows, or the yes or no, of a response."""
    try:
        return parse_json_results(response.content)
    except (SyntaxError, ValueError) as error:
        kind = get_media_type(response)
        told = f"but {kind}" if kind not in ("", _JSON_RESULTS) else f"({error})"
        hint = "; is this the address of its queries?" if kind == "text/html" else ""
        raise ReadError(f"{url}: the server answers no SPARQL result {told}{hint}") from error


def _parse_boolean(response: "httpx.Response", url: str) -> QueryBoolean:
    """Return the yes or no of a response; Virtuoso writes it as a row with 1 or 0."""
    answer = _parse_solutions(response, url)
    if isinstance(answer, QueryBoolean):
        return answer
    told = {text for row in answer for term in row if (text := getattr(term, "value", ""))}
    return cast("QueryBoolean", Store().query("ASK {}" if told & _TRUE_VALUES else _ASK_FALSE))


def _parse_triples(response: "httpx.Response", url: str) -> list[Any]:
    kind = get_media_type(response)
    if kind not in _TRIPLE_FORMATS:
        raise ReadError(f"{url}: the server answers a graph as {kind or 'nothing known'}")
    try:
        return list(parse(response.content, format=_TRIPLE_FORMATS[kind]))
    except (SyntaxError, ValueError) as error:
        raise ReadError(f"{url}: what the server answers is no RDF: {error}") from error


def _check_complete(response: "httpx.Response", name: str) -> None:
    """Raise QueryError where a server kept rows back, which Virtuoso says in a header alone."""
    if most := response.headers.get("x-sparql-maxrows"):
        raise QueryError(f"{name}: the server cut the answer at {most} rows; ask for fewer")
