"""Size thresholds at which measures switch from NetworkX to SciPy and NetworKit.

Both give the same figures. Up to these sizes NetworkX takes seconds. Without the libraries of the
extra ``analysis`` it is used up to ten times the size, and beyond that an error names what is
missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Literal

from graph_builder.core.errors import LibraryError, MeasureError

#: Shortest paths between all nodes, iterations over all edges, one walk over all edges.
Workload = Literal["paths", "iterations", "walks"]
#: From this many nodes on, SciPy and NetworKit do the work.
MIN_NODES_LARGE_BACKEND: dict[Workload, int] = {"paths": 700, "iterations": 5_000, "walks": 100_000}
#: NetworkX works up to this multiple of the size where they are not installed.
FALLBACK_FACTOR = 10
#: From this many nodes on, NetworKit takes hours as well.
MIN_NODES_REFUSED: dict[Workload, int] = {"paths": 50_000}
LARGE_BACKEND_LIBRARIES = ("networkit", "scipy")


def is_large_workload(task: Workload, nodes: int) -> bool:
    """Return whether a workload on this many nodes needs SciPy and NetworKit.

    Raises LibraryError where they are missing and NetworkX would take too long, and MeasureError
    where it takes too long in any case.
    """
    if nodes < MIN_NODES_LARGE_BACKEND[task]:
        return False
    if nodes >= MIN_NODES_REFUSED.get(task, nodes + 1):
        raise MeasureError(
            f"not computed: all shortest paths of {nodes:,} nodes take hours; narrow the network"
        )
    if is_large_backend_installed():
        return True
    if nodes < MIN_NODES_LARGE_BACKEND[task] * FALLBACK_FACTOR:
        return False
    raise LibraryError(
        f"{nodes:,} nodes need {' and '.join(LARGE_BACKEND_LIBRARIES)}; "
        "pip install 'ai-governance-graph[analysis]'"
    )


def is_large_backend_installed() -> bool:
    """Return whether SciPy and NetworKit are installed."""
    return all(find_spec(name) for name in LARGE_BACKEND_LIBRARIES)


@contextmanager
def limit_to_one_thread() -> Iterator[None]:
    """Limit NetworKit to one thread: with more, the order of its sums is random."""
    import networkit

    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit.setNumberOfThreads(threads)
