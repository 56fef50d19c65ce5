"""The environment: integration skips no browser test, and elsewhere a skip says why."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.browser import BROWSERS
from tests.conftest import ROOT


def test_integration_has_a_browser() -> None:
    assert not os.environ.get("AIGG_CI") or any(map(shutil.which, BROWSERS))


def test_integration_has_a_second_server() -> None:
    assert not os.environ.get("AIGG_CI") or shutil.which("virtuoso-t")


def test_integration_has_java_for_the_reasoner() -> None:
    assert not os.environ.get("AIGG_CI") or shutil.which("java")


def test_integration_traces_system_calls() -> None:
    assert not os.environ.get("AIGG_CI") or shutil.which("strace")


def test_integration_has_an_engine_for_the_tests_of_clusters() -> None:
    libraries = ("pyarrow", "pysail", "pyspark")
    assert not os.environ.get("AIGG_CI") or all(map(find_spec, libraries))


def test_integration_checks_the_scripts_of_pages() -> None:
    installed = (ROOT / "node_modules" / ".bin" / "tsc").exists()
    assert not os.environ.get("AIGG_CI") or (shutil.which("node") and installed)


@pytest.mark.parametrize(("integration", "code"), [("", 0), ("1", 1)])
def test_without_node_scripts_are_not_checked_which_only_integration_takes_for_an_error(
    integration: str, code: int
) -> None:
    done = subprocess.run(
        [ROOT / "tools" / "check-scripts"],
        env={"AIGG_CI": integration, "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == "the scripts of pages are not checked: there is no Node\n"
    assert done.returncode == code


@pytest.mark.slow
def test_without_a_browser_its_tests_are_skipped_and_name_it() -> None:
    command = [sys.executable, "-m", "pytest", "-m", "browser", "-p", "no:cacheprovider", "-q"]
    done = subprocess.run(
        [*command, "tests/pictures"],
        cwd=ROOT,
        env={**os.environ, "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    reasons = re.findall(r"^SKIPPED .*$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout
    assert reasons
    assert all("chromium" in reason for reason in reasons)
