"""The command that validates graphs."""

import click

from graph_builder.cli.common import store_option, tell
from graph_builder.formats import SEVERITIES
from graph_builder.texts import count, visible


@click.command()
@store_option
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.pass_context
def validate(ctx: click.Context, *, store: str, fail_on: str) -> None:
    """Validate a graph, by its shapes and checks."""
    from graph_builder.opening import open_graph
    from graph_builder.validation import validate as validate_graph

    findings = validate_graph(open_graph(store))
    for finding in findings:
        click.echo(visible(str(finding)))
    tell(count(len(findings), "finding"))
    if any(SEVERITIES.index(f.severity) >= SEVERITIES.index(fail_on) for f in findings):
        ctx.exit(1)
