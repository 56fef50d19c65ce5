"""The view of the whole: groups of what has close ties, named by their top members."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from graph_builder.errors import PictureError
from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.pictures.context import in_context
from graph_builder.pictures.days import sentence
from graph_builder.pictures.grouping import OTHERS, Between, Cluster, grouped
from graph_builder.pictures.layout import stress_layout
from graph_builder.pictures.limits import FULL_EDGES, densest
from graph_builder.pictures.model import Bundle, Option, Picture, View
from graph_builder.pictures.palette import Group, group_in
from graph_builder.pictures.safety import plain
from graph_builder.pictures.spacing import LETTER_PX, LINE_PX, wrap
from graph_builder.pictures.spacing import part as part_boxes
from graph_builder.pictures.stages import markup
from graph_builder.pictures.subnetworks import part
from graph_builder.store import Graph

if TYPE_CHECKING:
    import networkx as nx

Spot = tuple[float, float]
#: The drawing in its own pixels: its width, how high it is for a group, at least, and its margin.
WIDTH, A_GROUP, LEAST, MARGIN = 820.0, 24.0, 400.0, 80.0
#: How large a circle is for one member, for more, and at most, and the space around it.
_SMALL, _MORE, _LARGEST, _GAP = 5.0, 3.0, 30.0, 4.0
#: Members from which on it is told what most of them are.
_SEVERAL = 4


class Listed(NamedTuple):
    """A group as the stage lists it: its name, its members, and what most of them are.

    ``told`` is the number of facts among them, ``unseen`` for how many of them is no room.
    """

    bundle: Bundle
    name: Any
    group: Group
    most: str
    told: int
    unseen: int
    members: Any


class Circle(NamedTuple):
    """A group as the stage draws it: its place, its name in lines, and how many more it has."""

    listed: Listed
    x: float
    y: float
    radius: float
    lines: Any
    below: str


class Line(NamedTuple):
    """Facts between two groups as the stage draws them."""

    bundle: Bundle
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


def overview(graph: Graph, *, inferred: bool = False) -> Picture:
    """Return the picture of all facts in groups, each with its members and what is told of them.

    Where a page has no room for all facts, it has those of the things with most ties; circles and
    lines tell of all. Raises PictureError for a graph in which nothing is tied to anything.
    """
    network = facts_network(graph, source="all", inferred=inferred)
    if not network.number_of_edges():
        raise PictureError("nothing to draw: nothing is tied to anything")
    shown, left = densest(network)
    drawn = in_context(part(network, shown), graph)
    clusters, between = grouped(network)
    held = {id(fact) for fact in facts_of(drawn)}
    groups = [_bundle(each, held) for each in clusters]
    ties = _between(clusters, between, held)
    spots, height = _spots(clusters, between)
    lists = _lists(clusters, groups, drawn)
    facts = facts_of(network)
    named = f"{len(network):,} things and {len(facts):,} facts in {len(clusters)} groups"
    first = f"the largest, of {len(clusters[0].members):,}, around {clusters[0].name}"
    return Picture(
        title="The whole in groups",
        subtitle=". ".join((f"{named} of close ties, {first}", *sentence(network, facts))),
        network=drawn,
        stage=markup("overview"),
        content={
            "tied": [each for at, each in enumerate(lists) if at in spots],
            "alone": [each for at, each in enumerate(lists) if at not in spots],
            "circles": [_circle(clusters[at], lists[at], *spots[at]) for at in spots],
            "lines": _lines(ties, between, spots),
            "box": (WIDTH, height),
        },
        bundles=(*groups, *ties.values()),
        whole=network,
        notes=(left,) if left else (),
    )


VIEW = View(
    name="overview",
    summary="What is the whole?",
    options=(Option("inferred", "Go by inferred and background facts too.", default=False),),
    make=overview,
)


def _bundle(cluster: Cluster, held: set[int]) -> Bundle:
    told = tuple(fact for fact in cluster.told if id(fact) in held)
    label = f"{cluster.name} {_below(cluster)}".strip()
    return Bundle(f"group-{cluster.members[0]}", label, told, cluster.members)


def _below(cluster: Cluster) -> str:
    """Return what is said below the name of a group: how many members it has besides."""
    number = len(cluster.members)
    if cluster.name == OTHERS:
        return f"({number} things)"
    return f"and {number - 1} more" if number > 1 else ""


def _between(
    clusters: Sequence[Cluster], between: Between, held: set[int]
) -> dict[tuple[int, int], Bundle]:
    """Return the facts between groups, of those with the most as many as a picture has lines."""
    most = sorted(between, key=lambda pair: (-len(between[pair]), pair))[:FULL_EDGES]
    return {
        (one, other): Bundle(
            f"between-{clusters[one].members[0]}-{clusters[other].members[0]}",
            f"{clusters[one].name} \u2013 {clusters[other].name}",
            tuple(fact for fact in between[one, other] if id(fact) in held),
        )
        for one, other in sorted(most)
    }


def _lists(
    clusters: Sequence[Cluster], bundles: Sequence[Bundle], drawn: "nx.MultiDiGraph[str]"
) -> list[Listed]:
    return [
        Listed(
            bundle=bundle,
            name=plain(cluster.name),
            group=_commonest(cluster, drawn),
            most=_most(cluster, drawn),
            told=len(cluster.told),
            unseen=sum(each not in drawn for each in cluster.members),
            members=[(each, _label(drawn, each)) for each in cluster.members if each in drawn],
        )
        for cluster, bundle in zip(clusters, bundles, strict=True)
    ]


def _circle(cluster: Cluster, listed: Listed, x: float, y: float) -> Circle:
    return Circle(listed, x, y, _radius(cluster), plain(wrap(cluster.name)), _below(cluster))


def _label(drawn: "nx.MultiDiGraph[str]", thing: str) -> object:
    return plain(str(drawn.nodes[thing]["label"]))


def _radius(cluster: Cluster) -> float:
    return round(min(_LARGEST, _SMALL + _MORE * sqrt(len(cluster.members) - 1)), 1)


def _commonest(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> Group:
    """Return the sort of thing that most members are, or the first of them among equals."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    return max(found, key=found.count) if found else group_in({})


