"""Load and run named questions: .rq files of valid SPARQL, each with a head that describes it.

The head is read by :mod:`~graph_builder.query.question_head`. A parameter is a marked line such
as ``VALUES ?event { event:x } #= event``. Its value is replaced by a typed term; the value in the
file is the default.
"""

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from graph_builder.core.errors import (
    QueryError,
    QueryWarning,
    ReadError,
    UnknownNameError,
    suggest_similar,
)
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import quote
from graph_builder.query.asked_values import AskedValue, Origin, build_asked_value
from graph_builder.query.parameters import ParameterKind, format_typed_value
from graph_builder.query.parameters import format_sparql_term as as_term
from graph_builder.query.query_notes import (
    UNUSED,
    AnsweredQuery,
    annotate_answer,
    annotate_question_answer,
    describe_later_day,
    describe_selection,
)
from graph_builder.query.question_head import (
    KINDS,
    QuestionHead,
    has_question_head,
    read_question_head,
)
from graph_builder.query.result_table import ResultTable
from graph_builder.query.values_with_rows import describe_values_with_rows
from graph_builder.store.engine import PeekedSolutions, concatenate_solutions
from graph_builder.store.graph import Graph, GraphLike

#: The value of a variable in a solution; None if unbound.
OptionalTerm = NamedNode | BlankNode | Literal | Triple | None

