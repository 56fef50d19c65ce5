"""The house rules: sizes, docstrings, errors, public names, and nothing of any one machine."""

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import graph_builder

ROOT = Path(__file__).parents[1]
CODE = ("benchmarks", "graph_builder", "tests", "tools")
FOLDERS = (*CODE, "docs", "facts", "ontology", "queries")
WRITTEN = (".css", ".html", ".js", ".py", ".rq", ".ttl")
READ = (*WRITTEN, ".cfg", ".cff", ".csv", ".md", ".toml", ".yaml")
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50
BROAD = {"BaseException", "Exception"}
ASSERTING = {"raises", "warns"}
MACHINE = re.compile(r"(?<![\w.:/%-])/(?:work|tmp|home|root|opt|Users|var)\b")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io|anaconda\.org|golang\.org"
    r"|rubygems\.org|deb\.debian\.org"
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Public = ast.Module | ast.ClassDef | Function


def _files(folders: tuple[str, ...], suffixes: tuple[str, ...]) -> list[Path]:
    found = (path for name in folders for path in (ROOT / name).rglob("*"))
    return sorted(path for path in found if path.suffix in suffixes)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = _files(CODE, (".py",))
PACKAGE = _files(("graph_builder",), (".py",))
TESTS = [path for path in PYTHON if path.name.startswith("test_")]
TEXTS = [*_files(FOLDERS, READ), *(path for path in ROOT.iterdir() if path.suffix in READ)]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(_tree(path)) if isinstance(node, Function)]


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _at(path: Path, node: ast.AST, name: str) -> str:
    return f"{_name(path)}:{getattr(node, 'lineno', 1)} {name}"


@pytest.mark.parametrize("path", _files(FOLDERS, WRITTEN), ids=_name)
def test_no_file_is_long(path: Path) -> None:
    assert _lines(path) <= MOST_LINES


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_no_function_is_long(path: Path) -> None:
    long = {_at(path, f, f.name): _length(f) for f in _functions(path)}
    assert {at: lines for at, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_files_and_functions_of_the_package_are_small() -> None:
    lengths = [_length(function) for path in PACKAGE for function in _functions(path)]
    assert statistics.median(map(_lines, PACKAGE)) <= 100
    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10, method="inclusive")[-1] <= 20


def _caught(node: ast.AST) -> set[str]:
    """Return the names of what an ``except`` or a ``suppress`` catches, "" for everything."""
    if isinstance(node, ast.ExceptHandler):
        kinds = [node.type]
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        kinds = list(node.args)
    else:
        return set()
    parts = [each for kind in kinds for each in (ast.walk(kind) if kind else [None])]
    return {getattr(part, "id", "") for part in parts if part is None or hasattr(part, "id")}


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_errors_are_caught_by_their_name(path: Path) -> None:
    found = {_at(path, node, "") for node in ast.walk(_tree(path)) if _caught(node) & {"", *BROAD}}
    assert found == set()


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


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_what_is_public_says_in_one_sentence_what_it_is(path: Path) -> None:
    """A test's name is its sentence, so the functions of tests need no docstring."""
    public = _public(_tree(path), functions="tests" not in path.relative_to(ROOT).parts)
    wrong = {
        _at(path, node, name) for name, node in public if not _is_sentence(ast.get_docstring(node))
    }
    assert wrong == set()


def _asserts(function: Function, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        called = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Assert) or called in ASSERTING | helpers:
            return True
    return False


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_each_test_asserts_something(path: Path) -> None:
    functions = _functions(path)
    helpers = {f.name for f in functions if _asserts(f, set())}
    idle = {
        _at(path, f, f.name)
        for f in functions
        if f.name.startswith("test_") and not _asserts(f, helpers)
    }
    assert idle == set()


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


@pytest.mark.parametrize("name", graph_builder.__all__)
def test_a_public_name_is_the_object_in_its_home(name: str) -> None:
    home = _homes()[name]
    if home == "graph_builder":
        assert getattr(graph_builder, name) is import_module(f"{home}.{name}")
    else:
        assert getattr(graph_builder, name) is getattr(import_module(home), name)


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_nothing_is_of_one_machine(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {
        f"{_name(path)}:{number} {line.strip()}"
        for number, line in enumerate(lines, 1)
        if MACHINE.search(line) or REGISTRY.search(line)
    }
    assert found == set()


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE-data", "CITATION.cff"])
def test_who_may_use_it_and_how_to_cite_it_are_told(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()
