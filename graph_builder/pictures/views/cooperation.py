"""The view of cooperation: who shares what with whom, as a projected network."""

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import (
    NetworkDefinition,
    find_network_definition,
    load_network_definitions,
)
from graph_builder.analysis.significance.validated_projection import (
    ValidatedProjection,
    validate_projection,
)
from graph_builder.core.content_security import make_encodable
from graph_builder.core.errors import MeasureError, PictureError
from graph_builder.core.text import capitalize
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot
from graph_builder.pictures.node_styling import style_nodes_by_measure
from graph_builder.pictures.palette import SIGNIFICANT_EDGE_STYLE
from graph_builder.pictures.subgraphs import attach_sources
from graph_builder.pictures.truncation import NodePair, select_strongest_edges
from graph_builder.pictures.view_definition import (
    NETWORK_STAGE,
    Argument,
    Option,
    Picture,
    Stage,
    View,
)
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx


DEFAULT_NETWORK = "co-endorsement"
#: Nodes up to which a picture is a ring, the share of pairs that has to be linked, and its size.
_MAX_RING_NODES, _MIN_RING_DENSITY, _RING_WIDTH, _RING_HEIGHT = 24, 0.4, 700.0, 530.0
#: Pixels of the width of the lightest edge, and what the heaviest has besides.
_MIN_EDGE_WIDTH, _EDGE_WIDTH_RANGE = 0.8, 3.6
_STAGE = Stage(
    "cooperation",
    "stages/cooperation.html",
    script=NETWORK_STAGE.script,
    styles=(*NETWORK_STAGE.styles, "stages/cooperation.css"),
    uses_vis_network=True,
)


def build_cooperation_picture(
    graph: Graph,
    network: str = DEFAULT_NETWORK,
    *,
    least: float = 0.0,
    kind: str = "",
    weighting: Literal["count", "newman"] = "count",
    size: str = "",
    colour: str = "",
) -> Picture:
    """Return the picture of a projected network, its edges wider for more that is shared.

    Edges that chance does not explain have a style of their own. Raises UnknownNameError, and
    PictureError for a network that is no projection or has no such edge.
    """
    definition = _get_projection(network)
    projection = to_networkx(graph, network, kind=kind, weighting=weighting)
    weights = {_sort_pair(*ends): projection.edges[ends]["weight"] for ends in projection.edges}
    if not any(weight >= least for weight in weights.values()):
        raise PictureError(_explain_empty_picture(definition, weights, least))
    unit = f"shared {definition.projected}" if weighting == "count" else ""
    pairs, note = select_strongest_edges(
        weights, lambda pair: _list_assertions(projection, pair), least, unit
    )
    validated, sentences = _assess_chance(projection)
    drawn = _build_edges(projection, pairs, AnnotatedFacts(graph), validated)
    legend = style_nodes_by_measure(drawn, projection, size, colour)
    positions = place_in_ring(drawn)
    facts = [*{id(fact): fact for fact in list_network_facts(drawn)}.values()]
    return Picture(
        title=definition.question.summary,
        subtitle=". ".join((_format_subtitle(drawn), *describe_snapshot(drawn, facts))),
        network=drawn,
        stage=_STAGE,
        content={
            "legend": legend,
            "links": _build_table(drawn),
            "chance": [capitalize(each) for each in sentences[1:]],
            "edge": definition.edge,
            "shared": definition.projected,
            "shared_one": _format_singular(definition.projected),
            "is_newman": weighting == "newman",
            "widths": _find_width_range(drawn),
            "is_ring": bool(positions),
        },
        positions=positions,
        full_network=projection,
        notes=tuple(each for each in (note, sentences[0]) if each),
    )


VIEW = View(
    name="cooperation",
    summary="Which countries or institutions act together, and how often?",
    arguments=(
        Argument(
            "NETWORK",
            "A network from the list that 'aigg measure' shows; it decides what actors must share "
            f"to be linked. By default {DEFAULT_NETWORK}.",
            required=False,
        ),
    ),
    options=(
        Option(
            "least",
            "Draw only links of at least this weight; 0 draws the strongest links, as many as a "
            "reader can tell apart.",
            0.0,
        ),
        Option("kind", "Draw only links between things of this class, for example Country.", ""),
        Option(
            "weighting",
            "How to weigh a link: by the number of things that the two share (count), or so that a "
            "thing that many share counts less (newman).",
            "count",
            ("count", "newman"),
        ),
        Option("size", "Set the size of nodes by this measure, for example strength.", ""),
        Option("colour", "Set the colour of nodes by this measure, for example core.", ""),
    ),
    build=build_cooperation_picture,
    example=(DEFAULT_NETWORK,),
)


