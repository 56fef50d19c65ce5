"""From which size on a task leaves NetworkX for SciPy and NetworKit, which give the same figures.

The sizes are those up to which NetworkX is pleasant: some seconds at most. Without the libraries of
the extra ``analysis`` it goes on ten times as far, slow but right, and then says what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Literal

from graph_builder.core.errors import LibraryError, MeasureError

#: Shortest paths between all nodes, iterations over all edges, one walk over all edges.
Workload = Literal["paths", "iterations", "walks"]
#: From so many nodes on a task is done by the second tier.
MIN_NODES_LARGE_BACKEND: dict[Workload, int] = {"paths": 700, "iterations": 5_000, "walks": 100_000}
#: How many times that size NetworkX does a task where the second tier is not installed.
FALLBACK_FACTOR = 10
#: From so many nodes on the second tier takes hours as well.
MIN_NODES_REFUSED: dict[Workload, int] = {"paths": 50_000}
LARGE_BACKEND_LIBRARIES = ("networkit", "scipy")


def is_large_workload(task: Workload, nodes: int) -> bool:
    """Return whether a task on so many nodes is one for the second tier.

    Raises LibraryError where it is and would take too long without, and MeasureError where it
    takes too long in any way.
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
        f"{nodes:,} nodes take {' and '.join(LARGE_BACKEND_LIBRARIES)}; "
        "pip install 'ai-governance-graph[analysis]'"
    )


def is_large_backend_installed() -> bool:
    """Return whether the libraries of the second tier are at hand."""
    return all(find_spec(name) for name in LARGE_BACKEND_LIBRARIES)


@contextmanager
def limit_to_one_thread() -> Iterator[None]:
    """Keep NetworKit to one thread: with more, the order of its sums is left to chance."""
    import networkit

    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit.setNumberOfThreads(threads)
