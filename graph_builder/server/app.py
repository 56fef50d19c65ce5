"""The ASGI application: routes, host check, errors, headers and log."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph_builder.server.content_negotiation import (
    GRAPH_FORMATS,
    HTML,
    RESULT_FORMATS,
    choose_media_type,
)
from graph_builder.server.cross_origin import list_answer_headers, list_preflight_headers
from graph_builder.server.dispatch import dispatch_task, send_error
from graph_builder.server.limits import HTTPError
from graph_builder.server.linked_data import LinkedDataRoute
from graph_builder.server.operation_routes import HEALTH_PATH
from graph_builder.server.query_cost import is_single_pattern_query
from graph_builder.server.request_address import AddressPolicy, get_client, get_request_url
from graph_builder.server.request_log import SENT_RESPONSE, RequestRecord
from graph_builder.server.response_cache import (
    HEAD_KEY,
    REPEATABLE,
    CachedResponse,
    ResponseCache,
    format_head,
)
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_protocol import RequestReader

SPARQL_PATH = "/sparql"
_READING = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_READING, "POST")
_HTML = HTML.partition(";")[0]


@dataclass(frozen=True)
class AccessPolicy:
    """Whom the server answers, and who is told of it.

    ``cors`` allows pages of any origin; ``record`` is called once per request.
    """

    addresses: AddressPolicy
    cors: bool = False
    record: Callable[[RequestRecord], None] = lambda _: None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers that every answer gets."""
        safe = [(b"x-content-type-options", b"nosniff")]
        return [*safe, *list_answer_headers()] if self.cors else safe


