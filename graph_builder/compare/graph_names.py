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
    before, after = _index_graph_names(old), _index_graph_names(new)
    if not (_has_named_graphs(before) and _has_named_graphs(after)):
        return
    for triple in before.keys() & after.keys():
        if before[triple] != after[triple] and not _is_ours(before[triple] | after[triple]):
            yield triple, _sort(before[triple]), _sort(after[triple])


def _index_graph_names(graph: Graph) -> Mapping[Triple, set[NamedNode | str]]:
    found: dict[Triple, set[NamedNode | str]] = defaultdict(set)
    for quad in graph.store:
        if not any(isinstance(term, BlankNode) for term in quad):
            name = DEFAULT_GRAPH if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            found[quad.triple].add(name)
    return found


def _has_named_graphs(names: Mapping[Triple, set[NamedNode | str]]) -> bool:
    return any(name != DEFAULT_GRAPH for each in names.values() for name in each)


def _is_ours(names: set[NamedNode | str]) -> bool:
    return any(isinstance(name, NamedNode) and name.value.startswith(BASE) for name in names)


def _sort(names: set[NamedNode | str]) -> GraphNames:
    return tuple(sorted(names, key=str))
