"""NetworkX graphs that keep the evidence of nodes and edges beside their attributes.

NetworkX writes a graph (``write_gexf``, ``write_graphml``, ``node_link_data``) only if all its
attributes are texts and numbers. Evidence is a list of records. So it is found by its key, as any
attribute is, but not listed among them. This module is imported where a network is built.
"""

from collections.abc import Iterable
from typing import Any, Self

import networkx as nx

#: The attributes of a graph, its nodes and edges that hold more than a text or a number.
RECORD_KEYS = frozenset({"blocs", "evidence", "facts", "incidence", "inverses", "sources"})


class Attributes(dict[str, Any]):
    """Attributes of a graph, a node or an edge; records among them are not listed."""

    __slots__ = ("records",)
    records: dict[str, Any]

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Return attributes without records."""
        made = super().__new__(cls)
        made.records = {}
        return made

    def __setitem__(self, key: str, value: Any) -> None:
        """Set an attribute, among the records if it is one."""
        if key in RECORD_KEYS and not isinstance(value, str):
            self.records[key] = value
        else:
            super().__setitem__(key, value)

    def __missing__(self, key: str) -> Any:
        """Return a record."""
        return self.records[key]

    def __contains__(self, key: object) -> bool:
        """Return whether there is an attribute or a record."""
        return super().__contains__(key) or key in self.records

    def get(self, key: str, default: Any = None) -> Any:
        """Return an attribute or a record, else the default."""
        if key in RECORD_KEYS:
            default = self.records.get(key, default)
        return super().get(key, default)

    def update(self, *others: Any, **more: Any) -> None:
        """Set attributes and records, also those of other attributes."""
        for other in others:
            if isinstance(other, Attributes):
                self.records.update(other.records)
        for key, value in dict(*others, **more).items():
            self[key] = value

    def copy(self) -> "Attributes":
        """Return a copy with the same records."""
        made = Attributes()
        made.update(self)
        return made


class _EvidencedNodes:
    """Nodes that keep their records in copies of the graph."""

    nodes: Any

    def add_nodes_from(self, nodes_for_adding: Iterable[Any], **attr: Any) -> None:
        """Add nodes with their records, which NetworkX would leave out."""
        nodes = [*nodes_for_adding]
        super().add_nodes_from(nodes, **attr)  # type: ignore[misc]
        for node in nodes:
            if isinstance(node, tuple) and isinstance(node[-1], Attributes):
                self.nodes[node[0]].update(node[-1])


class EvidencedGraph(_EvidencedNodes, nx.Graph):  # type: ignore[type-arg]
    """An undirected graph with evidence."""

    graph_attr_dict_factory = node_attr_dict_factory = edge_attr_dict_factory = Attributes


class EvidencedDiGraph(_EvidencedNodes, nx.DiGraph):  # type: ignore[type-arg]
    """A directed graph with evidence."""

    graph_attr_dict_factory = node_attr_dict_factory = edge_attr_dict_factory = Attributes


class EvidencedMultiDiGraph(_EvidencedNodes, nx.MultiDiGraph):  # type: ignore[type-arg]
    """A directed graph with evidence that may have several edges between two nodes."""

    graph_attr_dict_factory = node_attr_dict_factory = edge_attr_dict_factory = Attributes

    def add_edges_from(self, ebunch_to_add: Iterable[Any], **attr: Any) -> Any:
        """Add edges with their records, which NetworkX would leave out; return their keys."""
        edges = [*ebunch_to_add]
        keys: Any = super().add_edges_from(edges, **attr)
        for (one, other, *_, held), key in zip(edges, keys, strict=True):
            if isinstance(held, Attributes):
                self.edges[one, other, key].update(held)
        return keys
