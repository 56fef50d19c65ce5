"""Options that commands share, and the one way in which they write."""

import os
import signal
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from graph_builder.core.choices import SHIPPED_GRAPH, VERIFICATION_LEVELS
from graph_builder.core.errors import ReadError
from graph_builder.core.text import escape_controls, quote

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

F = TypeVar("F", bound=Callable[..., object])

PATH = click.Path(path_type=Path)
output_option = click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help="File to write; - is the standard output.",
)
store_option = click.option(
    "-s",
    "--store",
    metavar="LOCATION",
    default=SHIPPED_GRAPH,
    show_default=True,
    help="The graph to read: the shipped one in memory, a store's folder, fact files to read "
    "beside the shipped ones, an RDF file, or the address of a SPARQL endpoint.",
)


@dataclass(frozen=True)
class GraphSelection:
    """The graph that a command is asked to read, opened when the command is ready for it."""

    store: str
    at: str | None
    verified: str | None

    def graph(self) -> "Graph":
        """Return the graph, narrowed as wanted; raises ReadError or QueryError."""
        from graph_builder.store.loading import open_graph
        from graph_builder.store.snapshot import select

        return select(open_graph(self.store), at=self.at, verified=self.verified)


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options for the graph and what it is narrowed to; the command gets ``wanted``."""

    @wraps(command)
    def made(
        *words: object, store: str, at: str | None, verified: str | None, **options: object
    ) -> None:
        command(*words, wanted=GraphSelection(store, at, verified), **options)

    at = click.option("--at", metavar="DATE", help="The graph as it stood on a day, month or year.")
    verified = click.option(
        "--verified",
        type=click.Choice(VERIFICATION_LEVELS),
        help="Only what was verified at least so well.",
    )
    return store_option(at(verified(made)))


def edge_options(command: F) -> F:
    """Return a command with the options that say which ties a network is made of."""
    options = (
        click.option("--kind", default="", help="Only ties of such things, as Country."),
        click.option("--modality", default="", help="Ties of a modality, as intended."),
        click.option("--basis", default="", help="Only ties of a basis, as stated."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def facts_options(command: F) -> F:
    """Return a command with the options that say which fact files it reads."""
    facts = click.option(
        "--facts",
        type=PATH,
        multiple=True,
        help="Folder of fact files, or one of them, to read beside the shipped ones; repeatable.",
    )
    only = click.option(
        "--only", is_flag=True, help="Leave the shipped sources out; their registry stays known."
    )
    return facts(only(command))


def format_option(formats: tuple[str, ...]) -> Callable[[F], F]:
    """Return the option for the format, which is otherwise guessed from the output's extension."""
    return click.option(
        "-F", "--format", "extension", type=click.Choice(formats), help="Format of the output."
    )


def choose_format(extension: str | None, output: str, formats: tuple[str, ...]) -> str | None:
    """Return the format asked for, or the one that the output's extension names, or None.

    Raises ReadError if the output is a file whose extension names no format.
    """
    if extension or output == "-":
        return extension
    suffix = Path(output).suffix.removeprefix(".").lower()
    plain = "text" if "text" in formats else "table"
    guessed = {"txt": plain, "markdown": "md"}.get(suffix, suffix)
    if guessed not in formats:
        *rest, last = formats
        raise ReadError(f"unknown format {quote(suffix)}; use {', '.join(rest)} or {last}")
    return guessed


def write_output(text: str, output: str) -> None:
    """Write text as UTF-8, byte for byte: to the standard output, or to a file whole or not at all.

    A file that is replaced keeps its mode.
    """
    data = text.encode()
    if output == "-":
        click.echo(data, nl=False)
        return
    target = Path(output)
    try:
        mode = _get_mode(target)
        if mode is not None and not stat.S_ISREG(mode):
            target.write_bytes(data)
        else:
            _replace_file(data, Path(os.path.realpath(target)), mode)
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error


def write_new_file(text: str, target: Path) -> None:
    """Write text to a file that is not there yet, in a folder that is made where there is none."""
    if os.path.lexists(target):
        raise ReadError(f"{target}: is there already, and nothing is written over")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadError(f"{target.parent}: {error.strerror or error}") from error
    write_output(text, str(target))


def _get_mode(target: Path) -> int | None:
    """Return the mode of what stands at a path, or None where there is nothing yet."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _replace_file(data: bytes, target: Path, mode: int | None) -> None:
    """Write beside the target and then put it in place, so that no half file is ever seen."""
    with (
        delay_interrupt(),
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".aigg-") as beside,
    ):
        written = Path(beside) / target.name
        written.write_bytes(data)
        if mode is not None:
            written.chmod(stat.S_IMODE(mode))
        written.replace(target)


@contextmanager
def delay_interrupt() -> Iterator[None]:
    """Let Ctrl-C wait in a block until what the block keeps beside its output is removed."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def print_status(message: str) -> None:
    """Say something about progress on the error stream, unless the user wants quiet."""
    if not click.get_current_context().find_root().obj:
        click.echo(escape_controls(message), err=True)
