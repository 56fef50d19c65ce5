"""Libraries of extras, which are imported where a file needs them."""

from importlib import import_module
from typing import Any

from graph_builder.core.errors import LibraryError


def import_optional(module: str, purpose: str, extra: str, instead: str) -> Any:
    """Return a module of a library that an extra installs, imported for a purpose.

    Raises LibraryError that says how to install it, or what to do instead.
    """
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0].replace("_", "-")
        raise LibraryError(
            f"{purpose} needs {library}, which is not installed; "
            f"pip install 'ai-governance-graph[{extra}]', or {instead}"
        ) from error
