"""What takes the place of something is on the disk before, as traces of system calls show."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import FACTS

# Commands, the second of each replacing what the first wrote, and a site of two pages.
WRITING = """
import sys
from pathlib import Path
from graph_builder.cli import aigg
from graph_builder.site.atomic_folder import write_folder_atomically
folder, facts = sys.argv[1:]
for _ in range(2):
    build = f"build --store {folder}/s --facts {facts} --only"
    for words in (build, f"export -s {folder}/s -o {folder}/a.nt"):
        aigg.main(words.split(), standalone_mode=False)
    write_folder_atomically(Path(folder, "site"), [("index.html", "a"), ("b/c.html", "b")])
"""
CALLS = "fsync,rename,renameat,renameat2"
CALL = re.compile(r"\d+ +(?P<name>\w+)\((?P<words>.*)")


class _Call(NamedTuple):
    name: str
    paths: tuple[Path, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the commands write."""
    return tmp_path_factory.mktemp("durability")


@pytest.fixture(scope="module")
def calls(folder: Path) -> list[_Call]:
    """Return the calls by which the commands rename in the folder, or wait for the disk."""
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine, so no system calls were traced")
    log = folder.with_suffix(".strace")
    facts = FACTS / "india-france-roundtable-2025"
    traced = ["strace", "-f", "-y", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run(
        [*traced, sys.executable, "-c", WRITING, str(folder), str(facts)],
        check=True,
        capture_output=True,
    )
    found = (CALL.match(line) for line in log.read_text(encoding="utf-8").splitlines())
    return [
        _Call(call["name"], paths)
        for call in found
        if call and (paths := _list_paths(call["words"], folder))
    ]


def _list_paths(words: str, folder: Path) -> tuple[Path, ...]:
    named = re.findall(rf"[<\"]({re.escape(str(folder))}[^>\"]*)[>\"]", words)
    return tuple(map(Path, named))


def _is_engine(path: Path) -> bool:
    """Return whether a path is among what RocksDB renames for itself in a new store."""
    return any(part.startswith("store-") for part in path.parts)


def test_what_is_renamed_is_on_the_disk_before_and_its_new_name_after(
    calls: list[_Call], folder: Path
) -> None:
    renamed = set()
    for number, call in enumerate(calls):
        if not call.name.startswith("rename") or _is_engine(call.paths[0]):
            continue
        new, target = call.paths[0], call.paths[-1]
        synced = {path for each in calls[:number] if each.name == "fsync" for path in each.paths}
        after = {path for each in calls[number:] if each.name == "fsync" for path in each.paths}
        # the folder of a site is renamed within the workspace when it is on the disk
        assert {new, new.with_name("new")} & synced, call
        if not target.parent.name.startswith(".aigg-"):
            assert target.parent in after, call
            renamed.add(target.relative_to(folder).as_posix())
    assert renamed == {"s/current", "a.nt", "site"}


def test_all_files_of_a_folder_are_on_the_disk(calls: list[_Call], folder: Path) -> None:
    synced = {path for call in calls if call.name == "fsync" for path in call.paths}
    for name, made in {"site": ".aigg-site/new", "s/store-2": "s/store-2"}.items():
        held = [path.relative_to(folder / name) for path in (folder / name).rglob("*")]
        assert held
        missing = {folder / made / path for path in held} - synced
        assert {path for path in missing if not path.name.startswith("LOG")} == set()
