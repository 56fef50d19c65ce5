"""Jinja templates of a package: autoescaped, strict about undefined names, and cached."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def create_environment(package: str, **options: Any) -> "Environment":
    """Return the Jinja environment of a package's templates, with further options."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        autoescape=True,
        loader=FunctionLoader(lambda name: read_template(package, name)),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        **options,
    )


@cache
def read_template(package: str, name: str) -> str:
    """Return the text of a template file of a package, with line feeds."""
    text = (files(package) / "templates" / name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")
