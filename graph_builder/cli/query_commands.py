"""Commands that ask: the list of questions, one question, everything about a thing."""

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
    write_output,
)
from graph_builder.core.choices import ANSWER_FORMATS, ROW_FORMATS, TEXT_FORMATS
from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.text import format_count, quote


@click.command()
@click.argument("name", required=False)
def queries(name: str | None) -> None:
    """List the named questions, or show one with its parameters and its SPARQL."""
    from graph_builder.query.named_questions import load_question
    from graph_builder.query.named_questions import questions as all_questions

    if name:
        click.echo(load_question(name).text, nl=False)
        return
    found = all_questions()
    width = max(map(len, found))
    for asked in found.values():
        takes = f" [{', '.join(asked.parameters)}]" if asked.parameters else ""
        click.echo(f"{asked.name:{width}}  {asked.summary}{takes}")


def _parse_parameters(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [key for key, equals, _ in pairs if not equals or not key]:
        raise click.BadParameter(f"{quote(wrong[0])} is not of the form key=value")
    return {key: value for key, _, value in pairs}


@click.command()
@click.argument("name", required=False)
@click.option(
    "-p", "--param", "values", multiple=True, callback=_parse_parameters, help="key=value."
)
@click.option("--text", help="SPARQL text to ask in place of a named question.")
@click.option("-f", "--file", type=PATH, help="File with SPARQL text to ask.")
@selection_options
@format_option(ANSWER_FORMATS)
@output_option
def query(
    *,
    name: str | None,
    values: dict[str, str],
    text: str | None,
    file: Path | None,
    wanted: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Ask a named question, or SPARQL of your own, and print the answer.

    A parameter's value is a label, a prefixed name or an IRI: -p event="AI Action Summit 2025".
    With --at, a column says of each row whether it held then: yes or not known; where things are
    but counted, a number that is not sure stands twice, with at least and with at most.
    """
    if sum(map(bool, (name, text, file))) != 1:
        raise click.UsageError("Give one of: the name of a question, --text, --file.")
    if values and not name:
        raise click.UsageError("Only named questions take parameters.")
    from graph_builder.query.named_questions import load_question
    from graph_builder.query.result_format import format_answer

    chosen = choose_format(extension, output, ANSWER_FORMATS)
    graph = wanted.graph()
    if name:
        text = load_question(name).fill(values, graph)
    elif file:
        text = _read_query(file)
    write_output(
        format_answer(graph.query(text or "", str(file or name or "query")), chosen, graph), output
    )


def _read_query(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{file}: not UTF-8: byte {error.start}") from error
    except OSError as error:
        raise ReadError(f"{file}: {error.strerror or error}") from error


@click.command()
@click.argument("term")
@selection_options
@format_option(ROW_FORMATS)
@output_option
def explain(
    *,
    term: str,
    wanted: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Show everything that is known of a thing, with who says so, where, and how strongly.

    TERM is a label, a prefixed name or an IRI: "Sciences Po Paris", actor:IND, "co-organiser".
    """
    from graph_builder.query.explanation import format_explanation

    chosen = choose_format(extension, output, ROW_FORMATS)
    write_output(format_explanation(wanted.graph(), term, chosen or "table"), output)


@click.command()
@click.argument("term", required=False)
@selection_options
@format_option(ROW_FORMATS)
@output_option
def disagreements(
    *, term: str | None, wanted: GraphSelection, extension: str | None, output: str
) -> None:
    """Show side by side what sources say differently, with a verdict for each place.

    TERM, a thing, a relation or a source, keeps the places that name it: "Bletchley Declaration",
    "start date", source:ali. A rounding, an earlier number or a plan is told from a contradiction.
    """
    from graph_builder.compare.conflict_report import format_conflicts
    from graph_builder.compare.conflicts import disagreements as places

    chosen = choose_format(extension, output, ROW_FORMATS)
    graph = wanted.graph()
    write_output(format_conflicts(places(graph, term), graph, chosen or "table"), output)


@click.command()
@click.argument("text")
@click.option("--kind", help="Kind of ids or class to look among: event, person, country, ...")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="Most lines.")
@selection_options
@format_option(ROW_FORMATS)
@output_option
@click.pass_context
def find(
    ctx: click.Context,
    *,
    text: str,
    kind: str | None,
    limit: int,
    wanted: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Find things by any name, in any language, even misspelt.

    The names are labels, names that sources use, ids and codes of countries; each line says which
    of them matched, who gives it, and what tells the thing from others. Exit code 1: nothing found.
    """
    from graph_builder.query.entity_search import find as find_things
    from graph_builder.query.search_report import format_matches

    chosen = choose_format(extension, output, ROW_FORMATS)
    graph = wanted.graph()
    found = find_things(graph, text, kind=kind, limit=None)
    if not found:
        day = f" as it stood {wanted.at}" if wanted.at else ""
        print_status(f"nothing in the graph{day} is called {quote(text)} or nearly so")
        ctx.exit(1)
    write_output(format_matches(graph, found[:limit], chosen or "table"), output)
    if len(found) > limit:
        print_status(f"the first {limit} of {len(found)}; --limit {len(found)} shows all")


@click.command()
@click.argument("old")
@click.argument("new")
@format_option(TEXT_FORMATS)
@output_option
@click.pass_context
def diff(ctx: click.Context, *, old: str, new: str, extension: str | None, output: str) -> None:
    """Say in words what changed from OLD to NEW; the exit code is 1 if anything did.

    Each is an RDF file, a folder of fact files, or a revision of the git repository that you are
    in: HEAD~1 means its folder facts/, HEAD~1:PATH another one. A file or folder that exists comes
    before a revision of the same name.
    """
    from graph_builder.compare.diff import diff as compare
    from graph_builder.compare.diff_report import format_diff
    from graph_builder.store.versions import open_version

    chosen = choose_format(extension, output, TEXT_FORMATS)
    with delay_interrupt():  # a revision is read out of git into a folder
        found = compare(open_version(old), open_version(new))
    write_output(format_diff(found, chosen or "text", (old, new)), output)
    if found.unnamed:
        print_status(f"{format_count(found.unnamed, 'statement')} with blank nodes left out")
    if found.changes:
        ctx.exit(1)
