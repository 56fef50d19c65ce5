"""A sample of runs that are killed, of builds at once and of damaged stores; tools make more."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_faults_leave_nothing_half_done() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.fault_runs", "kills", "damage", "--runs", "11"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "22 runs, 0 with problems"
