"""The documentation: shown commands are run, links lead somewhere, versions agree."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph_builder.resources import VERSION

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "ontology" / "README.md"]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)|\b(?:src|href)=\"([^\"]+)\"")
ANY_LINES = "…\n"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _sessions() -> list[tuple[str, str]]:
    """Return an id and the text of each console block of the README."""
    blocks = FENCE.findall(_text(README))
    return [(block.split("\n")[0].removeprefix("$ "), block) for block in blocks]


def _commands(block: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _pattern(shown: str) -> str:
    lines = shown.splitlines(keepends=True)
    return "".join(r"(?:.*\n)*?" if line == ANY_LINES else re.escape(line) for line in lines)


def _run(command: str, folder: Path) -> str:
    """Return what a terminal of 100 columns would show of a command."""
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode()


def test_the_readme_shows_commands_of_ours() -> None:
    shown = [command for _, block in _sessions() for command, _ in _commands(block)]
    assert sum(command.startswith("aigg ") for command in shown) >= 5


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in _sessions()])
def test_the_readme_shows_what_its_commands_print(block: str, tmp_path: Path) -> None:
    for command, shown in _commands(block):
        if command.startswith("aigg "):
            found = _run(command, tmp_path)
            if not re.fullmatch(_pattern(shown), found):
                assert shown == found, command


@pytest.mark.parametrize(
    ("shown", "fits"),
    [("a\nb\nc\n", True), ("a\n…\n", True), ("a\n…\nc\n", True), ("…\nb\n", False), ("a\n", False)],
)
def test_an_ellipsis_stands_for_any_number_of_lines(shown: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(_pattern(shown), "a\nb\nc\n")) is fits


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_to_files(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", _text(page), flags=re.MULTILINE | re.DOTALL)
    targets = {(first or second).partition("#")[0] for first, second in LINK.findall(prose)}
    local = {target for target in targets if target and not re.match(r"[a-z]+:", target)}
    assert {target for target in local if not (page.parent / target).exists()} == set()


def test_the_command_reference_is_what_help_says(tmp_path: Path) -> None:
    target = tmp_path / "commands.md"
    tool = ROOT / "tools" / "command_reference.py"
    environment = {**os.environ, "COLUMNS": "40", "LC_ALL": "C"}
    subprocess.run([sys.executable, tool, target], env=environment, check=True)
    assert _text(target) == _text(ROOT / "docs" / "commands.md"), "run: make docs"


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands_that_set_all_up(command: str) -> None:
    assert re.search(rf"(?:`|^|\$ ){command}\b", _text(README), re.MULTILINE)


def test_integration_runs_the_test_command_of_the_readme() -> None:
    assert re.search(r"\bmake test$", _text(ROOT / ".ci" / "run"), re.MULTILINE)


def test_the_newest_changes_are_those_of_this_version() -> None:
    newest = re.search(r"^## \[?([^\s\]]+)", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == VERSION


def test_the_citation_is_of_this_version() -> None:
    cited = re.search(r"^version: \"?([^\s\"]+)", _text(ROOT / "CITATION.cff"), re.MULTILINE)
    assert cited is not None
    assert cited[1] == VERSION
