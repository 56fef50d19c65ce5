"""Commands on fact files: list sources, create and check files, build and validate the graph."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from graph_builder.cli.options import (
    PATH,
    choose_format,
    facts_options,
    format_option,
    is_given,
    map_option,
    open_any_graph,
    output_option,
    store_option,
)
from graph_builder.cli.output import print_status, write_formatted, write_new_file, write_output
from graph_builder.cli.progress import show_progress
from graph_builder.core.errors import ReadError, format_findings
from graph_builder.core.option_values import RDF_FORMATS, ROW_FORMATS, SEVERITIES
from graph_builder.core.text import escape_controls, format_count, format_message


@click.command()
@click.argument("name", required=False)
@facts_options
@format_option(ROW_FORMATS)
@output_option
def sources(
    name: str | None, *, facts: tuple[Path, ...], only: bool, extension: str | None, output: str
) -> None:
    """List the source documents, or show one."""
    from graph_builder.ingest.source_documents import describe_source, list_sources
    from graph_builder.query.plain_rows import format_plain_rows, format_record

    chosen = choose_format(extension, output, ROW_FORMATS) or "table"
    if name:
        record = describe_source(name, facts, only=only)
        write_formatted(lambda form: format_record(record, form), chosen, output)
        return
    rows = list_sources(facts, only=only)
    columns: tuple[str, ...] = ("id", "facts", "title", "publisher", "date", "kind")
    if chosen == "table":  # one column fewer, so that it fits
        columns = columns[:3]
        rows = [{**row, "title": f"{row['title']} ({row['publisher']})"} for row in rows]
    write_formatted(lambda form: format_plain_rows(columns, rows, form), chosen, output)


@click.command()
@click.argument("source")
@click.option(
    "--text",
    type=PATH,
    help="File with the text of the source (.txt, .html or .pdf); each quotation (anchor) must be "
    "in it, at the position that the fact gives (span).",
)
@map_option
@facts_options
def check(
    source: str, *, text: Path | None, map_file: Path | None, facts: tuple[Path, ...], only: bool
) -> None:
    """Check fact files and list all mistakes at once.

    SOURCE is a YAML file, a folder, or the id of a source; an id takes precedence over a folder of
    the same name. With --map, it is a table. Files are checked together with the shipped facts,
    because `aigg build` reads both. Each mistake comes with file, line and column. A warning names
    what to look at again, such as a number that no other source gives; it changes nothing, and the
    exit code stays 0.
    """
    from graph_builder.ingest.source_documents import check_source as check_files

    for checked in check_files(source, text, facts=facts, only=only, map_file=map_file):
        if checked.facts or not checked.entities:
            contents = format_count(checked.facts or 0, "fact")
        else:
            contents = format_count(checked.entities, "entity", "entities")
        passages = (
            f", {format_count(checked.passages, 'passage')} found in the text" if text else ""
        )
        for line in format_findings(checked.warnings, "warning: "):
            print_status(line)
        found = format_count(len(checked.warnings), "warning")
        outcome = found if checked.warnings else "no problems found"
        click.echo(escape_controls(f"{checked.path}: {contents}{passages}, {outcome}"))


wait_option = click.option(
    "--wait",
    is_flag=True,
    help="If another build uses the folder of the store, wait for it, instead of stopping.",
)


@click.command()
@facts_options
@map_option
@click.option(
    "--store",
    type=PATH,
    help="Write the graph as a database (a store) to this folder, instead of as a file.",
)
@wait_option
@click.option(
    "--rejected",
    "rejected_file",
    type=PATH,
    help="Leave out rows of lists that have mistakes, and write them to this file (CSV), each "
    "with the reason. The exit code is 1 if there are any.",
)
@format_option(RDF_FORMATS)
@output_option
def build(
    *,
    facts: tuple[Path, ...],
    only: bool,
    map_file: Path | None,
    store: Path | None,
    wait: bool,
    rejected_file: Path | None,
    extension: str | None,
    output: str,
) -> None:
    """Build the graph from fact files and write it, by default as Turtle."""
    ctx = click.get_current_context()
    if store and any(map(partial(is_given, ctx), ("extension", "output"))):
        raise click.UsageError("Use --store or --output with --format, not both.")
    if wait and not store:
        raise click.UsageError("--wait needs the folder of --store.")
    from graph_builder.ingest.quad_groups import format_nquads
    from graph_builder.ingest.rejected_rows import RejectedRows, check_target
    from graph_builder.store.disk_store import write_store
    from graph_builder.store.graph_properties import write_index_of
    from graph_builder.store.loading import compile_graph, compute_build_key
    from graph_builder.store.serialization import export_groups

    chosen = choose_format(extension, output, RDF_FORMATS)
    if rejected_file:
        if rejected_file.absolute() == Path(output).absolute():
            raise click.UsageError("--rejected and --output name the same file.")
        check_target(rejected_file)
    rejected = RejectedRows() if rejected_file else None
    compile_all = partial(compile_graph, *facts, only=only, map_file=map_file, rejected=rejected)

    def iter_blocks(tell: Callable[[str], None]) -> Iterator[bytes]:
        yield from format_nquads(compile_all(tell=tell))

    with show_progress() as set_step:
        if store:
            # the folder is locked first, so that nobody waits for a graph that cannot be written
            blocks = iter_blocks(set_step)
            index = partial(write_index_of, is_compiled=True)
            key = compute_build_key(facts, only=only, map_file=map_file)
            write_store(blocks, store, wait=wait, tell=print_status, write_index=index, key=key)
        else:
            write_output(export_groups(compile_all(tell=set_step), chosen or "ttl"), output)
    if store or output != "-":
        print_status(f"{store or output}: written")
    if rejected_file and rejected is not None:
        write_output(rejected.format(), str(rejected_file))
        print_status(f"{rejected_file}: {format_count(len(rejected), 'rejected row')}")
        ctx.exit(1 if rejected else 0)


@click.command()
@click.argument("file", type=PATH)
@click.argument("folder", type=PATH)
@wait_option
def load(file: Path, folder: Path, *, wait: bool) -> None:
    """Write an RDF file to a folder as a database (a store), without checks.

    N-Quads and TriG (.nq, .trig) of any size are loaded in little memory, other files through the
    memory. `aigg build --store` writes the graph of fact files.
    """
    from graph_builder.store.disk_store import write_store
    from graph_builder.store.graph_properties import write_index_of
    from graph_builder.store.rdf_files import load_rdf

    if not file.is_file():
        raise ReadError(f"{file}: no such file")
    fill = partial(load_rdf, file)
    write_store(fill, folder, wait=wait, tell=print_status, write_index=write_index_of)
    print_status(f"{folder}: written")


F = TypeVar("F", bound=Callable[..., object])
#: Required keys of a source, besides its id.
SOURCE_KEYS = (
    *("title", "publisher", "address", "date", "kind", "language", "licence", "verification"),
)


def _add_source_options(command: F) -> F:
    """Return a command with an option for each required key of a source."""
    for key in reversed(SOURCE_KEYS):
        help_ = (
            "Fill in how well the facts were checked, such as primary (the official text was read)."
            if key == "verification"
            else f"Fill in the {key} of the source."
        )
        command = click.option(f"--{key}", help=help_)(command)
    return command


@click.command()
@click.argument("source_id")
@click.option(
    "-o", "--output", help="File to write; - prints to the screen.  [default: SOURCE_ID.yaml]"
)
@click.option("--folder", type=PATH, help="Folder to write the file to; created if missing.")
@click.option(
    "--text",
    type=PATH,
    help="File with the text of the source (.txt, .html or .pdf); its length and checksum "
    "(SHA-256) are filled in.",
)
@click.option(
    "--from",
    "table",
    type=PATH,
    help="Table (a CSV file) whose columns are mapped to facts; the new file goes beside it.",
)
@_add_source_options
def new(
    *,
    source_id: str,
    output: str | None,
    folder: Path | None,
    text: Path | None,
    table: Path | None,
    **given: str,
) -> None:
    """Create a fact file for a source, with every key explained.

    SOURCE_ID is a new id: letters, digits and hyphens. A JSON Schema is written to the same folder.
    With it, a text editor can suggest keys and underline mistakes. Existing files are not
    overwritten.
    """
    if output and folder:
        raise click.UsageError("Use --output or --folder, not both.")
    from graph_builder.ingest.json_schema import generate_schema
    from graph_builder.ingest.scaffold import SCHEMA_FILE, format_new_fact_file
    from graph_builder.ingest.source_texts import read_source_text

    read = read_source_text(text) if text else None
    for note in read.notes if read else ():
        print_status(f"{text}: {note}")
    written = format_new_fact_file(
        source_id, {key: word for key, word in given.items() if word}, read, table
    )
    if output == "-":
        write_output(written, output)
        return
    beside_table = table.parent if table else Path()
    target = Path(output or (folder or beside_table) / f"{source_id}.yaml")
    if table and target.absolute().parent != table.absolute().parent:
        raise ReadError(f"{target}: write the map into the folder of its table, {table.parent}")
    if target.suffix != ".yaml":
        raise ReadError(f"{target}: the name of a fact file must end in .yaml")
    write_new_file(written, target)
    if not (beside := target.with_name(SCHEMA_FILE)).exists():
        write_new_file(generate_schema(), beside)
    print_status(f"{target}: written; aigg check {target} shows what is missing")


@click.command()
@facts_options
@output_option
def schema(*, facts: tuple[Path, ...], only: bool, output: str) -> None:
    """Write the JSON Schema of fact files.

    With this schema, a text editor can suggest keys and underline mistakes.
    """
    from graph_builder.ingest.json_schema import generate_schema

    write_output(generate_schema(facts, only=only), output)


@click.command()
@store_option
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="Exit with code 1 if a finding is at least this severe; none means never.",
)
@click.pass_context
def validate(ctx: click.Context, *, store: str, fail_on: str) -> None:
    """Check a graph against the rules of the project: SHACL shapes and queries."""
    from graph_builder.query.set_aside import list_set_aside
    from graph_builder.query.validation import format_findings
    from graph_builder.query.validation import validate as validate_graph
    from graph_builder.store.own_terms import check_uses_terms

    graph = open_any_graph(store)
    check_uses_terms(graph)
    findings = validate_graph(graph)
    for line in format_findings(findings):
        click.echo(format_message(line))
    print_status(format_count(len(findings), "finding"))
    if aside := len(list_set_aside(graph)):
        facts = format_count(aside, "fact")
        print_status(f"{facts} of sources set aside by judgements: GRAPH graph:set-aside {{ … }}")
    if any(SEVERITIES.index(f.severity) >= SEVERITIES.index(fail_on) for f in findings):
        ctx.exit(1)
