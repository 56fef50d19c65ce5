"""Engine that queries a SPARQL endpoint by the SPARQL 1.1 Protocol.

Queries are sent by POST as a form (https://www.w3.org/TR/sparql11-protocol/), since one widespread
server does not answer the direct kind. If a server's default graph is the union of all graphs, the
merged graph is stored as ``graph:merged``, and each query names the graphs of its dataset.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
)

from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.text import shorten
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
from graph_builder.store.local_engine import evaluate_query
from graph_builder.store.query_text import (
    filter_graph_variables,
    has_graph_variable,
    list_graph_names,
    replace_services,
)
from graph_builder.store.upload_marker import (
    UNFINISHED_QUERY,
    UPLOAD_PREFIX,
    Upload,
    is_upload_graph,
)

if TYPE_CHECKING:
    import httpx

_JSON_RESULTS = "application/sparql-results+json"
_TRIPLE_FORMATS = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
_PAGE_SIZE = 10_000
_TRUE_VALUES = {"1", "true"}
_BOOLEAN = expand("xsd:boolean")
_ASK_FALSE = "ASK { FILTER (false) }"
_GRAPH_NAMES_QUERY = f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
FILTER (STRSTARTS(STR(?g), "{BASE}")) }} ORDER BY ?g"""
#: The graphs that belong to a dataset besides the merged one, where the server has others too.
_IS_OURS = f"""STRSTARTS(STR({{0}}), "{BASE}") && {{0}} != <{MERGED_GRAPH}>
&& !STRSTARTS(STR({{0}}), "{UPLOAD_PREFIX}")"""
_JSON_ROWS = b'"bindings"'
#: What a result has and a sentence hardly: brackets, quotes, and the end of a line.
_RESULT_PART = re.compile(r"[\[\]{}<>\"\n]")
_LONGEST_END = 200
_PREFIX_USE = re.compile(r"\b([a-z]+):")


