"""Start and stop the server: socket, fork server, signals, shutdown."""

import asyncio
import math
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from graph_builder.core.errors import ReadError
from graph_builder.core.text import quote
from graph_builder.server.fork_server import ForkServer, GraphOpener
from graph_builder.server.limits import Limits
from graph_builder.server.linked_data import render_document
from graph_builder.server.service_description import describe_service
from graph_builder.server.sparql_task import Task, answer_sparql
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REQUIRED_PACKAGES = ("httptools", "starlette", "uvicorn")
_BACKLOG = 2048
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class ServerOptions:
    """Where the server listens and whom it serves; ``proxy``: behind a proxy on this machine."""

    host: str = LOOPBACK[0]
    port: int = 0
    cors: bool = False
    proxy: bool = False


def serve(
    opener: GraphOpener,
    service: ServerOptions,
    limits: Limits,
    *,
    tell: Callable[[str], None],
    each: bool = False,
) -> None:
    """Serve a graph until the process is told to stop.

    With ``each``, as for a store on disk, each worker opens the graph for itself; otherwise the
    fork server opens it once. Raises ReadError if that fails or the address is not available.
    """
    _check_requirements()
    opened = opener if each else lambda: _preload_annotations(opener())
    with (
        _open_listener(service) as listener,
        # Forked first, while this process is small and has one thread.
        closing(ForkServer(opened, _load_tasks, memory=limits.memory, each=each)) as fork_server,
    ):
        _run_server(fork_server, listener, service, limits, tell)


def _preload_annotations(graph: Graph) -> Graph:
    """Load what pictures need of a graph, so that workers share it; returns the graph."""
    from graph_builder.pictures.annotations import get_annotations

    get_annotations(graph)
    return graph


def _load_tasks() -> Mapping[str, Task]:
    """Return the tasks of workers by name, with everything loaded that they need."""
    from graph_builder.server import workbench_tasks
    from graph_builder.server.linked_data import warm_up_documents

    warm_up_documents()
    workbench_tasks.warm_up_tasks()
    ours = {"description": describe_service, "document": render_document, "sparql": answer_sparql}
    return {**ours, **workbench_tasks.TASKS}


def _check_requirements() -> None:
    if not hasattr(os, "fork"):
        raise ReadError("aigg serve needs a system that can fork processes, such as Linux or macOS")
    if missing := [name for name in _REQUIRED_PACKAGES if not find_spec(name)]:
        raise ReadError(
            f"aigg serve needs {', '.join(missing)}; pip install 'ai-governance-graph[serve]'"
        )


def _open_listener(service: ServerOptions) -> socket.socket:
    try:
        found = socket.getaddrinfo(service.host, service.port, type=socket.SOCK_STREAM)
        family, *_, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        said = reason.partition(" (")[0]
        raise ReadError(f"{quote(service.host)}, port {service.port}: {said}") from error


def _run_server(
    fork_server: ForkServer,
    listener: socket.socket,
    service: ServerOptions,
    limits: Limits,
    tell: Callable[[str], None],
) -> None:
    from graph_builder.server.app import AccessPolicy, build_app
    from graph_builder.server.http_connection import build_uvicorn_config
    from graph_builder.server.scheduler import RequestScheduler
    from graph_builder.server.sparql_protocol import RequestReader
    from graph_builder.server.workbench_page import build_routes

    open_to_all = service.proxy or service.host not in LOOPBACK
    policy = AccessPolicy(cors=service.cors, hosts=() if open_to_all else LOOPBACK, log=tell)
    scheduler = RequestScheduler(fork_server, limits)
    requests = RequestReader(limits.body)  # one, so that it counts all bodies being read
    app = build_app(scheduler, requests, policy, build_routes(scheduler, requests))
    server = _build_server(
        build_uvicorn_config(app, grace=math.ceil(limits.query_seconds), proxy=service.proxy)
    )
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host

    async def run() -> bool:
        loop = asyncio.get_running_loop()
        await scheduler.start()
        tell(f"{fork_server.quads:,} quads at http://{shown}:{port}/sparql; Ctrl-C ends it")
        loop.add_reader(fork_server, server.handle_exit, signal.SIGTERM, None)
        await server.serve([listener])
        loop.remove_reader(fork_server)
        has_exited = fork_server.has_exited
        await scheduler.close()
        return has_exited

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        if runner.run(run()):
            raise ReadError(
                "the process that holds the graph has ended, perhaps for lack of memory; start "
                "aigg serve again"
            )


def _build_server(config: "uvicorn.Config") -> "uvicorn.Server":
    import uvicorn

    class Server(uvicorn.Server):
        """A server that stops on a signal with exit code 0."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.handle_exit, number, None)
            yield

    return Server(config)
