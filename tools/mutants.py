"""Test the tests: change a module in many small ways and see which changes no test notices.

    python tools/mutants.py graph_builder/compare/conflicts.py [--sample 100] [TESTS...]

The changes (mutants) are those of mutmut's operators, and one of ours that keeps one operand of
two. Each is written into a copy of the checkout, in which the tests named after the module run; a
mutant survives when they all pass. Survivors are printed with their line. Those that mean the same
as the original are listed with the reason in tests/equivalent-mutants.tsv and do not count. The
figures go into docs/mutation-testing.md.
"""

import argparse
import csv
import gc
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

import libcst as cst
import pytest
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from mutmut.mutation.mutators import mutation_operators, operator_string

ROOT = Path(__file__).parents[1]
EQUIVALENT = ROOT / "tests" / "equivalent-mutants.tsv"
PAGE = ROOT / "docs" / "mutation-testing.md"
COPIED = ("benchmarks", "docs", "facts", "graph_builder", "ontology", "queries", "tests", "tools")
#: Imported once, before a process is forked for each mutant; nothing of the project's own.
HEAVY = (
    *("pyoxigraph", "rdflib", "networkx", "pydantic", "ruamel.yaml", "jinja2", "scipy.sparse"),
    *("anyio.pytest_plugin", "click.testing", "rapidfuzz.distance.Indel", "xdist.plugin"),
)
PASSED, FAILED = 0, 1
#: Processor time that a mutant may take, as a multiple of what the unchanged module takes.
PATIENCE = 5


@dataclass(frozen=True)
class Mutant:
    """A changed module: the line changed, that line before and after, and the whole new text."""

    line: int
    before: str
    after: str
    text: str


class _Collector(cst.CSTVisitor):
    """Collects each change as the range of the text that it replaces, and the text in its place."""

    METADATA_DEPENDENCIES = (ByteSpanPositionProvider,)

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._empty = cst.Module([])
        self.found: list[tuple[int, int, str]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_left_alone(node):
            return False
        for new in _replacements(node):
            span = self.get_metadata(ByteSpanPositionProvider, node)
            old = self._empty.code_for_node(node)
            at = self._text.find(old.encode(), max(0, span.start - len(old) + span.length))
            start = len(self._text[:at].decode())
            self.found.append((start, start + len(old), self._empty.code_for_node(new)))
        return True


def _is_left_alone(node: cst.CSTNode) -> bool:
    """Return whether nothing below a node can change what the module does."""
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
        return True
    if isinstance(node, cst.If) and isinstance(node.test, cst.Name):
        return bool(node.test.value == "TYPE_CHECKING")
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in {"cast", "TypeVar", "dataclass"}
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString)


def _replacements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            # of a text's variants one is enough: a test that reads it notices each
            yield from islice(operator(node), 1 if operator is operator_string else None)
    if isinstance(node, cst.BinaryOperation | cst.BooleanOperation):
        yield from (node.left, node.right)


def make_mutants(text: str, most: int | None = None, seed: str = "") -> tuple[int, list[Mutant]]:
    """Return how many changes a module's text has, and the mutants of all or of so many of them.

    Those of a sample are drawn at random by a seed. Changes that are no valid Python are left out.
    """
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    collector = _Collector(text)
    wrapper.visit(collector)
    changes = [
        each for each in dict.fromkeys(collector.found) if text[each[0] : each[1]] != each[2]
    ]
    total = len(changes)
    if most is not None and most < len(changes):
        changes = random.Random(seed).sample(changes, most)  # noqa: S311 -- a sample, no secret
    mutants = (_mutant(text, *change) for change in sorted(changes))
    return total, [mutant for mutant in mutants if _compiles(mutant.text)]


def _mutant(text: str, start: int, end: int, new: str) -> Mutant:
    changed = text[:start] + new + text[end:]
    lines = zip(text.split("\n"), changed.split("\n"), strict=False)
    line, before, after = next((n, a, b) for n, (a, b) in enumerate(lines, 1) if a != b)
    return Mutant(line, before.strip(), after.strip(), changed)


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def find_tests(module: Path) -> list[str]:
    """Return the test files named after a module: ``test_<module>.py``, ``test_<module>_*.py``.

    Tests of rules come first: they are quick, and one test that fails is enough.
    """
    every = sorted((ROOT / "tests").rglob(f"test_{module.stem}*.py"))
    names = (f"test_{module.stem}", f"test_{module.stem}_")
    named = [path for path in every if path.stem == names[0] or path.stem.startswith(names[1])]
    named.sort(key=lambda path: not path.stem.endswith("_rules"))
    if not named:
        sys.exit(f"no test file is named after {module}; name the tests")
    return [path.relative_to(ROOT).as_posix() for path in named]


