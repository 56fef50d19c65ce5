"""Commands that query the graph: questions, search, explanations, conflicts, differences."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph_builder.cli.options import (
    PATH,
    GraphSelection,
    choose_format,
    format_option,
    ontology_option,
    output_option,
    selection_options,
)
from graph_builder.cli.output import delay_interrupt, print_status, write_formatted, write_output
from graph_builder.core.errors import QueryError, ReadError
from graph_builder.core.option_values import ANSWER_FORMATS, ROW_FORMATS, TEXT_FORMATS
from graph_builder.core.text import quote

#: The name of a file that means the standard input.
_STDIN = "-"

if TYPE_CHECKING:
    from graph_builder.query.query_notes import AnsweredQuery
    from graph_builder.store.graph import Graph


@click.command()
@click.argument("name", required=False)
def queries(name: str | None) -> None:
    """List the named questions, or show one.

    The list shows the parameters of each question in brackets. With NAME, the question is shown in
    SPARQL.
    """
    from graph_builder.query.named_questions import load_question, questions

    if name:
        click.echo(load_question(name).text, nl=False)
        return
    all_questions = questions()
    width = max(map(len, all_questions))
    for question in all_questions.values():
        parameters = f" [{', '.join(question.parameters)}]" if question.parameters else ""
        click.echo(f"{question.name:{width}}  {question.summary}{parameters}")


def _parse_parameters(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [key for key, equals, _ in pairs if not equals or not key]:
        raise click.BadParameter(f"{quote(wrong[0])} is not of the form key=value")
    counts = Counter(key for key, _, _ in pairs)
    if twice := [key for key, number in counts.items() if number > 1]:
        raise click.BadParameter(f"{quote(twice[0])} is given more than once")
    return {key: value for key, _, value in pairs}


@click.command()
@click.argument("name", required=False)
@click.option(
    "-p",
    "--param",
    "values",
    multiple=True,
    callback=_parse_parameters,
    help="Set a parameter of the named question, as key=value. You can repeat this option.",
)
@click.option("--text", help="SPARQL query to run instead of a named question.")
@click.option(
    "-f", "--file", type=PATH, help="File with a SPARQL query to run; - reads the standard input."
)
@ontology_option
@selection_options
@format_option(ANSWER_FORMATS)
@output_option
def query(
    *,
    name: str | None,
    values: dict[str, str],
    text: str | None,
    file: Path | None,
    with_ontology: bool,
    selection: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Answer a named question, or a SPARQL query of your own.

    A thing is given by its name, its id or its IRI: -p event="AI Action Summit 2025". With --at, a
    column says whether each row was true then: yes or not known; a question that has a day as
    parameter, such as laws-in-force, is answered for that day. Uncertain counts appear as a
    minimum and a maximum; a count of things for which something is not recorded is marked "as
    recorded". The answer to ASK is a word, also in csv and tsv; json keeps SPARQL's true or false
    and adds a note.
    """
    if sum(map(bool, (name, text, file))) != 1:
        raise click.UsageError("Give exactly one of: the name of a question, --text, --file.")
    if values and not name:
        raise click.UsageError("--param needs the name of a question.")
    from graph_builder.query.named_questions import answer_question
    from graph_builder.query.query_notes import annotate_answer

    chosen = choose_format(extension, output, ANSWER_FORMATS) or ""
    if name:
        graph = selection.open_graph(in_memory=False)
        answered = answer_question(graph, name, values)
    else:
        sparql = _read_query(file) if file else text or ""
        graph = selection.open_any_graph(with_ontology=with_ontology, in_memory=False)
        found = graph.query(sparql, _name_query(file))
        answered = annotate_answer(graph, sparql, found)
    _write_answer(answered, graph, chosen, output)


def _write_answer(answered: "AnsweredQuery", graph: "Graph", extension: str, output: str) -> None:
    """Write an answer, and as notes what its format has no room for."""
    from graph_builder.query.result_format import format_answer, has_room_for_parameters

    write_formatted(lambda form: format_answer(answered, form, graph), extension, output)
    for note in answered.remarks if has_room_for_parameters(extension) else answered.notes:
        print_status(f"note: {note}")


