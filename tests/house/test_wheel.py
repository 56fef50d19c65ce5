"""What is published: the wheel that the sdist makes, installed alone and used elsewhere."""

import email
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from graph_builder.core.resources import VERSION
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import write_turtle
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "build", "dist", "node_modules", "out", "venv"
)
#: The editor of the workbench, which the build fetches if it can.
EDITOR = {
    f"graph_builder/server/static/yasgui.{name}"
    for name in ("NOTICE.txt", "min.css", "min.js", "package.json")
}
INFO = f"ai_governance_graph-{VERSION}.dist-info"
#: Folders of the checkout, what of them is shipped, and where the wheel holds it.
SHIPPED = {
    "facts": ("graph_builder/facts", (".csv", ".yaml")),
    "graph_builder": ("graph_builder", (".css", ".html", ".js", ".py", ".typed")),
    "ontology": ("graph_builder/ontology", (".csv", ".jsonld", ".md", ".ru", ".ttl")),
    "queries": ("graph_builder/queries", (".rq",)),
}
#: An event without a date.
EVENT = """
@prefix aigg: <https://w3id.org/aigg/ns#> .
<https://w3id.org/aigg/event/x> a aigg:Event ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "X"@en .
"""
READ = "import graph_builder as g; print(len(g.ask(g.open_graph(), 'organisers')), g.__file__)"


def _run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as in a fresh shell; a failure shows what it printed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout, in which nothing is left from other builds."""
    target = tmp_path_factory.mktemp("bare") / "checkout"
    shutil.copytree(ROOT, target, ignore=LEFT_OUT)
    return target


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the sdist and the wheel that was built from it."""
    target = tmp_path_factory.mktemp("dist")
    command = (sys.executable, "-m", "build", "--installer", "uv", "--outdir", target, checkout)
    done = _run(*command, cwd=target)
    assert "Deprecat" not in done.stdout + done.stderr
    return target


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Return the wheel."""
    return built / f"ai_governance_graph-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds the wheel and what it needs."""
    home = tmp_path_factory.mktemp("environment")
    uv = (sys.executable, "-m", "uv", "--quiet")
    _run(*uv, "venv", "--python", sys.executable, home, cwd=home)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    install = ("pip", "install", "--compile-bytecode", "--python", programs / "python", wheel)
    _run(*uv, *install, cwd=home)
    return programs


def _expected(checkout: Path) -> set[str]:
    return {
        f"{target}/{path.relative_to(checkout / name).as_posix()}"
        for name, (target, suffixes) in SHIPPED.items()
        for path in (checkout / name).rglob("*")
        if path.suffix in suffixes or path.name == "py.typed"
    } | EDITOR


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(
    wheel: Path, checkout: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    code = {name for name in names if not name.startswith(f"{INFO}/")}
    assert code | EDITOR == _expected(checkout)
    assert code & EDITOR in (EDITOR, set())
    licences = {f"{INFO}/licenses/{name}" for name in ("LICENSE", "LICENSE-data")}
    assert licences <= names - code


@pytest.mark.parametrize(
    "name",
    [
        "facts/registry/events.yaml",
        "facts/india-france-roundtable-2025/facts.csv",
        "ontology/contexts/schema.org.jsonld",
        "ontology/countries.csv",
        "ontology/graphs.ttl",
        "ontology/migrations/0.2-to-0.3.ru",
        "ontology/terms/classes.ttl",
        "pictures/templates/core/page.html",
        "pictures/views/ego.py",
        "py.typed",
        "queries/checks/label-missing.rq",
        "queries/organisers.rq",
    ],
)
def test_the_wheel_holds_one_file_of_each_kind(name: str, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"graph_builder/{name}") or name == "py.typed"


def test_the_wheel_says_who_may_use_it_and_how_it_is_started(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        about = email.message_from_bytes(archive.read(f"{INFO}/METADATA"))
        programs = archive.read(f"{INFO}/entry_points.txt").decode()
    assert about["License-Expression"] == "Apache-2.0 AND CC-BY-4.0 AND CC-BY-SA-3.0"
    assert about["Requires-Python"] == ">=3.11"
    assert about.get_payload()
    assert "aigg = graph_builder.__main__:main" in programs


def test_the_sdist_holds_what_the_wheel_is_built_from(built: Path) -> None:
    with tarfile.open(built / f"ai_governance_graph-{VERSION}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "LICENSE-data", "README.md", "pyproject.toml", "setup.cfg"} <= names
    assert {
        "facts/registry/events.yaml",
        "ontology/graphs.ttl",
        "ontology/migrations/0.2-to-0.3.ru",
        "queries/organisers.rq",
    } <= names


def test_the_installed_commands_run(installed: Path, tmp_path: Path) -> None:
    def aigg(*words: str) -> str:
        return _run(installed / "aigg", *words, cwd=tmp_path).stdout

    assert aigg("--version") == f"aigg, version {VERSION}\n"
    (tmp_path / "event.ttl").write_text(EVENT, encoding="utf-8")
    assert aigg("validate", "-s", "event.ttl").startswith("warning: event:x: An event needs ")
    assert aigg("query", "organisers", "-F", "csv") == (
        ROOT / "tests" / "golden" / "organisers.csv"
    ).read_text(encoding="utf-8")
    assert ": 124 facts, 1 warning\n" in aigg("check", "india-france-roundtable-2025")


def test_the_installed_graph_is_the_one_of_the_checkout(
    installed: Path, tmp_path: Path, graph: Graph
) -> None:
    _run(installed / "aigg", "export", "-o", "x.ttl", cwd=tmp_path, AIGG_CACHE=str(tmp_path))
    exported = hashlib.sha256((tmp_path / "x.ttl").read_bytes()).hexdigest()
    assert exported == hashlib.sha256(write_turtle(graph.quads()).encode()).hexdigest()


def test_the_installed_program_draws_a_page(installed: Path, tmp_path: Path) -> None:
    _run(installed / "aigg", "draw", "-o", "page.html", cwd=tmp_path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")


def test_the_installed_package_is_imported_from_its_environment(
    installed: Path, tmp_path: Path
) -> None:
    count, place = _run(installed / "python", "-c", READ, cwd=tmp_path).stdout.split()
    assert int(count) > 0
    assert Path(place).is_relative_to(installed.parent)


def test_a_bare_checkout_runs_without_being_installed(checkout: Path, tmp_path: Path) -> None:
    done = _run(
        sys.executable, "-c", READ, cwd=tmp_path, PYTHONPATH=str(checkout), AIGG_CACHE=str(tmp_path)
    )
    count, place = done.stdout.split()
    assert int(count) > 0
    assert Path(place).is_relative_to(checkout)


def test_a_bare_checkout_has_the_command_line(checkout: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "graph_builder", "--version")
    done = _run(*command, cwd=tmp_path, PYTHONPATH=str(checkout))
    assert done.stdout == f"aigg, version {VERSION}\n"
