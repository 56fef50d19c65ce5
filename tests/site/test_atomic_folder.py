"""The folder of a site: written whole or not at all, and never over what is no site."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import InUseError
from graph_builder.site.atomic_folder import WriteSummary, write_folder_atomically
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export
from tests.conftest import Run
from tests.site.conftest import BASE, Site

pytestmark = pytest.mark.slow

OLD = [("index.html", "old"), ("actor/a.html", "a"), ("actor/b.html", "b")]
NEW = [("index.html", "new"), ("actor/a.html", "a")]
MAIN = "from graph_builder.__main__ import main; main()"
# As if the disk were full: no file may grow beyond so many bytes.
FULL = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64_000, 64_000)); {MAIN}"
# Is interrupted when the new site is about to take the place of the old one.
STRUCK = f"""
import signal
from graph_builder.site import atomic_folder
assert atomic_folder._swap_folders
atomic_folder._swap_folders = lambda *_: signal.raise_signal(signal.SIGINT)
{MAIN}
"""


def _held(folder: Path) -> dict[str, str]:
    every = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in every}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory, article: Graph) -> Path:
    """Return a file with the article's graph, whose site is soon written."""
    file = tmp_path_factory.mktemp("facts") / "article.trig"
    file.write_text(export(article.quads(), "trig"), encoding="utf-8")
    return file


