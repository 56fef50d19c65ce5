"""Commands on fact files: list the sources, check a file, build the graph."""

from pathlib import Path

import click

from graph_builder.cli.common import (
    PATH,
    choose_format,
    facts_options,
    format_option,
    output_option,
    tell,
    write_output,
)
from graph_builder.formats import RDF
from graph_builder.texts import count, visible


@click.command()
@click.argument("name", required=False)
@facts_options
def sources(name: str | None, *, facts: tuple[Path, ...], only: bool) -> None:
    """List the source documents, or show one."""
    from graph_builder.documents import describe, listing

    click.echo(
        describe(name, facts, only=only) if name else listing(facts, only=only),
        nl=False,
    )


@click.command()
@click.argument("source")
@click.option("--text", type=PATH, help="The source's text: every anchor and span is looked up.")
@facts_options
def check(source: str, *, text: Path | None, facts: tuple[Path, ...], only: bool) -> None:
    """Check fact files: SOURCE is a YAML file, the id of a source, or a folder.

    It is read beside the shipped facts, as `aigg build` would read it; an id is tried before a
    folder of that name. All findings come in one go, with file, line and column.
    """
    from graph_builder.documents import check as check_files

    for checked in check_files(source, text, facts=facts, only=only):
        if checked.facts is None:
            held = count(checked.entities, "entity", "entities")
        else:
            held = count(checked.facts, "fact")
        found = f", {count(checked.passages, 'passage')} found in the text" if text else ""
        click.echo(visible(f"{checked.path}: {held}{found}, nothing to mend"))


@click.command()
@facts_options
@click.option("--store", type=PATH, help="Folder of a store on disk to build in place of a file.")
@format_option(RDF)
@output_option
def build(
    *,
    facts: tuple[Path, ...],
    only: bool,
    store: Path | None,
    extension: str | None,
    output: str,
) -> None:
    """Build the graph from its fact files and write it, by default as Turtle."""
    from graph_builder.engines.folders import write_folder
    from graph_builder.opening import build as build_graph
    from graph_builder.turtle import export

    chosen = choose_format(extension, output, RDF)
    graph = build_graph(*facts, only=only)
    if store:
        write_folder(graph.quads(), store)
    else:
        write_output(export(graph.quads(), chosen or "ttl"), output)
    if store or output != "-":
        tell(f"{store or output}: written")
