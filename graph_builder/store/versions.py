"""Open a version of the graph: an RDF file, a folder of fact files, or a git revision."""

import os
import posixpath
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.ontology import ONTOLOGY_FILES
from graph_builder.core.resources import find_data_folder, find_path, is_folder
from graph_builder.core.text import quote, shorten
from graph_builder.core.workspaces import open_temporary_folder
from graph_builder.ingest.list_names import LIST_SUFFIXES
from graph_builder.ingest.text_reader import is_same_file
from graph_builder.store.assertion_checks import check_assertions
from graph_builder.store.disk_store import is_store
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, is_path, open_graph

#: A revision, which may contain a colon in braces, and optionally a colon and a path.
_REVISION_NAME = re.compile(r"((?:[^:{]|\{[^}]*\})+)(?::(.*))?")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_READ_SUFFIXES = (".yaml", ".yml", ".ttl", *LIST_SUFFIXES)
_FACTS_FOLDER = "facts"
_ONTOLOGY_FOLDER = "ontology"
_MAX_NAME_LENGTH = 1000
#: The time that one git command may take, in seconds.
GIT_TIMEOUT = 60
#: git prints English, does not prompt and does not fetch.
_GIT_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


@dataclass(frozen=True)
class Revision:
    """A folder in a revision of the repository that contains the working directory.

    ``path`` is relative to the root of the repository, and ``root`` is the relative path from the
    working directory to that root.
    """

    name: str
    commit: str
    path: str
    root: str

    def format_location(self) -> str:
        """Return the folder in the notation of git, as in ``v1:facts``."""
        return f"{self.name}:{self.path}"


def open_version(name: str) -> Graph:
    """Return the graph of a folder of fact files, a revision of git, or any other location.

    ``REVISION`` means the folder facts/ of that revision, ``REVISION:PATH`` another folder. An
    existing file or folder takes precedence over a revision of the same name. Raises ReadError for
    any other name and for assertions of another form than ours, FactsError with all findings if
    the fact files have errors.
    """
    graph = _open(name)
    check_assertions(graph, name)
    return graph


def _open(name: str) -> Graph:
    if len(name) > _MAX_NAME_LENGTH or _CONTROL_CHARACTER.search(name) or not name:
        raise ReadError(f"{quote(name)} is not the name of a file, a folder or a revision")
    path = find_path(Path(name))
    exists = is_same_file(path, path)
    if exists and (path.suffix == ".yaml" or is_folder(path)) and not is_store(path):
        return build(path, only=True)
    if is_folder(path) or not is_path(name):
        return open_graph(name).to_local()
    return open_graph(path) if exists else _build_revision(_resolve_revision(name))


def _resolve_revision(name: str) -> Revision:
    """Return the revision that a name refers to; raises ReadError."""
    match = _REVISION_NAME.fullmatch(name)
    if match is None or name.startswith("-"):
        raise ReadError(f"{shorten(name)}: no such file or folder, and not the name of a revision")
    options = ("--verify", "--quiet", "--end-of-options")
    result = _run_git("rev-parse", *options, match[1] + "^{commit}")
    if result.returncode:
        raise ReadError(
            f"{shorten(name)}: no such file, folder or git revision{_format_reason(result)}"
        )
    within = os.fsdecode(_run_git("rev-parse", "--show-prefix").stdout).rstrip("\n")
    return Revision(
        name=match[1],
        commit=result.stdout.decode().strip(),
        path=_FACTS_FOLDER if match[2] is None else _get_path_from_top(match[2], within),
        root="../" * within.count("/") or ".",
    )


def _get_path_from_top(path: str, within: str) -> str:
    """Return a path from the root of the repository; one that begins with ``.`` is relative."""
    if path.split("/", maxsplit=1)[0] not in (".", ".."):
        return path.strip("/")
    found = posixpath.normpath(within + path)
    return "" if found == "." else found


def _build_revision(revision: Revision) -> Graph:
    left: list[str] = []
    with open_temporary_folder("aigg-revision-", left.append) as place:
        facts, ontology = place / _FACTS_FOLDER, place / _ONTOLOGY_FOLDER
        if not _extract_folder(revision, revision.path, facts):
            location = revision.format_location()
            raise ReadError(f"{location}: no such folder in that revision{_format_hint(revision)}")
        ours = _extract_folder(revision, _ONTOLOGY_FOLDER, ontology) and _is_complete_ontology(
            ontology
        )
        try:
            graph = build(
                facts, only=True, ontology=ontology if ours else find_data_folder("ontology")
            )
        except FactsError as error:
            raise _translate_findings(error, facts, revision) from error
        except ReadError as error:
            raise ReadError(_translate_paths(str(error), facts, revision)) from error
        except SyntaxError as error:
            raise ReadError(f"{revision.name}:{_ONTOLOGY_FOLDER}: not Turtle: {error}") from error
    graph.notes = tuple(left)
    return graph


def _format_hint(revision: Revision) -> str:
    if revision.path != _FACTS_FOLDER:
        return ""
    name = revision.name
    return (
        f"; name the folder with the fact files, as in {name}:FOLDER, or use {name}: for the root"
    )


def _is_complete_ontology(ontology: Path) -> bool:
    """Return whether a folder contains all files of the project's ontology."""
    return all(any(ontology.glob(pattern)) for pattern in ONTOLOGY_FILES)


def _translate_findings(error: FactsError, facts: Path, revision: Revision) -> FactsError:
    """Return an error with the paths of the temporary folder in the notation of git."""

    def translate(text: str) -> str:
        return _translate_paths(text, facts, revision)

    found = [
        Finding(translate(f.file), f.line, f.column, translate(f.message)) for f in error.findings
    ]
    heading = f"{revision.name}: its fact files do not match the ontology of this version"
    return FactsError(found, heading)


def _translate_paths(text: str, facts: Path, revision: Revision) -> str:
    """Return text with the paths of the temporary folder in the notation of git."""
    inside = text.replace(
        f"{facts}{os.sep}", revision.format_location() + ("/" if revision.path else "")
    )
    return inside.replace(str(facts), revision.format_location())


def _extract_folder(revision: Revision, path: str, target: Path) -> bool:
    """Extract the files that can be read from a folder of a revision; return whether it exists."""
    packed = target.with_suffix(".tar")
    wanted = ("--format=tar", f"--output={packed}", f"{revision.commit}:{path}")
    result = _run_git("-C", revision.root, "archive", *wanted)
    if result.returncode:
        return False
    target.mkdir()
    with tarfile.open(packed, "r:") as archive:
        for member in archive:
            _extract_member(archive, member, target)
    return True


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Write a regular file of a readable type, unless its path leads outside the folder."""
    file = Path(os.path.normpath(target / member.name))
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or file.suffix.lower() not in _READ_SUFFIXES or target not in file.parents:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.read())


def _run_git(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git and return the result; raises ReadError if git is missing or takes too long."""
    program = shutil.which("git")
    if program is None:
        raise ReadError("git is needed to read revisions but is not installed")
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


def _format_reason(result: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last line of the error output of git in parentheses, or ""."""
    said = result.stderr.decode(errors="replace").strip().split("\n")[-1]
    return f" ({said.removeprefix('fatal: ')})" if said else ""
