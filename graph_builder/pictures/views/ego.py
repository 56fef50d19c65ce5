"""The view of a thing: what is known of it, from where, and what ties its neighbours together."""

from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, summarise_nodes
from graph_builder.pictures.subgraphs import extract_subgraph, find_nodes_within, get_full_network
from graph_builder.pictures.truncation import select_connected_nodes
from graph_builder.pictures.view_definition import NETWORK_STAGE, Argument, Option, Picture, View
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


def build_ego_picture(
    graph: Graph, thing: str, *, steps: int = 1, inferred: bool = True
) -> Picture:
    """Return the picture of a thing and what is at most one or two steps away.

    Where there are too many, those are left out that have the fewest ties to the others. Raises
    PictureError for a thing that is tied to nothing.
    """
    iri = resolve_entity(thing, graph)
    network = get_full_network(graph, inferred=inferred)
    if iri not in network or not network.degree(iri):
        raise PictureError(f"nothing to draw: nothing is tied to {graph.label(iri)}")
    every = find_nodes_within(network, {iri}, steps)
    shown, left = select_connected_nodes(network, {iri}, every)
    drawn = extract_subgraph(network, shown)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join(
            (
                _format_subtitle(network, iri, steps),
                *describe_snapshot(drawn, list_network_facts(drawn)),
            )
        ),
        network=annotate_network(drawn, graph),
        stage=NETWORK_STAGE,
        focus=(iri,),
        whole=extract_subgraph(network, every),
        notes=(left,) if left else (),
    )


VIEW = View(
    name="ego",
    summary="What do we know of a thing, and from where?",
    terms=(Argument("THING", "A name, a prefixed name or an IRI."),),
    options=(
        Option("steps", "How many steps away things may be.", default=1, choices=(1, 2)),
        Option("inferred", "Draw inferred and background facts too.", default=True),
    ),
    make=build_ego_picture,
    example=("actor:IND",),
)


def _format_subtitle(network: "nx.MultiDiGraph[str]", iri: str, steps: int) -> str:
    near = find_nodes_within(network, {iri}, 1)
    told = f"Tied to {summarise_nodes(network, near - {iri})}"
    if steps == 1:
        return told
    further = len(find_nodes_within(network, near, steps - 1)) - len(near)
    return f"{told}, and these to {format_count(further, 'thing')} more"
