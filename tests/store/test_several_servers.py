"""Several servers: replicas of one store behind one address, and questions that two answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from graph_builder.core.vocabulary import expand
from graph_builder.pictures.view_registry import draw
from graph_builder.query.named_questions import questions
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from tests.store.conftest import Start, free_port, oxigraph_program

pytestmark = pytest.mark.server
#: The texts that both stand behind, of which each server knows what one of them endorsed.
COMMON = """SELECT DISTINCT ?text {{
  actor:IND aigg:endorsed ?text .
  SERVICE <{0}> {{ <https://w3id.org/aigg/actor/FRA> <https://w3id.org/aigg/ns#endorsed> ?text }}
}} ORDER BY ?text"""


def serve(start: Start, store: Path, folder: Path) -> str:
    """Serve a store on disk, as one of any number of processes, and return the address."""
    folder.mkdir()
    port = free_port()
    words = ["serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    start([oxigraph_program(), *words], f"http://127.0.0.1:{port}/query", folder)
    return f"http://127.0.0.1:{port}/query"


def keep(graph: Graph, folder: Path) -> Path:
    """Write a graph to a folder that servers can open."""
    folder.mkdir()
    file = folder / "graph.nq"
    graph.store.dump(file, RdfFormat.N_QUADS)
    store = Store(str(folder / "store"))
    store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    store.flush()
    return folder / "store"


@contextmanager
def balance(addresses: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield an address behind which servers answer in turn, and the list of who was asked."""
    turns, asked = cycle(addresses), list[str]()

    class Balancer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(next(turns))
            body = self.rfile.read(int(self.headers["Content-Length"]))
            names = ("Accept", "Content-Type")
            sent = httpx.post(
                asked[-1], content=body, headers={name: self.headers[name] for name in names}
            )
            self.send_response(sent.status_code)
            self.send_header("Content-Type", sent.headers["Content-Type"])
            self.send_header("Content-Length", str(len(sent.content)))
            self.end_headers()
            self.wfile.write(sent.content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Balancer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/query", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_replicas_behind_one_address_answer_as_one(
    article: Graph, start: Start, tmp_path: Path
) -> None:
    store = keep(article, tmp_path / "kept")
    replicas = [serve(start, store, tmp_path / name) for name in ("one", "two")]
    with balance(replicas) as (address, asked):
        graph = open_graph(address)
        for name in ("organisers", "outcomes", "timeline"):
            text = questions()[name].text
            assert list_rows(graph, text) == list_rows(article, text)
        assert {*graph.quads()} == {*article.quads()}
        drawn = draw(graph, "ego", "actor:sciences-po-paris")
    assert drawn == draw(article, "ego", "actor:sciences-po-paris")
    assert min(map(asked.count, replicas)) >= 5


def test_a_question_to_two_servers_is_answered_by_both(
    sample: Graph, start: Start, tmp_path: Path
) -> None:
    """Each server has what one actor endorsed; the one that is asked calls the other."""
    addresses = []
    for code in ("IND", "FRA"):
        actor, endorsed = NamedNode(expand(f"actor:{code}")), NamedNode(expand("aigg:endorsed"))
        part = Graph.wrap([*sample.engine.quads(actor, endorsed, None)])
        store = keep(part, tmp_path / code)
        addresses.append(serve(start, store, tmp_path / f"server-{code}"))
    found = list_rows(open_graph(addresses[0]), COMMON.format(addresses[1]))
    both = "SELECT DISTINCT ?text { actor:IND aigg:endorsed ?text . actor:FRA aigg:endorsed ?text }"
    assert found == list_rows(sample, f"{both} ORDER BY ?text")
    assert found


def list_rows(graph: Graph, text: str) -> list[list[str]]:
    answer: Any = graph.query(text)
    return [[str(value) for value in row] for row in answer]
