"""The machine and the versions of what is measured."""

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: The packages that are measured, and what ours rests on.
PACKAGES = (
    "ai-governance-graph",
    *("pyoxigraph", "rdflib", "oxrdflib", "kglab", "maplib", "pyshacl", "networkx", "networkit"),
    *("pyvis", "oxigraph", "playwright"),
)
_VIRTUOSO_VERSION = re.compile(r"Version (\S+)")
_PROCESSOR = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


def describe_machine() -> dict[str, str]:
    """Return the processor, its number, the memory, the system and the version of Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": _find_processor(),
        "processors": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _find_processor() -> str:
    try:
        found = _PROCESSOR.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def list_versions() -> dict[str, str]:
    """Return the version of each program, or "not installed"."""
    return {**{name: _find_version(name) for name in PACKAGES}, **_list_programs()}


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _list_programs() -> dict[str, str]:
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    found = {"Virtuoso": "not installed", "Chromium": "not installed"}
    if program := shutil.which("virtuoso-t"):
        done = subprocess.run([program, "-?"], capture_output=True, text=True, check=False)
        said = _VIRTUOSO_VERSION.search(done.stdout + done.stderr)
        found["Virtuoso"] = said[1] if said else "unknown"
    if chromium:
        done = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=False)
        found["Chromium"] = done.stdout.strip().rpartition(" ")[2] or "unknown"
    return found
