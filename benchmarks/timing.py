"""Two ways of doing one thing, timed side by side."""

import gc
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from results import Row

Call = Callable[[], object]
Clock = Callable[[], float]
#: Seconds after which a comparison begins no further run.
PATIENCE = 20
#: Seconds that a time takes at least, by calls that are repeated.
LEAST = 0.005


def read_processor_time() -> float:
    """Return the processor seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@dataclass(frozen=True)
class Comparison:
    """What is compared: pairs of calls, ours first, and what is to be said of it.

    Several pairs count as one by the geometric mean of their times. ``reason`` says why the other
    takes less time, where it does; ``target`` is the ratio that is not to be passed, and ``miss``
    why it is, where ours takes less time all the same.
    """

    name: str
    peer: str
    pairs: Sequence[tuple[Call, Call]]
    reason: str
    target: float | None = None
    clock: Clock = read_processor_time
    miss: str = ""


def measure(comparison: Comparison, runs: int) -> Row:
    """Time both sides in turn, ours, theirs, ours, theirs, after one run that does not count.

    That run finds how often a short call has to be made for one time; a time is that of one call.
    Once PATIENCE seconds are spent, the run at hand is the last; one that counts there always is.
    """
    # what is there before is no garbage that a call would have to look through
    gc.collect()
    gc.freeze()
    ours, theirs, start = [], [], time.perf_counter()
    clock = comparison.clock
    repeats = [
        [max(1, int(LEAST / _time(call, clock, 1))) for call in pair] for pair in comparison.pairs
    ]
    for run in range(runs):
        if run and time.perf_counter() - start > PATIENCE:
            break
        times = [
            [_time(call, clock, many) for call, many in zip(pair, often, strict=True)]
            for pair, often in zip(comparison.pairs, repeats, strict=True)
        ]
        ours.append(statistics.geometric_mean(our for our, _ in times))
        theirs.append(statistics.geometric_mean(their for _, their in times))
    gc.unfreeze()
    return Row(
        name=comparison.name,
        peer=comparison.peer,
        ours=ours,
        theirs=theirs,
        target=comparison.target,
        reason=comparison.reason,
        miss=comparison.miss,
    )


def _time(call: Call, clock: Clock, repeats: int) -> float:
    begun = clock()
    for _ in range(repeats):
        call()
    # a clock that has not moved on would make a ratio infinite
    return max(clock() - begun, 1e-6) / repeats
