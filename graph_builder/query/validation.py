"""Validate a graph by SHACL shapes, and by queries each row of which is a finding."""

import logging
from collections.abc import Iterable, Iterator
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
from graph_builder.store.own_terms import check_uses_terms

if TYPE_CHECKING:
    import rdflib

#: Things of one finding that a line names.
_MAX_LISTED = 3
_DUPLICATE_ADVICE = "Merge them if they are the same; otherwise change nothing."
_VALIDATED_GRAPHS = (
    DefaultGraph(),
    NamedNode(v.INFERRED_GRAPH),
    NamedNode(v.REGISTRY_GRAPH),
    NamedNode(v.ONTOLOGY_GRAPH),
)


@dataclass(frozen=True, order=True)
class GraphFinding:
    """A problem in a graph: severity, rule, entity, and a message that says what to do."""

    severity: str
    rule: str
    thing: str
    message: str

    def __str__(self) -> str:
        """Return the finding on one line."""
        return f"{self.severity}: {self.thing}: {self.message} [{self.rule}]"


def format_findings(findings: Iterable[GraphFinding]) -> list[str]:
    """Return findings as lines; many that say the same of different things are one line.

    Violations stay apart, since each has to be mended.
    """
    lines: list[str] = []
    for (severity, message, rule), group in groupby(sorted(findings, key=_get_kind), _get_kind):
        same = [*group]
        if severity == "violation" or len(same) <= _MAX_LISTED:
            lines += map(str, same)
            continue
        named = ", ".join(each.thing for each in same[:_MAX_LISTED])
        more = len(same) - _MAX_LISTED
        lines.append(f"{severity}: {named} and {more} more: {message} [{rule}]")
    return lines


def _get_kind(finding: GraphFinding) -> tuple[str, str, str]:
    return finding.severity, finding.message, finding.rule


def validate(graph: GraphLike) -> list[GraphFinding]:
    """Return the findings of the shipped shapes and checks in a graph, sorted and distinct.

    Entities of the same name are findings of the severity ``info``, since two bodies can have the
    same acronym. The shapes are applied to the merged graph, the inferred facts, the registry and
    the ontology as one graph. Method: SHACL, https://www.w3.org/TR/shacl/. Raises ForeignGraphError
    for a graph without a term of the ontology, since that it breaks no rule would mean nothing.
    """
    opened = Graph.wrap(graph)
    check_uses_terms(opened)
    dataset = _copy_with_ontology(opened)
    return sorted({*_run_shapes(dataset), *_run_checks(dataset), *_find_duplicate_names(dataset)})


def _copy_with_ontology(graph: Graph) -> Graph:
    """Return a copy of the graph with the shipped ontology added."""
    copied = graph.copy()
    add_ontology(copied.store)
    return copied


def _run_checks(graph: Graph) -> Iterator[GraphFinding]:
    for check in questions(find_data_folder("queries") / "checks").values():
        for row in list_text_rows(graph.query(check.text)):  # type: ignore[arg-type]
            yield _build_finding(check, list(row.values()))


def _build_finding(check: Question, values: list[str]) -> GraphFinding:
    subject, *others = [v.compact(value) for value in values if value]
    what = f"{check.summary.removesuffix('.')}: {' '.join(others)}." if others else check.summary
    return GraphFinding("violation", check.name, subject, f"{what} {check.description}")


def _find_duplicate_names(graph: Graph) -> Iterator[GraphFinding]:
    """Yield entities of one kind with the same name in the registry: possible duplicates."""
    registered = find_subjects(graph, "rdfs:isDefinedBy", v.REGISTRY_GRAPH)
    for names in graph.label_index.iter_shared_names():
        things = sorted(v.compact(iri) for iri in registered & {name.iri for name in names})
        for _, kind in groupby(things, key=lambda thing: thing.partition(":")[0]):
            first, *others = kind
            if others:
                same = f"Has the same name, {names[0].text}, as {', '.join(others)}."
                message = f"{same} {_DUPLICATE_ADVICE}"
                yield GraphFinding("info", "duplicate-candidate", first, message)


def _run_shapes(graph: Graph) -> Iterator[GraphFinding]:
    import pyshacl
    from rdflib import SH, URIRef
    from rdflib import Graph as RdflibGraph
    from rdflib.namespace import RDF

    shapes = RdflibGraph()
    for path in sorted(find_data_folder("ontology").glob("shapes/*.ttl")):
        shapes.parse(path)
    # rdflib logs ill-typed literals with a traceback; the shapes report them as findings.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    _, report, _ = pyshacl.validate(
        _flatten_graphs(graph), shacl_graph=shapes, inference="none", inplace=True
    )
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
    """Return the validated graphs as one rdflib graph."""
    from rdflib import Graph as RdflibGraph

    triples = {
        quad.triple
        for name in _VALIDATED_GRAPHS
        for quad in graph.engine.quads(None, None, None, name)
    }
    text = serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES)
    return RdflibGraph().parse(data=text or b"", format="nt")
