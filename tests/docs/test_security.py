"""SECURITY.md: each threat names tests, and these exist."""

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
THREATS = TEXT.partition("## Threats")[2].partition("## Audit")[0]
ROWS = re.findall(r"^\|.*\|$", THREATS, re.MULTILINE)


@cache
def list_tests(file: str) -> set[str]:
    """Return the names of the test functions of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("named", sorted({*NAMED.findall(TEXT)}), ids="::".join)
def test_a_test_that_is_named_exists(named: tuple[str, str]) -> None:
    file, name = named
    assert name.startswith("test_")
    assert name in list_tests(file)


def test_each_threat_names_a_test() -> None:
    threats = [row for row in ROWS if not row.startswith(("| threat ", "|---"))]
    assert len(threats) > 30
    assert [row for row in threats if not NAMED.search(row)] == []
    assert TEXT.count("::") == len(NAMED.findall(TEXT))


def test_a_fault_is_reported_in_private_and_to_no_address_of_a_person() -> None:
    assert "Report a vulnerability" in TEXT
    assert "@" not in TEXT
