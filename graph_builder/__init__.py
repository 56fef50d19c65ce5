"""A knowledge graph of AI governance actors that keeps the source of every fact.

    from graph_builder import ask, open_graph

    for row in ask(open_graph(), "organisers"):
        print(row["organiser"], row["source"], row["passage"])

Names are imported on first use, so that the command line starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graph_builder.core.resources import VERSION

__version__ = VERSION

__all__ = [
    "AiggError",
    "FactBase",
    "FactsError",
    "Finding",
    "Graph",
    "Match",
    "ask",
    "build",
    "chance",
    "diff",
    "disagreements",
    "draw",
    "explain",
    "export",
    "find",
    "measure",
    "namespaces",
    "open_graph",
    "questions",
    "read_facts",
    "select",
    "to_networkx",
    "to_pyvis",
    "validate",
    "vocabulary",
    "write_turtle",
]

_HOMES = {
    "AiggError": "core.errors",
    "FactBase": "ingest.fact_file_reader",
    "FactsError": "core.errors",
    "Finding": "core.errors",
    "Graph": "store.graph",
    "Match": "query.entity_search",
    "ask": "query.named_questions",
    "build": "store.loading",
    "chance": "analysis.reports.report_tables",
    "diff": "compare.diff",
    "disagreements": "compare.conflicts",
    "draw": "pictures.view_registry",
    "explain": "query.explanation",
    "export": "store.serialization",
    "find": "query.entity_search",
    "measure": "analysis.reports.report_tables",
    "namespaces": "core.ontology",
    "open_graph": "store.loading",
    "questions": "query.named_questions",
    "read_facts": "ingest.fact_files",
    "select": "store.snapshot",
    "to_networkx": "analysis.networks.network_builder",
    "to_pyvis": "pictures.network_drawing",
    "validate": "query.validation",
    "write_turtle": "store.serialization",
}

if TYPE_CHECKING:
    from graph_builder.analysis.networks.network_builder import to_networkx
    from graph_builder.analysis.reports.report_tables import chance, measure
    from graph_builder.compare.conflicts import disagreements
    from graph_builder.compare.diff import diff
    from graph_builder.core import vocabulary
    from graph_builder.core.errors import AiggError, FactsError, Finding
    from graph_builder.core.ontology import namespaces
    from graph_builder.ingest.fact_file_reader import FactBase
    from graph_builder.ingest.fact_files import read_facts
    from graph_builder.pictures.network_drawing import to_pyvis
    from graph_builder.pictures.view_registry import draw
    from graph_builder.query.entity_search import Match, find
    from graph_builder.query.explanation import explain
    from graph_builder.query.named_questions import ask, questions
    from graph_builder.query.validation import validate
    from graph_builder.store.graph import Graph
    from graph_builder.store.loading import build, open_graph
    from graph_builder.store.serialization import export, write_turtle
    from graph_builder.store.snapshot import select


def __getattr__(name: str) -> Any:
    """Return a public name from the module that defines it."""
    if name == "vocabulary":
        return import_module(f"{__name__}.core.vocabulary")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
