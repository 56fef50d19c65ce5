"""Upload a graph to a server: replace each named graph, then the merged graph.

Uses the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/), or
SPARQL 1.1 Update if a server has no graph store. The merged graph goes to the server's default
graph, or to ``graph:merged`` if the default graph cannot be written, is the union of all graphs, or
contains other data.
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
#: The usual paths of graph stores and of updates, next to the address for queries.
_STORE_PATHS = ("store", "data", "sparql-graph-crud-auth", "rdf-graphs/service")
_UPDATE_PATHS = ("update", "")
_BATCH_SIZE = 2_000
_NOT_FOUND = 404
_UNSUPPORTED_STATUSES = (_NOT_FOUND, 405, 501)


@dataclass(frozen=True)
class UploadResult:
    """The numbers of graphs and quads sent, where the merge is, and the graphs left unchanged."""

    graphs: int
    quads: int
    merged: str
    foreign: tuple[str, ...]


def upload_graph(quads: Iterable[Quad], url: str) -> UploadResult:
    """Replace graphs on a server by those of the quads and return what was done.

    ``url`` is the address for queries. Other graphs on the server stay and are listed in the
    result. Raises ReadError if the server cannot be reached or refuses.
    """
    remote = RemoteEngine(url)
    # This query comes first, so that nothing is sent to an address that does not answer SPARQL.
    is_occupied = _has_foreign_default_graph(remote)
    writer = _find_writer(remote.client)
    by_graph: dict[str, set[Triple]] = defaultdict(set)
    for quad in quads:
        named = quad.graph_name
        by_graph[named.value if isinstance(named, NamedNode) else ""].add(quad.triple)
    merge = by_graph.pop("", set())
    for name in sorted(by_graph):
        writer.replace_graph(name, sorted(by_graph[name], key=str))
    as_named_graph = is_occupied or _shows_named_graphs(remote, merge, by_graph)
    merged = _write_merged_graph(writer, sorted(merge, key=str), as_named_graph=as_named_graph)
    foreign = {*remote.list_graphs()} - by_graph.keys() - {MERGED_GRAPH}
    sent = len(merge) + sum(map(len, by_graph.values()))
    return UploadResult(len(by_graph) + 1, sent, merged, tuple(sorted(foreign)))


def _write_merged_graph(
    writer: "_GraphWriter", merge: list[Triple], *, as_named_graph: bool
) -> str:
    """Write the merged graph to the default graph or to a named graph, and return which."""
    if not as_named_graph:
        try:
            writer.replace_graph("", merge)
        except ServerError:
            pass
        else:
            writer.drop_graph(MERGED_GRAPH)
            return "default graph"
    writer.replace_graph(MERGED_GRAPH, merge)
    return MERGED_GRAPH


def _has_foreign_default_graph(remote: RemoteEngine) -> bool:
    """Return whether the default graph contains data that is not a merged graph of this project."""
    ours = f"?s a <{expand('aigg:Affirmation')}>"
    return remote.matches_default_graph("?s ?p ?o") and not remote.matches_default_graph(ours)


def _shows_named_graphs(
    remote: RemoteEngine, merge: set[Triple], by_graph: dict[str, set[Triple]]
) -> bool:
    """Return whether the default graph includes a triple that only a named graph contains."""
    candidates = (t for name in sorted(by_graph) for t in sorted(by_graph[name], key=str))
    probe = next((triple for triple in candidates if triple not in merge), None)
    return probe is not None and remote.matches_default_graph(str(probe))


class _GraphWriter(Protocol):
    def replace_graph(self, name: str, triples: list[Triple]) -> None: ...

    def drop_graph(self, name: str) -> None: ...


def _find_writer(client: SparqlClient) -> _GraphWriter:
    """Return a writer for the protocol that the server supports."""
    stores = (
        _GraphStoreWriter(client, url) for url in _list_sibling_urls(client.url, _STORE_PATHS)
    )
    return next((store for store in stores if store.exists()), None) or _UpdateWriter(client)


class _GraphStoreWriter:
    """Writes graphs by the Graph Store HTTP Protocol."""

    def __init__(self, client: SparqlClient, url: str) -> None:
        self._client = client
        self._url = url

    def exists(self) -> bool:
        """Return whether there is a graph store at the address."""
        try:
            self._client.send("HEAD", self._url, retry=True, params=_build_graph_params(""))
        except ServerError as error:
            return error.status not in _UNSUPPORTED_STATUSES
        return True

    def replace_graph(self, name: str, triples: list[Triple]) -> None:
        self._client.send(
            "PUT",
            self._url,
            retry=True,
            params=_build_graph_params(name),
            headers={"Content-Type": _N_TRIPLES},
            content=serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
        )

    def drop_graph(self, name: str) -> None:
        try:
            self._client.send("DELETE", self._url, retry=True, params=_build_graph_params(name))
        except ServerError as error:
            if error.status != _NOT_FOUND:
                raise


def _build_graph_params(name: str) -> dict[str, str]:
    return {"graph": name} if name else {"default": ""}


class _UpdateWriter:
    """Writes graphs by SPARQL 1.1 Update, at the first usual address that accepts it."""

    def __init__(self, client: SparqlClient) -> None:
        self._client = client
        self._url = ""

    def replace_graph(self, name: str, triples: list[Triple]) -> None:
        """Replace a graph in several requests, since servers limit the size of each."""
        self.drop_graph(name)
        for start in range(0, len(triples), _BATCH_SIZE):
            lines = "".join(f"{triple} .\n" for triple in triples[start : start + _BATCH_SIZE])
            data = f"GRAPH <{name}> {{\n{lines}}}" if name else lines
            self._send(f"INSERT DATA {{\n{data}}}")

    def drop_graph(self, name: str) -> None:
        self._send(f"DROP SILENT GRAPH <{name}>" if name else "DROP SILENT DEFAULT")

    def _send(self, text: str) -> None:
        if self._url:
            self._client.send("POST", self._url, retry=False, data={"update": text})
            return
        for url in _list_sibling_urls(self._client.url, _UPDATE_PATHS):
            try:
                self._client.send("POST", url, retry=False, data={"update": text})
            except ServerError as error:
                if error.status not in _UNSUPPORTED_STATUSES or url == self._client.url:
                    raise
            else:
                self._url = url
                return


def _list_sibling_urls(url: str, names: Iterable[str]) -> list[str]:
    """Return the addresses of names next to the query address, and that address for no name."""
    base = url.rpartition("/")[0]
    return [f"{base}/{name}" if name else url for name in names]
