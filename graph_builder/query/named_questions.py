"""The named questions: one .rq file each, valid SPARQL as it stands, with a head that explains it.

The head is written in the manner of grlc (https://grlc.io): lines ``#+ key: value``. A parameter is
a marked line, ``VALUES ?event { event:x } #= event``, whose data is replaced by a typed term; the
term that stands in the file is the parameter's default.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import quote
from graph_builder.query.parameters import ALL_ENTITIES, ParameterKind
from graph_builder.query.parameters import format_sparql_term as as_term
from graph_builder.query.result_table import ResultTable
from graph_builder.store.engine import concatenate_solutions
from graph_builder.store.graph import Graph, GraphLike

#: What a column of a row holds; None is unbound.
OptionalTerm = NamedNode | BlankNode | Literal | Triple | None

_HEAD_LINE = re.compile(r"#\+ ( *)([a-z]+): ?(.*)")
_PARAMETER_LINE = re.compile(r"^(\s*VALUES \?\w+ \{ )(.*?)( \}\s*#= (\w+)\s*)$", re.MULTILINE)
_LITERAL_TERM = re.compile(r'"(.*)"(?:\^\^|@)?.*')
#: Of the head what a reader of the query has no use for.
_OTHER_HEAD_LINE = re.compile(r"^#\+ (?!summary:).*\n", re.MULTILINE)
_SPARQL_SIGN = re.compile(r"[{<:?]")
_TRIPLE_COLUMNS = ("subject", "predicate", "object")
_HEAD_KEYS = ("question", "summary", "description", "params", "columns")
#: What the head of a network's query declares besides.
_NETWORK_KEYS = ("nodes", "edge", "mode", "directed", "projected")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its name, the kind of its values, and the default as in SPARQL."""

    name: str
    kind: ParameterKind
    default: str

    @property
    def default_text(self) -> str:
        """Return the default as one would type it."""
        if literal := _LITERAL_TERM.fullmatch(self.default):
            return literal[1]
        return ALL_ENTITIES if self.default == "UNDEF" else self.default


@dataclass(frozen=True)
class Question:
    """A named question: its text with defaults in place, and what its head says of it."""

    name: str
    text: str
    summary: str
    description: str
    number: int | None
    columns: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    network_settings: Mapping[str, str]

    def fill(
        self, values: Mapping[str, str], graph: Graph, defaults: Mapping[str, str] | None = None
    ) -> str:
        """Return the text with values in place of defaults; raises QueryError for a wrong one.

        Other defaults may be given, as in SPARQL, those of no parameter among them.
        """
        for name in values:
            if name not in self.parameters:
                raise UnknownNameError(f"parameter of {self.name}", name, self.parameters)
        terms = dict(defaults or {})
        for name, value in values.items():
            terms[name] = as_term(value, self.parameters[name].kind, graph)
        return _PARAMETER_LINE.sub(
            lambda mark: mark[1] + terms.get(mark[4], mark[2]) + mark[3],
            self.text,
        )


def strip_question_head(text: str) -> str:
    """Return the text of a question with no more of its head than the summary."""
    return _OTHER_HEAD_LINE.sub("", text).strip()


def parse_question(text: str, name: str) -> Question:
    """Return the question that a .rq file's text holds; raises QueryError if its head is wrong."""
    head: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#+"):
            continue
        match = _HEAD_LINE.fullmatch(line.rstrip())
        if match is None or (not match[1] and match[2] not in _HEAD_KEYS + _NETWORK_KEYS):
            raise QueryError(f"{name}.rq:{number}:1: not a head line of the form '#+ key: value'")
        (kinds if match[1] else head)[match[2]] = match[3]
    defaults = {mark[4]: mark[2] for mark in _PARAMETER_LINE.finditer(text)}
    if defaults.keys() != kinds.keys() or "summary" not in head:
        raise QueryError(f"{name}.rq:1:1: the head needs a summary and the parameters marked below")
    return Question(
        name=name,
        text=text,
        summary=head["summary"],
        description=head.get("description", ""),
        number=int(head["question"]) if "question" in head else None,
        columns=tuple(head.get("columns", "").split()),
        parameters={n: Parameter(n, _parse_kind(kinds[n], name), defaults[n]) for n in kinds},
        network_settings={key: head[key] for key in _NETWORK_KEYS if key in head},
    )


