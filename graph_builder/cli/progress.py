"""Progress display: the current step of a long task, on one line of the terminal."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from graph_builder.core.text import escape_controls, shorten

#: Seconds before the first display, and between updates.
DELAY_SECONDS, REFRESH_SECONDS = 2.0, 0.2
_WIDTH = 70


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that sets the current step, shown on the error stream after two seconds.

    The line is erased at the end. Nothing is shown with --quiet or if the stream is not a terminal.
    """
    if click.get_current_context().find_root().obj or not sys.stderr.isatty():
        yield lambda _: None
        return
    task, done = _CurrentTask(), threading.Event()
    display = threading.Thread(target=_show_task, args=(task, done), daemon=True)
    display.start()
    try:
        yield task.set_step
    finally:
        done.set()
        display.join()


class _CurrentTask:
    """The step that is running now."""

    step = ""

    def set_step(self, step: str) -> None:
        """Replace the step."""
        self.step = step


def _show_task(task: _CurrentTask, done: threading.Event) -> None:
    if done.wait(DELAY_SECONDS):
        return
    shown = ""
    while not done.is_set():
        if task.step != shown:
            shown = task.step
            _overwrite_line(shorten(escape_controls(shown), _WIDTH) + " …")
        done.wait(REFRESH_SECONDS)
    _overwrite_line("")


def _overwrite_line(text: str) -> None:
    """Overwrite the last line."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()
