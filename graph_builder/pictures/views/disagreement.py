"""The view of conflicts: where sources differ, what each states, and how strongly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.compare.conflict_classification import VERDICT_MEANINGS, VERDICT_NOUNS, Verdict
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements, is_rejection
from graph_builder.core.errors import PictureError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.text import format_count
from graph_builder.core.vocabulary import compact
from graph_builder.pictures.annotations import annotate_network, get_local_name
from graph_builder.pictures.caption_text import describe_snapshot, format_date_range
from graph_builder.pictures.fact_index import FactIndex
from graph_builder.pictures.fact_labels import SHORT_VERIFICATION_LABELS
from graph_builder.pictures.neighbourhood import Scope
from graph_builder.pictures.palette import EdgeStyle, get_strongest_style
from graph_builder.pictures.subgraphs import filter_network_by_facts
from graph_builder.pictures.truncation import EXPORT_HINT, MAX_OPEN_NODES, MAX_PAGE_FACTS
from graph_builder.pictures.view_definition import (
    Argument,
    Bundle,
    NetworkFact,
    Picture,
    View,
    build_markup_stage,
)
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

#: Words before a date, and the columns that hold it.
_DATE_COLUMNS = (("from", "from"), ("to", "to"), ("as of", "asOf"))


@dataclass(frozen=True)
class SideValue:
    """A value that a side states: its label, and its IRI if it is an entity."""

    iri: str
    label: str


@dataclass(frozen=True)
class SourceStatement:
    """How a source states a value: its title, dates, modality and verification, and its words."""

    source: str
    when: str
    strength: str
    passage: str
    note: str


@dataclass(frozen=True)
class SideColumn:
    """One side of a conflict: its values, edge style and statements, and its facts as a bundle.

    ``list_note`` says which list names the values, if lists differ; ``is_judgement`` is true for a
    judgement, of which ``reason`` is the reason, and ``is_rejection`` for one that rejects them.
    """

    bundle: Bundle
    values: tuple[SideValue, ...]
    style: EdgeStyle
    list_note: str
    statements: tuple[SourceStatement, ...]
    reason: str = ""
    is_judgement: bool = False
    is_rejection: bool = False


@dataclass(frozen=True)
class ConflictRow:
    """A conflict: its entity and relation, and its sides, judgements last."""

    thing: str
    label: str
    relation: str
    about: str
    holds: str
    contradicts: bool
    columns: tuple[SideColumn, ...]


def build_disagreement_picture(graph: Graph, thing: str = "") -> Picture:
    """Return the picture of all conflicts, or of those that name an entity, relation or source.

    Raises PictureError where there is no conflict.
    """
    label = graph.label(resolve_entity(thing, graph)) if thing else ""
    conflicts = sorted(disagreements(graph, thing or None), key=_get_severity)
    if not conflicts:
        about = f" about {label}" if label else ""
        raise PictureError(f"nothing to draw: sources do not differ{about}")
    network = annotate_network(build_facts_network(graph, source="all", inferred=True), graph)
    index = FactIndex(network, graph)
    rows = [build_conflict_row(each, index, graph) for each in conflicts]
    shown_rows = rows[: _count_fitting_rows(rows)]
    shown = filter_network_by_facts(network, _chain_row_facts(shown_rows))
    answer = _format_subtitle(conflicts)
    return Picture(
        title=f"Where sources differ{f': {label}' if label else ''}",
        subtitle=". ".join((answer, *describe_snapshot(shown, list_network_facts(shown)))),
        network=shown,
        stage=build_markup_stage("disagreement"),
        content={"verdicts": _group_by_verdict(conflicts, shown_rows)},
        bundles=tuple(column.bundle for row in shown_rows for column in row.columns),
        full_network=filter_network_by_facts(network, _chain_row_facts(rows)),
        notes=_build_notes(len(shown_rows), len(rows)),
    )


def _find_things(iris: Sequence[str], *_: object) -> set[str] | None:
    """Return the thing or source, None for a relation."""
    return None if load_ontology().relations_by_iri.keys() & {*iris} else {*iris}


VIEW = View(
    name="disagreement",
    summary="Where do sources differ, and what does each say?",
    arguments=(
        Argument(
            "THING",
            "A thing, relation or source; by default all disagreements are shown.",
            required=False,
        ),
    ),
    build=build_disagreement_picture,
    example=("AI Action Summit 2025",),
    scope=Scope(ParameterKind.THING, _find_things),
)


def build_conflict_row(conflict: Conflict, index: FactIndex, graph: Graph) -> ConflictRow:
    """Return a conflict as a row of a page, with the facts of each side."""
    about = f" “{_build_value(conflict.object, graph).label}”" if conflict.object else ""
    columns = (*_iter_sides(conflict, index, graph), *_iter_judgements(conflict, index, graph))
    return ConflictRow(
        conflict.thing,
        graph.label(conflict.thing),
        graph.label(conflict.relation),
        about,
        conflict.holds,
        conflict.verdict is Verdict.CONTRADICTION,
        columns,
    )


def collect_row_facts(row: ConflictRow) -> list[Any]:
    """Return the facts of a row, each once."""
    facts = {id(fact): fact for column in row.columns for fact in column.bundle.facts}
    return list(facts.values())


def _chain_row_facts(rows: Iterable[ConflictRow]) -> Iterator[Any]:
    for row in rows:
        yield from collect_row_facts(row)


def _iter_sides(conflict: Conflict, index: FactIndex, graph: Graph) -> Iterator[SideColumn]:
    """Yield a column for each value; of lists, for what one source names and another does not."""
    is_list = bool(conflict.sides[0].get("notIn"))
    columns = ("source", "notIn") if is_list else ("value", "affirmed")

    def get_group(side: ConflictSide) -> list[str]:
        return [to_text(side.get(column)) for column in columns]

    def sort_key(side: ConflictSide) -> list[tuple[int, str]]:
        # of numbers those with fewer digits first
        return [(len(text) * text.isdigit(), text) for text in get_group(side)]

    for _, group in groupby(sorted(conflict.sides, key=sort_key), get_group):
        yield _build_side(conflict, list(group), index, graph)


def _build_side(
    conflict: Conflict, sides: list[ConflictSide], index: FactIndex, graph: Graph
) -> SideColumn:
    is_list = bool(sides[0].get("notIn"))
    facts = [fact for side in sides for fact in _find_claim_facts(conflict, side, index)]
    values = list(dict.fromkeys(_build_value(side["value"], graph) for side in sides))
    label = _format_bundle_label(conflict, values, graph)
    return SideColumn(
        Bundle(_build_bundle_id(conflict, sides[0]), label, tuple(facts)),
        tuple(values),
        get_strongest_style(facts),
        _describe_list_difference(sides[0], graph) if is_list else "",
        tuple(
            _build_statement(side, graph, is_list=is_list)
            for side in (sides[:1] if is_list else sides)
        ),
    )


def _iter_judgements(conflict: Conflict, index: FactIndex, graph: Graph) -> Iterator[SideColumn]:
    for side in conflict.judgements:
        value = _build_value(side["value"], graph)
        facts = tuple(_find_claim_facts(conflict, side, index))
        label = _format_bundle_label(conflict, [value], graph)
        yield SideColumn(
            Bundle(f"judged {_build_bundle_id(conflict, side)}", label, facts),
            (value,),
            get_strongest_style(facts),
            "",
            (_build_statement(side, graph, is_list=False),),
            to_text(side.get("reason")),
            is_judgement=True,
            is_rejection=is_rejection(side),
        )


def _find_claim_facts(
    conflict: Conflict, side: ConflictSide, index: FactIndex
) -> list[NetworkFact]:
    """Return the facts of a side, whether the entity is their subject or their object."""
    other = to_text(conflict.object) or to_text(side["value"])
    row: dict[str, OptionalTerm] = {**side, "relation": NamedNode(conflict.relation)}
    ends = (conflict.thing, other), (other, conflict.thing)
    return [fact for pair in ends for fact in index.find(row, *pair)]


def _build_bundle_id(conflict: Conflict, side: ConflictSide) -> str:
    parts = [
        *(conflict.thing, conflict.relation, to_text(conflict.object), conflict.verdict),
        *(to_text(side["value"]), to_text(side.get("affirmed"))),
    ]
    if side.get("notIn"):
        parts += [to_text(side["source"]), to_text(side["notIn"])]
    return " ".join(compact(part) for part in parts if part)


def _format_bundle_label(conflict: Conflict, values: list[SideValue], graph: Graph) -> str:
    labels = ", ".join(value.label for value in values)
    return f"{graph.label(conflict.thing)}, {graph.label(conflict.relation)}: {labels}"


def _build_value(term: OptionalTerm, graph: Graph) -> SideValue:
    if isinstance(term, NamedNode):
        return SideValue(term.value, graph.label(term.value))
    return SideValue("", format_date_range(to_text(term)))


def _build_statement(side: ConflictSide, graph: Graph, *, is_list: bool) -> SourceStatement:
    """Return how a source states a value; of a list no passage is quoted."""
    notes = (_format_list_length(side), to_text(side.get("note")))
    return SourceStatement(
        graph.label(to_text(side["source"])),
        _format_dates(side),
        _format_strength(side, graph),
        "" if is_list else to_text(side.get("passage")),
        "; ".join(note for note in notes if note),
    )


def _format_strength(side: ConflictSide, graph: Graph) -> str:
    """Return the modality of a side and how it was verified, "" for a list of our own."""
    if not (verification := side.get("verification")):
        return ""
    iri = to_text(verification)
    label = SHORT_VERIFICATION_LABELS.get(get_local_name(iri), graph.label(iri))
    modality = side.get("modality")
    return f"{graph.label(to_text(modality))}; {label}" if modality else label


def _format_dates(side: ConflictSide) -> str:
    dates = [
        f"{word} {format_date_range(to_text(side[column]))}"
        for word, column in _DATE_COLUMNS
        if side.get(column)
    ]
    if not dates and side.get("issued"):
        dates = [f"published {format_date_range(to_text(side['issued']))}"]
    return ", ".join(dates)


def _format_list_length(side: ConflictSide) -> str:
    if not side.get("listed") or side.get("notIn"):
        return ""
    subject = "it names" if to_text(side["own"]) == "yes" else "the sources together name"
    return f"{subject} {to_text(side['listed'])}"


def _describe_list_difference(side: ConflictSide, graph: Graph) -> str:
    other = f"{graph.label(to_text(side['notIn']))} ({to_text(side['otherListed'])} names)"
    return f"Named in one list ({to_text(side['listed'])} names), but not in the list of {other}"


def _get_severity(conflict: Conflict) -> int:
    return list(Verdict).index(conflict.verdict)


def _count_fitting_rows(rows: Sequence[ConflictRow]) -> int:
    """Return how many of the rows a page has room for, at least one."""
    facts, number = 0, 0
    for row in rows[:MAX_OPEN_NODES]:
        facts += len(collect_row_facts(row))
        if facts > MAX_PAGE_FACTS and number:
            break
        number += 1
    return number


def _group_by_verdict(
    conflicts: Sequence[Conflict], rows: Sequence[ConflictRow]
) -> list[dict[str, Any]]:
    """Return the rows under their verdicts, contradictions first."""
    pairs = zip(conflicts, rows, strict=False)
    return [
        {"name": verdict, "meaning": VERDICT_MEANINGS[verdict], "rows": [row for _, row in group]}
        for verdict, group in groupby(pairs, key=lambda pair: pair[0].verdict)
    ]


def _format_subtitle(conflicts: Sequence[Conflict]) -> str:
    """Return the number of conflicts, in all and by verdict."""
    numbers = Counter(conflict.verdict for conflict in conflicts)
    kinds = ", ".join(
        format_count(numbers[verdict], *VERDICT_NOUNS[verdict])
        for verdict in Verdict
        if numbers[verdict]
    )
    return f"Sources differ in {format_count(len(conflicts), 'place')}: {kinds}"


def _build_notes(shown: int, total: int) -> tuple[str, ...]:
    if shown == total:
        return ()
    return (f"Shows {shown:,} of {total:,} places, contradictions first; {EXPORT_HINT}.",)
