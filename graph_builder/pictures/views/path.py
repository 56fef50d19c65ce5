"""The view of paths: the shortest paths between two entities, from left to right."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

#: Pixels between columns and between rows, and nodes of a column.
_COLUMN_DISTANCE, _ROW_DISTANCE, _MAX_COLUMN_NODES = 250, 68, 9
#: Pixels by which the middle of a column bends, so that an edge along it does not cross its nodes.
_COLUMN_BEND = 44
_MAX_LISTED_PATHS = 12
_STEPS_WITH_ONE_BETWEEN = 2

#: Steps from an end of the paths, by node.
Distances = dict[str, int]


def build_path_picture(
    graph: Graph, one: str, other: str, *, longer: int = 0, inferred: bool = False
) -> Picture:
    """Return the picture of the shortest paths between two entities, and of some longer ones.

    Edges are followed whichever way they point. Raises PictureError where there is no path.
    """
    ends = resolve_entity(one, graph), resolve_entity(other, graph)
    names = [graph.label(iri) for iri in ends]
    if ends[0] == ends[1]:
        raise PictureError(f"a path needs two different things, and both are {names[0]}")
    network = build_facts_network(graph, source="all", inferred=inferred)
    from_one, from_other = (_measure_distances(network, iri) for iri in ends)
    if ends[1] not in from_one:
        raise PictureError(f"nothing to draw: no path links {names[0]} and {names[1]}")
    steps, max_steps = from_one[ends[1]], from_one[ends[1]] + longer
    lengths = {node: from_one[node] + from_other[node] for node in from_one.keys() & from_other}
    nodes = {node for node, length in lengths.items() if length <= max_steps}
    shown, note = select_connected_nodes(network, set(ends), nodes)
    drawn, whole = (
        _extract_path_network(network, some, from_one, from_other, max_steps)
        for some in (shown, nodes)
    )
    paths, all_paths = (
        list(islice(_iter_paths(each, ends, from_other, max_steps), _MAX_LISTED_PATHS + 1))
        for each in (drawn, whole)
    )
    inner = {node for node, length in lengths.items() if length == steps} - {*ends}
    answer = _format_subtitle(whole, all_paths, inner, steps)
    return Picture(
        title=f"{names[0]} and {names[1]}",
        subtitle=". ".join((answer, *describe_snapshot(drawn, list_network_facts(drawn)))),
        network=annotate_network(drawn, graph),
        stage=NETWORK_STAGE,
        bundles=tuple(_build_path_bundle(drawn, path) for path in paths[:_MAX_LISTED_PATHS]),
        bundles_heading=(
            "Paths" if len(paths) <= _MAX_LISTED_PATHS else f"The first {_MAX_LISTED_PATHS} paths"
        ),
        positions=_place_nodes(drawn, from_one, from_other),
        focus=ends,
        full_network=whole,
        notes=(note,) if note else (),
    )


VIEW = View(
    name="path",
    summary="How are two things linked?",
    arguments=(
        Argument("ONE", "Where the path begins: a name, an id such as actor:IND, or an IRI."),
        Argument("OTHER", "Where the path ends."),
    ),
    options=(
        Option("longer", "Extra steps allowed beyond the shortest path.", 0, (0, 1, 2)),
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=False,
        ),
    ),
    build=build_path_picture,
    example=("India", "Kenya"),
)


def _measure_distances(network: "nx.MultiDiGraph[str]", start: str) -> Distances:
    """Return the steps from a node to each node that can be reached (breadth-first search)."""
    distances = {start: 0} if start in network else {}
    queue = deque(distances)
    while queue:
        node = queue.popleft()
        for each in sorted(get_neighbours(network, node) - distances.keys()):
            distances[each] = distances[node] + 1
            queue.append(each)
    return distances


def _extract_path_network(
    network: "nx.MultiDiGraph[str]",
    nodes: Iterable[str],
    from_one: Distances,
    from_other: Distances,
    max_steps: int,
) -> "nx.MultiDiGraph[str]":
    """Return the subgraph of nodes with only those edges that are on a path."""
    subgraph = network.subgraph(nodes).copy()
    for source, target, relation in sorted(subgraph.edges(keys=True)):
        steps = (from_one[source] + from_other[target], from_one[target] + from_other[source])
        if source == target or min(steps) + 1 > max_steps:
            subgraph.remove_edge(source, target, relation)
    return attach_sources(subgraph, network)


def _iter_paths(
    drawn: "nx.MultiDiGraph[str]", ends: tuple[str, str], from_other: Distances, max_steps: int
) -> Iterator[tuple[str, ...]]:
    """Yield the paths from one end to the other as IRIs of their nodes, the shortest first."""
    for steps in range(from_other[ends[0]], max_steps + 1):
        yield from _iter_continuations(drawn, (ends[0],), from_other, steps)


def _iter_continuations(
    drawn: "nx.MultiDiGraph[str]", path: tuple[str, ...], from_other: Distances, steps: int
) -> Iterator[tuple[str, ...]]:
    """Yield the simple paths that begin with a path and reach the end in so many more steps.

    The search is depth first, so that the first of many paths are found soon.
    """
    if not from_other[path[-1]]:
        yield from [path] if not steps else []
        return
    neighbours = get_neighbours(drawn, path[-1]) - {*path}
    for node in _sort_by_label(drawn, (each for each in neighbours if from_other[each] < steps)):
        yield from _iter_continuations(drawn, (*path, node), from_other, steps - 1)


def _sort_by_label(drawn: "nx.MultiDiGraph[str]", nodes: Iterable[str]) -> list[str]:
    return sorted(nodes, key=lambda node: (_get_label(drawn, node).casefold(), node))


def _get_label(drawn: "nx.MultiDiGraph[str]", node: str) -> str:
    return str(drawn.nodes[node]["label"])


def _get_path_edges(drawn: "nx.MultiDiGraph[str]", path: Sequence[str]) -> list[dict[str, Any]]:
    """Return the attributes of the edges along a path, whichever way they point."""
    steps = [pair for one, two in pairwise(path) for pair in ((one, two), (two, one))]
    return [edge for pair in steps for edge in (drawn.get_edge_data(*pair) or {}).values()]


def _build_path_bundle(drawn: "nx.MultiDiGraph[str]", path: Sequence[str]) -> Bundle:
    facts = {id(fact): fact for edge in _get_path_edges(drawn, path) for fact in edge["facts"]}
    label = " \u2013 ".join(_get_label(drawn, node) for node in path)
    return Bundle(" ".join(map(compact, path)), label, tuple(facts.values()))


def _format_subtitle(
    drawn: "nx.MultiDiGraph[str]", paths: Sequence[Sequence[str]], inner: set[str], steps: int
) -> str:
    """Return how far apart the ends are, and what links them."""
    distance = f"They are {format_count(steps, 'step')} apart"
    shortest = [path for path in paths if len(path) == steps + 1]
    if steps == 1:
        relations = {edge["relation"] for edge in _get_path_edges(drawn, shortest[0])}
        return f"Linked directly: {join_names(sorted(relations))}"
    if len(shortest) == 1:
        names = join_names([_get_label(drawn, node) for node in shortest[0][1:-1]])
        return f"{distance}, linked through {names}"
    if steps == _STEPS_WITH_ONE_BETWEEN:
        return f"{distance}, linked through {summarise_nodes(drawn, inner)}"
    more = "more than " if len(shortest) > _MAX_LISTED_PATHS else ""
    return f"{distance}; {more}{min(len(shortest), _MAX_LISTED_PATHS)} paths are this short"


def _place_nodes(
    drawn: "nx.MultiDiGraph[str]", from_one: Distances, from_other: Distances
) -> dict[str, tuple[int, int]]:
    """Return a position for each node: a column for each step, neighbours near each other."""
    columns: dict[int, list[str]] = {}
    for node in sorted(drawn):
        columns.setdefault(from_one[node], []).append(node)
    positions: dict[str, tuple[int, int]] = {}
    across = 0
    for step in sorted(columns):
        ordered = sorted(
            columns[step],
            key=lambda node: (from_other[node], *_compute_sort_key(drawn, node, positions)),
        )
        width = ceil(len(ordered) / _MAX_COLUMN_NODES)
        rows = ceil(len(ordered) / width)
        for index, node in enumerate(ordered):
            row, column = divmod(index, width)
            x = across + column * _COLUMN_DISTANCE + _compute_bend(row, rows)
            slant = _ROW_DISTANCE * column // width
            positions[node] = x, round((row - (rows - 1) / 2) * _ROW_DISTANCE) + slant
        across += width * _COLUMN_DISTANCE
    middle = (across - _COLUMN_DISTANCE) // 2
    return {node: (x - middle, y) for node, (x, y) in positions.items()}


def _compute_bend(row: int, rows: int) -> int:
    """Return how far a row of a column stands out to the right, the middle one furthest."""
    return _COLUMN_BEND * 4 * row * (rows - 1 - row) // (rows - 1) ** 2 if rows > 1 else 0


def _compute_sort_key(
    drawn: "nx.MultiDiGraph[str]", node: str, positions: Mapping[str, tuple[int, int]]
) -> tuple[float, str]:
    """Return the mean height of the placed neighbours of a node, then its label."""
    neighbours = sorted(get_neighbours(drawn, node))
    heights = [positions[each][1] for each in neighbours if each in positions]
    mean = sum(heights) / len(heights) if heights else 0.0
    return mean, _get_label(drawn, node).casefold()
