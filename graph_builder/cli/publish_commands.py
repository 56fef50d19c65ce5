"""Commands that publish the graph: as a file, on a server, as a website."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph_builder.cli.options import (
    PATH,
    GraphSelection,
    choose_format,
    format_option,
    open_any_graph,
    open_own_graph,
    output_option,
    selection_options,
    store_option,
)
from graph_builder.cli.output import delay_interrupt, print_status, write_output
from graph_builder.cli.progress import show_progress
from graph_builder.core.option_values import EXPORT_FORMATS, NETWORK_FORMATS
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import MERGED_GRAPH

if TYPE_CHECKING:
    from graph_builder.store.graph_upload import UploadResult

#: So many graphs are named of those that an upload left on a server.
_MAX_LISTED_GRAPHS = 3


@click.command()
@store_option
@format_option(EXPORT_FORMATS)
@output_option
def export(*, store: str, extension: str | None, output: str) -> None:
    """Write the graph as RDF or as a network.

    ttl, ttl12 and nt contain the merged graph: each fact once. trig, nq and jsonld also contain the
    named graphs: one for each source, and others. graphml and gexf contain the network of all
    facts, for Gephi and other programs; `aigg measure` writes the networks that are derived from
    the facts.
    """
    chosen = choose_format(extension, output, EXPORT_FORMATS) or "ttl"
    if chosen in NETWORK_FORMATS:
        from graph_builder.analysis.export.network_export import export_facts_network

        write_output(export_facts_network(open_own_graph(store), chosen), output)
        return
    from graph_builder.store.graph_export import export_in_blocks

    write_output(export_in_blocks(open_any_graph(store, with_ontology=False), chosen), output)


@click.command()
@click.argument("url")
@store_option
def push(*, url: str, store: str) -> None:
    """Upload the graph to a SPARQL server.

    URL is the address at which the server answers queries. Each named graph is replaced, so that
    you can repeat the upload. Until it has ended, and also if it is cut off, commands that read
    from the server say so; the next upload repairs what one that was cut off has left. If two
    uploads overlap, the one that began last wins and the other stops with exit code 2.

    If the server asks for a login, set the environment variables AIGG_STORE_USER and
    AIGG_STORE_PASSWORD, or only AIGG_STORE_TOKEN.
    """
    from graph_builder.store.graph_upload import check_is_complete, upload_graph

    graph = open_any_graph(store)
    check_is_complete(graph)
    upload = upload_graph(graph.quads(), url)
    size = f"{format_count(upload.quads, 'quad')} in {format_count(upload.graphs, 'graph')}"
    print_status(f"{size} pushed to {url}")
    if upload.repaired:
        print_status(f"the upload that began on {upload.repaired} was cut off; repaired")
    if not upload.at_once:
        print_status("the server cannot move graphs, so they were replaced one after another")
    if upload.merged:
        left = "; its default graph was not changed" if upload.merged == MERGED_GRAPH else ""
        print_status(f"the merged graph was written to the server's {upload.merged}{left}")
    else:
        print_status("the graph has named graphs only; the server's default graph was not changed")
    if upload.foreign:
        print_status(_describe_foreign_graphs(upload))


def _describe_foreign_graphs(upload: "UploadResult") -> str:
    """Return what the named graphs are that an upload left on a server, and how to remove one."""
    first = upload.foreign[0]
    names = ", ".join(f"<{name}>" for name in upload.foreign[:_MAX_LISTED_GRAPHS])
    more = ", …" if len(upload.foreign) > _MAX_LISTED_GRAPHS else ""
    count = format_count(len(upload.foreign), "other named graph")
    verb = "stays" if len(upload.foreign) == 1 else "stay"
    place = "merged graph" if upload.merged == MERGED_GRAPH else upload.merged
    beside = f", beside a {place} that is now the new one alone" if place else ""
    advice = f"send it the SPARQL Update DROP GRAPH <{first}>"
    if not upload.at_once:  # perhaps it has no SPARQL Update
        advice = "use its own tools"
    stay = f"{count} of this project {verb} on the server as before ({names}{more}){beside}"
    return f"{stay}; to remove one, {advice}"


@click.command()
@click.argument("folder", type=PATH)
@click.option("--base", metavar="URL", help="Address of the published site, for the sitemap.")
@click.option(
    "--since",
    metavar="VERSION",
    help="Also list what changed since this version: a file, a folder or a git revision.",
)
@click.option(
    "--wait",
    is_flag=True,
    help="If another run writes the same site, wait for it, instead of stopping.",
)
@selection_options
def site(
    *, folder: Path, base: str | None, since: str | None, wait: bool, selection: GraphSelection
) -> None:
    """Write the graph as a website for any static host.

    The pages, pictures and files in FOLDER also open from disk, without a server. A site that is
    already in FOLDER is replaced; other files beside it are kept. A FOLDER that has files but no
    site is not changed.
    """
    from graph_builder.site.atomic_folder import write_folder_atomically
    from graph_builder.site.generator import generate_files, resolve_options

    with delay_interrupt(), show_progress() as set_step:
        request = resolve_options(base, since, set_step)
        files = generate_files(selection.open_graph(), request, folder)
        written = write_folder_atomically(folder, files, wait=wait, tell=print_status)
    size = f"{written.size / 1e6:,.1f} MB"
    print_status(
        f"{folder}: {format_count(written.files, 'file')}, {size}; open {folder / 'index.html'}"
    )
    if written.kept:
        changed = format_count(written.files - written.kept, "file")
        print_status(f"{changed} written; the others are as they were")
    if written.removed:
        print_status(f"{format_count(written.removed, 'file')} of the previous site removed")
    if not base:
        print_status("no sitemap written; it needs the address of the site: --base URL")
