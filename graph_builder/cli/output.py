"""Output of commands: text to standard output or a file, status messages to standard error."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from graph_builder.core.errors import ReadError
from graph_builder.core.option_values import SPREADSHEET_FORMAT
from graph_builder.core.spreadsheet_csv import protect_cells
from graph_builder.core.text import format_message


def write_output(text: str | Iterable[bytes], output: str) -> None:
    """Write text as UTF-8 to the standard output, or to a file as ``write_file`` does.

    Text may come encoded and in blocks.
    """
    data = [text.encode()] if isinstance(text, str) else text
    if output == "-":
        for block in data:
            click.echo(block, nl=False)
        return
    from graph_builder.core.durable_files import write_file

    with delay_interrupt():
        write_file(Path(output), data, tell=print_status)


def write_formatted(render: Callable[[str], str], extension: str, output: str) -> None:
    """Write what a function returns in a format, as ``write_output`` does."""
    if extension == SPREADSHEET_FORMAT:
        write_output(protect_cells(render("csv")), output)
    else:
        write_output(render(extension), output)


def write_new_file(text: str, target: Path) -> None:
    """Write text to a new file, and create its folder if needed; raises ReadError if it exists."""
    if os.path.lexists(target):
        raise ReadError(f"{target}: already exists; not overwritten")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadError(f"{target.parent}: {error.strerror or error}") from error
    write_output(text, str(target))


@contextmanager
def delay_interrupt() -> Iterator[None]:
    """Handle Ctrl-C in a block as an exception, so that temporary files are removed first."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def print_status(*messages: str) -> None:
    """Print status messages on the error stream, each on its line, except with --quiet."""
    if not click.get_current_context().find_root().obj:
        click.echo("\n".join(map(format_message, messages)), err=True)