def build_app(
    scheduler: RequestScheduler,
    requests: RequestReader,
    policy: AccessPolicy,
    routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """Return the ASGI application: the endpoint at ``/sparql``, further routes, linked data."""
    pages = Route("/{path:path}", LinkedDataRoute(scheduler), methods=("GET", "HEAD"))
    every = [*routes, pages]
    site = Starlette(
        routes=every,
        middleware=[
            Middleware(GuardMiddleware, policy, scheduler.responses, partial(_list_methods, every))
        ],
        exception_handlers={405: _refuse_method},
    )
    endpoint = GuardMiddleware(
        SparqlEndpoint(scheduler, requests), policy, scheduler.responses, lambda _: _METHODS
    )

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        # Routing takes as long as reading a query, so the endpoint comes first.
        at_endpoint = scope.get("path", "").removesuffix("/") == SPARQL_PATH
        await (endpoint if at_endpoint else site)(scope, receive, send)

    return route


def _list_methods(routes: Iterable[BaseRoute], scope: Scope) -> Sequence[str]:
    """Return the methods of the first route that a path has."""
    found = (each for each in routes if each.matches(scope)[0] != Match.NONE)
    methods = getattr(next(found, None), "methods", None)  # none has *, which is the whole server
    return sorted({*(methods or _READING), "OPTIONS"})


async def _refuse_method(_: Request, error: Exception) -> Response:
    given = (getattr(error, "headers", None) or {}).get("Allow", "")
    allowed = ", ".join(sorted({*filter(None, given.split(", ")), "OPTIONS"}))
    sentence = f"This address accepts {allowed}.\n"
    return PlainTextResponse(sentence, status_code=405, headers={"Allow": allowed})


class SparqlEndpoint:
    """The SPARQL endpoint."""

    def __init__(self, scheduler: RequestScheduler, requests: RequestReader) -> None:
        """Send tasks to a scheduler; read requests by a reader that bounds their bodies."""
        self._scheduler = scheduler
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        given, scope["path"] = scope["path"], SPARQL_PATH
        request = Request(scope, receive)
        if request.method not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise HTTPError(405, f"The endpoint accepts {allowed}.", Allow=allowed)
        accept = ", ".join(request.headers.getlist("accept"))
        query = await self._requests.read(request)
        if is_for_reader(request, accept, query):
            await self._send_workbench(request, given, send)
        elif query:
            rank = 0 if is_single_pattern_query(query["query"]) else 1
            await dispatch_task(
                self._scheduler, request, send, "sparql", rank=rank, accept=accept, **query
            )
        else:
            base = get_request_url(scope).geturl()
            await dispatch_task(
                self._scheduler, request, send, "description", accept=accept, base=base
            )

    async def _send_workbench(self, request: Request, given: str, send: Send) -> None:
        if given == SPARQL_PATH:
            await dispatch_task(self._scheduler, request, send, "workbench")
        else:  # the page names what it needs by relative addresses
            redirect = RedirectResponse(get_request_url(request.scope).geturl(), 308)
            await redirect(request.scope, request.receive, send)


def is_for_reader(request: Request, accept: str, query: Mapping[str, Any] | None) -> bool:
    """Return whether a person reads the answer, who gets the workbench with the query.

    A browser says that it prefers a page; what is posted, or asked of graphs named in the address,
    is answered as it is.
    """
    if request.method == "POST" or (query and [*request.query_params] != ["query"]):
        return False
    formats = (*RESULT_FORMATS, *GRAPH_FORMATS) if query else GRAPH_FORMATS
    with suppress(HTTPError):
        return choose_media_type(accept, (*formats, _HTML)) == _HTML
    return False


class GuardMiddleware:
    """Middleware around every request: host check, OPTIONS, errors, headers, log line.

    A response that the same request gets again is kept.
    """

    def __init__(
        self,
        app: ASGIApp,
        policy: AccessPolicy,
        responses: ResponseCache,
        list_methods: Callable[[Scope], Sequence[str]],
    ) -> None:
        """Guard an application; ``list_methods`` says which methods an address accepts."""
        self._app = app
        self._policy = policy
        self._responses = responses
        self._list_methods = list_methods
        self._headers = policy.headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        recorded = _RecordingSend(send, self._headers)
        started = time.monotonic()
        try:
            self._policy.addresses.resolve(scope, any_host=scope["path"] == HEALTH_PATH)
            await self._answer(scope, receive, recorded)
        except HTTPError as error:
            await send_error(error, scope, receive, recorded)
        except ClientDisconnect:
            pass
        finally:
            record = RequestRecord(
                get_client(scope),
                scope["method"],
                scope["path"],
                recorded.status,
                recorded.size if scope["method"] != "HEAD" else 0,
                time.monotonic() - started,
                recorded.is_complete,
            )
            scope[SENT_RESPONSE] = record
            self._policy.record(record)
            self._keep(scope, recorded)

    def _keep(self, scope: Scope, sent: "_RecordingSend") -> None:
        if REPEATABLE in scope and HEAD_KEY in scope and sent.is_whole:
            head = format_head(sent.status, sent.headers)
            body = sent.body if scope["method"] != "HEAD" else b""
            response = CachedResponse(sent.status, head, body, scope["method"], scope["path"])
            self._responses.keep(scope[HEAD_KEY], scope[REPEATABLE], response)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "OPTIONS":
            await self._app(scope, receive, send)
            return
        methods = self._list_methods(scope)
        response = Response(status_code=204, headers={"Allow": ", ".join(methods)})
        if self._policy.cors:
            response.raw_headers += list_preflight_headers(scope, methods)
        await response(scope, receive, send)


class _RecordingSend:
    """Sends a response with the headers that each gets; records its status, headers and size.

    Of a body in one part, ``is_whole`` says that it was sent, and ``body`` is it.
    """

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.size = 0
        self.is_complete = False

    @property
    def is_whole(self) -> bool:
        return self.is_complete and len(self.body) == self.size

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [*message.get("headers", ()), *self._headers]
            message["headers"] = self.headers
        await self._send(message)
        if message["type"] == "http.response.body":
            self.body = self.body or message.get("body", b"")
            self.size += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
