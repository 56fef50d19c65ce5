"""The command that tells what changed between two versions."""

import click

from graph_builder.cli.common import (
    choose_format,
    format_option,
    output_option,
    tell,
    tidy,
    write_output,
)
from graph_builder.formats import WORDS
from graph_builder.texts import count


@click.command()
@click.argument("old")
@click.argument("new")
@format_option(WORDS)
@output_option
@click.pass_context
def diff(ctx: click.Context, *, old: str, new: str, extension: str | None, output: str) -> None:
    """Say in words what changed from OLD to NEW; the exit code is 1 if anything did.

    Each is an RDF file, a folder of fact files, or a revision of the git repository that you are
    in: HEAD~1 means its folder facts/, HEAD~1:PATH another one. A file or folder that exists comes
    before a revision of the same name.
    """
    from graph_builder.difference import diff as compare
    from graph_builder.revisions import open_version
    from graph_builder.telling import write

    chosen = choose_format(extension, output, WORDS)
    with tidy():  # a revision is read out of git into a folder
        found = compare(open_version(old), open_version(new))
    write_output(write(found, chosen or "text", (old, new)), output)
    if found.unnamed:
        tell(f"{count(found.unnamed, 'statement')} with blank nodes left out")
    if found.changes:
        ctx.exit(1)
