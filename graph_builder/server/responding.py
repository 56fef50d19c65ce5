"""From a request to the pool and back: the way that every route takes that asks the graph."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from graph_builder.server.answering import Reply
from graph_builder.server.limits import Refusal
from graph_builder.server.pool import Pool

_PART = 1 << 16
_NETWORK = 64


async def respond(pool: Pool, request: Request, send: Send, task: str, **words: Any) -> None:
    """Send the reply to a task, unless the client goes away, which ends it; raises Refusal."""

    async def work() -> None:
        async with pool.reply(task, client_of(request.scope), **words) as reply:
            await _send(reply, send)

    await _while_there(request.receive, work())


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a refusal as a sentence."""
    response = PlainTextResponse(
        f"{refusal}\n", status_code=refusal.status, headers=refusal.headers
    )
    await response(scope, receive, send)


def client_of(scope: Scope) -> str:
    """Return what takes turns with others: an address, of IPv6 the network of a subscriber."""
    host = (scope.get("client") or ("",))[0]
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address) and not address.ipv4_mapped:
            return str(int(address) >> (address.max_prefixlen - _NETWORK))
    return str(host)


async def _send(reply: Reply, send: Send) -> None:
    headers = {
        "Content-Type": reply.media,
        "Content-Length": str(len(reply.body)),
        **reply.headers,
    }
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    body = memoryview(reply.body)
    for start in range(0, len(body) or 1, _PART):
        more = start + _PART < len(body)
        part = bytes(body[start : start + _PART])
        await send({"type": "http.response.body", "body": part, "more_body": more})


async def _while_there(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do some work as long as the client is there."""
    doing, going = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait([doing, going], return_when=asyncio.FIRST_COMPLETED)
    finally:
        going.cancel()
        if not doing.done():
            doing.cancel()
    with suppress(asyncio.CancelledError):
        await doing


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
