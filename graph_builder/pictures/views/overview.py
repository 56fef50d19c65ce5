"""The view of the whole: groups of what has close ties, named by their top members."""

from collections.abc import Sequence

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


def build_overview_picture(graph: Graph, *, inferred: bool = False) -> Picture:
    """Return the picture of all facts in groups, each with its members and what is told of them.

    Where a page has no room for all facts, it has those of the things with most ties; circles and
    lines tell of all. Raises PictureError for a graph in which nothing is tied to anything.
    """
    network = build_facts_network(graph, source="all", inferred=inferred)
    if not network.number_of_edges():
        raise PictureError("nothing to draw: nothing is tied to anything")
    shown, left = select_densest_nodes(network)
    drawn = annotate_network(extract_subgraph(network, shown), graph)
    clusters, between = cluster_network(network)
    held = {id(fact) for fact in list_network_facts(drawn)}
    groups = [_build_cluster_bundle(each, held) for each in clusters]
    ties = _build_link_bundles(clusters, between, held)
    spots, height = place_clusters(clusters, between)
    lists = build_cluster_entries(clusters, groups, drawn)
    facts = list_network_facts(network)
    named = f"{len(network):,} things and {len(facts):,} facts in {len(clusters)} groups"
    first = f"the largest, of {len(clusters[0].members):,}, around {clusters[0].name}"
    return Picture(
        title="The whole in groups",
        subtitle=". ".join((f"{named} of close ties, {first}", *describe_snapshot(network, facts))),
        network=drawn,
        stage=build_markup_stage("overview"),
        content={
            "tied": [each for at, each in enumerate(lists) if at in spots],
            "alone": [each for at, each in enumerate(lists) if at not in spots],
            "circles": [build_cluster_circle(clusters[at], lists[at], *spots[at]) for at in spots],
            "lines": build_cluster_lines(ties, between, spots),
            "box": (DIAGRAM_WIDTH, height),
        },
        bundles=(*groups, *ties.values()),
        whole=network,
        notes=(left,) if left else (),
    )


VIEW = View(
    name="overview",
    summary="What is the whole?",
    options=(Option("inferred", "Go by inferred and background facts too.", default=False),),
    make=build_overview_picture,
)


def _build_cluster_bundle(cluster: Cluster, held: set[int]) -> Bundle:
    told = tuple(fact for fact in cluster.told if id(fact) in held)
    label = f"{cluster.name} {format_member_count(cluster)}".strip()
    return Bundle(f"group-{cluster.members[0]}", label, told, cluster.members)


def _build_link_bundles(
    clusters: Sequence[Cluster], between: FactsBetween, held: set[int]
) -> dict[tuple[int, int], Bundle]:
    """Return the facts between groups, of those with the most as many as a picture has lines."""
    most = sorted(between, key=lambda pair: (-len(between[pair]), pair))[:MAX_OPEN_EDGES]
    return {
        (one, other): Bundle(
            f"between-{clusters[one].members[0]}-{clusters[other].members[0]}",
            f"{clusters[one].name} \u2013 {clusters[other].name}",
            tuple(fact for fact in between[one, other] if id(fact) in held),
        )
        for one, other in sorted(most)
    }
