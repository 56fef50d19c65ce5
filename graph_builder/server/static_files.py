"""Static files of the workbench: read before workers are forked, and sent as replies that are kept.

So each is compressed once for each graph that is served, not for each request.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from graph_builder.pictures.scripts import build_page_script
from graph_builder.server.dispatch import dispatch_task
from graph_builder.server.limits import HTTPError
from graph_builder.server.scheduler import RequestScheduler
from graph_builder.server.sparql_task import Reply
from graph_builder.store.graph import Graph

STATIC_FOLDER = Path(__file__).parent / "static"
#: The script of the workbench, which is joined from modules.
SCRIPT = "workbench.js"
#: By extension; what the system says may differ, and workers can open no files.
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "json": "application/json"}


def render_static_file(_: Graph, asked: Mapping[str, Any], __: int) -> Reply:
    """Return the file of a ``name``; raises HTTPError if there is none."""
    content = read_static_files().get(asked["name"])
    if content is None:
        raise HTTPError(404, "Nothing found at this address.")
    media = _MEDIA_TYPES.get(asked["name"].rpartition(".")[2], "text/plain")
    return Reply(200, f"{media}; charset=utf-8", content)


@cache
def read_static_files() -> Mapping[str, bytes]:
    """Return the content of all files by name."""
    found = {path.name: path.read_bytes() for path in STATIC_FOLDER.iterdir() if path.is_file()}
    return {**found, SCRIPT: build_page_script(f"server/templates/{SCRIPT}").encode()}


class StaticFileRoute:
    """The route of static files."""

    def __init__(self, scheduler: RequestScheduler) -> None:
        """Send tasks to a scheduler."""
        self._scheduler = scheduler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        name = request.path_params.get("name", SCRIPT)
        await dispatch_task(self._scheduler, request, send, "file", is_page=True, name=name)
