"""What our interface adds to the engine below it, from small answers to 15,000 rows."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from engines import CHECKS, PREFIXES, QUADS, write_graph
from load_times import BULK_LOAD
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
from results import Part, Scale
from timing import Comparison, measure

from graph_builder.query.result_format import format_rows
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

TITLE = "Our interface beside raw pyoxigraph"
TEXT = """\
Both sides ask the same engine about the same graph in one process, so that the ratio is what our
checks, formats and messages add. The goal for a small answer is 1.2 times plus 0.1 ms. pyoxigraph
alone does not do all of it, so a ratio above 1 is expected."""
QUADS_ASKED = {"quick": 2_000, "normal": 200_000, "full": 200_000}
RUNS = {"quick": 1, "normal": 7, "full": 15}
ROWS = 15_000
SMALL = """SELECT ?name {
  <https://w3id.org/aigg/actor/x0> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name
}"""
MANY = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT {rows}"
CHECKED = CHECKS[0].upper() + CHECKS[1:]
FORMATTED = (
    "Its bytes go straight to the caller. Ours reads one row ahead, to know whether there are any, "
    "and returns text."
)


def run(scale: Scale) -> Part:
    """Return what is added to answers and to a load."""
    with tempfile.TemporaryDirectory() as name:
        write_graph(QUADS_ASKED[scale], Path(name))
        path = Path(name) / QUADS
        graph = open_graph(path, with_ontology=False)
        compared = [*compare_answers(graph), compare_load(path, QUADS_ASKED[scale])]
        rows = [measure(each, RUNS[scale]) for each in compared]
    return Part("interface", TITLE, TEXT, rows)


def compare_answers(graph: Graph) -> list[Comparison]:
    """Return the comparisons of answers: a small one, then many rows in three forms."""
    many = MANY.replace("{rows}", str(ROWS))
    whole = f"{min(ROWS, len(graph) // 2):,} rows"

    def comparison(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> Any:
        return Comparison(name, "pyoxigraph", [(ours, theirs)], CHECKED, 1.5)

    store = graph.store
    answers = [
        Comparison(
            "an answer of one row",
            "pyoxigraph",
            [(partial(list_rows, graph.query, SMALL), partial(list_rows, store.query, SMALL))],
            CHECKED,
        ),
        comparison(
            f"{whole} as Python objects",
            partial(list_rows, graph.query, many),
            partial(list_rows, store.query, many),
        ),
    ]
    for extension, form in (("csv", QueryResultsFormat.CSV), ("json", QueryResultsFormat.JSON)):
        answers.append(
            Comparison(
                f"{whole} as {extension.upper()}",
                "pyoxigraph",
                [(partial(write_ours, graph, extension, many), partial(write, store, form, many))],
                FORMATTED,
                1.5,
            )
        )
    return answers


def list_rows(query: Callable[[str], Any], text: str) -> list[tuple[Any, ...]]:
    """Return the rows of an answer, unpacked."""
    return [(*row,) for row in query(text)]


def write_ours(graph: Graph, extension: str, text: str) -> str:
    """Return an answer in a format by our interface."""
    return format_rows(graph.query(text), extension, graph)


def write(store: Store, form: QueryResultsFormat, text: str) -> bytes:
    """Return an answer in a format by pyoxigraph alone."""
    answer: Any = store.query(PREFIXES + text)
    found: bytes = answer.serialize(format=form)
    return found


def compare_load(path: Path, quads: int) -> Comparison:
    """Return the comparison of a load."""

    def load() -> Store:
        store = Store()
        store.bulk_load(path=path, format=RdfFormat.N_QUADS)
        return store

    return Comparison(
        f"{quads:,} quads of N-Quads into memory",
        "pyoxigraph's bulk_load",
        [(partial(open_graph, path, with_ontology=False), load)],
        BULK_LOAD,
        1.3,
    )