@click.command()
@click.argument("relation")
@click.option("--of", "thing", help="Show only facts about this thing, as subject or object.")
@selection_options
@format_option(ROW_FORMATS)
@output_option
def facts(
    *,
    relation: str,
    thing: str | None,
    selection: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """List all facts with a relation, with source, passage and certainty.

    RELATION is a name or an id: "declined to endorse", declinedToEndorse, "start date",
    endorsers. `aigg query relations` lists the relations. Each row is what one passage states; with
    --at, the column holds says whether it was true then.
    """
    from graph_builder.query.named_questions import answer_question
    from graph_builder.query.relation_names import resolve_relation

    chosen = choose_format(extension, output, ROW_FORMATS) or "table"
    graph = selection.open_graph(in_memory=False)
    values = {"relation": resolve_relation(graph, relation), **({"of": thing} if thing else {})}
    _write_answer(answer_question(graph, "relation-facts", values), graph, chosen, output)


def _name_query(file: Path | None) -> str:
    """Return what messages call a query: its file, or where else it comes from."""
    if file is None:
        return "query"
    return "standard input" if str(file) == _STDIN else str(file)


def _read_query(file: Path) -> str:
    """Return the query in a file, relative IRIs resolved against its address.

    Raises QueryError if it has a head, as a named question has, that is wrong.
    """
    from graph_builder.query.named_questions import check_question_head

    if str(file) == _STDIN and sys.stdin is None:
        raise ReadError("standard input: closed")
    try:
        data = sys.stdin.buffer.read() if str(file) == _STDIN else file.read_bytes()
        found = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{_name_query(file)}: not UTF-8: byte {error.start}") from error
    except OSError as error:
        raise ReadError(f"{file}: {error.strerror or error}") from error
    check_question_head(found, _name_query(file))
    if str(file) == _STDIN:
        return found
    from graph_builder.store.query_text import resolve_relative_iris

    return resolve_relative_iris(found, file.resolve().as_uri())


@click.command()
@click.option(
    "--since",
    required=True,
    metavar="DATE",
    help="Show what is new since this day, month or year: 2025-02-10, 2025-02, 2025. A version (a "
    "file, a folder or a git revision) shows what differs from it, as `aigg diff` does.",
)
@selection_options
@format_option(ROW_FORMATS)
@output_option
def changes(*, since: str, selection: GraphSelection, extension: str | None, output: str) -> None:
    """Show what is new: sources, events, and what began or ended.

    The newest comes first. The dates are those that sources have or give, not those at which facts
    were entered; facts without a date are new with their source.
    """
    from graph_builder.query.named_questions import answer_question

    chosen = choose_format(extension, output, ROW_FORMATS) or "table"
    graph = selection.open_graph()
    if since[:1].isdigit() and not Path(since).exists():
        answered = answer_question(graph, "changes-since", {"since": since})
        _write_answer(answered, graph, chosen, output)
        return
    _write_version_changes(since, selection.store, graph, chosen, output)


def _write_version_changes(
    since: str, store: str, graph: "Graph", extension: str, output: str
) -> None:
    """Write what differs from an older version, in a format that a diff has."""
    from graph_builder.compare.diff import diff as compare
    from graph_builder.compare.diff_report import format_diff
    from graph_builder.store.versions import open_version

    form = "text" if extension == "table" else extension
    if form not in TEXT_FORMATS:
        raise QueryError(f"what differs from a version has no {extension}; use table, json or md")
    try:
        with delay_interrupt():
            old = open_version(since)
    except ReadError as error:
        raise ReadError(
            f"{quote(since)} is neither a date such as 2025-02-10, 2025-02 or 2025 "
            f"nor a version: {error}"
        ) from error
    write_output(format_diff(compare(old, graph), form, (since, store)), output)


@click.command()
@click.argument("term")
@selection_options
@format_option(ROW_FORMATS)
@output_option
@click.pass_context
def explain(
    ctx: click.Context,
    *,
    term: str,
    selection: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Show all facts about a thing, with source, passage and certainty.

    TERM is a name, an id or an IRI: "Sciences Po Paris", actor:IND, "co-organiser". Of a thing in a
    foreign graph, all triples are shown; exit code 1: the graph is foreign, so nothing has a
    source.
    """
    from graph_builder.query.explanation import format_explanation
    from graph_builder.store.own_terms import check_has_statements, describe_foreign

    chosen = choose_format(extension, output, ROW_FORMATS)
    graph = selection.open_any_graph(in_memory=False)
    check_has_statements(graph)
    write_formatted(lambda form: format_explanation(graph, term, form), chosen or "table", output)
    if foreign := describe_foreign(graph):
        print_status(foreign)
        ctx.exit(1)


@click.command()
@click.argument("term", required=False)
@selection_options
@format_option(ROW_FORMATS)
@output_option
def disagreements(
    *, term: str | None, selection: GraphSelection, extension: str | None, output: str
) -> None:
    """Show where sources disagree, and classify each conflict.

    With TERM, show only the conflicts about a thing, a relation or a source: "Bletchley
    Declaration", "start date", source:ali. Real contradictions are separated from apparent ones:
    for example, one source rounds a number, gives an earlier number, or reports a plan.
    """
    from graph_builder.compare.conflict_report import format_conflicts
    from graph_builder.compare.conflicts import disagreements as find_conflicts

    chosen = choose_format(extension, output, ROW_FORMATS)
    graph = selection.open_graph()
    conflicts = find_conflicts(graph, term)
    write_formatted(
        lambda form: format_conflicts(conflicts, graph, form), chosen or "table", output
    )


@click.command()
@click.argument("text")
@click.option("--kind", help="Find only things of this kind or class: event, person, country, ...")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Show at most this many results.",
)
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
    selection: GraphSelection,
    extension: str | None,
    output: str,
) -> None:
    """Find things by any name, in any language, even misspelt.

    TEXT can be a label, a name that a source uses, an id or a country code. Each line shows the
    name that matched, who uses that name, and how the thing differs from similar things. Exit code
    1: nothing found.
    """
    from graph_builder.query.entity_search import MatchType, build_matches, rank_names
    from graph_builder.query.entity_search import find as find_things
    from graph_builder.query.search_report import format_candidates, format_matches

    chosen = choose_format(extension, output, ROW_FORMATS)
    graph = selection.open_any_graph(in_memory=False)
    names = rank_names(graph, text, kind=kind)
    if not names:
        as_of = f" as of {selection.at}" if selection.at else ""
        of_kind = f" of kind {kind}" if kind else ""
        print_status(
            f"nothing{of_kind} in the graph{as_of} has the name {quote(text)} or a similar one"
        )
        if kind and (others := find_things(graph, text)):
            print_status(f"of other kinds: {format_candidates(graph, others)}")
        ctx.exit(1)
    matches = build_matches(graph, names[:limit])
    write_formatted(lambda form: format_matches(graph, matches, form), chosen or "table", output)
    equal = (MatchType.EXACT, MatchType.ALIAS, MatchType.ID)
    if kind and matches[0].how not in equal:
        others = find_things(graph, text, limit=1)
        if others[0].how in equal:
            print_status(f"of another kind: {format_candidates(graph, others)}")
    if len(names) > limit:
        print_status(f"{limit} of {len(names)} shown; --limit {len(names)} shows all")


@click.command()
@click.argument("old")
@click.argument("new")
@format_option(TEXT_FORMATS)
@output_option
@click.pass_context
def diff(ctx: click.Context, *, old: str, new: str, extension: str | None, output: str) -> None:
    """Show what changed from one version to another.

    OLD and NEW are each an RDF file, a folder of fact files, or a revision of the current git
    repository. For example, HEAD~1 means the folder facts/ in the revision before the current one,
    and HEAD~1:PATH means another folder in that revision. An existing file or folder takes
    precedence over a revision of the same name. A blank node (a thing without a name) is the same
    if all that is said of it is. Of two versions with named graphs, statements that only stand in
    other graphs are told too. Exit code 1: something changed.
    """
    from graph_builder.compare.diff import diff as compare
    from graph_builder.compare.diff_report import format_diff
    from graph_builder.store.versions import open_version

    chosen = choose_format(extension, output, TEXT_FORMATS)
    with delay_interrupt():  # a git revision is unpacked into a temporary folder
        versions = [open_version(name) for name in (old, new)]
        for note in (note for version in versions for note in version.notes):
            print_status(f"note: {note}")
        changes = compare(*versions)
    write_output(format_diff(changes, chosen or "text", (old, new)), output)
    if changes.changes:
        ctx.exit(1)
