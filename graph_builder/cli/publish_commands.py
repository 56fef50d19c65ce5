"""Commands that write the graph out: as RDF, to a server."""

import math
from pathlib import Path

import click

from graph_builder.cli.options import (
    PATH,
    GraphSelection,
    choose_format,
    delay_interrupt,
    format_option,
    output_option,
    print_status,
    selection_options,
    store_option,
    write_output,
)
from graph_builder.cli.progress import show_progress
from graph_builder.core.choices import EXPORT_FORMATS, NETWORK_FORMATS
from graph_builder.core.text import format_count


@click.command()
@store_option
@format_option(EXPORT_FORMATS)
@output_option
def export(*, store: str, extension: str | None, output: str) -> None:
    """Write the graph as RDF: ttl and nt hold the merged graph, trig, nq and jsonld all graphs.

    graphml and gexf hold the network of all facts, for Gephi and other programs; the networks that
    are worked out of them are those of `aigg measure`.
    """
    from graph_builder.store.loading import open_graph

    chosen = choose_format(extension, output, EXPORT_FORMATS) or "ttl"
    graph = open_graph(store)
    if chosen in NETWORK_FORMATS:
        from graph_builder.analysis.export.network_export import export_facts_network

        write_output(export_facts_network(graph, chosen), output)
        return
    from graph_builder.store.serialization import export as export_quads

    write_output(export_quads(graph.quads(), chosen), output)


@click.command()
@click.argument("url")
@store_option
def push(*, url: str, store: str) -> None:
    """Upload the graph to a SPARQL server, URL being the address of its queries.

    Each named graph is replaced, so that it can be done again. AIGG_STORE_USER and
    AIGG_STORE_PASSWORD, or AIGG_STORE_TOKEN, are sent where the server asks for them.
    """
    from graph_builder.store.graph_upload import upload_graph as push_quads
    from graph_builder.store.loading import open_graph

    done = push_quads(open_graph(store).quads(), url)
    size = f"{format_count(done.quads, 'quad')} in {format_count(done.graphs, 'graph')}"
    print_status(f"{size} pushed to {url}")
    print_status(f"the merged graph is the server's {done.merged}")
    for name in done.foreign:
        print_status(f"left as it was: {name}")


@click.command()
@click.argument("folder", type=PATH)
@click.option("--base", metavar="URL", help="Address the site will have; a sitemap needs it.")
@click.option("--since", metavar="VERSION", help="Tell what changed since then, as aigg diff does.")
@selection_options
def site(*, folder: Path, base: str | None, since: str | None, wanted: GraphSelection) -> None:
    """Write the graph to FOLDER as a site of pages, pictures and files for any static host.

    It opens from a file too, and needs no server. A site that is in the folder gives way to the new
    one, and what else lies there stays; a folder that holds anything but a site is left alone.
    """
    from graph_builder.site.atomic_folder import write_folder_atomically
    from graph_builder.site.generator import generate_files, resolve_options

    with delay_interrupt(), show_progress() as say:
        request = resolve_options(base, since, say)
        done = write_folder_atomically(folder, generate_files(wanted.graph(), request))
    size = f"{done.size / 1e6:,.1f} MB"
    print_status(
        f"{folder}: {format_count(done.files, 'file')}, {size}; begin at {folder / 'index.html'}"
    )
    if done.removed:
        print_status(f"{format_count(done.removed, 'file')} of the site that was there removed")
    if not base:
        print_status("no sitemap, which takes the address that the site will have: --base URL")


_MIB = 1024 * 1024
_SECONDS = click.FloatRange(0.1, 3600)


def _reject_nan(_: click.Context, __: click.Parameter, value: float) -> float:
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
    callback=_reject_nan,
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
    from graph_builder.server.limits import Limits
    from graph_builder.server.process import ServerOptions
    from graph_builder.server.process import serve as run
    from graph_builder.store.loading import open_graph

    limits = Limits(time=timeout, memory=memory * _MIB)
    run(
        lambda: open_graph(store).to_local(),
        ServerOptions(host, port, cors=cors, proxy=proxy),
        limits,
        tell=print_status,
    )
