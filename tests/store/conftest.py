"""Servers for the tests, on this machine only, each with a sample of the graph pushed to it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from graph_builder.store.graph import Graph
from graph_builder.store.graph_upload import upload_graph

_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreadSize = 1000000
MainThreadSize = 1000000
FutureThreadSize = 1000000
MaxMemPoolSize = 1600000000
NumberOfBuffers = 10000
MaxDirtyBuffers = 7500
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
MaxClientConnections = 5
[SPARQL]
ResultSetMaxRows = 10000
"""
Start = Callable[[list[str], str, Path], None]


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """Return a function that starts a server and waits for its answer; all are ended at last."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(command: list[str], address: str, folder: Path) -> None:
        with (folder / "log").open("wb") as log:
            running.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))
        _await(address, running[-1], folder / "log")

    yield begin
    for process in running:
        process.terminate()
    for process in running:
        process.wait(30)


def _await(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    with httpx.Client(timeout=5) as client:
        for _ in range(1200):
            assert process.poll() is None, log.read_text(errors="replace")
            try:
                if client.get(address, params={"query": "ASK {}"}).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    pytest.fail(log.read_text(errors="replace"))


@pytest.fixture(scope="session")
def oxigraph(start: Start, sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an oxigraph server that holds the sample."""
    address = oxigraph_server(start, tmp_path_factory.mktemp("oxigraph"))
    upload_graph(sample.quads(), address)
    return address


def oxigraph_server(start: Start, folder: Path, *options: str) -> str:
    """Start an empty oxigraph server and return its address."""
    port = free_port()
    command = [oxigraph_program(), "serve", "--bind", f"127.0.0.1:{port}", *options]
    start(command, f"http://127.0.0.1:{port}/query", folder)
    return f"http://127.0.0.1:{port}/query"


def oxigraph_program() -> str:
    """Return the program of the server."""
    import sys

    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.is_file() else shutil.which("oxigraph")
    assert found, "the package oxigraph brings the server that these tests need"
    return found


@pytest.fixture(scope="session")
def virtuoso(start: Start, sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a Virtuoso server that holds the sample."""
    if not shutil.which("virtuoso-t"):
        pytest.skip("virtuoso-t is not installed (Debian's virtuoso-opensource-7-bin)")
    folder = tmp_path_factory.mktemp("virtuoso")
    port = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=free_port(), http=port))
    address = f"http://127.0.0.1:{port}/sparql"
    start(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], address, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIGG_STORE_USER", "dba")
        patch.setenv("AIGG_STORE_PASSWORD", "dba")
        upload_graph(sample.quads(), address)
    return address
