"""Export of networks as GraphML and GEXF, with attributes and dates."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from graph_builder.analysis.export.gexf import format_gexf
from graph_builder.analysis.export.graphml import format_graphml
from graph_builder.analysis.export.network_records import AttributeValue, build_network_records
from graph_builder.analysis.measures.measure_definition import MeasureResult
from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_WRITERS = {"gexf": format_gexf, "graphml": format_graphml}


def export_network(
    network: "nx.Graph[str]",
    extension: str,
    graph: Graph,
    *,
    results: Sequence[MeasureResult] = (),
    edges: Mapping[tuple[str, str], Mapping[str, AttributeValue]] | None = None,
    description: str = "",
) -> str:
    """Return a ``to_networkx`` network as gexf or graphml.

    ``graph`` is what the network was made of and has the labels; ``measured`` become attributes of
    nodes, ``edges``, by both ends sorted, of edges; ``description`` tells a reader of the file what
    it holds.
    """
    return _WRITERS[extension](
        build_network_records(network, graph, results, edges or {}, description)
    )


def export_facts_network(graph: Graph, extension: str) -> str:
    """Return the network of all facts that sources state as gexf or graphml."""
    found = build_facts_network(graph, source="all")
    number = len({*found.graph["sources"]})
    said = (
        f"The facts from {number:,} sources. Each edge is one fact; several sources may state it."
    )
    return export_network(found, extension, graph, description=said)
