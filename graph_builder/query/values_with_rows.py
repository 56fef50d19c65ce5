"""Find values of a parameter for which a named question has rows, when it has none."""

import time
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pyoxigraph import QuerySolutions

from graph_builder.core.text import join_alternatives
from graph_builder.core.vocabulary import PREFIXES, compact
from graph_builder.query.asked_values import find_value_label, format_labelled_value
from graph_builder.query.parameters import UNDEFINED, ParameterKind, format_typed_value
from graph_builder.store.engine import PeekedSolutions
from graph_builder.store.frequent_things import MAX_LISTED, list_frequent_things
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    from graph_builder.query.named_questions import Parameter, Question

#: How many values are tried, each by a query, and how many are named.
MAX_TRIED, MAX_NAMED = MAX_LISTED, 5
#: Processor time for trying values of one parameter: a few questions take long for each.
MAX_SECONDS = 1.5


def describe_values_with_rows(
    graph: Graph, question: "Question", values: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a note for each parameter of a question for which other values have rows.

    ``values`` are those that were asked with, and gave none. Others are tried for one parameter at
    a time; for those not given, only if nothing else is found.
    """
    given = [each for each in question.parameters.values() if each.name in values]
    others = [each for each in question.parameters.values() if each.name not in values]
    for tried in (given, others):
        found = ((each, _find_values(graph, question, values, each)) for each in tried)
        if notes := [_format_values(graph, each, rows) for each, rows in found if rows]:
            return tuple(notes)
    return ()


def _find_values(
    graph: Graph, question: "Question", values: Mapping[str, str], parameter: "Parameter"
) -> list[str]:
    """Return values of a parameter that have rows, at most one more than are named."""
    others = {name: value for name, value in values.items() if name != parameter.name}
    end = time.thread_time() + MAX_SECONDS
    every = islice(_iter_terms(graph, parameter), MAX_TRIED)
    terms = takewhile(lambda _: time.thread_time() < end, every)
    texts = ((term, question.fill(others, graph, {parameter.name: term})) for term in terms)
    return [
        format_typed_value(term)
        for term, _ in islice((each for each in texts if _has_rows(graph, each[1])), MAX_NAMED + 1)
    ]


def _iter_terms(graph: Graph, parameter: "Parameter") -> Iterator[str]:
    """Yield values of a parameter in SPARQL: all, else the default and the entities of its kind."""
    if parameter.kind.takes_all:
        yield UNDEFINED
        return
    yield parameter.default
    prefix = "" if parameter.kind is ParameterKind.THING else PREFIXES.get(parameter.kind)
    if prefix is None:
        return
    default = format_typed_value(parameter.default)
    found = list_frequent_things(graph.whole, prefix)[:MAX_TRIED]
    yield from (f"<{iri}>" for iri in found if compact(iri) != default)


def _has_rows(graph: Graph, text: str) -> bool:
    answer = graph.query(text)
    return isinstance(answer, QuerySolutions) and PeekedSolutions(answer).has_rows


def _format_values(graph: Graph, parameter: "Parameter", found: list[str]) -> str:
    named = [
        format_labelled_value(value, find_value_label(value, graph)) for value in found[:MAX_NAMED]
    ]
    more = [] if len(found) <= MAX_NAMED else ["others"]
    return f"there are rows for {parameter.name} = {join_alternatives([*named, *more])}"
