"""The workbench: the page that people get at the endpoint, and what it asks for under /workbench.

With yasgui (https://github.com/zazuko/Yasgui) among the static files the page has its editor, which
completes words and shows mistakes; without it a plain text area stands there.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graph_builder.core.content_security import format_hash_source
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.pictures.palette import build_stylesheet
from graph_builder.query.named_questions import Parameter
from graph_builder.query.parameters import ParameterKind
from graph_builder.server import workbench_tasks
from graph_builder.server.content_negotiation import HTML
from graph_builder.server.dispatch import dispatch_task
from graph_builder.server.query_cost import is_single_pattern_query
from graph_builder.server.request_address import get_request_url
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_protocol import RequestReader, parse_form
from graph_builder.server.sparql_task import Reply, build_text_reply
from graph_builder.server.static_files import STATIC_FOLDER, StaticFileRoute
from graph_builder.server.workbench_tasks import SANDBOX, load_questions
from graph_builder.store.graph import Graph

_UNNUMBERED = 10**9
EDITOR_FILES = ("yasgui.min.js", "yasgui.min.css")


def build_workbench_routes(scheduler: RequestScheduler, requests: RequestReader) -> list[BaseRoute]:
    """Return the routes of the workbench, beside the endpoint itself."""
    asking = [
        Route(f"/workbench/{task}", _QueryRoute(scheduler, requests, task), methods=["POST"])
        for task in ("answer", "kept", "picture")
    ]
    return [
        *asking,
        Route("/workbench/words", _DataRoute(scheduler, "words"), methods=["GET"]),
        Route("/workbench/questions/{name}", _DataRoute(scheduler, "filled"), methods=["GET"]),
        Route("/workbench/workbench.js", StaticFileRoute(scheduler), methods=["GET"]),
        Route("/workbench/static/{name}", StaticFileRoute(scheduler), methods=["GET"]),
    ]


class _QueryRoute:
    """A task on a query, posted as in the SPARQL protocol."""

    def __init__(self, scheduler: RequestScheduler, requests: RequestReader, task: str) -> None:
        self._scheduler = scheduler
        self._requests = requests
        self._task = task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        query = await self._requests.read(request) or {}
        rank = 0 if is_single_pattern_query(query["query"]) else 1
        day = datetime.now(UTC).date().isoformat()
        await dispatch_task(self._scheduler, request, send, self._task, rank=rank, day=day, **query)


class _DataRoute:
    """A task on the graph, with the parameters of the URL."""

    def __init__(self, scheduler: RequestScheduler, task: str) -> None:
        self._scheduler = scheduler
        self._task = task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        values = dict(parse_form(get_request_url(scope).query))
        parameters: dict[str, Any] = {"name": request.path_params.get("name"), "values": values}
        await dispatch_task(self._scheduler, request, send, self._task, **parameters)


def render_workbench(_: Graph, __: Mapping[str, Any], most: int) -> Reply:
    """Return the page, with a policy that allows nothing from elsewhere; raises HTTPError."""
    reply = build_text_reply(HTML, _render_html(), most)
    return replace(reply, headers={"Vary": "Accept", **_build_security_headers()})


@cache
def _render_html() -> str:
    return workbench_tasks.render_template(
        "workbench.html",
        has_editor=all((STATIC_FOLDER / name).is_file() for name in EDITOR_FILES),
        list_of=_get_completion_kind,
        questions=sorted(
            load_questions().values(), key=lambda each: (each.number or _UNNUMBERED, each.name)
        ),
        sandbox=SANDBOX,
        style=build_stylesheet(),
    )


@cache
def _build_security_headers() -> Mapping[str, str]:
    # The editor positions its cursor and lists by style attributes, which load nothing.
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' {format_hash_source(build_stylesheet())}",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    policy = "; ".join(f"{name} {value}" for name, value in rules.items())
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


def _get_completion_kind(parameter: Parameter) -> str:
    """Return the prefix of the entities that a parameter takes, "" for literals."""
    kind = parameter.kind.of_one
    return kind if kind in PREFIXES or kind is ParameterKind.THING else ""
