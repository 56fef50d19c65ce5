"""A network of what things share as a picture: a line a tie, with the facts of what is shared."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graph_builder.errors import MeasureError
from graph_builder.measures.validated import Validated, validated
from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.pictures.context import in_context
from graph_builder.pictures.palette import BEYOND_CHANCE
from graph_builder.pictures.subnetworks import sourced
from graph_builder.store import Graph

if TYPE_CHECKING:
    import networkx as nx

Pair = tuple[str, str]
#: The width in pixels of the lightest line, and what the heaviest has besides.
_THIN, _MORE = 0.8, 3.6


class Told:
    """The facts of a graph by the IRIs of their assertions, each with what else is known of it."""

    def __init__(self, graph: Graph) -> None:
        """Read the facts."""
        self.network = in_context(facts_network(graph, source="all", inferred=True), graph)
        facts: Iterable[Any] = facts_of(self.network)
        self.facts: dict[str, Any] = {fact["id"]: fact for fact in facts if "id" in fact}

    def behind(self, evidence: Iterable[Any]) -> list[Any]:
        """Return the facts that ties of a network rest on, in their order."""
        return [self.facts[tie.evidence] for tie in evidence if tie.evidence in self.facts]


def lines(
    made: "nx.Graph[str]", pairs: Iterable[Pair], told: Told, chance: Validated | None
) -> "nx.MultiDiGraph[str]":
    """Return ties of a projected network as a picture shows them, with the things that they tie."""
    import networkx as nx

    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    shared = made.graph["projected"]
    for one, other in sorted(pairs):
        for end in (one, other):
            if end not in found:
                found.add_node(end, **_thing(made, end, told))
        held = made.edges[one, other]
        found.add_edge(
            one,
            other,
            made.graph["name"],
            relation=_relation(len(held["evidence"].shared), shared),
            facts=told.behind(held["evidence"]),
            weight=held["weight"],
            mutual=True,
            **(_verdict(chance, one, other) if chance else {}),
        )
    _widen(found)
    return sourced(found, told.network)


def against_chance(made: "nx.Graph[str]") -> tuple[Validated | None, list[str]]:
    """Return the ties of a projected network against chance, and what can be said of them.

    The sentences are one for everybody, what the data could show at all, and what they show; or
    the reason why there is no verdict.
    """
    try:
        found = validated(made)
    except MeasureError as reason:
        return None, [f"Against chance: {reason}."]
    return found, [_short(found), f"{found.power}.", f"{found.result}."]


def _short(found: Validated) -> str:
    if not found.enough:
        return (
            f"The {found.what} are too few to tell any tie from chance, so a strong one is no proof"
            f" of closeness: {len(found.pairs.columns)} {found.what} in all, and "
            f"{len(found.pairs.rows)} that have any."
        )
    number = found.pairs.above
    are = "tie is" if number == 1 else "ties are"
    return f"{number or 'No'} {are} more than chance explains{', and marked so' * bool(number)}."


def widths(found: "nx.MultiDiGraph[str]") -> list[tuple[float, float]]:
    """Return the least and the greatest weight of the ties that are drawn, each with its width."""
    every = sorted({(held["weight"], held["width"]) for held in found.edges.values()})
    return list(dict.fromkeys((every[0], every[-1])))


def one_of(things: str) -> str:
    """Return the name of one of what a network says is shared: ``bodies``, ``body``."""
    return f"{things[:-3]}y" if things.endswith("ies") else things.removesuffix("s")


def _relation(number: int, shared: str) -> str:
    return f"{number} shared {shared}" if number > 1 else f"1 shared {one_of(shared)}"


def _thing(made: "nx.Graph[str]", iri: str, told: Told) -> Mapping[str, Any]:
    """Return what is known of a thing, without the facts that are told of it alone."""
    known = told.network.nodes[iri] if iri in told.network else made.nodes[iri]
    return {**known, "facts": []}


def _verdict(chance: Validated, one: str, other: str) -> Mapping[str, Any]:
    pair = chance.pair(one, other)
    beyond = pair.validated and pair.shared > pair.expected
    return {"said": f"{pair.sentence}.", **({"family": BEYOND_CHANCE} if beyond else {})}


def _widen(found: "nx.MultiDiGraph[str]") -> None:
    """Let the width of lines grow with their weight, from the least to the greatest drawn."""
    weights = [held["weight"] for held in found.edges.values()]
    low, high = min(weights, default=0.0), max(weights, default=0.0)
    for held in found.edges.values():
        share = (held["weight"] - low) / (high - low) if high > low else 0.2
        held["width"] = round(_THIN + _MORE * share, 1)
