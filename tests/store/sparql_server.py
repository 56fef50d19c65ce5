"""A SPARQL server over a store in this process, which can do as much as a test says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse,
)

Moment = tuple[int, bool]


def do_nothing(_: Moment) -> None:
    """Let a request pass."""


@dataclass
class SparqlServer:
    """What the server can do, what it holds, and what to do when a request has come.

    ``on_request`` is called with a moment: the number of a request, and whether it was carried out.
    """

    has_graph_store: bool = True
    has_update: bool = True
    can_move: bool = True
    is_default_writable: bool = True
    store: Store = field(default_factory=Store)
    on_request: Callable[[Moment], None] = do_nothing
    requests: int = 0
    address: str = ""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, path: str, query: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer to a request."""
        with self._lock:
            self.requests += 1
            number = self.requests
        self.on_request((number, False))
        with self._lock:
            answer = self._carry_out(method, path, query, body)
        self.on_request((number, True))
        return answer

    def _carry_out(self, method: str, path: str, query: str, body: bytes) -> tuple[int, bytes]:
        if path == "/store" and self.has_graph_store:
            return self._write_graph(method, query, body)
        form = parse_qs(body.decode(), keep_blank_values=True)
        if path == "/query" and "query" in form:
            answer: Any = self.store.query(form["query"][0])
            return 200, answer.serialize(format=QueryResultsFormat.JSON)
        if path == "/update" and self.has_update:
            return self._update(form["update"][0])
        return 404, b""

    def _write_graph(self, method: str, query: str, body: bytes) -> tuple[int, bytes]:
        asked = parse_qs(query, keep_blank_values=True)
        name = NamedNode(asked["graph"][0]) if "graph" in asked else DefaultGraph()
        if name == DefaultGraph() and method == "PUT" and not self.is_default_writable:
            return 403, b"the default graph cannot be written"
        if method in ("PUT", "DELETE"):
            self.store.remove_graph(name)
        if method == "PUT":
            read = parse(body, format=RdfFormat.N_TRIPLES)
            self.store.extend(Quad(q.subject, q.predicate, q.object, name) for q in read)
        return 204, b""

    def _update(self, text: str) -> tuple[int, bytes]:
        if not self.can_move and text.startswith("MOVE"):
            return 400, b"MOVE is not supported"
        if not self.is_default_writable and "TO DEFAULT" in text:
            return 403, b"the default graph cannot be written"
        try:
            self.store.update(text)
        except (OSError, RuntimeError) as error:
            return 500, str(error).encode()
        return 204, b""


@contextmanager
def run_server(server: SparqlServer) -> Iterator[SparqlServer]:
    """Run a server on a free port of this machine; its ``address`` is the one for queries."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            status, content = server.answer(self.command, parts.path, parts.query, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    class QuietServer(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Print nothing when a client is gone."""

    with QuietServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        server.address = f"http://127.0.0.1:{http.server_port}/query"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
