"""Requests of the SPARQL 1.1 Protocol, query part: read, and refused where they are not right.

https://www.w3.org/TR/sparql11-protocol/, section 2.1; of section 2.2, updates, nothing is served.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from graph_builder.core.text import quote
from graph_builder.server.dispatch import address_of
from graph_builder.server.limits import BODIES, DROPPED, PATIENCE, Refusal, busy

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_DEFAULT, _NAMED = "default-graph-uri", "named-graph-uri"
_OF_UPDATES = {"update", "using-graph-uri", "using-named-graph-uri"}
_MOST_PARAMETERS = 1_000


class Requests:
    """Reads requests whose bodies are bounded, each and together."""

    def __init__(self, most: int) -> None:
        """Accept bodies of at most so many bytes."""
        self._most = most
        self._held = 0

    async def read(self, request: Request) -> dict[str, Any] | None:
        """Return what is asked, or None for a GET without parameters; raises Refusal."""
        address = address_of(request.scope)
        parameters = pairs(address.query)
        texts = [value for name, value in parameters if name == "query"]
        if request.method == "POST":
            body = await self._body(request)
            if _media(request) == QUERY:
                texts.append(_decoded(body))
            else:
                parameters += pairs(_decoded(body))
                texts = [value for name, value in parameters if name == "query"]
        elif not parameters:
            return None
        _refuse_updates(parameters)
        return {
            "query": _only(texts),
            "base": address._replace(query="").geturl(),
            "default": [value for name, value in parameters if name == _DEFAULT],
            "named": [value for name, value in parameters if name == _NAMED],
        }

    async def _body(self, request: Request) -> bytes:
        _refuse_media(request)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._parts(request)
        except TimeoutError:
            raise Refusal(408, "The request did not come in time.", Connection="close") from None

    async def _parts(self, request: Request) -> bytes:
        body, size = bytearray(), 0
        try:
            async for part in request.stream():
                size += len(part)
                if size <= self._most:
                    body += part
                    self._held += len(part)
                if self._held > BODIES:
                    raise busy("Too many large requests are coming in; come again in a moment.")
                if size > DROPPED:
                    break
        finally:
            self._held -= len(body)
        if size > self._most:
            sentence = f"The request has more than {self._most:,} bytes."
            raise Refusal(413, sentence, Connection="close")
        return bytes(body)


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _refuse_media(request: Request) -> None:
    """Raise Refusal for a body that is neither a form nor a query, or not UTF-8 (2.1.2, 2.1.3)."""
    media = _media(request)
    if media == UPDATE:
        raise _read_only()
    if media not in (FORM, QUERY):
        raise Refusal(415, f"A query is posted as {FORM} or {QUERY}, not as {quote(media)}.")
    charset = request.headers.get("content-type", "").lower().partition("charset=")[2]
    if charset.strip(' "') not in ("", "utf-8"):
        raise Refusal(415, f"A query is written in UTF-8, not in {quote(charset)}.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "A query is posted as it is, without a content encoding.")


def pairs(text: str) -> list[tuple[str, str]]:
    """Return the names and values of a form, or of the query in an address; raises Refusal."""
    try:
        return parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise _not_utf_8(error) from error
    except ValueError as error:
        raise Refusal(400, f"There are more than {_MOST_PARAMETERS:,} parameters.") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _not_utf_8(error) from error


def _not_utf_8(error: UnicodeDecodeError) -> Refusal:
    return Refusal(400, f"The request is not UTF-8: byte {error.start + 1}.")


def _refuse_updates(parameters: Sequence[tuple[str, str]]) -> None:
    if any(name in _OF_UPDATES for name, _ in parameters):
        raise _read_only()


def _read_only() -> Refusal:
    return Refusal(403, "This endpoint is read-only; it takes no updates.")


def _only(texts: Sequence[str]) -> str:
    """Return the one query of a request (2.1: exactly one)."""
    if len(texts) != 1:
        raise Refusal(400, f"A request holds one query, this one {len(texts) or 'none'}.")
    return texts[0]