def _most(cluster: Cluster, drawn: "nx.MultiDiGraph[str]") -> str:
    """Return what more than half of the members are, in words, "" where there is no such sort."""
    found = [group_in(drawn.nodes[each]) for each in cluster.members if each in drawn]
    group = _commonest(cluster, drawn)
    return group.label.lower() if 2 * found.count(group) > len(found) >= _SEVERAL else ""


def _spots(clusters: Sequence[Cluster], between: Between) -> tuple[dict[int, Spot], float]:
    """Return the middle of the circle of each group that is tied to another, and their height.

    Groups with facts in common are near each other.
    """
    import networkx as nx

    tied = sorted({at for pair in between for at in pair})
    if not tied:
        return {}, 0.0
    names = {at: f"{at:03}" for at in tied}
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_nodes_from(names.values(), label="")
    net.add_edges_from((names[one], names[other]) for one, other in sorted(between))
    room = WIDTH - 2 * MARGIN, max(LEAST, A_GROUP * len(tied))
    places = stress_layout(net, width=room[0], height=room[1])
    points, boxes = [[*places[names[at]]] for at in tied], [_box(clusters[at]) for at in tied]
    part_boxes(points, boxes, *room)
    tops = [y - high / 2 for (_, y), (_, high) in zip(points, boxes, strict=True)]
    spots = {
        at: (round(WIDTH / 2 + x, 1), round(top - min(tops) + _GAP + _radius(clusters[at]), 1))
        for at, (x, _), top in zip(tied, points, tops, strict=True)
    }
    ends = [top + high for top, (_, high) in zip(tops, boxes, strict=True)]
    return spots, round(max(ends) - min(tops), 1)


def _box(cluster: Cluster) -> tuple[float, float]:
    """Return the width and height that a circle takes with its name and number below it."""
    lines, across = wrap(cluster.name), 2 * _radius(cluster)
    widest = max(len(line) for line in (*lines, _below(cluster))) * LETTER_PX
    return max(widest, across) + 2 * _GAP, across + (len(lines) + 1) * LINE_PX + 2 * _GAP


def _lines(
    ties: Mapping[tuple[int, int], Bundle], between: Between, spots: Mapping[int, Spot]
) -> Any:
    most = max((len(between[pair]) for pair in ties), default=1)
    return [
        Line(bundle, *spots[pair[0]], *spots[pair[1]], round(1 + 8 * len(between[pair]) / most, 1))
        for pair, bundle in ties.items()
    ]
