"""Start and stop the server: socket, fork server, signals, shutdown."""

import asyncio
import gc
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph_builder.core.errors import ReadError
from graph_builder.core.text import quote
from graph_builder.server.dataset_description import describe_dataset
from graph_builder.server.fork_server import ForkServer, GraphOpener
from graph_builder.server.graph_reload import FileWatch, GraphReloader, StampFiles
from graph_builder.server.limits import MIB, Limits
from graph_builder.server.linked_data import render_document
from graph_builder.server.request_address import (
    LOOPBACK,
    AddressPolicy,
    format_authority,
)
from graph_builder.server.service_description import describe_service
from graph_builder.server.sparql_task import Task, answer_sparql
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import uvicorn

_REQUIRED_PACKAGES = ("httptools", "prometheus_client", "starlette", "uvicorn")
_BACKLOG = 2048
#: Words of a kind and a place, so that a search for them needs every index.
_SAMPLE_SEARCH = "Delhi summit"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: Files that the server needs beside its connections.
_OTHER_FILES = 256


@dataclass(frozen=True)
class ServerOptions:
    """Where the server listens and whom it serves.

    With ``watch`` the graph is reloaded when the files change that this function stamps.
    """

    host: str = LOOPBACK[0]
    port: int = 0
    cors: bool = False
    addresses: AddressPolicy = field(default_factory=AddressPolicy)
    watch: StampFiles | None = None

    @property
    def is_on_loopback(self) -> bool:
        """Return whether only this machine reaches the server directly."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host in LOOPBACK

    def choose_hosts(self) -> tuple[str, ...]:
        """Return the host names that the server answers to; none means all.

        Without names of its own these are the names of this machine, unless others reach it.
        """
        named = self.addresses.hosts
        if self.addresses.public_url:
            named += (urlsplit(self.addresses.public_url).hostname or "",)
        if named or (self.is_on_loopback and not self.addresses.proxies):
            own = (self.host,) if self.is_on_loopback else ()
            return (*dict.fromkeys((*named, *LOOPBACK, *own)),)
        return ()


def serve(
    opener: GraphOpener,
    service: ServerOptions,
    limits: Limits,
    *,
    tell: Callable[..., None],
) -> None:
    """Serve a graph until the process is told to stop, and reload it on SIGHUP.

    ``opener`` opens the graph in memory, at the start and again for each reload. Raises ReadError
    if that fails at the start, or the address is not available.
    """
    _check_requirements()
    watch = FileWatch(service.watch) if service.watch else None

    def fork() -> ForkServer:
        return ForkServer(lambda: preload_indexes(opener()), _load_tasks, memory=limits.memory)

    # Forked first, while this process is small and has one thread.
    with _open_listener(service) as listener, closing(fork()) as fork_server:
        fork_server.wait_until_open()
        _run_server(fork_server, fork, watch, listener, service, limits, tell)


def preload_indexes(graph: Graph) -> Graph:
    """Make what pictures and searches need of a graph, so that workers share it; returns it.

    A worker that makes it is slow, and replaced by another that has to make it again.
    """
    from graph_builder.pictures.annotations import get_annotations
    from graph_builder.pictures.subgraphs import get_full_network
    from graph_builder.query.entity_search import find

    get_annotations(graph)
    get_full_network(graph, inferred=True)
    find(graph, _SAMPLE_SEARCH)
    return graph


def _load_tasks() -> Mapping[str, Task]:
    """Return the tasks of workers by name, with everything loaded that they need."""
    from graph_builder.server import workbench_tasks
    from graph_builder.server.linked_data import warm_up_documents
    from graph_builder.server.static_files import read_static_files, render_static_file
    from graph_builder.server.workbench_page import render_workbench

    warm_up_documents()
    read_static_files()
    workbench_tasks.warm_up_tasks()
    render_workbench(Graph.wrap(()), {}, MIB)
    ours = {
        "dataset": describe_dataset,
        "description": describe_service,
        "document": render_document,
        "file": render_static_file,
        "sparql": answer_sparql,
        "workbench": render_workbench,
    }
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
        both = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(
            address[:2], family=family, backlog=_BACKLOG, dualstack_ipv6=both
        )
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        said = reason.partition(" (")[0]
        raise ReadError(f"{quote(service.host)}, port {service.port}: {said}") from error


def _run_server(
    fork_server: ForkServer,
    fork: Callable[[], ForkServer],
    watch: FileWatch | None,
    listener: socket.socket,
    service: ServerOptions,
    limits: Limits,
    tell: Callable[..., None],
) -> None:
    from graph_builder.server.app import AccessPolicy, build_app
    from graph_builder.server.connection_registry import ConnectionRegistry
    from graph_builder.server.http_connection import ConnectionPolicy, build_uvicorn_config
    from graph_builder.server.metrics import ServerMetrics
    from graph_builder.server.operation_routes import build_operation_routes
    from graph_builder.server.request_log import RequestLog, RequestRecord
    from graph_builder.server.scheduler import RequestScheduler
    from graph_builder.server.sparql_protocol import RequestReader
    from graph_builder.server.workbench_page import build_workbench_routes

    addresses = replace(service.addresses, hosts=service.choose_hosts())
    scheduler = RequestScheduler(fork_server, limits)
    registry = ConnectionRegistry(limits, addresses.is_proxy)
    metrics = ServerMetrics(scheduler, registry)
    log = RequestLog(tell)

    def record(request: RequestRecord) -> None:
        log.record(request)
        metrics.count(request)

    policy = AccessPolicy(addresses, cors=service.cors, record=record)
    requests = RequestReader(limits)  # one, so that it counts all bodies being read
    routes = (
        *build_workbench_routes(scheduler, requests),
        *build_operation_routes(scheduler, metrics),
    )
    app = build_app(scheduler, requests, policy, routes)
    connections = ConnectionPolicy(policy.headers, record, scheduler.responses, addresses)
    server = _build_server(build_uvicorn_config(app, registry, connections))
    _raise_file_limit(limits.connections + _OTHER_FILES)
    address = f"http://{format_authority(*listener.getsockname()[:2])}"

    gc.collect()
    gc.freeze()  # what is there now stays, so the collector need not look at it again

    def ended() -> None:
        server.handle_exit(signal.SIGTERM, None)

    async def run() -> bool:
        loop = asyncio.get_running_loop()
        await scheduler.start()
        tell(f"{fork_server.quads:,} quads at {address}/sparql; Ctrl-C ends it")
        for note in _describe_reach(service, addresses):
            tell(note)
        reloader = GraphReloader(scheduler, fork_server, fork, tell, ended)
        reloading = loop.create_task(reloader.run(watch))
        await server.serve([listener])
        reloading.cancel()
        reloader.close()
        has_exited = reloader.fork_server.has_exited
        await scheduler.close()
        log.flush()
        return has_exited

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        if runner.run(run()):
            raise ReadError(
                "the process that holds the graph has ended, perhaps for lack of memory; start "
                "aigg serve again"
            )


def _raise_file_limit(wanted: int) -> None:
    """Let this process open as many files as its connections need, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _describe_reach(service: ServerOptions, addresses: AddressPolicy) -> Iterator[str]:
    """Yield notes on who reaches the server, where that is more than this machine."""
    if addresses.public_url:
        yield f"note: published as {addresses.public_url}/sparql"
    if not service.is_on_loopback:
        yield (
            f"warning: whoever can reach {service.host} can use this server, without a login and "
            "unencrypted; --host 127.0.0.1 and a proxy in front keep it in"
        )
    if not addresses.hosts:
        yield (
            "warning: the server answers to every host name, so pages of other sites may read it "
            "through a browser; --allowed-host NAME restricts that"
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
