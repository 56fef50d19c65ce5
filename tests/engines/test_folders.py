"""Stores on disk: built beside what is read, then switched to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from graph_builder.engines.folders import open_folder, write_folder
from graph_builder.errors import ReadError
from graph_builder.opening import open_graph
from graph_builder.store import Graph
from tests.conftest import Run

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
ONE, TWO = Quad(A, A, A), Quad(B, B, B)


def test_a_reader_keeps_what_it_opened_while_another_store_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_folder([ONE], folder)
    reader = open_folder(folder)
    write_folder([TWO], folder)
    assert list(reader) == [ONE]
    assert list(open_folder(folder)) == [TWO]


def test_old_stores_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    for _ in range(4):
        write_folder([ONE], folder)
    assert sorted(path.name for path in folder.iterdir()) == ["current", "store-3", "store-4"]


def test_a_folder_with_something_else_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ReadError, match="not empty, and no store"):
        write_folder([ONE], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ReadError, match=r"letter\.txt: not empty, and no store"):
        write_folder([ONE], tmp_path / "letter.txt")


def test_a_failed_build_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_folder([ONE], folder)

    def breaking() -> Iterator[Quad]:
        yield TWO
        raise OSError(28, "No space left on device")

    with pytest.raises(ReadError, match="No space left on device"):
        write_folder(breaking(), folder)
    assert list(open_folder(folder)) == [ONE]


@pytest.mark.parametrize("name", ["../elsewhere", "other", "store-9", "store-1/../..", "\ufffd"])
def test_a_damaged_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    write_folder([ONE], folder)
    (folder / "current").write_text(name)
    with pytest.raises(ReadError):
        open_folder(folder)


def test_build_writes_a_store_that_commands_read(run: Run, tmp_path: Path, graph: Graph) -> None:
    folder = tmp_path / "store"
    assert run("build", "--store", folder).exit_code == 0
    assert len(open_graph(folder)) == len(graph)
    assert run("query", "organisers", "-s", folder).stdout == run("query", "organisers").stdout


def test_a_server_takes_a_copy_for_what_needs_one(graph: Graph) -> None:
    assert graph.local() is graph
    assert len(graph.copy()) == len(graph)
