"""Datasets of several graphs: a triple that two of them hold is counted once."""

from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, Store

from graph_builder.store.dataset_merge import query_dataset
from graph_builder.store.graph import Graph

A, B, C = (NamedNode(f"http://example.org/{name}") for name in "abc")
COUNT = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) %s { GRAPH ?g { ?s ?p ?o } }"
#: A triple in both graphs, another one in the second, and one in the store's own default graph.
QUADS = [Quad(A, A, A, A), Quad(A, A, A, B), Quad(B, B, B, B), Quad(C, C, C)]


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.extend(QUADS)
    return made


def number(rows: Any) -> int:
    ((found,),) = rows
    return int(found.value)


@pytest.mark.parametrize(
    ("default", "named", "inside", "beside"),
    [
        ([], [], 1, 3),
        ([A], [], 1, 0),
        ([A, A], [], 1, 0),
        ([A, B], [], 2, 0),
        ([A, B, A, C], [], 2, 0),
        ([A, B], [B], 2, 2),
        ([A, B], [A, B], 2, 3),
        ([], [A], 0, 1),
        ([C], [], 0, 0),
    ],
    ids=str,
)
def test_a_triple_of_two_graphs_is_one(
    default: list[NamedNode], named: list[NamedNode], inside: int, beside: int, store: Store
) -> None:
    assert number(query_dataset(store, COUNT % "", default, named)) == inside
    assert number(query_dataset(store, NAMED % "", default, named)) == beside
    clauses = " ".join([*(f"FROM {g}" for g in default), *(f"FROM NAMED {g}" for g in named)])
    assert number(query_dataset(store, COUNT % clauses)) == inside
    assert number(query_dataset(store, NAMED % clauses)) == beside


HOWEVER = """
PREFIX : <http://example.org/> SELECT (COUNT(*) AS ?n) FROM :a FROM :b { ?s ?p ?o }

BASE <http://example.org/> SELECT (COUNT(*) AS ?n) FROM <a> FROM <b> { ?s ?p ?o }

PREFIX select: <http://example.org/> select (count(*) as ?n) from select:a
from#comment
named select:a from# FROM
select:b where { ?s ?p ?o }

PREFIX from: <http://example.org/>
SELECT (COUNT(*) AS ?from)FROM<http://example.org/a>FROM from:b { ?s ?p ?o }

#SELECT 'FROM
PREFIX x: <http://example.org/select> SELECT (COUNT(*) AS ?n) FROM $A FROM $B { ?s ?p ?o }
"""
NOT_AT_ALL = """
SELECT ?n { ?n ?from ?p FILTER (STR(?n) != '''FROM $A ' FROM $B ''') }

SELECT ?n { ?n ?p ?o FILTER (?n != <http://x/from> && ?p != <from>) } # FROM $A FROM $B

SELECT ?n { ?n ?p ?o VALUES ?q { "FROM $A" "\\" FROM $B" } FILTER (?q != "FROM $A") }

PREFIX from: <x:> SELECT DISTINCT ?n { ?n ?p ?from MINUS { from:FROM from:from from: } }
"""


def written(texts: str) -> list[str]:
    return texts.replace("$A", str(A)).replace("$B", str(B)).strip().split("\n\n")


@pytest.mark.parametrize("text", written(HOWEVER))
def test_the_dataset_of_a_query_is_read_however_it_is_written(text: str, store: Store) -> None:
    assert number(Graph(store).query(text)) == 2


@pytest.mark.parametrize("text", written(NOT_AT_ALL))
def test_what_only_looks_like_a_dataset_is_none(text: str, store: Store) -> None:
    assert {row[0] for row in query_dataset(store, text, base="http://example.org/")} == {C}


def test_another_base_is_that_of_the_request(store: Store) -> None:
    text = COUNT % "FROM <a> FROM <b>"
    assert number(query_dataset(store, text, base="http://example.org/")) == 2
    assert number(query_dataset(store, text, base="http://example.com/")) == 0


@pytest.mark.parametrize(
    "text", ["FROM <a> FROM <b>", "SELECT * FROM x:a FROM x:b {}", '"FROM " FROM']
)
def test_a_mistake_stays_the_mistake_of_the_query(text: str, store: Store) -> None:
    with pytest.raises(SyntaxError):
        query_dataset(store, text)
