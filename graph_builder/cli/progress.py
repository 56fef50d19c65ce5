"""Telling somebody at a terminal what is being worked at, once it takes a while."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from graph_builder.core.text import escape_controls, shorten

#: Seconds that pass before anything is said, and between one change and the next.
DELAY_SECONDS, REFRESH_SECONDS = 2.0, 0.2
_WIDTH = 70


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Give a function that takes what is being worked at, to show it on the error stream.

    It is shown in one line that is wiped out in the end, after two seconds, and only at a terminal
    whose user does not want quiet.
    """
    if click.get_current_context().find_root().obj or not sys.stderr.isatty():
        yield lambda _: None
        return
    line, done = _CurrentTask(), threading.Event()
    shower = threading.Thread(target=_show_task, args=(line, done), daemon=True)
    shower.start()
    try:
        yield line.say
    finally:
        done.set()
        shower.join()


class _CurrentTask:
    """What is being worked at now."""

    text = ""

    def say(self, text: str) -> None:
        """Keep a text until the next one."""
        self.text = text


def _show_task(line: _CurrentTask, done: threading.Event) -> None:
    if done.wait(DELAY_SECONDS):
        return
    shown = ""
    while not done.is_set():
        if line.text != shown:
            shown = line.text
            _overwrite_line(shorten(escape_controls(shown), _WIDTH) + " …")
        done.wait(REFRESH_SECONDS)
    _overwrite_line("")


def _overwrite_line(text: str) -> None:
    """Write a line over the last one."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()
