"""Places where sources differ, as the parts of a page: what each side says, who, and how firmly."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.analysis.networks.facts_network import facts_network, facts_of
from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, Verdict
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.core.errors import PictureError
from graph_builder.core.vocabulary import compact
from graph_builder.pictures.annotations import in_context
from graph_builder.pictures.caption_text import between, sentence
from graph_builder.pictures.evidence_lookup import Fact, Recorded
from graph_builder.pictures.modality_labels import COUNTED, READ
from graph_builder.pictures.palette import Family
from graph_builder.pictures.pyvis_network import strongest
from graph_builder.pictures.subgraphs import stating
from graph_builder.pictures.truncation import FACTS, FULL_NODES, WHOLE
from graph_builder.pictures.view_model import Bundle, Picture, TermArgument, View, markup
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

_DAYS = (("from", "from"), ("to", "to"), ("as of", "asOf"))


@dataclass(frozen=True)
class Value:
    """What a side gives: an IRI if it is a thing, and in any case its name or text."""

    iri: str
    label: str


@dataclass(frozen=True)
class Voice:
    """A source on one side: its title, when and how firmly it says so, and its words."""

    source: str
    when: str
    how: str
    passage: str
    note: str


@dataclass(frozen=True)
class Column:
    """One side: what it gives, in which line style, who says so, and the facts in a bundle."""

    bundle: Bundle
    values: tuple[Value, ...]
    family: Family
    told: str
    voices: tuple[Voice, ...]
    reason: str = ""
    judged: bool = False


@dataclass(frozen=True)
class Row:
    """A place: of which thing, in which relation, and its sides, judgements last."""

    thing: str
    label: str
    relation: str
    about: str
    holds: str
    contradicts: bool
    columns: tuple[Column, ...]


def row(place: Conflict, recorded: Recorded, graph: Graph) -> Row:
    """Return a place as a row of a page, its facts looked up among those recorded."""
    about = f" “{_value(place.object, graph).label}”" if place.object else ""
    said = [*_sides(place, recorded, graph), *_judged(place, recorded, graph)]
    return Row(
        place.thing,
        graph.label(place.thing),
        graph.label(place.relation),
        about,
        place.holds,
        place.verdict is Verdict.CONTRADICTION,
        tuple(said),
    )


def facts(found: Row) -> list[Fact]:
    """Return the facts of a row, each once."""
    every = {id(fact): fact for column in found.columns for fact in column.bundle.facts}
    return list(every.values())  # type: ignore[arg-type]


def _sides(place: Conflict, recorded: Recorded, graph: Graph) -> Iterator[Column]:
    """Yield a column a value; of lists, a column for what one source has and another has not."""
    ends = ("source", "notIn") if place.sides[0].get("notIn") else ("value", "affirmed")

    def apart(side: ConflictSide) -> list[str]:
        return [to_text(side.get(end)) for end in ends]

    def order(side: ConflictSide) -> list[tuple[int, str]]:
        # of numbers those with fewer digits first
        return [(len(part) * part.isdigit(), part) for part in apart(side)]

    for _, group in groupby(sorted(place.sides, key=order), apart):
        yield _column(place, list(group), recorded, graph)


def _column(place: Conflict, sides: list[ConflictSide], recorded: Recorded, graph: Graph) -> Column:
    lists = bool(sides[0].get("notIn"))
    found = [fact for side in sides for fact in _facts(place, side, recorded)]
    values = dict.fromkeys(_value(side["value"], graph) for side in sides)
    told = sides[:1] if lists else sides
    return Column(
        Bundle(_id(place, sides[0]), _name(place, list(values), graph), tuple(found)),
        tuple(values),
        strongest(found),
        _lists(sides[0], graph) if lists else "",
        tuple(_voice(side, graph, lists=lists) for side in told),
    )


def _judged(place: Conflict, recorded: Recorded, graph: Graph) -> Iterator[Column]:
    for side in place.judgements:
        value, found = _value(side["value"], graph), tuple(_facts(place, side, recorded))
        yield Column(
            Bundle(f"judged {_id(place, side)}", _name(place, [value], graph), found),
            (value,),
            strongest(list(found)),
            "",
            (_voice(side, graph, lists=False),),
            to_text(side.get("reason")),
            judged=True,
        )


def _facts(place: Conflict, side: ConflictSide, recorded: Recorded) -> list[Fact]:
    """Return the facts of a side, whichever end of them its thing is."""
    far = to_text(place.object) or to_text(side["value"])
    said: dict[str, OptionalTerm] = {**side, "relation": NamedNode(place.relation)}
    ends = (place.thing, far), (far, place.thing)
    return [fact for pair in ends for fact in recorded.of(said, *pair)]


def _id(place: Conflict, side: ConflictSide) -> str:
    parts = (
        place.thing,
        place.relation,
        to_text(place.object),
        place.verdict,
        to_text(side["value"]),
    )
    lists = (to_text(side["source"]), to_text(side["notIn"])) if side.get("notIn") else ()
    return " ".join(
        compact(part) for part in (*parts, to_text(side.get("affirmed")), *lists) if part
    )


def _name(place: Conflict, values: list[Value], graph: Graph) -> str:
    said = ", ".join(value.label for value in values)
    return f"{graph.label(place.thing)}, {graph.label(place.relation)}: {said}"


def _value(term: OptionalTerm, graph: Graph) -> Value:
    if isinstance(term, NamedNode):
        return Value(term.value, graph.label(term.value))
    return Value("", between(to_text(term)))


def _voice(side: ConflictSide, graph: Graph, *, lists: bool) -> Voice:
    """Return what a source says of its own strength; of a list no single words are quoted."""
    return Voice(
        graph.label(to_text(side["source"])),
        _when(side),
        _how(side, graph),
        "" if lists else to_text(side.get("passage")),
        "; ".join(part for part in (_counted(side), to_text(side.get("note"))) if part),
    )


def _how(side: ConflictSide, graph: Graph) -> str:
    """Return how firmly a source says it, and what was read of it; nothing of an own list."""
    if not (read := side.get("verification")):
        return ""
    said = [graph.label(to_text(side["modality"]))] if side.get("modality") else []
    return "; ".join([*said, READ.get(_local(to_text(read)), graph.label(to_text(read)))])


def _when(side: ConflictSide) -> str:
    said = [f"{word} {between(to_text(side[key]))}" for word, key in _DAYS if side.get(key)]
    issued = [f"published {between(to_text(side['issued']))}"] if side.get("issued") else []
    return ", ".join(said or issued)


def _counted(side: ConflictSide) -> str:
    if not side.get("listed") or side.get("notIn"):
        return ""
    whose = "it names" if to_text(side["own"]) == "yes" else "the sources together name"
    return f"{whose} {to_text(side['listed'])}"


def _lists(side: ConflictSide, graph: Graph) -> str:
    lacking = f"{graph.label(to_text(side['notIn']))} ({to_text(side['otherListed'])} names)"
    return f"Named by one of {to_text(side['listed'])} names; not in the list of {lacking}"


def _local(iri: str) -> str:
    return iri.rpartition("/")[2]


def disagreement(graph: Graph, thing: str = "") -> Picture:
    """Return the picture of the places where sources differ: all, or those that name a thing.

    A thing may be a relation or a source too. Raises PictureError where sources differ nowhere.
    """
    of = graph.label(resolve_entity(thing, graph)) if thing else ""
    places = sorted(disagreements(graph, thing or None), key=_severity)
    if not places:
        raise PictureError(f"nothing to draw: sources differ nowhere{f' on {of}' if of else ''}")
    every = in_context(facts_network(graph, source="all", inferred=True), graph)
    recorded = Recorded(every, graph)
    rows = [row(place, recorded, graph) for place in places]
    room = _room(rows)
    shown = stating(every, (fact for each in rows[:room] for fact in facts(each)))
    return Picture(
        title=f"Where sources differ{f': {of}' if of else ''}",
        subtitle=". ".join((_count_conflicts(places), *sentence(shown, facts_of(shown)))),
        network=shown,
        stage=markup("disagreement"),
        content={"verdicts": _by_verdict(places[:room], rows)},
        bundles=tuple(column.bundle for each in rows[:room] for column in each.columns),
        whole=stating(every, (fact for each in rows for fact in facts(each))),
        notes=_notes(room, len(rows)),
    )


VIEW = View(
    name="disagreement",
    summary="Where do sources differ, and what does each say?",
    terms=(
        TermArgument(
            "THING",
            "A thing, relation or source whose disagreements are shown, by default all.",
            required=False,
        ),
    ),
    make=disagreement,
    example=("AI Action Summit 2025",),
)


def _severity(place: Conflict) -> int:
    return list(Verdict).index(place.verdict)


def _room(rows: Sequence[Row]) -> int:
    """Return how many of the rows a page has room for."""
    total, room = 0, 0
    for each in rows[:FULL_NODES]:
        total += len(facts(each))
        if total > FACTS and room:
            break
        room += 1
    return room


def _by_verdict(places: Sequence[Conflict], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows under their verdicts, contradictions first."""
    pairs = zip(places, rows, strict=False)
    return [
        {"name": verdict, "meaning": VERDICT_MEANINGS[verdict], "rows": [each for _, each in group]}
        for verdict, group in groupby(pairs, key=lambda pair: pair[0].verdict)
    ]


def _count_conflicts(places: Sequence[Conflict]) -> str:
    """Return in how many places sources differ, and in which way."""
    found = Counter(place.verdict for place in places)
    kinds = ", ".join(f"{found[v]} {COUNTED[v][found[v] > 1]}" for v in Verdict if found[v])
    return f"In {len(places):,} place{'' if len(places) == 1 else 's'}: {kinds}"


def _notes(room: int, number: int) -> tuple[str, ...]:
    if room == number:
        return ()
    return (f"Of {number:,} places the first {room:,} are shown, contradictions first; {WHOLE}.",)
