"""The canonical themes of a graph: under which of them the wordings of sources fall."""

from collections import defaultdict

from pyoxigraph import NamedNode

from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph


def map_canonical_themes(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return the canonical themes by wording, as IRIs; a canonical theme has itself."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in graph.engine.quads(None, NamedNode(expand("aigg:canonicalTheme")), None):
        found[getattr(quad.subject, "value", "")].add(getattr(quad.object, "value", ""))
    return {wording: tuple(sorted(themes)) for wording, themes in found.items()}
