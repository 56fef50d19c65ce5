"""The ASGI application: routes, host check, errors, headers and log."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_builder.core.text import escape_controls, shorten
from graph_builder.server.content_negotiation import GRAPH_FORMATS, HTML, choose_media_type
from graph_builder.server.dispatch import dispatch_task, send_error
from graph_builder.server.limits import HTTPError
from graph_builder.server.linked_data import LinkedDataRoute
from graph_builder.server.query_cost import is_single_pattern_query
from graph_builder.server.request_address import AddressPolicy, get_request_url
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_protocol import RequestReader
from graph_builder.server.workbench_page import render_workbench

SPARQL_PATH = "/sparql"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_ALLOWED = ", ".join(_METHODS)
_HTML = HTML.partition(";")[0]
_MAX_LOGGED_PATH = 200


@dataclass(frozen=True)
class AccessPolicy:
    """Whom the server answers, and the log.

    ``cors`` allows pages of any origin; ``log`` is called with one line per request.
    """

    addresses: AddressPolicy
    cors: bool = False
    log: Callable[[str], None] = lambda _: None


def build_app(
    scheduler: RequestScheduler,
    requests: RequestReader,
    policy: AccessPolicy,
    routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """Return the ASGI application: the endpoint at ``/sparql``, further routes, linked data."""
    endpoint = _GuardMiddleware(SparqlEndpoint(scheduler, requests), policy)
    site = Starlette(
        routes=[
            *routes,
            Route("/{path:path}", LinkedDataRoute(scheduler), methods=("GET", "HEAD")),
        ],
        middleware=[Middleware(_GuardMiddleware, policy)],
    )

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        # Routing takes as long as reading a query, so the endpoint comes first.
        await (endpoint if scope.get("path") == SPARQL_PATH else site)(scope, receive, send)

    return route


class SparqlEndpoint:
    """The SPARQL endpoint."""

    def __init__(self, scheduler: RequestScheduler, requests: RequestReader) -> None:
        """Send tasks to a scheduler; read requests by a reader that bounds their bodies."""
        self._scheduler = scheduler
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method == "OPTIONS":
            await Response(status_code=204, headers={"Allow": _ALLOWED})(scope, receive, send)
            return
        if request.method not in _METHODS:
            raise HTTPError(405, f"The endpoint accepts {_ALLOWED}.", Allow=_ALLOWED)
        accept = ", ".join(request.headers.getlist("accept"))
        query = await self._requests.read(request)
        if query:
            rank = 0 if is_single_pattern_query(query["query"]) else 1
            await dispatch_task(
                self._scheduler, request, send, "sparql", rank=rank, accept=accept, **query
            )
        elif choose_media_type(accept, (*GRAPH_FORMATS, _HTML)) == _HTML:
            await render_workbench()(scope, receive, send)
        else:
            base = get_request_url(scope).geturl()
            await dispatch_task(
                self._scheduler, request, send, "description", accept=accept, base=base
            )


class _GuardMiddleware:
    """Middleware around every request: host check, errors, headers, log line."""

    def __init__(self, app: ASGIApp, policy: AccessPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        recorded = _RecordingSend(send, cors=self._policy.cors)
        started = time.monotonic()
        try:
            self._policy.addresses.resolve(scope)
            await self._app(scope, receive, recorded)
        except HTTPError as error:
            await send_error(error, scope, receive, recorded)
        except ClientDisconnect:
            pass
        self._policy.log(_format_log_line(scope, recorded, time.monotonic() - started))


class _RecordingSend:
    """Sends a response with the headers that each gets; records its status and size."""

    def __init__(self, send: Send, *, cors: bool) -> None:
        self._send = send
        self._cors = cors
        self.status = 0
        self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._headers()]
        self.size += len(message.get("body", b""))
        await self._send(message)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        headers = [(b"x-content-type-options", b"nosniff")]
        if self._cors:
            headers += [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-allow-methods", _ALLOWED.encode()),
                (b"access-control-allow-headers", b"accept, content-type"),
            ]
        return headers


def _format_log_line(scope: Scope, sent: _RecordingSend, seconds: float) -> str:
    """Return the log line of a request, without the query."""
    host = (scope.get("client") or ("-",))[0]
    status = sent.status or "gone"
    path = shorten(escape_controls(scope["path"]), _MAX_LOGGED_PATH)
    return f"{host} {scope['method']} {path} {status} {sent.size} {seconds * 1000:.0f}ms"
