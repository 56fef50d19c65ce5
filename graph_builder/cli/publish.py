"""Commands that write the graph out: as RDF, to a server."""

import click

from graph_builder.cli.common import (
    choose_format,
    format_option,
    output_option,
    store_option,
    tell,
    write_output,
)
from graph_builder.formats import EXPORTS, NETWORKS
from graph_builder.texts import count


@click.command()
@store_option
@format_option(EXPORTS)
@output_option
def export(*, store: str, extension: str | None, output: str) -> None:
    """Write the graph as RDF: ttl and nt hold the merged graph, trig, nq and jsonld all graphs.

    graphml and gexf hold the network of all facts, for Gephi and other programs; the networks that
    are worked out of them are those of `aigg measure`.
    """
    from graph_builder.opening import open_graph

    chosen = choose_format(extension, output, EXPORTS) or "ttl"
    graph = open_graph(store)
    if chosen in NETWORKS:
        from graph_builder.exchange import facts

        write_output(facts(graph, chosen), output)
        return
    from graph_builder.turtle import export as export_quads

    write_output(export_quads(graph.quads(), chosen), output)


@click.command()
@click.argument("url")
@store_option
def push(*, url: str, store: str) -> None:
    """Upload the graph to a SPARQL server, URL being the address of its queries.

    Each named graph is replaced, so that it can be done again. AIGG_STORE_USER and
    AIGG_STORE_PASSWORD, or AIGG_STORE_TOKEN, are sent where the server asks for them.
    """
    from graph_builder.engines.upload import push as push_quads
    from graph_builder.opening import open_graph

    done = push_quads(open_graph(store).quads(), url)
    tell(f"{count(done.quads, 'quad')} in {count(done.graphs, 'graph')} pushed to {url}")
    tell(f"the merged graph is the server's {done.merged}")
    for name in done.foreign:
        tell(f"left as it was: {name}")
