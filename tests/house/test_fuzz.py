"""The program that feeds mutants still works, on a few of each kind."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(("target", "number"), [("facts", 60), ("heads", 300)])
def test_mutants_are_refused_or_differ(target: str, number: int) -> None:
    command = [sys.executable, "tools/fuzz.py", target, "--number", str(number), "--seed", "5"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert f"{number} {target}: 0 faults" in result.stdout
