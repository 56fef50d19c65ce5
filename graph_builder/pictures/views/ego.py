"""The view of a thing: what is known of it, from where, and what ties its neighbours together."""

from typing import TYPE_CHECKING

from graph_builder.errors import PictureError
from graph_builder.networks.facts import facts_of
from graph_builder.parameters import resolve
from graph_builder.pictures.context import in_context
from graph_builder.pictures.days import sentence
from graph_builder.pictures.limits import closest
from graph_builder.pictures.model import Option, Picture, Term, View
from graph_builder.pictures.phrases import sorts
from graph_builder.pictures.stages import NETWORK
from graph_builder.pictures.subnetworks import every_fact, part, within
from graph_builder.store import Graph
from graph_builder.texts import count

if TYPE_CHECKING:
    import networkx as nx


def ego(graph: Graph, thing: str, *, steps: int = 1, inferred: bool = True) -> Picture:
    """Return the picture of a thing and what is at most one or two steps away.

    Where there are too many, those are left out that have the fewest ties to the others. Raises
    PictureError for a thing that is tied to nothing.
    """
    iri = resolve(thing, graph)
    network = every_fact(graph, inferred=inferred)
    if iri not in network or not network.degree(iri):
        raise PictureError(f"nothing to draw: nothing is tied to {graph.label(iri)}")
    every = within(network, {iri}, steps)
    shown, left = closest(network, {iri}, every)
    drawn = part(network, shown)
    return Picture(
        title=graph.label(iri),
        subtitle=". ".join((_subtitle(network, iri, steps), *sentence(drawn, facts_of(drawn)))),
        network=in_context(drawn, graph),
        stage=NETWORK,
        focus=(iri,),
        whole=part(network, every),
        notes=(left,) if left else (),
    )


VIEW = View(
    name="ego",
    summary="What do we know of a thing, and from where?",
    terms=(Term("THING", "A name, a prefixed name or an IRI."),),
    options=(
        Option("steps", "How many steps away things may be.", default=1, choices=(1, 2)),
        Option("inferred", "Draw inferred and background facts too.", default=True),
    ),
    make=ego,
    example=("actor:IND",),
)


def _subtitle(network: "nx.MultiDiGraph[str]", iri: str, steps: int) -> str:
    near = within(network, {iri}, 1)
    told = f"Tied to {sorts(network, near - {iri})}"
    if steps == 1:
        return told
    further = len(within(network, near, steps - 1)) - len(near)
    return f"{told}, and these to {count(further, 'thing')} more"
