"""Options that commands share, and the one way in which they write."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from graph_builder.errors import ReadError, UnknownNameError

F = TypeVar("F", bound=Callable[..., object])

PATH = click.Path(path_type=Path)
output_option = click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help="File to write; - is the standard output.",
)
graph_option = click.option(
    "-g", "--graph", "path", type=PATH, help="RDF file to read in place of the shipped graph."
)


def format_option(formats: tuple[str, ...]) -> Callable[[F], F]:
    """Return the option for the format, which is otherwise guessed from the output's extension."""
    return click.option(
        "-F", "--format", "extension", type=click.Choice(formats), help="Format of the output."
    )


def choose_format(extension: str | None, output: str, formats: tuple[str, ...]) -> str | None:
    """Return the format asked for, or the one that the output's extension names, or None.

    Raises UnknownNameError if the output is a file whose extension names no format.
    """
    if extension or output == "-":
        return extension
    suffix = Path(output).suffix.removeprefix(".").lower()
    guessed = {"txt": "table", "markdown": "md"}.get(suffix, suffix)
    if guessed not in formats:
        raise UnknownNameError("format", suffix, formats)
    return guessed


def write_output(text: str, output: str) -> None:
    """Write text as UTF-8 to the standard output or, whole or not at all, to a file."""
    if output == "-":
        click.echo(text, nl=False)
        return
    target = Path(output)
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n")
        else:
            _put(text, target.resolve())
    except OSError as error:
        raise ReadError(f"{target}: {error.strerror or error}") from error


def _put(text: str, target: Path) -> None:
    """Write beside the target and then put it in place, so that no half file is ever seen."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".aigg-") as beside:
        written = Path(beside) / target.name
        written.write_text(text, encoding="utf-8", newline="\n")
        written.replace(target)


def tell(message: str) -> None:
    """Say something about progress on the error stream, unless the user wants quiet."""
    if click.get_current_context().find_root().obj >= 0:
        click.echo(message, err=True)


def count(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
