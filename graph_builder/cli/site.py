"""The command that writes the graph as a site."""

from pathlib import Path

import click

from graph_builder.cli.common import PATH, Wanted, selection_options, tell, tidy
from graph_builder.cli.progress import progress
from graph_builder.texts import count


@click.command()
@click.argument("folder", type=PATH)
@click.option("--base", metavar="URL", help="Address the site will have; a sitemap needs it.")
@click.option("--since", metavar="VERSION", help="Tell what changed since then, as aigg diff does.")
@selection_options
def site(*, folder: Path, base: str | None, since: str | None, wanted: Wanted) -> None:
    """Write the graph to FOLDER as a site of pages, pictures and files for any static host.

    It opens from a file too, and needs no server. A site that is in the folder gives way to the new
    one, and what else lies there stays; a folder that holds anything but a site is left alone.
    """
    from graph_builder import site as library

    with tidy(), progress() as say:
        asked = library.asked(base, since, say)
        done = library.write(folder, library.files(wanted.graph(), asked))
    size = f"{done.size / 1e6:,.1f} MB"
    tell(f"{folder}: {count(done.files, 'file')}, {size}; begin at {folder / 'index.html'}")
    if done.removed:
        tell(f"{count(done.removed, 'file')} of the site that was there removed")
    if not base:
        tell("no sitemap, which takes the address that the site will have: --base URL")