def test_a_manifest_lists_the_digest_of_each_file(tmp_path: Path) -> None:
    assert write_folder_atomically(tmp_path / "a" / "b", OLD) == WriteSummary(
        files=3, size=5, removed=0
    )
    held = _held(tmp_path / "a" / "b")
    listed = json.loads(held.pop("site.json"))["files"]
    assert held == dict(OLD)
    assert listed == {path: sha256(text.encode()).hexdigest() for path, text in OLD}


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path, OLD)
    (tmp_path / "CNAME").write_text("example.org", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    assert write_folder_atomically(tmp_path, NEW).removed == 1
    held = _held(tmp_path)
    del held["site.json"]
    assert held == {**dict(NEW), "CNAME": "example.org", ".git/HEAD": "ref"}


def test_links_to_folders_and_empty_folders_of_others_stay(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_folder_atomically(site, OLD)
    (site / ".git" / "refs" / "heads").mkdir(parents=True)
    (site / ".git").chmod(0o700)
    (site / ".well-known").symlink_to("../shared")
    write_folder_atomically(site, NEW)
    assert (site / ".git" / "refs" / "heads").is_dir()
    assert (site / ".git").stat().st_mode & 0o777 == 0o700
    assert (site / ".well-known").readlink() == Path("../shared")


#: What the workspace has when a process is killed: while pages are written, before and after the
#: folders are exchanged, and where the system cannot do that, between the two renames.
LEFT = {
    "half": {"new/index.html": "half"},
    "before": {"complete/index.html": "new", "complete/site.json": '{"format": "aigg site 1"}'},
    "after": {"complete/site.json": "the old one", "complete/late.txt": "late"},
    "between": {"old/site.json": "the old one", "old/late.txt": "late"},
    "none": {},
}


@pytest.mark.parametrize("moment", LEFT)
def test_what_a_killed_run_left_is_put_right_by_the_next(moment: str, tmp_path: Path) -> None:
    site, workspace = tmp_path / "site", tmp_path / ".aigg-site"
    said: list[str] = []
    write_folder_atomically(site, OLD)
    (site / "CNAME").write_text("example.org", encoding="utf-8")
    manifest = (site / "site.json").read_text(encoding="utf-8")
    for name, text in {**LEFT[moment], "lock": ""}.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text.replace("the old one", manifest), encoding="utf-8")
    if moment == "between":
        for path in (workspace / "old").iterdir():
            path.rename(site / path.name)
        (workspace / "old").rmdir()
        site.rename(workspace / "old")
    write_folder_atomically(site, NEW, tell=said.append)
    held = _held(site)
    del held["site.json"]
    late = {"late.txt": "late"} if moment in ("after", "between") else {}
    assert held == {**dict(NEW), "CNAME": "example.org", **late}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    told = f"{workspace}: removed; an interrupted run had left it"
    assert said == ([told] if LEFT[moment] else [])


def test_where_folders_cannot_be_exchanged_they_are_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.site.atomic_folder.exchange", lambda *_: False)
    write_folder_atomically(tmp_path / "site", OLD)
    (tmp_path / "site" / "CNAME").write_text("example.org", encoding="utf-8")
    assert write_folder_atomically(tmp_path / "site", NEW).removed == 1
    assert _held(tmp_path / "site").keys() == {*dict(NEW), "CNAME", "site.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_site_that_another_process_writes_is_left_to_it(tmp_path: Path) -> None:
    def pages() -> Iterator[tuple[str, str]]:
        with pytest.raises(
            InUseError, match=r"site: in use by process .*; wait for it with --wait"
        ):
            write_folder_atomically(tmp_path / "site", OLD)
        yield from NEW

    write_folder_atomically(tmp_path / "site", pages())
    assert _held(tmp_path / "site").keys() == {*dict(NEW), "site.json"}


def test_the_same_site_again_changes_nothing(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path / "x", OLD)
    before = _held(tmp_path)
    assert write_folder_atomically(tmp_path / "x", OLD).removed == 0
    assert _held(tmp_path) == before


@pytest.mark.parametrize(
    "there",
    ["notes.txt", "index.html", "site.json"],
)
def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("{}", encoding="utf-8")
    with pytest.raises(ReadError, match="is not a site; name a new or empty folder"):
        write_folder_atomically(tmp_path, NEW)
    assert _held(tmp_path) == {there: "{}"}


def test_a_foreign_file_is_not_written_over(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path, OLD)
    (tmp_path / "actor" / "c.html").write_text("mine", encoding="utf-8")
    before = _held(tmp_path)
    with pytest.raises(ReadError, match=r"c\.html: the new site needs this file name"):
        write_folder_atomically(tmp_path, [*NEW, ("actor/c.html", "c")])
    assert _held(tmp_path) == before


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    write_folder_atomically(tmp_path / "there", OLD)
    (tmp_path / "here").symlink_to("there")
    write_folder_atomically(tmp_path / "here", NEW)
    assert (tmp_path / "here").is_symlink()
    assert _held(tmp_path / "there")["index.html"] == "new"


def test_what_fails_in_the_middle_leaves_the_old_site(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, str]]:
        yield from NEW
        raise ReadError("the end")

    write_folder_atomically(tmp_path / "x", OLD)
    before = _held(tmp_path)
    with pytest.raises(ReadError, match="the end"):
        write_folder_atomically(tmp_path / "x", failing())
    assert _held(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def _python(code: str, *words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_full_disk_leaves_the_old_site(tmp_path: Path, facts: Path) -> None:
    write_folder_atomically(tmp_path / "x", OLD)
    before = _held(tmp_path)
    done = _python(FULL, "site", tmp_path / "x", "-s", facts)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'x'}: File too large\n"
    assert _held(tmp_path) == before


def test_ctrl_c_leaves_the_old_site_and_nothing_beside(tmp_path: Path, few_facts: Path) -> None:
    write_folder_atomically(tmp_path / "x", OLD)
    before = _held(tmp_path)
    done = _python(STRUCK, "site", tmp_path / "x", "-s", few_facts)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
    assert _held(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_bytes_are_the_same_whatever_the_hash_seed_folder_or_locale(
    tmp_path: Path, facts: Path, small: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {"PYTHONHASHSEED": "2", "LC_ALL": "POSIX", "PYTHONUTF8": "0"}
    words = ("site", "x", "-s", facts, "--base", BASE)
    done = _python(MAIN, *words, PYTHONCOERCECLOCALE="0", **settings)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "x" / "site.json").read_text(encoding="utf-8")
    assert written == small.text("site.json")
    listed = json.loads(written)["files"]
    digests = {path: sha256((tmp_path / "x" / path).read_bytes()).hexdigest() for path in listed}
    assert digests == listed


def test_the_command_says_what_it_wrote(tmp_path: Path, few_facts: Path, run: Run) -> None:
    done = run("site", tmp_path / "x", "-s", few_facts)
    assert (done.exit_code, done.stdout) == (0, "")
    first, second = done.stderr.splitlines()
    assert first.endswith(f" MB; open {tmp_path / 'x' / 'index.html'}")
    assert second == "no sitemap written; it needs the address of the site: --base URL"
    again = run("-q", "site", tmp_path / "x", "-s", few_facts, "--base", "https://example.org/x")
    assert (again.exit_code, again.output) == (0, "")
    assert "<loc>https://example.org/x/index.html</loc>" in _held(tmp_path)["x/sitemap.xml"]


@pytest.mark.parametrize("target", ["file", "file/x"])
def test_a_file_is_no_place_for_a_site(tmp_path: Path, target: str, facts: Path, run: Run) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    done = run("site", tmp_path / target, "-s", facts)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{tmp_path / target}: ")
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith(
        f": {tmp_path / 'file'} is a file, not a folder; name another folder\n"
        if target == "file/x"
        else ": already exists and is not a site; name a new or empty folder\n"
    )
    assert _held(tmp_path) == {"file": "kept"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_of(tmp_path: Path, facts: Path, run: Run) -> None:
    tmp_path.chmod(0o500)
    done = run("site", tmp_path / "x", "-s", facts)
    tmp_path.chmod(0o700)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'x'}: Permission denied\n"


@pytest.mark.parametrize(
    "base",
    [
        *("example.org", "ftp://example.org/", "javascript:alert(1)", "https://", "/graph/"),
        *(
            "https://example.org/?a",
            "https://example.org/#a",
            "https://a b/",
            "\x1b[2J",
            "x" * 9000,
        ),
    ],
)
def test_a_wrong_address_is_one_sentence(tmp_path: Path, base: str, run: Run) -> None:
    done = run("site", tmp_path / "x", "--base", base)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not a web address such as https://example.org/graph/" in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 300
    assert not (tmp_path / "x").exists()


def test_a_version_that_is_not_there_is_one_sentence(tmp_path: Path, run: Run) -> None:
    done = run("site", tmp_path / "x", "--since", tmp_path / "nothing")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / "x").exists()
