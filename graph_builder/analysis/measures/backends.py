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
Task = Literal["paths", "iterations", "walks"]
#: From so many nodes on a task is done by the second tier.
PLEASANT: dict[Task, int] = {"paths": 700, "iterations": 5_000, "walks": 100_000}
#: How many times that size NetworkX does a task where the second tier is not installed.
PATIENCE = 10
#: From so many nodes on the second tier takes hours as well.
TOO_MANY: dict[Task, int] = {"paths": 50_000}
LIBRARIES = ("networkit", "scipy")


def is_large(task: Task, nodes: int) -> bool:
    """Return whether a task on so many nodes is one for the second tier.

    Raises LibraryError where it is and would take too long without, and MeasureError where it
    takes too long in any way.
    """
    if nodes < PLEASANT[task]:
        return False
    if nodes >= TOO_MANY.get(task, nodes + 1):
        raise MeasureError(
            f"not computed: all shortest paths of {nodes:,} nodes take hours; narrow the network"
        )
    if installed():
        return True
    if nodes < PLEASANT[task] * PATIENCE:
        return False
    raise LibraryError(
        f"{nodes:,} nodes take {' and '.join(LIBRARIES)}; "
        "pip install 'ai-governance-graph[analysis]'"
    )


def installed() -> bool:
    """Return whether the libraries of the second tier are at hand."""
    return all(find_spec(name) for name in LIBRARIES)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep NetworKit to one thread: with more, the order of its sums is left to chance."""
    import networkit

    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit.setNumberOfThreads(threads)
