"""The view of what ties two things together: the shortest ways between them, left to right."""

from collections import deque
from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING

from graph_builder.errors import PictureError
from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.parameters import resolve
from graph_builder.pictures.context import in_context
from graph_builder.pictures.days import sentence
from graph_builder.pictures.limits import closest
from graph_builder.pictures.model import Option, Picture, Term, View
from graph_builder.pictures.stages import NETWORK
from graph_builder.pictures.subnetworks import neighbours, sourced
from graph_builder.store import Graph

if TYPE_CHECKING:
    import networkx as nx

#: Pixels between a thing and the next to the right, between two in one column, and its height.
_ACROSS, _DOWN, _IN_COLUMN = 250, 68, 9

Distances = dict[str, int]


def path(graph: Graph, one: str, other: str, *, longer: int = 0, inferred: bool = False) -> Picture:
    """Return the picture of the shortest ways from one thing to another, and some that are longer.

    Lines are gone whichever way they point. Raises PictureError where no way leads there.
    """
    ends = resolve(one, graph), resolve(other, graph)
    names = [graph.label(iri) for iri in ends]
    if ends[0] == ends[1]:
        raise PictureError(f"a way leads from one thing to another, and both are {names[0]}")
    network = facts_network(graph, source="all", inferred=inferred)
    near, far = (_distances(network, iri) for iri in ends)
    if ends[1] not in near:
        raise PictureError(f"nothing to draw: no way leads from {names[0]} to {names[1]}")
    steps, most = near[ends[1]], near[ends[1]] + longer
    between = {each for each in near.keys() & far.keys() if near[each] + far[each] <= most}
    shown, left = closest(network, set(ends), between)
    drawn = _ways(network, shown, near, far, most)
    ways = "1 step" if steps == 1 else f"{steps} steps"
    return Picture(
        title=f"{names[0]} and {names[1]}",
        subtitle=". ".join((f"How they are tied: {ways} apart", *sentence(drawn, facts_of(drawn)))),
        network=in_context(drawn, graph),
        stage=NETWORK,
        spots=_spots(drawn, near, far),
        focus=ends,
        whole=_ways(network, between, near, far, most),
        notes=(left,) if left else (),
    )


VIEW = View(
    name="path",
    summary="How are two things tied?",
    terms=(
        Term("ONE", "A name, a prefixed name or an IRI: where the way begins."),
        Term("OTHER", "Where it ends."),
    ),
    options=(
        Option("longer", "Steps by which a way may be longer than the shortest.", 0, (0, 1, 2)),
        Option("inferred", "Go by inferred and background facts too.", default=False),
    ),
    make=path,
    example=("India", "Kenya"),
)


def _distances(network: "nx.MultiDiGraph[str]", start: str) -> Distances:
    """Return how many steps away each thing is that can be reached."""
    found = {start: 0} if start in network else {}
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for each in sorted(neighbours(network, here) - found.keys()):
            found[each] = found[here] + 1
            queue.append(each)
    return found


def _ways(
    network: "nx.MultiDiGraph[str]",
    shown: Iterable[str],
    near: Distances,
    far: Distances,
    most: int,
) -> "nx.MultiDiGraph[str]":
    """Return the things of the ways with those lines that one of the ways takes."""
    found = network.subgraph(shown).copy()
    for source, target, relation in sorted(found.edges(keys=True)):
        ways = (near[source] + far[target], near[target] + far[source])
        if source == target or min(ways) + 1 > most:
            found.remove_edge(source, target, relation)
    return sourced(found, network)


def _spots(
    drawn: "nx.MultiDiGraph[str]", near: Distances, far: Distances
) -> dict[str, tuple[int, int]]:
    """Return a place for each thing: a column a step, in each what is tied to the same together."""
    columns: dict[int, list[str]] = {}
    for each in sorted(drawn):
        columns.setdefault(near[each], []).append(each)
    spots: dict[str, tuple[int, int]] = {}
    across = 0
    for step in sorted(columns):
        ordered = sorted(columns[step], key=lambda each: (far[each], _height(drawn, each, spots)))
        wide = ceil(len(ordered) / _IN_COLUMN)
        for at, each in enumerate(ordered):
            column, row = at % wide, at // wide
            rows = ceil(len(ordered) / wide)
            slant = _DOWN * column // wide
            spots[each] = (
                across + column * _ACROSS,
                round((row - (rows - 1) / 2) * _DOWN) + slant,
            )
        across += wide * _ACROSS
    middle = (across - _ACROSS) // 2
    return {each: (x - middle, y) for each, (x, y) in spots.items()}


def _height(
    drawn: "nx.MultiDiGraph[str]", thing: str, spots: dict[str, tuple[int, int]]
) -> tuple[float, str]:
    """Return the mean height of what a thing is tied to on its left, then its name."""
    heights = [spots[each][1] for each in sorted(neighbours(drawn, thing)) if each in spots]
    mean = sum(heights) / len(heights) if heights else 0.0
    return mean, str(drawn.nodes[thing]["label"]).casefold()
