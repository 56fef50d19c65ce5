"""Where sources disagree: places of the graph, each with its sides, a verdict and judgements.

The named questions that begin with ``disagreements`` find the places, by what the ontology says of
relations (``aigg:SingleValued``, ``aigg:counts``, ``aigg:lists``);
:mod:`~graph_builder.compare.conflict_classification` tells a rounding or an earlier number from a
contradiction. No place is known to the code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from graph_builder.compare.conflict_classification import Verdict, of_numbers, of_plans, of_values
from graph_builder.core.vocabulary import expand
from graph_builder.query.named_queries import Term, ask_terms, text
from graph_builder.query.parameters import resolve
from graph_builder.store.graph import Graph, GraphLike

#: A row of a question: what one source says.
Side = Mapping[str, Term]
_KEY = ("thing", "relation", "object", "bound")
_ENDS = ("value", "source", "notIn")
_INTO = ("aigg:locatedIn", "aigg:parentBody")


@dataclass(frozen=True)
class Place:
    """A place where sources differ: of which thing, in which relation, who says what, and how.

    ``object`` is that of the fact where sources differ on its dates, else None. A side is a row of
    a question; a judgement is one too, of an assertion whose modality is evaluative.
    """

    thing: str
    relation: str
    object: Term
    verdict: Verdict
    sides: tuple[Side, ...]
    judgements: tuple[Side, ...]

    @property
    def holds(self) -> str:
        """Return whether sources differ on the day of a dated graph, "" for a graph without one."""
        found = {text(side.get("holds")) for side in self.sides}
        return "yes" if "yes" in found else max(found)

    def names(self, iri: str) -> bool:
        """Return whether an IRI is that of the thing, the relation, a value or a source."""
        ends = (side.get(end) for side in self.sides for end in _ENDS)
        return iri in {self.thing, self.relation, text(self.object), *map(text, ends)}


def disagreements(graph: GraphLike, term: str | None = None) -> list[Place]:
    """Return the places where sources differ, by the name of the thing: all, or those of a term.

    A term is a thing, a relation or a source, given by label, prefixed name or IRI; a place is one
    of it if it names it anywhere. Raises UnknownNameError.
    """
    asked = Graph.of(graph)
    wanted = None if term is None else resolve(term, asked)
    judged = _judgements(asked)
    places = [
        place
        for name in _VERDICTS
        for place in _places(name, judged, asked)
        if wanted is None or place.names(wanted)
    ]
    return sorted(places, key=lambda p: (asked.label(p.thing).casefold(), p.thing, p.relation))


def _places(name: str, judged: dict[tuple[str, str], list[Side]], graph: Graph) -> list[Place]:
    found, of = [], _VERDICTS[name]
    for key, rows in groupby(ask_terms(graph, name), lambda row: [row.get(k) for k in _KEY]):
        sides = tuple(rows)
        thing, relation = text(key[0]), text(key[1])
        verdict = of if isinstance(of, Verdict) else of(sides, graph)
        judgements = _taken(judged, (thing, relation), key[2])
        found.append(Place(thing, relation, key[2], verdict, sides, judgements))
    return found


def _taken(
    judged: dict[tuple[str, str], list[Side]], place: tuple[str, str], object_: Term
) -> tuple[Side, ...]:
    """Return the judgements on a place and take them out, so that each is shown once."""
    here = judged.pop(place, [])
    fitting = [row for row in here if object_ is None or text(row["object"]) == text(object_)]
    judged[place] = [row for row in here if row not in fitting]
    return tuple(fitting)


def _judgements(graph: Graph) -> dict[tuple[str, str], list[Side]]:
    """Return the judgements by thing and relation, the thing being either end of the fact."""
    found: dict[tuple[str, str], list[Side]] = {}
    for row in ask_terms(graph, "judgements"):
        if text(row["modality"]) == expand("modality:evaluative"):
            for end, far in (("subject", "object"), ("object", "subject")):
                place = (text(row[end]), text(row["relation"]))
                found.setdefault(place, []).append({**row, "value": row[far]})
    return found


def _of_sides(sides: Sequence[Side], graph: Graph) -> Verdict:
    if sides[0]["counted"]:
        return of_numbers((text(s["value"]), text(s["asOf"] or s["issued"])) for s in sides)
    affirmed = {text(side["value"]) for side in sides if _affirmed(side)}
    planned = {text(side["value"]) for side in sides} - affirmed
    return of_plans(affirmed, planned, lambda one, other: _lies_in(one, other, graph))


def _of_dates(sides: Sequence[Side], _: Graph) -> Verdict:
    return of_values({text(side["value"]) for side in sides}) or Verdict.CONTRADICTION


def _affirmed(side: Side) -> bool:
    return text(side["affirmed"]) == "yes"


def _lies_in(part: str, whole: str, graph: Graph) -> bool:
    """Return whether a thing is in or under another, at any distance and by any source."""
    reached, left = set[str](), {part}
    while left:
        reached |= left
        left = {up for iri in left for up in _above(iri, graph)} - reached
    return part != whole and whole in reached


def _above(iri: str, graph: Graph) -> set[str]:
    try:
        node = NamedNode(iri)
    except ValueError:
        return set()
    patterns = (graph.engine.quads(node, NamedNode(expand(up)), None) for up in _INTO)
    return {getattr(quad.object, "value", "") for pattern in patterns for quad in pattern}


#: The questions that find places, in the order in which the places of one relation are shown, each
#: with the verdict of its places or with what finds it.
_VERDICTS: dict[str, Verdict | Callable[[Sequence[Side], Graph], Verdict]] = {
    "disagreements": _of_sides,
    "disagreements-denials": Verdict.CONTRADICTION,
    "disagreements-dates": _of_dates,
    "disagreements-plans": Verdict.PLAN,
    "disagreements-lists": Verdict.LIST,
    "disagreements-counts": Verdict.LIST,
}
