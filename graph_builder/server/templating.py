"""The server's own templates."""

from functools import cache
from typing import TYPE_CHECKING, Any

from graph_builder import templating

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = "graph_builder.server"


def render(name: str, **values: Any) -> str:
    """Return the text of a template with values in it."""
    return _environment().get_template(name).render(values)


def template(name: str) -> str:
    """Return the text of a file among the templates, as it is."""
    return templating.template(_PACKAGE, name)


@cache
def _environment() -> "Environment":
    return templating.environment(_PACKAGE)