_PARAMETER_LINE = re.compile(
    r"^([^\S\n]*VALUES \?\w+ \{ )(.*?)( \}[^\S\n]*#= (\w+)[^\S\n]*)$", re.MULTILINE
)
#: The head lines other than the summary.
_OTHER_HEAD_LINE = re.compile(r"^#\+ (?!summary:).*\n", re.MULTILINE)
_SPARQL_SIGN = re.compile(r"[{<:?]")
#: The parameter that begins a period, and is no day that is asked about.
_PERIOD_START = "since"
_TRIPLE_COLUMNS = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its name, the kind of its values, and its default in SPARQL."""

    name: str
    kind: ParameterKind
    default: str

    @property
    def default_text(self) -> str:
        """The default as a user would type it."""
        return format_typed_value(self.default)


@dataclass(frozen=True)
class Question:
    """A named question: its SPARQL text with the default values, and the contents of its head.

    ``absence`` says what it means for the answer that something is not recorded, "" if nothing.
    ``head`` has the head as it stands, with the lines of its keys.
    """

    name: str
    text: str
    summary: str
    description: str
    absence: str
    number: int | None
    columns: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    head: QuestionHead

    @property
    def day_parameter(self) -> str:
        """The name of the parameter that is the day asked about, "" if there is none."""
        return next((name for name in self.date_parameters if name != _PERIOD_START), "")

    @property
    def date_parameters(self) -> tuple[str, ...]:
        """The names of the parameters that are days, months or years."""
        every = self.parameters.items()
        return tuple(name for name, each in every if each.kind.of_one is ParameterKind.DATE)

    def list_asked_values(self, values: Mapping[str, str], graph: Graph) -> tuple[AskedValue, ...]:
        """Return all parameters with their values, those of ``values`` or the defaults."""
        return tuple(
            build_asked_value(name, as_term(values[name], each.kind, graph), Origin.GIVEN, graph)
            if name in values
            else build_asked_value(name, each.default, Origin.DEFAULT, graph)
            for name, each in self.parameters.items()
        )

    def fill(
        self, values: Mapping[str, str], graph: Graph, defaults: Mapping[str, str] | None = None
    ) -> str:
        """Return the SPARQL text with parameter values; raises QueryError for a wrong value.

        ``defaults`` replaces defaults by SPARQL terms; names of other parameters are ignored.
        """
        for name in values:
            if name not in self.parameters:
                raise self._report_unknown_parameter(name)
        terms = dict(defaults or {})
        for name, value in values.items():
            try:
                terms[name] = as_term(value, self.parameters[name].kind, graph)
            except QueryError as error:
                raise QueryError(f"{name}: {error}") from error
        return _PARAMETER_LINE.sub(
            lambda mark: mark[1] + terms.get(mark[4], mark[2]) + mark[3],
            self.text,
        )

    def _report_unknown_parameter(self, name: str) -> UnknownNameError:
        """Return an error with the nearest parameter, or all if none is near."""
        kind = f"parameter of {self.name}"
        if not self.parameters or suggest_similar(name, self.parameters):
            return UnknownNameError(kind, name, self.parameters)
        return UnknownNameError(f"{kind} (which has {', '.join(self.parameters)})", name)


def strip_question_head(text: str) -> str:
    """Return the text of a question without its head, except for the summary."""
    return _OTHER_HEAD_LINE.sub("", text).strip()


def check_question_head(text: str, file: str) -> None:
    """Raise QueryError if a query in a file has a head that is wrong; it needs none."""
    if has_question_head(text):
        parse_question(text, file, file)


def parse_question(text: str, name: str, file: str = "") -> Question:
    """Return the question in the text of a .rq file; raises QueryError if its head is wrong."""
    head = read_question_head(text, file or f"{name}.rq")
    marks = {mark[4]: mark for mark in _PARAMETER_LINE.finditer(text)}
    for parameter in [each for each in marks if each not in head.kinds]:
        raise head.make_line_error(
            text.count("\n", 0, marks[parameter].start(2)) + 1,
            f"the head gives no kind for the parameter {quote(parameter)}; "
            f"below '#+ params:', add a line '#+   {parameter}: KIND' (KIND: {KINDS})",
        )
    for parameter in [each for each in head.kinds if each not in marks]:
        raise head.make_line_error(
            head.parameter_lines[parameter],
            f"no line marks the parameter {quote(parameter)}; "
            f"in the query, write 'VALUES ?x {{ ... }}  #= {parameter}'",
        )
    values = head.values
    return Question(
        name=name,
        text=text,
        summary=values["summary"],
        description=values.get("description", ""),
        absence=values.get("absence", ""),
        number=int(values["question"]) if "question" in values else None,
        columns=tuple(values.get("columns", "").split()),
        parameters={n: Parameter(n, kind, marks[n][2]) for n, kind in head.kinds.items()},
        head=head,
    )


def _read_question(path: Path) -> Question:
    """Return the question in a file; raises QueryError if its head is wrong, or ReadError."""
    try:
        return parse_question(path.read_text(encoding="utf-8"), path.stem)
    except UnicodeDecodeError as error:
        raise QueryError(
            f"{path}: not UTF-8: byte {error.start}; save the file as UTF-8"
        ) from error
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error


def questions(directory: Path | None = None) -> dict[str, Question]:
    """Return the questions in a folder by name; by default the shipped ones."""
    paths = sorted((directory or find_data_folder("queries")).glob("*.rq"))
    return {path.stem: _read_question(path) for path in paths}


@cache
def load_question(name: str) -> Question:
    """Return a shipped question, cached; raises UnknownNameError with the nearest names."""
    names = [p.stem for p in find_data_folder("queries").glob("*.rq")]
    if name not in names:
        raise UnknownNameError("query", name, names)
    return _read_question(find_data_folder("queries") / f"{name}.rq")


def ask(graph: GraphLike, question: str, /, **parameters: str) -> ResultTable:
    """Return the answer to a named question or to a SPARQL query as a table.

    Rows map columns to texts: IRIs in full, "" if unbound. Triples have the columns subject,
    predicate and object. What a reader has to know of the answer is in ``notes`` of the table; that
    a SPARQL query names what the graph does not use is a QueryWarning too. Raises UnknownNameError
    for an unknown question or parameter, QueryError for a wrong value or query, and for an ASK
    query, which ``Graph.query`` answers.
    """
    dataset = Graph.wrap(graph)
    answered = _answer(dataset, question, parameters)
    if isinstance(answered.answer, QueryBoolean):
        raise QueryError("the answer is yes or no, not a table; use Graph.query instead")
    table = build_table(answered.answer, dataset)
    table.asked = answered.asked
    table.notes = answered.notes
    if _is_sparql(question):
        for note in answered.term_notes:
            if not note.endswith(UNUSED):
                warnings.warn(note, QueryWarning, stacklevel=2)
    return table


def answer_question(graph: Graph, name: str, values: Mapping[str, str]) -> AnsweredQuery:
    """Return the answer to a named question with notes on it.

    A question about a day takes that of the graph, if it is as of one, and asks all facts, since it
    decides itself what holds on that day. Raises UnknownNameError for an unknown question or
    parameter, QueryError for a wrong value, and for a second day.
    """
    question = load_question(name)
    day = question.day_parameter
    if graph.at and day:
        if values.get(day, graph.at) != graph.at:
            raise QueryError(f"{name}: two days are given, {graph.at} and {day}={values[day]}")
        values, graph = {**values, day: graph.at}, graph.whole
    text = question.fill(values, graph)
    answered = annotate_question_answer(graph, text, graph.query(text, name))
    has_rows = not answered.absence_note
    dates = [values[name] for name in question.date_parameters if name in values]
    return replace(
        answered,
        asked=question.list_asked_values(values, graph),
        value_notes=() if has_rows else describe_values_with_rows(graph, question, values),
        day_note=describe_later_day(graph, max(dates, default="")),
        absence_note=answered.absence_note or question.absence,
        selection_note=describe_selection(graph) if question.absence else "",
    )


def build_table(
    answer: QuerySolutions | PeekedSolutions | QueryTriples, graph: Graph
) -> ResultTable:
    """Return an answer as a table; raises QueryError if evaluation fails while it is read."""
    try:
        found = list_rows(answer)
    except (OSError, RuntimeError) as error:
        from graph_builder.store.query_errors import describe_evaluation_error

        raise QueryError(describe_evaluation_error(error)) from error
    return ResultTable(_list_columns(answer), map(_get_row_texts, found), found, graph)


def _answer(graph: Graph, question: str, parameters: Mapping[str, str]) -> AnsweredQuery:
    """Return the answer to a named question or to a SPARQL query."""
    if not _is_sparql(question):
        return answer_question(graph, question, parameters)
    if parameters:
        raise QueryError("only named questions take parameters")
    return annotate_answer(graph, question, graph.query(question))


def _is_sparql(question: str) -> bool:
    return _SPARQL_SIGN.search(question) is not None


def ask_for_rows(graph: Graph, *names: str, **parameters: str) -> list[dict[str, OptionalTerm]]:
    """Return the answers to named questions as rows of RDF terms."""
    return list_rows(ask_for_solutions(graph, *names, **parameters))


def ask_for_solutions(graph: Graph, *names: str, **parameters: str) -> QuerySolutions:
    """Return the answers to named questions as one answer, with the defaults of the first."""
    asked = [load_question(name) for name in names]
    defaults = {name: each.default for name, each in asked[0].parameters.items()}
    answers: list[Any] = [
        graph.query(each.fill(parameters, graph, defaults), each.name) for each in asked
    ]
    return answers[0] if len(answers) == 1 else concatenate_solutions(answers)


def list_text_rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, str]]:
    """Return SPARQL solutions as rows of texts."""
    return [_get_row_texts(row) for row in list_rows(solutions)]


def to_text(term: OptionalTerm) -> str:
    """Return a term as text: an IRI in full, a literal without its datatype, "" for None."""
    return "" if term is None else str(getattr(term, "value", term))


def list_rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, OptionalTerm]]:
    """Return SPARQL solutions as rows of RDF terms."""
    names = _list_columns(solutions)
    return [dict(zip(names, solution, strict=True)) for solution in solutions]  # type: ignore[arg-type]


def _list_columns(answer: object) -> list[str]:
    variables = getattr(answer, "variables", None)
    return (
        list(_TRIPLE_COLUMNS) if variables is None else [variable.value for variable in variables]
    )


def _get_row_texts(row: Mapping[str, OptionalTerm]) -> dict[str, str]:
    return {name: to_text(term) for name, term in row.items()}
