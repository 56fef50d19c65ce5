"""Dispatch: every route that needs the graph sends a task to the scheduler and its reply back."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from graph_builder.server.limits import SHORT_QUERY_SECONDS, HTTPError
from graph_builder.server.request_address import get_client_key
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_task import Reply

_CHUNK_BYTES = 1 << 16


async def dispatch_task(
    scheduler: RequestScheduler, request: Request, send: Send, task: str, **values: Any
) -> None:
    """Run a task and send its reply, or cancel it if the client leaves; raises HTTPError."""
    watch = _DisconnectWatch(request.receive)
    try:
        async with scheduler.run_task(task, get_client_key(request.scope), **values) as reply:
            await _send_reply(reply, send)
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


async def _send_reply(reply: Reply, send: Send) -> None:
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
    for start in range(0, len(body) or 1, _CHUNK_BYTES):
        more = start + _CHUNK_BYTES < len(body)
        part = bytes(body[start : start + _CHUNK_BYTES])
        await send({"type": "http.response.body", "body": part, "more_body": more})
