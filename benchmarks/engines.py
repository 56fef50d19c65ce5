"""The engines that answer SPARQL in Python: how each loads a graph and answers a query.

    python benchmarks/engines.py rdflib folder QUERY

loads the graph of a folder with one engine, asks the query and prints the processor seconds of
both. A folder has the graph twice: ``graph.nq``, and its default graph as ``default.nt`` for
engines that know triples only.
"""

import argparse
import importlib.util
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]
QUADS, TRIPLES = "graph.nq", "default.nt"
PREFIXES = """
PREFIX aigg: <https://w3id.org/aigg/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_TERM = re.compile(r'<(.*)>|"(.*)"(?:@[\w-]+|\^\^<.*>)?', re.DOTALL)


def write_graph(quads: int, folder: Path) -> None:
    """Write a made-up graph to a folder, in both forms."""
    import synthetic
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    folder.mkdir(parents=True, exist_ok=True)
    synthetic.write(quads, folder / QUADS)
    store = Store()
    store.bulk_load(path=folder / QUADS, format=RdfFormat.N_QUADS)
    store.dump(folder / TRIPLES, format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())


def load_ours(folder: Path) -> Ask:
    """Load the graph through our interface."""
    from graph_builder.store.loading import open_graph

    graph = open_graph(folder / QUADS, with_ontology=False)

    def ask(text: str) -> Rows:
        answer: Any = graph.query(text)
        return [(*row,) for row in answer]

    return ask


def load_pyoxigraph(folder: Path, place: str | None = None) -> Ask:
    """Load the graph into a new store of pyoxigraph, in memory or in a folder of such a name."""
    from pyoxigraph import RdfFormat, Store

    store = Store(tempfile.mkdtemp(prefix=place, dir=folder)) if place else Store()
    store.bulk_load(path=folder / QUADS, format=RdfFormat.N_QUADS)

    def ask(text: str) -> Rows:
        answer: Any = store.query(PREFIXES + text)
        return [(*row,) for row in answer]

    return ask


def load_oxrdflib(folder: Path) -> Ask:
    """Load the graph into rdflib's dataset over pyoxigraph, by the parser of pyoxigraph."""
    import rdflib

    dataset = rdflib.Dataset(store="Oxigraph")
    dataset.parse(folder / QUADS, format="ox-nquads")
    return partial(_ask_rdflib, dataset)


def load_rdflib(folder: Path) -> Ask:
    """Load the graph into rdflib's own memory store."""
    import rdflib

    dataset = rdflib.Dataset()
    dataset.parse(folder / QUADS, format="nquads")
    return partial(_ask_rdflib, dataset)


def _ask_rdflib(dataset: Any, text: str) -> Rows:
    return [(*row,) for row in dataset.query(PREFIXES + text)]


def load_kglab(folder: Path) -> Ask:
    """Load the default graph into kglab, which asks rdflib."""
    import kglab

    graph = kglab.KnowledgeGraph()
    graph.load_rdf(str(folder / TRIPLES), format="nt")
    return lambda text: [(*row,) for row in graph.query(PREFIXES + text)]


def load_maplib(folder: Path) -> Ask:
    """Load the default graph into maplib, whose answers are data frames."""
    import maplib

    model = maplib.Model()
    model.read(str(folder / TRIPLES), format="ntriples")
    return lambda text: model.query(PREFIXES + text).rows()


@dataclass(frozen=True)
class Engine:
    """A way to load a graph: what is imported for it, and why it may take less time than ours."""

    module: str
    load: Callable[[Path], Ask]
    reason: str = ""

    @property
    def is_installed(self) -> bool:
        """Return whether its module can be imported."""
        return importlib.util.find_spec(self.module) is not None


_ONE_ENGINE = "It is the engine below ours and does the work alone"
#: What our interface does beside asking the engine.
CHECKS = (
    "it takes a query as it is. Ours finds which prefixes of the project it uses, checks its "
    "length and depth, and looks for clauses that the engine reads otherwise than SPARQL says."
)
OURS, ON_DISK = "ours", "pyoxigraph on disk"
ENGINES = {
    OURS: Engine("graph_builder", load_ours),
    "pyoxigraph": Engine(
        "pyoxigraph",
        load_pyoxigraph,
        f"{_ONE_ENGINE}: {CHECKS}",
    ),
    ON_DISK: Engine(
        "pyoxigraph",
        partial(load_pyoxigraph, place="store"),
        f"{_ONE_ENGINE}, on disk instead of in memory.",
    ),
    "oxrdflib": Engine(
        "oxrdflib", load_oxrdflib, "It asks the same engine, and hands over rdflib's terms."
    ),
    "rdflib": Engine("rdflib", load_rdflib, "It is pure Python, and starts a query sooner."),
    "kglab": Engine("kglab", load_kglab, "It asks rdflib, and holds the default graph alone."),
    "maplib": Engine(
        "maplib",
        load_maplib,
        "It keeps each relation as columns of a data frame and joins them by hashes, on all "
        "processors, which is faster where an answer needs most of the graph; it holds the default "
        "graph alone.",
    ),
}


def simplify(rows: Rows) -> list[tuple[str, ...]]:
    """Return rows as text without datatypes, sorted, so that those of two engines compare."""
    return sorted(tuple(map(_simplify_term, row)) for row in rows)


def _simplify_term(term: Any) -> str:
    if term is None:
        return ""
    text = str(getattr(term, "value", term))
    found = _TERM.fullmatch(text)
    return next(each for each in found.groups() if each is not None) if found else text


def main() -> None:
    """Load and ask with one engine and print the seconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("query", nargs="?", default="ASK {}")
    asked = parser.parse_args()
    begun = time.process_time()
    ask = ENGINES[asked.engine].load(asked.folder)
    loaded = time.process_time()
    rows = len(ask(asked.query)) if asked.query else 0
    print(f"{loaded - begun:.3f} {time.process_time() - loaded:.3f} {rows}")


if __name__ == "__main__":
    main()
