"""Files that are written whole or not at all, and what killed processes leave beside them."""

import os
from pathlib import Path
from threading import Thread

import pytest

from graph_builder.core.durable_files import write_file
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import lock_file, try_lock
from graph_builder.core.workspaces import open_temporary_folder, open_workspace, sweep_folders
from tests.conftest import until


def test_a_file_is_replaced_and_keeps_its_mode_and_the_link_to_it(tmp_path: Path) -> None:
    target, link = tmp_path / "a.ttl", tmp_path / "link.ttl"
    target.write_bytes(b"old")
    target.chmod(0o604)
    link.symlink_to("a.ttl")
    write_file(link, b"new")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o604)
    assert sorted(tmp_path.iterdir()) == [target, link]
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["a", "é" * 100, "x" * 255])
def test_what_a_killed_process_left_is_named_and_removed(name: str, tmp_path: Path) -> None:
    said: list[str] = []
    write_file(tmp_path / name, b"one", tell=said.append)
    assert said == []
    with open_workspace(tmp_path / name) as folder:
        (folder / "new").write_bytes(b"half")
        left = [(path.name, path.read_bytes()) for path in folder.iterdir()]
    folder.mkdir()
    for file, content in left:
        (folder / file).write_bytes(content)
    write_file(tmp_path / name, b"two", tell=said.append)
    assert said == [f"{folder}: removed; an interrupted run had left it"]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, b"two")]


def test_a_file_that_another_writes_is_waited_for(tmp_path: Path) -> None:
    said: list[str] = []
    with open_workspace(tmp_path / "a") as folder:
        other = Thread(
            target=lambda: write_file(tmp_path / "a", b"other", tell=said.append), daemon=True
        )
        other.start()
        assert until(lambda: said)
        assert sweep_folders(tmp_path) == []
        assert folder.exists()
    other.join()
    assert said[0].startswith(f"{tmp_path / 'a'}: waiting for process {os.getpid()} on ")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["folder", "link", "file"])
def test_what_others_have_under_the_name_of_a_workspace_stays(kind: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter").write_text("dear", encoding="utf-8")
    name = tmp_path / ".aigg-a"
    if kind == "folder":
        theirs.rename(name)
    elif kind == "link":
        name.symlink_to(theirs)
    else:
        name.write_text("dear", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ReadError, match=r"\.aigg-a: in the way"):
        write_file(tmp_path / "a", b"new")
    assert sweep_folders(tmp_path) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_temporary_folders_of_killed_processes_are_swept_but_none_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said: list[str] = []
    (tmp_path / "x-left").mkdir()
    lock_file(tmp_path / "x-left" / "lock", tmp_path).release()
    (tmp_path / "x-left" / "facts.yaml").touch()
    (tmp_path / "x-theirs").mkdir()
    (tmp_path / "x-theirs" / "letter").touch()
    with open_temporary_folder("x-") as used, open_temporary_folder("x-", said.append) as other:
        assert used.exists()
        assert other.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x-theirs"]
    assert said == []


def test_a_lock_names_its_holder_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To find the name takes a while, in which others would be told of some other process."""
    file, asked = tmp_path / "lock", []

    def name_host() -> str:
        if lock := try_lock(file):
            asked.append(lock)
            lock.release()
        return "here"

    monkeypatch.setattr("socket.gethostname", name_host)
    held = lock_file(file, tmp_path)
    assert asked
    assert file.read_text(encoding="utf-8").startswith(f"process {os.getpid()} on here since ")
    held.release()
