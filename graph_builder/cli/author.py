"""Commands for authors of fact files: begin a file, write the schema that editors read."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from graph_builder.cli.common import (
    PATH,
    facts_options,
    output_option,
    tell,
    write_new,
    write_output,
)
from graph_builder.errors import ReadError
from graph_builder.resources import folder as data_folder

F = TypeVar("F", bound=Callable[..., object])
#: What the record of every source says, besides its id.
SOURCE_KEYS = (
    *("title", "publisher", "address", "date", "kind", "language", "licence", "verification"),
)


def _source_options(command: F) -> F:
    """Return a command with an option for each key that a source's record must have."""
    for key in reversed(SOURCE_KEYS):
        command = click.option(f"--{key}", help=f"Fill in the {key} of the source.")(command)
    return command


@click.command()
@click.argument("source_id")
@click.option("-o", "--output", help="File to write, by default SOURCE_ID.yaml; - is the output.")
@click.option("--folder", type=PATH, help="Folder to write it to; made if there is none.")
@click.option("--text", type=PATH, help="The source's text: its length and SHA-256 are noted.")
@_source_options
def new(
    *, source_id: str, output: str | None, folder: Path | None, text: Path | None, **given: str
) -> None:
    """Begin a fact file for the source SOURCE_ID, with every key explained.

    Beside it stands a JSON Schema, by which editors complete and underline. Nothing is written
    over.
    """
    if output and folder:
        raise click.UsageError("Give one of: --output, --folder.")
    from graph_builder.scaffold import SCHEMA, scaffold

    written = scaffold(source_id, {key: word for key, word in given.items() if word}, text)
    if output == "-":
        write_output(written, output)
        return
    target = Path(output or (folder or Path()) / f"{source_id}.yaml")
    if target.suffix != ".yaml":
        raise ReadError(f"{target}: the name of a fact file ends in .yaml")
    write_new(written, target)
    if not (beside := target.with_name(SCHEMA)).exists():
        write_new((data_folder("ontology") / SCHEMA).read_text(encoding="utf-8"), beside)
    tell(f"{target}: written; aigg check {target} tells what is still to be filled in")


@click.command()
@facts_options
@output_option
def schema(*, facts: tuple[Path, ...], only: bool, output: str) -> None:
    """Write the JSON Schema of fact files, by which editors complete and underline."""
    from graph_builder.schema import schema_text

    write_output(schema_text(facts, only=only), output)
