"""Write the reference of the Python interface from the docstrings of its public names.

    python tools/api_reference.py docs/api.md

A public name, method or property without a docstring is an error.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import graph_builder

USAGE = 2
HEAD = """\
# Python interface
Every public name of `graph_builder`, as its docstring describes it; `make docs` writes this page
anew. Examples that a test runs: [python.md](python.md).

Names that are not listed here, and modules below `graph_builder`, may change in any version. Before
a listed name is removed, the CHANGELOG announces it, and it keeps working for one more minor
version, with a `DeprecationWarning`.
"""


def describe_names() -> Iterator[str]:
    """Yield the section of each public name, then of each type that public functions return."""
    public = {name: getattr(graph_builder, name) for name in graph_builder.__all__}
    for name in sorted(public, key=str.casefold):
        yield from _describe(name, public[name])
    for returned in _find_returned_types(public.values()):
        yield from _describe(returned.__name__, returned)


def _find_returned_types(public: Iterable[Any]) -> list[type]:
    """Return the classes of the package that public functions return and that have no section."""
    known = {*filter(inspect.isclass, public)}
    found: set[type] = set()
    for function in filter(inspect.isfunction, public):
        hint = function.__annotations__["return"]
        found |= {each for each in (hint, *get_args(hint)) if inspect.isclass(each)}
    ours = (each for each in found - known if each.__module__.startswith("graph_builder."))
    return sorted(ours, key=lambda each: each.__name__)


def _describe(name: str, value: Any) -> Iterator[str]:
    yield f"\n## {name}\n"
    if isinstance(value, ModuleType):
        yield f"Module `{value.__name__}`. {_get_docstring(name, value)}\n"
        return
    yield f"```python\n{_format_signature(name, value)}\n```\n{_get_docstring(name, value)}\n"
    if inspect.isclass(value):
        if names := _list_fields(value):
            yield f"\nFields: {', '.join(f'`{name}`' for name in names)}.\n"
        for member, each in sorted(vars(value).items()):
            if not member.startswith("_") and _is_documentable(each):
                yield _describe_member(name, member, each)


def _list_fields(kind: type) -> list[str]:
    """Return the fields of a dataclass or of a named tuple."""
    if is_dataclass(kind):
        return [each.name for each in fields(kind)]
    return [*getattr(kind, "_fields", ())]


def _is_documentable(value: Any) -> bool:
    return isinstance(value, property | classmethod | staticmethod) or inspect.isfunction(value)


def _describe_member(owner: str, name: str, value: Any) -> str:
    function = getattr(value, "fget", None) or getattr(value, "__func__", value)
    text = _get_docstring(f"{owner}.{name}", function)
    shown = name if isinstance(value, property) else _format_signature(name, function)
    return f"\n- `{shown}`: {' '.join(text.split())}\n"


def _get_docstring(name: str, value: Any) -> str:
    text = inspect.getdoc(value)
    if not text:
        raise LookupError(f"{name} has no docstring")
    return text.replace("``", "`")


def _format_signature(name: str, value: Any) -> str:
    """Return a signature as the source writes it, the same under every version of Python."""
    node: Any = ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]
    if isinstance(node, ast.ClassDef):
        first = next((each for each in node.body if getattr(each, "name", "") == "__init__"), None)
        return f"class {name}{_format_arguments(first) if first else ''}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{name}{_format_arguments(node)}{returns}"


def _format_arguments(node: Any) -> str:
    arguments = node.args
    if arguments.args and arguments.args[0].arg in {"self", "cls"}:
        arguments.args = arguments.args[1:]
    return f"({ast.unparse(arguments)})"


def build_reference() -> str:
    """Return the whole reference in Markdown; raises LookupError for an undocumented name."""
    return "".join((HEAD, *describe_names()))


def main(arguments: list[str]) -> int:
    """Write the reference to the file named on the command line."""
    if len(arguments) != 1:
        print("use: api_reference.py TARGET", file=sys.stderr)
        return USAGE
    Path(arguments[0]).write_text(build_reference(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
