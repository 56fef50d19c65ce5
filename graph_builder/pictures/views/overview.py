"""The overview of the graph: clusters of closely linked entities, and the links between them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot
from graph_builder.pictures.cluster_layout import (
    DIAGRAM_WIDTH,
    build_cluster_circle,
    build_cluster_lines,
    format_member_count,
    place_clusters,
)
from graph_builder.pictures.clustering import (
    Cluster,
    FactsBetween,
    build_cluster_entries,
    cluster_network,
)
from graph_builder.pictures.subgraphs import extract_subgraph
from graph_builder.pictures.truncation import MAX_OPEN_EDGES, select_densest_nodes
from graph_builder.pictures.view_definition import Bundle, Option, Picture, View, build_markup_stage
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


def build_overview_picture(graph: Graph, *, inferred: bool = False) -> Picture:
    """Return the picture of all facts in clusters, each with its members and facts.

    Where a page has no room for all facts, it lists those of the best connected nodes; circles and
    lines stand for all. Raises PictureError for a graph without edges.
    """
    network = build_facts_network(graph, source="all", inferred=inferred)
    if not network.number_of_edges():
        raise PictureError("nothing to draw: no two things are linked")
    shown, note = select_densest_nodes(network)
    drawn = annotate_network(extract_subgraph(network, shown), graph)
    clusters, between = cluster_network(network)
    drawn_facts = {id(fact) for fact in list_network_facts(drawn)}
    cluster_bundles = [_build_cluster_bundle(each, drawn_facts) for each in clusters]
    link_bundles = _build_link_bundles(clusters, between, drawn_facts)
    centres, height = place_clusters(clusters, between)
    entries = build_cluster_entries(clusters, cluster_bundles, drawn)
    answer = _format_subtitle(network, clusters)
    return Picture(
        title="What the graph covers",
        subtitle=". ".join((answer, *describe_snapshot(network, list_network_facts(network)))),
        network=drawn,
        stage=build_markup_stage("overview"),
        content={
            "linked": [each for index, each in enumerate(entries) if index in centres],
            "unlinked": [each for index, each in enumerate(entries) if index not in centres],
            "circles": [
                build_cluster_circle(clusters[index], entries[index], *centres[index])
                for index in centres
            ],
            "lines": build_cluster_lines(link_bundles, between, centres),
            "box": (DIAGRAM_WIDTH, height),
        },
        bundles=(*cluster_bundles, *link_bundles.values()),
        full_network=network,
        notes=(note,) if note else (),
    )


VIEW = View(
    name="overview",
    summary="What does the graph cover?",
    options=(
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=False,
        ),
    ),
    build=build_overview_picture,
)


def _format_subtitle(network: "nx.MultiDiGraph[str]", clusters: Sequence[Cluster]) -> str:
    size = f"{len(network):,} things and {len(list_network_facts(network)):,} facts"
    largest = f"the largest has {len(clusters[0].members):,} members, {clusters[0].name} first"
    return f"{size} in {len(clusters)} clusters; {largest}"


def _build_cluster_bundle(cluster: Cluster, drawn_facts: set[int]) -> Bundle:
    facts = tuple(fact for fact in cluster.facts if id(fact) in drawn_facts)
    label = f"{cluster.name} {format_member_count(cluster)}".strip()
    return Bundle(f"group-{cluster.members[0]}", label, facts, cluster.members)


def _build_link_bundles(
    clusters: Sequence[Cluster], between: FactsBetween, drawn_facts: set[int]
) -> dict[tuple[int, int], Bundle]:
    """Return the facts between two clusters, for those pairs with the most facts."""
    ranked = sorted(between, key=lambda pair: (-len(between[pair]), pair))
    return {
        (one, other): Bundle(
            f"between-{clusters[one].members[0]}-{clusters[other].members[0]}",
            f"{clusters[one].name} \u2013 {clusters[other].name}",
            tuple(fact for fact in between[one, other] if id(fact) in drawn_facts),
        )
        for one, other in sorted(ranked[:MAX_OPEN_EDGES])
    }
