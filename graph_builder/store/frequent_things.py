"""The things that most facts are about, by kind; recorded with a store on disk."""

import json
from typing import Any

from graph_builder.core.vocabulary import ID_KINDS, PREFIXES
from graph_builder.store.graph import Graph

#: The property of a stored graph with the things, in JSON, by the beginning of their IRIs.
FREQUENT_THINGS = "frequent things"
#: How many things of a kind are listed.
MAX_LISTED = 40
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


def describe_frequent_things(graph: Graph) -> str:
    """Return what is recorded with a store: the things of each kind of ids, and of all."""
    found: dict[str, list[str]] = {"": [], **{PREFIXES[kind]: [] for kind in ID_KINDS}}
    rows: Any = graph.query(_QUERY.format("", ""), "things")
    for thing in (row[0].value for row in rows):
        for prefix, things in found.items():
            if len(things) < MAX_LISTED and thing.startswith(prefix):
                things.append(thing)
    return json.dumps(found)


def _find_frequent_things(graph: Graph, prefix: str) -> list[str]:
    rows: Any = graph.query(_QUERY.format(prefix, f"LIMIT {MAX_LISTED}"), "things")
    return [row[0].value for row in rows]
