"""Join JavaScript modules into one script: a page that stands alone can import no file."""

import posixpath
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_IMPORT = re.compile(r'^import (?:\{[^}]*\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function|let) )", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:class|const|function|let) (\w+)", re.MULTILINE)
_MODULE_SYNTAX = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_DOC_COMMENT = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)
_LINE_COMMENT = re.compile(r"(?:^|(?<=\s))// .*", re.MULTILINE)
#: Line breaks next to signs at which no statement ends.
_BREAK = re.compile(r"(?<=[,;({\[])\n|\n(?=[.?:)\]])")


@cache
def build_page_script(entry: str) -> str:
    """Return a module of the package, named by its path there, and what it imports as a script."""
    return join_modules(entry, files("graph_builder"))


def join_modules(entry: str, folder: "Traversable") -> str:
    """Return a module and what it imports as one script that leaves no name in the page.

    Modules are named by their paths in a folder. They import others by relative paths and by the
    names that these export; all names at the top of the joined modules have to differ. Raises
    ValueError where that does not hold.
    """
    modules: dict[str, str] = {}
    _collect_modules(posixpath.normpath(entry), folder, modules, ())
    body = "".join(modules.values())
    if left := _MODULE_SYNTAX.search(body):
        raise ValueError(f"{entry}: modules with {left[0]!r} cannot be joined")
    twice = sorted(name for name, count in Counter(_NAME.findall(body)).items() if count > 1)
    if twice:
        raise ValueError(f"{entry}: defined in two modules: {', '.join(twice)}")
    return f'(() => {{\n"use strict";\n{_compress(body)}}})();\n'


def _collect_modules(
    name: str, folder: "Traversable", modules: dict[str, str], importers: tuple[str, ...]
) -> None:
    """Add a module to the others, after those that it imports."""
    if name in importers:
        raise ValueError(f"modules import each other: {' -> '.join((*importers, name))}")
    if name in modules:
        return
    text = folder.joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
    for path in _IMPORT.findall(text):
        imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        _collect_modules(imported, folder, modules, (*importers, name))
    modules[name] = _EXPORT.sub("", _IMPORT.sub("", text))


def _compress(script: str) -> str:
    """Return a script without indents and comments; no text of ours spans lines or holds one."""
    bare = _LINE_COMMENT.sub("", _DOC_COMMENT.sub("", script))
    lines = (line.strip() for line in bare.split("\n"))
    return _BREAK.sub("", "".join(f"{line}\n" for line in lines if line))
