"""Commands that write the graph out: as RDF, as a picture."""

from pathlib import Path

import click

from graph_builder.cli.common import (
    Wanted,
    choose_format,
    format_option,
    graph_option,
    output_option,
    selection_options,
    tell,
    write_output,
)
from graph_builder.formats import RDF
from graph_builder.resources import ARTICLE


@click.command()
@graph_option
@format_option(RDF)
@output_option
def export(*, path: Path | None, extension: str | None, output: str) -> None:
    """Write the graph as RDF: ttl and nt hold the merged graph, trig, nq and jsonld all graphs."""
    from graph_builder.opening import open_graph
    from graph_builder.turtle import export as export_quads

    chosen = choose_format(extension, output, RDF)
    write_output(export_quads(open_graph(path).quads(), chosen or "ttl"), output)


@click.command()
@selection_options
@click.option("--source", default=ARTICLE, show_default=True, help="Id of the source to draw.")
@click.option("--inferred", is_flag=True, help="Draw inferred and background facts too.")
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
@click.option("-o", "--output", default="roundtable.html", show_default=True, help="HTML file.")
def draw(
    *,
    wanted: Wanted,
    source: str,
    inferred: bool,
    open_: bool,
    output: str,
) -> None:
    """Draw what a source says as one HTML page that works offline and shows the evidence."""
    from graph_builder.pictures import draw as draw_page

    write_output(draw_page(wanted.graph(), source=source, inferred=inferred), output)
    if output == "-":
        return
    if open_:
        click.launch(output)
    tell(f"{output}: written")
