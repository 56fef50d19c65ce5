"""Metrics for Prometheus: requests by route and outcome, connections, workers, the process."""

from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from graph_builder.core.resources import VERSION
from graph_builder.server.connection_registry import ConnectionRegistry
from graph_builder.server.request_log import RequestRecord
from graph_builder.server.scheduler import RequestScheduler

#: What the text format of Prometheus is sent as.
METRICS_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30)
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
#: Routes by the first part of a path; all others are pages.
_ROUTES = {
    **dict.fromkeys(("health", "metrics", "robots.txt", ".well-known", "void"), "operation"),
    "sparql": "sparql",
    "workbench": "workbench",
}


class ServerMetrics:
    """Counts requests, and asks connections and workers for their numbers when it is read."""

    def __init__(self, scheduler: RequestScheduler, connections: ConnectionRegistry) -> None:
        """Start from zero."""
        self._scheduler = scheduler
        self._connections = connections
        self._registry = CollectorRegistry()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "aigg_requests",
            "Requests by route, method, status and outcome.",
            ("route", "method", "status", "outcome"),
            registry=self._registry,
        )
        self._bytes = Counter(
            "aigg_response_bytes", "Bytes of responses.", ("route",), registry=self._registry
        )
        self._seconds = Histogram(
            "aigg_request_duration_seconds",
            "Time from a request's head to the end of the response.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def count(self, record: RequestRecord) -> None:
        """Count a request; labels have few values, whatever clients send."""
        route = _choose_route(record)
        method = record.method if record.method in _METHODS else "other"
        self._requests.labels(route, method, str(record.status), record.outcome).inc()
        self._bytes.labels(route).inc(record.size)
        self._seconds.labels(route).observe(record.seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of connections and workers."""
        state = self._scheduler.measure()
        yield InfoMetricFamily("aigg_build", "The version of aigg.", {"version": VERSION})
        yield GaugeMetricFamily("aigg_quads", "Quads of the graph.", state.quads)
        yield GaugeMetricFamily("aigg_workers", "Processes that answer.", state.workers)
        yield GaugeMetricFamily(
            "aigg_requests_in_progress", "Requests that run or wait.", state.requests
        )
        opened = len(self._connections.open_)
        yield GaugeMetricFamily("aigg_connections", "Open connections.", opened)
        ended = CounterMetricFamily(
            "aigg_connections_ended",
            "Connections refused, or closed for others.",
            labels=["reason"],
        )
        for reason in ("displaced", "refused"):
            ended.add_metric([reason], self._connections.ended[reason])
        yield ended

    def format(self) -> bytes:
        """Return all numbers in the text format of Prometheus."""
        return generate_latest(self._registry)


def _choose_route(record: RequestRecord) -> str:
    if not record.path:
        return "none"
    return _ROUTES.get(record.path.split("/")[1], "page")
