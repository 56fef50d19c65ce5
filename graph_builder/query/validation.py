"""Validation of a graph: SHACL shapes by pySHACL, and checks whose every row is a finding."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, serialize

from graph_builder.core import vocabulary as v
from graph_builder.core.resources import find_data_folder
from graph_builder.query.entity_search import find_subjects
from graph_builder.query.named_questions import Question, list_text_rows, questions
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.loading import add_ontology

if TYPE_CHECKING:
    import rdflib

_DUPLICATE_ADVICE = "Merge them if they are one; if they are not, all stays as it is."
_VALIDATED_GRAPHS = (
    DefaultGraph(),
    NamedNode(v.INFERRED_GRAPH),
    NamedNode(v.REGISTRY_GRAPH),
    NamedNode(v.ONTOLOGY_GRAPH),
)


@dataclass(frozen=True, order=True)
class GraphFinding:
    """Something wrong in a graph: how grave, by which rule, at which thing, and what mends it."""

    severity: str
    rule: str
    thing: str
    message: str

    def __str__(self) -> str:
        """Return the finding on one line."""
        return f"{self.severity}: {self.thing}: {self.message} [{self.rule}]"


def validate(graph: GraphLike) -> list[GraphFinding]:
    """Return what is wrong in a graph by the shipped shapes and checks, sorted, each once.

    Things that share a name are listed too, as information: an acronym may be that of two bodies.

    The shapes see the merged graph, the inferred facts and the ontology as one plain graph.
    Method: SHACL, https://www.w3.org/TR/shacl/.
    """
    opened = _copy_with_ontology(Graph.wrap(graph))
    return sorted({*_run_shapes(opened), *_run_checks(opened), *_find_duplicate_names(opened)})


def _copy_with_ontology(graph: Graph) -> Graph:
    """Return a copy of the graph that holds the ontology too, whichever file it came from."""
    copied = graph.copy()
    add_ontology(copied.store)
    return copied


def _run_checks(graph: Graph) -> Iterator[GraphFinding]:
    for check in questions(find_data_folder("queries") / "checks").values():
        for row in list_text_rows(graph.query(check.text)):  # type: ignore[arg-type]
            yield _build_finding(check, list(row.values()))


def _build_finding(check: Question, values: list[str]) -> GraphFinding:
    shown = [v.compact(value) for value in values]
    where = f" ({', '.join(shown[1:])})" if shown[1:] else ""
    return GraphFinding(
        "violation", check.name, shown[0], f"{check.summary}{where} {check.description}"
    )


def _find_duplicate_names(graph: Graph) -> Iterator[GraphFinding]:
    """Yield the things of one kind that the registry holds under one name, as they may be one."""
    registered = find_subjects(graph, "rdfs:isDefinedBy", v.REGISTRY_GRAPH)
    for names in graph.label_index.iter_shared_names():
        things = sorted(v.compact(iri) for iri in registered & {name.iri for name in names})
        for _, kind in groupby(things, key=lambda thing: thing.partition(":")[0]):
            first, *others = kind
            if others:
                message = (
                    f"Shares the name {names[0].text} with {', '.join(others)}. {_DUPLICATE_ADVICE}"
                )
                yield GraphFinding("info", "duplicate-candidate", first, message)


def _run_shapes(graph: Graph) -> Iterator[GraphFinding]:
    import pyshacl
    from rdflib import SH, URIRef
    from rdflib import Graph as RdflibGraph
    from rdflib.namespace import RDF

    shapes = RdflibGraph()
    for path in sorted(find_data_folder("ontology").glob("shapes/*.ttl")):
        shapes.parse(path)
    # rdflib logs ill-typed literals with a traceback; the shapes report them in a sentence.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    _, report, _ = pyshacl.validate(_flatten_graphs(graph), shacl_graph=shapes, inference="none")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        severity, shape, focus = (
            report.value(result, URIRef(SH[name]))
            for name in ("resultSeverity", "sourceShape", "focusNode")
        )
        yield GraphFinding(
            severity=str(severity).rpartition("#")[2].lower(),
            rule=v.compact(str(shape)),
            thing=v.compact(str(focus)),
            message=_format_message(report, result),
        )


def _format_message(report: "rdflib.Graph", result: Any) -> str:
    from rdflib import SH

    value = report.value(result, SH.value)
    shown = f" (found: {v.compact(str(value))})" if value is not None else ""
    return f"{report.value(result, SH.resultMessage)}{shown}"


def _flatten_graphs(graph: Graph) -> "rdflib.Graph":
    """Return facts, assertions, registry and ontology as one rdflib graph."""
    from rdflib import Graph as RdflibGraph

    triples = {
        quad.triple
        for name in _VALIDATED_GRAPHS
        for quad in graph.engine.quads(None, None, None, name)
    }
    text = serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES)
    return RdflibGraph().parse(data=text or b"", format="nt")
