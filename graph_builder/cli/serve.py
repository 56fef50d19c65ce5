"""The command that serves the graph over HTTP."""

import math

import click

from graph_builder.cli.common import store_option, tell

_MIB = 1024 * 1024
_SECONDS = click.FloatRange(0.1, 3600)


def _number(_: click.Context, __: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("nan is no number of seconds")
    return value


@click.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=7878,
    show_default=True,
    help="Port to listen at; 0 takes a free one.",
)
@click.option(
    "--timeout",
    type=_SECONDS,
    callback=_number,
    default=10,
    show_default=True,
    help="Seconds a query may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(16, 1 << 20),
    default=512,
    show_default=True,
    help="MiB a query may take.",
)
@click.option("--cors", is_flag=True, help="Let pages of other origins ask, from any browser.")
@click.option(
    "--behind-proxy", "proxy", is_flag=True, help="Believe X-Forwarded-For of this machine."
)
def serve(
    *,
    store: str,
    host: str,
    port: int,
    timeout: float,
    memory: int,
    cors: bool,
    proxy: bool,
) -> None:
    """Serve the graph as a read-only SPARQL endpoint, at /sparql, to this machine alone."""
    from graph_builder.opening import open_graph
    from graph_builder.server.limits import Limits
    from graph_builder.server.running import Service
    from graph_builder.server.running import serve as run

    limits = Limits(time=timeout, memory=memory * _MIB)
    run(
        lambda: open_graph(store).local(),
        Service(host, port, cors=cors, proxy=proxy),
        limits,
        tell=tell,
    )
