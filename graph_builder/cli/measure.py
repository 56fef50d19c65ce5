"""The command that measures networks."""

from typing import Any, Literal

import click

from graph_builder.cli.common import (
    Wanted,
    choose_format,
    format_option,
    output_option,
    selection_options,
    tell,
    ties_options,
    write_output,
)
from graph_builder.cli.progress import progress
from graph_builder.formats import MEASURES

_TOP = 20


@click.command()
@click.argument("network", required=False)
@click.option("-m", "--measure", "names", multiple=True, help="Measure; all for all; repeatable.")
@click.option("--list", "listed", is_flag=True, help="List the measures and how to read them.")
@click.option(
    "--by", type=click.Choice(("year", "event")), help="How the network grew, and who rose."
)
@click.option(
    "-n",
    "--top",
    type=click.IntRange(0),
    default=_TOP,
    show_default=True,
    help="Most nodes of a table; 0 shows all.",
)
@ties_options
@click.option(
    "--weighting",
    type=click.Choice(("count", "newman")),
    default="count",
    show_default=True,
    help="What an edge of what is shared weighs: how many things, or after Newman less "
    "for each the more share it.",
)
@selection_options
@format_option(MEASURES)
@output_option
def measure(
    *,
    network: str | None,
    names: tuple[str, ...],
    listed: bool,
    by: Literal["year", "event"] | None,
    top: int,
    wanted: Wanted,
    extension: str | None,
    output: str,
    **ties: Any,
) -> None:
    """Measure a network: who has how many ties, who is between others, who belongs together.

    Without NETWORK, list the networks. A table shows the figures and how to read them; csv and tsv
    have a row a node, json everything, ttl, trig and nq a cube of observations, graphml and gexf
    the network itself with its dates. With --by, each year or event has all ties up to its end.
    Exit code 1: no ties are left to measure.
    """
    from graph_builder.results import writing
    from graph_builder.results.growth import growth
    from graph_builder.results.reports import report
    from graph_builder.results.words import empty

    chosen = choose_format(extension, output, MEASURES) or "table"
    if listed or not network:
        list_ = writing.measures_listed if listed else writing.networks_listed
        write_output(list_(chosen), output)
        return
    with progress() as say:
        found = report(wanted.graph(), network, names, say=say, **ties)
        result = growth(found, by, names, say) if by else found
    if not found.network.number_of_edges():
        tell(empty(found))
        click.get_current_context().exit(1)
    write_output(writing.write(result, chosen, top), output)
    if chosen in ("csv", "tsv") and not by and found.of("nodes") and found.of("network"):
        tell("the figures of the whole network are in json, md and ttl")
