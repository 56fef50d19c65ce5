"""Find the statements that stand in other named graphs in one version of a dataset than in another.

In graphs of this project the record of a statement says its source, so they are left out here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Triple

from graph_builder.core.vocabulary import BASE
from graph_builder.store.graph import Graph

#: What stands for the graph without a name.
DEFAULT_GRAPH = "the default graph"
GraphNames = tuple[NamedNode | str, ...]


def iter_moved_statements(
    old: Graph, new: Graph
) -> Iterator[tuple[Triple, GraphNames, GraphNames]]:
    """Yield the statements that are in both versions, with the names of their graphs in each.

    A version without named graphs is a list of statements, and has no places to compare. Statements
    about blank nodes are left out: their graphs have no bearing on which nodes are the same.
    """
    named = _list_named_graphs(old), _list_named_graphs(new)
    if not all(named) or all(map(_is_own_graph, (*named[0], *named[1]))):
        return
    before, after = _index_graph_names(old), _index_graph_names(new)
    for triple in before.keys() & after.keys():
        names = before[triple] | after[triple]
        if before[triple] != after[triple] and not any(map(_is_own_graph, names)):
            yield triple, _sort(before[triple]), _sort(after[triple])


def _index_graph_names(graph: Graph) -> Mapping[Triple, set[NamedNode | str]]:
    found: dict[Triple, set[NamedNode | str]] = defaultdict(set)
    for quad in graph.store:
        if not any(isinstance(term, BlankNode) for term in quad):
            name = DEFAULT_GRAPH if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            found[quad.triple].add(name)
    return found


def _list_named_graphs(graph: Graph) -> list[NamedNode | BlankNode]:
    """Return the names of the graphs that hold something."""
    store = graph.store
    return [
        name
        for name in store.named_graphs()
        if next(store.quads_for_pattern(None, None, None, name), None)
    ]


def _is_own_graph(name: object) -> bool:
    return isinstance(name, NamedNode) and name.value.startswith(BASE)


def _sort(names: set[NamedNode | str]) -> GraphNames:
    return tuple(sorted(names, key=str))
