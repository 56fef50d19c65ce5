"""The page of disagreements: where sources differ, side by side, with the editors' judgements."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.pages.html_rendering import Shown, render
from graph_builder.pages.iri_paths import Addresses
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.store.graph import Graph

TITLE = "Where sources disagree"
#: What a side may say; not each does.
_SAID = (
    *("value", "source", "notIn", "listed", "otherListed", "from", "to", "asOf", "issued"),
    *("modality", "verification", "passage", "note", "reason"),
)


@dataclass(frozen=True)
class Row:
    """What one source says: one value, or those of a list that another source lacks."""

    values: tuple[OptionalTerm, ...]
    side: ConflictSide


@dataclass(frozen=True)
class Compared:
    """A place where sources differ, with the rows that show its sides and the judgements."""

    place: Conflict
    sides: list[Row]
    judgements: list[Row]


def page(graph: Graph, to: Addresses) -> str:
    """Return the page of all places where sources differ, under the things that they are of."""
    places = disagreements(graph)
    return render(
        "differences.html",
        Shown(graph, to),
        kind="differences",
        meanings={verdict.value: meaning for verdict, meaning in VERDICT_MEANINGS.items()},
        number=len(places),
        things=[
            (thing, [*map(_shown, each)]) for thing, each in groupby(places, lambda p: p.thing)
        ],
        title=TITLE,
    )


def _shown(place: Conflict) -> Compared:
    return Compared(place, _rows(place.sides), _rows(place.judgements))


def _rows(sides: Sequence[ConflictSide]) -> list[Row]:
    """Return the sides, those of one list that another one lacks as one."""
    rows = []
    for lacking, group in groupby(sides, lambda side: (side["source"], side.get("notIn"))):
        found = list(group)
        if lacking[1] is None:
            rows += [Row((side["value"],), _whole(side)) for side in found]
        else:
            rows.append(Row(tuple(side["value"] for side in found), _whole(found[0])))
    return rows


def _whole(side: ConflictSide) -> ConflictSide:
    return {**dict.fromkeys(_SAID), **side}
