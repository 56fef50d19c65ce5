"""A knowledge graph of AI governance actors that keeps the source of every fact.

    from graph_builder import ask, open_graph

    for row in ask(open_graph(), "organisers"):
        print(row["organiser"], row["source"], row["passage"])

Names are imported when they are first used, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graph_builder.resources import VERSION

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
    "AiggError": "errors",
    "FactBase": "sources",
    "FactsError": "errors",
    "Finding": "errors",
    "Graph": "store",
    "Match": "finding",
    "ask": "catalogue",
    "build": "opening",
    "chance": "results",
    "diff": "difference",
    "disagreements": "disagreement",
    "draw": "pictures",
    "explain": "explanation",
    "export": "turtle",
    "find": "finding",
    "measure": "results",
    "namespaces": "terms",
    "open_graph": "opening",
    "questions": "catalogue",
    "read_facts": "sources",
    "select": "selection",
    "to_networkx": "networks",
    "to_pyvis": "pictures",
    "validate": "validation",
    "write_turtle": "turtle",
}

if TYPE_CHECKING:
    from graph_builder import vocabulary
    from graph_builder.catalogue import ask, questions
    from graph_builder.difference import diff
    from graph_builder.disagreement import disagreements
    from graph_builder.errors import AiggError, FactsError, Finding
    from graph_builder.explanation import explain
    from graph_builder.finding import Match, find
    from graph_builder.networks import to_networkx
    from graph_builder.opening import build, open_graph
    from graph_builder.pictures import draw, to_pyvis
    from graph_builder.results import chance, measure
    from graph_builder.selection import select
    from graph_builder.sources import FactBase, read_facts
    from graph_builder.store import Graph
    from graph_builder.terms import namespaces
    from graph_builder.turtle import export, write_turtle
    from graph_builder.validation import validate


def __getattr__(name: str) -> Any:
    """Return a public name out of the module that defines it."""
    if name == "vocabulary":
        return import_module(f"{__name__}.vocabulary")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
