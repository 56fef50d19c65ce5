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

from graph_builder.compare.conflict_classification import (
    Verdict,
    classify_counts,
    classify_planned_vs_actual,
    classify_values,
)
from graph_builder.core.vocabulary import expand
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, to_text
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph, GraphLike

#: A row of a question: what one source says.
ConflictSide = Mapping[str, OptionalTerm]
_CONFLICT_KEY = ("thing", "relation", "object", "bound")
_MENTIONING_COLUMNS = ("value", "source", "notIn")
_PART_OF_PROPERTIES = ("aigg:locatedIn", "aigg:parentBody")


@dataclass(frozen=True)
class Conflict:
    """A place where sources differ: of which thing, in which relation, who says what, and how.

    ``object`` is that of the fact where sources differ on its dates, else None. A side is a row of
    a question; a judgement is one too, of an assertion whose modality is evaluative.
    """

    thing: str
    relation: str
    object: OptionalTerm
    verdict: Verdict
    sides: tuple[ConflictSide, ...]
    judgements: tuple[ConflictSide, ...]

    @property
    def holds(self) -> str:
        """Return whether sources differ on the day of a dated graph, "" for a graph without one."""
        found = {to_text(side.get("holds")) for side in self.sides}
        return "yes" if "yes" in found else max(found)

    def mentions(self, iri: str) -> bool:
        """Return whether an IRI is that of the thing, the relation, a value or a source."""
        ends = (side.get(end) for side in self.sides for end in _MENTIONING_COLUMNS)
        return iri in {self.thing, self.relation, to_text(self.object), *map(to_text, ends)}


def disagreements(graph: GraphLike, term: str | None = None) -> list[Conflict]:
    """Return the places where sources differ, by the name of the thing: all, or those of a term.

    A term is a thing, a relation or a source, given by label, prefixed name or IRI; a place is one
    of it if it names it anywhere. Raises UnknownNameError.
    """
    asked = Graph.wrap(graph)
    wanted = None if term is None else resolve_entity(term, asked)
    judged = _collect_judgements(asked)
    places = [
        place
        for name in _CONFLICT_QUESTIONS
        for place in _find_conflicts(name, judged, asked)
        if wanted is None or place.mentions(wanted)
    ]
    return sorted(places, key=lambda p: (asked.label(p.thing).casefold(), p.thing, p.relation))


def _find_conflicts(
    name: str, judged: dict[tuple[str, str], list[ConflictSide]], graph: Graph
) -> list[Conflict]:
    found, of = [], _CONFLICT_QUESTIONS[name]
    for key, rows in groupby(
        ask_for_rows(graph, name), lambda row: [row.get(k) for k in _CONFLICT_KEY]
    ):
        sides = tuple(rows)
        thing, relation = to_text(key[0]), to_text(key[1])
        verdict = of if isinstance(of, Verdict) else of(sides, graph)
        judgements = _take_judgements(judged, (thing, relation), key[2])
        found.append(Conflict(thing, relation, key[2], verdict, sides, judgements))
    return found


def _take_judgements(
    judged: dict[tuple[str, str], list[ConflictSide]], place: tuple[str, str], object_: OptionalTerm
) -> tuple[ConflictSide, ...]:
    """Return the judgements on a place and take them out, so that each is shown once."""
    here = judged.pop(place, [])
    fitting = [row for row in here if object_ is None or to_text(row["object"]) == to_text(object_)]
    judged[place] = [row for row in here if row not in fitting]
    return tuple(fitting)


def _collect_judgements(graph: Graph) -> dict[tuple[str, str], list[ConflictSide]]:
    """Return the judgements by thing and relation, the thing being either end of the fact."""
    found: dict[tuple[str, str], list[ConflictSide]] = {}
    for row in ask_for_rows(graph, "judgements"):
        if to_text(row["modality"]) == expand("modality:evaluative"):
            for end, far in (("subject", "object"), ("object", "subject")):
                place = (to_text(row[end]), to_text(row["relation"]))
                found.setdefault(place, []).append({**row, "value": row[far]})
    return found


def _classify_sides(sides: Sequence[ConflictSide], graph: Graph) -> Verdict:
    if sides[0]["counted"]:
        return classify_counts(
            (to_text(s["value"]), to_text(s["asOf"] or s["issued"])) for s in sides
        )
    affirmed = {to_text(side["value"]) for side in sides if _is_affirmed(side)}
    planned = {to_text(side["value"]) for side in sides} - affirmed
    return classify_planned_vs_actual(
        affirmed, planned, lambda one, other: _is_part_of(one, other, graph)
    )


def _classify_dates(sides: Sequence[ConflictSide], _: Graph) -> Verdict:
    return classify_values({to_text(side["value"]) for side in sides}) or Verdict.CONTRADICTION


def _is_affirmed(side: ConflictSide) -> bool:
    return to_text(side["affirmed"]) == "yes"


def _is_part_of(part: str, whole: str, graph: Graph) -> bool:
    """Return whether a thing is in or under another, at any distance and by any source."""
    reached, left = set[str](), {part}
    while left:
        reached |= left
        left = {up for iri in left for up in _find_wholes(iri, graph)} - reached
    return part != whole and whole in reached


def _find_wholes(iri: str, graph: Graph) -> set[str]:
    try:
        node = NamedNode(iri)
    except ValueError:
        return set()
    patterns = (graph.engine.quads(node, NamedNode(expand(up)), None) for up in _PART_OF_PROPERTIES)
    return {getattr(quad.object, "value", "") for pattern in patterns for quad in pattern}


#: The questions that find places, in the order in which the places of one relation are shown, each
#: with the verdict of its places or with what finds it.
_CONFLICT_QUESTIONS: dict[str, Verdict | Callable[[Sequence[ConflictSide], Graph], Verdict]] = {
    "disagreements": _classify_sides,
    "disagreements-denials": Verdict.CONTRADICTION,
    "disagreements-dates": _classify_dates,
    "disagreements-plans": Verdict.PLAN,
    "disagreements-lists": Verdict.LIST,
    "disagreements-counts": Verdict.LIST,
}
