"""Stores on disk: built beside what is read, then switched to."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph_builder.core.durable_files import add_checksum
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import InUseError
from graph_builder.store.disk_store import is_store, open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from tests.conftest import Run, until

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
ONE, TWO = Quad(A, A, A), Quad(B, B, B)


def test_a_reader_keeps_what_it_opened_while_another_store_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    reader = open_store(folder)
    write_store([TWO], folder)
    assert list(reader.quads()) == [ONE]
    assert list(open_store(folder).quads()) == [TWO]


def test_old_stores_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    for _ in range(4):
        write_store([ONE], folder)
    assert _names(folder) == ["current", "lock", "store-3", "store-4"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_second_build_is_told_who_builds_and_removes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "store"

    def quads() -> Iterator[Quad]:
        holder = rf"{folder}: in use by process {os.getpid()} on .+; wait for it with --wait"
        with pytest.raises(InUseError, match=holder):
            write_store([TWO], folder)
        yield ONE

    write_store(quads(), folder)
    assert list(open_store(folder).quads()) == [ONE]


def test_a_second_build_that_waits_comes_after_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    said: list[str] = []
    builders: list[Thread] = []

    def build_second() -> None:
        write_store([TWO], folder, wait=True, tell=said.append)

    def quads() -> Iterator[Quad]:
        builders.append(Thread(target=build_second))
        builders[0].start()
        assert until(lambda: said)
        assert said[0].startswith(f"{folder}: waiting for process {os.getpid()} on ")
        yield ONE

    write_store(quads(), folder)
    builders[0].join()
    assert list(open_store(folder).quads()) == [TWO]
    assert _names(folder) == ["current", "lock", "store-1", "store-2"]


def test_what_interrupted_builds_left_is_named_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    said: list[str] = []
    write_store([ONE], folder)
    write_store([ONE], folder)
    (folder / "store-3").mkdir()
    (folder / "current.new").touch()
    write_store([TWO], folder, tell=said.append)
    assert _names(folder) == ["current", "lock", "store-2", "store-3"]
    assert said == [
        f"{folder / name}: removed; an interrupted build had left it"
        for name in ("store-3", "current.new")
    ]


@pytest.mark.parametrize("current", [None, "", "store-1"])
def test_the_last_good_store_is_not_removed_before_another_is_proven(
    current: str | None, tmp_path: Path
) -> None:
    """Half-built stores never count as one, also of versions that kept no record."""
    folder = tmp_path / "store"
    write_store([ONE], folder)
    for number in (2, 3):
        (folder / f"store-{number}").mkdir()
    if current is not None:
        (folder / "current").write_text(current, encoding="utf-8")

    def breaking() -> Iterator[Quad]:
        yield TWO
        raise OSError(28, "No space left on device")

    with pytest.raises(ReadError, match="No space left"):
        write_store(breaking(), folder)
    assert list(Store.read_only(str(folder / "store-1"))) == [ONE]
    write_store([TWO], folder)
    assert list(open_store(folder).quads()) == [TWO]


def test_a_store_stays_as_long_as_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    reader = open_store(folder)
    for _ in range(3):
        write_store([TWO], folder)
    assert "store-1" in _names(folder)
    assert list(reader.quads()) == [ONE]
    del reader
    write_store([TWO], folder)
    assert _names(folder) == ["current", "lock", "store-4", "store-5"]


def test_a_folder_made_for_a_build_that_fails_is_removed(run: Run, tmp_path: Path) -> None:
    done = run("build", "--store", tmp_path / "a", "--only", "--facts", tmp_path / "nothing")
    assert done.exit_code == 2
    assert _names(tmp_path) == []


def test_a_store_of_an_older_version_is_told_from_a_damaged_one(run: Run, tmp_path: Path) -> None:
    write_store([ONE], tmp_path / "store")
    for text, reason in {
        "store-1\n": "written by an older version of aigg",
        "store-": "damaged: current was changed",
        add_checksum(b'{"format": "aigg store 99"}\n').decode(): "written by another version of",
    }.items():
        (tmp_path / "store" / "current").write_text(text, encoding="utf-8")
        done = run("query", "--store", tmp_path / "store", "--text", "ASK {}")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"{tmp_path / 'store'}: {reason}")
        assert done.stderr.endswith(
            f"build it again with aigg build --store {tmp_path / 'store'} "
            "and the same --facts, if any\n"
        )


DIGEST = "0" * 64
RECORD: dict[str, object] = {
    "store": "store-1",
    "previous": "",
    "quads": 1,
    "files": {"CURRENT": DIGEST},
    "stamps": {"CURRENT": [1, 2, 3, 4]},
}


@pytest.mark.parametrize(
    "change",
    [
        {"store": "../g/store-5"},
        {"store": "store-1/../../g"},
        {"store": 1},
        {"store": ""},
        {"previous": "../g/store-5"},
        {"previous": None},
        {"previous": ["store-1"]},
        {"quads": "1"},
        {"quads": True},
        {"quads": -1},
        {"files": [1, {"CURRENT": DIGEST}]},
        {"files": None},
        {"files": {"CURRENT": 1}},
        {"files": {"CURRENT": [DIGEST]}},
        {"files": {"CURRENT": "0"}},
        {"stamps": []},
        {"stamps": None},
        {"stamps": {"CURRENT": 1}},
        {"stamps": {"CURRENT": [1, 2, 3]}},
        {"stamps": {"CURRENT": [1, 2, 3, "4"]}},
        {"unknown": 1},
    ],
)
def test_a_record_of_another_form_is_refused_and_leads_nowhere(
    change: dict[str, object], tmp_path: Path
) -> None:
    folder, other = tmp_path / "store", tmp_path / "g" / "store-5"
    write_store([ONE], folder)
    other.mkdir(parents=True)
    content = json.dumps({"format": "aigg store 1", **RECORD, **change}).encode()
    (folder / "current").write_bytes(add_checksum(content))
    with pytest.raises(ReadError, match=r"store: damaged: current does not have the form of a rec"):
        open_store(folder)
    write_store([TWO], folder)
    write_store([TWO], folder)
    assert list(open_store(folder).quads()) == [TWO]
    assert other.exists()


@pytest.mark.parametrize("content", [b"[1]", b"7", b"[" * 100_000, b"{", b"{}", b"\xff"])
def test_a_record_that_is_none_of_ours_is_refused(content: bytes, tmp_path: Path) -> None:
    write_store([ONE], tmp_path / "store")
    (tmp_path / "store" / "current").write_bytes(add_checksum(content))
    with pytest.raises(ReadError, match="store: written by another version of aigg"):
        open_store(tmp_path / "store")


def test_a_pipe_or_a_folder_in_a_store_is_told_and_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder, write_index=lambda _, path: path.touch())
    for name in sorted(path.name for path in (folder / "store-1").iterdir()):
        file, kept = folder / "store-1" / name, tmp_path / "kept"
        file.rename(kept)
        for make in (os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("/dev/zero")):
            make(file)
            with pytest.raises(ReadError, match=f"store-1/{name} is not an ordinary file; build"):
                open_store(folder)
            file.rmdir() if file.is_dir() else file.unlink()
        kept.rename(file)
    assert list(open_store(folder).quads()) == [ONE]
    (folder / "store-1").rename(tmp_path / "moved")
    (folder / "store-1").touch()
    with pytest.raises(ReadError, match="store-1 is not a folder"):
        open_store(folder)


def test_a_store_whose_lock_is_a_pipe_is_built_again(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    (folder / "store-1" / "readers").unlink()
    os.mkfifo(folder / "store-1" / "readers")
    for _ in range(2):
        write_store([TWO], folder)
    assert _names(folder) == ["current", "lock", "store-2", "store-3"]


@pytest.mark.parametrize("name", ["current", "lock"])
def test_what_is_no_file_of_a_store_is_not_taken_for_one(name: str, tmp_path: Path) -> None:
    for make in (os.mkfifo, os.mkdir):
        folder = tmp_path / make.__name__
        folder.mkdir()
        make(folder / name)
        with pytest.raises(ReadError, match=f"a store, for {name} is no part of one; name a new"):
            write_store([ONE], folder)
        with pytest.raises(ReadError, match=r"contains no store|not an ordinary file"):
            open_store(folder)


def test_what_is_proposed_for_a_file_in_place_of_a_store_helps(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    write_store([ONE], folder)
    shutil.rmtree(folder / "store-1")
    (folder / "store-1").touch()
    done = run("query", "--store", folder, "--text", "ASK {}")
    said = f"{folder}: damaged: store-1 is not a folder; remove it; build it again with"
    assert (done.exit_code, done.stderr) == (
        2,
        f"{said} aigg build --store {folder} and the same --facts, if any\n",
    )
    (folder / "store-1").unlink()
    write_store([TWO], folder)
    assert list(open_store(folder).quads()) == [TWO]


def test_a_link_to_nothing_is_no_new_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nothing")
    with pytest.raises(ReadError, match="link: a link to nothing; remove it or name a new folder"):
        write_store([ONE], tmp_path / "link")


def test_a_damaged_block_is_found_when_a_store_is_opened(run: Run, tmp_path: Path) -> None:
    """The engine reads on for ever, and takes all memory, where a block of texts is damaged."""
    folder = tmp_path / "store"
    words = (Literal(f"{number} {' '.join(map(str, range(200)))}") for number in range(2000))
    write_store((Quad(A, B, word) for word in words), folder)
    for file in (folder / "store-1").glob("*.sst"):
        data = file.read_bytes()
        middle = len(data) // 2
        file.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        for command in (("export",), ("query", "--text", "ASK {}"), ("validate",), ("push", "-")):
            done = run(*command, "--store", folder)
            assert (done.exit_code, done.stdout) == (2, "")
            assert done.stderr == (
                f"{folder}: damaged: store-1/{file.name} is missing or was changed; "
                f"build it again with aigg build --store {folder} and the same --facts, if any\n"
            )
        file.write_bytes(data)
    assert run("export", "--store", folder).exit_code == 0


def test_a_folder_with_something_else_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ReadError, match=r"nor a store, for letter\.txt is no part of one"):
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
    assert list(open_store(folder).quads()) == [ONE]


@pytest.mark.parametrize("name", ["../elsewhere", "other", "store-9", "store-1/../..", "\ufffd"])
def test_a_damaged_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    write_store([ONE], folder)
    (folder / "current").write_text(name)
    with pytest.raises(ReadError):
        open_store(folder)


@pytest.mark.slow
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