def _parse_kind(word: str, name: str) -> ParameterKind:
    try:
        return ParameterKind(word)
    except ValueError:
        raise QueryError(f"{name}.rq: unknown kind of parameter {quote(word)}") from None


def questions(directory: Path | None = None) -> dict[str, Question]:
    """Return the questions of a folder, by default the shipped ones, by name."""
    paths = sorted((directory or find_data_folder("queries")).glob("*.rq"))
    return {
        path.stem: parse_question(path.read_text(encoding="utf-8"), path.stem) for path in paths
    }


@cache
def load_question(name: str) -> Question:
    """Return one shipped question, read once; raises UnknownNameError with the nearest names."""
    path = find_data_folder("queries") / f"{name}.rq"
    names = [p.stem for p in find_data_folder("queries").glob("*.rq")]
    if name not in names:
        raise UnknownNameError("query", name, names)
    return parse_question(path.read_text(encoding="utf-8"), name)


def ask(graph: GraphLike, asked: str, /, **parameters: str) -> ResultTable:
    """Return the answer to a named question, or to SPARQL of one's own, as a table.

    Its rows map columns to texts (IRIs in full, "" if unbound); triples have the columns subject,
    predicate and object. Raises UnknownNameError for an unknown question or parameter, QueryError
    for a wrong value or query and for one that is answered by yes or no: Graph.query takes those.
    """
    opened = Graph.wrap(graph)
    answer = opened.query(_get_sparql(asked, parameters, opened))
    if isinstance(answer, QueryBoolean):
        raise QueryError("the answer is yes or no and no table; ask for it with Graph.query")
    return build_table(answer, opened)


def build_table(answer: QuerySolutions | QueryTriples, graph: Graph) -> ResultTable:
    """Return an answer as a table; raises QueryError where it breaks off while it is read."""
    try:
        found = _list_rows(answer)
    except (OSError, RuntimeError) as error:
        raise QueryError(f"the query cannot be answered: {error}") from error
    return ResultTable(_list_columns(answer), map(_get_row_texts, found), found, graph)


def _get_sparql(asked: str, parameters: Mapping[str, str], graph: Graph) -> str:
    """Return a named question with its parameters, or the text that is no name."""
    if not _SPARQL_SIGN.search(asked):
        return load_question(asked).fill(parameters, graph)
    if parameters:
        raise QueryError("only named questions take parameters")
    return asked


def ask_for_rows(graph: Graph, *names: str, **parameters: str) -> list[dict[str, OptionalTerm]]:
    """Return the same as ``ask_solutions`` as rows of terms, so that a literal stays one."""
    return _list_rows(ask_for_solutions(graph, *names, **parameters))


def ask_for_solutions(graph: Graph, *names: str, **parameters: str) -> QuerySolutions:
    """Return the answers to named questions as one, all with the defaults of the first."""
    asked = [load_question(name) for name in names]
    defaults = {name: each.default for name, each in asked[0].parameters.items()}
    found: list[Any] = [
        graph.query(each.fill(parameters, graph, defaults), each.name) for each in asked
    ]
    return found[0] if len(found) == 1 else concatenate_solutions(found)


def list_text_rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, str]]:
    """Return SPARQL solutions as rows of strings."""
    return [_get_row_texts(row) for row in _list_rows(solutions)]


def to_text(term: OptionalTerm) -> str:
    """Return a term as a string: an IRI in full, a literal without its datatype, "" for none."""
    return "" if term is None else str(getattr(term, "value", term))


def _list_rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, OptionalTerm]]:
    names = _list_columns(solutions)
    return [dict(zip(names, solution, strict=True)) for solution in solutions]  # type: ignore[arg-type]


def _list_columns(answer: object) -> list[str]:
    variables = getattr(answer, "variables", None)
    return (
        list(_TRIPLE_COLUMNS) if variables is None else [variable.value for variable in variables]
    )


def _get_row_texts(row: Mapping[str, OptionalTerm]) -> dict[str, str]:
    return {name: to_text(term) for name, term in row.items()}
