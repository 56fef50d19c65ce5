"""What a page on an undertaking says first: how far it has come, by when it is due, what sum."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import INFERRED_GRAPH, PREFIXES
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph

_STATUSES = """SELECT DISTINCT ?day ?status WHERE {{
  ?told a aigg:Affirmation ; rdf:subject <{iri}> ; rdf:predicate aigg:hasStatus ;
        rdf:object ?status ; aigg:validFrom|aigg:asOf ?day .
}} ORDER BY DESC(STR(?day)) ?status"""
_DUE_DAYS = """SELECT DISTINCT ?day ?inferred WHERE {{
  {{ ?given a aigg:Affirmation ; rdf:subject <{iri}> ; rdf:predicate aigg:dueOn ; rdf:object ?day }}
  UNION {{
    GRAPH <{inferred}> {{ ?given rdf:subject <{iri}> ; rdf:predicate aigg:dueOn ; rdf:object ?day }}
    BIND (true AS ?inferred)
  }}
}} ORDER BY STR(?day)"""
_SUMS = """SELECT DISTINCT ?amount ?currency WHERE {{
  <{iri}> aigg:amount ?amount ; aigg:currency ?currency .
}} ORDER BY ?currency ?amount"""


def describe_undertaking(graph: Graph, iri: str) -> list[tuple[str, str]]:
    """Return headings, each with its text, for an undertaking; none for other things."""
    if not iri.startswith(PREFIXES["undertaking"]):
        return []
    found = {
        "Latest status": _describe_status(graph, iri),
        "Due": _describe_due_days(graph, iri),
        "Sum": " or ".join(
            format_amount(row[1], row[0]) for row in _ask(graph, _SUMS.format(iri=iri))
        ),
    }
    return [(heading, text) for heading, text in found.items() if text]


def format_amount(currency: str, amount: str) -> str:
    """Return a sum with its currency, such as USD 200,000,000."""
    return f"{currency} {Decimal(amount):,f}"


def _describe_status(graph: Graph, iri: str) -> str:
    """Return the latest status with its day, or all that sources give for that day."""
    rows = list(_ask(graph, _STATUSES.format(iri=iri)))
    latest = [graph.label(status) for day, status in rows if day == rows[0][0]]
    differ = "; sources differ" if len(latest) > 1 else ""
    return f"{' or '.join(latest)}, {rows[0][0]}{differ}" if rows else ""


def _describe_due_days(graph: Graph, iri: str) -> str:
    rows = _ask(graph, _DUE_DAYS.format(iri=iri, inferred=INFERRED_GRAPH))
    days = {day: f"{day} (worked out)" if inferred else day for day, inferred in rows}
    return " or ".join(days.values())


def _ask(graph: Graph, query: str) -> Iterator[list[str]]:
    answer: Any = graph.query(query)
    for row in answer:
        yield [value.value if isinstance(value, NamedNode) else to_text(value) for value in row]
