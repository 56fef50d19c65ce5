"""Solutions whose first row is read ahead: nothing of them is lost, and the others stay unread."""

from itertools import islice
from typing import Any

import pytest
from pyoxigraph import QueryResultsFormat, Store

from graph_builder.core.errors import QueryError
from graph_builder.store.engine import PeekedSolutions
from graph_builder.store.graph import Graph

FORMATS = (QueryResultsFormat.CSV, QueryResultsFormat.TSV, QueryResultsFormat.JSON)
DATA = """INSERT DATA {
  <urn:a> <urn:p> "a, \\"b\\"\\n]}}", "é"@fr, 5, 1.50 .
  _:node <urn:p> <urn:b> .
  <urn:b> <urn:q> <<( <urn:a> <urn:p> "bindings\\":[" )>> .
}"""
ANSWERS = {
    "no row": "SELECT ?s { ?s <urn:r> ?o }",
    "one row": "SELECT ?s { ?s <urn:p> <urn:b> }",
    "rows": "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?o",
    "rows from below": "SELECT ?o ?s { ?s ?p ?o } ORDER BY DESC(?o)",
    "unbound cells": "SELECT ?o ?no ?s { ?s <urn:p> ?o OPTIONAL { ?o <urn:q> ?no } } ORDER BY ?o",
    "an unbound column alone": "SELECT ?none { ?s <urn:p> ?o }",
    "no column": "SELECT * { <urn:a> <urn:p> 5 }",
    "a triple term": "SELECT ?o { ?s <urn:q> ?o }",
}


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.update(DATA)
    return store


def ask(store: Store, text: str) -> Any:
    return store.query(text)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.file_extension)
@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_they_are_written_as_they_would_have_been(
    store: Store, text: str, form: QueryResultsFormat
) -> None:
    assert PeekedSolutions(ask(store, text)).serialize(format=form) == ask(store, text).serialize(
        format=form
    )


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_they_have_the_same_rows_and_tell_whether_there_are_any(store: Store, text: str) -> None:
    peeked, plain = PeekedSolutions(ask(store, text)), ask(store, text)
    assert peeked.variables == plain.variables
    rows = [tuple(row) for row in peeked]
    assert rows == [tuple(row) for row in plain]
    assert peeked.has_rows is bool(rows)


def test_no_more_rows_are_computed_than_are_read(graph: Graph) -> None:
    """To compute all of them would take years."""
    every = " ".join(f"?a{number} ?b{number} ?c{number} ." for number in range(5))
    peeked = PeekedSolutions(ask(graph.store, f"SELECT * {{ {every} }}"))
    assert peeked.has_rows
    assert len(list(islice(peeked, 3))) == 3


def test_an_evaluation_that_fails_at_the_first_row_is_told() -> None:
    class Failing:
        variables: tuple[()] = ()

        def __next__(self) -> None:
            raise RuntimeError("no space left")

    failing: Any = Failing()
    with pytest.raises(QueryError, match="no space left"):
        PeekedSolutions(failing)
