"""Dispatch: every route that needs the graph sends a task to the scheduler and its reply back."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from graph_builder.server.compression import accepts_gzip
from graph_builder.server.conditional_requests import (
    build_caching_headers,
    build_not_modified,
    is_known_version,
    is_unmodified,
)
from graph_builder.server.limits import SHORT_QUERY_SECONDS, HTTPError
from graph_builder.server.reply_cache import compute_reply_key, is_kept, is_repeatable
from graph_builder.server.request_address import get_client_key
from graph_builder.server.response_cache import REPEATABLE
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_task import Reply

_CHUNK_BYTES = 1 << 16
_VARY = "Accept, Accept-Encoding"


async def dispatch_task(
    scheduler: RequestScheduler,
    request: Request,
    send: Send,
    task: str,
    *,
    rank: int = 0,
    is_page: bool = False,
    **values: Any,
) -> None:
    """Send the reply of a task, run or kept, or cancel it if the client leaves; raises HTTPError.

    What a client has already is not sent again. A page may be shown for a while without asking.
    """
    gzip = accepts_gzip(request.headers.get("accept-encoding", ""))
    key, version = None, scheduler.version
    if is_repeatable(values.get("query", "")):
        key = compute_reply_key(version, task, {"gzip": gzip, **values})
    caching = build_caching_headers(request.method, key, scheduler.served_since, is_page=is_page)
    if is_known_version(request.headers, caching):
        request.scope[REPEATABLE] = version
        await _send_reply(build_not_modified({**caching, "Vary": _VARY}), {}, send)
        return

    async def send_reply(reply: Reply) -> None:
        unmodified = reply.status == HTTPStatus.OK and is_unmodified(request.headers, caching)
        answer = build_not_modified({**caching, "Vary": _VARY}) if unmodified else reply
        if key and is_kept(reply):
            request.scope[REPEATABLE] = version
        await _send_reply(answer, caching if answer.status == HTTPStatus.OK else {}, send)

    if key and (kept := scheduler.replies.get(key)):
        await send_reply(kept)
        return
    client = get_client_key(request.scope)

    def run_task() -> AbstractAsyncContextManager[Reply]:
        return scheduler.run_task(task, client, rank, gzip=gzip, **values)

    watch = _DisconnectWatch(request.receive)
    try:
        async with scheduler.replies.hold(key, client, run_task) if key else run_task() as reply:
            await send_reply(reply)
    except asyncio.CancelledError:
        if not watch.has_left:
            raise
    finally:
        watch.end()


class _DisconnectWatch:
    """Cancels the current task when its client disconnects.

    It starts to look only when the task takes long: most are done before.
    """

    def __init__(self, receive: Receive) -> None:
        self.has_left = False
        self._receive = receive
        self._task = asyncio.current_task()
        self._waiting: asyncio.Task[None] | None = None
        self._start = asyncio.get_running_loop().call_later(
            SHORT_QUERY_SECONDS, self._start_watching
        )

    def _start_watching(self) -> None:
        self._waiting = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if self._task:
            self._task.cancel()

    def end(self) -> None:
        self._start.cancel()
        if self._waiting:
            self._waiting.cancel()


async def send_error(error: HTTPError, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an HTTP error as a line of plain text."""
    response = PlainTextResponse(f"{error}\n", status_code=error.status, headers=error.headers)
    await response(scope, receive, send)


async def _send_reply(reply: Reply, caching: Mapping[str, str], send: Send) -> None:
    headers = dict(reply.headers)
    if reply.status != HTTPStatus.NOT_MODIFIED:
        length = str(len(reply.body))
        headers = {"Content-Type": reply.media, "Content-Length": length, **headers, **caching}
        headers["Vary"] = _VARY if "Vary" in reply.headers else "Accept-Encoding"
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    body = reply.body
    for start in range(0, len(body) or 1, _CHUNK_BYTES):
        part = body[start : start + _CHUNK_BYTES]  # itself, where it is one part
        more = start + _CHUNK_BYTES < len(body)
        await send({"type": "http.response.body", "body": part, "more_body": more})
