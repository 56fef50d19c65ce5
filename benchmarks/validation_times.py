"""Validation by the shipped shapes, as queries of ours and by pySHACL, with equal findings."""

import importlib.util
import logging
import tempfile
from pathlib import Path
from typing import Any

import rdflib
from engines import QUADS, write_graph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat
from results import Part, Row, Scale
from timing import Comparison, measure

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import ONTOLOGY_GRAPH, compact
from graph_builder.query.validation import check_shapes
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

TITLE = "Validation"
TEXT = """\
Both sides apply the shipped SHACL shapes to the same triples: the default graph of so many quads,
about half of them, and the ontology. They must find equally many results, and the same things in
the same shapes, else the run ends. The times are without reading files."""
SIZES = {"quick": [1_000], "normal": [10_000, 50_000], "full": [10_000, 50_000, 200_000]}
RUNS = {"quick": 1, "normal": 3, "full": 3}
SH = "http://www.w3.org/ns/shacl#"
REASON = "It has no queries to compile, which takes longest on a small graph."
Finding = tuple[str, str]


def run(scale: Scale) -> Part:
    """Return our times beside those of pySHACL at each size."""
    with tempfile.TemporaryDirectory() as name:
        rows = [compare(size, Path(name) / str(size), RUNS[scale]) for size in SIZES[scale]]
    return Part("validation", TITLE, TEXT, rows)


def compare(quads: int, folder: Path, runs: int) -> Row:
    """Return the times of both sides for a graph of so many quads."""
    name, peer = f"all shapes, {quads:,} quads", "pySHACL"
    if importlib.util.find_spec("pyshacl") is None:
        return Row(name, peer, missing="not installed")
    import pyshacl

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    write_graph(quads, folder)
    graph = open_graph(folder / QUADS, with_ontology=True)
    data, shapes = copy_triples(graph), read_shapes()

    def validate() -> rdflib.Graph:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
        found: rdflib.Graph = report
        return found

    ours = sorted((each.rule, each.thing) for each in check_shapes(graph))
    if not ours or ours != list_results(validate()):
        raise SystemExit(f"pySHACL finds other mistakes than we do in {quads:,} quads")
    return measure(
        Comparison(name, peer, [(lambda: list(check_shapes(graph)), validate)], REASON), runs
    )


def copy_triples(graph: Graph) -> rdflib.Graph:
    """Return what is validated as a graph of rdflib."""
    data = rdflib.Graph()
    for name in (DefaultGraph(), NamedNode(ONTOLOGY_GRAPH)):
        dump: Any = graph.store.dump(format=RdfFormat.N_TRIPLES, from_graph=name)
        data.parse(data=dump, format="nt")
    return data


def read_shapes() -> rdflib.Graph:
    """Return the shipped shapes as a graph of rdflib."""
    shapes = rdflib.Graph()
    for path in sorted(find_data_folder("ontology").glob("shapes/*.ttl")):
        shapes.parse(path, format="turtle")
    return shapes


def list_results(report: rdflib.Graph) -> list[Finding]:
    """Return the shape and the thing of each result of a report, sorted."""
    results = report.subjects(rdflib.RDF.type, rdflib.URIRef(f"{SH}ValidationResult"))
    return sorted(
        (find_name(report, each, "sourceShape"), find_name(report, each, "focusNode"))
        for each in results
    )


def find_name(report: rdflib.Graph, result: Any, name: str) -> str:
    """Return the prefixed name of a value of a result."""
    return compact(str(report.value(result, rdflib.URIRef(f"{SH}{name}"))))
