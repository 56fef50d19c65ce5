"""Stores on disk: built beside what is read, then switched to."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from graph_builder.core.errors import ReadError
from graph_builder.store.disk_store import is_store, open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from tests.conftest import Run

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
ONE, TWO = Quad(A, A, A), Quad(B, B, B)


def test_a_reader_keeps_what_it_opened_while_another_store_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    reader = open_store(folder)
    write_store([TWO], folder)
    assert list(reader) == [ONE]
    assert list(open_store(folder)) == [TWO]


def test_old_stores_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    for _ in range(4):
        write_store([ONE], folder)
    assert sorted(path.name for path in folder.iterdir()) == ["current", "store-3", "store-4"]


def test_a_folder_with_something_else_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ReadError, match="neither an empty folder nor a store"):
        write_store([ONE], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ReadError, match=r"letter\.txt: neither an empty folder nor a store"):
        write_store([ONE], tmp_path / "letter.txt")


def test_a_failed_build_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)

    def breaking() -> Iterator[Quad]:
        yield TWO
        raise OSError(28, "No space left on device")

    with pytest.raises(ReadError, match="No space left on device"):
        write_store(breaking(), folder)
    assert list(open_store(folder)) == [ONE]


@pytest.mark.parametrize("name", ["../elsewhere", "other", "store-9", "store-1/../..", "\ufffd"])
def test_a_damaged_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    (folder / "current").write_text(name)
    with pytest.raises(ReadError):
        open_store(folder)


def test_build_writes_a_store_that_commands_read(run: Run, tmp_path: Path, graph: Graph) -> None:
    folder = tmp_path / "store"
    assert run("build", "--store", folder).exit_code == 0
    assert len(open_graph(folder)) == len(graph)
    assert run("query", "organisers", "-s", folder).stdout == run("query", "organisers").stdout


def test_a_server_takes_a_copy_for_what_needs_one(graph: Graph) -> None:
    assert graph.to_local() is graph.to_memory() is graph
    assert len(graph.copy()) == len(graph)


def test_a_store_on_disk_is_copied_to_memory(tmp_path: Path) -> None:
    write_store([ONE], tmp_path / "store")
    on_disk = open_graph(tmp_path / "store")
    assert on_disk.to_local() is on_disk
    assert list(on_disk.to_memory().quads()) == [ONE]
    assert on_disk.to_memory() is not on_disk


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that nobody may look into, whoever runs the tests."""
    folder, looked_at = tmp_path / "closed", Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if folder in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return looked_at(path, follow_symlinks=follow_symlinks)

    folder.mkdir(mode=0)
    monkeypatch.setattr(Path, "stat", stat)
    return folder


def test_a_folder_without_rights_holds_no_store(closed: Path) -> None:
    assert not is_store(closed)


def test_a_store_is_not_built_where_nobody_may_look(closed: Path) -> None:
    with pytest.raises(ReadError, match=r"closed/store: Permission denied"):
        write_store([ONE], closed / "store")


def test_an_empty_location_is_not_the_folder_that_one_is_in(run: Run) -> None:
    result = run("query", "organisers", "--store", "")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the location of the graph is empty" in result.stderr
