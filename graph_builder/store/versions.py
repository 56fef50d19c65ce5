"""Versions of the graph by name: an RDF file, a folder of fact files, a revision of git."""

import os
import posixpath
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.ontology import ONTOLOGY_FILES
from graph_builder.core.resources import find_data_folder, is_folder
from graph_builder.core.text import quote, shorten
from graph_builder.ingest.text_reader import is_same_file
from graph_builder.store.disk_store import is_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, is_path, open_graph

#: A revision, in whose braces a colon may stand, and a path behind the colon.
_REVISION_NAME = re.compile(r"((?:[^:{]|\{[^}]*\})+)(?::(.*))?")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_READ_SUFFIXES = (".yaml", ".yml", ".csv", ".ttl")
_FACTS_FOLDER = "facts"
_ONTOLOGY_FOLDER = "ontology"
_MAX_NAME_LENGTH = 1000
#: How long git may take for one answer.
GIT_TIMEOUT = 60
#: Git speaks English, asks nothing and fetches nothing.
_GIT_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


@dataclass(frozen=True)
class Revision:
    """A folder of a revision of the repository that the working directory is in.

    ``above`` leads from the working directory to the top of the repository, on which ``path`` is
    counted.
    """

    name: str
    commit: str
    path: str
    above: str

    def place(self) -> str:
        """Return the folder in git's notation, as in ``v1:facts``."""
        return f"{self.name}:{self.path}"


def open_version(name: str) -> Graph:
    """Return the graph of a folder of fact files, a revision of git, or any other location.

    ``REVISION`` means the folder facts/ of that revision, ``REVISION:PATH`` another one. A file or
    folder that exists comes before a revision of the same name. Raises ReadError for what is none
    of them, FactsError with all findings if the fact files hold mistakes.
    """
    if len(name) > _MAX_NAME_LENGTH or _CONTROL_CHARACTER.search(name) or not name:
        raise ReadError(f"{quote(name)} is no name of a file, a folder or a revision")
    path = Path(name)
    there = is_same_file(path, path)
    if there and (path.suffix == ".yaml" or is_folder(path)) and not is_store(path):
        return build(path, only=True)
    if is_folder(path) or not is_path(name):
        return open_graph(name).to_local()
    return open_graph(path) if there else _build_revision(_resolve_revision(name))


def _resolve_revision(name: str) -> Revision:
    """Return the revision that a name means; raises ReadError."""
    match = _REVISION_NAME.fullmatch(name)
    if match is None or name.startswith("-"):
        raise ReadError(f"{shorten(name)}: no such file or folder, and no name of a revision")
    options = ("--verify", "--quiet", "--end-of-options")
    done = _run_git("rev-parse", *options, match[1] + "^{commit}")
    if done.returncode:
        raise ReadError(
            f"{shorten(name)}: no such file or folder, and no revision of git{_format_reason(done)}"
        )
    within = os.fsdecode(_run_git("rev-parse", "--show-prefix").stdout).rstrip("\n")
    return Revision(
        name=match[1],
        commit=done.stdout.decode().strip(),
        path=_FACTS_FOLDER if match[2] is None else _get_path_from_top(match[2], within),
        above="../" * within.count("/") or ".",
    )


def _get_path_from_top(path: str, within: str) -> str:
    """Return a path from the top of the repository: one that begins with a dot is relative."""
    if path.split("/", maxsplit=1)[0] not in (".", ".."):
        return path.strip("/")
    found = posixpath.normpath(within + path)
    return "" if found == "." else found


def _build_revision(revision: Revision) -> Graph:
    with tempfile.TemporaryDirectory(prefix="aigg-") as place:
        facts, ontology = Path(place, _FACTS_FOLDER), Path(place, _ONTOLOGY_FOLDER)
        if not _extract_folder(revision, revision.path, facts):
            raise ReadError(
                f"{revision.place()}: no folder of that revision{_format_hint(revision)}"
            )
        ours = _extract_folder(revision, _ONTOLOGY_FOLDER, ontology) and _is_complete_ontology(
            ontology
        )
        try:
            return build(
                facts, only=True, ontology=ontology if ours else find_data_folder("ontology")
            )
        except FactsError as error:
            raise _translate_findings(error, facts, revision) from error
        except ReadError as error:
            raise ReadError(_translate_paths(str(error), facts, revision)) from error
        except SyntaxError as error:
            raise ReadError(f"{revision.name}:{_ONTOLOGY_FOLDER}: not Turtle: {error}") from error


def _format_hint(revision: Revision) -> str:
    if revision.path != _FACTS_FOLDER:
        return ""
    name = revision.name
    return f"; name the one that holds fact files, as in {name}:FOLDER, or {name}: for all of it"


def _is_complete_ontology(ontology: Path) -> bool:
    """Return whether a folder has all the files that make an ontology of this project."""
    return all(any(ontology.glob(pattern)) for pattern in ONTOLOGY_FILES)


def _translate_findings(error: FactsError, facts: Path, revision: Revision) -> FactsError:
    """Return the findings with the paths of the temporary folder in git's notation."""

    def renamed(text: str) -> str:
        return _translate_paths(text, facts, revision)

    found = [Finding(renamed(f.file), f.line, f.column, renamed(f.message)) for f in error.findings]
    heading = f"{revision.name}: its fact files cannot be built with the ontology of this version"
    return FactsError(found, heading)


def _translate_paths(text: str, facts: Path, revision: Revision) -> str:
    """Return text with the paths of the temporary folder in git's notation."""
    inside = text.replace(f"{facts}{os.sep}", revision.place() + ("/" if revision.path else ""))
    return inside.replace(str(facts), revision.place())


def _extract_folder(revision: Revision, path: str, target: Path) -> bool:
    """Put the files of a folder that are read into a new folder; return whether there is one."""
    packed = target.with_suffix(".tar")
    wanted = ("--format=tar", f"--output={packed}", f"{revision.commit}:{path}")
    done = _run_git("-C", revision.above, "archive", *wanted)
    if done.returncode:
        return False
    target.mkdir()
    with tarfile.open(packed, "r:") as archive:
        for member in archive:
            _extract_member(archive, member, target)
    return True


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Write an ordinary file of a kind that is read, unless it would lie outside the folder."""
    file = Path(os.path.normpath(target / member.name))
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or file.suffix.lower() not in _READ_SUFFIXES or target not in file.parents:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.read())


def _run_git(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Return what git says; raises ReadError if it is not installed or takes too long."""
    program = shutil.which("git")
    if program is None:
        raise ReadError("revisions are read with git, which is not installed")
    try:
        return subprocess.run(  # noqa: S603 - a list of words, no shell
            [program, *words],
            capture_output=True,
            check=False,
            env={**os.environ, **_GIT_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            timeout=GIT_TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"git did not answer within {GIT_TIMEOUT} seconds") from error


def _format_reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last thing that git says went wrong, in parentheses, or nothing."""
    said = done.stderr.decode(errors="replace").strip().split("\n")[-1]
    return f" ({said.removeprefix('fatal: ')})" if said else ""
