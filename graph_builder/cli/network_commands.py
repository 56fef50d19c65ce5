"""Commands that measure networks and test them against chance."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

import click

from graph_builder.cli.options import (
    GraphSelection,
    choose_format,
    edge_options,
    format_option,
    output_option,
    selection_options,
)
from graph_builder.cli.output import print_status, write_formatted
from graph_builder.cli.progress import show_progress
from graph_builder.core.option_values import MEASURE_FORMATS, ROW_FORMATS

_DEFAULT_TOP_NODES = 20


@click.command()
@click.argument("network", required=False)
@click.option(
    "-m",
    "--measure",
    "names",
    multiple=True,
    help="Compute this measure; all computes every measure. You can repeat this option.",
)
@click.option("--list", "listed", is_flag=True, help="List the measures and how to read them.")
@click.option(
    "--by",
    type=click.Choice(("year", "event")),
    help="Show how the network grew from year to year or from event to event, and which nodes "
    "changed rank.",
)
@click.option(
    "-n",
    "--top",
    type=click.IntRange(0),
    default=_DEFAULT_TOP_NODES,
    show_default=True,
    help="Show this many nodes in a table; 0 shows all.",
)
@edge_options
@click.option(
    "--weighting",
    type=click.Choice(("count", "newman")),
    default="count",
    show_default=True,
    help="How to weigh an edge: by the number of things that the two nodes share (count), or so "
    "that a thing that many nodes share counts less (newman).",
)
@selection_options
@format_option(MEASURE_FORMATS)
@output_option
def measure(
    *,
    network: str | None,
    names: tuple[str, ...],
    listed: bool,
    by: Literal["year", "event"] | None,
    top: int,
    selection: GraphSelection,
    extension: str | None,
    output: str,
    **filters: Any,
) -> None:
    """Measure the nodes and the structure of a network.

    The measures tell who has the most links, who connects others and who belongs together. Without
    NETWORK, list the networks. A table shows the figures and how to read them. csv and tsv have a
    row for each node; json has all results; graphml and gexf have the network with the dates of its
    edges. With --by, the figures for a year or an event count all edges up to the end of that year
    or event. Exit code 1: no edges are left to measure.
    """
    from graph_builder.analysis.reports import report_formats
    from graph_builder.analysis.reports.growth import measure_growth
    from graph_builder.analysis.reports.network_report import build_network_report
    from graph_builder.analysis.reports.network_report_text import describe_empty_network

    chosen = choose_format(extension, output, MEASURE_FORMATS) or "table"
    if listed or not network:
        if not selection.is_whole_shipped_graph:
            raise click.UsageError("A graph is measured by a network; add the name of one.")
        list_ = report_formats.format_measure_list if listed else report_formats.format_network_list
        write_formatted(list_, chosen, output)
        return
    with show_progress() as set_step:
        report = build_network_report(
            selection.open_graph(), network, names, say=set_step, **filters
        )
        result = measure_growth(report, by, names, set_step) if by else report
    if not report.network.number_of_edges():
        print_status(describe_empty_network(report))
        click.get_current_context().exit(1)
    write_formatted(
        lambda extension: report_formats.format_report(result, extension, top), chosen, output
    )
    has_both = bool(report.get_results("nodes") and report.get_results("network"))
    if chosen in ("csv", "excel", "tsv") and not by and has_both:
        print_status("figures of the whole network are left out; -F json and -F md show them")


_PROPORTION = click.FloatRange(0, 1, min_open=True, max_open=True)
_DEFAULT_TOP_PAIRS = 20
#: The null models used by default, for the help.
_DEFAULT_NULL_MODELS = "bicm; fixed for groups and the whole"
#: Options of the significance test: type, default and help.
_SETTINGS: dict[str, tuple[Any, Any, str]] = {
    "null": (
        click.Choice(("bicm", "fixed")),
        None,
        (
            "What counts as chance (null model): random tables of who shares what, in which each "
            "node keeps its number of links, on average (bicm) or exactly (fixed)."
        ),
    ),
    "tail": (
        click.Choice(("either", "more", "fewer")),
        "either",
        "Look for pairs that share more than expected, fewer than expected, or either of the two.",
    ),
    "correction": (
        click.Choice(("bh", "by")),
        "bh",
        "How to allow for many tests: Benjamini-Hochberg, or the stricter Benjamini-Yekutieli.",
    ),
    "level": (_PROPORTION, 0.05, "Largest expected share of false findings among all findings."),
    "samples": (click.IntRange(1), 1000, "How many random tables to draw for --null fixed."),
    "seed": (int, 1, "Start of the random numbers; the same seed gives the same result."),
}


def _add_settings_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of the significance test; the command gets them as ``settings``."""

    @wraps(command)
    def command_with_settings(**options: Any) -> None:
        settings = {name: options.pop(name) for name in _SETTINGS}
        command(settings=settings, **options)

    wrapped: Callable[..., None] = command_with_settings
    for name, (kind, default, help_) in reversed(_SETTINGS.items()):
        option = click.option(
            f"--{name}",
            type=kind,
            default=default,
            show_default=_DEFAULT_NULL_MODELS if default is None else True,
            help=help_,
        )
        wrapped = option(wrapped)
    return wrapped


@click.command()
@click.argument("network")
@click.option(
    "--of",
    type=click.Choice(("sources", "targets", "groups", "whole")),
    default="sources",
    show_default=True,
    help="What to test: pairs of actors, such as two countries (sources); pairs of things that "
    "they share, such as two texts (targets); the member countries of each body, such as BRICS "
    "(groups); or the network as a whole (whole).",
)
@click.option(
    "--pair", nargs=2, metavar="ONE OTHER", help="Test only these two, and answer in one line."
)
@click.option(
    "--without",
    multiple=True,
    metavar="THING",
    help="Leave out a thing that actors share, such as a text. You can repeat this option.",
)
@click.option(
    "--each-left-out",
    is_flag=True,
    help="Leave out each shared thing in turn, and show what changes.",
)
@click.option(
    "--power",
    "planted",
    is_flag=True,
    help="Simulate how many of the links that really exist the test would find. With --null "
    "fixed, this takes minutes.",
)
@_add_settings_options
@click.option(
    "-n",
    "--top",
    type=click.IntRange(0),
    default=_DEFAULT_TOP_PAIRS,
    show_default=True,
    help="Show this many rows in a table; 0 shows all.",
)
@edge_options
@selection_options
@format_option(ROW_FORMATS)
@output_option
def chance(
    *,
    network: str,
    top: int,
    selection: GraphSelection,
    extension: str | None,
    output: str,
    **question: Any,
) -> None:
    """Test which links of NETWORK are stronger than chance.

    Two actors that are both very active share many texts by chance alone. The report first says
    whether the data are enough to find anything, then what was found. The table begins with the
    results that chance explains least. csv, tsv and json always have all rows. Exit code 1: no
    edges are left to test.
    """
    from graph_builder.analysis.reports import report_formats
    from graph_builder.analysis.reports.network_report_text import describe_empty_network
    from graph_builder.analysis.reports.significance_analysis import analyse_significance

    chosen = choose_format(extension, output, ROW_FORMATS) or "table"
    with show_progress() as set_step:
        analysis = analyse_significance(selection.open_graph(), network, say=set_step, **question)
    if not analysis.report.network:
        print_status(describe_empty_network(analysis.report))
        click.get_current_context().exit(1)
    write_formatted(
        lambda extension: report_formats.format_report(analysis, extension, top), chosen, output
    )
