"""Format query answers: tables with labels for people, the SPARQL formats for programs."""

import json

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
)

from graph_builder.core.errors import QueryError
from graph_builder.core.option_values import MERGED_FORMATS, SPREADSHEET_FORMAT
from graph_builder.core.validity_period import TruthValue
from graph_builder.query.asked_values import format_asked_values
from graph_builder.query.query_notes import AnsweredQuery
from graph_builder.query.text_table import TextTable, format_table
from graph_builder.store.engine import Answer, PeekedSolutions
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export

_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
}
#: The column of the word that answers an ASK query.
_TRUTH_COLUMN = "answer"
_DAY_LENGTH = len("2025-02-10")


def format_answer(answered: AnsweredQuery, extension: str | None, graph: Graph) -> str:
    """Return an answer as text: by default a table, Turtle for a graph, or a word for ASK.

    The word is what the answer means, in rows too: yes, no, not known or not recorded; JSON keeps
    the boolean of SPARQL. JSON has the notes too, as ``notes``. Raises QueryError if this kind of
    answer has no such format, or if evaluation, which goes on while the answer is read, fails.
    """
    try:
        text = _format_answer(answered.answer, answered.truth, extension, graph)
    except (OSError, RuntimeError) as error:
        from graph_builder.store.query_errors import describe_evaluation_error

        raise QueryError(describe_evaluation_error(error)) from error
    if extension == "json":
        return _add_members(text, answered)
    if not has_room_for_parameters(extension):
        return text
    return format_asked_values(answered.asked, extension or "table") + text


def has_room_for_parameters(extension: str | None) -> bool:
    """Return whether an answer in a format says itself what was asked: the rows of CSV cannot."""
    return extension not in ("csv", SPREADSHEET_FORMAT, "tsv")


def format_rows(answer: Answer, extension: str | None, graph: Graph) -> str:
    """Return an answer without notes as text, as ``format_answer`` does."""
    return format_answer(AnsweredQuery(answer), extension, graph)


def _add_members(text: str, answered: AnsweredQuery) -> str:
    """Return SPARQL results in JSON with further members, which programs may ignore.

    They are ``parameters``, which a question was asked with, and ``notes``. They come before the
    rows, since some programs read nothing after them.
    """
    parameters = [{**vars(each), "value": each.iri or each.value} for each in answered.asked]
    members = {"parameters": parameters, "notes": [*answered.remarks]}
    given = {name: value for name, value in members.items() if value}
    if not given:
        return text
    end_of_head = text.index("}") + 1
    further = json.dumps(given, ensure_ascii=False).removeprefix("{").removesuffix("}")
    return f"{text[:end_of_head]},{further}{text[end_of_head:]}"


def _format_answer(
    answer: Answer | PeekedSolutions, truth: TruthValue | None, extension: str | None, graph: Graph
) -> str:
    if isinstance(answer, QueryTriples):
        return _format_graph(answer, extension or "ttl")
    if extension in MERGED_FORMATS:
        raise QueryError(
            f"this answer is not a graph, so {extension} is not possible; use CONSTRUCT"
        )
    if isinstance(answer, QueryBoolean) and extension != "json":
        word = truth or ("true" if answer else "false")
        heading = f"{_TRUTH_COLUMN}\n" if extension in _RESULT_FORMATS else ""
        return f"{heading}{word}\n"
    if extension in _RESULT_FORMATS or isinstance(answer, QueryBoolean):
        return _end_last_line(
            (answer.serialize(format=_RESULT_FORMATS[extension or "json"]) or b"").decode()
        )
    return format_table(label_solutions(answer, graph), extension or "table")


def label_solutions(solutions: QuerySolutions | PeekedSolutions, graph: Graph) -> TextTable:
    """Return solutions as a table with labels instead of IRIs."""
    columns = [variable.value for variable in solutions.variables]
    rows = [*map(tuple, solutions)]
    graph.read_labels(cell.value for row in rows for cell in row if isinstance(cell, NamedNode))
    return TextTable(columns, ([_format_cell(value, graph) for value in row] for row in rows))


def _format_cell(value: object, graph: Graph) -> str:
    if isinstance(value, NamedNode):
        return graph.label(value.value)
    return "" if value is None else str(getattr(value, "value", value))


def format_snapshot_day(at: str) -> str:
    """Return a day, month or year with its preposition: ``on 2025-02-10``, ``in 2025``."""
    return f"{'on' if len(at) == _DAY_LENGTH else 'in'} {at}"


def _format_graph(triples: QueryTriples, extension: str) -> str:
    if extension not in MERGED_FORMATS:
        raise QueryError(
            f"this answer is a graph; use {' or '.join(MERGED_FORMATS)}, not {extension}"
        )
    return export((Quad(t.subject, t.predicate, t.object) for t in triples), extension)


def _end_last_line(text: str) -> str:
    """Return a serialised answer with a line end, which some formats omit."""
    return text if text.endswith("\n") else text + "\n"
