"""Starting and ending: what a command imports, and how it ends when it cannot write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph_builder.store.loading import open_graph

HEAVY = {
    *("IPython", "jinja2", "networkit", "networkx", "numpy", "pandas", "polars", "pydantic"),
    *("pyshacl", "pyvis", "rapidfuzz", "rdflib", "ruamel", "scipy", "tempfile", "yaml"),
}
MAIN = "from graph_builder.cli import main; main()"
MODULES = """
import sys
from graph_builder.cli import aigg
aigg.main(sys.argv[1:], prog_name="aigg", standalone_mode=False)
print(*sys.modules, file=sys.stderr)
"""
# As if the disk were full: no file may grow beyond so many bytes.
FULL = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)); {MAIN}"


def _python(code: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def _warm() -> None:
    """Compile the shipped graph into the cache."""
    open_graph()


@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize(
    "words",
    [
        *(("--help",), ("query", "--help"), ("queries",), ("query", "organisers")),
        ("query", "organisers", "-p", "event=2ND INDIA FRANCE AI POLICY ROUNDTABLE"),
        *(("find", "GPAI"), ("find", "safety inst")),
    ],
    ids=" ".join,
)
def test_a_command_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    done = _python(MODULES, *words)
    assert done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


def test_help_reads_no_resources() -> None:
    assert "importlib.resources" not in _python(MODULES, "--help").stderr.split()


@pytest.mark.slow
@pytest.mark.usefixtures("_warm")
def test_a_drawing_does_not_import_pyvis(tmp_path: Path) -> None:
    done = _python(MODULES, "draw", "-o", tmp_path / "page.html")
    imported = set(done.stderr.split())
    assert "graph_builder.pictures.network_drawing" in imported
    assert imported & {"IPython", "pyvis"} == set()


def test_the_package_imports_nothing_before_it_is_used() -> None:
    imported = set(_python("import sys, graph_builder; print(*sys.modules)").stdout.split())
    assert "graph_builder" in imported
    assert imported & {"pyoxigraph", "click", *HEAVY} == set()


def _blocked(folder: Path, name: str) -> Path:
    """Return a target that cannot be written, by the name of what is wrong with it."""
    if name == "is a folder":
        (folder / "x.csv").mkdir()
    return folder / "none" / "x.csv" if name == "in no folder" else folder / "x.csv"


@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize("case", ["in no folder", "is a folder", "disk is full"])
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    case: str, tmp_path: Path
) -> None:
    target = _blocked(tmp_path, case)
    before = sorted(tmp_path.rglob("*"))
    done = _python(FULL if case == "disk is full" else MAIN, "query", "organisers", "-o", target)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{target}: ")
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_does_no_harm_and_leaves_nothing(tmp_path: Path) -> None:
    done = _python(FULL, "query", "parent-bodies", AIGG_CACHE=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert sorted(tmp_path.rglob("*")) == []


@pytest.mark.usefixtures("_warm")
def test_a_file_in_place_is_kept_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("kept", encoding="utf-8")
    assert _python(FULL, "query", "organisers", "-o", target).returncode == 2
    assert target.read_text(encoding="utf-8") == "kept"


@pytest.mark.usefixtures("_warm")
def test_what_is_no_ordinary_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    done = _python(MAIN, "query", "organisers", "-o", pipe)
    data = os.read(reader, 9)
    os.close(reader)
    assert (done.returncode, data) == (0, b"role,orga")
    assert pipe.is_fifo()


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_a_query_nested_too_deep_is_one_sentence(brackets: str, tmp_path: Path) -> None:
    file = tmp_path / "deep.rq"
    deep = brackets[0] * 3000 + brackets[1] * 3000
    starts = {"{}": "SELECT * WHERE ", "()": "SELECT * WHERE { FILTER ", "[]": "ASK { ?s ?p "}
    file.write_text(starts[brackets] + deep, encoding="utf-8")
    done = _python(MAIN, "query", "-f", file)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{file}:1:")
    assert done.stderr.endswith(": brackets are nested more than 200 deep; simplify the query\n")


@pytest.mark.usefixtures("_warm")
@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_output_is_utf_8_in_every_locale(locale: str) -> None:
    settings = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = _python(MAIN, "query", "relations", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "──" in done.stdout
