"""Find conflicts: facts on which sources differ, each with its sides, verdict and judgements.

The named questions ``disagreements*`` find them by what the ontology declares about relations
(``aigg:SingleValued``, ``aigg:counts``, ``aigg:lists``).
:mod:`~graph_builder.compare.conflict_classification` tells a rounding or growth from a
contradiction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from graph_builder.compare.conflict_classification import (
    Verdict,
    classify_growth,
    classify_planned_vs_actual,
    classify_values,
)
from graph_builder.core.vocabulary import expand
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, to_text
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.engine import make_node
from graph_builder.store.graph import Graph, GraphLike

#: A row of a question: one value that one source gives.
ConflictSide = Mapping[str, OptionalTerm]
_CONFLICT_KEY = ("thing", "relation", "object", "bound")
_MENTIONING_COLUMNS = ("value", "source", "notIn")
_PART_OF_PROPERTIES = ("aigg:locatedIn", "aigg:parentBody")


@dataclass(frozen=True)
class Conflict:
    """A conflict between sources about a relation of an entity.

    ``object`` is the object of the fact if sources differ on its dates, else None. ``sides`` and
    ``judgements`` are rows of questions; a judgement is an assertion of the modality evaluative.
    """

    thing: str
    relation: str
    object: OptionalTerm
    verdict: Verdict
    sides: tuple[ConflictSide, ...]
    judgements: tuple[ConflictSide, ...]

    @property
    def holds(self) -> str:
        """Whether the sources differ on the day of a snapshot; "" for any other graph."""
        values = {to_text(side.get("holds")) for side in self.sides}
        return "yes" if "yes" in values else max(values)

    def mentions(self, iri: str) -> bool:
        """Return whether an IRI is the entity, relation, a value or a source of the conflict."""
        ends = (side.get(end) for side in self.sides for end in _MENTIONING_COLUMNS)
        return iri in {self.thing, self.relation, to_text(self.object), *map(to_text, ends)}


def disagreements(graph: GraphLike, term: str | None = None) -> list[Conflict]:
    """Return the conflicts between sources, sorted by the label of the entity.

    With a ``term``, return only those that mention this entity, relation or source, given by label,
    prefixed name or IRI. Raises UnknownNameError.
    """
    dataset = Graph.wrap(graph)
    iri = None if term is None else resolve_entity(term, dataset)
    judgements = _collect_judgements(dataset)
    conflicts = [
        conflict
        for name in _CONFLICT_QUESTIONS
        for conflict in _find_conflicts(name, judgements, dataset)
        if iri is None or conflict.mentions(iri)
    ]
    return sorted(conflicts, key=lambda c: (dataset.label(c.thing).casefold(), c.thing, c.relation))


#: Judgements by entity and relation.
_Judgements = dict[tuple[str, str], list[ConflictSide]]


def _find_conflicts(question: str, judgements: _Judgements, graph: Graph) -> list[Conflict]:
    """Return the conflicts that a question finds, each with its judgements."""
    conflicts, verdict_of = [], _CONFLICT_QUESTIONS[question]
    rows = ask_for_rows(graph, question)
    for key, group in groupby(rows, lambda row: [row.get(name) for name in _CONFLICT_KEY]):
        sides = tuple(group)
        thing, relation, object_ = to_text(key[0]), to_text(key[1]), key[2]
        verdict = verdict_of if isinstance(verdict_of, Verdict) else verdict_of(sides, graph)
        judged = _take_judgements(judgements, (thing, relation), object_)
        conflicts.append(Conflict(thing, relation, object_, verdict, sides, judged))
    return conflicts


def is_rejection(judgement: ConflictSide) -> bool:
    """Return whether a judgement holds that its value is wrong."""
    return to_text(judgement.get("rank")) == expand("rank:deprecated")


def _take_judgements(
    judgements: _Judgements, key: tuple[str, str], object_: OptionalTerm
) -> tuple[ConflictSide, ...]:
    """Remove and return the judgements on a conflict, so that each is shown once."""
    candidates = judgements.pop(key, [])
    taken = [
        row for row in candidates if object_ is None or to_text(row["object"]) == to_text(object_)
    ]
    judgements[key] = [row for row in candidates if row not in taken]
    return tuple(taken)


def _collect_judgements(graph: Graph) -> _Judgements:
    """Return the judgements by relation and by each end of the fact."""
    judgements: _Judgements = {}
    for row in ask_for_rows(graph, "judgements"):
        if to_text(row["modality"]) == expand("modality:evaluative"):
            for end, other_end in (("subject", "object"), ("object", "subject")):
                key = (to_text(row[end]), to_text(row["relation"]))
                judgements.setdefault(key, []).append({**row, "value": row[other_end]})
    return judgements


def _classify_sides(sides: Sequence[ConflictSide], graph: Graph) -> Verdict:
    if sides[0]["counted"]:
        return classify_growth(
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
    """Return whether an entity is part of another, directly or indirectly, by any source."""
    visited, queue = set[str](), {part}
    while queue:
        visited |= queue
        queue = {each for iri in queue for each in _find_wholes(iri, graph)} - visited
    return part != whole and whole in visited


def _find_wholes(iri: str, graph: Graph) -> set[str]:
    if (node := make_node(iri)) is None:
        return set()
    patterns = (graph.engine.quads(node, NamedNode(expand(up)), None) for up in _PART_OF_PROPERTIES)
    return {getattr(quad.object, "value", "") for pattern in patterns for quad in pattern}


#: The questions that find conflicts, each with its verdict or a function that returns the verdict;
#: conflicts about one relation are shown in this order.
_CONFLICT_QUESTIONS: dict[str, Verdict | Callable[[Sequence[ConflictSide], Graph], Verdict]] = {
    "disagreements": _classify_sides,
    "disagreements-denials": Verdict.CONTRADICTION,
    "disagreements-dates": _classify_dates,
    "disagreements-plans": Verdict.PLAN,
    "disagreements-lists": Verdict.LIST,
    "disagreements-counts": Verdict.LIST,
}
