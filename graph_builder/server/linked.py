"""The route of linked data, by which everything but the endpoint is reached."""

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from graph_builder.server.pool import Pool
from graph_builder.server.responding import respond


class Documents:
    """The route of everything that is not the endpoint."""

    def __init__(self, pool: Pool) -> None:
        """Stand on a pool."""
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        words = {
            "accept": ", ".join(request.headers.getlist("accept")),
            "asked": request.query_params.get("q", ""),
            "path": scope["path_params"]["path"],
            "up": "../" * (scope["raw_path"].count(b"/") - 1),
        }
        await respond(self._pool, request, send, "document", **words)
