"""Answers of many rows: half a million on a server that may send them, and graphs unsorted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import parse

from graph_builder.server.content_negotiation import GRAPH_FORMATS
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import MAX_SORTED_TRIPLES, answer_sparql
from graph_builder.store.graph import Graph
from tests.server.conftest import Server, running

NUMBERS = " ".join(
    f"VALUES ?{name} {{ {' '.join(map(str, range(number)))} }}"
    for name, number in (("a", 100), ("b", 50), ("c", 100))
)
ROWS = 500_000
TRIPLE = "<http://example.org/> <http://example.org/p> ?n"
BIND = "BIND(?a * 5000 + ?b * 100 + ?c AS ?n)"


@pytest.fixture(scope="module")
def generous(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Server]:
    """Return a server that may send large answers."""
    words = ("-s", data, "--max-answer", 128, "--timeout", 120, "--patience", 120)
    with running(tmp_path_factory.mktemp("generous"), *words) as found:
        yield found


@pytest.mark.slow
@pytest.mark.server
def test_half_a_million_rows_come_whole(generous: Server) -> None:
    rows = generous.ask(f"SELECT ?n {{ {NUMBERS} {BIND} }}", Accept="text/csv")
    assert (rows.status, rows.text.count("\n")) == (200, ROWS + 1)
    graph = f"CONSTRUCT {{ {TRIPLE} }} {{ {NUMBERS} {BIND} }}"
    triples = generous.ask(graph, Accept="application/n-triples")
    assert (triples.status, triples.text.count("\n")) == (200, ROWS)


def ask_many(number: int, media: str, most: int) -> bytes:
    """Return a graph of that many triples."""
    numbers = " ".join(map(str, range(number)))
    request = {
        "query": f"CONSTRUCT {{ {TRIPLE} }} {{ VALUES ?n {{ {numbers} {numbers} }} }}",
        "longest": 1 << 30,
        "base": "http://example.org/",
        "accept": media,
        "default": (),
        "named": (),
    }
    return answer_sparql(Graph.wrap(()), request, most).body


@pytest.mark.slow
@pytest.mark.parametrize("media", [*GRAPH_FORMATS])
def test_many_triples_come_each_once_though_not_sorted(media: str) -> None:
    for number in (MAX_SORTED_TRIPLES, MAX_SORTED_TRIPLES + 1):
        found = list(parse(ask_many(number, media, 1 << 30), format=GRAPH_FORMATS[media]))
        assert len(found) == len(set(found)) == number


def test_many_triples_are_too_many_beyond_the_limit() -> None:
    with pytest.raises(HTTPError, match="larger than 1,000,000 bytes"):
        ask_many(MAX_SORTED_TRIPLES + 1, "application/n-triples", 1_000_000)


def test_few_triples_are_sorted() -> None:
    lines = ask_many(2_000, "application/n-triples", 1 << 20).decode().splitlines()
    assert lines == sorted(lines)
