"""The view of who acts together: what countries or institutions share, and how much of it."""

from typing import TYPE_CHECKING, Any, Literal

from graph_builder.errors import PictureError
from graph_builder.networks import to_networkx
from graph_builder.networks.declaration import Network, network, networks
from graph_builder.networks.facts import facts_of
from graph_builder.pictures.days import sentence
from graph_builder.pictures.emphasis import emphasise
from graph_builder.pictures.limits import Pair, firmest
from graph_builder.pictures.model import Option, Picture, Stage, Term, View
from graph_builder.pictures.ring import around
from graph_builder.pictures.safety import plain
from graph_builder.pictures.sharing import Told, against_chance, lines, one_of, widths
from graph_builder.pictures.stages import NETWORK
from graph_builder.store import Graph

if TYPE_CHECKING:
    import networkx as nx

FIRST = "co-endorsement"
STAGE = Stage(
    "cooperation",
    "stages/cooperation.html",
    scripts=NETWORK.scripts,
    styles=(*NETWORK.styles, "stages/cooperation.css"),
    drawn=True,
)


def cooperation(
    graph: Graph,
    network: str = FIRST,
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
    declared = _projected(network)
    made = to_networkx(graph, network, kind=kind, weighting=weighting)
    weights = {_pair(*ends): made.edges[ends]["weight"] for ends in made.edges}
    if not any(weight >= least for weight in weights.values()):
        raise PictureError(_nothing(declared, weights, least))
    unit = f"shared {declared.projected}" if weighting == "count" else ""
    shown, left = firmest(weights, lambda pair: _told(made, pair), least, unit)
    told, (chance, verdict) = Told(graph), against_chance(made)
    drawn = lines(made, shown, told, chance)
    keys, spots = emphasise(drawn, made, size, colour), around(drawn)
    facts = [*{id(fact): fact for fact in facts_of(drawn)}.values()]
    return Picture(
        title=declared.question.summary,
        subtitle=". ".join((_subtitle(drawn), *sentence(drawn, facts))),
        network=drawn,
        stage=STAGE,
        content={
            "keys": keys,
            "ties": _table(drawn),
            "chance": [f"{said[0].upper()}{said[1:]}" for said in verdict[1:]],
            "tie": declared.edge,
            "shared": declared.projected,
            "one": one_of(declared.projected),
            "newman": weighting == "newman",
            "widths": widths(drawn),
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
        Term(
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
    make=cooperation,
    example=(FIRST,),
)


def _projected(name: str) -> Network:
    declared = network(name)
    if not declared.projected:
        fit = ", ".join(each.name for each in networks().values() if each.projected)
        raise PictureError(f"{name} does not say who shares what; those that do are {fit}")
    return declared


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _told(made: "nx.Graph[str]", pair: Pair) -> list[str]:
    return [tie.evidence for tie in made.edges[pair]["evidence"]]


def _nothing(declared: Network, weights: dict[Pair, float], least: float) -> str:
    if not weights:
        return f"nothing to draw: no two share any of the {declared.projected} of {declared.name}"
    most = max(weights.values())
    return f"nothing to draw: no tie weighs {least:g} or more; the strongest weighs {most:g}"


def _subtitle(drawn: "nx.MultiDiGraph[str]") -> str:
    top = max(held["weight"] for held in drawn.edges.values())
    first = next(e for e, held in sorted(drawn.edges.items()) if held["weight"] == top)
    names = [drawn.nodes[end]["label"] for end in first[:2]]
    equals = sum(held["weight"] == top for held in drawn.edges.values()) - 1
    pairs = "1 other pair" if equals == 1 else f"{equals} other pairs"
    also = f", as {'does' if equals == 1 else 'do'} {pairs}" if equals else ""
    number, _, what = drawn.edges[first]["relation"].split(" ", 2)
    return f"{names[0]} and {names[1]} share the most, {number} {what}{also}"


def _table(drawn: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    """Return the ties for a table, strongest first, each with what is shared."""
    ties = sorted(drawn.edges.items(), key=lambda tie: (-tie[1]["weight"], tie[0]))
    return [{"edge": edge, **_row(edge, held, drawn)} for edge, held in ties]


def _row(
    edge: tuple[str, str, str], held: dict[str, Any], drawn: "nx.MultiDiGraph[str]"
) -> dict[str, Any]:
    ends = [str(drawn.nodes[end]["label"]) for end in edge[:2]]
    far = {fact["object"] if fact["subject"] in ends else fact["subject"] for fact in held["facts"]}
    return {
        "ends": plain(ends),
        "relation": held["relation"],
        "weight": held["weight"],
        "shared": plain(sorted(far)),
    }
