"""Addresses for operators and robots: health, metrics, robots.txt, and what the data is (VoID)."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graph_builder.core.resources import VERSION
from graph_builder.server.dispatch import dispatch_task
from graph_builder.server.metrics import METRICS_TYPE, ServerMetrics
from graph_builder.server.request_address import get_base_url
from graph_builder.server.scheduler import RequestScheduler

#: Asked by whoever watches the server, under whatever name; it says nothing of the graph.
HEALTH_PATH = "/health"
#: What robots are to leave out: it costs time to make, and search engines have no use for it.
_NOT_FOR_ROBOTS = ("/sparql", "/workbench/", "/find", "/picture/")
_NO_STORE = {"Cache-Control": "no-store"}


def build_operation_routes(scheduler: RequestScheduler, metrics: ServerMetrics) -> list[BaseRoute]:
    """Return the routes for operators and robots."""

    async def send_health(_: Request) -> Response:
        state = scheduler.measure()
        healthy = state.workers > 0
        said = {"status": "ok" if healthy else "no workers", "version": VERSION}
        headers = _NO_STORE if healthy else {**_NO_STORE, "Retry-After": "1"}
        return JSONResponse({**said, "quads": state.quads}, 200 if healthy else 503, headers)

    async def send_metrics(_: Request) -> Response:
        return Response(metrics.format(), headers={**_NO_STORE, "Content-Type": METRICS_TYPE})

    return [
        Route(HEALTH_PATH, send_health, methods=["GET"]),
        Route("/metrics", send_metrics, methods=["GET"]),
        Route("/robots.txt", _send_robots, methods=["GET"]),
        Route("/.well-known/void", _redirect_to_description, methods=["GET"]),
        Route("/void", _DescriptionRoute(scheduler), methods=["GET", "HEAD"]),
    ]


async def _send_robots(request: Request) -> Response:
    prefix = urlsplit(get_base_url(request.scope)).path
    rules = (f"Disallow: {prefix}{path}" for path in _NOT_FOR_ROBOTS)
    return PlainTextResponse("\n".join(("User-agent: *", *rules, "")))


async def _redirect_to_description(request: Request) -> Response:
    """Redirect to the description, as the note on VoID says in section 7.2."""
    return RedirectResponse(f"{get_base_url(request.scope)}/void", 302)


class _DescriptionRoute:
    """The description of the data by VoID."""

    def __init__(self, scheduler: RequestScheduler) -> None:
        self._scheduler = scheduler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        accept = ", ".join(request.headers.getlist("accept"))
        base = get_base_url(scope)
        await dispatch_task(self._scheduler, request, send, "dataset", accept=accept, base=base)
