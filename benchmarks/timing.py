"""Two ways of doing one thing, timed side by side."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Call = Callable[[], object]
#: Seconds after which a comparison begins no further run.
PATIENCE = 20


@dataclass(frozen=True)
class Comparison:
    """What is compared: pairs of calls, ours first, and the ratio that is not to be passed.

    Several pairs count as one by the geometric mean of their times.
    """

    name: str
    pairs: Sequence[tuple[Call, Call | None]]
    target: float | None = None


@dataclass
class Times:
    """The seconds of each run of a comparison."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Return ours divided by theirs, run by run."""
        return [one / other for one, other in zip(self.ours, self.theirs, strict=False)]


def seconds(call: Call) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measure(comparison: Comparison, runs: int) -> Times:
    """Time both sides in turn, ours, theirs, ours, theirs, after one run that does not count.

    Once PATIENCE seconds are spent, the run at hand is the last; one that counts there always is.
    """
    times, start = Times(), time.perf_counter()
    for run in range(runs + 1):
        if run > 1 and time.perf_counter() - start > PATIENCE:
            break
        ours, theirs = [], []
        for our, their in comparison.pairs:
            ours.append(seconds(our))
            if their is not None:
                theirs.append(seconds(their))
        times.ours.append(statistics.geometric_mean(ours))
        if theirs:
            times.theirs.append(statistics.geometric_mean(theirs))
    return Times(times.ours[1:], times.theirs[1:])
