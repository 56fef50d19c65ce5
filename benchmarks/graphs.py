"""Comparisons with rdflib on the shipped graph: loading, asking, writing."""

from functools import partial
from pathlib import Path
from typing import Any

import rdflib
from pyoxigraph import RdfFormat
from timing import Comparison

from graph_builder.query.named_questions import load_question, questions
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, open_graph
from graph_builder.store.serialization import write_turtle


def ask(graph: Graph, text: str) -> list[Any]:
    """Return the answer of our graph, every row taken out."""
    answer: Any = graph.query(text)
    return list(answer)


def ask_rdflib(dataset: rdflib.Dataset, text: str) -> list[Any]:
    """Return the answer of rdflib, every row taken out."""
    return list(dataset.query(text))


def load(path: Path) -> rdflib.Dataset:
    """Return an N-Quads file as a dataset in rdflib's own memory store."""
    dataset = rdflib.Dataset()
    dataset.parse(path, format="nquads")
    return dataset


def merged(graph: Graph) -> rdflib.Graph:
    """Return the triples that our Turtle holds as a plain rdflib graph."""
    return rdflib.Graph().parse(data=write_turtle(graph.quads()), format="turtle")


def comparisons(folder: Path) -> list[Comparison]:
    """Return the comparisons; the graph is written to a folder as N-Quads to be loaded."""
    path = folder / "graph.nq"
    graph = build()
    graph.store.dump(path, format=RdfFormat.N_QUADS)
    dataset, triples, quads = load(path), merged(graph), graph.quads()
    one = load_question("organisers").text
    texts = [asked.text for asked in questions().values()]
    return [
        Comparison(
            "load N-Quads and ask | rdflib",
            [(lambda: ask(open_graph(path), one), lambda: ask_rdflib(load(path), one))],
            1 / 5,
        ),
        Comparison(
            f"{len(texts)} named questions, geometric mean | rdflib",
            [(partial(ask, graph, text), partial(ask_rdflib, dataset, text)) for text in texts],
            1 / 50,
        ),
        Comparison(
            "sorted Turtle | rdflib's serializer",
            [(lambda: write_turtle(quads), lambda: triples.serialize(format="turtle"))],
            1 / 15,
        ),
    ]
