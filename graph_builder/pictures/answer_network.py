"""Answers of queries as networks: of a graph, or of rows with subject, relation and object.

Triples and rows without a source get the evidence of the assertions that state them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryTriples

from graph_builder.analysis.networks.facts_network import build_network_from_rows
from graph_builder.core.errors import PictureError, QueryError
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph
from graph_builder.store.query_errors import describe_evaluation_error

if TYPE_CHECKING:
    import networkx as nx

AnswerRow = Mapping[str, OptionalTerm]

#: The columns that rows need.
TRIPLE_COLUMNS = ("subject", "relation", "object")
_SUBJECT_NODE = NamedNode(expand("rdf:subject"))
_ASSERTION_TERMS = {
    "subject": "rdf:subject",
    "relation": "rdf:predicate",
    "object": "rdf:object",
    "modality": "aigg:modality",
    "basis": "aigg:basis",
    "verification": "aigg:verification",
    "source": "prov:wasDerivedFrom",
    "section": "aigg:section",
    "passage": "aigg:anchor",
    "start": "oa:start",
    "end": "oa:end",
    "from": "aigg:validFrom",
    "to": "aigg:validTo",
    "asOf": "aigg:asOf",
    "reason": "aigg:reason",
    "note": "skos:note",
}
_ASSERTION_IRIS = {name: expand(term) for name, term in _ASSERTION_TERMS.items()}


def query_fact_rows(graph: Graph, query: str, name: str = "query") -> list[AnswerRow]:
    """Return the rows of a query's answer that are facts: edges between nodes, or values of nodes.

    Raises QueryError for a wrong query, PictureError for an answer that makes no picture.
    """
    answer = graph.query(query, name)
    if isinstance(answer, QueryTriples):
        return filter_fact_rows(
            [dict(zip(TRIPLE_COLUMNS, each, strict=True)) for each in sorted(answer, key=str)]
        )
    columns = () if isinstance(answer, QueryBoolean) else _get_columns(answer)
    if not set(TRIPLE_COLUMNS) <= set(columns):
        needed = ", ".join(TRIPLE_COLUMNS)
        raise PictureError(
            f"a picture needs a CONSTRUCT query, or an answer with the columns {needed}"
        )
    try:
        rows: list[AnswerRow] = [dict(zip(columns, row, strict=True)) for row in answer]  # type: ignore[union-attr]
    except (OSError, RuntimeError) as error:
        raise QueryError(describe_evaluation_error(error)) from error
    return filter_fact_rows(rows)


def _get_columns(answer: Any) -> tuple[str, ...]:
    """Return the names of columns; ``predicate`` is taken for ``relation``."""
    names = [variable.value for variable in answer.variables]
    if "relation" in names:
        return tuple(names)
    return tuple("relation" if name == "predicate" else name for name in names)


def filter_fact_rows(rows: Iterable[AnswerRow]) -> list[AnswerRow]:
    """Return the rows that are facts: edges between nodes, or values of nodes."""
    return [
        row
        for row in rows
        if isinstance(row["subject"], NamedNode | BlankNode)
        and isinstance(row["relation"], NamedNode)
        and isinstance(row["object"], NamedNode | BlankNode | Literal)
    ]


def collect_entities(rows: Iterable[AnswerRow]) -> set[str]:
    """Return the IRIs and blank nodes at the ends of rows."""
    ends = [row[end] for row in rows for end in ("subject", "object")]
    return {to_text(end) for end in ends if not isinstance(end, Literal)}


def build_answer_network(rows: Iterable[AnswerRow], graph: Graph) -> "nx.MultiDiGraph[str]":
    """Return rows as an annotated network, with each assertion that states them.

    Rows with a source stay as the query returned them.
    """
    return annotate_network(build_network_from_rows(_add_evidence(rows, graph), graph), graph)


def _add_evidence(rows: Iterable[AnswerRow], graph: Graph) -> Iterator[AnswerRow]:
    assertions: dict[OptionalTerm, list[AnswerRow]] = {}
    for fact in rows:
        if _has_evidence(fact):
            yield fact
            continue
        subject = fact["subject"]
        if subject not in assertions:
            assertions[subject] = _read_assertions(subject, graph)
        bare = {part: fact[part] for part in TRIPLE_COLUMNS}
        yield from [each for each in assertions[subject] if each.items() >= bare.items()] or [bare]


def _has_evidence(fact: AnswerRow) -> bool:
    offsets = [to_text(fact.get(name)) for name in ("start", "end")]
    are_numbers = all(offset.isdecimal() or not offset for offset in offsets)
    return isinstance(fact.get("source"), NamedNode) and are_numbers


def _read_assertions(subject: OptionalTerm, graph: Graph) -> list[AnswerRow]:
    """Return the assertions about a subject as rows, sorted by IRI."""
    if not isinstance(subject, NamedNode):
        return []
    quads = graph.quads(None, _SUBJECT_NODE, subject)
    rows: list[AnswerRow] = []
    for assertion in sorted({quad.subject for quad in quads}, key=str):
        parts = graph.quads(assertion)
        values: dict[str, OptionalTerm] = {part.predicate.value: part.object for part in parts}
        rows.append({name: values.get(predicate) for name, predicate in _ASSERTION_IRIS.items()})
    return rows
