"""Telling what is worked at: only after a while, only at a terminal, and wiped out in the end."""

import io
import sys
import time

import click
import pytest

from graph_builder.cli import progress as module
from graph_builder.cli.progress import show_progress
from tests.conftest import until


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _work(*, quiet: bool = False, until_told: io.StringIO | None = None) -> None:
    with click.Context(click.Command("x"), obj=quiet), show_progress() as say:
        say("counting \x1b[31m")
        if until_told:
            assert until(until_told.getvalue)
        else:
            time.sleep(0.1)


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAY_SECONDS", 0.01)
    monkeypatch.setattr(module, "REFRESH_SECONDS", 0.01)


@pytest.mark.usefixtures("_soon")
def test_long_work_is_told_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    _work(until_told=terminal)
    assert "counting \\x1b[31m …" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize(("stream", "quiet"), [(_Terminal, True), (io.StringIO, False)])
def test_nothing_is_told_to_a_pipe_or_who_wants_quiet(
    stream: type[io.StringIO], *, quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", held := stream())
    _work(quiet=quiet)
    assert held.getvalue() == ""


def test_short_work_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DELAY_SECONDS", 60.0)
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    _work()
    assert terminal.getvalue() == ""


def _break(terminal: io.StringIO) -> None:
    with click.Context(click.Command("x")), show_progress() as say:
        say("breaking")
        assert until(terminal.getvalue)
        raise ValueError("broken")


@pytest.mark.usefixtures("_soon")
def test_an_error_ends_the_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    with pytest.raises(ValueError, match="broken"):
        _break(terminal)
    assert terminal.getvalue().endswith("\r\x1b[K")
