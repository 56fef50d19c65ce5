"""Validators of responses, and requests that name one (RFC 9110, sections 8.8 and 13)."""

from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime

from starlette.datastructures import Headers

from graph_builder.server.sparql_task import Reply

#: Methods whose responses have validators.
_METHODS = ("GET", "HEAD")
#: How long a page may be shown without being asked for again; it changes when the graph does.
_PAGE_CACHING = "public, max-age=60"
#: An answer is asked for again each time, which costs little while it is the same.
_ANSWER_CACHING = "no-cache"
_VOLATILE_CACHING = "no-store"


def build_caching_headers(
    method: str, key: str | None, modified: float, *, is_page: bool
) -> dict[str, str]:
    """Return the headers of a successful response for caches.

    ``key`` tells its content from any other, None if it is another each time; ``modified`` is when
    the graph was opened, in seconds.
    """
    if key is None:
        return {"Cache-Control": _VOLATILE_CACHING}
    if method not in _METHODS:
        return {}
    return {
        "ETag": f'"{key}"',
        "Last-Modified": formatdate(modified, usegmt=True),
        "Cache-Control": _PAGE_CACHING if is_page else _ANSWER_CACHING,
    }


def is_known_version(headers: Headers, validators: Mapping[str, str]) -> bool:
    """Return whether a client names the ETag of a response as one that it has."""
    asked = headers.get("if-none-match", "")
    named = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return validators.get("ETag") in named


def is_unmodified(headers: Headers, validators: Mapping[str, str]) -> bool:
    """Return whether a client that names no ETag has a response that is as new, or names any."""
    if headers.get("if-none-match", "").strip() == "*":
        return "ETag" in validators
    asked = headers.get("if-modified-since")
    if not asked or "if-none-match" in headers or "Last-Modified" not in validators:
        return False
    try:
        since = parsedate_to_datetime(asked)
        return parsedate_to_datetime(validators["Last-Modified"]) <= since
    except (TypeError, ValueError):
        return False


def build_not_modified(headers: Mapping[str, str]) -> Reply:
    """Return the response to a client that has the content already."""
    return Reply(304, "", b"", headers)
