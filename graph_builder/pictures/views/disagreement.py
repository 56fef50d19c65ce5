"""Places where sources differ, as the parts of a page: what each side says, who, and how firmly."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, VERDICT_NOUNS, Verdict
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.core.errors import PictureError
from graph_builder.core.vocabulary import compact
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, format_date_range
from graph_builder.pictures.fact_index import FactIndex, NetworkFact
from graph_builder.pictures.fact_labels import SHORT_VERIFICATION_LABELS
from graph_builder.pictures.palette import EdgeStyle
from graph_builder.pictures.pyvis_network import get_strongest_style
from graph_builder.pictures.subgraphs import filter_network_by_facts
from graph_builder.pictures.truncation import EXPORT_HINT, MAX_OPEN_NODES, MAX_PAGE_FACTS
from graph_builder.pictures.view_definition import (
    Argument,
    Bundle,
    Picture,
    View,
    build_markup_stage,
)
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph

_DATE_COLUMNS = (("from", "from"), ("to", "to"), ("as of", "asOf"))


@dataclass(frozen=True)
class ClaimedValue:
    """What a side gives: an IRI if it is a thing, and in any case its name or text."""

    iri: str
    label: str


@dataclass(frozen=True)
class SourceStatement:
    """A source on one side: its title, when and how firmly it says so, and its words."""

    source: str
    when: str
    how: str
    passage: str
    note: str


@dataclass(frozen=True)
class SideColumn:
    """One side: what it gives, in which line style, who says so, and the facts in a bundle."""

    bundle: Bundle
    values: tuple[ClaimedValue, ...]
    family: EdgeStyle
    told: str
    voices: tuple[SourceStatement, ...]
    reason: str = ""
    judged: bool = False


@dataclass(frozen=True)
class ConflictRow:
    """A place: of which thing, in which relation, and its sides, judgements last."""

    thing: str
    label: str
    relation: str
    about: str
    holds: str
    contradicts: bool
    columns: tuple[SideColumn, ...]


def build_conflict_row(place: Conflict, recorded: FactIndex, graph: Graph) -> ConflictRow:
    """Return a place as a row of a page, its facts looked up among those recorded."""
    about = f" “{_build_value(place.object, graph).label}”" if place.object else ""
    said = [*_iter_sides(place, recorded, graph), *_iter_judgements(place, recorded, graph)]
    return ConflictRow(
        place.thing,
        graph.label(place.thing),
        graph.label(place.relation),
        about,
        place.holds,
        place.verdict is Verdict.CONTRADICTION,
        tuple(said),
    )


def collect_row_facts(found: ConflictRow) -> list[NetworkFact]:
    """Return the facts of a row, each once."""
    every = {id(fact): fact for column in found.columns for fact in column.bundle.facts}
    return list(every.values())  # type: ignore[arg-type]


def _iter_sides(place: Conflict, recorded: FactIndex, graph: Graph) -> Iterator[SideColumn]:
    """Yield a column a value; of lists, a column for what one source has and another has not."""
    ends = ("source", "notIn") if place.sides[0].get("notIn") else ("value", "affirmed")

    def apart(side: ConflictSide) -> list[str]:
        return [to_text(side.get(end)) for end in ends]

    def order(side: ConflictSide) -> list[tuple[int, str]]:
        # of numbers those with fewer digits first
        return [(len(part) * part.isdigit(), part) for part in apart(side)]

    for _, group in groupby(sorted(place.sides, key=order), apart):
        yield _build_side(place, list(group), recorded, graph)


def _build_side(
    place: Conflict, sides: list[ConflictSide], recorded: FactIndex, graph: Graph
) -> SideColumn:
    lists = bool(sides[0].get("notIn"))
    found = [fact for side in sides for fact in _find_claim_facts(place, side, recorded)]
    values = dict.fromkeys(_build_value(side["value"], graph) for side in sides)
    told = sides[:1] if lists else sides
    return SideColumn(
        Bundle(
            _build_bundle_id(place, sides[0]),
            _format_bundle_label(place, list(values), graph),
            tuple(found),
        ),
        tuple(values),
        get_strongest_style(found),
        _describe_list_difference(sides[0], graph) if lists else "",
        tuple(_build_statement(side, graph, lists=lists) for side in told),
    )


def _iter_judgements(place: Conflict, recorded: FactIndex, graph: Graph) -> Iterator[SideColumn]:
    for side in place.judgements:
        value, found = (
            _build_value(side["value"], graph),
            tuple(_find_claim_facts(place, side, recorded)),
        )
        yield SideColumn(
            Bundle(
                f"judged {_build_bundle_id(place, side)}",
                _format_bundle_label(place, [value], graph),
                found,
            ),
            (value,),
            get_strongest_style(list(found)),
            "",
            (_build_statement(side, graph, lists=False),),
            to_text(side.get("reason")),
            judged=True,
        )


def _find_claim_facts(
    place: Conflict, side: ConflictSide, recorded: FactIndex
) -> list[NetworkFact]:
    """Return the facts of a side, whichever end of them its thing is."""
    far = to_text(place.object) or to_text(side["value"])
    said: dict[str, OptionalTerm] = {**side, "relation": NamedNode(place.relation)}
    ends = (place.thing, far), (far, place.thing)
    return [fact for pair in ends for fact in recorded.of(said, *pair)]


def _build_bundle_id(place: Conflict, side: ConflictSide) -> str:
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


def _format_bundle_label(place: Conflict, values: list[ClaimedValue], graph: Graph) -> str:
    said = ", ".join(value.label for value in values)
    return f"{graph.label(place.thing)}, {graph.label(place.relation)}: {said}"


def _build_value(term: OptionalTerm, graph: Graph) -> ClaimedValue:
    if isinstance(term, NamedNode):
        return ClaimedValue(term.value, graph.label(term.value))
    return ClaimedValue("", format_date_range(to_text(term)))


def _build_statement(side: ConflictSide, graph: Graph, *, lists: bool) -> SourceStatement:
    """Return what a source says of its own strength; of a list no single words are quoted."""
    return SourceStatement(
        graph.label(to_text(side["source"])),
        _format_dates(side),
        _format_strength(side, graph),
        "" if lists else to_text(side.get("passage")),
        "; ".join(part for part in (_format_list_length(side), to_text(side.get("note"))) if part),
    )


def _format_strength(side: ConflictSide, graph: Graph) -> str:
    """Return how firmly a source says it, and what was read of it; nothing of an own list."""
    if not (read := side.get("verification")):
        return ""
    said = [graph.label(to_text(side["modality"]))] if side.get("modality") else []
    return "; ".join(
        [
            *said,
            SHORT_VERIFICATION_LABELS.get(
                _get_local_name(to_text(read)), graph.label(to_text(read))
            ),
        ]
    )


def _format_dates(side: ConflictSide) -> str:
    said = [
        f"{word} {format_date_range(to_text(side[key]))}"
        for word, key in _DATE_COLUMNS
        if side.get(key)
    ]
    issued = (
        [f"published {format_date_range(to_text(side['issued']))}"] if side.get("issued") else []
    )
    return ", ".join(said or issued)


def _format_list_length(side: ConflictSide) -> str:
    if not side.get("listed") or side.get("notIn"):
        return ""
    whose = "it names" if to_text(side["own"]) == "yes" else "the sources together name"
    return f"{whose} {to_text(side['listed'])}"


def _describe_list_difference(side: ConflictSide, graph: Graph) -> str:
    lacking = f"{graph.label(to_text(side['notIn']))} ({to_text(side['otherListed'])} names)"
    return f"Named by one of {to_text(side['listed'])} names; not in the list of {lacking}"


def _get_local_name(iri: str) -> str:
    return iri.rpartition("/")[2]


def build_disagreement_picture(graph: Graph, thing: str = "") -> Picture:
    """Return the picture of the places where sources differ: all, or those that name a thing.

    A thing may be a relation or a source too. Raises PictureError where sources differ nowhere.
    """
    of = graph.label(resolve_entity(thing, graph)) if thing else ""
    places = sorted(disagreements(graph, thing or None), key=_get_severity)
    if not places:
        raise PictureError(f"nothing to draw: sources differ nowhere{f' on {of}' if of else ''}")
    every = annotate_network(build_facts_network(graph, source="all", inferred=True), graph)
    recorded = FactIndex(every, graph)
    rows = [build_conflict_row(place, recorded, graph) for place in places]
    room = _count_fitting_rows(rows)
    shown = filter_network_by_facts(
        every, (fact for each in rows[:room] for fact in collect_row_facts(each))
    )
    return Picture(
        title=f"Where sources differ{f': {of}' if of else ''}",
        subtitle=". ".join(
            (_format_subtitle(places), *describe_snapshot(shown, list_network_facts(shown)))
        ),
        network=shown,
        stage=build_markup_stage("disagreement"),
        content={"verdicts": _group_by_verdict(places[:room], rows)},
        bundles=tuple(column.bundle for each in rows[:room] for column in each.columns),
        whole=filter_network_by_facts(
            every, (fact for each in rows for fact in collect_row_facts(each))
        ),
        notes=_build_notes(room, len(rows)),
    )


VIEW = View(
    name="disagreement",
    summary="Where do sources differ, and what does each say?",
    terms=(
        Argument(
            "THING",
            "A thing, relation or source whose disagreements are shown, by default all.",
            required=False,
        ),
    ),
    make=build_disagreement_picture,
    example=("AI Action Summit 2025",),
)


def _get_severity(place: Conflict) -> int:
    return list(Verdict).index(place.verdict)


def _count_fitting_rows(rows: Sequence[ConflictRow]) -> int:
    """Return how many of the rows a page has room for."""
    total, room = 0, 0
    for each in rows[:MAX_OPEN_NODES]:
        total += len(collect_row_facts(each))
        if total > MAX_PAGE_FACTS and room:
            break
        room += 1
    return room


def _group_by_verdict(
    places: Sequence[Conflict], rows: Sequence[ConflictRow]
) -> list[dict[str, Any]]:
    """Return the rows under their verdicts, contradictions first."""
    pairs = zip(places, rows, strict=False)
    return [
        {"name": verdict, "meaning": VERDICT_MEANINGS[verdict], "rows": [each for _, each in group]}
        for verdict, group in groupby(pairs, key=lambda pair: pair[0].verdict)
    ]


def _format_subtitle(places: Sequence[Conflict]) -> str:
    """Return in how many places sources differ, and in which way."""
    found = Counter(place.verdict for place in places)
    kinds = ", ".join(f"{found[v]} {VERDICT_NOUNS[v][found[v] > 1]}" for v in Verdict if found[v])
    return f"In {len(places):,} place{'' if len(places) == 1 else 's'}: {kinds}"


def _build_notes(room: int, number: int) -> tuple[str, ...]:
    if room == number:
        return ()
    return (
        f"Of {number:,} places the first {room:,} are shown, contradictions first; {EXPORT_HINT}.",
    )
