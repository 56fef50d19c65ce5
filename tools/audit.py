"""Look up known faults of the installed distributions: ``python tools/audit.py [REPORT]``.

Runs pip-audit, which asks the Python Package Index, or reads a report that it wrote (JSON). Exit
code 1 if a distribution has a known fault, 2 if nothing could be looked up.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

PIP_AUDIT = ("uv", "tool", "run", "--quiet", "--from", "pip-audit>=2.7", "pip-audit")
OPTIONS = ("--format", "json", "--progress-spinner", "off")
NOTHING = (
    "no distribution was audited: pip-audit reached no data on known faults; run make audit where "
    "there is internet"
)


def main() -> int:
    """Print what is known and return the exit code."""
    report = Path(sys.argv[1]).read_text(encoding="utf-8") if sys.argv[1:] else run_pip_audit()
    lines, status = describe_audit(report)
    print(*lines, sep="\n", file=sys.stderr if status else sys.stdout)
    return status


def run_pip_audit() -> str:
    """Return the report on the distributions beside this Python, or "" if there is none."""
    words = [sys.executable, "-m", *PIP_AUDIT, *OPTIONS, "--path", sysconfig.get_path("purelib")]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout  # noqa: S603


def describe_audit(report: str) -> tuple[list[str], int]:
    """Return what a report of pip-audit says, as lines, and the exit code."""
    try:
        found: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except ValueError:
        found = []
    audited = [each for each in found if "vulns" in each]
    if not audited:
        return [NOTHING], 2
    lines = [
        f"{each['name']} {each['version']}: {fault['id']}; mended in "
        f"{', '.join(fault['fix_versions']) or 'no version'}"
        for each in audited
        for fault in each["vulns"]
    ]
    if skipped := sorted(each["name"] for each in found if "vulns" not in each):
        lines.append(f"not audited: {', '.join(skipped)}")
    faulty = sum(bool(each["vulns"]) for each in audited)
    lines.append(f"{len(audited)} distributions audited, {faulty} with known faults")
    return lines, int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
