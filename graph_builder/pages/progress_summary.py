"""What a page on a text or an undertaking says first: how far it has come, its days, its sum."""

from decimal import Decimal
from typing import Any

from graph_builder.core.vocabulary import INFERRED_GRAPH, PREFIXES, expand
from graph_builder.query.named_questions import list_text_rows
from graph_builder.store.graph import Graph

_STATUSES = """SELECT DISTINCT ?day ?status ?words WHERE {{
  ?told a aigg:Affirmation ; rdf:subject <{iri}> ; rdf:predicate aigg:hasStatus ;
        rdf:object ?status .
  {{ ?told aigg:validFrom ?day . BIND (", " AS ?words) }}
  UNION {{ ?told aigg:asOf ?day . BIND (" as of " AS ?words) }}
}} ORDER BY DESC(STR(?day)) ?status ?words"""
_DAYS = """SELECT DISTINCT ?day ?inferred WHERE {{
  {{
    ?given a aigg:Affirmation ; rdf:subject <{iri}> ; rdf:predicate aigg:{relation} ;
           rdf:object ?day .
  }}
  UNION {{
    GRAPH <{inferred}> {{
      ?given rdf:subject <{iri}> ; rdf:predicate aigg:{relation} ; rdf:object ?day
    }}
    BIND (true AS ?inferred)
  }}
}} ORDER BY STR(?day)"""
_SUMS = """SELECT DISTINCT ?amount ?currency WHERE {{
  <{iri}> aigg:amount ?amount ; aigg:currency ?currency .
}} ORDER BY ?currency ?amount"""

#: Statuses after which an undertaking is no longer to be carried out.
_ENDED = {expand(f"status:{name}") for name in ("delivered", "withdrawn", "superseded")}


def describe_progress(graph: Graph, iri: str) -> list[tuple[str, str]]:
    """Return headings, each with its text, for a text or undertaking; none for other things."""
    found: dict[str, str] = {}
    if iri.startswith(PREFIXES["undertaking"]):
        found = _describe_undertaking(graph, iri)
    elif iri.startswith(PREFIXES["instrument"]):
        found = {
            "Latest status": _describe_status(graph, _list_statuses(graph, iri)),
            "Adopted": _describe_days(graph, iri, "adoptedOn"),
            "In force": _describe_days(graph, iri, "inForceOn"),
        }
    return [(heading, text) for heading, text in found.items() if text]


def _describe_undertaking(graph: Graph, iri: str) -> dict[str, str]:
    statuses = _list_statuses(graph, iri)
    due = _describe_days(graph, iri, "dueOn")
    is_open = due and _ENDED.isdisjoint(row["status"] for row in statuses)
    sums = _ask(graph, _SUMS.format(iri=iri))
    return {
        "Latest status": _describe_status(graph, statuses),
        "Due": due,
        "Done": "no source here says so" if is_open else "",
        "Sum": " or ".join(format_amount(row["currency"], row["amount"]) for row in sums),
    }


def format_amount(currency: str, amount: str) -> str:
    """Return a sum with its currency, such as USD 200,000,000."""
    return f"{currency} {Decimal(amount):,f}"


def _describe_status(graph: Graph, rows: list[dict[str, str]]) -> str:
    """Return the latest status with its day, or all that sources give for that day."""
    if not rows:
        return ""
    day, words = rows[0]["day"], rows[0]["words"]
    names = {graph.label(row["status"]): None for row in rows if row["day"] == day}
    differ = "; sources differ" if len(names) > 1 else ""
    return f"{' or '.join(names)}{words}{day}{differ}"


def _list_statuses(graph: Graph, iri: str) -> list[dict[str, str]]:
    """Return the days and statuses of a thing, the latest first, and the words between both."""
    return _ask(graph, _STATUSES.format(iri=iri))


def _describe_days(graph: Graph, iri: str, relation: str) -> str:
    """Return the days that sources give, or that are worked out."""
    rows = _ask(graph, _DAYS.format(iri=iri, relation=relation, inferred=INFERRED_GRAPH))
    days: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (row["day"], row["inferred"])):
        days.setdefault(row["day"], row["day"] + (" (worked out)" if row["inferred"] else ""))
    return " or ".join(days.values())


def _ask(graph: Graph, query: str) -> list[dict[str, str]]:
    answer: Any = graph.query(query)
    return list_text_rows(answer)
