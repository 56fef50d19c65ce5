"""Versions by name: files, folders, and revisions of a git repository that is left as it is."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from graph_builder.core.resources import find_data_folder
from graph_builder.store import versions
from tests.cli.test_interruption import STRUCK, ended
from tests.compare.test_diff import NEW, OLD, TOLD
from tests.conftest import Run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Return git, free of a user's settings, in a new repository that is the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")

    def call(*words: str) -> str:
        command = ["git", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    call("init", "-q", ".")
    return call


def _commit(git: Git, facts: Path, target: str, message: str) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(facts, target)
    git("add", "-A")
    git("commit", "-qm", message)


@pytest.fixture
def repository(git: Git) -> Git:
    """Return git in a repository whose folder facts/ has two revisions, the first tagged v1."""
    _commit(git, OLD, "facts", "first: the old one")
    git("tag", "v1")
    _commit(git, NEW, "facts", "second")
    return git


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HEAD~1", "HEAD"),
        ("v1", "facts"),
        ("v1:facts", "HEAD:facts/"),
        ("HEAD^{/first: the old}", "@{0}:facts"),
        ("v1^{commit}:./facts", str(NEW)),
        (str(OLD), "HEAD"),
    ],
)
def test_revisions_are_compared(old: str, new: str, repository: Git, run: Run) -> None:
    before = repository("status", "--porcelain")
    result = run("diff", old, new)
    assert (result.exit_code, result.stdout, result.stderr) == (1, TOLD, "")
    assert repository("status", "--porcelain") == before


@pytest.mark.slow
def test_revisions_are_found_from_within_a_folder(
    repository: Git, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("facts")
    assert repository("rev-parse", "--show-prefix") == "facts/\n"
    for old in ("v1", "v1:facts", "v1:.", "v1:../facts"):
        assert run("diff", old, ".").stdout == TOLD


@pytest.mark.slow
def test_facts_at_the_top_of_a_repository_are_named_with_a_colon(git: Git, run: Run) -> None:
    _commit(git, OLD, "mine", "first")
    git("mv", "mine/example.yaml", "mine/second.yaml", ".")
    git("commit", "-qm", "second")
    assert run("diff", "HEAD:", "HEAD~1:mine").stdout == "no changes\n"
    assert run("diff", "HEAD:", "HEAD").stderr == (
        "HEAD:facts: no such folder in that revision; name the folder with the fact files, "
        "as in HEAD:FOLDER, or use HEAD: for the root\n"
    )


@pytest.mark.slow
def test_a_folder_comes_before_a_revision_of_its_name(repository: Git, run: Run) -> None:
    repository("branch", "facts", "v1")
    assert run("diff", "facts", "HEAD").exit_code == 0
    assert run("diff", "refs/heads/facts", "HEAD").stdout == TOLD


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope", "nope: no such file, folder or git revision"),
        ("nope.ttl:facts", "nope.ttl:facts: no such file, folder or git revision"),
        ("--output=x", "--output=x: no such file or folder, and not the name of a revision"),
        (":/second", ":/second: no such file or folder, and not the name of a revision"),
        ("HEAD..v1", "HEAD..v1: no such file, folder or git revision"),
        ("HEAD; touch x", "HEAD; touch x: no such file, folder or git revision"),
        ("HEAD:other", "HEAD:other: no such folder in that revision"),
        ("HEAD:facts/example.yaml", "HEAD:facts/example.yaml: no such folder in that revision"),
        ("HEAD:../..", "HEAD:../..: no such folder in that revision"),
        ("", "'' is not the name of a file, a folder or a revision"),
        ("a\x1b[31m\0", r"'a\x1b[31m\x00' is not the name of a file, a folder or a revision"),
        ("a" * 10_000, f"'{'a' * 39}…' is not the name of a file, a folder or a revision"),
    ],
)
def test_what_is_no_version_is_refused_in_a_sentence(
    name: str, message: str, repository: Git, run: Run, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    result = run("diff", "--", name, "HEAD")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{message}\n")
    assert sorted(tmp_path.iterdir()) == before
    assert repository("status", "--porcelain") == ""


def test_the_findings_of_a_revision_are_told_in_its_own_names(git: Git, run: Run) -> None:
    _commit(git, OLD, "facts", "first")
    file = Path("facts/example.yaml")
    file.write_text(file.read_text("utf-8").replace("coOrganizer", "coOrganiser"), "utf-8")
    Path("facts/stray.csv").write_text("subject\n", encoding="utf-8")
    _commit(git, file.parent.rename("moved"), "facts", "second")
    result = run("diff", "HEAD", str(OLD))
    assert result.exit_code == 2
    heading, first, second = result.stderr.splitlines()
    assert heading == "HEAD: its fact files do not match the ontology of this version"
    assert first.startswith(
        "HEAD:facts/example.yaml:21:48: unknown relation 'coOrganiser'; did you"
    )
    assert second.startswith("HEAD:facts/stray.csv:1:1: no fact file uses this list")


def test_a_folder_without_facts_is_named_as_git_names_it(repository: Git, run: Run) -> None:
    Path("empty").mkdir()
    Path("empty/x.csv").write_text("a\n", encoding="utf-8")
    repository("add", "-A")
    repository("commit", "-qm", "third")
    stderr = run("diff", "HEAD:empty", "HEAD").stderr
    assert stderr == "HEAD:empty: contains no fact file (a file whose name ends in .yaml)\n"


@pytest.mark.slow
def test_the_ontology_is_that_of_the_revision(repository: Git, run: Run) -> None:
    shutil.copytree(find_data_folder("ontology"), "ontology")
    repository("add", "-A")
    repository("commit", "-qm", "third")
    file = Path("ontology/terms/relations-of-texts.ttl")
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('rdfs:label "signed"@en', 'rdfs:label "put a name to"@en'), "utf-8"
    )
    repository("commit", "-qam", "fourth")
    assert run("diff", "HEAD~1", "HEAD").stdout == (
        "Ontology\n~ label of aigg:signed: “signed” -> “put a name to”\n"
    )
    file.write_text("no Turtle", encoding="utf-8")
    repository("commit", "-qam", "fifth")
    result = run("diff", "HEAD~1", "HEAD")
    assert result.exit_code == 2
    assert result.stderr.startswith("HEAD:ontology: not Turtle: ")


@pytest.mark.slow
def test_a_link_out_of_a_revision_leads_nowhere(repository: Git, run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("x: 1\n", encoding="utf-8")
    Path("facts/link.yaml").symlink_to(outside)
    repository("add", "facts")
    repository("commit", "-qm", "third")
    assert run("diff", "HEAD~1", "HEAD").stdout == "no changes\n"


def test_outside_of_a_repository_a_revision_is_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    stderr = run("diff", "HEAD", str(OLD)).stderr
    assert stderr.startswith("HEAD: no such file, folder or git revision (not a git ")


def test_without_git_a_sentence_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = run("diff", "HEAD", str(OLD))
    assert (result.exit_code, result.stderr) == (
        2,
        "git is needed to read revisions but is not installed\n",
    )


def test_a_git_that_does_not_answer_is_given_up(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(slow))
    monkeypatch.setattr(versions, "GIT_TIMEOUT", 0.1)
    assert run("diff", "HEAD", str(OLD)).stderr == "git did not answer within 0.1 seconds\n"


@pytest.mark.usefixtures("repository")
def test_an_interruption_leaves_nothing_of_a_revision_behind(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = tmp_path_factory.mktemp("place")
    ended(STRUCK, "graph_builder.store.versions.build", "diff", "v1", "HEAD", TMPDIR=str(place))
    assert list(place.iterdir()) == []
