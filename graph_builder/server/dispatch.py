"""From a request to the pool and back: the way that every route takes that asks the graph."""

import asyncio
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from graph_builder.server.limits import BRIEF, REQUESTS, Refusal
from graph_builder.server.scheduler import Pool
from graph_builder.server.sparql_task import Reply

_PART = 1 << 16
_NETWORK = 64


async def respond(pool: Pool, request: Request, send: Send, task: str, **words: Any) -> None:
    """Send the reply to a task, unless the client goes away, which ends it; raises Refusal."""
    watch = _Watch(request.receive)
    try:
        async with pool.reply(task, client_of(request.scope), **words) as reply:
            await _send(reply, send)
    except asyncio.CancelledError:
        if not watch.has_left:
            raise
    finally:
        watch.end()


class _Watch:
    """Cancels the task at hand once its client has gone away.

    It begins to look when the task turns out to take its time: most are done before.
    """

    def __init__(self, receive: Receive) -> None:
        self.has_left = False
        self._receive = receive
        self._task = asyncio.current_task()
        self._looking: asyncio.Task[None] | None = None
        self._begin = asyncio.get_running_loop().call_later(BRIEF, self._look)

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if self._task:
            self._task.cancel()

    def end(self) -> None:
        self._begin.cancel()
        if self._looking:
            self._looking.cancel()


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a refusal as a sentence."""
    response = PlainTextResponse(
        f"{refusal}\n", status_code=refusal.status, headers=refusal.headers
    )
    await response(scope, receive, send)


def client_of(scope: Scope) -> str:
    """Return what takes turns with others: an address, of IPv6 the network of a subscriber."""
    return _client((scope.get("client") or ("",))[0])


@lru_cache(maxsize=REQUESTS)
def _client(host: str) -> str:
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address) and not address.ipv4_mapped:
            return str(int(address) >> (address.max_prefixlen - _NETWORK))
    return host


def address_of(scope: Scope) -> SplitResult:
    """Return the address that a request was sent to, by its Host where it has one."""
    path, query = scope["path"], scope["query_string"].decode("ascii")
    return SplitResult(scope["scheme"], _host(scope), quote(path), query, "")


def name_of(scope: Scope) -> str | None:
    """Return the name of the host that a request was sent to, without its port."""
    return SplitResult("", _host(scope), "", "", "").hostname


def _host(scope: Scope) -> str:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return str(host, "latin-1") or ":".join(map(str, scope["server"] or ()))


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
