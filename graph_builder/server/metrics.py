"""Metrics for Prometheus: requests by route and outcome, connections, workers, the process."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.utils import floatToGoString

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
        # Plain numbers: to count each request in metrics of the library takes ten times as long.
        self._requests: Counter[tuple[str, str, str, str]] = Counter()
        self._bytes: Counter[str] = Counter()
        self._seconds: dict[str, float] = defaultdict(float)
        self._durations: Counter[tuple[str, int]] = Counter()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def count(self, record: RequestRecord) -> None:
        """Count a request; labels have few values, whatever clients send."""
        route = _choose_route(record)
        method = record.method if record.method in _METHODS else "other"
        self._requests[route, method, str(record.status), record.outcome] += 1
        self._bytes[route] += record.size
        self._seconds[route] += record.seconds
        self._durations[route, bisect_left(_BUCKETS, record.seconds)] += 1

    def _collect_requests(self) -> Iterator[Metric]:
        labels = ("route", "method", "status", "outcome")
        requests = CounterMetricFamily(
            "aigg_requests", "Requests by route, method, status and outcome.", labels=labels
        )
        for values, number in self._requests.items():
            requests.add_metric(values, number)
        sizes = CounterMetricFamily("aigg_response_bytes", "Bytes of responses.", labels=["route"])
        times = HistogramMetricFamily(
            "aigg_request_duration_seconds",
            "Time from a request's head to the end of the response.",
            labels=["route"],
        )
        bounds = [*map(floatToGoString, _BUCKETS), "+Inf"]
        for route, size in self._bytes.items():
            sizes.add_metric([route], size)
            numbers = accumulate(self._durations[route, at] for at in range(len(bounds)))
            buckets = list(zip(bounds, numbers, strict=True))
            times.add_metric([route], buckets, self._seconds[route])
        yield from (requests, sizes, times)

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of requests, connections and workers."""
        yield from self._collect_requests()
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
    return _ROUTES.get(record.path.removeprefix("/").split("/")[0], "page")
