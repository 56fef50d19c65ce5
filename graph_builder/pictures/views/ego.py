"""The view of one entity: what it is linked to, and how its neighbours are linked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, summarise_nodes
from graph_builder.pictures.neighbourhood import ListNeighbours, Scope
from graph_builder.pictures.subgraphs import extract_subgraph, find_nodes_within, get_full_network
from graph_builder.pictures.truncation import select_connected_nodes
from graph_builder.pictures.view_definition import NETWORK_STAGE, Argument, Option, Picture, View
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


def build_ego_picture(
    graph: Graph, thing: str, *, steps: int = 1, inferred: bool = True
) -> Picture:
    """Return the picture of an entity and what is at most one or two steps away.

    Where there are too many nodes, those with the fewest edges to the others are omitted. Raises
    PictureError for an entity without edges.
    """
    iri = resolve_entity(thing, graph)
    network = get_full_network(graph, inferred=inferred)
    if iri not in network or not network.degree(iri):
        raise PictureError(f"nothing to draw: nothing is linked to {graph.label(iri)}")
    nodes = find_nodes_within(network, {iri}, steps)
    shown, note = select_connected_nodes(network, {iri}, nodes)
    drawn = extract_subgraph(network, shown)
    answer = _format_subtitle(network, iri, steps)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join((answer, *describe_snapshot(drawn, list_network_facts(drawn)))),
        network=annotate_network(drawn, graph),
        stage=NETWORK_STAGE,
        focus=(iri,),
        full_network=extract_subgraph(network, nodes),
        notes=(note,) if note else (),
    )


def _find_things(
    iris: Sequence[str], options: Mapping[str, Any], list_neighbours: ListNeighbours
) -> set[str]:
    """Return the thing, and with two steps its neighbours."""
    if options.get("steps", 1) == 1:
        return {*iris}
    return {*iris}.union(*(near for iri in iris for near in list_neighbours(iri).values()))


VIEW = View(
    name="ego",
    summary="What is known about one thing, and from which sources?",
    arguments=(Argument("THING", "A name, an id such as actor:IND, or an IRI."),),
    options=(
        Option("steps", "How many steps away to show.", default=1, choices=(1, 2)),
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=True,
        ),
    ),
    build=build_ego_picture,
    example=("actor:IND",),
    scope=Scope(ParameterKind.THING, _find_things),
)


def _format_subtitle(network: "nx.MultiDiGraph[str]", iri: str, steps: int) -> str:
    near = find_nodes_within(network, {iri}, 1)
    answer = f"Linked to {summarise_nodes(network, near - {iri})}"
    if steps == 1:
        return answer
    further = len(find_nodes_within(network, near, steps - 1)) - len(near)
    return f"{answer}. These are linked to {format_count(further, 'more thing')}"
