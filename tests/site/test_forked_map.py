"""Forked processes: the same results in the same order as in one, and an end to all of them."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from graph_builder.site.forked_map import count_processors, map_in_processes
from tests.conftest import until

#: Begins processes whose results nobody reads, and prints their ids.
ABANDON = """
import os, sys
from graph_builder.site.forked_map import map_in_processes
results = map_in_processes(lambda n: (os.getpid(), "x" * 100_000), range(1_000), processes=3)
print(*{next(results)[0] for _ in range(30)} - {os.getpid()}, flush=True)
sys.stdin.read()
"""


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [0, 1, 2, 8, 9, 10, 17, 100])
def test_results_come_in_the_order_of_the_items(number: int) -> None:
    items = range(number)
    assert [*map_in_processes(str, items, processes=3)] == [*map(str, items)]


def test_the_items_are_computed_in_other_processes() -> None:
    made = {*map_in_processes(lambda _: os.getpid(), range(100), processes=3)}
    assert len(made) == 4
    assert os.getpid() in made


def test_an_exception_is_raised_after_the_results_before_it() -> None:
    results = map_in_processes(lambda n: 1 // (50 - n), range(100), processes=2)
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(results)
    assert len(seen) == 50


def test_what_a_killed_process_leaves_is_computed_here() -> None:
    here = os.getpid()

    def compute(item: int) -> int:
        if item == 50 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    assert [*map_in_processes(compute, range(100), processes=2)] == [*range(100)]


def test_processes_end_when_nobody_wants_more() -> None:
    with closing(map_in_processes(lambda _: os.getpid(), range(100_000), processes=3)) as results:
        made = {next(results) for _ in range(30)} - {os.getpid()}
    assert made
    assert not any(map(is_running, made))


def test_processes_end_when_the_one_that_began_them_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ABANDON], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as begun:
        assert begun.stdout
        made = [*map(int, begun.stdout.readline().split())]
        begun.kill()
    assert made
    assert until(lambda: not any(map(is_running, made)))


def test_there_is_a_processor() -> None:
    assert count_processors() >= 1
