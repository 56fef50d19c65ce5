"""Things in a ring: where many pairs are tied, no line hides a mark, and each line is seen."""

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


#: Things that stand in a ring at most, which share of all pairs is tied there, and its size.
_MAX_RING_NODES, _MIN_RING_DENSITY, _RING_WIDTH, _RING_HEIGHT = 24, 0.4, 700.0, 530.0


def place_in_ring(drawn: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Return places in a ring for few things of which many are tied, by their IRIs.

    Those whose ties weigh most are at the top; of other things it is nothing.
    """
    number = len(drawn)
    if (
        number > _MAX_RING_NODES
        or drawn.number_of_edges() < _MIN_RING_DENSITY * number * (number - 1) / 2
    ):
        return {}
    strength = {each: drawn.degree(each, weight="weight") for each in drawn}
    ranked = sorted(drawn, key=lambda each: (-strength[each], each))
    return dict(zip(ranked, compute_ring(number, _RING_WIDTH, _RING_HEIGHT), strict=True))


def compute_ring(number: int, width: float, height: float) -> list[tuple[int, int]]:
    """Return places on an ellipse around (0, 0), from the top down, right and left in turn."""
    places = []
    for at in range(number):
        rows = (number + 1 - at % 2) // 2
        x, y = _find_point_on_ellipse((at // 2 * 2 + 1) / rows - 1, width, height)
        places.append((-x if at % 2 else x, y))
    return places


def _find_point_on_ellipse(share: float, width: float, height: float) -> tuple[int, int]:
    return round(width / 2 * sqrt(1 - share * share)), round(height / 2 * share)


#: The width in pixels of the lightest line, and what the heaviest has besides.
_MIN_EDGE_WIDTH, _EDGE_WIDTH_RANGE = 0.8, 3.6


class EdgeEvidence:
    """The facts of a graph by the IRIs of their assertions, each with what else is known of it."""

    def __init__(self, graph: Graph) -> None:
        """Read the facts."""
        self.network = annotate_network(
            build_facts_network(graph, source="all", inferred=True), graph
        )
        facts: Iterable[Any] = list_network_facts(self.network)
        self.facts: dict[str, Any] = {fact["id"]: fact for fact in facts if "id" in fact}

    def behind(self, evidence: Iterable[Any]) -> list[Any]:
        """Return the facts that ties of a network rest on, in their order."""
        return [self.facts[tie.evidence] for tie in evidence if tie.evidence in self.facts]


def build_edges(
    made: "nx.Graph[str]",
    pairs: Iterable[NodePair],
    told: EdgeEvidence,
    chance: ValidatedProjection | None,
) -> "nx.MultiDiGraph[str]":
    """Return ties of a projected network as a picture shows them, with the things that they tie."""
    import networkx as nx

    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    shared = made.graph["projected"]
    for one, other in sorted(pairs):
        for end in (one, other):
            if end not in found:
                found.add_node(end, **_get_node_attributes(made, end, told))
        held = made.edges[one, other]
        found.add_edge(
            one,
            other,
            made.graph["name"],
            relation=_format_relation(len(held["evidence"].shared), shared),
            facts=told.behind(held["evidence"]),
            weight=held["weight"],
            mutual=True,
            **(_describe_significance(chance, one, other) if chance else {}),
        )
    _set_edge_widths(found)
    return attach_sources(found, told.network)


def describe_chance(made: "nx.Graph[str]") -> tuple[ValidatedProjection | None, list[str]]:
    """Return the ties of a projected network against chance, and what can be said of them.

    The sentences are one for everybody, what the data could show at all, and what they show; or
    the reason why there is no verdict.
    """
    try:
        found = validate_projection(made)
    except MeasureError as reason:
        return None, [f"Against chance: {reason}."]
    return found, [_describe_result(found), f"{found.power}.", f"{found.result}."]


def _describe_result(found: ValidatedProjection) -> str:
    if not found.enough:
        return (
            f"The {found.what} are too few to tell any tie from chance, so a strong one is no proof"
            f" of closeness: {len(found.pairs.columns)} {found.what} in all, and "
            f"{len(found.pairs.rows)} that have any."
        )
    number = found.pairs.above
    are = "tie is" if number == 1 else "ties are"
    return f"{number or 'No'} {are} more than chance explains{', and marked so' * bool(number)}."


def find_width_range(found: "nx.MultiDiGraph[str]") -> list[tuple[float, float]]:
    """Return the least and the greatest weight of the ties that are drawn, each with its width."""
    every = sorted({(held["weight"], held["width"]) for held in found.edges.values()})
    return list(dict.fromkeys((every[0], every[-1])))


def format_singular(things: str) -> str:
    """Return the name of one of what a network says is shared: ``bodies``, ``body``."""
    return f"{things[:-3]}y" if things.endswith("ies") else things.removesuffix("s")


def _format_relation(number: int, shared: str) -> str:
    return f"{number} shared {shared}" if number > 1 else f"1 shared {format_singular(shared)}"


def _get_node_attributes(made: "nx.Graph[str]", iri: str, told: EdgeEvidence) -> Mapping[str, Any]:
    """Return what is known of a thing, without the facts that are told of it alone."""
    known = told.network.nodes[iri] if iri in told.network else made.nodes[iri]
    return {**known, "facts": []}


def _describe_significance(chance: ValidatedProjection, one: str, other: str) -> Mapping[str, Any]:
    pair = chance.pair(one, other)
    beyond = pair.validated and pair.shared > pair.expected
    return {"said": f"{pair.sentence}.", **({"family": SIGNIFICANT_EDGE_STYLE} if beyond else {})}


def _set_edge_widths(found: "nx.MultiDiGraph[str]") -> None:
    """Let the width of lines grow with their weight, from the least to the greatest drawn."""
    weights = [held["weight"] for held in found.edges.values()]
    low, high = min(weights, default=0.0), max(weights, default=0.0)
    for held in found.edges.values():
        share = (held["weight"] - low) / (high - low) if high > low else 0.2
        held["width"] = round(_MIN_EDGE_WIDTH + _EDGE_WIDTH_RANGE * share, 1)


DEFAULT_NETWORK = "co-endorsement"
_STAGE = Stage(
    "cooperation",
    "stages/cooperation.html",
    script=NETWORK_STAGE.script,
    styles=(*NETWORK_STAGE.styles, "stages/cooperation.css"),
    drawn=True,
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
    """Return the picture of a projected network: lines as wide as what is shared is much.

    Ties that chance does not explain are marked. Raises UnknownNameError, and PictureError for a
    network that is no projection, or has no such tie.
    """
    declared = _get_projection(network)
    made = to_networkx(graph, network, kind=kind, weighting=weighting)
    weights = {_sort_pair(*ends): made.edges[ends]["weight"] for ends in made.edges}
    if not any(weight >= least for weight in weights.values()):
        raise PictureError(_explain_empty_picture(declared, weights, least))
    unit = f"shared {declared.projected}" if weighting == "count" else ""
    shown, left = select_strongest_edges(
        weights, lambda pair: _list_assertions(made, pair), least, unit
    )
    told, (chance, verdict) = EdgeEvidence(graph), describe_chance(made)
    drawn = build_edges(made, shown, told, chance)
    keys, spots = style_nodes_by_measure(drawn, made, size, colour), place_in_ring(drawn)
    facts = [*{id(fact): fact for fact in list_network_facts(drawn)}.values()]
    return Picture(
        title=declared.question.summary,
        subtitle=". ".join((_format_subtitle(drawn), *describe_snapshot(drawn, facts))),
        network=drawn,
        stage=_STAGE,
        content={
            "keys": keys,
            "ties": _build_table(drawn),
            "chance": [f"{said[0].upper()}{said[1:]}" for said in verdict[1:]],
            "tie": declared.edge,
            "shared": declared.projected,
            "one": format_singular(declared.projected),
            "newman": weighting == "newman",
            "widths": find_width_range(drawn),
            "ring": bool(spots),
        },
        spots=spots,
        whole=made,
        notes=tuple(note for note in (left, verdict[0]) if note),
    )


VIEW = View(
    name="cooperation",
    summary="Which countries or institutions act together, how often?",
    terms=(
        Argument(
            "NETWORK",
            "What they share: co-endorsement or another of 'aigg measure'.",
            required=False,
        ),
    ),
    options=(
        Option("least", "Smallest weight of a tie; 0 draws as many as are readable.", 0.0),
        Option("kind", "Only ties of such things, as Country.", ""),
        Option(
            "weighting",
            "What a tie weighs: how much is shared, or after Newman less the more share it.",
            "count",
            ("count", "newman"),
        ),
        Option("size", "Measure of nodes by which marks are large, as strength.", ""),
        Option("colour", "Measure of nodes by which marks have colours, as core.", ""),
    ),
    make=build_cooperation_picture,
    example=(DEFAULT_NETWORK,),
)


def _get_projection(name: str) -> NetworkDefinition:
    declared = find_network_definition(name)
    if not declared.projected:
        fit = ", ".join(each.name for each in load_network_definitions().values() if each.projected)
        raise PictureError(f"{name} does not say who shares what; those that do are {fit}")
    return declared


def _sort_pair(one: str, other: str) -> NodePair:
    return (one, other) if one < other else (other, one)


def _list_assertions(made: "nx.Graph[str]", pair: NodePair) -> list[str]:
    return [tie.evidence for tie in made.edges[pair]["evidence"]]


def _explain_empty_picture(
    declared: NetworkDefinition, weights: dict[NodePair, float], least: float
) -> str:
    if not weights:
        return f"nothing to draw: no two share any of the {declared.projected} of {declared.name}"
    most = max(weights.values())
    return f"nothing to draw: no tie weighs {least:g} or more; the strongest weighs {most:g}"


def _format_subtitle(drawn: "nx.MultiDiGraph[str]") -> str:
    top = max(held["weight"] for held in drawn.edges.values())
    first = next(e for e, held in sorted(drawn.edges.items()) if held["weight"] == top)
    names = [drawn.nodes[end]["label"] for end in first[:2]]
    equals = sum(held["weight"] == top for held in drawn.edges.values()) - 1
    pairs = "1 other pair" if equals == 1 else f"{equals} other pairs"
    also = f", as {'does' if equals == 1 else 'do'} {pairs}" if equals else ""
    number, _, what = drawn.edges[first]["relation"].split(" ", 2)
    return f"{names[0]} and {names[1]} share the most, {number} {what}{also}"


def _build_table(drawn: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    """Return the ties for a table, strongest first, each with what is shared."""
    ties = sorted(drawn.edges.items(), key=lambda tie: (-tie[1]["weight"], tie[0]))
    return [{"edge": edge, **_build_table_row(edge, held, drawn)} for edge, held in ties]


def _build_table_row(
    edge: tuple[str, str, str], held: dict[str, Any], drawn: "nx.MultiDiGraph[str]"
) -> dict[str, Any]:
    ends = [str(drawn.nodes[end]["label"]) for end in edge[:2]]
    far = {fact["object"] if fact["subject"] in ends else fact["subject"] for fact in held["facts"]}
    return {
        "ends": make_encodable(ends),
        "relation": held["relation"],
        "weight": held["weight"],
        "shared": make_encodable(sorted(far)),
    }
