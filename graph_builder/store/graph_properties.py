"""What is found out about a graph when its store is written, and is looked up afterwards."""

import json
from pathlib import Path

from graph_builder.store.assertion_checks import ASSERTION_FAULT, find_assertion_fault
from graph_builder.store.frequent_things import (
    FREQUENT_THINGS,
    count_mentions,
    describe_frequent_things,
)
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.own_terms import USES_TERMS, uses_terms
from graph_builder.store.stored_index import write_index

_NOTES = "notes"


def write_index_of(
    engine: LocalEngine, path: Path, notes: tuple[str, ...] = (), *, is_compiled: bool = False
) -> None:
    """Write the index of a store to a new file, with what commands check before they use it.

    ``notes`` say how the graph was read. One that is compiled of facts has assertions of our form.
    """
    graph = Graph(engine)
    mentions = count_mentions(graph)
    properties = {
        USES_TERMS: "yes" if uses_terms(graph) else "no",
        ASSERTION_FAULT: "" if is_compiled else find_assertion_fault(graph),
        FREQUENT_THINGS: describe_frequent_things(mentions),
        _NOTES: json.dumps(notes),
    }
    write_index(graph, path, properties, mentions if is_compiled else {})


def read_notes(graph: Graph) -> tuple[str, ...]:
    """Return the notes on how the graph of a store was read."""
    return tuple(json.loads(graph.get_recorded(_NOTES) or "[]"))
