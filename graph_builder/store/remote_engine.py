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
    solutions_answer,
    triples_answer,
)
from graph_builder.store.http_client import Server, media
from graph_builder.store.local_engine import Local

if TYPE_CHECKING:
    import httpx

_RESULTS = "application/sparql-results+json"
_TRIPLES = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
_PAGE = 10_000
_TRUE = {"1", "true"}
_BOOLEAN = NamedNode(expand("xsd:boolean"))
_NO = "ASK { FILTER (false) }"
_NAMES = f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
FILTER (STRSTARTS(STR(?g), "{BASE}")) }} ORDER BY ?g"""
_PREFIX = re.compile(r"\b([a-z]+):")


class Remote:
    """A SPARQL endpoint, asked over HTTP."""

    def __init__(self, url: str, transport: "httpx.BaseTransport | None" = None) -> None:
        """Stand on the endpoint at an address; raises ReadError for what is no address."""
        self.server = Server(url, transport)

    def __len__(self) -> int:
        """Return the number of quads."""
        return sum(1 for _ in self.quads())

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; raises QueryError for a mistake, ReadError else."""
        kind = Local(Store()).query(text, name)  # finds mistakes, and what kind of answer it takes
        if isinstance(kind, QueryBoolean):
            return _boolean(self._post(text, _RESULTS), self.server.url)
        if not isinstance(kind, QuerySolutions):
            response = self._post(text, ", ".join(_TRIPLES))
            return triples_answer(quad.triple for quad in _triples(response, self.server.url))
        response = self._post(text, _RESULTS)
        _refuse_cut(response, name)
        answer: Answer = _solutions(response, self.server.url)
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
        text = _pattern(known)
        for start in count(0, _PAGE):
            page = f"SELECT * WHERE {{ {{ {text} }} }} LIMIT {_PAGE} OFFSET {start}"
            rows = _solutions(self._post(page, _RESULTS), self.server.url)
            columns = [variable.value for variable in rows.variables]
            found = [{**known, **dict(zip(columns, row, strict=True))} for row in rows]
            for row in found:
                yield Quad(row["s"], row["p"], _said(row["o"]), row["g"] or DefaultGraph())
            if len(found) < _PAGE:
                return

    def graphs(self) -> list[str]:
        """Return the names of the graphs of ours that the server holds, sorted."""
        rows: Any = _solutions(self._send({"query": _NAMES}, _RESULTS), self.server.url)
        return [row["g"].value for row in rows]

    def asks_default(self, pattern: str) -> bool:
        """Return whether the server's own default graph shows what fits a triple pattern."""
        response = self._send({"query": f"ASK {{ {pattern} }}"}, _RESULTS)
        return bool(_boolean(response, self.server.url))

    @cached_property
    def _dataset(self) -> dict[str, Any]:
        """The graphs that queries are about, if the server has the merge under a name."""
        names = self.graphs()
        if MERGED_GRAPH not in names:
            return {}
        named = [name for name in names if name != MERGED_GRAPH]
        return {"default-graph-uri": MERGED_GRAPH, "named-graph-uri": named}

    def _post(self, text: str, accept: str) -> "httpx.Response":
        return self._send({"query": prefixed(text), **self._dataset}, accept)

    def _send(self, form: dict[str, Any], accept: str) -> "httpx.Response":
        return self.server.send("POST", self.server.url, again=True, accept=accept, data=form)


def prefixed(text: str) -> str:
    """Return a query with those of our prefixes that it uses and does not declare."""
    used = {*_PREFIX.findall(text)} & PREFIXES.keys()
    declared = {*re.findall(r"(?i)\bprefix\s+([a-z]+):", text)}
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in sorted(used - declared)) + text


def _pattern(known: Mapping[str, Any]) -> str:
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


def _said(term: Any) -> Any:
    """Return a term as it was uploaded: Virtuoso writes true and false as 1 and 0."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN:
        return Literal(str(term.value in _TRUE).lower(), datatype=_BOOLEAN)
    return term


def _solutions(response: "httpx.Response", url: str) -> Any:
    """Return the rows, or the yes or no, of a response."""
    try:
        return solutions_answer(response.content)
    except (SyntaxError, ValueError) as error:
        kind = media(response)
        told = f"but {kind}" if kind not in ("", _RESULTS) else f"({error})"
        hint = "; is this the address of its queries?" if kind == "text/html" else ""
        raise ReadError(f"{url}: the server answers no SPARQL result {told}{hint}") from error


def _boolean(response: "httpx.Response", url: str) -> QueryBoolean:
    """Return the yes or no of a response; Virtuoso writes it as a row with 1 or 0."""
    answer = _solutions(response, url)
    if isinstance(answer, QueryBoolean):
        return answer
    told = {text for row in answer for term in row if (text := getattr(term, "value", ""))}
    return cast("QueryBoolean", Store().query("ASK {}" if told & _TRUE else _NO))


def _triples(response: "httpx.Response", url: str) -> list[Any]:
    kind = media(response)
    if kind not in _TRIPLES:
        raise ReadError(f"{url}: the server answers a graph as {kind or 'nothing known'}")
    try:
        return list(parse(response.content, format=_TRIPLES[kind]))
    except (SyntaxError, ValueError) as error:
        raise ReadError(f"{url}: what the server answers is no RDF: {error}") from error


def _refuse_cut(response: "httpx.Response", name: str) -> None:
    """Raise QueryError where a server kept rows back, which Virtuoso says in a header alone."""
    if most := response.headers.get("x-sparql-maxrows"):
        raise QueryError(f"{name}: the server cut the answer at {most} rows; ask for fewer")
