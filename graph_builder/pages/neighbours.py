"""The picture of a thing: what it is tied to, and what ties these to each other."""

from typing import TYPE_CHECKING

from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.pages.things import title
from graph_builder.pictures import render
from graph_builder.store import Graph

if TYPE_CHECKING:
    import networkx as nx

#: Things that a picture shows beside the one it is of.
MOST = 60


def picture(graph: Graph, iri: str) -> str | None:
    """Return the picture of a thing and its neighbours as a page, or None if it has none.

    Where these are too many, those are left out that have the fewest ties to the others.
    """
    network = facts_network(graph, source="all", inferred=True)
    if iri not in network or not network.degree(iri):
        return None
    chosen, number = _around(network, iri)
    few = f"The {MOST} with the most ties of {number:,} neighbours"
    shown = f"Its {number:,} neighbours" if number <= MOST else few
    drawn = network.subgraph(chosen).copy()
    named = {fact["source"] for fact in facts_of(drawn)}
    drawn.graph["sources"] = {name: network.graph["sources"][name] for name in sorted(named)}
    return render(
        drawn,
        title=title(graph, iri),
        subtitle=f"{shown}, and what ties them to each other",
    )


def _around(network: "nx.MultiDiGraph[str]", iri: str) -> tuple[list[str], int]:
    """Return a thing with its closest neighbours, and how many it has in all."""
    every = {*network.successors(iri), *network.predecessors(iri)} - {iri}
    among = network.subgraph({iri, *every})
    ranked = sorted(every, key=lambda each: (-among.degree(each), each))
    return [iri, *ranked[:MOST]], len(every)
