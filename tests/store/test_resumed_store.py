"""A build of a store that was killed goes on where it ended, and ends with the same quads."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph_builder.core.errors import ReadError
from graph_builder.store.disk_store import open_store, write_store
from graph_builder.store.loading import compute_build_key
from graph_builder.store.serialization import export

BLOCKS = [
    "".join(f"<urn:s{number}-{row}> <urn:p> <urn:o> .\n" for row in range(50)).encode()
    for number in range(4)
]
SCRIPT = """
import os, signal, sys
from pathlib import Path
from graph_builder.store.disk_store import write_store
from tests.store.test_resumed_store import BLOCKS

def blocks():
    for number, block in enumerate(BLOCKS):
        if number == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield block

def write_index(engine, path):
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

write_store(blocks(), Path(sys.argv[1]), key="a key", write_index=write_index)
"""


def _kill(folder: Path, block: int) -> None:
    """Write a store in a process that is killed when a block is asked for, or after all."""
    command = [sys.executable, "-c", SCRIPT, str(folder), str(block)]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL


def _read(folder: Path) -> str:
    return export(open_store(folder).store, "nq")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the quads of a store that was not interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "store"
    write_store(BLOCKS, folder)
    return _read(folder)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("block", [1, 3, 4])
def test_a_killed_build_goes_on(block: int, expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    _kill(folder, block)
    journal = folder / "store-1" / "journal"
    assert journal.read_text(encoding="ascii").count("\n") == 1 + block
    with journal.open("a", encoding="ascii") as file:
        file.write("0123")  # a line that was cut off

    told: list[str] = []
    write_store(BLOCKS, folder, tell=told.append, key="a key")
    assert told == [f"{folder / 'store-1'}: continued; an interrupted build had left it"]
    assert _read(folder) == expected
    assert not journal.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_blocks_that_a_store_holds_are_not_loaded_again(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    _kill(folder, 3)
    Store(folder / "store-1").clear()
    write_store(BLOCKS, folder, key="a key")
    assert set(_read(folder).splitlines()) == set(BLOCKS[3].decode().splitlines())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_other_blocks_of_the_same_key_are_refused(expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    _kill(folder, 3)
    with pytest.raises(ReadError, match="store-1: what was to be continued changed; build again"):
        write_store(BLOCKS[::-1], folder, key="a key")
    write_store(BLOCKS, folder, key="a key")
    assert _read(folder) == expected


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_build_of_other_facts_begins_anew(expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    _kill(folder, 2)
    told: list[str] = []
    write_store(BLOCKS, folder, tell=told.append, key="another key")
    assert told == [f"{folder / 'store-1'}: removed; an interrupted build had left it"]
    assert _read(folder) == expected


def test_the_key_of_a_build_is_that_of_its_facts(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("source: {}", encoding="utf-8")
    first = compute_build_key([file])
    assert compute_build_key([str(file)]) == first
    assert compute_build_key([file], only=True) != first
    (tmp_path / "list.csv").write_text("a", encoding="utf-8")
    assert compute_build_key([file]) != first
