"""Write graphs to a server: by the Graph Store HTTP Protocol, or by SPARQL 1.1 Update."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from pyoxigraph import RdfFormat, Triple, serialize

from graph_builder.store.http_client import ServerError, SparqlClient

_N_TRIPLES = "application/n-triples"
#: The usual paths of graph stores and of updates, next to the address for queries.
_STORE_PATHS = ("store", "data", "sparql-graph-crud-auth", "rdf-graphs/service")
_UPDATE_PATHS = ("update", "sparql-auth", "")
_BATCH_SIZE = 2_000
_NOT_FOUND = 404
_UNSUPPORTED_STATUSES = (_NOT_FOUND, 405, 501)
#: How long an update may take, in seconds: it may move all graphs at once.
_UPDATE_TIMEOUT = 600.0


class GraphWriter(Protocol):
    """Replaces and drops graphs on a server; "" is the default graph."""

    def replace_graph(self, name: str, triples: list[Triple]) -> None:
        """Replace the triples of a graph."""
        ...

    def drop_graph(self, name: str) -> None:
        """Remove a graph, if it exists."""
        ...


class SparqlUpdater:
    """Sends SPARQL 1.1 Update requests, to the first usual address that accepts one."""

    def __init__(self, client: SparqlClient) -> None:
        """Use the server of a client for queries."""
        self._client = client
        self._url = ""

    def run(self, operations: Sequence[str]) -> None:
        """Send operations as one request; raises ServerError if the server refuses."""
        text = ";\n".join(operations)
        if self._url:
            self._send(self._url, text)
            return
        for url in _list_sibling_urls(self._client.url, _UPDATE_PATHS):
            try:
                self._send(url, text)
            except ServerError as error:
                if error.status not in _UNSUPPORTED_STATUSES or url == self._client.url:
                    raise
            else:
                self._url = url
                return

    def _send(self, url: str, text: str) -> None:
        form = {"update": text}
        self._client.send("POST", url, retry=False, read_timeout=_UPDATE_TIMEOUT, data=form)


def find_writer(client: SparqlClient, updater: SparqlUpdater) -> GraphWriter:
    """Return a writer for the protocol that the server supports."""
    stores = (
        _GraphStoreWriter(client, url) for url in _list_sibling_urls(client.url, _STORE_PATHS)
    )
    return next((store for store in stores if store.exists()), None) or _UpdateWriter(updater)


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
    """Writes graphs by SPARQL 1.1 Update."""

    def __init__(self, updater: SparqlUpdater) -> None:
        self._updater = updater

    def replace_graph(self, name: str, triples: list[Triple]) -> None:
        """Replace a graph in several requests, since servers limit the size of each."""
        self.drop_graph(name)
        for start in range(0, len(triples), _BATCH_SIZE):
            lines = "".join(f"{triple} .\n" for triple in triples[start : start + _BATCH_SIZE])
            data = f"GRAPH <{name}> {{\n{lines}}}" if name else lines
            self._updater.run([f"INSERT DATA {{\n{data}}}"])

    def drop_graph(self, name: str) -> None:
        self._updater.run([f"DROP SILENT GRAPH <{name}>" if name else "DROP SILENT DEFAULT"])


def _list_sibling_urls(url: str, names: Iterable[str]) -> list[str]:
    """Return the addresses of names next to the query address, and that address for no name."""
    base = url.rpartition("/")[0]
    return [f"{base}/{name}" if name else url for name in names]
