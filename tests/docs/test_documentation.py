"""The documentation: shown commands are run, links lead somewhere, versions agree."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph_builder.core.resources import VERSION
from tests.conftest import ROOT
from tests.docs.shown_commands import fits, play

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "ontology" / "README.md"]
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)|\b(?:src|href)=\"([^\"]+)\"")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "commands"),
    [("README.md", 5), ("docs/tutorial.md", 8), ("docs/acting-together.md", 10)],
    ids=["readme", "tutorial", "report"],
)
def test_a_page_shows_what_its_commands_print(page: str, commands: int, tmp_path: Path) -> None:
    played = list(play(_text(ROOT / page), tmp_path))
    assert len(played) >= commands
    assert "no such file" not in _text(ROOT / page), "no page shows a command that fails"
    for command, shown, found in played:
        if not fits(shown, found):
            assert shown == found, f"{command}; python -m tools.shown_output {page}"
    kept = (ROOT / page).with_suffix("")
    for name in ("port-lumen.txt", "port-lumen.yaml") if kept.is_dir() else ():
        (made,) = tmp_path.rglob(name)
        assert _text(made) == _text(kept / name), "the file beside the page is the one it leads to"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("a\nb\nc\n", True), ("a\n…\n", True), ("a\n…\nc\n", True), ("…\nb\n", False), ("a\n", False)],
)
def test_an_ellipsis_stands_for_any_number_of_lines(shown: str, *, expected: bool) -> None:
    assert fits(shown, "a\nb\nc\n") is expected


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


def test_the_reference_of_the_interface_is_what_docstrings_say(tmp_path: Path) -> None:
    target = tmp_path / "api.md"
    subprocess.run([sys.executable, ROOT / "tools" / "api_reference.py", target], check=True)
    assert _text(target) == _text(ROOT / "docs" / "api.md"), "run: make docs"


@pytest.mark.slow
def test_the_list_of_terms_is_that_of_the_ontology(tmp_path: Path) -> None:
    target = tmp_path / "ontology.md"
    subprocess.run([sys.executable, ROOT / "tools" / "ontology_reference.py", target], check=True)
    assert _text(target) == _text(ROOT / "docs" / "ontology.md"), "run: make docs"


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands_that_set_all_up(command: str) -> None:
    assert re.search(rf"(?:`|^|\$ ){command}\b", _text(README), re.MULTILINE)


def test_integration_runs_the_test_command_of_the_readme() -> None:
    assert re.search(r"\bmake test$", _text(ROOT / ".ci" / "run"), re.MULTILINE)


def test_the_newest_changes_are_those_of_this_version() -> None:
    headings = re.findall(r"^## \[?([^\s\]]+)", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert next(each for each in headings if each != "Unreleased") == VERSION


def test_the_citation_is_of_this_version() -> None:
    cited = re.search(r"^version: \"?([^\s\"]+)", _text(ROOT / "CITATION.cff"), re.MULTILINE)
    assert cited is not None
    assert cited[1] == VERSION
