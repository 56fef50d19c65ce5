"""The conflicts page: what sources say differently, side by side, with judgements on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.store.graph import Graph

CONFLICTS_TITLE = "Where sources disagree"
#: Keys that a side may have.
_SIDE_KEYS = (
    *("value", "source", "notIn", "listed", "otherListed", "from", "to", "asOf", "issued"),
    *("modality", "verification", "passage", "note", "reason"),
)


@dataclass(frozen=True)
class ConflictSideRow:
    """One source's side: a value, or the entries of a list that another source lacks."""

    values: tuple[OptionalTerm, ...]
    side: ConflictSide


@dataclass(frozen=True)
class ConflictEntry:
    """A conflict with the rows of its sides and judgements."""

    place: Conflict
    sides: list[ConflictSideRow]
    judgements: list[ConflictSideRow]


def render_conflicts_page(graph: Graph, to: PageLinks) -> str:
    """Return the page of all conflicts, grouped by the entity that they are about."""
    places = disagreements(graph)
    return render_page(
        "conflicts.html",
        PageContext(graph, to),
        kind="differences",
        meanings={verdict.value: meaning for verdict, meaning in VERDICT_MEANINGS.items()},
        number=len(places),
        things=[
            (thing, [*map(_build_entry, each)])
            for thing, each in groupby(places, lambda p: p.thing)
        ],
        title=CONFLICTS_TITLE,
    )


def _build_entry(place: Conflict) -> ConflictEntry:
    return ConflictEntry(place, _group_sides(place.sides), _group_sides(place.judgements))


def _group_sides(sides: Sequence[ConflictSide]) -> list[ConflictSideRow]:
    """Return a row per side; entries of one list that another lacks share a row."""
    rows = []
    for lacking, group in groupby(sides, lambda side: (side["source"], side.get("notIn"))):
        found = list(group)
        if lacking[1] is None:
            rows += [ConflictSideRow((side["value"],), _fill_missing_keys(side)) for side in found]
        else:
            rows.append(
                ConflictSideRow(
                    tuple(side["value"] for side in found), _fill_missing_keys(found[0])
                )
            )
    return rows


def _fill_missing_keys(side: ConflictSide) -> ConflictSide:
    return {**dict.fromkeys(_SIDE_KEYS), **side}
