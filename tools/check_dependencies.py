"""Run the tests with the lowest and with the newest dependencies, on each Python that is here.

    python tools/check_dependencies.py [--ends] FOLDER

The lowest versions that setup.cfg allows go with the lowest Python that it names, the newest with
every other one; with --ends, only with the highest that is here. Environments are kept in FOLDER
until setup.cfg changes. A Python that this machine lacks is skipped with the reason; where AIGG_CI
is set, it is an error if fewer than two are here.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETUP = ROOT / "setup.cfg"
USAGE = 2
EXTRAS = "analysis,remote,serve,test"
UV = (sys.executable, "-m", "uv", "--quiet", "--no-python-downloads")
PYTEST = ("-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", "-p", "no:cacheprovider")
#: What runs of the tests, and which of those with a server do, since they stand on uvicorn's class.
ALONE = "not browser and not server"
SERVER = ("tests/server/test_http_connection.py", "tests/server/test_sparql_protocol.py")
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
INSTALLED = """
from importlib.metadata import version
from sys import argv
print(*(version(name) for name in argv[1:]), sep="\\n")
"""


@dataclass(frozen=True)
class Environment:
    """A Python with the lowest or the newest dependencies."""

    python: Path
    version: str
    resolution: str

    @property
    def name(self) -> str:
        """Return what the environment is called in messages, and its folder."""
        return f"{self.version}-{self.resolution}"


def read_setup() -> ConfigParser:
    """Return what setup.cfg says."""
    setup = ConfigParser(interpolation=None)
    setup.read(SETUP, encoding="utf-8")
    return setup


def list_versions(setup: ConfigParser) -> list[str]:
    """Return the versions of Python that setup.cfg names, the lowest first."""
    found = re.findall(r"Python :: (3\.\d+)$", setup["metadata"]["classifiers"], re.MULTILINE)
    return sorted(found, key=lambda version: int(version.partition(".")[2]))


def find_python(version: str) -> Path | None:
    """Return an interpreter of a version from PATH or from pyenv, or None."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    name = f"python{version}"
    folders = os.environ.get("PATH", "").split(os.pathsep)
    found = (shutil.which(name, path=folder) for folder in folders)
    candidates = [*filter(None, found), *map(str, pyenv.glob(f"{version}.*/bin/{name}"))]
    return next((Path(path) for path in candidates if _runs(path, version)), None)


def _runs(path: str, version: str) -> bool:
    """Return whether an interpreter has a version; one of pyenv's may be there and not run."""
    return _run(path, "-c", VERSION, capture=True).stdout.strip() == version


def choose_environments(
    pythons: dict[str, Path], lowest: str, *, ends: bool
) -> Iterator[Environment]:
    """Yield what to test: the lowest dependencies on the lowest Python, the newest on the rest."""
    others = [version for version in pythons if version != lowest]
    if lowest in pythons:
        yield Environment(pythons[lowest], lowest, "lowest-direct")
    for version in others[-1:] if ends else others:
        yield Environment(pythons[version], version, "highest")


def install(environment: Environment, folder: Path) -> Path:
    """Return the interpreter of an environment, which is made anew when setup.cfg has changed."""
    place = folder / environment.name
    stamp, digest = place / "setup.sha256", hashlib.sha256(SETUP.read_bytes()).hexdigest()
    python = place / "bin" / "python"
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        shutil.rmtree(place, ignore_errors=True)
        _run(*UV, "venv", "--python", environment.python, place, check=True)
        # Compiled at once, as pip does: what a library writes badly is no warning of a test then.
        options = ("--compile-bytecode", "--resolution", environment.resolution)
        command = (*UV, "pip", "install", "--python", python, *options)
        _run(*command, "--editable", f".[{EXTRAS}]", check=True)
        stamp.write_text(digest, encoding="ascii")
    return python


def _run(
    *command: object, check: bool = False, capture: bool = False
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- the words are ours
        list(map(str, command)), cwd=ROOT, check=check, capture_output=capture, encoding="utf-8"
    )


def read_bounds(setup: ConfigParser) -> dict[str, str]:
    """Return the lower bounds of all dependencies, by name."""
    extras = [setup["options.extras_require"][name] for name in EXTRAS.split(",")]
    lists = [setup["options"]["install_requires"], *extras]
    return dict(re.findall(r"^([\w.-]+)>=([\w.]+)", "\n".join(lists), re.MULTILINE))


def check_bounds(python: Path, bounds: dict[str, str]) -> list[str]:
    """Return a sentence for each lower bound that another dependency raises: it is never tried."""
    done = _run(python, "-c", INSTALLED, *bounds, capture=True, check=True)
    pairs = zip(bounds.items(), done.stdout.split(), strict=True)
    return [
        f"setup.cfg allows {name} {bound}, but the lowest that goes with the rest is {version}"
        for (name, bound), version in pairs
        if _numbers(bound) != _numbers(version)
    ]


def _numbers(version: str) -> list[int]:
    """Return the numbers of a version without zeros at the end: 8.2 and 8.2.0 are the same."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


def run_tests(python: Path) -> bool:
    """Return whether the tests pass that need no browser, and those of connections."""
    runs = (("-m", ALONE), ("-m", "not browser and not slow", *SERVER))
    done = [_run(python, *PYTEST, *words).returncode for words in runs]
    return not any(done)


def check(folder: Path, *, ends: bool) -> list[str]:
    """Return a sentence for each thing that is wrong, having printed what is skipped."""
    setup = read_setup()
    versions = list_versions(setup)
    pythons = {version: path for version in versions if (path := find_python(version))}
    for version in versions:
        if version not in pythons:
            print(f"skipped: this machine has no Python {version}", flush=True)
    chosen = list(choose_environments(pythons, versions[0], ends=ends))
    if os.environ.get("AIGG_CI") and {each.resolution for each in chosen} != {
        "highest",
        "lowest-direct",
    }:
        return [f"continuous integration needs Python {versions[0]} and a newer one"]
    wrong = []
    for environment in chosen:
        print(f"Python {environment.name} dependencies", flush=True)
        python = install(environment, folder)
        if environment.resolution == "lowest-direct":
            wrong += check_bounds(python, read_bounds(setup))
        if not run_tests(python):
            wrong.append(f"tests fail on Python {environment.name}")
    return wrong


def main(words: list[str]) -> int:
    """Check all that can be checked here; return the exit code."""
    ends = words[:1] == ["--ends"]
    folders = words[ends:]
    if len(folders) != 1:
        print(__doc__, file=sys.stderr)
        return USAGE
    if not find_spec("uv"):
        print("skipped: uv is not installed, so no dependencies were checked", file=sys.stderr)
        return int(bool(os.environ.get("AIGG_CI")))
    wrong = check(Path(folders[0]).resolve(), ends=ends)
    print(*wrong, sep="\n", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
