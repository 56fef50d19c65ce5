"""Other people's clients ask the endpoint three named questions and get what the library gives."""

import csv
import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_builder.query.named_questions import load_question
from graph_builder.store.graph import Graph
from tests.server.conftest import Server, running

QUESTIONS = ("organisers", "event-themes", "signed-not-ratified")
_JARS = Path("/usr/share/java")
#: What Debian's Jena needs beside its own jars.
_JENA = (
    *("jena-arq", "jena-base", "jena-cmds", "jena-core", "jena-iri", "dexx.collection"),
    *("commons-codec", "commons-compress", "commons-csv", "commons-io", "commons-lang3"),
    *("slf4j-api", "slf4j-nop", "guava", "thrift", "gson"),
)
Rows = list[list[str]]
Client = Callable[[str, Path, Path], Rows]

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of the shipped graph."""
    with running(tmp_path_factory.mktemp("shipped"), "--timeout", 60) as found:
        yield found


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def _run(*words: object, folder: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _rows(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text)))[1:]


def _bindings(answer: Any) -> Rows:
    names = answer["head"]["vars"]
    rows = answer["results"]["bindings"]
    return [[row.get(name, {}).get("value", "") for name in names] for row in rows]


def curl(address: str, file: Path, folder: Path) -> Rows:
    """Ask with curl, by POST as a form."""
    words = ("-sS", "--fail", "-H", "Accept: text/csv", "--data-urlencode", f"query@{file}")
    return _rows(_run(_program("curl"), *words, address, folder=folder))


def sparqlwrapper(address: str, file: Path, _: Path) -> Rows:
    """Ask with SPARQLWrapper, which sends GET and reads JSON."""
    from SPARQLWrapper import JSON, SPARQLWrapper

    client = SPARQLWrapper(address, returnFormat=JSON)
    client.setQuery(file.read_text(encoding="utf-8"))
    answer: Any = client.query().convert()
    return _bindings(answer)


def rdflib_store(address: str, file: Path, _: Path) -> Rows:
    """Ask with rdflib's SPARQLStore, which reads XML or JSON."""
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    answer = SPARQLStore(address).query(file.read_text(encoding="utf-8"))
    return [["" if value is None else str(value) for value in row] for row in answer]  # type: ignore[union-attr]


def comunica(address: str, file: Path, folder: Path) -> Rows:
    """Ask with Comunica's command line, which plans the query itself."""
    program = _program("comunica-sparql")
    words = (f"sparql@{address}", "-f", file, "-t", "application/sparql-results+json")
    return _bindings(json.loads(_run(program, *words, folder=folder)))


def jena(address: str, file: Path, folder: Path) -> Rows:
    """Ask with Apache Jena's rsparql, its classes mended as Debian's jars need it."""
    java = _program("java")
    if not (_JARS / "jena-arq.jar").exists():
        pytest.skip("Apache Jena is not installed (Debian's libapache-jena-java)")
    _mend(folder)
    jars = [str(_JARS / f"{name}.jar") for name in _JENA]
    path = os.pathsep.join((str(folder), *jars))
    words = ("-cp", path, "arq.rsparql", "--service", address, "--query", file)
    return _rows(_run(java, *words, "--results", "CSV", folder=folder))


def _mend(folder: Path) -> None:
    """Put messages where the classes look for them: Debian renamed the ones and not the others."""
    kept = "org/apache/jena/ext/"
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(kept + "xerces/") and name.endswith(".properties"):
                target = folder / name.removeprefix(kept)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("client", [curl, sparqlwrapper, rdflib_store, comunica, jena])
def test_a_client_gets_the_same_rows(
    client: Client, name: str, shipped: Server, graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / f"{name}.rq"
    file.write_text(load_question(name).text, encoding="utf-8")
    assert client(f"http://127.0.0.1:{shipped.port}/sparql", file, tmp_path) == _rows_here(
        graph, name
    )


def _rows_here(graph: Graph, name: str) -> Rows:
    answer = graph.query(load_question(name).text)
    return [[getattr(value, "value", "") for value in row] for row in answer]  # type: ignore[union-attr]
