"""The tables of a graph: all it says, term by term, in memory that does not grow with it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.cluster import parquet_tables
from graph_builder.cluster.parquet_tables import ASSERTION_PROPERTIES, write_tables
from graph_builder.core.errors import LibraryError, ReadError
from graph_builder.core.vocabulary import INFERRED_GRAPH, SET_ASIDE_GRAPH
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import ROOT
from tests.small_facts import FactMaker, node

Row = dict[str, str | None]


def read(folder: Path, table: str) -> list[Row]:
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    rows: list[Row] = parquet.read_table(folder / table).to_pylist()
    return rows


@pytest.fixture(scope="module", autouse=True)
def needs_pyarrow() -> None:
    pytest.importorskip("pyarrow", reason="no pyarrow, so no Parquet was written")


@pytest.fixture(scope="module")
def tables(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    counts = write_tables(sample, folder)
    assert {name: len(read(folder, name)) for name in counts} == counts
    return folder


def test_each_property_of_each_assertion_is_in_its_row(sample: Graph, tables: Path) -> None:
    rows = read(tables, "assertions")
    assertions = {row["assertion"] for row in rows}
    found = {
        (row["assertion"], name, row[name]) for row in rows for name in ASSERTION_PROPERTIES
    } - {(row["assertion"], name, None) for row in rows for name in ASSERTION_PROPERTIES}
    held = {
        (str(quad.subject), name, str(quad.object))
        for name, path in ASSERTION_PROPERTIES.items()
        for quad in sample.quads(None, node(path))
        if str(quad.subject) in assertions
    }
    assert found == held
    assert {row["graph"] == f"<{INFERRED_GRAPH}>" for row in rows} == {True, False}


def test_a_row_names_the_graph_of_its_source_and_its_standing(sample: Graph, tables: Path) -> None:
    rows = read(tables, "assertions")
    kinds = ("aigg:Affirmation", "aigg:SetAside")
    standing = {
        (str(quad.subject), str(quad.object))
        for kind in kinds
        for quad in sample.quads(None, node("rdf:type"), node(kind))
    }
    assert {(r["assertion"], r["standing"]) for r in rows if r["standing"]} == standing
    assert len({kind for _, kind in standing}) == 2
    graphs = {
        (str(quad.subject), str(quad.graph_name))
        for quad in sample.quads(None, node("rdf:subject"))
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value != SET_ASIDE_GRAPH
    }
    assert {(row["assertion"], row["graph"]) for row in rows} == graphs


def test_edges_are_those_of_the_network_of_facts(sample: Graph, tables: Path) -> None:
    network = build_facts_network(sample, source="all")
    found = {(row["subject"], row["object"], row["relation"]) for row in read(tables, "edges")}
    assert found == {tuple(f"<{iri}>" for iri in edge) for edge in network.edges(keys=True)}


def test_the_rest_has_every_quad_that_is_not_about_an_assertion(
    sample: Graph, tables: Path
) -> None:
    assertions = {row["assertion"] for row in read(tables, "assertions")}
    rest = [tuple(row.values()) for row in read(tables, "rest")]
    held = {
        (
            str(quad.subject),
            str(quad.predicate),
            str(quad.object),
            str(quad.graph_name) if isinstance(quad.graph_name, NamedNode) else None,
        )
        for quad in sample.quads()
        if str(quad.subject) not in assertions
    }
    assert len(rest) == len(held)
    assert set(rest) == held


TERMS = [
    NamedNode("https://example.org/é"),
    BlankNode("b"),
    *(Literal(text) for text in ("64", "1.5", "true", "")),
    *(Literal(text, datatype=node("xsd:integer")) for text in ("64", "-7", "many")),
    Literal("true", datatype=node("xsd:boolean")),
    Literal("1.5", datatype=node("xsd:decimal")),
    Literal("1e30", datatype=node("xsd:double")),
    Literal("2025-02", datatype=node("xsd:gYearMonth")),
    Literal('tab\t line\n return\r "quoted" back\\slash \b\f\x01\x7f \u2028', language="en"),
]


@pytest.mark.parametrize("term", TERMS, ids=repr)
def test_a_term_is_written_as_in_n_triples(term: Any, tmp_path: Path) -> None:
    said = FactMaker().say("actor:a aigg:name 'x'")
    quads = [*said, Quad(node("actor:b"), node("skos:note"), term)]
    write_tables(quads, tmp_path)
    found = [row for row in read(tmp_path, "rest") if row["subject"] == str(node("actor:b"))]
    (only,) = Graph.wrap(quads).quads(node("actor:b"))
    written = found[0]["object"]
    is_blank = isinstance(term, BlankNode)
    assert written is not None
    assert written.startswith("_:") if is_blank else written == str(only.object)


def test_a_table_goes_on_in_a_new_file(
    sample: Graph, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_tables, "ROWS_A_FILE", 100)
    monkeypatch.setattr(parquet_tables, "_GROUP_BYTES", 20_000)
    write_tables(sample, tmp_path)
    for name in ("assertions", "edges", "rest"):
        assert len([*(tmp_path / name).glob("part-*.parquet")]) > 2
        assert read(tmp_path, name) == read(tables, name)


def test_a_graph_without_named_graphs_has_rows_without_a_graph(tmp_path: Path) -> None:
    write_tables(FactMaker().say("actor:IND aigg:hosted event:x"), tmp_path)
    assert [row["graph"] for row in read(tmp_path, "assertions")] == [None]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda graph: select(graph, at="2025"), "a snapshot of a day is no set of assertions"),
        (lambda _: [Quad(node("actor:a"), node("rdf:type"), node("aigg:Person"))], "no assertions"),
    ],
)
def test_what_is_no_set_of_assertions_is_refused(
    make: Any, message: str, article: Graph, tmp_path: Path
) -> None:
    with pytest.raises(ReadError, match=message):
        write_tables(make(article), tmp_path)


def test_a_folder_with_files_is_left_alone(article: Graph, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(ReadError, match="is not empty; name a new folder"):
        write_tables(article, tmp_path)


def test_without_pyarrow_the_extra_is_named(
    article: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(LibraryError, match=r"Parquet needs pyarrow.*\[cluster\]"):
        write_tables(article, tmp_path)


MEMORY = """
import sys, tracemalloc
from pathlib import Path
import pyarrow
from graph_builder.cluster import parquet_tables
from graph_builder.store.loading import open_graph
graph = open_graph(sys.argv[1])
parquet_tables._GROUP_BYTES = 500_000
tracemalloc.start()
rows = parquet_tables.write_tables(graph, Path(sys.argv[2]))
_, peak = tracemalloc.get_traced_memory()
print(rows["assertions"], peak + pyarrow.default_memory_pool().max_memory())
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_assertions(tmp_path: Path) -> None:
    found = []
    for quads in (60_000, 240_000):
        file = tmp_path / f"{quads}.nq"
        made = [sys.executable, "benchmarks/synthetic.py", str(quads), str(file)]
        subprocess.run(made, check=True, cwd=ROOT)
        words = [sys.executable, "-c", MEMORY, str(file), str(tmp_path / f"tables-{quads}")]
        done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
        found.append([int(number) for number in done.stdout.split()])
    (few, less), (many, more) = found
    assert many > 3.9 * few
    assert more < 1.3 * less
