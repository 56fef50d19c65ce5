"""Validate a graph by SHACL shapes, and by queries each row of which is a finding."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.resources import find_data_folder
from graph_builder.query.entity_search import find_subjects
from graph_builder.query.named_questions import Question, list_text_rows, questions
from graph_builder.query.shape_compiler import compile_shapes
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.loading import read_shipped_ontology
from graph_builder.store.own_terms import check_uses_terms

#: Things of one finding that a line names.
_MAX_LISTED = 3
_SUBCLASSES_QUERY = """SELECT DISTINCT ?class WHERE {{
  ?class rdfs:subClassOf* <{0}>
  FILTER EXISTS {{ ?thing a ?class }}
}}"""
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
    dataset = _complete_ontology(opened)
    return sorted({*check_shapes(dataset), *_run_checks(dataset), *_find_duplicate_names(dataset)})


def _complete_ontology(graph: Graph) -> Graph:
    """Return the graph in memory, as a copy if some of the shipped ontology has to be added."""
    complete = graph.to_memory()
    ontology = read_shipped_ontology()
    if any(quad not in complete.store for quad in ontology):
        complete = complete.copy() if complete is graph else complete
        complete.store.bulk_extend(ontology)
    return complete


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


def check_shapes(graph: Graph) -> Iterator[GraphFinding]:
    """Yield what breaks the shapes, which are compiled to queries for this."""
    merged = _merge_validated_graphs(graph.store)
    list_subclasses = cache(partial(_list_subclasses, merged))
    for query in compile_shapes(_read_shapes(), list_subclasses):
        rows: Any = merged.query(query.text)
        for this, *values in rows:
            shown = "".join(f" (found: {_format_term(value)})" for value in values)
            yield GraphFinding(
                severity=query.severity,
                rule=v.compact(query.shape),
                thing=_format_term(this),
                message=f"{query.message}{shown}",
            )


def _read_shapes() -> list[Quad]:
    files = sorted(find_data_folder("ontology").glob("shapes/*.ttl"))
    return [quad for path in files for quad in parse(path=str(path), format=RdfFormat.TURTLE)]


def _merge_validated_graphs(store: Store) -> Store:
    """Return a store whose default graph is the merge of the validated graphs."""
    dumps = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=name) for name in _VALIDATED_GRAPHS)
    merged = Store()
    merged.bulk_load(b"".join(filter(None, dumps)), format=RdfFormat.N_TRIPLES, lenient=True)
    return merged


def _list_subclasses(store: Store, class_: str) -> frozenset[str]:
    """Return the IRIs of a class and of all classes below it, of those that have instances.

    Of classes of which none has, that of the class itself.
    """
    rows: Any = store.query(_SUBCLASSES_QUERY.format(class_), prefixes=dict(v.PREFIXES))
    found = frozenset(each.value for (each,) in rows if isinstance(each, NamedNode))
    return found or frozenset({class_})


def _format_term(term: Any) -> str:
    return v.compact(str(getattr(term, "value", term)))
