"""The licences of the distributions that an installation needs.

Reads setup.cfg for what is required, and the metadata of what is installed for the rest.
"""

import re
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from enum import IntEnum
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: The licences that ask for no more than their text and names, as they are written in metadata.
_PERMISSIVE = re.compile(
    r"0BSD|AFL|Apache|BSD|BSL-1\.0|Boost|CC0|CNRI|HPND|ISC|MIT|PSF|Python Software|Unlicense"
    r"|Pdfium|Unicode|W3C|Zlib|zlib|Public Domain|Copyright \(c\) 20\d\d",
)
_WEAK_COPYLEFT = re.compile(r"LGPL|Lesser General Public|MPL|Mozilla|EPL|Eclipse")
_COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )General Public")
_OPERATORS = re.compile(r"\s+(AND|OR)\s+|\bWITH\s+\S+|[()]")


class Terms(IntEnum):
    """What a licence asks of those who pass on a program that needs the distribution."""

    PERMISSIVE = 1
    WEAK_COPYLEFT = 2
    COPYLEFT = 3
    UNKNOWN = 4


@dataclass(frozen=True, order=True)
class Licence:
    """A distribution, and its licence as its metadata has it; "" if there is none."""

    name: str
    text: str

    @property
    def terms(self) -> Terms:
        """The terms; of several that hold together the strictest, of alternatives the mildest."""
        if " OR " in self.text and " AND " not in self.text:
            return min(map(_find_terms, _split(self.text)))
        return max(map(_find_terms, _split(self.text)), default=Terms.UNKNOWN)


def list_licences(extra: str | None = None) -> tuple[list[Licence], set[str]]:
    """Return the licences of what an installation with an extra needs, and what is not installed.

    Without an extra, those of a plain installation.
    """
    found: set[Licence] = set()
    missing: set[str] = set()
    for name, installed in _walk(_read_requirements(extra)):
        if installed is None:
            missing.add(name)
        else:
            found.add(Licence(name, _read_licence(installed)))
    return sorted(found), missing


def list_extras() -> list[str]:
    """Return the names of the extras."""
    return [*read_setup()["options.extras_require"]]


def read_setup() -> ConfigParser:
    """Return what setup.cfg says."""
    setup = ConfigParser(interpolation=None)
    setup.read(Path(__file__).parents[2] / "setup.cfg", encoding="utf-8")
    return setup


def _read_requirements(extra: str | None) -> list[str]:
    setup = read_setup()
    named = setup["options.extras_require"][extra] if extra else ""
    lines = (setup["options"]["install_requires"] + "\n" + named).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _walk(requirements: Iterable[str]) -> Iterator[tuple[str, Distribution | None]]:
    """Yield each distribution that requirements lead to, by name, or None if it is missing."""
    waiting = [(Requirement(text), "") for text in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted, extra = waiting.pop()
        name = canonicalize_name(wanted.name)
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        new = {(name, asked) for asked in ("", *wanted.extras)} - seen
        seen |= new
        if not new:
            continue
        installed = _find(wanted.name)
        yield name, installed
        for _, asked in new:
            needs = installed.requires if installed else None
            waiting += [(Requirement(text), asked) for text in needs or ()]


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _read_licence(installed: Distribution) -> str:
    """Return the SPDX expression of a distribution, else its classifiers, else its own words."""
    metadata = installed.metadata
    for expression in metadata.get_all("License-Expression") or ():
        return str(expression)
    classifiers = metadata.get_all("Classifier") or []
    named = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License :: ")]
    if named := [each for each in named if each != "OSI Approved"]:
        return " AND ".join(named)
    lines = [line for text in metadata.get_all("License") or () for line in str(text).splitlines()]
    return next(filter(None, map(str.strip, lines)), "")


def _split(text: str) -> list[str]:
    return [part.strip() for part in _OPERATORS.split(text) if part and part not in ("AND", "OR")]


def _find_terms(text: str) -> Terms:
    patterns = {
        Terms.WEAK_COPYLEFT: _WEAK_COPYLEFT,
        Terms.COPYLEFT: _COPYLEFT,
        Terms.PERMISSIVE: _PERMISSIVE,
    }
    found = (terms for terms, pattern in patterns.items() if pattern.search(text))
    return next(found, Terms.UNKNOWN)