class RemoteEngine:
    """An engine over a SPARQL endpoint."""

    def __init__(self, url: str, transport: "httpx.BaseTransport | None" = None) -> None:
        """Use the endpoint at an address; raises ReadError if the address is not valid."""
        self.client = SparqlClient(url, transport)

    def __len__(self) -> int:
        """Return the number of quads."""
        return sum(1 for _ in self.quads())

    def query(self, text: str, name: str) -> Answer:
        """Return the answer to a SPARQL query; QueryError for a wrong query, else ReadError."""
        # checks the syntax and tells the kind of answer; only the server calls services
        local = evaluate_query(Store(), replace_services(text), name)
        if isinstance(local, QueryBoolean):
            return _parse_boolean(self._post(text, _JSON_RESULTS), self.client.url)
        if not isinstance(local, QuerySolutions):
            response = self._post(text, ", ".join(_TRIPLE_FORMATS))
            return build_triples_answer(
                quad.triple for quad in _parse_triples(response, self.client.url)
            )
        response = self._post(text, _JSON_RESULTS)
        _check_complete(response, name)
        answer: Answer = _parse_solutions(response, self.client.url)
        return answer

    def quads(
        self,
        subject: Subject | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that match a pattern, fetched in pages; raises ReadError.

        What belongs to an unfinished upload is left out. If an upload begins between two pages,
        which then may be of different graphs, ReadError is raised too.
        """
        if any(isinstance(term, BlankNode) for term in (subject, object_, graph)):
            raise ReadError(f"{self.client.url}: blank nodes on a server cannot be queried")
        known = {"s": subject, "p": predicate, "o": object_, "g": graph}
        text = _build_pattern_query(known)
        for start in count(0, _PAGE_SIZE):
            page = f"SELECT * WHERE {{ {{ {text} }} }} LIMIT {_PAGE_SIZE} OFFSET {start}"
            rows = _parse_solutions(self._post(page, _JSON_RESULTS), self.client.url)
            columns = [variable.value for variable in rows.variables]
            found = [{**known, **dict(zip(columns, row, strict=True))} for row in rows]
            for row in found:
                name = row["g"] or DefaultGraph()
                if not is_upload_graph(getattr(name, "value", "")):
                    yield Quad(row["s"], row["p"], row["o"], name)
            if start:
                self._check_no_upload_began()
            if len(found) < _PAGE_SIZE:
                return

    def list_graphs(self) -> list[str]:
        """Return the IRIs of the project's graphs on the server, sorted."""
        return [name for name in self._list_graph_names() if not is_upload_graph(name)]

    def list_upload_graphs(self) -> list[str]:
        """Return the names of the markers and staging graphs of uploads on the server, sorted."""
        return [name for name in self._list_graph_names() if is_upload_graph(name)]

    def _list_graph_names(self) -> list[str]:
        rows = self._select(_GRAPH_NAMES_QUERY)
        return [row["g"].value for row in rows]

    @cached_property
    def unfinished_upload(self) -> Upload | None:
        """The upload that was not finished when this was first asked, if any."""
        return next(iter(self.list_unfinished_uploads()), None)

    def list_unfinished_uploads(self) -> list[Upload]:
        """Return the uploads that are under way or were cut off, by their IRIs."""
        rows = self._select(UNFINISHED_QUERY)
        found = {row["upload"].value: (row["began"].value, row["comment"]) for row in rows}
        return [Upload(iri, began, bool(comment)) for iri, (began, comment) in found.items()]

    def _check_no_upload_began(self) -> None:
        """Raise ReadError if there is an unfinished upload now and there was none before."""
        if self.unfinished_upload is None and self.list_unfinished_uploads():
            raise ReadError(
                f"{self.client.url}: an upload to it began while the graph was read; repeat the "
                "command when it has ended"
            )

    def _select(self, text: str) -> Any:
        """Return the rows of a query over all graphs of the server."""
        return _parse_solutions(self._send({"query": text}, _JSON_RESULTS), self.client.url)

    def matches_graph(self, name: str) -> bool:
        """Return whether there is a triple in a named graph."""
        return self._ask(f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")

    def matches_default_graph(self, pattern: str) -> bool:
        """Return whether a triple in the server's own default graph matches a pattern."""
        return self._ask(f"ASK {{ {pattern} }}")

    def _ask(self, text: str, dataset: Mapping[str, str] | None = None) -> bool:
        """Return the answer to an ASK query, by default from all that the server holds."""
        response = self._send({"query": text, **(dataset or {})}, _JSON_RESULTS)
        return bool(_parse_boolean(response, self.client.url))

    @cached_property
    def _has_merged_graph(self) -> bool:
        return self.matches_graph(MERGED_GRAPH)

    @cached_property
    def _keeps_named_graphs(self) -> bool:
        """Whether the server adds its named graphs to a dataset of which only a default is given.

        SPARQL leaves such a dataset without named graphs; Virtuoso does not.
        """
        return self._ask("ASK { GRAPH ?g { ?s ?p ?o } }", {"default-graph-uri": MERGED_GRAPH})

    @cached_property
    def _named_graphs(self) -> list[str]:
        return [name for name in self.list_graphs() if name != MERGED_GRAPH]

    def _post(self, text: str, accept: str) -> "httpx.Response":
        asked = declare_prefixes(text)
        form = self._choose_dataset(asked) if self._has_merged_graph else {"query": asked}
        return self._send(form, accept)

    def _choose_dataset(self, text: str) -> dict[str, Any]:
        """Return the form of a query of the merged graph, with the named graphs that it can use.

        There is a graph for each source. Virtuoso repeats all that a request names in the head of
        its response, of which clients read only so much, so it gets a filter where it can.
        """
        named = [name for name in list_graph_names(text) if name != MERGED_GRAPH]
        if has_graph_variable(text):
            if not named and self._keeps_named_graphs:
                text = filter_graph_variables(text, _IS_OURS)
            else:
                named = self._named_graphs
        return {"query": text, "default-graph-uri": MERGED_GRAPH, "named-graph-uri": named}

    def _send(self, form: dict[str, Any], accept: str) -> "httpx.Response":
        return self.client.send("POST", self.client.url, retry=True, accept=accept, data=form)


def declare_prefixes(text: str) -> str:
    """Return a query with declarations of the known prefixes that it uses."""
    used = {*_PREFIX_USE.findall(text)} & PREFIXES.keys()
    declared = {*re.findall(r"(?i)\bprefix\s+([a-z]+):", text)}
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in sorted(used - declared)) + text


def _build_pattern_query(known: Mapping[str, Any]) -> str:
    """Return a query for the quads of a pattern, known terms replacing variables.

    They are not given by VALUES, which one server answers with wrong terms.
    """
    s, p, o = (f"?{name}" if known[name] is None else str(known[name]) for name in "spo")
    graph = known["g"]
    named = f"{{ GRAPH {graph if isinstance(graph, NamedNode) else '?g'} {{ {s} {p} {o} }} }}"
    inside = f"{{ {s} {p} {o} }}"
    either = {type(None): f"{inside} UNION {named}", DefaultGraph: inside}.get(type(graph), named)
    free = " ".join(f"?{name}" for name in "gspo" if known[name] is None) or "?g"
    return f"SELECT {free} WHERE {{ {either} }} ORDER BY {free}"


def _normalize_booleans(content: bytes) -> bytes:
    """Return JSON results whose boolean literals are true or false; Virtuoso writes 1 and 0."""
    if _BOOLEAN.encode() not in content:
        return content
    results = json.loads(content)
    for row in results.get("results", {}).get("bindings", ()):
        for term in row.values():
            if term.get("datatype") == _BOOLEAN:
                term["value"] = str(term["value"] in _TRUE_VALUES).lower()
    return json.dumps(results).encode()


def _parse_solutions(response: "httpx.Response", url: str) -> Any:
    """Return the rows or the boolean of a response, read to its end; raises ReadError."""
    try:
        content = _normalize_booleans(response.content)
        if not isinstance(answer := parse_json_results(content), QueryBoolean):
            # reads to the end: a server may find a mistake when it has sent the first rows
            answer.serialize(format=QueryResultsFormat.CSV)
        return parse_json_results(content)
    except (SyntaxError, ValueError) as error:
        if _JSON_ROWS in response.content:
            raise ReadError(
                f"{url}: the server broke off its answer{_quote_end(response)}"
            ) from error
        kind = get_media_type(response)
        found = f"but {kind}" if kind not in ("", _JSON_RESULTS) else f"({error})"
        hint = "; is this the address for queries?" if kind == "text/html" else ""
        raise ReadError(
            f"{url}: the server does not return a SPARQL result {found}{hint}"
        ) from error


def _parse_boolean(response: "httpx.Response", url: str) -> QueryBoolean:
    """Return the boolean of a response, which Virtuoso writes as a row with 1 or 0."""
    answer = _parse_solutions(response, url)
    if isinstance(answer, QueryBoolean):
        return answer
    values = {text for row in answer for term in row if (text := getattr(term, "value", ""))}
    return cast("QueryBoolean", Store().query("ASK {}" if values & _TRUE_VALUES else _ASK_FALSE))


def _parse_triples(response: "httpx.Response", url: str) -> list[Any]:
    kind = get_media_type(response)
    if kind not in _TRIPLE_FORMATS:
        raise ReadError(f"{url}: the server returns a graph as {kind or 'an unknown type'}")
    try:
        return list(parse(response.content, format=_TRIPLE_FORMATS[kind]))
    except (SyntaxError, ValueError) as error:
        end = _quote_end(response)
        raise ReadError(f"{url}: the server does not return valid RDF: {error}{end}") from error


def _quote_end(response: "httpx.Response") -> str:
    """Return what a response ends in that is no result, which may be the reason."""
    end = _RESULT_PART.split(response.content.decode(errors="replace"))[-1].strip(" ,")
    return f": {shorten(end, _LONGEST_END)}" if end else ""


def _check_complete(response: "httpx.Response", name: str) -> None:
    """Raise QueryError if the server left rows out, which Virtuoso says only in a header."""
    if most := response.headers.get("x-sparql-maxrows"):
        raise QueryError(f"{name}: the server returned only the first {most} rows; ask for fewer")
