"""The command that validates graphs."""

from pathlib import Path

import click

from graph_builder.cli.common import PATH, count, tell
from graph_builder.formats import SEVERITIES
from graph_builder.texts import visible


@click.command()
@click.argument("path", type=PATH, required=False)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.pass_context
def validate(ctx: click.Context, *, path: Path | None, fail_on: str) -> None:
    """Validate a graph, the shipped one or an RDF file, by its shapes and checks."""
    from graph_builder.opening import open_graph
    from graph_builder.validation import validate as validate_graph

    findings = validate_graph(open_graph(path))
    for finding in findings:
        click.echo(visible(str(finding)))
    tell(count(len(findings), "finding"))
    if any(SEVERITIES.index(f.severity) >= SEVERITIES.index(fail_on) for f in findings):
        ctx.exit(1)
