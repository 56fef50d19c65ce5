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
from graph_builder.query.parameters import ALL, Kind
from graph_builder.query.parameters import term as as_term
from graph_builder.query.result_table import Table
from graph_builder.store.engine import stacked
from graph_builder.store.graph import Graph, GraphLike

#: What a column of a row holds; None is unbound.
Term = NamedNode | BlankNode | Literal | Triple | None

_HEAD = re.compile(r"#\+ ( *)([a-z]+): ?(.*)")
_MARK = re.compile(r"^(\s*VALUES \?\w+ \{ )(.*?)( \}\s*#= (\w+)\s*)$", re.MULTILINE)
_LITERAL = re.compile(r'"(.*)"(?:\^\^|@)?.*')
#: Of the head what a reader of the query has no use for.
_NO_SUMMARY = re.compile(r"^#\+ (?!summary:).*\n", re.MULTILINE)
_NO_NAME = re.compile(r"[{<:?]")
_TRIPLE = ("subject", "predicate", "object")
_KEYS = ("question", "summary", "description", "params", "columns")
#: What the head of a network's query declares besides.
_DECLARED = ("nodes", "edge", "mode", "directed", "projected")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its name, the kind of its values, and the default as in SPARQL."""

    name: str
    kind: Kind
    default: str

    @property
    def typed(self) -> str:
        """Return the default as one would type it."""
        if literal := _LITERAL.fullmatch(self.default):
            return literal[1]
        return ALL if self.default == "UNDEF" else self.default


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
    declared: Mapping[str, str]

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
        return _MARK.sub(
            lambda mark: mark[1] + terms.get(mark[4], mark[2]) + mark[3],
            self.text,
        )


def readable(text: str) -> str:
    """Return the text of a question with no more of its head than the summary."""
    return _NO_SUMMARY.sub("", text).strip()


def parse(text: str, name: str) -> Question:
    """Return the question that a .rq file's text holds; raises QueryError if its head is wrong."""
    head: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#+"):
            continue
        match = _HEAD.fullmatch(line.rstrip())
        if match is None or (not match[1] and match[2] not in _KEYS + _DECLARED):
            raise QueryError(f"{name}.rq:{number}:1: not a head line of the form '#+ key: value'")
        (kinds if match[1] else head)[match[2]] = match[3]
    defaults = {mark[4]: mark[2] for mark in _MARK.finditer(text)}
    if defaults.keys() != kinds.keys() or "summary" not in head:
        raise QueryError(f"{name}.rq:1:1: the head needs a summary and the parameters marked below")
    return Question(
        name=name,
        text=text,
        summary=head["summary"],
        description=head.get("description", ""),
        number=int(head["question"]) if "question" in head else None,
        columns=tuple(head.get("columns", "").split()),
        parameters={n: Parameter(n, _kind(kinds[n], name), defaults[n]) for n in kinds},
        declared={key: head[key] for key in _DECLARED if key in head},
    )


def _kind(word: str, name: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise QueryError(f"{name}.rq: unknown kind of parameter {quote(word)}") from None


def questions(directory: Path | None = None) -> dict[str, Question]:
    """Return the questions of a folder, by default the shipped ones, by name."""
    paths = sorted((directory or find_data_folder("queries")).glob("*.rq"))
    return {path.stem: parse(path.read_text(encoding="utf-8"), path.stem) for path in paths}


@cache
def question(name: str) -> Question:
    """Return one shipped question, read once; raises UnknownNameError with the nearest names."""
    path = find_data_folder("queries") / f"{name}.rq"
    names = [p.stem for p in find_data_folder("queries").glob("*.rq")]
    if name not in names:
        raise UnknownNameError("query", name, names)
    return parse(path.read_text(encoding="utf-8"), name)


def ask(graph: GraphLike, asked: str, /, **parameters: str) -> Table:
    """Return the answer to a named question, or to SPARQL of one's own, as a table.

    Its rows map columns to texts (IRIs in full, "" if unbound); triples have the columns subject,
    predicate and object. Raises UnknownNameError for an unknown question or parameter, QueryError
    for a wrong value or query and for one that is answered by yes or no: Graph.query takes those.
    """
    opened = Graph.of(graph)
    answer = opened.query(_sparql(asked, parameters, opened))
    if isinstance(answer, QueryBoolean):
        raise QueryError("the answer is yes or no and no table; ask for it with Graph.query")
    return table(answer, opened)


def table(answer: QuerySolutions | QueryTriples, graph: Graph) -> Table:
    """Return an answer as a table; raises QueryError where it breaks off while it is read."""
    try:
        found = _rows(answer)
    except (OSError, RuntimeError) as error:
        raise QueryError(f"the query cannot be answered: {error}") from error
    return Table(_columns(answer), map(_texts, found), found, graph)


def _sparql(asked: str, parameters: Mapping[str, str], graph: Graph) -> str:
    """Return a named question with its parameters, or the text that is no name."""
    if not _NO_NAME.search(asked):
        return question(asked).fill(parameters, graph)
    if parameters:
        raise QueryError("only named questions take parameters")
    return asked


def ask_terms(graph: Graph, *names: str, **parameters: str) -> list[dict[str, Term]]:
    """Return the same as ``ask_solutions`` as rows of terms, so that a literal stays one."""
    return _rows(ask_solutions(graph, *names, **parameters))


def ask_solutions(graph: Graph, *names: str, **parameters: str) -> QuerySolutions:
    """Return the answers to named questions as one, all with the defaults of the first."""
    asked = [question(name) for name in names]
    defaults = {name: each.default for name, each in asked[0].parameters.items()}
    found: list[Any] = [
        graph.query(each.fill(parameters, graph, defaults), each.name) for each in asked
    ]
    return found[0] if len(found) == 1 else stacked(found)


def rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, str]]:
    """Return SPARQL solutions as rows of strings."""
    return [_texts(row) for row in _rows(solutions)]


def text(term: Term) -> str:
    """Return a term as a string: an IRI in full, a literal without its datatype, "" for none."""
    return "" if term is None else str(getattr(term, "value", term))


def _rows(solutions: Iterable[Iterable[object]]) -> list[dict[str, Term]]:
    names = _columns(solutions)
    return [dict(zip(names, solution, strict=True)) for solution in solutions]  # type: ignore[arg-type]


def _columns(answer: object) -> list[str]:
    variables = getattr(answer, "variables", None)
    return list(_TRIPLE) if variables is None else [variable.value for variable in variables]


def _texts(row: Mapping[str, Term]) -> dict[str, str]:
    return {name: text(term) for name, term in row.items()}
