"""From a request to the pool and back: the way that every route takes that asks the graph."""

import asyncio
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, quote

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
    doing = asyncio.current_task()
    watch = asyncio.create_task(_gone(request.receive))
    watch.add_done_callback(lambda ended: ended.cancelled() or (doing and doing.cancel()))
    try:
        async with pool.reply(task, client_of(request.scope), **words) as reply:
            await _send(reply, send)
    except asyncio.CancelledError:
        if not watch.done():
            raise
    finally:
        watch.cancel()


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


def address_of(scope: Scope) -> SplitResult:
    """Return the address that a request was sent to, by its Host where it has one."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    name = host.decode("latin-1") or ":".join(map(str, scope["server"] or ()))
    path, query = scope["path"], scope["query_string"].decode("ascii")
    return SplitResult(scope["scheme"], name, quote(path), query, "")


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


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
