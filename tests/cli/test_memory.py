"""Large values and little memory: tables are cut in time, and what does not fit is told."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal

from graph_builder.core.errors import QueryError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import MAX_TEXT
from graph_builder.query.text_table import TextTable, format_table
from graph_builder.store.engine import build_solutions
from tests.conftest import Run

LONG = 5_000_000


class PanicException(BaseException):
    """Stands for what the engine raises, which cannot be made to fail on purpose."""


@pytest.mark.parametrize("extension", ["table", "md"])
@pytest.mark.parametrize("text", ["word " * (LONG // 5), "x" * LONG, "ü\n" * (LONG // 2)])
def test_a_table_is_cut_in_time(text: str, extension: str) -> None:
    began = time.process_time()
    table = format_table(TextTable(["a", "b"], [["short", text], ["", "y"]]), extension)
    assert time.process_time() - began < 2
    assert len(table) < 10 * MAX_TEXT
    assert f"cut at {MAX_TEXT:,} characters: 1 text; csv and json have the whole\n" in table


def test_a_table_of_texts_as_long_as_those_of_fact_files_is_whole() -> None:
    text = "x" * MAX_TEXT
    assert text in format_table(TextTable(["a"], [[text]]), "table")


def test_a_long_label_is_found_in_time(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "long.nt"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    file.write_text(f'<http://x.org/a> {label} "{"Fran " * 1_000_000}" .', encoding="utf-8")
    began = time.process_time()
    assert run("find", "Fran", "-s", file).exit_code == 0
    assert run("query", "--text", "SELECT * {?s ?p ?o}", "-s", file).exit_code == 0
    assert time.process_time() - began < 5


def test_a_value_longer_than_can_be_read_is_told() -> None:
    value = {"type": "literal", "value": "x" * 17_000_000}
    with pytest.raises(QueryError, match=r"a value in the answer has 17\.0 MB, .* with SUBSTR"):
        build_solutions(["a"], [{"a": value}])
    ((term,),) = build_solutions(["a"], [{"a": {**value, "value": "ü" * 3_900_000}}])
    assert term == Literal("ü" * 3_900_000)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
@pytest.mark.parametrize("megabytes", [60, 100, 150])
def test_too_little_memory_is_told(megabytes: int, tmp_path: Path) -> None:
    file = tmp_path / "small.nt"
    file.write_text("<http://x.org/a> <http://x.org/b> <http://x.org/c> .", encoding="utf-8")
    result = run_within(megabytes, "export", "-F", "nt", "-s", file)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("not enough memory")
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_too_little_memory_for_a_store_on_disk_is_told(tmp_path: Path, run: Run) -> None:
    """The engine ends the process where one of its threads cannot start."""
    facts = find_data_folder("facts") / "editors"
    store = tmp_path / "store"
    build = ["build", "--facts", facts, "--only", "--store", store]
    written = run_within(500, *build)
    assert (written.returncode, store.exists()) == (2, False)
    assert re.fullmatch(r"not enough memory: .* for writing the store, .*\n", written.stderr)
    assert run(*build).exit_code == 0
    opened = run_within(250, "query", "-s", store, "--text", "ASK {}")
    assert opened.returncode == 2
    assert re.fullmatch(r"not enough memory: .* for the store, .*\n", opened.stderr)


def run_within(megabytes: int, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the command where the shell allows it so much memory."""
    limited = (
        "import resource, sys; from graph_builder.__main__ import main; "
        f"resource.setrlimit(resource.RLIMIT_AS, ({megabytes} << 20,) * 2); main()"
    )
    command = [sys.executable, "-c", limited, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError("x"), "not enough memory; ask for less, or raise ulimit -v\n"),
        (PanicException("slice index"), "the engine failed: slice index\n"),
    ],
)
def test_a_failure_of_the_engine_is_told(
    error: BaseException, message: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("graph_builder.store.loading.open_graph", fail)
    result = run("find", "x")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)
