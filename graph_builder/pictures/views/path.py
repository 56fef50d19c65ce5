"""The view of what ties two things together: the shortest ways between them, left to right."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import compact
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, join_names, summarise_nodes
from graph_builder.pictures.subgraphs import attach_sources, get_neighbours
from graph_builder.pictures.truncation import select_connected_nodes
from graph_builder.pictures.view_definition import (
    NETWORK_STAGE,
    Argument,
    Bundle,
    Option,
    Picture,
    View,
)
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

#: Pixels between a thing and the next to the right, between two in one column, and its height.
_COLUMN_DISTANCE, _ROW_DISTANCE, _MAX_COLUMN_NODES = 250, 68, 9
#: Pixels by which the middle of a column stands out, so that a line along it passes by its things.
_COLUMN_BEND = 44
#: Ways that are listed.
_MAX_LISTED_PATHS = 12
_STEPS_WITH_ONE_BETWEEN = 2

Distances = dict[str, int]


def build_path_picture(
    graph: Graph, one: str, other: str, *, longer: int = 0, inferred: bool = False
) -> Picture:
    """Return the picture of the shortest ways from one thing to another, and some that are longer.

    Lines are gone whichever way they point. Raises PictureError where no way leads there.
    """
    ends = resolve_entity(one, graph), resolve_entity(other, graph)
    names = [graph.label(iri) for iri in ends]
    if ends[0] == ends[1]:
        raise PictureError(f"a way leads from one thing to another, and both are {names[0]}")
    network = build_facts_network(graph, source="all", inferred=inferred)
    near, far = (_measure_distances(network, iri) for iri in ends)
    if ends[1] not in near:
        raise PictureError(f"nothing to draw: no way leads from {names[0]} to {names[1]}")
    steps, most = near[ends[1]], near[ends[1]] + longer
    between = {each for each in near.keys() & far.keys() if near[each] + far[each] <= most}
    shown, left = select_connected_nodes(network, set(ends), between)
    drawn, whole = (
        _extract_path_network(network, some, near, far, most) for some in (shown, between)
    )
    ways, every = (
        list(islice(_iter_paths(each, ends, far, most), _MAX_LISTED_PATHS + 1))
        for each in (drawn, whole)
    )
    inner = {each for each in between if near[each] + far[each] == steps} - {*ends}
    told = _format_subtitle(whole, every, inner, steps)
    return Picture(
        title=f"{names[0]} and {names[1]}",
        subtitle=". ".join((told, *describe_snapshot(drawn, list_network_facts(drawn)))),
        network=annotate_network(drawn, graph),
        stage=NETWORK_STAGE,
        bundles=tuple(_build_path_bundle(drawn, way) for way in ways[:_MAX_LISTED_PATHS]),
        listed="The ways"
        if len(ways) <= _MAX_LISTED_PATHS
        else f"The first {_MAX_LISTED_PATHS} of the ways",
        spots=_place_nodes(drawn, near, far),
        focus=ends,
        whole=whole,
        notes=(left,) if left else (),
    )


VIEW = View(
    name="path",
    summary="How are two things tied?",
    terms=(
        Argument("ONE", "A name, a prefixed name or an IRI: where the way begins."),
        Argument("OTHER", "Where it ends."),
    ),
    options=(
        Option("longer", "Steps by which a way may be longer than the shortest.", 0, (0, 1, 2)),
        Option("inferred", "Go by inferred and background facts too.", default=False),
    ),
    make=build_path_picture,
    example=("India", "Kenya"),
)


def _measure_distances(network: "nx.MultiDiGraph[str]", start: str) -> Distances:
    """Return how many steps away each thing is that can be reached."""
    found = {start: 0} if start in network else {}
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for each in sorted(get_neighbours(network, here) - found.keys()):
            found[each] = found[here] + 1
            queue.append(each)
    return found


def _extract_path_network(
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
    return attach_sources(found, network)


def _iter_paths(
    drawn: "nx.MultiDiGraph[str]", ends: tuple[str, str], far: Distances, most: int
) -> Iterator[tuple[str, ...]]:
    """Yield the ways from one end to the other by the IRIs of things, the shortest first."""
    for steps in range(far[ends[0]], most + 1):
        yield from _iter_continuations(drawn, (ends[0],), far, steps)


def _iter_continuations(
    drawn: "nx.MultiDiGraph[str]", way: tuple[str, ...], far: Distances, steps: int
) -> Iterator[tuple[str, ...]]:
    """Yield the ways of so many more steps that begin with one, none of which meets a thing twice.

    They are searched depth first, so that the first of many are found soon.
    """
    if not far[way[-1]]:
        yield from [way] if not steps else []
        return
    near = {each for each in get_neighbours(drawn, way[-1]) - {*way} if far[each] < steps}
    for each in _sort_by_label(drawn, near):
        yield from _iter_continuations(drawn, (*way, each), far, steps - 1)


def _sort_by_label(drawn: "nx.MultiDiGraph[str]", things: Iterable[str]) -> list[str]:
    return sorted(things, key=lambda each: (str(drawn.nodes[each]["label"]).casefold(), each))


def _get_path_edges(drawn: "nx.MultiDiGraph[str]", way: Sequence[str]) -> list[dict[str, Any]]:
    steps = [pair for one, two in pairwise(way) for pair in ((one, two), (two, one))]
    return [line for pair in steps for line in (drawn.get_edge_data(*pair) or {}).values()]


def _build_path_bundle(drawn: "nx.MultiDiGraph[str]", way: Sequence[str]) -> Bundle:
    """Return a way with the facts of the lines that it takes, either way they point."""
    facts = {id(fact): fact for line in _get_path_edges(drawn, way) for fact in line["facts"]}
    label = " \u2013 ".join(str(drawn.nodes[each]["label"]) for each in way)
    return Bundle(" ".join(map(compact, way)), label, tuple(facts.values()))


def _format_subtitle(
    drawn: "nx.MultiDiGraph[str]", ways: Sequence[Sequence[str]], inner: set[str], steps: int
) -> str:
    """Return how far apart two things are, and by way of what they are tied."""
    apart = format_count(steps, "step")
    shortest = [way for way in ways if len(way) == steps + 1]
    if steps == 1:
        relations = {line["relation"] for line in _get_path_edges(drawn, shortest[0])}
        return f"Tied directly: {join_names(sorted(relations))}"
    if len(shortest) == 1:
        names = join_names([str(drawn.nodes[each]["label"]) for each in shortest[0][1:-1]])
        return f"{apart} apart, by way of {names}"
    if steps == _STEPS_WITH_ONE_BETWEEN:
        return f"{apart} apart, by way of {summarise_nodes(drawn, inner, 'or')}"
    more = "more than " if len(shortest) > _MAX_LISTED_PATHS else ""
    return f"{apart} apart, in {more}{min(len(shortest), _MAX_LISTED_PATHS)} ways"


def _place_nodes(
    drawn: "nx.MultiDiGraph[str]", near: Distances, far: Distances
) -> dict[str, tuple[int, int]]:
    """Return a place for each thing: a column a step, in each what is tied to the same together."""
    columns: dict[int, list[str]] = {}
    for each in sorted(drawn):
        columns.setdefault(near[each], []).append(each)
    spots: dict[str, tuple[int, int]] = {}
    across = 0
    for step in sorted(columns):
        ordered = sorted(
            columns[step], key=lambda each: (far[each], _compute_sort_key(drawn, each, spots))
        )
        wide = ceil(len(ordered) / _MAX_COLUMN_NODES)
        for at, each in enumerate(ordered):
            column, row = at % wide, at // wide
            rows = ceil(len(ordered) / wide)
            slant = _ROW_DISTANCE * column // wide
            spots[each] = (
                across + column * _COLUMN_DISTANCE + _compute_bend(row, rows),
                round((row - (rows - 1) / 2) * _ROW_DISTANCE) + slant,
            )
        across += wide * _COLUMN_DISTANCE
    middle = (across - _COLUMN_DISTANCE) // 2
    return {each: (x - middle, y) for each, (x, y) in spots.items()}


def _compute_bend(row: int, rows: int) -> int:
    """Return how far a row of a column stands out to the right, the middle one furthest."""
    return _COLUMN_BEND * 4 * row * (rows - 1 - row) // (rows - 1) ** 2 if rows > 1 else 0


def _compute_sort_key(
    drawn: "nx.MultiDiGraph[str]", thing: str, spots: dict[str, tuple[int, int]]
) -> tuple[float, str]:
    """Return the mean height of what a thing is tied to on its left, then its name."""
    heights = [spots[each][1] for each in sorted(get_neighbours(drawn, thing)) if each in spots]
    mean = sum(heights) / len(heights) if heights else 0.0
    return mean, str(drawn.nodes[thing]["label"]).casefold()