def place_in_ring(drawn: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Return positions in a ring for a small, dense network, none for any other.

    A ring hides no edge behind a node. Nodes whose edges weigh most are at the top.
    """
    number = len(drawn)
    min_edges = _MIN_RING_DENSITY * number * (number - 1) / 2
    if number > _MAX_RING_NODES or drawn.number_of_edges() < min_edges:
        return {}
    strength = {node: drawn.degree(node, weight="weight") for node in drawn}
    ranked = sorted(drawn, key=lambda node: (-strength[node], node))
    return dict(zip(ranked, compute_ring(number, _RING_WIDTH, _RING_HEIGHT), strict=True))


def compute_ring(number: int, width: float, height: float) -> list[tuple[int, int]]:
    """Return points on an ellipse around (0, 0), from the top down, right and left in turn."""
    points = []
    for index in range(number):
        rows = (number + 1 - index % 2) // 2
        x, y = _find_point_on_ellipse((index // 2 * 2 + 1) / rows - 1, width, height)
        points.append((-x if index % 2 else x, y))
    return points


def _find_point_on_ellipse(share: float, width: float, height: float) -> tuple[int, int]:
    return round(width / 2 * sqrt(1 - share * share)), round(height / 2 * share)


class AnnotatedFacts:
    """The annotated facts of a graph by the IRIs of their assertions."""

    def __init__(self, graph: Graph) -> None:
        """Read the facts."""
        network = build_facts_network(graph, source="all", inferred=True)
        self.network = annotate_network(network, graph)
        facts: Iterable[Any] = list_network_facts(self.network)
        self._facts: dict[str, Any] = {fact["id"]: fact for fact in facts if "id" in fact}

    def find(self, evidence: Iterable[Any]) -> list[Any]:
        """Return the facts behind an edge of a projected network, in their order."""
        return [self._facts[each.evidence] for each in evidence if each.evidence in self._facts]


def _build_edges(
    projection: "nx.Graph[str]",
    pairs: Iterable[NodePair],
    facts: AnnotatedFacts,
    validated: ValidatedProjection | None,
) -> "nx.MultiDiGraph[str]":
    """Return the network that a picture shows: some edges of a projection, and their ends."""
    import networkx as nx

    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    shared = projection.graph["projected"]
    for one, other in sorted(pairs):
        for end in (one, other):
            if end not in drawn:
                drawn.add_node(end, **_get_node_attributes(projection, end, facts))
        edge = projection.edges[one, other]
        drawn.add_edge(
            one,
            other,
            projection.graph["name"],
            relation=_format_relation(len(edge["evidence"].shared), shared),
            facts=facts.find(edge["evidence"]),
            weight=edge["weight"],
            mutual=True,
            **(_describe_significance(validated, one, other) if validated else {}),
        )
    _set_edge_widths(drawn)
    return attach_sources(drawn, facts.network)


def _assess_chance(projection: "nx.Graph[str]") -> tuple[ValidatedProjection | None, list[str]]:
    """Return a projected network validated against chance, and sentences on the result.

    The first sentence is for everybody; the others are on what the data could show and what they
    show. Without a result the only sentence is the reason.
    """
    try:
        validated = validate_projection(projection)
    except MeasureError as reason:
        return None, [f"Comparison with chance: {reason}."]
    sentences = [_describe_result(validated), f"{validated.power}.", f"{validated.result}."]
    return validated, sentences


def _describe_result(validated: ValidatedProjection) -> str:
    if not validated.enough:
        return (
            f"There are too few {validated.what} ({len(validated.pairs.columns)} for "
            f"{len(validated.pairs.rows)} things that share them) to tell any link from chance. So "
            "a strong link does not prove close cooperation."
        )
    number = validated.pairs.above_expected
    if not number:
        return "No link is stronger than chance explains."
    links, style = ("link is", "its") if number == 1 else ("links are", "their")
    return f"{number} {links} stronger than chance explains, and drawn in {style} own style."


def _find_width_range(drawn: "nx.MultiDiGraph[str]") -> list[tuple[float, float]]:
    """Return the least and the greatest weight of edges, each with its width."""
    pairs = sorted({(edge["weight"], edge["width"]) for edge in drawn.edges.values()})
    return list(dict.fromkeys((pairs[0], pairs[-1])))


def _format_singular(plural: str) -> str:
    """Return the singular of what a network shares: ``body`` for ``bodies``."""
    return f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")


def _format_relation(number: int, shared: str) -> str:
    return f"{number} shared {shared}" if number > 1 else f"1 shared {_format_singular(shared)}"


def _get_node_attributes(
    projection: "nx.Graph[str]", iri: str, facts: AnnotatedFacts
) -> Mapping[str, Any]:
    """Return the attributes of a node without the facts about it alone."""
    nodes = facts.network.nodes if iri in facts.network else projection.nodes
    return {**nodes[iri], "facts": []}


def _describe_significance(
    validated: ValidatedProjection, one: str, other: str
) -> Mapping[str, Any]:
    pair = validated.pair(one, other)
    is_significant = pair.validated and pair.shared > pair.expected
    style = {"style": SIGNIFICANT_EDGE_STYLE} if is_significant else {}
    return {"said": f"{pair.sentence}.", **style}


def _set_edge_widths(drawn: "nx.MultiDiGraph[str]") -> None:
    """Set the width of edges in proportion to their weight, from the least to the greatest."""
    weights = [edge["weight"] for edge in drawn.edges.values()]
    low, high = min(weights, default=0.0), max(weights, default=0.0)
    for edge in drawn.edges.values():
        share = (edge["weight"] - low) / (high - low) if high > low else 0.2
        edge["width"] = round(_MIN_EDGE_WIDTH + _EDGE_WIDTH_RANGE * share, 1)


def _get_projection(name: str) -> NetworkDefinition:
    definition = find_network_definition(name)
    if not definition.projected:
        fitting = [each.name for each in load_network_definitions().values() if each.projected]
        raise PictureError(f"{name} does not say who shares what; use one of {', '.join(fitting)}")
    return definition


def _sort_pair(one: str, other: str) -> NodePair:
    return (one, other) if one < other else (other, one)


def _list_assertions(projection: "nx.Graph[str]", pair: NodePair) -> list[str]:
    return [each.evidence for each in projection.edges[pair]["evidence"]]


def _explain_empty_picture(
    definition: NetworkDefinition, weights: dict[NodePair, float], least: float
) -> str:
    if not weights:
        return f"nothing to draw: {definition.name} has no shared {definition.projected}"
    most = max(weights.values())
    return f"nothing to draw: no link has a weight of {least:g} or more; the strongest has {most:g}"


def _format_subtitle(drawn: "nx.MultiDiGraph[str]") -> str:
    top = max(edge["weight"] for edge in drawn.edges.values())
    first = next(key for key, edge in sorted(drawn.edges.items()) if edge["weight"] == top)
    names = [drawn.nodes[end]["label"] for end in first[:2]]
    number, _, what = drawn.edges[first]["relation"].split(" ", 2)
    answer = f"{names[0]} and {names[1]} share the most: {number} {what}"
    equals = sum(edge["weight"] == top for edge in drawn.edges.values()) - 1
    if not equals:
        return answer
    others = "1 other pair does" if equals == 1 else f"{equals} other pairs do"
    return f"{answer}, as {others}"


def _build_table(drawn: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    """Return the edges as rows of a table, strongest first, each with what is shared."""
    edges = sorted(drawn.edges.items(), key=lambda item: (-item[1]["weight"], item[0]))
    return [{"edge": key, **_build_table_row(key, edge, drawn)} for key, edge in edges]


def _build_table_row(
    key: tuple[str, str, str], edge: dict[str, Any], drawn: "nx.MultiDiGraph[str]"
) -> dict[str, Any]:
    ends = [str(drawn.nodes[end]["label"]) for end in key[:2]]
    shared = {
        fact["object"] if fact["subject"] in ends else fact["subject"] for fact in edge["facts"]
    }
    return {
        "ends": make_encodable(ends),
        "relation": edge["relation"],
        "weight": edge["weight"],
        "shared": make_encodable(sorted(shared)),
    }