def copy_checkout(folder: Path) -> Path:
    """Return a copy of what tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    return folder


def run_tests(checkout: Path, tests: list[str], seconds: int, *, silent: bool = True) -> int:
    """Return the exit code of the tests in a process forked for them: 0 where all pass."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = FAILED
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        signal.alarm(60 * seconds)
        os.chdir(checkout)
        sys.path.insert(0, str(checkout))
        os.environ |= {"PYTHONPATH": str(checkout), **_share_cache(checkout)}
        if silent:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        sys.dont_write_bytecode = False
        options = ["-x", "-q", "-n0", "--assert=plain", "-p", "no:cacheprovider"]
        code = int(pytest.main([*options, "-m", "not browser", *tests]))
    finally:
        os._exit(code)


def write_module(path: Path, text: str) -> None:
    """Replace a module, and what Python compiled of it, which it tells apart by second and size."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _share_cache(checkout: Path) -> dict[str, str]:
    """Return variables by which the tests of all mutants share what one has compiled."""
    folder = checkout / "cache"
    folder.mkdir(exist_ok=True)
    return {"AIGG_CACHE": str(folder), "PYTEST_CURRENT_TEST": "mutants"}


def find_survivors(
    module: Path, mutants: Sequence[Mutant], tests: list[str], jobs: int
) -> list[Mutant]:
    """Return the mutants that survive the tests."""
    for name in HEAVY:
        import_module(name)
    gc.freeze()
    with tempfile.TemporaryDirectory() as place:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            free.put(copy_checkout(Path(place) / str(number)))
        begun = _children_seconds()
        checkout = free.get()
        if code := run_tests(checkout, tests, 600, silent=False):
            sys.exit(f"the tests do not pass on the unchanged module (exit code {code})")
        free.put(checkout)
        limit = 5 + int(PATIENCE * (_children_seconds() - begun))

        def survives(mutant: Mutant) -> bool:
            checkout = free.get()
            try:
                write_module(checkout / module, mutant.text)
                return run_tests(checkout, tests, limit) == PASSED
            finally:
                free.put(checkout)

        with ThreadPoolExecutor(jobs) as pool:
            alive = pool.map(survives, mutants)
            return [mutant for mutant, lives in zip(mutants, alive, strict=True) if lives]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_equivalent(module: Path) -> set[tuple[str, str]]:
    """Return the changes of a module's lines that were judged to mean the same."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(r["before"], r["after"]) for r in rows if r["module"] == module.as_posix()}


def record(module: Path, total: int, tried: int, equivalent: int, survived: int) -> str:
    """Put a module's row into the page of results and return it."""
    counted = tried - equivalent
    share = f"{(counted - survived) / counted:.0%}" if counted else "-"
    row = f"| `{module}` | {total:,} | {tried:,} | {equivalent} | {survived} | {share} |"
    lines = PAGE.read_text(encoding="utf-8").rstrip("\n").split("\n")
    kept = [line for line in lines if not line.startswith(f"| `{module}` |")]
    table = [line for line in kept if line.startswith("| `graph_builder/")]
    above = [line for line in kept if line not in table]
    PAGE.write_text("\n".join([*above, *sorted([*table, row])]) + "\n", encoding="utf-8")
    return row


def main() -> None:
    """Run the mutants of one module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("module", type=Path)
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--sample", type=int, help="try so many, drawn at random, always the same")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    module = Path(given.module)
    text = (ROOT / module).read_text(encoding="utf-8")
    total, drawn = make_mutants(text, given.sample, module.name)
    known = read_equivalent(module)
    same = [mutant for mutant in drawn if (mutant.before, mutant.after) in known]
    tried = [mutant for mutant in drawn if mutant not in same]
    begun = time.monotonic()
    survivors = find_survivors(module, tried, given.tests or find_tests(module), given.jobs)
    for mutant in survivors:
        print(f"{module}:{mutant.line}\n  - {mutant.before}\n  + {mutant.after}")
    print(record(module, total, len(drawn), len(same), len(survivors)))
    print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
