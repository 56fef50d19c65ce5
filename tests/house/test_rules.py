"""The house rules: docstrings, errors by name, public names, and nothing of any one machine."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import graph_builder
from tests.conftest import ROOT

CODE = ("benchmarks", "graph_builder", "tests", "tools")
FOLDERS = (*CODE, "docs", "facts", "ontology", "queries")
READ = {".cff", ".cfg", ".css", ".csv", ".html", ".js", ".md", ".py", ".rq", ".toml"}
READ |= {".ttl", ".yaml"}
BROAD = {"BaseException", "Exception"}
ASSERTING = {"raises", "warns"}
MACHINE = re.compile(r"(?<![\w.:/%-])/(?:work|tmp|home|root|opt|Users|var)\b")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io|anaconda\.org|golang\.org"
    r"|rubygems\.org|deb\.debian\.org"
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Public = ast.Module | ast.ClassDef | Function


def _files(folders: tuple[str, ...], suffixes: set[str]) -> list[Path]:
    found = (path for name in folders for path in (ROOT / name).rglob("*"))
    return sorted(path for path in found if path.suffix in suffixes)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


TEST_FOLDER = ROOT / "tests"
PYTHON = _files(CODE, {".py"})
TESTS = [path for path in PYTHON if path.name.startswith("test_")]
TEXTS = [*_files(FOLDERS, READ), *(p for p in ROOT.iterdir() if p.suffix in {*READ, ".json"})]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(_tree(path)) if isinstance(node, Function)]


def _at(path: Path, node: ast.AST, name: str = "") -> str:
    return f"{_name(path)}:{getattr(node, 'lineno', 1)} {name}"


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _caught(node: ast.AST) -> set[str]:
    """Return the names of what an ``except`` or a ``suppress`` catches, "" for everything."""
    if isinstance(node, ast.ExceptHandler):
        kinds = [node.type]
    elif isinstance(node, ast.Call) and _called(node) == "suppress":
        kinds = list(node.args)
    else:
        return set()
    parts = [each for kind in kinds for each in (ast.walk(kind) if kind else [None])]
    return {getattr(part, "id", "") for part in parts if part is None or hasattr(part, "id")}


def test_errors_are_caught_by_their_name() -> None:
    nodes = ((path, node) for path in PYTHON for node in ast.walk(_tree(path)))
    assert [_at(path, node) for path, node in nodes if _caught(node) & {"", *BROAD}] == []


def _public(parent: Public, *, functions: bool) -> Iterator[tuple[str, Public]]:
    """Yield what is public in a module or class, the module or class first."""
    yield getattr(parent, "name", "module"), parent
    for node in parent.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node, functions=functions)
        elif functions and isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node


def _is_sentence(docstring: str | None) -> bool:
    first = (docstring or "").split("\n")[0]
    return first.endswith(".") and not re.search(r"[.!?] [A-Z]", first)


def test_docstrings_of_public_names_begin_with_one_sentence() -> None:
    """A test's name is its sentence, so the functions of tests need no docstring."""
    public = [
        (path, name, node)
        for path in PYTHON
        for name, node in _public(_tree(path), functions=TEST_FOLDER not in path.parents)
    ]
    assert [
        _at(path, node, name)
        for path, name, node in public
        if not _is_sentence(ast.get_docstring(node))
    ] == []


def _asserts(function: Function, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        called = _called(node) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Assert) or called in ASSERTING | helpers:
            return True
    return False


def _idle(path: Path) -> list[str]:
    """Return the tests of a file that assert nothing, themselves or by a function of the file."""
    functions = _functions(path)
    helpers = {each.name for each in functions if _asserts(each, set())}
    tests = [each for each in functions if each.name.startswith("test_")]
    return [_at(path, each, each.name) for each in tests if not _asserts(each, helpers)]


def test_each_test_asserts_something() -> None:
    assert [idle for path in TESTS for idle in _idle(path)] == []


def _homes() -> dict[str, str]:
    """Return the module that type checkers take each public name from."""
    imports = [
        node
        for block in _tree(ROOT / "graph_builder" / "__init__.py").body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    ]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_public_names_are_sorted_and_known_to_type_checkers() -> None:
    assert list(graph_builder.__all__) == sorted(set(graph_builder.__all__))
    assert set(graph_builder.__all__) == _homes().keys()


def test_a_public_name_is_the_object_in_its_home() -> None:
    homes = _homes()
    found = {name: getattr(graph_builder, name) for name in graph_builder.__all__}
    assert found == {name: _object(homes[name], name) for name in found}


def _object(home: str, name: str) -> object:
    if home == "graph_builder":
        return import_module(f"{home}.{name}")
    return getattr(import_module(home), name)


def test_nothing_is_of_one_machine() -> None:
    found = [
        f"{_name(path)}:{number} {line.strip()}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE.search(line) or REGISTRY.search(line)
    ]
    assert found == []


def test_licences_and_citation_are_there() -> None:
    for name in ("LICENSE", "LICENSE-data", "CITATION.cff"):
        assert (ROOT / name).read_text(encoding="utf-8").strip(), name
