"""The standard output: all of it is written, or one sentence and exit code 2 say that it is not."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from graph_builder.store.loading import open_graph
from tests.conftest import until

MAIN = "from graph_builder.__main__ import main; main()"
CUT = "the output was not written completely: standard output: "
#: No file may grow beyond so many bytes, nor be left half as compiled code.
LIMIT = (
    "import resource, sys; sys.dont_write_bytecode = True; "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
)
LINES = 30_000
#: A command that prints more than a pipe holds, and imports nothing slow.
LONG = f"""
import click
from graph_builder import cli
@cli.aigg.command()
def long():
    for n in range({LINES}):
        print(f"{{n:9}}")
cli.main()
"""


@pytest.fixture(autouse=True)
def _warm() -> None:
    """Compile the shipped graph into the cache."""
    open_graph()


def _start(
    code: str, *words: str, stdout: int | None = None, unbuffered: str = ""
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )


def _end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and what is said on the error stream."""
    errors = process.communicate()[1]
    return process.returncode, errors


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
@pytest.mark.parametrize(
    "words", [("--help",), ("query", "--help"), ("queries",), ("query", "sectors"), ("sources",)]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_sentence(words: tuple[str, ...], unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = _end(_start(MAIN, *words, stdout=full.fileno(), unbuffered=unbuffered))
    assert ended == (2, f"{CUT}No space left on device\n")


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_one_sentence(tmp_path: Path) -> None:
    with (tmp_path / "x.ttl").open("wb") as file:
        ended = _end(_start(f"{LIMIT}; {MAIN}", "export", stdout=file.fileno()))
    assert ended == (2, f"{CUT}File too large\n")


@pytest.mark.slow
def test_a_temporary_file_without_room_is_one_sentence(tmp_path: Path) -> None:
    small = "from graph_builder.store import graph_export; graph_export._MAX_IN_MEMORY = 1"
    code, message = _end(
        _start(f"{LIMIT}; {small}; {MAIN}", "export", "-o", str(tmp_path / "x.ttl"))
    )
    advice = "set TMPDIR to a folder with more room"
    assert (code, message) == (2, f"{tempfile.gettempdir()}: File too large; {advice}\n")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--version",), ("find", "France"), ("export", "-F", "nt")])
def test_a_closed_output_is_one_sentence(words: tuple[str, ...]) -> None:
    assert _end(_start(_close(1), *words)) == (2, f"{CUT}closed\n")


def _close(*descriptors: int) -> str:
    """Return code that starts the command line without some of its standard streams."""
    return f"""
import os, sys
for descriptor in {descriptors}:
    os.close(descriptor)
os.execv(sys.executable, [sys.executable, "-c", {MAIN!r}, *sys.argv[1:]])
"""


def test_a_command_that_prints_nothing_needs_no_output(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    code, errors = _end(_start(_close(0, 1), "query", "sectors", "-o", str(target)))
    assert (code, CUT in errors) == (0, False)
    assert target.read_text(encoding="utf-8").startswith("sector,")


@pytest.mark.parametrize("descriptors", [(2,), (0, 1, 2)])
def test_a_closed_error_stream_keeps_the_exit_code(descriptors: tuple[int, ...]) -> None:
    assert _end(_start(_close(*descriptors), "query", "nonsense")) == (2, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_slow_reader_gets_everything_from_an_output_that_does_not_block(unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = _start(LONG, "long", stdout=writer, unbuffered=unbuffered)
    os.close(writer)
    assert until(lambda: _is_full(reader))
    with os.fdopen(reader, encoding="utf-8") as file:
        assert list(map(int, file)) == list(range(LINES))
    assert _end(process) == (0, "")


def _is_full(reader: int) -> bool:
    """Return whether a pipe holds so much that the next line does not fit."""
    import fcntl
    import struct
    import termios

    held: int = struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, b"\0" * 4))[0]
    return held > 60_000  # of 65,536


def test_a_reader_that_goes_away_ends_a_command_as_it_ends_others() -> None:
    with _start(LONG, "long", stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "        0\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == -signal.SIGPIPE


@pytest.mark.parametrize("words", [("query", "--text", "x", "y\udcff"), ("--\udcff",)])
def test_names_that_are_no_text_do_not_break_a_message(words: tuple[str, ...]) -> None:
    code, errors = _end(_start(MAIN, *words))
    assert (code, "Traceback" in errors) == (2, False)
