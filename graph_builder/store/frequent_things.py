"""The things that most facts are about, by kind; recorded with a store on disk."""

import json
from collections.abc import Iterable
from typing import Any

from graph_builder.core.vocabulary import ID_KINDS, PREFIXES
from graph_builder.store.graph import Graph

#: The property of a stored graph with the things, in JSON, by the beginning of their IRIs.
FREQUENT_THINGS = "frequent things"
#: How many things of a kind are listed.
MAX_LISTED = 40
#: The beginnings of the IRIs of all things, and of those of each kind of ids.
LISTED_PREFIXES = ("", *(PREFIXES[kind] for kind in ID_KINDS))
_QUERY = """SELECT ?thing (COUNT(*) AS ?facts) {{
  VALUES ?side {{ rdf:subject rdf:object }}
  ?assertion ?side ?thing .
  FILTER (isIRI(?thing) && STRSTARTS(STR(?thing), "{0}"))
}} GROUP BY ?thing ORDER BY DESC(?facts) ?thing {1}"""


def list_frequent_things(graph: Graph, prefix: str) -> list[str]:
    """Return the IRIs with a prefix that are ends of the most facts, most first, at most 40."""
    recorded = graph.get_recorded(FREQUENT_THINGS)
    known = json.loads(recorded) if recorded else {}
    return list(known[prefix]) if prefix in known else _find_frequent_things(graph, prefix)


def count_mentions(graph: Graph) -> dict[str, int]:
    """Return of how many assertions each thing is an end, by IRI, the most frequent first."""
    rows: Any = graph.query(_QUERY.format("", ""), "things")
    return {thing.value: int(number.value) for thing, number in rows}


def describe_frequent_things(things: Iterable[str]) -> str:
    """Return what is recorded with a store: the things of each kind of ids, and of all.

    ``things`` are IRIs, the most frequent first.
    """
    found: dict[str, list[str]] = {prefix: [] for prefix in LISTED_PREFIXES}
    for thing in things:
        for prefix, listed in found.items():
            if len(listed) < MAX_LISTED and thing.startswith(prefix):
                listed.append(thing)
    return json.dumps(found)


def _find_frequent_things(graph: Graph, prefix: str) -> list[str]:
    rows: Any = graph.query(_QUERY.format(prefix, f"LIMIT {MAX_LISTED}"), "things")
    return [row[0].value for row in rows]
