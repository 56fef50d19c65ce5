"""Uploading a graph to a server: each named graph replaced, and the merge last.

By the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/), or by
SPARQL 1.1 Update where a server has no graph store. The merge goes to the server's default graph,
or, where that cannot be written, is the union of all graphs or holds what is not ours, to
``graph:merged``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from graph_builder.core.vocabulary import MERGED_GRAPH, expand
from graph_builder.store.http_client import ServerError, SparqlClient
from graph_builder.store.remote_engine import RemoteEngine

_N_TRIPLES = "application/n-triples"
#: Where servers keep their graph store and take updates, beside the address of queries.
_STORE_PATHS = ("store", "data", "sparql-graph-crud-auth", "rdf-graphs/service")
_UPDATE_PATHS = ("update", "")
_BATCH_SIZE = 2_000
_NOT_FOUND = 404
_UNSUPPORTED_STATUSES = (_NOT_FOUND, 405, 501)


@dataclass(frozen=True)
class UploadResult:
    """What an upload came to: graphs and quads sent, where the merge went, graphs left alone."""

    graphs: int
    quads: int
    merged: str
    foreign: tuple[str, ...]


def upload_graph(quads: Iterable[Quad], url: str) -> UploadResult:
    """Replace the graphs of a server by those of some quads and return what was done.

    ``url`` is the address of queries. Graphs of the server that are not among the quads stay, and
    are named in the result. Raises ReadError where the server cannot be reached or refuses.
    """
    remote = RemoteEngine(url)
    taken = _holds_foreign_default(
        remote
    )  # asked first, so that nothing is sent to what answers no SPARQL
    writer = _find_writer(remote.server)
    by_graph: dict[str, set[Triple]] = defaultdict(set)
    for quad in quads:
        named = quad.graph_name
        by_graph[named.value if isinstance(named, NamedNode) else ""].add(quad.triple)
    merge = by_graph.pop("", set())
    for name in sorted(by_graph):
        writer.put(name, sorted(by_graph[name], key=str))
    apart = taken or _shows_named_graphs(remote, merge, by_graph)
    merged = _put_merge(writer, sorted(merge, key=str), apart=apart)
    foreign = {*remote.graphs()} - by_graph.keys() - {MERGED_GRAPH}
    sent = len(merge) + sum(map(len, by_graph.values()))
    return UploadResult(len(by_graph) + 1, sent, merged, tuple(sorted(foreign)))


def _put_merge(writer: "_GraphWriter", merge: list[Triple], *, apart: bool) -> str:
    """Put the merge into the default graph, or beside it under a name, and say where."""
    if not apart:
        try:
            writer.put("", merge)
        except ServerError:
            pass
        else:
            writer.drop(MERGED_GRAPH)
            return "default graph"
    writer.put(MERGED_GRAPH, merge)
    return MERGED_GRAPH


def _holds_foreign_default(remote: RemoteEngine) -> bool:
    """Return whether the default graph holds something, and that is no merge of ours."""
    ours = f"?s a <{expand('aigg:Affirmation')}>"
    return remote.asks_default("?s ?p ?o") and not remote.asks_default(ours)


def _shows_named_graphs(
    remote: RemoteEngine, merge: set[Triple], by_graph: dict[str, set[Triple]]
) -> bool:
    """Return whether the default graph shows what only a named graph holds."""
    apart = (t for name in sorted(by_graph) for t in sorted(by_graph[name], key=str))
    probe = next((triple for triple in apart if triple not in merge), None)
    return probe is not None and remote.asks_default(str(probe))


class _GraphWriter(Protocol):
    def put(self, name: str, triples: list[Triple]) -> None: ...

    def drop(self, name: str) -> None: ...


def _find_writer(server: SparqlClient) -> _GraphWriter:
    """Return the way in which a server takes graphs."""
    stores = (
        _GraphStoreWriter(server, url) for url in _list_sibling_urls(server.url, _STORE_PATHS)
    )
    return next((store for store in stores if store.exists()), None) or _UpdateWriter(server)


class _GraphStoreWriter:
    """A server's graph store, at an address of its own."""

    def __init__(self, server: SparqlClient, url: str) -> None:
        self._server = server
        self._url = url

    def exists(self) -> bool:
        """Return whether a graph store answers at the address."""
        try:
            self._server.send("HEAD", self._url, again=True, params=_build_graph_params(""))
        except ServerError as error:
            return error.status not in _UNSUPPORTED_STATUSES
        return True

    def put(self, name: str, triples: list[Triple]) -> None:
        self._server.send(
            "PUT",
            self._url,
            again=True,
            params=_build_graph_params(name),
            headers={"Content-Type": _N_TRIPLES},
            content=serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
        )

    def drop(self, name: str) -> None:
        try:
            self._server.send("DELETE", self._url, again=True, params=_build_graph_params(name))
        except ServerError as error:
            if error.status != _NOT_FOUND:
                raise


def _build_graph_params(name: str) -> dict[str, str]:
    return {"graph": name} if name else {"default": ""}


class _UpdateWriter:
    """A server that takes SPARQL 1.1 Update alone, at one of the addresses that are usual."""

    def __init__(self, server: SparqlClient) -> None:
        self._server = server
        self._url = ""

    def put(self, name: str, triples: list[Triple]) -> None:
        """Replace a graph in several requests, since servers bound the size of one."""
        self.drop(name)
        for start in range(0, len(triples), _BATCH_SIZE):
            lines = "".join(f"{triple} .\n" for triple in triples[start : start + _BATCH_SIZE])
            data = f"GRAPH <{name}> {{\n{lines}}}" if name else lines
            self._send(f"INSERT DATA {{\n{data}}}")

    def drop(self, name: str) -> None:
        self._send(f"DROP SILENT GRAPH <{name}>" if name else "DROP SILENT DEFAULT")

    def _send(self, text: str) -> None:
        if self._url:
            self._server.send("POST", self._url, again=False, data={"update": text})
            return
        for url in _list_sibling_urls(self._server.url, _UPDATE_PATHS):
            try:
                self._server.send("POST", url, again=False, data={"update": text})
            except ServerError as error:
                if error.status not in _UNSUPPORTED_STATUSES or url == self._server.url:
                    raise
            else:
                self._url = url
                return


def _list_sibling_urls(url: str, names: Iterable[str]) -> list[str]:
    """Return addresses beside that of the queries, and that itself for no name."""
    base = url.rpartition("/")[0]
    return [f"{base}/{name}" if name else url for name in names]
