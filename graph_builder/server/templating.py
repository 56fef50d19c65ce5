"""Pages from templates: everything escaped, nothing silently undefined."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"


def render(name: str, **values: Any) -> str:
    """Return the text of a template with values in it."""
    return _environment().get_template(name).render(values)


@cache
def template(name: str) -> str:
    """Return the text of a file among the templates, as it is."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        autoescape=True,
        loader=FunctionLoader(template),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
