"""What other projects' distributions ask of those who install this one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.licences import Licence, Terms, list_extras, list_licences

#: Distributions whose metadata name no licence, with the licence that they have.
UNNAMED = {"axe-playwright-python": "MIT"}
#: What the environment of the tests lacks: mutmut and maplib are in environments of their own.
NOT_INSTALLED = {"maplib", "mutmut"}
#: Weak copyleft asks for changes of the library itself, and only tests may use LGPL.
WEAK_COPYLEFT = {"certifi", "tqdm", "hypothesis", "pathspec", "owlready2"}


def test_a_plain_installation_needs_permissive_licences_alone() -> None:
    found, missing = list_licences()
    assert len(found) > 20
    assert missing == set()
    assert [each for each in found if each.terms != Terms.PERMISSIVE] == []


@pytest.mark.parametrize("extra", list_extras())
def test_no_extra_needs_a_copyleft_licence(extra: str) -> None:
    found, missing = list_licences(extra)
    assert missing <= NOT_INSTALLED
    others = [each for each in found if each.terms != Terms.PERMISSIVE]
    weak = {each.name for each in others if each.terms == Terms.WEAK_COPYLEFT}
    assert [each for each in others if each.name not in weak | UNNAMED.keys()] == []
    assert weak <= WEAK_COPYLEFT
    if extra != "test":
        assert [each for each in others if "LGPL" in each.text or "Lesser" in each.text] == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("MIT", Terms.PERMISSIVE),
        ("Apache-2.0 OR BSD-2-Clause", Terms.PERMISSIVE),
        ("MIT OR GPL-2.0-only", Terms.PERMISSIVE),
        ("MIT AND GPL-2.0-only", Terms.COPYLEFT),
        ("(MIT OR Apache-2.0) AND AGPL-3.0-only", Terms.COPYLEFT),
        ("GNU General Public License v3 (GPLv3)", Terms.COPYLEFT),
        ("GNU Affero General Public License v3 or later (AGPLv3+)", Terms.COPYLEFT),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", Terms.WEAK_COPYLEFT),
        ("LGPL-3.0-or-later", Terms.WEAK_COPYLEFT),
        ("Mozilla Public License 2.0 (MPL 2.0)", Terms.WEAK_COPYLEFT),
        ("Proprietary", Terms.UNKNOWN),
        ("", Terms.UNKNOWN),
    ],
)
def test_kinds_of_licences_are_told_apart(text: str, terms: Terms) -> None:
    assert Licence("x", text).terms == terms


GOOD = {"name": "a", "version": "1", "vulns": []}
FAULTY = {
    "name": "b",
    "version": "2",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]},
        {"id": "PYSEC-2", "fix_versions": []},
    ],
}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}
NOTHING = (
    "no distribution was audited: pip-audit reached no data on known faults; run make audit where "
    "there is internet"
)


@pytest.mark.parametrize(
    ("dependencies", "lines", "status"),
    [
        ([GOOD], ["1 distributions audited, 0 with known faults"], 0),
        (
            [GOOD, FAULTY, SKIPPED],
            [
                "b 2: PYSEC-1; mended in 2.1, 3.0",
                "b 2: PYSEC-2; mended in no version",
                "not audited: c",
                "2 distributions audited, 1 with known faults",
            ],
            1,
        ),
        ([SKIPPED], [NOTHING], 2),
        ([], [NOTHING], 2),
    ],
)
def test_an_audit_of_nothing_is_no_audit(
    dependencies: list[object], lines: list[str], status: int, tmp_path: Path
) -> None:
    assert describe_audit(json.dumps({"dependencies": dependencies}), tmp_path) == (lines, status)


def test_an_audit_that_failed_is_no_audit(tmp_path: Path) -> None:
    assert describe_audit("", tmp_path) == ([NOTHING], 2)


def describe_audit(report: str, folder: Path) -> tuple[list[str], int]:
    """Return the lines and the exit code for a report of pip-audit."""
    (folder / "report.json").write_text(report)
    words = [sys.executable, "tools/audit.py", str(folder / "report.json")]
    root = Path(__file__).parents[2]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=root, check=False)
    return (ran.stdout + ran.stderr).splitlines(), ran.returncode
