"""Commands on fact files: list the sources, check a file, build the graph."""

from pathlib import Path

import click

from graph_builder.cli.common import (
    PATH,
    choose_format,
    count,
    format_option,
    output_option,
    tell,
    write_output,
)

FORMATS = ("ttl", "trig", "nq", "nt", "jsonld")


@click.command()
@click.argument("name", required=False)
def sources(name: str | None) -> None:
    """List the source documents, or show one."""
    from graph_builder.documents import describe, listing

    click.echo(describe(name) if name else listing(), nl=False)


@click.command()
@click.argument("source")
@click.option("--text", type=PATH, help="The source's text: every anchor and span is looked up.")
def check(source: str, text: Path | None) -> None:
    """Check a fact file: SOURCE is the id of a source or the path of a YAML file.

    All findings come in one go, each with file, line and column.
    """
    from graph_builder.documents import check_document

    document = check_document(source, text)
    passages = sum(located.record.anchor is not None for located in document.facts)
    found = f", {count(passages, 'passage')} found in the text" if text else ""
    click.echo(f"{document.path}: {count(len(document.facts), 'fact')}{found}, nothing to mend")


@click.command()
@click.option("--facts", type=PATH, help="Folder of fact files in place of the shipped ones.")
@format_option(FORMATS)
@output_option
def build(*, facts: Path | None, extension: str | None, output: str) -> None:
    """Build the graph from its fact files and write it, by default as Turtle."""
    from graph_builder.opening import build as build_graph
    from graph_builder.turtle import export

    chosen = choose_format(extension, output, FORMATS)
    graph = build_graph(facts)
    write_output(export(graph.quads(), chosen or "ttl"), output)
    tell(f"{count(len(graph), 'quad')} built from {facts or 'the shipped facts'}")
