"""Requests of the SPARQL 1.1 Protocol: queries are read and checked, updates are rejected.

https://www.w3.org/TR/sparql11-protocol/, sections 2.1 (query) and 2.2 (update).
"""

import asyncio
import codecs
from collections.abc import Sequence
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from graph_builder.core.text import quote
from graph_builder.server.limits import (
    MAX_BUFFERED_BODIES,
    MAX_DISCARDED_BYTES,
    HTTPError,
    Limits,
    service_unavailable,
)
from graph_builder.server.request_address import get_request_url

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
_DEFAULT_GRAPH, _NAMED_GRAPH = "default-graph-uri", "named-graph-uri"
_UPDATE_PARAMETERS = {"update", "using-graph-uri", "using-named-graph-uri"}
_MAX_PARAMETERS = 1_000
_BYTE_ORDER_MARK = "\ufeff"


class RequestReader:
    """Reads requests; limits the size of each body, and of all bodies in memory."""

    def __init__(self, limits: Limits) -> None:
        """Accept queries and bodies up to the limits."""
        self._limits = limits
        self._buffered = 0

    async def read(self, request: Request) -> dict[str, Any] | None:
        """Return the query, base IRI and dataset, or None for a GET without parameters.

        Raises HTTPError.
        """
        address = get_request_url(request.scope)
        parameters = parse_form(address.query)
        texts = [value for name, value in parameters if name == "query"]
        if request.method == "POST":
            body = await self._read_body(request)
            if _get_media_type(request) == QUERY_TYPE:
                texts.append(_decode_utf8(body))
            else:
                parameters += parse_form(_decode_utf8(body))
                texts = [value for name, value in parameters if name == "query"]
        elif not parameters:
            return None
        _reject_updates(parameters)
        return {
            "query": _get_single_query(texts),
            "longest": self._limits.query_length,
            "base": address._replace(query="").geturl(),
            "default": [value for name, value in parameters if name == _DEFAULT_GRAPH],
            "named": [value for name, value in parameters if name == _NAMED_GRAPH],
        }

    async def _read_body(self, request: Request) -> bytes:
        _check_media_type(request)
        try:
            async with asyncio.timeout(self._limits.patience):
                return await self._read_parts(request)
        except TimeoutError:
            raise HTTPError(
                408, "The request took too long to arrive.", Connection="close"
            ) from None

    async def _read_parts(self, request: Request) -> bytes:
        body, size, most = bytearray(), 0, self._limits.body
        try:
            async for part in request.stream():
                size += len(part)
                if size <= most:
                    body += part
                    self._buffered += len(part)
                if self._buffered > MAX_BUFFERED_BODIES * most:
                    raise service_unavailable(
                        "Too many large requests at the moment; try again soon."
                    )
                if size > MAX_DISCARDED_BYTES:
                    break
        finally:
            self._buffered -= len(body)
        if size > most:
            sentence = f"The request has more than {most:,} bytes."
            raise HTTPError(413, sentence, Connection="close")
        return bytes(body)


def _get_media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _check_media_type(request: Request) -> None:
    """Raise HTTPError unless a body is a form or a query in UTF-8 (2.1.2, 2.1.3)."""
    media = _get_media_type(request)
    if media == UPDATE_TYPE:
        raise _reject_as_read_only()
    if media not in (FORM_TYPE, QUERY_TYPE):
        given = f", not as {quote(media)}" if media else "; the request has no Content-Type"
        raise HTTPError(415, f"Post a query as {FORM_TYPE} or {QUERY_TYPE}{given}.")
    charset = _get_charset(request)
    if charset and not _is_utf8(charset):
        raise HTTPError(415, f"Write the query in UTF-8, not in {quote(charset)}.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPError(415, "Post the query without a content encoding.")


def _get_charset(request: Request) -> str:
    """Return the charset of a request's Content-Type, or "" if it names none (RFC 9110, 8.3.1)."""
    message = Message()
    message["Content-Type"] = request.headers.get("content-type", "")
    return message.get_content_charset("")


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in ("utf-8", "ascii")
    except LookupError:
        return False


def parse_form(text: str) -> list[tuple[str, str]]:
    """Return the names and values of a form or of a URL's query; raises HTTPError."""
    try:
        return parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise _reject_encoding(error) from error
    except ValueError as error:
        raise HTTPError(400, f"There are more than {_MAX_PARAMETERS:,} parameters.") from error


def _decode_utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _reject_encoding(error) from error


def _reject_encoding(error: UnicodeDecodeError) -> HTTPError:
    return HTTPError(400, f"The request is not UTF-8: byte {error.start + 1}.")


def _reject_updates(parameters: Sequence[tuple[str, str]]) -> None:
    if any(name in _UPDATE_PARAMETERS for name, _ in parameters):
        raise _reject_as_read_only()


def _reject_as_read_only() -> HTTPError:
    return HTTPError(403, "This endpoint is read-only; it takes no updates.")


def _get_single_query(texts: Sequence[str]) -> str:
    """Return the query of a request; there must be exactly one (2.1)."""
    if len(texts) != 1:
        raise HTTPError(
            400, f"A request must contain one query; this one has {len(texts) or 'none'}."
        )
    return texts[0].removeprefix(_BYTE_ORDER_MARK)
