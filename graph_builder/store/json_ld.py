"""JSON-LD before the engine parses it: contexts on the web are replaced or refused.

The context of schema.org is shipped (ontology/contexts/, CC BY-SA 3.0). Nothing is fetched.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from graph_builder.core.errors import ReadError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import quote

_CONTEXT_FILE = "contexts/schema.org.jsonld"
_SCHEMA_ORG = re.compile(
    r"(?:https?:)?//(?:www\.)?schema\.org(?:/|/docs/jsonldcontext\.json(?:ld)?)?", re.IGNORECASE
)
_MORE = "there is more after the first document; write them as one, with @graph"
_CONTEXT, _IMPORT = "@context", "@import"


def inline_contexts(text: str, path: Path) -> str:
    """Return JSON-LD with the context of schema.org in the place of its address.

    Raises ReadError for what is not JSON, and for any other address.
    """
    try:
        document = json.loads(text)
        resolved = _resolve_contexts(document, path)
        return text if resolved == document else json.dumps(resolved, allow_nan=False)
    except json.JSONDecodeError as error:
        reason = _MORE if error.msg == "Extra data" else error.msg
        raise ReadError(f"{path}:{error.lineno}:{error.colno}: not JSON: {reason}") from error
    except RecursionError as error:
        raise ReadError(f"{path}:1:1: not JSON-LD: nested too deep") from error
    except ValueError as error:
        raise ReadError(f"{path}:1:1: not JSON-LD: a number is too large") from error


def _resolve_contexts(value: Any, path: Path) -> Any:
    """Return a value of a document with the addresses of contexts replaced, at any depth."""
    if isinstance(value, list):
        return [_resolve_contexts(each, path) for each in value]
    if not isinstance(value, dict):
        return value
    if _IMPORT in value:
        raise ReadError(_format_refusal(value[_IMPORT], path))
    return {
        key: _resolve_contexts(_resolve_context(each, path) if key == _CONTEXT else each, path)
        for key, each in value.items()
    }


def _resolve_context(context: Any, path: Path) -> Any:
    """Return what is to stand for the value of a key ``@context``."""
    if isinstance(context, list):
        return [_resolve_context(each, path) for each in context]
    if not isinstance(context, str):
        return context
    if not _SCHEMA_ORG.fullmatch(context.rstrip("#")):
        raise ReadError(_format_refusal(context, path))
    return _read_schema_org_context()


def _format_refusal(context: object, path: Path) -> str:
    return (
        f"{path}: the JSON-LD context {quote(str(context))} is not fetched, and only that of "
        "schema.org is known; write the context into the file"
    )


def has_known_keys(text: str) -> bool:
    """Return whether valid JSON has no keys at all, or one of JSON-LD."""
    keys = {*_iter_keys(json.loads(text))}
    return not keys or any(key.startswith("@") for key in keys)


def _iter_keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from _iter_keys(each)


@cache
def _read_schema_org_context() -> Any:
    file = find_data_folder("ontology") / _CONTEXT_FILE
    return json.loads(file.read_text(encoding="utf-8"))[_CONTEXT]
